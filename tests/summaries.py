"""Builders for the tests of summaries: a meeting whose answers came, was held and closed, and the beat after it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from assurance.actors import actor_numbered
from assurance.beats import beat
from assurance.closing import close_meeting
from assurance.packing import pack_of
from storage.asks import Request, meeting_on
from storage.reports import Report, reports
from storage.returns import Assessment, returns_of_request
from tests.answering import DUE, MEETING, SAID, a_request
from tests.group import Group, read, words
from tests.issuing import card_in
from tests.teams_world import Json

HUDDLE = "A huddle script for wards, with three questions"
QUIZ = "A team quiz of five questions after each briefing"
RELEASING = "Releasing staff for briefings"
POSTED = "LDG summary, Thursday 10 December 2026"
APPROVE, SAVE, TABLE = "Approve and post", "Save changes", "Full table, LDG members only"
ANSWERS: Mapping[str, Mapping[str, str]] = {
    "gwh": {"dissemination": "high", "good_practice": HUDDLE, "barriers": RELEASING},
    "awp": {"dissemination": "medium", "good_practice": QUIZ},
}
"""What each agency answers beside the usual; whoever is not named here does not answer."""


async def answered(
    group: Group,
    *seats: str,
    answers: Mapping[str, Mapping[str, str]] = ANSWERS,
    meeting_on: date | None = MEETING,
    due_on: date = DUE,
) -> Request:
    """Ask these seats for a meeting, and let some of them answer."""
    asked = await a_request(group, *seats, meeting_on=meeting_on, due_on=due_on)
    for who, said in answers.items():
        await group.press(who, group.card(who), "Send answer", {**SAID, **said})
    return asked


async def assessed(group: Group, asked: Request, seat: str, level: str, dimension: str = "dissemination") -> None:
    """Set the level that the group gave one agency's answer."""
    from storage.partnerships import seats

    async with group.unit() as (unit, its):
        numbers = {one.slug: one.id for one in await seats(unit, its.id)}
        [row] = [one for one in await returns_of_request(unit, its.id, asked.id) if one.seat_id == numbers[seat]]
        unit.add(
            Assessment(partnership_id=its.id, return_id=row.id, dimension=dimension, level=level, at=group.clock.now)
        )


async def closed(group: Group, on: date = MEETING) -> int:
    """The meeting of this day was held and is closed in the afternoon; gives its number."""
    group.clock.now = datetime(on.year, on.month, on.day, 15, tzinfo=group.clock.now.tzinfo)
    async with group.unit() as (unit, its):
        found = await meeting_on(unit, its.id, "ldg", on)
        officer = await actor_numbered(unit, its.id, group.ids["officer"], on)
        assert found is not None and officer is not None
        await close_meeting(unit, officer, its, await pack_of(unit, its), found.id, group.clock.now)
        return found.id


async def beaten(group: Group, *, hours: int = 0) -> None:
    """Let the clock beat, some hours on, and everything due go out."""
    group.clock.now += timedelta(hours=hours)
    await beat(group.house.open_unit, group.clock.now)
    await group.settle()


async def drafted(group: Group, *seats: str, **how: Mapping[str, Mapping[str, str]]) -> Request:
    """Answers came, the meeting was closed, and the draft of its summary is out on the morning after."""
    asked = await answered(group, *(seats or ("gwh", "awp", "police")), **how)
    await closed(group)
    await beaten(group, hours=20)
    return asked


async def summaries_of(group: Group) -> list[Report]:
    """Every summary on record, the oldest first."""
    async with group.unit() as (unit, its):
        return [one for one, _ in await reports(unit, its.id, "summary")]


def summaries_in(group: Group) -> list[Json]:
    """The summaries of the December meeting that stand in the channel."""
    return [card for post in group.channel() if POSTED in words(card := read(post))]


def cards_about(group: Group, who: str) -> list[Json]:
    """The cards about a summary in somebody's chat, as they stand now, the oldest first."""
    return [card for post in group.chat(who) if "LDG summary" in words(card := read(post))]


def draft_of(group: Group, who: str) -> Json:
    """The newest of them: the draft, where it was just sent."""
    return cards_about(group, who)[-1]


async def approved(group: Group, who: str = "chair", **typed: str) -> Json:
    """The draft in somebody's chat, approved as it is unless told otherwise."""
    return card_in(await group.press(who, draft_of(group, who), APPROVE, typed))
