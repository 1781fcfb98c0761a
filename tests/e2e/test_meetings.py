"""Meeting dates, entered by an officer and seen by everyone of the group (E1, scenario 18)."""

from __future__ import annotations

from datetime import date

from assurance.beats import beat
from storage.asks import meetings_from, round_of_meeting
from storage.rounds import meetings_since
from tests.group import a_group, buttons, inputs, words
from tests.issuing import a_meeting, card_in, issued
from tests.meetings import opened_by


async def test_an_officer_enters_a_meeting_and_everybody_sees_what_follows_from_it(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        empty = await group.say("officer", "meeting")
        assert "No meeting to come has been entered yet" in words(empty)
        typed = {"meeting_on": "2026-12-10", "meeting_at": "14:00", "meeting_place": "Civic Offices"}
        shown = card_in(await group.press("officer", empty, "Enter this meeting", typed))
        assert "Entered: Thursday 10 December 2026" in words(shown)
        card = await group.say("gwh", "meetings")
        assert "Thursday 10 December 2026 at 14:00, Civic Offices" in words(card)
        assert "Answers by Thursday 26 November 2026" in words(card)
        assert "10 working days after the minutes are shared" in words(card)
        assert buttons(card) == ["Calendar file"] and not inputs(card)


async def test_a_member_cannot_enter_or_take_out_a_meeting(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        held = await a_meeting(group, date(2026, 12, 10))
        base = {"p": group.partnership_id, "meeting.0.meeting_on": "2027-03-11", "m": held}
        for verb in ("meetings.add", "meetings.take_out"):
            reply = await group.execute("gwh", verb, base)
            assert "Only the support officer can enter meeting dates" in reply["value"]
        async with group.unit() as (unit, its):
            days = [one.on for one in await meetings_from(unit, its.id, "ldg", date(2026, 11, 1))]
        assert days == [date(2026, 12, 10)]


async def test_in_a_channel_an_officer_sees_the_dates_without_the_form(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await a_meeting(group, date(2026, 12, 10))
        card = await group.say("officer", "meetings", in_channel=True)
        assert "Thursday 10 December 2026" in words(card) and not buttons(card)


async def test_an_extra_meeting_asks_for_answers_only_if_the_officer_says_so(sqlite_url, tmp_path):
    """Framework 3.1: an extra meeting opens a round only if the officer says so."""
    async with a_group(sqlite_url, tmp_path) as group:
        await a_meeting(group, date(2026, 12, 10))
        card = await group.say("officer", "meeting")
        extra = {"meeting_on": "2026-12-03", "meeting_sort": "extra"}
        shown = card_in(await group.press("officer", card, "Enter this meeting", extra))
        assert "Thursday 3 December 2026 (extra)" in words(shown) and "No answers are asked for it" in words(shown)
        await issued(group)
        assert "Thursday 26 November 2026" in words(group.card("gwh"))


async def test_a_day_gone_by_is_refused_and_a_meeting_in_use_stays(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await a_meeting(group, date(2026, 12, 10))
        card = await group.say("officer", "meeting")
        typed = {"meeting_on": "2026-10-01", "meeting_at": "half past two", "meeting_place": "Room 3"}
        wrong = card_in(await group.press("officer", card, "Enter this meeting", typed))
        assert "has gone by" in words(wrong) and "such as 14:00" in words(wrong) and "Room 3" in words(wrong)
        opened = card_in(await group.press("officer", card, "Open"))
        await issued(group)
        reply = await group.press("officer", opened, "Take out")
        assert "Answers are being asked for the meeting on Thursday 10 December 2026" in reply["value"]
        opened = card_in(await group.press("officer", await group.say("officer", "meeting"), "Open"))
        assert "Take out" not in buttons(opened) and "Cancel it" in buttons(opened)


async def test_a_meeting_entered_by_mistake_is_taken_out_and_can_be_entered_again(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await a_meeting(group, date(2026, 12, 10))
        card = await group.say("officer", "meeting")
        opened = card_in(await group.press("officer", card, "Open"))
        gone = card_in(await group.press("officer", opened, "Take out"))
        assert "No meeting to come has been entered yet" in words(gone)
        back = card_in(await group.press("officer", gone, "Enter this meeting", {"meeting_on": "2026-12-10"}))
        assert "Answers by Thursday 26 November 2026" in words(back)


async def test_another_pack_gives_other_days(sqlite_url, tmp_path):
    """Scenario 18: Solihull's papers fall 5 wd before and its minutes 14 days after; it deletes no recording."""
    async with a_group(sqlite_url, tmp_path, packs=("solihull",)) as group:
        await a_meeting(group, date(2026, 12, 10))
        said = words(await group.say("officer", "meeting"))
        assert "papers by Thursday 3 December 2026" in said and "minutes by Thursday 24 December 2026" in said
        assert "Recordings are deleted" not in said


async def test_the_next_regular_day_is_suggested_and_taken_with_one_press(database_url, tmp_path):
    """E1: quarterly, the same Thursday of the month, and plainly said where too few are set for the year."""
    async with a_group(database_url, tmp_path) as group:
        await a_meeting(group, date(2026, 12, 10))
        card = await group.say("officer", "meeting")
        assert "the next day would be Thursday 11 March 2027" in words(card)
        assert "one meeting is set; the framework asks for at least two in what is left of it" in words(card)
        shown = card_in(await group.press("officer", card, "Enter this meeting"))
        assert "Entered: Thursday 11 March 2027" in words(shown) and "the framework asks for" not in words(shown)
        assert "Thursday 10 June 2027" in words(shown)
        assert "asks for" not in words(await group.say("gwh", "meeting"))


async def test_solihulls_cadence_of_the_first_year_does_not_go_on_by_itself(sqlite_url, tmp_path):
    """Framework 4.12: an explicit value is needed; until then nothing is suggested."""
    async with a_group(sqlite_url, tmp_path, packs=("solihull",)) as group:
        await a_meeting(group, date(2026, 12, 10))
        said = words(await group.say("officer", "meeting"))
        assert "every other month until Sunday 31 March 2024, and nothing for the time since" in said
        assert "Your pack is the place" in said and "the next day would be" not in said
        assert "Your pack is the place" not in words(await group.say("police", "meeting"))


async def test_the_place_of_a_meeting_is_looked_at_like_every_text(sqlite_url, tmp_path):
    """I2: what looks as if it identifies somebody is asked about first."""
    async with a_group(sqlite_url, tmp_path) as group:
        card = await group.say("officer", "meeting")
        typed = {"meeting_on": "2026-12-10", "meeting_place": "Home of the child born 3 May 2019"}
        asked = card_in(await group.press("officer", card, "Enter this meeting", typed))
        assert "Please check before this is saved" in words(asked)
        async with group.unit() as (unit, its):
            assert await meetings_from(unit, its.id, "ldg", date(2026, 11, 1)) == []
        kept = card_in(await group.press("officer", asked, "It is not about a real person"))
        assert "Entered: Thursday 10 December 2026" in words(kept)


async def test_the_round_of_the_next_meeting_is_there_at_once_and_of_the_one_after_once_it_is_closed(
    database_url, tmp_path
):
    """Framework 1b.11, 3.1: one round for each regular meeting, and for an extra one only if the officer says so."""
    async with a_group(database_url, tmp_path) as group:
        card = await group.say("officer", "meeting")
        for typed in (
            {"meeting_on": "2026-12-03", "meeting_sort": "extra"},
            {"meeting_on": "2026-12-10"},
            {"meeting_on": "2027-03-11"},
        ):
            card = card_in(await group.press("officer", card, "Enter this meeting", typed))
        assert await rounds(group) == {date(2026, 12, 10): date(2026, 11, 26)}
        await beat(group.house.open_unit, group.clock.now)
        assert await rounds(group) == {date(2026, 12, 10): date(2026, 11, 26)}
        group.clock.to(2026, 12, 10, hour=16)
        opened = card_in(await group.press("chair", await opened_by(group, "chair"), "Close this meeting"))
        await group.press("chair", opened, "Close this meeting")
        both = {date(2026, 12, 10): date(2026, 11, 26), date(2027, 3, 11): date(2027, 2, 25)}
        assert await rounds(group) == both
        await beat(group.house.open_unit, group.clock.now)
        assert await rounds(group) == both


async def rounds(group):
    """Each meeting that has a round, with the round's due day."""
    async with group.unit() as (unit, its):
        found = {}
        for one in await meetings_since(unit, its.id, "ldg", date(2026, 11, 1)):
            its_round = await round_of_meeting(unit, its.id, one.id)
            if its_round is not None:
                found[one.on] = its_round.due_on
        return found
