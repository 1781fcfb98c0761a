"""Travelling through practice time: what falls due on the way arrives in order, and a restart goes on from there."""

from __future__ import annotations

import asyncio
import time
from datetime import date, timedelta

from storage.asks import meetings_from
from storage.contacts import practice
from storage.notices import notices_about
from tests.e2e.test_practice import a_practice_group, open_page, someone_issues, type_in
from tests.group import a_group, buttons, read, words


async def travel(group, *typed):
    """Type each of these, and wait until we have arrived; gives everything that was posted."""
    before = len(group.teams.posts())
    for text in typed:
        await group.say("newcomer", text)
        await arrive(group)
    return [read(post) for post in group.teams.posts()[before:]]


async def arrive(group):
    """Wait until the journey under way is over, and let what it brought go out."""
    if group.house.journey is not None:
        await group.house.journey
    await group.settle()


async def offset_of(group):
    async with group.unit() as (unit, its):
        room = await practice(unit, its.id)
        return timedelta(seconds=room.offset_seconds)


async def test_travel_says_where_we_go_where_we_are_and_what_happened(database_url, tmp_path):
    async with a_practice_group(database_url, tmp_path) as group:
        await open_page(group)
        request = await someone_issues(group)
        await type_in(group, "be GWH")
        shown = await travel(group, "travel 2 February 2027")
        assert "On the way to Tuesday 2 February 2027, 10:00." in words(shown[0])
        arrived = words(shown[-1])
        assert "It is now Tuesday 2 February 2027, 10:00" in arrived
        assert "13 requests: AWP, CGL, ICB and ten others" in arrived
        assert "Child F rapid review" in words(shown[-2]) and "For GWH" in words(shown[-2])
        async with group.unit() as (unit, its):
            sent = [one for one in await notices_about(unit, its.id, f"request:{request}") if one.kind == "request"]
        impact = [one for one in sent if one.owed_at.date() == date(2027, 2, 2)]
        assert len(impact) == 13 and {one.state for one in impact} == {"delivered"}


async def test_practice_time_survives_a_restart_and_meetings_stay_ahead(database_url, tmp_path):
    async with a_practice_group(database_url, tmp_path) as group:
        await open_page(group)
        await travel(group, "travel to the meeting", "travel 3 weeks")
        assert await offset_of(group) == group.house.offset
        before = group.house.now()
    async with a_practice_group(database_url, tmp_path) as group:
        assert group.house.now() == before
        async with group.unit() as (unit, its):
            ahead = await meetings_from(unit, its.id, "ldg", before.date())
        assert len(ahead) == 2
        assert f"It is now {before:%A %-d %B %Y}" in words(await group.say("newcomer", "travel"))


async def test_a_journey_of_three_months_takes_seconds(sqlite_url, tmp_path):
    async with a_practice_group(sqlite_url, tmp_path) as group:
        await open_page(group)
        await someone_issues(group)
        begun = time.process_time()
        await travel(group, "travel 3 months")
        assert time.process_time() - begun < 15


async def test_where_nothing_falls_due_the_card_says_so_and_offers_to_go_on(sqlite_url, tmp_path):
    async with a_practice_group(sqlite_url, tmp_path) as group:
        await open_page(group)
        card = (await travel(group, "travel an hour", "travel an hour"))[-1]
        assert "Nothing fell due on the way." in words(card)
        assert buttons(card) == ["One day on", "One week on", "To the meeting"]
        before = len(group.chat("newcomer"))
        body = await group.press("newcomer", card, "One day on")
        assert "On the way to Tuesday 3 November 2026, 11:00." in body["value"]
        await arrive(group)
        arrived = read(group.chat("newcomer")[before])
        assert "It is now Tuesday 3 November 2026, 11:00" in words(arrived)


async def test_a_button_travels_on_whatever_place_is_held_by_then(sqlite_url, tmp_path):
    async with a_practice_group(sqlite_url, tmp_path) as group:
        await open_page(group)
        card = (await travel(group, "travel an hour"))[-1]
        await type_in(group, "be GWH")
        assert "On the way" in (await group.press("newcomer", card, "One week on"))["value"]


async def test_what_cannot_be_travelled_to_is_said_and_time_stands_still(sqlite_url, tmp_path):
    async with a_practice_group(sqlite_url, tmp_path) as group:
        await open_page(group)
        for typed, said in (
            ("travel yesterday", "Where to? Type travel and a day"),
            ("travel 1 November 2026", "only moves forward"),
            ("travel 9 months", "six months long at most"),
            ("travel", "It is now Monday 2 November 2026, 09:00"),
        ):
            assert said in words(await group.say("newcomer", typed)), typed
        assert group.house.offset == timedelta()


async def test_two_journeys_at_once_are_one(sqlite_url, tmp_path):
    async with a_practice_group(sqlite_url, tmp_path) as group:
        await open_page(group)
        card = await group.say("newcomer", "travel")
        both = await asyncio.gather(*(group.press("newcomer", card, "One day on") for _ in range(2)))
        assert sorted("still on the way" in one["value"] for one in both) == [False, True]
        await arrive(group)
        assert group.house.offset == timedelta(days=1)


async def test_time_cannot_be_moved_outside_practice(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        assert "On the way" not in words(await group.say("officer", "travel 2 weeks"))
        body = await group.execute("officer", "travel.go", {"p": group.partnership_id, "by": "week"})
        assert "only be moved on in practice" in body["value"]
        assert group.house.offset == timedelta()


async def test_the_first_card_tells_the_newcomer_about_it(sqlite_url, tmp_path):
    async with a_practice_group(sqlite_url, tmp_path) as group:
        [first] = await open_page(group)
        assert "travel" in words(first)
