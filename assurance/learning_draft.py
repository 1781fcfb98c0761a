"""Drafts of new learning: kept step by step, resumed, looked at as members will see it, and issued once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

import orjson

from assurance.actors import Actor
from assurance.issuing import issue
from assurance.learning_fields import LearningFields
from assurance.learning_plan import (
    Body,
    OneOff,
    Options,
    Planned,
    fields_of,
    give_seats,
    mistakes_in_request,
    new_request,
    options,
    picked,
    planned,
    with_defaults,
)
from assurance.learning_rules import (
    flagged,
    mistakes_in_learning,
    read_step,
    too_long,
)
from assurance.owing import originals, owe_update
from assurance.pack import Pack
from assurance.permissions import require
from assurance.person_names import names
from assurance.refusals import AskFirst, Mistakes, NotFound, OutOfDate
from storage.drafts import Draft, draft_numbered, drafts, next_draft_subject
from storage.learning import LearningVersion, learning, learning_fields
from storage.log import append_log
from storage.notices import notices_about
from storage.partnerships import Partnership
from storage.texts import text_by_number, text_of
from storage.unit import Unit

KIND = "learning"
MOST_ONE_OFFS = 10


class Changed(OutOfDate):
    """What would be issued is not what the officer looked at: a colleague or the calendar changed it."""


class Moved(OutOfDate):
    """The draft was saved by somebody, or on another card, after the pressed card was shown."""


class AlreadyIssued(OutOfDate):
    """The draft was issued; `request_id` is what came of it."""

    def __init__(self, request_id: int) -> None:
        super().__init__("This learning has been issued already.")
        self.request_id = request_id


@dataclass(frozen=True)
class Typed:
    """What a press brought from a step, on a card that showed this revision of the draft.

    `sure` marks flagged stretches of text that the officer says identify nobody.
    """

    step: int
    revision: int
    values: Mapping[str, object]
    sure: Sequence[str] = ()


@dataclass(frozen=True)
class Kept:
    """A draft as it was kept, with what may be chosen in it and what its step still lacks."""

    draft_id: int
    body: Body
    offered: Options
    mistakes: Mapping[str, str]


@dataclass(frozen=True)
class Resumable:
    """A draft in the list of drafts. `saved_by` is empty where the name is not known any more."""

    draft_id: int
    title: str
    saved_by: str
    saved_at: datetime


async def start(unit: Unit, actor: Actor, partnership: Partnership, now: datetime) -> int:
    """The number of an empty draft of this officer: a new one, unless one lies there untouched."""
    require(actor, "issue")
    for one in await drafts(unit, partnership.id, KIND):
        held = Body.from_json(one.body)
        if one.owner_id == actor.person_id and not held.values and not held.issued:
            return one.id
    return (await keep_new(unit, actor, partnership, Body(), now)).id


async def keep_new(unit: Unit, actor: Actor, partnership: Partnership, body: Body, now: datetime) -> Draft:
    """Keep a new draft of this officer."""
    subject = await next_draft_subject(unit, partnership.id, KIND, actor.person_id)
    kept = await unit.save(
        Draft(
            partnership_id=partnership.id, kind=KIND, subject=subject, owner_id=actor.person_id,
            saved_by=actor.person_id, saved_at=now, body=body.to_json(),
        )
    )  # fmt: skip
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="draft started",
        subject=f"draft:{kept.id}", refs={"about": body.about},
    )  # fmt: skip
    return kept


async def find_draft(
    unit: Unit, actor: Actor, partnership: Partnership, draft_id: int, *, lock: bool = False
) -> tuple[Draft, Body]:
    """A draft that can still be worked on. Raises NotAllowed, NotFound or AlreadyIssued."""
    require(actor, "issue")
    row = await draft_numbered(unit, partnership.id, draft_id, lock=lock)
    if row is None or row.kind != KIND:
        raise NotFound("I cannot find this draft any more. Type drafts to see those that are kept.")
    body = Body.from_json(row.body)
    if body.issued is not None:
        raise AlreadyIssued(body.issued)
    return row, body


async def resume(unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, draft_id: int, now: datetime) -> Kept:
    """A draft as it was left."""
    _, body = await find_draft(unit, actor, partnership, draft_id)
    return Kept(draft_id, body, await options(unit, partnership, pack, body, now), {})


async def resumable(unit: Unit, actor: Actor, partnership: Partnership) -> list[Resumable]:
    """The drafts that an officer can go on with, any officer's, newest first."""
    require(actor, "issue")
    rows = await drafts(unit, partnership.id, KIND)
    who = await names(unit, partnership.id, [one.saved_by for one in rows if one.saved_by])
    found = []
    for one in rows:
        body = Body.from_json(one.body)
        if body.values and body.issued is None:
            title = body.values.get("title") or "Untitled"
            found.append(Resumable(one.id, title, who.get(one.saved_by or 0, ""), one.saved_at))
    return found


async def throw_away(unit: Unit, actor: Actor, partnership: Partnership, draft_id: int, now: datetime) -> None:
    """Delete a draft that is not wanted any more."""
    row, _ = await find_draft(unit, actor, partnership, draft_id, lock=True)
    await unit.remove(row)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="draft thrown away",
        subject=f"draft:{draft_id}",
    )  # fmt: skip


async def keep_step(
    unit: Unit,
    actor: Actor,
    partnership: Partnership,
    pack: Pack,
    draft_id: int,
    typed: Typed,
    then: int,
    now: datetime,
) -> Kept:
    """Keep what was typed on a step, half finished or not, and say what the step still lacks.

    The draft is next opened at step `then`. Raises AskFirst or Mistakes, and keeps nothing, where a text may
    identify somebody or does not fit, and Moved where it would undo what was saved since.
    """
    row, body = await find_draft(unit, actor, partnership, draft_id, lock=True)
    values = read_step(typed.step, typed.values)
    vouched = tuple(dict.fromkeys((*body.sure, *typed.sure)))[-60:]
    if wrong := too_long(values):
        raise Mistakes(wrong)
    if found := flagged(values, vouched):
        raise AskFirst(found)
    if typed.revision != body.revision and any(body.values.get(name, "") != text for name, text in values.items()):
        raise Moved("This draft was saved in the meantime. What you typed is below: press again to keep that instead.")
    offered = await options(unit, partnership, pack, body, now)
    values, one_offs = _with_one_off(values, body.one_offs, offered)
    body = replace(
        body, values={**body.values, **values}, one_offs=one_offs, sure=vouched, step=then,
        revision=body.revision + 1,
    )  # fmt: skip
    row.body, row.saved_by, row.saved_at = body.to_json(), actor.person_id, now
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="draft saved",
        subject=f"draft:{row.id}", after=sha256(orjson.dumps(row.body)).hexdigest(),
    )  # fmt: skip
    offered = await options(unit, partnership, pack, body, now)
    lacking: Mapping[str, str] = {}
    if typed.step == 1:
        lacking = mistakes_in_learning(body.values, pack, offered.today)
    elif typed.step == 2:
        lacking = mistakes_in_request(with_defaults(body.values, offered), offered, pack)
    return Kept(draft_id, body, offered, lacking)


def _with_one_off(
    values: dict[str, str], one_offs: tuple[OneOff, ...], offered: Options
) -> tuple[dict[str, str], tuple[OneOff, ...]]:
    """The values with a newly typed agency moved into the list, where it is asked from the start."""
    name, short = values.get("new_name", ""), values.get("new_short", "")
    organisation = values.get("new_organisation", "")
    if not name and not short:
        return values, one_offs
    if not name:
        raise Mistakes({"new_name": "Please give the agency's name."})
    if not short:
        raise Mistakes({"new_short": "Please give a short name, such as GWH, for lists and tables."})
    if any(short.casefold() == one.short.casefold() for one in offered.seats):
        raise Mistakes({"new_short": "There is an agency with this short name already."})
    if len(one_offs) >= MOST_ONE_OFFS:
        raise Mistakes({"new_name": f"A request can have at most {MOST_ONE_OFFS} agencies of its own."})
    added = (*one_offs, OneOff(name, short, organisation))
    asked = [*picked(values, "asked"), f"new{len(added)}"]
    blank = {"new_name": "", "new_short": "", "new_organisation": ""}
    return {**values, **blank, "asked": ",".join(asked)}, added


async def plan(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, draft_id: int, now: datetime
) -> tuple[Planned, Options]:
    """What a draft comes to today. Raises StepMistakes where something is still missing."""
    _, body = await find_draft(unit, actor, partnership, draft_id)
    offered = await options(unit, partnership, pack, body, now)
    return planned(body, offered, pack), offered


async def confirm(
    unit: Unit,
    actor: Actor,
    partnership: Partnership,
    pack: Pack,
    draft_id: int,
    digest: str,
    now: datetime,
) -> int:
    """Issue a draft, once however often and by whomever it is confirmed; gives the request's number.

    `digest` is that of the preview which was looked at. Raises Changed where it would be something else by
    now, StepMistakes where it cannot be issued any more.
    """
    try:
        row, body = await find_draft(unit, actor, partnership, draft_id, lock=True)
    except AlreadyIssued as before:
        return before.request_id
    offered = await options(unit, partnership, pack, body, now)
    found = planned(body, offered, pack)
    if found.digest != digest:
        raise Changed("This has changed since you looked at it, so I have not issued it. Please look again.")
    seat_ids = await give_seats(unit, partnership, pack, draft_id, body.one_offs, offered.today)
    if body.about is not None:
        await _keep_additions(unit, actor, partnership, body.about, fields_of(body.values, pack), now)
    made = await issue(unit, actor, partnership, pack, new_request(found, pack, seat_ids), now)
    row.body, row.saved_by, row.saved_at = Body(issued=made.id).to_json(), actor.person_id, now
    for card in originals(await notices_about(unit, partnership.id, f"draft:{draft_id}")):
        await owe_update(unit, partnership.id, card, "issued", now=now)
    return made.id


async def _keep_additions(
    unit: Unit, actor: Actor, partnership: Partnership, learning_id: int, fields: LearningFields, now: datetime
) -> None:
    """What the full request says beyond the urgent one becomes the item's next wording."""
    item = await learning(unit, partnership.id, learning_id)
    before = await learning_fields(unit, partnership.id, learning_id)
    if item is None or before is None:
        raise NotFound("I cannot find the learning that this request is about.")
    if LearningFields.from_json(before[1]) == fields:
        return
    body = orjson.dumps(fields.to_json(), option=orjson.OPT_SORT_KEYS).decode()
    old = await text_by_number(unit, partnership.id, before[0].text_id)
    text = await unit.save(text_of(partnership.id, body))
    item.version_number, item.title = before[0].number + 1, fields.title
    await unit.save(
        LearningVersion(
            partnership_id=partnership.id, learning_id=item.id, number=item.version_number, text_id=text.id,
            by_person_id=actor.person_id, at=now,
        )
    )  # fmt: skip
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="learning added to",
        subject=f"learning:{item.id}", refs={"version": item.version_number},
        before=old.sha256 if old else None, after=text.sha256,
    )  # fmt: skip


__all__ = [
    "AlreadyIssued", "Changed", "Kept", "Moved", "Resumable", "Typed", "confirm", "find_draft", "keep_new", "keep_step",
    "plan", "resumable", "resume", "start", "throw_away",
]  # fmt: skip
