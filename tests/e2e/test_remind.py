"""`remind <seat>`: what is owed, what was tried, what comes by itself, and a reminder by the officer's own press."""

from __future__ import annotations

from datetime import date

from storage.log import log_entries
from tests.answering import SAID, a_request, share_the_seat
from tests.chasing import asked, beat_on, days_pass, sent, steps
from tests.e2e.test_chasing import nudges
from tests.group import a_group, buttons, words
from tests.issuing import card_in

SEND = "Send a reminder now"


async def test_the_page_says_what_is_owed_what_was_tried_and_what_comes_by_itself(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await asked(group, "gwh", "police")
        await days_pass(group, date(2026, 11, 20))
        said = words(await group.say("officer", "remind GWH"))
        for part in (
            "Remind GWH", "Child F rapid review", "Due Thursday 26 November 2026, in six days",
            "Gwh: The request arrived on Monday 2 November 2026, and one reminder since, the last on Thursday 19",
            "By itself: Wednesday 25 November 2026, reminder one working day before the due day",
            "Tuesday 1 December 2026, list of whom to ring",
            "A reminder of all this goes to Gwh at 10:00 on Monday 23 November 2026, when send hours begin.",
        ):  # fmt: skip
            assert part in said, part
        assert "19 November 2026, reminder" not in said


async def test_a_press_sends_one_reminder_a_day_and_uses_up_none_of_the_packs_steps(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await asked(group, "gwh")
        group.clock.to(2026, 11, 18, 11)
        card = await group.say("officer", "remind GWH")
        assert "goes to Gwh. It does not use up" in words(card)
        done = card_in(await group.press("officer", card, SEND))
        assert "A reminder is on its way to Gwh." in words(done) and SEND not in buttons(done)
        assert nudges(group, "gwh")[-1].startswith("Reminder: Child F rapid review")
        again = await group.press("officer", card, SEND)
        assert "was reminded today already" in again["value"]
        assert await sent(group, "nudge_by_officer") == [("gwh", date(2026, 11, 18), "delivered")]
        await days_pass(group, date(2026, 12, 10))
        assert len(await sent(group)) == 4
        assert set((await steps(group, request, "gwh")).values()) == {"owed"}
        async with group.unit() as (unit, its):
            assert [one.what for one in await log_entries(unit, its.id)].count("reminded") == 1


async def test_where_an_officer_reminded_today_the_clocks_own_waits_for_tomorrow(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await asked(group, "gwh")
        group.clock.to(2026, 11, 19, 9)
        await group.press("officer", await group.say("officer", "remind GWH"), SEND)
        assert await sent(group, "nudge_by_officer") == [("gwh", date(2026, 11, 19), "owed")]
        await beat_on(group, 2026, 11, 19, 11)
        assert await sent(group) == []
        assert await sent(group, "nudge_by_officer") == [("gwh", date(2026, 11, 19), "delivered")]
        await beat_on(group, 2026, 11, 20, 11)
        assert await sent(group) == [("gwh", date(2026, 11, 20), "delivered")]


async def test_an_answer_that_comes_first_stops_it(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await asked(group, "gwh")
        group.clock.to(2026, 11, 18, 8)
        await group.press("officer", await group.say("officer", "remind GWH"), SEND)
        await group.press("gwh", group.card("gwh", 0), "Send answer", SAID)
        group.clock.to(2026, 11, 18, 11)
        await group.settle()
        assert await sent(group, "nudge_by_officer") == [("gwh", date(2026, 11, 18), "skipped")]
        assert "Nothing is owed at the moment." in words(await group.say("officer", "remind GWH"))


async def test_who_is_away_is_left_out_and_whoever_stands_in_gets_it(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await asked(group, "housing")
        await group.say("housing", "away until 20 November")
        card = await group.say("officer", "remind housing")
        assert "Nobody can be reminded now: Housing is away until Friday 20 November 2026." in words(card)
        assert SEND not in buttons(card)
        await share_the_seat(group, "early-years", "housing")
        group.clock.to(2026, 11, 18, 11)
        card = await group.say("officer", "remind housing")
        assert "goes to Early Years." in words(card) and "Not to Housing (away until" in words(card)
        await group.press("officer", card, SEND)
        assert [who for who, _, _ in await sent(group, "nudge_by_officer")] == ["early-years"]


async def test_more_time_agreed_is_not_reminded_of(sqlite_url, tmp_path):
    from tests.e2e.test_pleas import more_time

    async with a_group(sqlite_url, tmp_path) as group:
        await a_request(group, "gwh")
        await more_time(group, group.card("gwh"))
        await group.press("officer", group.card("officer"), "Agree Thursday 3 December 2026")
        card = await group.say("officer", "remind GWH")
        assert "More time is agreed, so nobody is reminded" in words(card) and SEND not in buttons(card)
        reply = await group.execute("officer", "remind.send", {"p": group.partnership_id, "seat": 4})
        assert "owes nothing at the moment" in reply["value"]


async def test_without_a_name_it_lists_who_owes_and_each_is_a_press(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        assert "Nobody owes an answer at the moment." in words(await group.say("officer", "remind"))
        await asked(group, "gwh", "police", "housing")
        card = await group.say("officer", "remind")
        assert buttons(card) == ["GWH (1)", "SBC Housing (1)", "Police (1)"]
        assert "Remind GWH" in words(card_in(await group.press("officer", card, "GWH (1)")))
        assert buttons(await group.say("officer", "remind Child F rapid review")) == buttons(card)
        assert "SBC Housing (1)" in buttons(await group.say("officer", "chase SBC"))


async def test_only_an_officer_reminds(database_url, tmp_path):
    """Framework 2."""
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh")
        for who in ("gwh", "chair", "ld_lead"):
            assert "Only the support officer can send reminders." in words(await group.say(who, "remind GWH")), who
            reply = await group.execute(who, "remind.send", {"p": group.partnership_id, "seat": 4})
            assert "Only the support officer" in reply["value"], who
        assert "in private only" in words(await group.say("officer", "remind GWH", in_channel=True))
        assert await sent(group, "nudge_by_officer") == []


async def test_the_proof_of_chase_names_it(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await asked(group, "gwh")
        group.clock.to(2026, 11, 18, 11)
        await group.press("officer", await group.say("officer", "remind GWH"), SEND)
        shown = card_in(await group.press("officer", await group.say("officer", "remind GWH"), "What was sent"))
        assert "Reminder that an officer sent, to Gwh: delivered." in words(shown)
