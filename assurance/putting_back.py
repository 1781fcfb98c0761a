"""After a copy of the records was put back: nothing is sent twice or removed, and an officer decides what is open.

A copy does not know what was sent after it was taken. So what was owed then, and what the clock would ask for by now,
becomes unsure: the officer finds it under `deliveries` (docs/decisions/20-copies-and-restoring.md). Nor does it know
of a hold that was set since, or of a removal that was called off: so an agreement to a removal counts no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assurance.beats import STEPS, look
from assurance.purging import purge_due, set_back, tell_of_purge
from assurance.reach import DOOR
from storage.leases import forget_leases
from storage.log import append_log
from storage.partnerships import Partnership, every_partnership
from storage.restored import doubt_owed, leave_gap
from storage.unit import OpenUnit

WITHOUT_REMOVALS = tuple(step for step in STEPS if step not in (tell_of_purge, purge_due))
WHY = "The records were put back from a copy, so this may have gone out before."


@dataclass(frozen=True)
class PutBack:
    """What putting a copy back means for one partnership: so many deliveries are for an officer to decide.

    `agreed`: a removal was agreed to in the copy, and has to be decided anew.
    """

    title: str
    unsure: int
    skipped: int
    agreed: bool = False


async def put_back(open_unit: OpenUnit, now: datetime) -> list[PutBack]:
    """Settle what a copy cannot know. Call it before the service starts on the records that were put back.

    The clock is asked once, so that what it asks for by now is in doubt as well; practice has a clock of its own.
    """
    async with open_unit() as unit:
        every = [one for one in await every_partnership(unit) if one.pack_sha256]
        await forget_leases(unit)
        last = await leave_gap(unit, [one.id for one in every], now, WHY)
    return [await _settle(open_unit, one, last, now) for one in every]


async def _settle(open_unit: OpenUnit, its: Partnership, last: int, now: datetime) -> PutBack:
    unsure = skipped = 0
    async with open_unit() as unit:
        agreed = await set_back(unit, its, now)
    for beat in (False, True):
        if beat and not its.practice:
            await look(open_unit, its.id, its.looked_number, now, WITHOUT_REMOVALS)
        async with open_unit() as unit:
            found = await doubt_owed(unit, its.id, now, WHY, but=[DOOR], after=last)
            unsure, skipped = unsure + found[0], skipped + found[1]
            if beat:
                await append_log(
                    unit, its.id, at=now, person_id=None, by="restore", what="records put back",
                    subject=f"partnership:{its.id}", refs={"unsure": unsure, "skipped": skipped},
                )  # fmt: skip
    return PutBack(its.title, unsure, skipped, agreed)
