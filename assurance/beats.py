"""One beat of the clock: each partnership's due work, one short transaction per partnership and step."""

from __future__ import annotations

import logging
from datetime import datetime

from assurance.closing_items import propose_closing
from assurance.following_up import open_follow_ups
from assurance.opening import open_due
from assurance.packing import pack_of
from assurance.seating import welcome_starters
from storage.partnerships import every_partnership, partnership
from storage.unit import OpenUnit

STEPS = (open_due, welcome_starters, open_follow_ups, propose_closing)
_log = logging.getLogger("assurance.beats")


async def beat(open_unit: OpenUnit, now: datetime) -> int:
    """Do what is due at this moment; a failure in one partnership or step does not stop the others."""
    done = 0
    async with open_unit() as unit:
        numbers = [one.id for one in await every_partnership(unit) if one.pack_sha256]
    for partnership_id in numbers:
        for step in STEPS:
            try:
                async with open_unit() as unit:
                    its = await partnership(unit, partnership_id)
                    if its is not None:
                        done += await step(unit, its, await pack_of(unit, its), now)
            except Exception as error:
                _log.error("%s failed for partnership %s: %s", step.__name__, partnership_id, type(error).__name__)
    return done
