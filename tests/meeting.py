"""Builders for the tests of a meeting: answers that were given, a room, and its closing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from assurance import closing
from assurance.actors import actor_numbered
from assurance.answering import Submission, answer
from assurance.packing import pack_of
from storage.asks import Meeting, dimensions_of_loops, loops_of_request, meeting_on
from storage.partnerships import seats
from storage.people import all_holdings
from storage.returns import AgencyReturn, returns_of_loop, returns_of_request
from tests.answering import SAID
from tests.group import Group, inputs, read, words

QUORATE = ("chair", "awp", "housing", "police")
"""A health seat, a council seat and the police: enough for Swindon. The chair is of GWH."""


async def answers(group: Group, request_id: int, said: Mapping[str, Mapping[str, str] | str]) -> None:
    """Let seats answer their newest return of a request: a level, or everything that they say."""
    async with group.unit() as (unit, its):
        pack, numbers = await pack_of(unit, its), {one.slug: one.id for one in await seats(unit, its.id)}
        rows = await returns_of_request(unit, its.id, request_id)
        for key, values in said.items():
            actor = await actor_numbered(unit, its.id, group.ids[key], group.clock.now.date())
            row = [one for one in rows if one.seat_id == numbers[key]][-1]
            whole = values if isinstance(values, Mapping) else levelled(row, values)
            assert actor is not None
            sent = Submission(row.id, row.version_number, whole, confirmed=True)
            await answer(unit, actor, its, pack, sent, group.clock.now)
    await group.settle()


def levelled(row: AgencyReturn, level: str) -> dict[str, str]:
    """An answer that gives every dimension which is due this level."""
    found = dict(SAID) | {"not_relevant_reason": "We see no children."} if level == "not_relevant" else dict(SAID)
    for key in row.dimensions:
        found[key] = level
    return found | {"impact_evidence": "An audit of forty records shows it."}


async def the_meeting(group: Group, day: date) -> int:
    """The number of the group's meeting on a day, entered now if it was not."""
    async with group.unit() as (unit, its):
        found = await meeting_on(unit, its.id, "ldg", day)
        if found is None:
            found = await unit.save(Meeting(partnership_id=its.id, group_key="ldg", on=day))
        return found.id


async def enter_the_room(group: Group, who: str = "officer", here: Iterable[str] = QUORATE, **more: str) -> Any:
    """Type assess, note who is here, and go on: gives the first card of the meeting."""
    form = await group.say(who, "assess")
    present = ",".join(str(group.ids[key]) for key in here)
    saved = (await group.press(who, form, "Save who is here", {"here": present, **more}))["value"]
    return (await group.press(who, saved, "Go on to the answers"))["value"]


async def close_meeting(group: Group, meeting_id: int, who: str = "officer") -> None:
    """Close a meeting as an officer does: it was held, and what had not come is noted."""
    async with group.unit() as (unit, its):
        actor = await actor_numbered(unit, its.id, group.ids[who], group.clock.now.date())
        assert actor is not None
        await closing.close_meeting(unit, actor, its, await pack_of(unit, its), meeting_id, group.clock.now)
    await group.settle()


async def leave(group: Group, who: str, last_day: date) -> None:
    """Somebody leaves every seat after this day."""
    async with group.unit() as (unit, its):
        for held in await all_holdings(unit, its.id):
            if held.person_id == group.ids[who]:
                held.ends_on = last_day


async def standing_of(group: Group, request_id: int, seat: str) -> tuple[str, bool, dict[str, tuple[str, str | None]]]:
    """How one seat's loop stands: its state, whether it is open, and each dimension's state and assessed level."""
    async with group.unit() as (unit, its):
        number = next(one.id for one in await seats(unit, its.id) if one.slug == seat)
        loop = next(one for one in await loops_of_request(unit, its.id, request_id) if one.seat_id == number)
        states = (await dimensions_of_loops(unit, its.id, [loop.id]))[loop.id]
        return loop.state, loop.open, {key: (one.state, one.assessed_level) for key, one in states.items()}


async def returns_for(group: Group, request_id: int, seat: str) -> list[AgencyReturn]:
    """Every return of one seat on a request, oldest first."""
    async with group.unit() as (unit, its):
        number = next(one.id for one in await seats(unit, its.id) if one.slug == seat)
        loop = next(one for one in await loops_of_request(unit, its.id, request_id) if one.seat_id == number)
        return await returns_of_loop(unit, its.id, loop.id)


def chosen(card: Any) -> list[str]:
    """The choices of levels on a card that are chosen before anybody pressed anything."""
    return [one["id"] for one in inputs(card).values() if one.get("style") == "expanded" and one.get("value")]


def came_to(group: Group, who: str = "chair") -> Any:
    """The card that tells the chair or the officer what the last meeting came to."""
    cards = [read(post) for post in group.chat(who)]
    return [one for one in cards if words(one).startswith("LDG, ")][-1]
