"""Learning who can be reached: the courier opens their conversations, which posts nothing and can be repeated."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import monotonic

from assurance.owing import owe
from assurance.reach import DOOR, Door, Tried
from bot.house import House
from storage.base import Conflict
from storage.notices import Notice, alter_notice, notices_numbered
from storage.unit import Unit

PATIENCE = 3.5
"""Seconds for all of them together: the press that asked is answered within five."""
LOOK_EVERY = 0.1
SETTLED = ("delivered", "refused", "skipped", "unsure")


async def try_doors(house: House, partnership_id: int, doors: Sequence[Door]) -> dict[int, Tried]:
    """How each door opened, by person; those that did not answer in time are left out. Open no unit around it.

    The courier opens them, in whichever replica it is, within the rate that Teams takes.
    """
    if not doors:
        return {}
    until = monotonic() + PATIENCE
    numbers = await _owed(house, partnership_id, doors)
    house.wake()
    rows: list[Notice] = []
    while monotonic() < until and len(rows) < len(numbers):
        await asyncio.sleep(LOOK_EVERY)
        async with house.open_unit() as unit:
            rows = [one for one in await notices_numbered(unit, partnership_id, numbers) if one.state in SETTLED]
    return {row.person_id: _tried(row) for row in rows if row.person_id is not None}


async def _owed(house: House, partnership_id: int, doors: Sequence[Door]) -> list[int]:
    try:
        async with house.open_unit() as unit:
            return [await _owe_door(unit, partnership_id, door, house) for door in doors]
    except Conflict:  # another preview asked for the same door at this very moment, and its notice will do
        async with house.open_unit() as unit:
            return [await _owe_door(unit, partnership_id, door, house) for door in doors]


async def _owe_door(unit: Unit, partnership_id: int, door: Door, house: House) -> int:
    """Owe that a door be tried: one notice per person, owed again each time that it is asked about."""
    now = house.now()
    row = await owe(
        unit, partnership_id, f"{DOOR}:{door.person_id}", DOOR, now=now, subject={}, person_id=door.person_id, rank=0
    )
    again = {"state": "owed", "reason": "", "not_before": now, "owed_at": now, "settled_at": None, "attempts": 0}
    await alter_notice(unit, partnership_id, row.id, SETTLED, again)
    return row.id


def _tried(row: Notice) -> Tried:
    return Tried(row.posted_in or "") if row.state == "delivered" else Tried(why=row.reason)
