"""Learning issued to the group, without going through the officer's form: for tests of what comes after."""

from __future__ import annotations

from datetime import date
from typing import Any

from assurance.actors import actor_numbered
from assurance.issuing import Addressee, NewRequest, Timing, issue
from assurance.packing import pack_of
from storage.partnerships import seats
from tests.group import Group

DUE = date(2026, 11, 26)
LEARNING: dict[str, Any] = {
    "title": "Child F rapid review",
    "key_messages": "Ask who else lives in the home.\nFollow up a missed appointment within two days.",
    "handling": "staff",
    "agreed_by": "Practice Review Group",
}


async def issued(group: Group, *, to: tuple[str, ...] | None = None, settle: bool = True, **new: Any) -> int:
    """Issue an item to these seats, by key (to every returning seat unless told); gives the request's number."""
    async with group.unit() as (unit, its):
        pack, now = await pack_of(unit, its), group.clock.now
        actor = await actor_numbered(unit, its.id, group.ids["officer"], now.date())
        assert actor is not None
        asked = tuple(
            Addressee(seat_id=one.id)
            for one in await seats(unit, its.id)
            if (one.slug in to if to is not None else one.returns)
        )
        values = {"kind": "assurance", "title": LEARNING["title"], "learning": LEARNING, "timing": Timing(DUE)}
        request = await issue(unit, actor, its, pack, NewRequest(addressees=asked, **(values | new)), now)
    if settle:
        await group.settle()
    return request.id
