"""The beat's part of retention: telling officers in time what would go, and removing what they agreed to."""

from __future__ import annotations

from datetime import date, datetime

from assurance.calendar import local_day
from assurance.hours import may_send
from assurance.issuing import today_in
from assurance.owing import owe
from assurance.pack import Pack
from assurance.permissions import OFFICER
from assurance.retention_rules import CLASSES, befores, begins, may_go_from, tell_again_from
from storage.log import append_log
from storage.partnerships import Partnership, partnership
from storage.people import holders_of_role
from storage.retention import APPROVED, DONE, TOLD, Purge, count_past, holds, newest_purge, remove_past
from storage.unit import Unit

TELL = "purge"
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

    Gives how much was done. Nothing is told where no schedule was entered, or where nothing would go.
    """
    if not pack.retention.enabled or not may_send(pack, now):
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
    before = befores(pack, from_on)
    counts = {
        which: await count_past(unit, its.id, which, begins(day, pack.timezone), items) for which, day in before.items()
    }
    if not any(counts.values()):
        return 0
    told = await unit.save(
        Purge(
            partnership_id=its.id, before={which: day.isoformat() for which, day in before.items()}, counts=counts,
            removed={}, from_on=from_on, told_at=now,
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
    """On the day from which it may go, the officers are told once more; after that it waits for them."""
    if today < told.from_on or (told.removed or {}).get("told_again"):
        return 0
    await partnership(unit, its.id, lock=True)
    row = await newest_purge(unit, its.id, lock=True)
    if row is None or row.state != TOLD or (row.removed or {}).get("told_again"):
        return 0
    row.removed = {"told_again": 1}
    return await _tell(unit, its, row, today, now, "again")


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
    for which in CLASSES:
        before = begins(date.fromisoformat(row.before[which]), pack.timezone)
        gone[which] = await remove_past(unit, its.id, which, before, items, now=now, most=HANDFUL)
    earlier = row.removed or {}
    row.removed = {which: earlier.get(which, 0) + gone[which] for which in CLASSES}
    if not any(gone.values()):
        row.state, row.ended_at = DONE, now
    await append_log(
        unit, its.id, at=now, person_id=None, by="clock", subject=about(row.id),
        what="purged" if any(gone.values()) else "purge ended", refs=gone if any(gone.values()) else dict(row.removed),
    )  # fmt: skip
    return sum(gone.values()) or 1
