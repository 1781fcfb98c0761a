"""What may or may not have arrived heals: by a press that shows it, or by an officer who looks (`deliveries`)."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from assurance.deliveries import A_PAGE, count_open
from assurance.owing import owe
from storage.log import log_entries
from storage.notices import Notice, alter_notice, notice, notices_about
from storage.people import address_of_person
from tests.answering import SAID, a_request
from tests.group import Group, a_group, buttons, read, words
from tests.issuing import a_meeting, previewed

pytestmark = pytest.mark.both_databases


async def lost(group: Group, who: str = "gwh", **fault: Any) -> Notice:
    """Issue a request whose card to somebody was posted, though Teams's answer was lost; gives its notice."""
    group.teams.next(1, "lost", where=group.teams.chat_with(group.people[who]), **fault)
    request = await a_request(group, who)
    async with group.unit() as (unit, its):
        rows = await notices_about(unit, its.id, f"request:{request.id}")
        return next(one for one in rows if one.person_id == group.ids[who])


async def as_it_stands(group: Group, row: Notice) -> Notice:
    async with group.unit() as (unit, its):
        found = await notice(unit, its.id, row.id)
        assert found is not None
        return found


async def logged(group: Group) -> list[str]:
    async with group.unit() as (unit, its):
        return [one.what for one in await log_entries(unit, its.id)]


async def pressed_on(group: Group, position: int, title: str, inputs: Any = None, *, who: str = "gwh") -> Any:
    """Press a button of one of the cards that stand in somebody's chat."""
    post = group.chat(who)[position]
    return await group.press(who, read(post), title, inputs, on=post.id)


def said(reply: Any) -> str:
    return words(reply["value"]) if isinstance(reply["value"], dict) else str(reply["value"])


async def test_a_press_shows_that_the_card_is_there_and_it_is_updated_from_then_on(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        row = await lost(group)
        assert (await as_it_stands(group, row)).state == "unsure"
        await pressed_on(group, 0, "Send answer", SAID)
        row = await as_it_stands(group, row)
        assert (row.state, row.activity_id) == ("delivered", group.chat("gwh")[0].id)
        assert len(group.chat("gwh")) == 1
        assert "Send answer" not in buttons(group.card("gwh")), "the posted card has become the receipt"
        assert "delivery shown by a press" in await logged(group)
        assert words(await group.say("officer", "deliveries")).endswith("has been looked at.")


async def test_a_press_that_is_refused_shows_it_as_well(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        row = await lost(group)
        post = group.chat("gwh")[0]
        await group.execute("gwh", "deliveries.there", {"p": group.partnership_id, "of": row.id}, on=post.id)
        assert (await as_it_stands(group, row)).activity_id == post.id


async def test_what_somebody_else_presses_or_elsewhere_or_on_another_card_is_not_believed(database_url, tmp_path):
    """Which notice a card is of is untrusted: the place and the presser must fit, and the message must be free."""
    async with a_group(database_url, tmp_path) as group:
        row = await lost(group)
        forged = {"p": group.partnership_id, "of": row.id, "request": 1}
        await a_request(group, "police", title="Another", meeting_on=None)
        await a_request(group, "gwh", title="A third", meeting_on=None)
        own = group.chat("gwh")[1].id
        for who, on, in_channel in (
            ("police", group.chat("police")[0].id, False), ("gwh", group.channel()[0].id, True), ("gwh", own, False),
        ):  # fmt: skip
            await group.execute(who, "channel.answer", forged, on=on, in_channel=in_channel)
            assert (await as_it_stands(group, row)).state == "unsure", (who, on)
        for number in (True, "1", -4, 2**40, [row.id], None, 424242):
            await group.execute("gwh", "channel.answer", forged | {"of": number}, on="somewhere")
        assert (await as_it_stands(group, row)).state == "unsure"


async def test_a_card_in_the_channel_heals_by_anybodys_press_there(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        group.teams.next(1, "lost", where=group.teams.team.id)
        await a_request(group, "gwh")
        post = group.channel()[0]
        card = read(post)
        await group.press("police", card, buttons(card)[0], on=post.id, in_channel=True)
        async with group.unit() as (unit, its):
            [row] = [one for one in await notices_about(unit, its.id, "request:1") if one.kind == "channel"]
        assert (row.state, row.activity_id) == ("delivered", post.id)


async def test_an_officer_finds_it_there_and_a_press_then_tells_which_message_it_is(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        row = await lost(group)
        shown = await group.say("officer", "deliveries")
        assert "One may or may not have arrived" in words(shown)
        assert "Gwh (GWH)" in words(shown) and "Child F rapid review" in words(shown)
        reply = await group.press("officer", shown, "It is there")
        assert "Noted: it is there." in said(reply) and "looked at" in said(reply)
        row = await as_it_stands(group, row)
        assert (row.state, row.activity_id) == ("delivered", None)
        await pressed_on(group, 0, "Send answer", SAID)
        row = await as_it_stands(group, row)
        assert row.activity_id == group.chat("gwh")[0].id
        assert "Send answer" not in buttons(group.card("gwh"))
        assert "delivery confirmed" in await logged(group)


async def test_sent_again_it_goes_out_once_however_often_and_by_whomever_that_is_pressed(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        row = await lost(group)
        shown = await group.say("officer", "deliveries")
        [first, second] = await asyncio.gather(
            group.press("officer", shown, "Send again"), group.press("officer", shown, "Send again")
        )
        assert sorted("goes out again now" in said(one) for one in (first, second)) == [False, True]
        assert any("settled in the meantime" in said(one) for one in (first, second))
        await group.press("officer", shown, "Send again")
        await group.settle()
        assert len(group.chat("gwh")) == 2
        row = await as_it_stands(group, row)
        assert (row.state, row.activity_id, row.twin_activity_id) == ("delivered", group.chat("gwh")[1].id, "")
        assert (await logged(group)).count("sent again") == 1


async def test_if_both_arrived_a_press_on_either_makes_them_work_as_one(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        row = await lost(group)
        await group.press("officer", await group.say("officer", "deliveries"), "Send again")
        await group.settle()
        reply = await pressed_on(group, 0, "Send answer", SAID)
        assert reply["type"].endswith("card.adaptive")
        row = await as_it_stands(group, row)
        assert (row.activity_id, row.twin_activity_id) == (group.chat("gwh")[1].id, group.chat("gwh")[0].id)
        assert len(group.chat("gwh")) == 2
        for post in group.chat("gwh"):
            assert "Send answer" not in buttons(read(post)), "both have become the receipt"
        group.chat("gwh")[0].deleted = True
        [left] = group.chat("gwh")
        assert "Correct" in " ".join(buttons(read(left)))


async def test_an_update_goes_to_the_twin_even_where_the_other_one_was_deleted(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        row = await lost(group)
        await group.press("officer", await group.say("officer", "deliveries"), "Send again")
        await group.settle()
        first, second = group.chat("gwh")
        second.deleted = True
        await group.press("gwh", read(first), "Send answer", SAID, on=first.id)
        assert (await as_it_stands(group, row)).twin_activity_id == first.id
        assert len(first.versions) > 1
        async with group.unit() as (unit, its):
            updates = [one for one in await notices_about(unit, its.id, "") if one.replaces_id == row.id]
        assert {one.state for one in updates} <= {"delivered", "skipped"}


async def test_a_press_on_the_first_before_the_second_goes_out_calls_that_off(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        row = await lost(group)
        post, card = group.chat("gwh")[0], group.card("gwh")
        async with group.unit() as (unit, its):
            again = {"state": "owed", "twin_activity_id": "", "not_before": group.clock()}
            assert await alter_notice(unit, its.id, row.id, ["unsure"], again)
        await group.press("gwh", card, "Save draft", SAID, on=post.id)
        row = await as_it_stands(group, row)
        assert (row.state, row.activity_id) == ("delivered", post.id)
        assert len(group.chat("gwh")) == 1


async def test_what_teams_refused_is_listed_with_its_plain_reason_until_it_is_noted(database_url, tmp_path):
    """A 403 on one person is not one on the team: the channel's card went out, and nobody else is affected."""
    async with a_group(database_url, tmp_path) as group:
        group.people["gwh"].blocked = True
        await a_request(group, "gwh", "police")
        shown = await group.say("officer", "deliveries")
        assert "One was not delivered" in words(shown)
        assert "This person has blocked the app." in words(shown) and "Police" not in words(shown)
        assert len(group.channel()) == 1 and len(group.chat("police")) == 1
        assert "looked at" in said(await group.press("officer", shown, "Noted"))
        assert "looked at" in words(await group.say("officer", "deliveries"))
        assert "refusal noted" in await logged(group)


async def test_a_403_in_the_channel_says_nothing_about_any_person(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        group.teams.next(1, "status", status=403, code="BotNotInConversationRoster", where=group.teams.team.id)
        await a_request(group, "gwh")
        assert "The channel of the LDG" in words(await group.say("officer", "deliveries"))
        async with group.unit() as (unit, its):
            row = await address_of_person(unit, its.id, group.ids["gwh"])
        assert row is not None and row.reach == "reachable"


async def test_many_are_paged_and_the_counts_are_there_for_the_morning_page(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        async with group.unit() as (unit, its):
            for n in range(A_PAGE + 2):
                row = await owe(
                    unit, its.id, f"x:{n}", "told_due", now=group.clock(), subject={}, person_id=group.ids["gwh"]
                )
                row.state, row.reason = ("refused", "No.") if n else ("unsure", "Teams did not confirm it in time.")
        async with group.unit() as (unit, its):
            assert await count_open(unit, its.id) == (1, A_PAGE + 1)
        first = await group.say("officer", "deliveries")
        assert buttons(first).count("Noted") == A_PAGE - 1 and "It is there" in buttons(first)
        second = (await group.press("officer", first, "Next page"))["value"]
        assert buttons(second).count("Noted") == 2 and "Next page" not in buttons(second)
        third = (await group.press("officer", second, "Noted"))["value"]
        assert buttons(third).count("Noted") == 1
        assert "Noted, all of these" not in buttons(third)
        back = (await group.press("officer", third, "Earlier page"))["value"]
        assert "It is there" in buttons(back)
        left = (await group.press("officer", back, "Noted, all of these"))["value"]
        assert buttons(left).count("Noted") == 1 and "It is there" in buttons(left)


async def test_only_an_officer_sees_the_list_or_settles_anything_and_not_in_a_channel(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        row = await lost(group)
        for who in ("chair", "gwh"):
            assert "Only the support officer" in words(await group.say(who, "deliveries"))
            for verb in ("there", "again", "noted", "page"):
                data = {"p": group.partnership_id, "notice": row.id}
                assert "Only the support officer" in said(await group.execute(who, f"deliveries.{verb}", data))
        in_channel = words(await group.say("officer", "deliveries", in_channel=True))
        assert "own chat" in in_channel and "Gwh" not in in_channel
        assert (await as_it_stands(group, row)).state == "unsure"


async def test_trying_who_can_be_reached_shows_nowhere_among_the_deliveries(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        group.people["gwh"].has_app = False
        await a_meeting(group, date(2026, 12, 10))
        await previewed(group)
        assert "looked at" in words(await group.say("officer", "deliveries"))
