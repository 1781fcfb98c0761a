"""Builders for the tests of seats that change: three presses of an officer, and looks at what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from storage.asks import loops_of_request
from storage.partnerships import Seat, seats
from storage.returns import AgencyReturn, returns_of_request
from tests.group import Group
from tests.issuing import card_in


async def seat_of(group: Group, key: str) -> Seat:
    """A seat by its key or its short name."""
    async with group.unit() as (unit, its):
        return next(one for one in await seats(unit, its.id) if key in (one.slug, one.short))


async def previewed(group: Group, key: str, kind: str, values: Mapping[str, str]) -> Any:
    """The preview that an officer comes to; "into" and "rest" may name a seat by its key."""
    told = await group.say("officer", "people")
    first = card_in(await group.press("officer", told, "Change a seat"))
    chosen = {"seat": str((await seat_of(group, key)).id), "kind": kind}
    form = card_in(await group.press("officer", first, "Next", chosen))
    typed = dict(values)
    if "into" in typed:
        typed["into"] = str((await seat_of(group, typed["into"])).id)
    if typed.get("rest", "").startswith("seat:"):
        typed["rest"] = f"seat:{(await seat_of(group, typed['rest'].removeprefix('seat:'))).id}"
    return card_in(await group.press("officer", form, "Show what happens", typed))


async def changed(group: Group, key: str, kind: str, values: Mapping[str, str], homes: Mapping[str, str] = {}) -> Any:
    """The card after the change is confirmed; `homes` are inputs of the preview."""
    preview = await previewed(group, key, kind, values)
    return card_in(await group.press("officer", preview, "Do this", dict(homes)))


async def loops_by_seat(group: Group, request_id: int) -> dict[str, Any]:
    """The loops of a request by their seats' short names."""
    async with group.unit() as (unit, its):
        called = {one.id: one.short for one in await seats(unit, its.id)}
        return {called[one.seat_id or 0]: one for one in await loops_of_request(unit, its.id, request_id)}


async def rows_by_seat(group: Group, request_id: int) -> dict[str, list[AgencyReturn]]:
    """The returns of a request by their seats' short names."""
    async with group.unit() as (unit, its):
        called = {one.id: one.short for one in await seats(unit, its.id)}
        found: dict[str, list[AgencyReturn]] = {}
        for one in await returns_of_request(unit, its.id, request_id):
            found.setdefault(called[one.seat_id or 0], []).append(one)
        return found
