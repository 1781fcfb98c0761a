"""Learning who can be reached: opens 1:1 conversations, which posts nothing and can be repeated."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from assurance.reach import Door, Tried
from bot.edge.outcomes import Refused, TryLater, Unsure
from bot.house import House

AT_ONCE = 8
PATIENCE = 3.5
"""Seconds for all of them together: the press that asked is answered within five."""


async def try_doors(house: House, doors: Sequence[Door]) -> dict[int, Tried]:
    """How each door opened, by person; those that did not answer in time are left out. Open no unit around it."""
    gate = asyncio.Semaphore(AT_ONCE)
    found: dict[int, Tried] = {}

    async def attempt(door: Door) -> None:
        async with gate:
            try:
                opened = await house.adapter.connector.open_personal(
                    door.service_url, door.bot_id, door.tenant_id, door.user
                )
                found[door.person_id] = Tried(conversation_id=opened)
            except Refused as refused:
                found[door.person_id] = Tried(why=refused.why)
            except (TryLater, Unsure):
                return

    try:
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(attempt(door) for door in doors))
    except TimeoutError:
        pass
    return dict(found)
