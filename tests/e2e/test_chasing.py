"""Chasing (B13, B14): only who has not answered, once a step, in hours and words that help; then silence."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

from assurance.actors import actor_numbered
from assurance.beats import beat
from assurance.cancelling import cancel_request
from assurance.extensions import grant_extension
from assurance.pack import read_shipped
from assurance.packing import install_pack, pack_of
from storage.asks import loops_of_request
from storage.chasers import Absence
from storage.partnerships import seats
from storage.people import all_holdings
from tests import inbound
from tests.answering import SAID, share_the_seat
from tests.chasing import MEETING, asked, beat_on, chasers, days_pass, sent, steps
from tests.e2e.test_every_button import everything_kept
from tests.group import a_group, button, buttons, filled, people_of_swindon, read, words
from tests.issuing import a_meeting


def nudges(group, who):
    """The reminders in somebody's chat, as they stand now."""
    cards = [words(group.card(who, at)) for at in range(len(group.chat(who)))]
    openings = ("Reminder:", "Still to come:", "Before the meeting")
    return [one for one in cards if one.startswith(openings)]


async def answered(group, who, card=-1):
    reply = await group.press(who, group.card(who, card), "Send answer", SAID)
    assert "answer is stored" in words(reply["value"]) or "Medium" in words(reply["value"])


async def test_of_returns_due_on_friday_only_those_not_given_are_chased_on_monday_once_even_after_a_restart(
    database_url, tmp_path
):
    """Scenario 4, with a pack that reminds on the first working day after the due day."""
    friday = date(2026, 11, 27)
    async with a_group(database_url, tmp_path) as group:
        async with group.unit() as (unit, _):
            text = read_shipped("swindon").replace("overdue_wd = [2, 5]", "overdue_wd = [1, 5]")
            await install_pack(unit, text, now=group.clock.now)
        await asked(group, "gwh", "police", "awp", due=friday)
        await days_pass(group, date(2026, 11, 26))
        await answered(group, "gwh", 0)
        before = len(await sent(group))
        assert await beat_on(group, 2026, 11, 30, 9) == 0, "not before ten"
        assert await beat_on(group, 2026, 11, 30, 10) == 2
    async with a_group(database_url, tmp_path, clock=group.clock) as again:
        assert await beat_on(again, 2026, 11, 30, 11) == 0
        late = (await sent(again))[before:]
        assert sorted(who for who, _, _ in late) == ["awp", "police"]


async def test_a_seat_that_never_answers_gets_four_messages_and_the_officer_one_list(database_url, tmp_path):
    """Scenario 31: over a whole cycle; and scenario 10, the last one is the list before the meeting."""
    async with a_group(database_url, tmp_path) as group:
        request = await asked(group, "gwh", "police")
        await answered(group, "police")
        await days_pass(group, MEETING + timedelta(days=40))
        assert await sent(group) == [
            ("gwh", date(2026, 11, 19), "delivered"),
            ("gwh", date(2026, 11, 25), "delivered"),
            ("gwh", date(2026, 11, 30), "delivered"),
            ("gwh", date(2026, 12, 3), "delivered"),
        ]
        assert await sent(group, "ring") == [("officer", date(2026, 12, 1), "delivered")]
        first, second, late, last = nudges(group, "gwh")
        assert first.startswith("Reminder: Child F rapid review") and "26 November 2026" in first
        assert "as useful to the group as High" in second and "we will agree another date" in second
        assert late.startswith("Still to come: Child F rapid review")
        assert "We have not yet had GWH\u2019s answer." in late
        assert "before the meeting on Thursday 10 December 2026" in late
        assert "the record will say \u201cno response received\u201d" in late
        assert last.startswith("Before the meeting on Thursday 10 December 2026")
        assert set((await steps(group, request, "gwh")).values()) == {"owed"}
        assert len(await chasers(group, request)) == 5
        assert nudges(group, "police") == []


async def test_before_a_meeting_each_member_gets_their_own_list_and_a_bank_holiday_is_skipped(database_url, tmp_path):
    """Scenario 10: five working days before Tuesday 5 January are on Thursday 24 December."""
    async with a_group(database_url, tmp_path) as group:
        meeting = await a_meeting(group, date(2027, 1, 5))
        due = date(2026, 12, 10)
        await asked(group, "gwh", "police", meeting=meeting, due=due, title="Child F rapid review")
        await asked(group, "gwh", meeting=meeting, due=due, title="Self-neglect audit")
        await days_pass(group, date(2027, 1, 6))
        lists = [one for one in await sent(group) if one[1] > date(2026, 12, 16)]
        assert sorted(lists) == [("gwh", date(2026, 12, 24), "delivered"), ("police", date(2026, 12, 24), "delivered")]
        mine = nudges(group, "gwh")[-1]
        assert mine.startswith("Before the meeting on Tuesday 5 January 2027: two answers for GWH")
        assert "Child F rapid review" in mine and "Self-neglect audit" in mine
        assert "Self-neglect" not in nudges(group, "police")[-1]


async def test_where_more_time_was_agreed_there_is_no_chaser_and_it_is_not_late_and_stands_in_the_next_list(
    database_url, tmp_path
):
    """Scenario 32."""
    async with a_group(database_url, tmp_path) as group:
        meeting = await a_meeting(group, MEETING)
        request = await asked(group, "gwh", "police", meeting=meeting)
        await asked(group, "gwh", meeting=meeting, title="Self-neglect audit")
        await extended(group, request, "gwh", date(2026, 12, 4))
        await days_pass(group, date(2026, 11, 19))
        last = nudges(group, "gwh")[-1]
        assert "Self-neglect audit" in last.partition("\n")[0]
        assert "More time is agreed for Child F rapid review: until the end of Friday 4 December 2026" in last
        await answered(group, "gwh", 1)
        await days_pass(group, date(2026, 12, 4))
        assert await steps(group, request, "gwh") == {}
        overdue = words(await group.say("gwh", "overdue"))
        assert "Not counted as late:" in overdue and "more time was agreed, until Friday 4 December 2026" in overdue
        await days_pass(group, date(2026, 12, 9))
        assert await steps(group, request, "gwh") == {"overdue+2": "owed"}


async def extended(group, request, who, until):
    async with group.unit() as (unit, its):
        officer = await actor_numbered(unit, its.id, group.ids["officer"], group.clock.now.date())
        numbers = {one.slug: one.id for one in await seats(unit, its.id)}
        [loop] = [one.id for one in await loops_of_request(unit, its.id, request) if one.seat_id == numbers[who]]
        await grant_extension(unit, officer, its, await pack_of(unit, its), loop, until, group.clock.now)
    await group.settle()


async def test_however_much_is_owed_it_is_one_message_a_day_with_a_button_for_each(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        meeting = await a_meeting(group, MEETING)
        await asked(group, "gwh", meeting=meeting)
        await asked(group, "gwh", meeting=meeting, title="Self-neglect audit")
        await beat_on(group, 2026, 11, 19)
        assert len(await sent(group)) == 1
        card = group.card("gwh")
        assert words(card).startswith("Reminder: two answers for GWH") and buttons(card) == ["Answer", "Answer"]
        form = (await group.press("gwh", card, "Answer", on=group.chat("gwh")[-1].id))["value"]
        assert "Child F rapid review" in words(form) and "Send answer" in buttons(form)
        await group.press("gwh", form, "Send answer", SAID, on=group.chat("gwh")[-1].id)
        left = group.card("gwh")
        assert words(left).startswith("Reminder: Self-neglect audit"), "what was answered is gone from it"
        form = (await group.press("gwh", left, "Answer"))["value"]
        await group.press("gwh", form, "Send answer", SAID)
        assert words(group.card("gwh")).startswith("Thank you.")


async def test_one_answer_can_be_given_or_pleaded_from_the_reminder_and_a_draft_is_kept(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await asked(group, "gwh")
        await group.press("gwh", group.card("gwh"), "Save draft", {"evidence": "Ward huddles so far."})
        await beat_on(group, 2026, 11, 19)
        card = group.card("gwh")
        assert "A draft is saved" in words(card)
        assert {"Answer", "Ask for more time", "Suggest someone else"} <= set(buttons(card))
        plea = {"until": "2026-12-04", "nudge-r1.more_time.why": "Two wards are closed."}
        reply = await group.press("gwh", card, "Ask for more time", plea)
        shown = words(reply["value"])
        assert "has been told" in shown and "Ward huddles so far." in shown
        assert "asks for more time" in words(group.card("officer"))
        card = group.card("gwh")
        wrong = (await group.press("gwh", card, "Ask for more time", {"nudge-r1.more_time.why": "Leave."}))["value"]
        assert "Please choose a day." in words(wrong) and "Leave." in words(wrong)
        form = (await group.press("gwh", card, "Answer"))["value"]
        receipt = (await group.press("gwh", form, "Send answer", SAID))["value"]
        assert words(group.card("gwh")) == words(receipt), "the reminder becomes the receipt"


async def test_several_people_on_a_seat_are_all_told_and_any_answer_stops_all(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await share_the_seat(group, "chair")
        await asked(group, "gwh")
        await beat_on(group, 2026, 11, 19)
        assert sorted(who for who, _, _ in await sent(group)) == ["chair", "gwh"]
        await answered(group, "chair", 0)
        await days_pass(group, MEETING)
        assert len(await sent(group)) == 2 and await sent(group, "ring") == []
        opened = (await group.press("gwh", group.card("gwh", 1), "Answer"))["value"]
        assert "Correct our answer" in buttons(opened), "the colleague's old reminder shows what was answered"


async def test_an_answer_while_the_reminder_is_on_its_way_stops_it(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        meeting = await a_meeting(group, MEETING)
        await asked(group, "gwh", "police", meeting=meeting)
        await asked(group, "gwh", meeting=meeting, title="Self-neglect audit")
        group.clock.to(2026, 11, 19)
        await beat(group.house.open_unit, group.clock.now)
        for who in ("gwh", "police"):
            card = group.card(who, 0)
            data = dict(button(card, "Send answer")["data"]) | filled(card, SAID)
            await group.send(inbound.press(group.people[who], "answer.submit", data, group.teams.url))
        await group.settle()
        states = dict((who, state) for who, _, state in await sent(group))
        assert states == {"gwh": "delivered", "police": "skipped"}
        assert words(group.card("gwh")).startswith("Reminder: Self-neglect audit")


async def test_who_is_away_is_reminded_when_they_are_back_and_only_of_the_newest(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await asked(group, "gwh")
        async with group.unit() as (unit, its):
            unit.add(
                Absence(
                    partnership_id=its.id, person_id=group.ids["gwh"], first=date(2026, 11, 16),
                    last=date(2026, 11, 30), at=group.clock.now,
                )
            )  # fmt: skip
        await days_pass(group, date(2026, 12, 2))
        assert await sent(group) == [("gwh", date(2026, 12, 1), "delivered")]
        assert await steps(group, request, "gwh") == {
            "remind-5": "skipped", "remind-1": "skipped", "overdue+2": "owed",
        }  # fmt: skip


async def test_after_downtime_the_newest_step_goes_out_and_the_older_are_recorded_as_skipped(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await asked(group, "gwh")
        off = [date(2026, 11, 16) + timedelta(days=n) for n in range(17)]
        await days_pass(group, date(2026, 12, 3), skip=off)
        assert await sent(group) == [("gwh", date(2026, 12, 3), "delivered")]
        found = {one.step: (one.state, bool(one.reason)) for one in await chasers(group, request)}
        assert found == {
            "remind-5": ("skipped", True), "remind-1": ("skipped", True), "overdue+2": ("skipped", True),
            "overdue+5": ("owed", False), "ring": ("owed", False),
        }  # fmt: skip


async def test_a_friday_afternoon_and_a_night_keep_a_reminder_back_and_lose_none(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await asked(group, "gwh", due=date(2026, 11, 27))  # five working days before: Friday 20 November
        assert await beat_on(group, 2026, 11, 20, 9) == 0
        assert await beat_on(group, 2026, 11, 20, 12) == 0
        assert await beat_on(group, 2026, 11, 21, 11) == 0
        assert await beat_on(group, 2026, 11, 23, 16) == 0
        assert await beat_on(group, 2026, 11, 24, 10) == 1


async def test_somebody_whom_no_card_has_reached_is_not_chased_and_the_list_says_why(database_url, tmp_path):
    """Framework 4.25: not reached is no lateness."""
    people = people_of_swindon()
    people["police"].guest = True
    async with a_group(database_url, tmp_path, people=people) as group:
        await asked(group, "gwh", "police", "housing")
        async with group.unit() as (unit, its):
            for one in await all_holdings(unit, its.id):
                if one.person_id == group.ids["housing"]:
                    one.ends_on = date(2026, 11, 3)
        await days_pass(group, date(2026, 12, 1))
        assert {who for who, _, _ in await sent(group)} == {"gwh"}
        [ring] = [said for one in group.chat("officer") if (said := words(read(one))).startswith("Whom to ring")]
        assert ring.startswith("Whom to ring\nThree answers have not come")
        assert "Gwh: The request arrived on Monday 2 November 2026, and three reminders since, the last on" in ring
        assert "Police: Not reached." in ring
        assert "Nobody is there for the agency yet." in ring


async def test_nobody_is_chased_before_the_start_date_nor_for_information_nor_when_withdrawn(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await asked(group, "gwh")
        async with group.unit() as (unit, its):
            its.starts_on = date(2026, 11, 24)
        await days_pass(group, date(2026, 11, 23))
        assert await sent(group) == []
        async with group.unit() as (unit, its):
            its.starts_on = None
        await days_pass(group, date(2026, 11, 25))
        assert len(await sent(group)) == 2
        async with group.unit() as (unit, its):
            officer = await actor_numbered(unit, its.id, group.ids["officer"], group.clock.now.date())
            await cancel_request(
                unit, officer, its, await pack_of(unit, its), request, "Issued twice.", group.clock.now
            )
        await days_pass(group, MEETING)
        assert len(await sent(group)) == 2 and await sent(group, "ring") == []


async def test_no_more_than_the_cap_goes_to_a_person_about_one_meeting_whatever_they_owe(database_url, tmp_path):
    """Scenario 31: also where answers fall due on different days."""
    async with a_group(database_url, tmp_path) as group:
        meeting = await a_meeting(group, MEETING)
        await asked(group, "gwh", meeting=meeting, due=date(2026, 11, 20))
        request = await asked(group, "gwh", meeting=meeting, due=date(2026, 11, 30), title="Self-neglect audit")
        await days_pass(group, MEETING)
        assert len(await sent(group)) == 4
        assert "skipped" in (await steps(group, request, "gwh")).values()


async def test_two_replicas_that_beat_at_once_owe_each_step_once(postgres_url, tmp_path):
    async with a_group(postgres_url, tmp_path) as group:
        await asked(group, "gwh", "police", "awp")
        group.clock.to(2026, 11, 19)
        done = await asyncio.gather(*(beat(group.house.open_unit, group.clock.now) for _ in range(4)))
        assert sum(done) == 4, "three reminders, and the officer's of documents that are due for review"
        await group.settle()
        assert len(await sent(group)) == 3


async def test_what_was_sent_to_an_agency_is_shown_to_the_officer_and_the_chair_and_to_nobody_else(
    database_url, tmp_path
):
    """Proof of chase: owed, delivered, skipped, and when; never read."""
    async with a_group(database_url, tmp_path) as group:
        await asked(group, "gwh")
        off = [date(2026, 11, day) for day in (25, 26, 27)]
        await days_pass(group, date(2026, 12, 1), skip=off)
        status = await group.say("officer", "status GWH")
        proof = (await group.press("officer", status, "What was sent to it"))["value"]
        said = words(proof)
        assert "09:00 on Monday 2 November 2026. The request, to Gwh: delivered." in said
        assert "2026. Reminder five working days before the due day, to Gwh: delivered." in said
        assert "Reminder one working day before the due day, to Gwh: not sent: a newer step" in said
        assert "List of whom to ring, to Officer: delivered" in said
        assert "Whether it was read is not known" in said
        assert "What was sent to it" in buttons(await group.say("chair", "status GWH"))
        assert "What was sent to it" not in buttons(await group.say("gwh", "status"))
        refused = await group.execute("gwh", "chase.proof", {"p": group.partnership_id, "seat": 1})
        assert "Only the support officer and the chair" in str(refused)
        back = (await group.press("officer", proof, "Back to its status"))["value"]
        assert words(back) == words(status)


async def test_a_beat_that_owes_nothing_writes_nothing(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await asked(group, "gwh")
        await beat_on(group, 2026, 11, 4, 11)
        await beat_on(group, 2026, 11, 4, 11)
        before = await everything_kept(group)
        for minute in range(3):
            group.clock.now = datetime(2026, 11, 4, 11, minute, tzinfo=UTC)
            assert await beat(group.house.open_unit, group.clock.now) == 0
        assert await everything_kept(group) == before


async def test_an_answer_that_is_asked_anew_is_not_chased_on_the_day_on_which_it_is_asked(database_url, tmp_path):
    """Impact opens three months after issue, with a week of quiet of its own (scenario 19)."""
    async with a_group(database_url, tmp_path) as group:
        await asked(group, "gwh")
        await answered(group, "gwh")
        group.clock.to(2027, 2, 1)
        assert await beat_on(group, 2027, 2, 2) == 1
        assert await sent(group) == []
        await days_pass(group, date(2027, 2, 16))
        assert await sent(group) == [("gwh", date(2027, 2, 16), "delivered")]
