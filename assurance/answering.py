"""Answering: what an agency submits is checked, kept as a version that is never altered, and told on (B3-B7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Literal

import orjson
from storage.asks import Loop, Request, dimensions_of_loops
from storage.drafts import Draft, draft
from storage.learning import learning_fields
from storage.log import append_log
from storage.notices import Notice, notices_about
from storage.partnerships import Partnership, form_version, seat
from storage.people import holdings_of
from storage.returns import AgencyReturn, Answer, Version, find_return, version, versions_of_return
from storage.texts import text_of
from storage.unit import Unit

from assurance.actors import Actor
from assurance.form_rules import mistakes
from assurance.identifiable import find
from assurance.issuing import people_of, today_in
from assurance.owing import originals, owe, owe_update
from assurance.pack import Pack
from assurance.packing import ShownForm, stored_form
from assurance.refusals import AskFirst, Mistakes, NotAllowed, NotFound, OutOfDate

WRITTEN = {"text"}


@dataclass(frozen=True)
class Behalf:
    """Who gave an answer that an officer enters for an agency, on which day, and how (scenario 27).

    `person_id` is the giver's number where we know them; the log refers to it, and never holds the name.
    """

    gave: str
    on: date
    how: str
    person_id: int | None = None


@dataclass(frozen=True)
class Submission:
    """One form as it was sent. `base` is the version it was opened on: it tells a repeat from a new answer."""

    return_id: int
    base: int
    values: Mapping[str, str]
    confirmed: bool = False
    behalf: Behalf | None = None


@dataclass(frozen=True)
class Kept:
    """What became of a submission: the version it is, and whether it was there already."""

    return_id: int
    request_id: int
    number: int
    version_id: int
    repeated: bool


def content_hash(form_version_id: int, base: int, values: Mapping[str, str]) -> str:
    """The hash of what was said on which form: the same form with the same content is the same version."""
    said = [form_version_id, base, {key: value for key, value in values.items() if value}]
    return sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


def admit(actor: Actor, loop: Loop, request: Request, *, behalf: bool) -> None:
    """Whether this person may answer this loop now: a pure rule. Raises the refusal that they read."""
    own = loop.person_id == actor.person_id or (loop.seat_id is not None and loop.seat_id in actor.seats)
    if behalf and not actor.has("officer"):
        raise NotAllowed("Only the support officer can enter an answer on an agency's behalf.")
    if not own and not behalf:
        raise NotAllowed("This is another agency's request, so I have not stored anything.")
    if request.state != "open" or loop.state == "withdrawn":
        raise OutOfDate("This request has been withdrawn, so there is nothing more to answer. Thank you.")
    if not loop.asked:
        raise OutOfDate("This was sent for information only: no answer is needed.")


def check(shown: ShownForm, row: AgencyReturn, values: Mapping[str, str], *, confirmed: bool) -> dict[str, str]:
    """The answers to keep, of the questions that are due. Raises Mistakes, or AskFirst for identifiable text (I2)."""
    due = shown.due(row.dimensions or (), first=row.first)
    kept = {key: value for key, value in values.items() if key in due and value}
    wrong = mistakes(shown.form, due, shown.scale, kept)
    if wrong:
        raise Mistakes(wrong)
    written = {question.key for question in shown.form.questions if question.type in WRITTEN}
    if not confirmed:
        found = {key: find(value) for key, value in kept.items() if key in written}
        if any(found.values()):
            raise AskFirst({key: hits for key, hits in found.items() if hits})
    return kept


async def answer(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, sent: Submission, now: datetime
) -> Kept:
    """Keep one submission, or find that it is kept already. Committed when the unit ends, before anybody is told.

    Raises NotFound, NotAllowed, OutOfDate, Mistakes or AskFirst; nothing is stored then.
    """
    found = await find_return(unit, partnership.id, sent.return_id, lock=True)
    if found is None:
        raise NotFound("I cannot find that request, so I have not stored anything.")
    row, loop, request, _ = found
    admit(actor, loop, request, behalf=sent.behalf is not None)
    stored = await form_version(unit, partnership.id, row.form_version_id)
    assert stored is not None
    values = check(stored_form(stored), row, sent.values, confirmed=sent.confirmed)
    digest = content_hash(stored.id, sent.base, values)
    for earlier in await versions_of_return(unit, partnership.id, row.id) if row.version_number else ():
        if earlier.sha256 == digest:
            return Kept(row.id, request.id, earlier.number, earlier.id, repeated=True)
    kept = await _keep(unit, actor, pack, found[:3], stored_form(stored), values, digest, sent, now)
    await _tell(unit, actor, partnership, request, loop, row, kept, now)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id,
        what="entered on behalf" if sent.behalf else "answered", subject=f"return:{row.id}",
        refs={"version": kept.number, "request": request.id, "late": kept.late} | _given_by(sent, kept), after=digest,
        before=(await _hash_before(unit, partnership.id, row, kept.number)),
    )  # fmt: skip
    return Kept(row.id, request.id, kept.number, kept.id, repeated=False)


def _given_by(sent: Submission, kept: Version) -> dict[str, int | str | None]:
    """For the log: who gave an answer that was entered on behalf, by number, or the text that says so."""
    if sent.behalf is None:
        return {}
    return {
        "gave": sent.behalf.person_id, "given": kept.behalf_text_id, "given_on": sent.behalf.on.isoformat()
    }  # fmt: skip


async def _hash_before(unit: Unit, partnership_id: int, row: AgencyReturn, number: int) -> str | None:
    before = await version(unit, partnership_id, row.id, number - 1) if number > 1 else None
    return before.sha256 if before else None


async def _keep(  # noqa: PLR0913
    unit: Unit,
    actor: Actor,
    pack: Pack,
    found: tuple[AgencyReturn, Loop, Request],
    shown: ShownForm,
    values: Mapping[str, str],
    digest: str,
    sent: Submission,
    now: datetime,
) -> Version:
    row, loop, request = found
    item = await learning_fields(unit, row.partnership_id, request.learning_id) if request.learning_id else None
    note = None
    if sent.behalf is not None:
        note = await unit.save(text_of(row.partnership_id, f"{sent.behalf.gave} ({sent.behalf.how})"))
    late = today_in(pack, now) > (loop.extended_to or row.due_on)
    origin: Literal["card", "on_behalf"] = "on_behalf" if sent.behalf else "card"
    one = await unit.save(
        Version(
            partnership_id=row.partnership_id, return_id=row.id, number=row.version_number + 1,
            form_version_id=row.form_version_id, learning_version_id=item[0].id if item else None,
            by_person_id=actor.person_id, by_title=await _title_of(unit, actor, loop, today_in(pack, now)),
            origin=origin, behalf_text_id=note.id if note else None,
            behalf_on=sent.behalf.on if sent.behalf else None, late=late, confirmed=sent.confirmed,
            sha256=digest, at=now,
        )
    )  # fmt: skip
    await _keep_answers(unit, one, shown, values)
    row.version_number, row.state, row.returned_at, row.late = one.number, "returned", now, late
    if loop.state in ("requested", "follow_up", "no_response"):
        loop.state = "returned"
    for key, state in (await dimensions_of_loops(unit, row.partnership_id, [loop.id])).get(loop.id, {}).items():
        if key in values:
            state.self_level = values[key]
            state.state = "returned" if state.state == "due" else state.state
    kept_draft = await draft(unit, row.partnership_id, "answer", subject=row.id)
    if kept_draft is not None:
        await unit.remove(kept_draft)
    return one


async def _title_of(unit: Unit, actor: Actor, loop: Loop, day: date) -> str:
    """The title under which a person acts, kept with the version so that it outlasts the person's name."""
    for held in await holdings_of(unit, actor.partnership_id, actor.person_id, day):
        if held.title and (held.seat_id == loop.seat_id or loop.seat_id is None):
            return held.title
    if loop.seat_id is not None and loop.seat_id in actor.seats:
        its_seat = await seat(unit, actor.partnership_id, loop.seat_id)
        return f"for {its_seat.short}" if its_seat else ""
    return ""


async def _keep_answers(unit: Unit, one: Version, shown: ShownForm, values: Mapping[str, str]) -> None:
    kinds = {question.key: question.type for question in shown.form.questions}
    written = {key: text_of(one.partnership_id, value) for key, value in values.items() if kinds[key] in WRITTEN}
    unit.add(*written.values())
    await unit.flush()
    for key, value in values.items():
        text = written.get(key)
        unit.add(
            Answer(
                partnership_id=one.partnership_id, version_id=one.id, question=key,
                value=None if text else value, text_id=text.id if text else None,
            )
        )  # fmt: skip


async def _tell(  # noqa: PLR0913
    unit: Unit,
    actor: Actor,
    partnership: Partnership,
    request: Request,
    loop: Loop,
    row: AgencyReturn,
    kept: Version,
    now: datetime,
) -> None:
    """Owe what follows from an answer: fresh copies of what is read-only, and one line to whoever has a form open."""
    cause = f"v{kept.id}"
    colleagues = set(await people_of(unit, loop, now.date())) - {actor.person_id}
    for card in originals(await notices_about(unit, partnership.id, f"request:{request.id}")):
        if card.kind == "channel":
            await owe_update(unit, partnership.id, card, cause, now=now)
        elif card.kind == "request" and card.person_id == actor.person_id:
            await owe_update(unit, partnership.id, card, cause, now=now, shape="receipt")
        elif card.kind == "request" and card.person_id in colleagues:
            await _tell_colleague(unit, partnership, card, row, kept, now)


async def _tell_colleague(
    unit: Unit, partnership: Partnership, card: Notice, row: AgencyReturn, kept: Version, now: datetime
) -> None:
    """A form that a colleague has open is never replaced, since that may wipe what they are typing."""
    if card.state in ("owed", "refused", "skipped"):
        return
    if card.shape == "receipt":
        await owe_update(unit, partnership.id, card, f"v{kept.id}", now=now)
    if kept.origin == "on_behalf":
        return  # assurance.behalf gives everybody on the seat a copy of their own
    await owe(
        unit,
        partnership.id,
        f"told:answered:{kept.id}:{card.person_id}",
        "told_answered",
        now=now,
        subject={"return": row.id, "version": kept.number},
        person_id=card.person_id,
    )


async def save_draft(
    unit: Unit,
    actor: Actor,
    partnership: Partnership,
    return_id: int,
    values: Mapping[str, str],
    now: datetime,
    *,
    confirmed: bool = False,
) -> Draft:
    """Keep work in progress for the seat, and who saved it. Mistakes are allowed in a draft; case data is asked about.

    Raises NotFound, NotAllowed, OutOfDate or AskFirst.
    """
    found = await find_return(unit, partnership.id, return_id)
    if found is None:
        raise NotFound("I cannot find that request, so I have not saved anything.")
    row, loop, request, _ = found
    admit(actor, loop, request, behalf=False)
    if not confirmed:
        hits = {key: find(value) for key, value in values.items()}
        if any(hits.values()):
            raise AskFirst({key: some for key, some in hits.items() if some})
    kept = await draft(unit, partnership.id, "answer", subject=row.id)
    if kept is None:
        kept = Draft(partnership_id=partnership.id, kind="answer", subject=row.id, saved_at=now)
    kept.body, kept.saved_by, kept.saved_at = dict(values), actor.person_id, now
    await unit.save(kept)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="draft saved", subject=f"return:{row.id}",
        after=content_hash(row.form_version_id, row.version_number, values),
    )  # fmt: skip
    return kept
