"""The newcomer's way over HTTP: one user who takes any place in a practice team ("Newcomer's way")."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import aiohttp
from aiohttp import web

from assurance.actors import actor_numbered
from assurance.issuing import Addressee, NewRequest, Timing, issue
from assurance.packing import pack_of
from bot.running import running
from bot.settings import Settings
from storage.asks import meetings_from
from storage.contacts import practice
from storage.notices import notices_about
from storage.partnerships import every_partnership, seats
from storage.people import holdings_on, people
from tests import inbound
from tests.connector import Json, Person, Teams
from tests.group import Clock, Group, buttons, inputs, read, words

NEWCOMER = Person(
    name="Robin Newcomer", teams_id="29:robin", object_id="00000000-0000-4000-8000-000000000100", email="r@example.org"
)


@asynccontextmanager
async def a_practice_group(database_url: str, folder: Path, clock: Clock | None = None) -> AsyncIterator[Group]:
    """The bot in practice, with the imitation of Teams as its Playground. Opening it again is a restart."""
    clock = clock or Clock()
    async with Teams([NEWCOMER], limits=False) as teams:
        settings = Settings(data_dir=folder, database_url=database_url, playground=True)
        opened = running(settings, clock=clock, by_hand=True)
        async with opened as (house, app, courier), aiohttp.ClientSession() as http:
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            teams.personal[teams.chat_with(NEWCOMER)] = NEWCOMER
            try:
                yield Group(teams, house, courier, clock, url, {"newcomer": NEWCOMER}, 1, http)
            finally:
                await runner.cleanup()


async def open_page(group: Group, *, in_team: bool = False) -> list[Json]:
    """The Playground's page is opened: what is posted because of it."""
    before = len(group.teams.posts())
    where = {"team": group.teams.team} if in_team else {}
    event = inbound.activity("installationUpdate", NEWCOMER, group.teams.url, **where)
    status, _ = await group.send(event | {"action": "add"})
    assert status in (200, 202)
    await group.settle()
    return [read(post) for post in group.teams.posts()[before:]]


async def type_in(group: Group, text: str) -> list[Json]:
    """Everything that is posted after this was typed."""
    before = len(group.teams.posts())
    await group.say("newcomer", text)
    return [read(post) for post in group.teams.posts()[before:]]


async def someone_issues(group: Group) -> int:
    """Every returning agency is asked about new learning; gives the request's number."""
    async with group.unit() as (unit, its):
        pack = await pack_of(unit, its)
        today = group.clock.now.date()
        asker = next(one for one in await holdings_on(unit, its.id, today) if one.role == "officer")
        actor = await actor_numbered(unit, its.id, asker.person_id, today)
        assert actor is not None
        meeting = (await meetings_from(unit, its.id, pack.groups[0].key, today))[0]
        asked = tuple(Addressee(seat_id=one.id) for one in await seats(unit, its.id) if one.returns)
        new = NewRequest(
            kind="assurance", title="Child F rapid review", addressees=asked,
            timing=Timing(date(2026, 12, 14), meeting.id), learning={"key_messages": "Ask twice."},
        )  # fmt: skip
        issued = await issue(unit, actor, its, pack, new, group.clock.now)
        return issued.id


async def taken(group: Group) -> int | None:
    """The number of the person whose place is taken."""
    async with group.unit() as (unit, its):
        room = await practice(unit, its.id)
        return room.person_id if room else None


async def test_opening_the_page_greets_the_newcomer_once_with_what_to_try(sqlite_url, tmp_path):
    async with a_practice_group(sqlite_url, tmp_path) as group:
        shown = await open_page(group)
        assert len(shown) == 1
        text = words(shown[0])
        assert "new learning" in text and "be GWH" in text and "You are now the officer (" in text
        assert "13 agencies" in text


async def test_the_practice_team_has_somebody_on_every_seat_and_two_meetings_ahead(sqlite_url, tmp_path):
    async with a_practice_group(sqlite_url, tmp_path) as group, group.unit() as (unit, its):
        held = await holdings_on(unit, its.id, group.clock.now.date())
        assert {one.seat_id for one in held if one.seat_id} == {one.id for one in await seats(unit, its.id)}
        assert {one.role for one in held if one.role} == {"officer", "chair", "vice_chair", "ld_lead"}
        ahead = await meetings_from(unit, its.id, "ldg", group.clock.now.date())
        assert [one.on for one in ahead] == [date(2027, 1, 14), date(2027, 4, 15)]


async def test_a_restart_keeps_the_place_the_people_and_the_practice_time(database_url, tmp_path):
    async with a_practice_group(database_url, tmp_path) as group:
        await open_page(group)
        await group.say("newcomer", "be GWH")
        before = await taken(group)
        async with group.unit() as (unit, its):
            room = await practice(unit, its.id)
            room.offset_seconds = 14 * 24 * 3600
            count = len(await people(unit, its.id))
    async with a_practice_group(database_url, tmp_path) as group:
        assert await taken(group) == before
        assert (group.house.now() - group.clock.now).days == 14
        async with group.unit() as (unit, its):
            assert len(await people(unit, its.id)) == count
            assert len(await meetings_from(unit, its.id, "ldg", group.clock.now.date())) == 2


async def test_the_first_message_greets_too_where_the_page_was_open_already(sqlite_url, tmp_path):
    async with a_practice_group(sqlite_url, tmp_path) as group:
        first, second = await type_in(group, "help")
        assert "Welcome to Learning Loop" in words(first)
        assert "What I can do" in words(second)
        assert len(await type_in(group, "help")) == 1


NAMED = {
    "be GWH": "GWH", "be great western": "GWH", "Be the chair": "the chair", "be vice chair": "the vice chair",
    "be officer": "the officer", "be Wiltshire Police": "Police", "be camhs please": "CAMHS",
    "be L&D Lead": "the learning lead", "be Grace Bell": "GWH",
}  # fmt: skip


async def test_be_takes_a_place_by_any_of_its_names(sqlite_url, tmp_path):
    async with a_practice_group(sqlite_url, tmp_path) as group:
        await open_page(group)
        for typed, place in NAMED.items():
            shown = words(await group.say("newcomer", typed))
            assert shown.startswith(f"You are now {place} ("), typed


async def test_be_alone_lists_every_place_and_a_choice_takes_it(database_url, tmp_path):
    async with a_practice_group(database_url, tmp_path) as group:
        await open_page(group)
        card = await group.say("newcomer", "be")
        choices = {one["title"]: one["value"] for one in inputs(card)["place"]["choices"]}
        assert len(choices) == 17
        chosen = next(value for title, value in choices.items() if title.startswith("Housing ("))
        body = await group.press("newcomer", card, "Take this place", {"place": chosen})
        assert "You are now Housing (" in words(body["value"])
        assert await taken(group) == int(chosen)


async def test_a_misspelt_place_is_asked_about_and_nobodys_place_is_taken(sqlite_url, tmp_path):
    async with a_practice_group(sqlite_url, tmp_path) as group:
        await open_page(group)
        before = await taken(group)
        card = await group.say("newcomer", "be GHW")
        assert "Did you mean" in words(card)
        assert buttons(card) == ["Be GWH"]
        assert await taken(group) == before
        await group.press("newcomer", card, "Be GWH")
        assert await taken(group) != before


async def test_what_is_sent_to_other_places_waits_there_until_the_place_is_taken(database_url, tmp_path):
    async with a_practice_group(database_url, tmp_path) as group:
        await open_page(group)
        request = await someone_issues(group)
        before = len(group.chat("newcomer"))
        await group.settle()
        assert len(group.chat("newcomer")) == before
        async with group.unit() as (unit, its):
            sent = [one for one in await notices_about(unit, its.id, f"request:{request}") if one.kind == "request"]
            assert len(sent) == 13
            assert {one.state for one in sent} == {"delivered"}
        shown = await type_in(group, "be GWH")
        assert "One card waits below" in words(shown[0])
        assert len(shown) == 2
        assert "Child F rapid review" in words(shown[1])


async def test_taking_a_place_again_shows_its_open_card_again(sqlite_url, tmp_path):
    async with a_practice_group(sqlite_url, tmp_path) as group:
        await open_page(group)
        await someone_issues(group)
        await type_in(group, "be GWH")
        await type_in(group, "be officer")
        shown = await type_in(group, "be GWH")
        assert len(shown) == 2
        assert "Child F rapid review" in words(shown[1])


async def test_a_card_still_on_its_way_is_not_shown_twice(sqlite_url, tmp_path):
    async with a_practice_group(sqlite_url, tmp_path) as group:
        await open_page(group)
        await someone_issues(group)
        shown = await type_in(group, "be GWH")
        assert sum("New learning to share" in words(card) for card in shown) == 1


async def test_a_press_on_another_places_card_is_refused_with_what_to_type(sqlite_url, tmp_path):
    async with a_practice_group(sqlite_url, tmp_path) as group:
        await open_page(group)
        await someone_issues(group)
        card = (await type_in(group, "be GWH"))[1]
        await type_in(group, "be CAMHS")
        for title in buttons(card):
            body = await group.press("newcomer", card, title)
            assert body["type"].endswith("message"), title
            assert "Type be GWH first" in body["value"], title
        async with group.unit() as (unit, its):
            from storage.returns import returns_of_request

            assert not any(one.version_number for one in await returns_of_request(unit, its.id, 1))


async def test_the_channel_that_is_opened_gets_the_cards_of_what_is_open(sqlite_url, tmp_path):
    async with a_practice_group(sqlite_url, tmp_path) as group:
        await open_page(group)
        await someone_issues(group)
        shown = await open_page(group, in_team=True)
        assert len(shown) == 1
        assert "Child F rapid review" in words(shown[0])
        assert not await open_page(group, in_team=True)
        async with group.unit() as (_, its):
            assert its.team_id == group.teams.team.id


async def test_places_cannot_be_taken_outside_practice(sqlite_url, tmp_path):
    from tests.group import a_group

    async with a_group(sqlite_url, tmp_path) as group:
        assert "You are now" not in words(await group.say("gwh", "be chair"))
        body = await group.execute("gwh", "practice.be", {"p": group.partnership_id, "place": group.ids["chair"]})
        assert "only be taken in practice" in body["value"]
        async with group.unit() as (unit, _):
            assert await practice(unit, (await every_partnership(unit))[0].id) is None


async def test_a_colleague_can_stand_in_and_their_place_can_be_taken(sqlite_url, tmp_path):
    async with a_practice_group(sqlite_url, tmp_path) as group:
        await open_page(group)
        await someone_issues(group)
        await type_in(group, "be GWH")
        card = await group.say("newcomer", "deputy")
        [people] = [one for key, one in inputs(card).items() if key.endswith("deputy")]
        [chosen] = people["choices"]
        shown = await group.press("newcomer", card, "Name as deputy", {"deputy": chosen["value"]})
        assert f"{chosen['title']} stands in for you for GWH" in words(shown["value"])
        shown = await type_in(group, f"be {chosen['title']}")
        assert any("You stand in for Grace Bell for GWH" in words(one) for one in shown)
        assert any("Child F rapid review" in words(one) for one in shown)
