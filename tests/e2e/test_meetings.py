"""Meeting dates, entered by an officer and seen by everyone of the group (E1, scenario 18)."""

from __future__ import annotations

from datetime import date

from storage.asks import meetings_from
from tests.group import a_group, buttons, inputs, words
from tests.issuing import a_meeting, card_in, issued


async def test_an_officer_enters_a_meeting_and_everybody_sees_what_follows_from_it(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        empty = await group.say("officer", "meeting")
        assert "No meeting has been entered yet" in words(empty)
        shown = card_in(await group.press("officer", empty, "Enter this meeting", {"meeting_on": "2026-12-10"}))
        assert "Entered: Thursday 10 December 2026" in words(shown)
        card = await group.say("gwh", "meetings")
        assert "Answers by Thursday 26 November 2026" in words(card)
        assert "10 working days after the minutes are shared" in words(card)
        assert not buttons(card) and not inputs(card)


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
        wrong = card_in(await group.press("officer", card, "Enter this meeting", {"meeting_on": "2026-10-01"}))
        assert "has gone by" in words(wrong)
        out = next(
            one for one in card["body"] if one.get("type") == "ActionSet"
        )["actions"][0]  # fmt: skip
        await issued(group)
        reply = await group.execute("officer", out["verb"], out["data"])
        assert "Answers are being asked for the meeting on Thursday 10 December 2026" in reply["value"]
        assert "Take out" not in buttons(await group.say("officer", "meeting"))


async def test_a_meeting_entered_by_mistake_is_taken_out_and_can_be_entered_again(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await a_meeting(group, date(2026, 12, 10))
        card = await group.say("officer", "meeting")
        gone = card_in(await group.press("officer", card, "Take out"))
        assert "No meeting has been entered yet" in words(gone)
        back = card_in(await group.press("officer", gone, "Enter this meeting", {"meeting_on": "2026-12-10"}))
        assert "Answers by Thursday 26 November 2026" in words(back)


async def test_another_pack_gives_other_days(sqlite_url, tmp_path):
    """Scenario 18: Solihull's papers fall 5 wd before and its minutes 14 days after; it deletes no recording."""
    async with a_group(sqlite_url, tmp_path, packs=("solihull",)) as group:
        await a_meeting(group, date(2026, 12, 10))
        said = words(await group.say("officer", "meeting"))
        assert "papers by Thursday 3 December 2026" in said and "minutes by Thursday 24 December 2026" in said
        assert "Recordings are deleted" not in said
