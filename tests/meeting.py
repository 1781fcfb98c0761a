"""Builders for the tests of a meeting: answers that were given, a room, and its closing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from assurance.actors import actor_numbered
from assurance.answering import Submission, answer
from assurance.concluding import concluded
from assurance.packing import pack_of
from storage.asks import Meeting, loops_of_request, meeting, round_of_meeting
from storage.partnerships import seats
from storage.returns import AgencyReturn, returns_of_loop, returns_of_request
from storage.tabled import tabled_of_round
from tests.answering import SAID
from tests.group import Group, inputs, words

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
        from storage.asks import meeting_on

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


async def close_meeting(group: Group, meeting_id: int, *, outcomes: Mapping[str, str] | None = None) -> None:
    """Close a meeting as an officer does: it was held, and what had not come is noted."""
    async with group.unit() as (unit, its):
        held = await meeting(unit, its.id, meeting_id)
        assert held is not None
        collection = await round_of_meeting(unit, its.id, meeting_id)
        slugs = {one.id: one.slug for one in await seats(unit, its.id)}
        held.state, held.closed_at, held.closed_by = "held", group.clock.now, group.ids["officer"]
        for row, _, _ in await tabled_of_round(unit, its.id, collection.id) if collection else []:
            if row.state == "awaited":
                row.outcome = (outcomes or {}).get(slugs.get(row.seat_id or 0, ""), "no_response")
        await unit.flush()
        await concluded(unit, its, await pack_of(unit, its), held, collection, group.clock.now)
    await group.settle()


async def standing_of(group: Group, request_id: int, seat: str) -> tuple[str, bool, dict[str, tuple[str, str | None]]]:
    """How one seat's loop stands: its state, whether it is open, and each dimension's state and assessed level."""
    from storage.asks import dimensions_of_loops

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
    cards = [group.card(who, index) for index in range(-len(group.chat(who)), 0)]
    return [one for one in cards if words(one).startswith("LDG, ")][-1]
