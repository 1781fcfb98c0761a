"""Away: said by a person of themselves, by an officer of anybody, and ended with one press (B13, deliver 3)."""

from __future__ import annotations

from datetime import date

from storage.chasers import absences_of
from storage.chasers import away_on as absent_on
from storage.log import log_entries
from tests.answering import a_request
from tests.group import a_group, buttons, inputs, words
from tests.issuing import card_in

FRIDAY = date(2026, 11, 6)


async def away_on(group, day):
    """The keys of everybody who is away on a day."""
    by_id = {number: key for key, number in group.ids.items()}
    async with group.unit() as (unit, its):
        return [by_id[one] for one in await absent_on(unit, its.id, day)]


async def spans_of(group, who):
    async with group.unit() as (unit, its):
        return [(one.first, one.last) for one in await absences_of(unit, its.id, group.ids[who], date(2026, 1, 1))]


async def test_away_until_a_day_is_noted_at_once_and_one_press_comes_back(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        card = await group.say("gwh", "away until Friday 6 November")
        said = words(card)
        assert "You are away until the end of Friday 6 November 2026" in said
        assert "Nobody else answers for GWH meanwhile" in said
        assert await away_on(group, date(2026, 11, 2)) == ["gwh"] == await away_on(group, FRIDAY)
        assert await away_on(group, date(2026, 11, 7)) == []
        reply = await group.press("gwh", card, "I am back")
        assert "That absence is taken out." in words(reply["value"])
        assert await away_on(group, date(2026, 11, 2)) == []


async def test_coming_back_early_ends_it_the_day_before_and_a_second_press_changes_nothing(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        card = await group.say("gwh", "away until 13 November")
        group.clock.move(days=2)
        assert "Welcome back." in words((await group.press("gwh", card, "I am back"))["value"])
        await group.press("gwh", card, "I am back")
        assert await spans_of(group, "gwh") == [(date(2026, 11, 2), date(2026, 11, 3))]
        async with group.unit() as (unit, its):
            assert [one.what for one in await log_entries(unit, its.id)].count("back") == 1


async def test_words_that_leave_something_open_fill_in_the_form_and_change_nothing(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        for typed in ("away", "away until Monday", "away days?", "i am away"):
            card = await group.say("gwh", typed)
            assert "When are you away?" in words(card), typed
        assert await spans_of(group, "gwh") == []
        card = await group.say("gwh", "away until Monday")
        assert [one.get("value") for key, one in inputs(card).items() if key.endswith(".last")] == ["2026-11-09"]
        await group.press("gwh", card, "Save")
        assert await spans_of(group, "gwh") == [(date(2026, 11, 2), date(2026, 11, 9))]


async def test_other_days_take_the_place_of_those_that_they_cross(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await group.say("gwh", "away until 13 November")
        await group.say("gwh", "away until 13 November")
        async with group.unit() as (unit, its):
            assert [one.what for one in await log_entries(unit, its.id)].count("away") == 1
        group.clock.move(days=1)
        await group.say("gwh", "away until 20 November")
        await group.say("gwh", "away from 21 December to 24 December")
        assert await spans_of(group, "gwh") == [
            (date(2026, 11, 2), date(2026, 11, 20)), (date(2026, 12, 21), date(2026, 12, 24))
        ]  # fmt: skip


async def test_days_that_cannot_be_are_said_and_what_was_typed_stays(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        card = await group.say("gwh", "away")
        wrong = {"first": "2026-11-20", "last": "2026-11-10"}
        reply = card_in(await group.press("gwh", card, "Save", wrong))
        assert "The last day is before the first day." in words(reply)
        assert {one.get("value") for one in inputs(reply).values()} >= {"2026-11-20", "2026-11-10"}
        for typed, said in (
            ("2026-11-01", "today or a day to come"),
            ("2028-11-01", "within a year"),
            ("", "last day"),
        ):
            reply = card_in(await group.press("gwh", reply, "Save", {"first": "2026-11-02", "last": typed}))
            assert said in words(reply), typed
        assert "today or a day to come" in words(await group.say("gwh", "away until 1 November 2026"))
        assert await spans_of(group, "gwh") == []


async def test_a_colleague_can_be_named_in_the_same_card(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "housing")
        card = await group.say("housing", "away")
        choices = {
            one["title"] for key, one in inputs(card).items() if key.endswith("deputy") for one in one["choices"]
        }
        assert "Early Years" in choices and "Gwh" not in choices and "Housing" not in choices
        typed = {"last": "2026-11-13", "deputy": str(group.ids["early-years"])}
        reply = card_in(await group.press("housing", card, "Save", typed))
        said = words(reply)
        assert "You are away until the end of Friday 13 November 2026" in said
        assert "Early Years stands in for you for Housing" in said and "has been told" in said
        told, request = (words(group.card("early-years", at)) for at in (0, 1))
        assert "You stand in for Housing for Housing" in told
        assert "Child F rapid review" in request and "For Housing" in request


async def test_an_officer_says_it_of_anybody_and_sees_it_on_the_people_list(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        card = await group.say("officer", "away")
        assert "Who is away, and until when?" in words(card)
        typed = {"person": str(group.ids["police"]), "last": "2026-11-06"}
        reply = card_in(await group.press("officer", card, "Save", typed))
        assert "Police is away until the end of Friday 6 November 2026" in words(reply)
        assert await away_on(group, FRIDAY) == ["police"]
        assert "Away until 6 Nov 2026" in words(await group.say("officer", "people"))
        assert "Away until" not in words(await group.say("chair", "people"))
        await group.press("officer", reply, "Police is back")
        assert await away_on(group, FRIDAY) == []


async def test_nobody_says_it_of_somebody_else(database_url, tmp_path):
    """Framework 2."""
    async with a_group(database_url, tmp_path) as group:
        card = await group.say("gwh", "away until 13 November")
        data = {"p": group.partnership_id, "form": "f1", "f1.person": str(group.ids["police"]), "f1.last": "2026-11-13"}
        for who in ("gwh", "chair", "ld_lead"):
            reply = await group.execute(who, "away.save", data)
            assert "Only the support officer" in reply["value"], who
        [mine] = [one["data"] for one in card["actions"] if one["verb"] == "away.back"]
        reply = await group.execute("police", "away.back", mine)
        assert "Only the support officer" in reply["value"]
        assert await away_on(group, FRIDAY) == ["gwh"]


async def test_in_a_channel_nothing_is_noted_and_nobody_is_named(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        for typed in ("away until 13 November", "deputy"):
            shown = await group.say("gwh", typed, in_channel=True)
            assert "in private only" in words(shown) and not buttons(shown)
        assert await spans_of(group, "gwh") == []
