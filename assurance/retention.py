"""What the officer sees and decides about how long things are kept: a removal, and legal holds (framework 3.1, I2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from assurance.actors import Actor
from assurance.calendar import local_day
from assurance.form_rules import tidy
from assurance.pack import Pack
from assurance.permissions import may, require
from assurance.purging import about, days_of, held_items, kept_by
from assurance.refusals import Mistakes, NotFound, OutOfDate
from assurance.retention_rules import CLASSES, begins, years_of
from assurance.writing import ask_first
from storage.log import append_log
from storage.partnerships import Partnership, partnership
from storage.purging import count_past
from storage.retention import (
    APPROVED,
    KEPT,
    TOLD,
    LegalHold,
    Purge,
    all_learning,
    hold_numbered,
    holds,
    newest_purge,
)
from storage.texts import text_of, texts
from storage.unit import Unit

REASON_LENGTH = 500
EVERYTHING = "Everything of the partnership"
_BECAUSE = re.compile(r"(?P<what>.+?)[\s,:]+because\b[\s:,]*(?P<why>.*)", re.IGNORECASE | re.DOTALL)
WHOLE = "whole"
"""What a form sends for the whole partnership."""
ITEM, WHY = "item", "why"
GONE = "That was settled meanwhile. Please look at how it stands now."


@dataclass(frozen=True)
class ClassView:
    """One class of data: how long it is kept; in a removal, what is older than which day, and how many there are."""

    what: str
    years: int
    before: date | None = None
    count: int = 0


@dataclass(frozen=True)
class HoldView:
    """A legal hold: on what, why, since when."""

    hold_id: int
    what: str
    why: str
    since: date


@dataclass(frozen=True)
class Held:
    """What was put on hold. `begun`: a removal had taken something by then, of this or of something else."""

    what: str
    begun: bool = False


@dataclass(frozen=True)
class RetentionView:
    """Everything about keeping and removing. `purge_id`: a removal that is told or agreed, of which `rows` go."""

    partnership_id: int
    title: str
    enabled: bool
    kept: tuple[ClassView, ...]
    purge_id: int | None
    agreed: bool
    from_on: date | None
    rows: tuple[ClassView, ...]
    ended: tuple[date, int] | None
    holds: tuple[HoldView, ...]
    whole_held: bool
    items: tuple[tuple[int, str], ...]
    may_change: bool


async def retention_view(unit: Unit, actor: Actor, its: Partnership, pack: Pack) -> RetentionView:
    """How it stands. Raises NotAllowed."""
    require(actor, "see_retention")
    row = await newest_purge(unit, its.id)
    waiting = row if row is not None and row.state in (TOLD, APPROVED) else None
    held, (whole, items) = await holds(unit, its.id), await held_items(unit, its.id)
    learning = await all_learning(unit, its.id)
    names = {one.id: one.title for one in learning}
    why = await texts(unit, its.id, [one.reason_text_id for one in held])
    ended = None
    if row is not None and row.ended_at is not None:
        ended = (local_day(row.ended_at, pack.timezone), sum((row.removed or {}).values()))
    return RetentionView(
        partnership_id=its.id, title=pack.terms.partnership, enabled=pack.retention.enabled,
        kept=tuple(ClassView(words, years_of(pack, which)) for which, words in CLASSES.items()),
        purge_id=waiting.id if waiting else None, agreed=waiting is not None and waiting.state == APPROVED,
        from_on=waiting.from_on if waiting else None,
        rows=await _rows(unit, its, pack, waiting, items) if waiting else (), ended=ended,
        holds=tuple(
            HoldView(
                one.id, names.get(one.learning_id or 0, EVERYTHING),
                why.get(one.reason_text_id, ""), local_day(one.at, pack.timezone),
            )
            for one in held
        ),
        whole_held=whole, items=tuple((one.id, one.title) for one in learning if one.id not in items),
        may_change=may(actor, "manage_retention"),
    )  # fmt: skip


async def _rows(unit: Unit, its: Partnership, pack: Pack, row: Purge, items: frozenset[int]) -> tuple[ClassView, ...]:
    found = []
    for which, before in days_of(row, pack).items():
        count = await count_past(unit, its.id, which, begins(before, pack.timezone), kept_by(row, items))
        found.append(ClassView(CLASSES[which], years_of(pack, which), before, count))
    return tuple(found)


async def agree_to_purge(unit: Unit, actor: Actor, its: Partnership, purge_id: int, now: datetime) -> date:
    """An officer agrees; gives the day from which it goes. Raises NotAllowed or OutOfDate."""
    row = await _told(unit, actor, its, purge_id, (TOLD,))
    await _settle(unit, actor, its, row, APPROVED, "purge approved", now)
    return row.from_on


async def keep_everything(unit: Unit, actor: Actor, its: Partnership, purge_id: int, now: datetime) -> bool:
    """An officer decides that nothing goes this time, or takes back their agreement while it has not ended.

    Gives whether something had gone by then. Raises NotAllowed or OutOfDate.
    """
    row = await _told(unit, actor, its, purge_id, (TOLD, APPROVED))
    await _settle(unit, actor, its, row, KEPT, "purge called off", now)
    return _has_taken(row)


def _has_taken(row: Purge) -> bool:
    return any((row.removed or {}).get(which) for which in CLASSES)


async def _told(unit: Unit, actor: Actor, its: Partnership, purge_id: int, states: tuple[str, ...]) -> Purge:
    require(actor, "manage_retention")
    row = await newest_purge(unit, its.id, lock=True)
    if row is None or row.id != purge_id or row.state not in states:
        raise OutOfDate(GONE)
    return row


async def _settle(unit: Unit, actor: Actor, its: Partnership, row: Purge, state: str, what: str, now: datetime) -> None:
    row.state, row.settled_by, row.settled_at = state, actor.person_id, now
    await append_log(unit, its.id, at=now, person_id=actor.person_id, what=what, subject=about(row.id))


def hold_asked(text: str, items: Iterable[tuple[int, str]]) -> tuple[str, str]:
    """What was typed after "hold", read: what a form would send for the item, and why. A pure rule.

    An item is meant by its whole title only, since something is done about it; the item is empty where none is.

    >>> hold_asked("child F because of an inquest", [(7, "Child F")])
    ('7', 'of an inquest')
    >>> hold_asked("everything", [])
    ('whole', '')
    """
    found = _BECAUSE.fullmatch(text.strip())
    what, why = (found["what"], found["why"]) if found else (text, "")
    named = " ".join(what.casefold().split()).strip(" .,:;\"'")
    if named in ("everything", EVERYTHING.casefold(), "the whole partnership"):
        return WHOLE, why.strip()
    known = [number for number, title in items if " ".join(title.casefold().split()) == named]
    return (str(known[0]) if len(known) == 1 else ""), why.strip()


async def hold_named(unit: Unit, actor: Actor, its: Partnership, text: str, now: datetime) -> tuple[Held | None, str]:
    """Put on hold what was typed, where that names one item and says why; gives what is held, and the item.

    Where it does not, nothing is done, and the item that it names, if any, is given for the form. Raises as
    `put_on_hold`; what was typed is kept nowhere.
    """
    require(actor, "manage_retention")
    items = [(one.id, one.title) for one in await all_learning(unit, its.id)]
    item, why = hold_asked(text, items)
    if item and why:
        return await put_on_hold(unit, actor, its, item, why, now, confirmed=False), item
    return None, item


async def put_on_hold(
    unit: Unit, actor: Actor, its: Partnership, item: str, why: str, now: datetime, *, confirmed: bool
) -> Held:
    """Keep an item, or everything, until the hold is ended; gives what is held.

    It waits for a removal that is under way at this moment, so that nothing goes after it was said to be kept. Raises
    NotAllowed, Mistakes, or AskFirst where the reason may identify somebody.
    """
    require(actor, "manage_retention")
    await partnership(unit, its.id, lock=True)
    why = tidy(why)
    names = {str(one.id): one for one in await all_learning(unit, its.id)}
    if wrong := await _wrong(unit, its, item, why, {number: one.id for number, one in names.items()}):
        raise Mistakes(wrong)
    ask_first({WHY: why}, confirmed=confirmed)
    last = await newest_purge(unit, its.id)
    reason = await unit.save(text_of(its.id, why))
    learning = None if item == WHOLE else names[item]
    hold = await unit.save(
        LegalHold(
            partnership_id=its.id, learning_id=learning.id if learning else None, reason_text_id=reason.id,
            by_person_id=actor.person_id, at=now,
        )
    )  # fmt: skip
    await append_log(
        unit, its.id, at=now, person_id=actor.person_id, what="put on hold", subject=f"hold:{hold.id}",
        refs={"learning": hold.learning_id, "text": reason.id}, after=reason.sha256,
    )  # fmt: skip
    begun = last is not None and last.state == APPROVED and _has_taken(last)
    return Held(learning.title if learning else EVERYTHING, begun)


async def _wrong(unit: Unit, its: Partnership, item: str, why: str, known: Mapping[str, int]) -> dict[str, str]:
    """What is wrong with a hold that was asked for, by field."""
    whole, items = await held_items(unit, its.id)
    wrong = {}
    if whole if item == WHOLE else item not in known or known[item] in items:
        wrong[ITEM] = "Please choose what is to be kept."
    if not why:
        wrong[WHY] = "Please say why, so that whoever comes after you knows when it can be ended."
    elif len(why) > REASON_LENGTH:
        wrong[WHY] = f"Please shorten this to {REASON_LENGTH} characters; it has {len(why)}."
    return wrong


async def end_hold(unit: Unit, actor: Actor, its: Partnership, hold_id: int, now: datetime) -> None:
    """A hold ends; what it kept goes with a later removal. Raises NotAllowed, NotFound or OutOfDate."""
    require(actor, "manage_retention")
    await partnership(unit, its.id, lock=True)
    row = await hold_numbered(unit, its.id, hold_id)
    if row is None:
        raise NotFound("There is no such hold.")
    if row.ended_at is not None:
        raise OutOfDate("That hold was ended already.")
    row.ended_at, row.ended_by = now, actor.person_id
    await append_log(unit, its.id, at=now, person_id=actor.person_id, what="hold ended", subject=f"hold:{row.id}")
