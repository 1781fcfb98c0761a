"""The beat's part of retention: telling officers in time what would go, and removing what they agreed to."""

from __future__ import annotations

from datetime import date, datetime

from assurance.calendar import local_day
from assurance.hours import may_send
from assurance.issuing import today_in
from assurance.owing import owe
from assurance.pack import Pack
from assurance.permissions import OFFICER
from assurance.retention_rules import CLASSES, befores, begins, earlier_of, may_go_from, tell_again_from
from storage.log import PURGED, append_log
from storage.partnerships import Partnership, partnership
from storage.people import holders_of_role
from storage.purging import Gone, Kept, count_past, remove_past
from storage.retention import APPROVED, DONE, TOLD, Purge, holds, newest_purge, requests_still_asked
from storage.unit import Unit

TELL = "purge"
AGAIN, ANEW = "told_again", "to_tell_anew"
"""Marks in what a removal notes about itself: told once more on the day; set back, and not told since."""
HANDFUL = 2000
"""How many things of a class go in one transaction."""


def about(purge_id: int) -> str:
    """What notices and the log call a purge."""
    return f"purge:{purge_id}"


async def held_items(unit: Unit, partnership_id: int) -> tuple[bool, frozenset[int]]:
    """Whether everything is held, and which learning items are."""
    found = await holds(unit, partnership_id)
    whole = any(one.learning_id is None for one in found)
    return whole, frozenset(one.learning_id for one in found if one.learning_id is not None)


async def tell_of_purge(unit: Unit, its: Partnership, pack: Pack, now: datetime) -> int:
    """Tell the officers, once a year at most, what would go in 90 days; and again on the day, where none has decided.

    Gives how much was done. Nothing is told where no schedule was entered, or where nothing would go. It looks when
    the clock does, once a working day, and not at each answer that is logged in between.
    """
    if (
        not pack.retention.enabled
        or not may_send(pack, now)
        or (its.next_look_at is not None and its.next_look_at > now)
    ):
        return 0
    today, last = today_in(pack, now), await newest_purge(unit, its.id)
    if last is not None and last.state == TOLD:
        return await _again(unit, its, last, today, now)
    if not _its_time(last, pack, today):
        return 0
    await partnership(unit, its.id, lock=True)  # every replica beats
    last = await newest_purge(unit, its.id, lock=True)
    whole, items = await held_items(unit, its.id)
    if whole or not _its_time(last, pack, today):
        return 0
    from_on = may_go_from(today)
    before, asked = befores(pack, from_on), await requests_still_asked(unit, its.id)
    kept = Kept(items, frozenset(asked))
    counts = {
        which: await count_past(unit, its.id, which, begins(day, pack.timezone), kept) for which, day in before.items()
    }
    if not any(counts.values()):
        return 0
    told = await unit.save(
        Purge(
            partnership_id=its.id, before={which: day.isoformat() for which, day in before.items()}, counts=counts,
            removed={}, still_asked=asked, from_on=from_on, told_at=now,
        )
    )  # fmt: skip
    await _tell(unit, its, told, today, now, "first")
    await append_log(
        unit, its.id, at=now, person_id=None, by="clock", what="purge told", subject=about(told.id),
        refs=counts | {"from": from_on.isoformat()},
    )  # fmt: skip
    return 1


def _its_time(last: Purge | None, pack: Pack, today: date) -> bool:
    if last is None:
        return True
    return last.state not in (TOLD, APPROVED) and tell_again_from(local_day(last.told_at, pack.timezone)) <= today


async def _tell(unit: Unit, its: Partnership, told: Purge, today: date, now: datetime, step: str) -> int:
    officers = await holders_of_role(unit, its.id, [OFFICER], today)
    for person_id in officers:
        await owe(
            unit, its.id, f"purge:{told.id}:{step}:{person_id}", TELL, now=now, subject={"purge": told.id},
            about=about(told.id), person_id=person_id, keeps_hours=True,
        )  # fmt: skip
    return len(officers)


async def _again(unit: Unit, its: Partnership, told: Purge, today: date, now: datetime) -> int:
    """On the day from which it may go, the officers are told once more, and also where it was set back; after that it
    waits for them."""
    if not _to_tell(told, today):
        return 0
    await partnership(unit, its.id, lock=True)
    row = await newest_purge(unit, its.id, lock=True)
    if row is None or row.state != TOLD or not _to_tell(row, today):
        return 0
    noted = dict(row.removed or {})
    step = f"anew:{today.isoformat()}" if noted.pop(ANEW, 0) else "again"
    row.removed = noted | ({AGAIN: 1} if today >= row.from_on else {})
    return await _tell(unit, its, row, today, now, step)


def _to_tell(told: Purge, today: date) -> bool:
    noted = told.removed or {}
    return bool(noted.get(ANEW)) or (today >= told.from_on and not noted.get(AGAIN))


async def set_back(unit: Unit, its: Partnership, now: datetime) -> bool:
    """After a copy was put back: a removal that was agreed to in it is to be told and decided anew.

    Gives whether there was one. How much of it had gone stays noted.
    """
    row = await newest_purge(unit, its.id, lock=True)
    if row is None or row.state != APPROVED:
        return False
    row.state, row.settled_by, row.settled_at = TOLD, None, None
    row.removed = {which: count for which, count in (row.removed or {}).items() if which in CLASSES} | {ANEW: 1}
    await append_log(
        unit, its.id, at=now, person_id=None, by="restore", what="purge set back", subject=about(row.id)
    )  # fmt: skip
    return True


def kept_by(row: Purge, items: frozenset[int]) -> Kept:
    """What a removal leaves alone: what is on hold today, and what was still asked when it was told."""
    return Kept(items, frozenset(row.still_asked or ()))


def days_of(row: Purge, pack: Pack) -> dict[str, date]:
    """By class, the day before which a thing must have been settled: as told, or earlier by a schedule that was
    lengthened since."""
    told = {which: date.fromisoformat(row.before[which]) for which in CLASSES}
    return earlier_of(told, befores(pack, row.from_on))


async def purge_due(unit: Unit, its: Partnership, pack: Pack, now: datetime) -> int:
    """Remove a handful of each class of what an officer agreed to; gives how much went.

    It goes on with the next beat, also after a crash, until nothing is left. A hold that came since keeps its things;
    a schedule that was switched off stops it.
    """
    row, today = await newest_purge(unit, its.id), today_in(pack, now)
    if row is None or row.state != APPROVED or today < row.from_on or not pack.retention.enabled:
        return 0
    await partnership(unit, its.id, lock=True)
    row = await newest_purge(unit, its.id, lock=True)
    whole, items = await held_items(unit, its.id)
    if row is None or row.state != APPROVED or whole:
        return 0
    gone = {}
    for which, day in days_of(row, pack).items():
        before, kept = begins(day, pack.timezone), kept_by(row, items)
        gone[which] = await remove_past(unit, its.id, which, before, kept, now=now, most=HANDFUL)
    earlier = row.removed or {}
    row.removed = {which: earlier.get(which, 0) + gone[which].count for which in CLASSES}
    count = sum(one.count for one in gone.values())
    if not count:
        row.state, row.ended_at = DONE, now
    await append_log(
        unit, its.id, at=now, person_id=None, by="clock", subject=about(row.id),
        what=PURGED if count else "purge ended", refs=_refs(gone) if count else dict(row.removed),
        after=gone["log"].hash,
    )  # fmt: skip
    return count or 1


def _refs(gone: dict[str, Gone]) -> dict[str, object]:
    """How many of each class went, with a hash over the hashes of the words; of the log, up to which entry."""
    counts: dict[str, object] = {which: one.count for which, one in gone.items()}
    hashes = {which: one.hash for which, one in gone.items() if one.hash and one.log_to is None}
    return counts | {"hashes": hashes, "log_to": gone["log"].log_to}
