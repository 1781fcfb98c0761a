"""A meeting is closed: what had not come is recorded as the fact that it is, and never as a level (1e, 4.25)."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from assurance.actors import actor_numbered
from assurance.beats import beat
from assurance.extensions import grant_extension
from assurance.packing import pack_of
from storage.asks import loops_of_request
from storage.log import first_broken_entry, log_entries
from storage.partnerships import seats
from storage.people import all_holdings
from storage.returns import assessments_of_returns, returns_of_request
from tests import inbound
from tests.answering import SAID, a_request
from tests.group import a_group, button, buttons, filled, walk, words
from tests.issuing import a_meeting, card_in
from tests.meetings import DECEMBER, about, beaten, closed, opened_by, the_meeting

pytestmark = pytest.mark.both_databases


async def with_four_outcomes(group):
    """GWH stays silent, nobody sits for Housing, AWP was never reached, the police have more time, CAMHS answers."""
    group.people["awp"].blocked = True
    request = await a_request(group, "gwh", "housing", "awp", "police", "camhs")
    await group.press("camhs", group.card("camhs"), "Send answer", SAID)
    async with group.unit() as (unit, its):
        group.seats = {one.slug: one.id for one in await seats(unit, its.id)}
        for one in await all_holdings(unit, its.id):
            if one.seat_id == group.seats["housing"]:
                one.ends_on = group.clock.now.date() - timedelta(days=1)
        pack = await pack_of(unit, its)
        officer = await actor_numbered(unit, its.id, group.ids["officer"], group.clock.now.date())
        loops = {one.seat_id: one.id for one in await loops_of_request(unit, its.id, request.id)}
        police = loops[group.seats["police"]]
        await grant_extension(unit, officer, its, pack, police, date(2026, 12, 18), group.clock.now)
    await group.settle()
    return request


async def outcomes(group, request):
    """What each seat's return says, with the state of its loop."""
    async with group.unit() as (unit, its):
        loops = {one.id: one for one in await loops_of_request(unit, its.id, request.id)}
        short = {one.id: one.slug for one in await seats(unit, its.id)}
        return {
            short[row.seat_id]: (row.outcome, row.state, loops[row.loop_id].state, loops[row.loop_id].open)
            for row in await returns_of_request(unit, its.id, request.id)
        }


async def test_closing_records_for_each_what_is_true_of_it_and_no_level(database_url, tmp_path):
    """Scenarios 7 (in part) and 28: no response, not reached, vacant, extension agreed."""
    async with a_group(database_url, tmp_path) as group:
        request = await with_four_outcomes(group)
        group.clock.to(2026, 12, 10, hour=16)
        preview = card_in(await group.press("chair", await opened_by(group, "chair"), "Close this meeting"))
        said = words(preview)
        assert "One answer came in. For what did not come, this will be recorded:" in said
        for heading, seat in (
            ("No response", "GWH"),
            ("Not reached", "AWP"),
            ("Nobody there for the agency", "SBC Housing"),
            ("More time agreed", "Police"),
        ):
            line = f"{heading}\n\u2022 {seat}: Child F"
            assert line in said, line
        before = await outcomes(group, request)
        assert {one[0] for one in before.values()} == {None}
        shown = card_in(await group.press("chair", preview, "Close this meeting"))
        assert "Closed. Recorded: no response: 1; not reached: 1; nobody there for the agency: 1" in words(shown)
        assert await outcomes(group, request) == {
            "gwh": ("no_response", "awaited", "follow_up", True),
            "housing": ("vacant", "awaited", "follow_up", True),
            "awp": ("not_reached", "awaited", "follow_up", True),
            "police": ("extended", "awaited", "requested", True),
            "camhs": (None, "returned", "returned", True),
        }
        async with group.unit() as (unit, its):
            rows = await returns_of_request(unit, its.id, request.id)
            assert await assessments_of_returns(unit, its.id, [one.id for one in rows]) == []
        held = await the_meeting(group, DECEMBER)
        assert (held.state, held.closed_by) == ("held", group.ids["chair"]) and held.closed_at == group.clock.now


async def test_status_overdue_and_the_members_own_list_say_it_in_words(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh", "camhs")
        await group.press("camhs", group.card("camhs"), "Send answer", SAID)
        group.clock.to(2026, 12, 10, hour=16)
        await closed(group)
        group.clock.to(2026, 12, 14)
        missed = "No response at the meeting on Thursday 10 December 2026"
        board = await group.say("officer", "status")
        assert f"{missed}: GWH" in words(board)
        cells = [part.get("text", "") for part in walk(board)]
        assert "No resp." in cells and "No resp.: no response at the meeting." in words(board)
        agency = words(await group.say("chair", "status gwh"))
        assert f"{missed}." in agency and "An answer is still welcome; it will be marked as late" in agency
        assert f"GWH: {missed}" in words(await group.say("officer", "overdue"))
        assert f"{missed}; an answer is still welcome" in words(await group.say("gwh", "my returns"))
        assert missed in words(await group.say("chair", "status child f rapid review"))


async def test_a_late_answer_is_taken_and_marked_and_the_record_of_the_meeting_stays(database_url, tmp_path):
    """Framework 1b: the loop stays open; what was recorded alters no figure afterwards."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh", due_on=DECEMBER, tabled="verbal")
        group.clock.to(2026, 12, 10, hour=16)
        await closed(group)
        reply = await group.press("gwh", group.card("gwh", 0), "Send answer", SAID)
        assert "after the due day. It is accepted" in words(reply["value"]), "late although the day is not over"
        assert (await outcomes(group, request))["gwh"] == ("no_response", "returned", "follow_up", True)
        agency = words(await group.say("officer", "status gwh"))
        assert "No response" not in agency and "Medium" in agency


async def test_closing_twice_changes_nothing(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh", "awp")
        group.clock.to(2026, 12, 10, hour=16)
        preview = card_in(await group.press("officer", await opened_by(group, "officer"), "Close this meeting"))
        await group.press("officer", preview, "Close this meeting")
        await group.press("gwh", group.card("gwh", 0), "Send answer", SAID)
        again = card_in(await group.press("chair", preview, "Close this meeting"))
        assert "It is closed already; nothing has changed" in words(again)
        held = await the_meeting(group, DECEMBER)
        assert held.closed_by == group.ids["officer"]
        assert {key: one[0] for key, one in (await outcomes(group, request)).items()} == {
            "gwh": "no_response",
            "awp": "no_response",
        }
        async with group.unit() as (unit, its):
            log = [one.what for one in await log_entries(unit, its.id)]
            assert log.count("meeting closed") == 1 and await first_broken_entry(unit, its.id) is None


async def test_an_officers_e_mail_counts_as_reached(sqlite_url, tmp_path):
    """Framework 4.25: a delivered request, or one that an officer confirmed."""
    async with a_group(sqlite_url, tmp_path) as group:
        group.people["awp"].blocked = True
        request = await a_request(group, "awp")
        async with group.unit() as (unit, its):
            [loop] = await loops_of_request(unit, its.id, request.id)
        data = {"p": group.partnership_id, "request": request.id, "loop": loop.id}
        await group.execute("officer", "behalf.sent", data)
        group.clock.to(2026, 12, 10, hour=16)
        assert "no response: 1" in words(await closed(group))


async def test_a_meeting_is_closed_from_its_day_on_by_officer_or_chair_alone(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await a_request(group, "gwh")
        assert "Close this meeting" not in buttons(await opened_by(group, "officer"))
        data = {"p": group.partnership_id, "m": (await the_meeting(group, DECEMBER)).id}
        early = await group.execute("officer", "meetings.close.do", data)
        assert "It can be closed from that day on" in early["value"]
        group.clock.to(2026, 12, 11)
        for verb in ("meetings.close", "meetings.close.do"):
            refused = await group.execute("gwh", verb, data)
            assert "Only the support officer and the chair can close a meeting" in refused["value"]
        assert (await the_meeting(group, DECEMBER)).state == "scheduled"
        assert buttons(await opened_by(group, "chair"))[0] == "Close this meeting"


async def test_a_kind_with_a_clock_of_its_own_is_left_alone(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        once = next(
            one.key for one in (await group.pack()).kinds if one.lifecycle == "once" and one.asked.who == "seats"
        )
        request = await a_request(group, "gwh", kind=once)
        group.clock.to(2026, 12, 10, hour=16)
        shown = await closed(group)
        assert "Closed." in words(shown) and "Recorded" not in words(shown)
        assert (await outcomes(group, request))["gwh"][0] is None


async def test_a_meeting_that_was_not_closed_is_offered_to_be_and_the_officer_reminded_once(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh")
        group.clock.to(2026, 12, 10, hour=17)
        await beaten(group)
        assert about(group, "officer", "has not been closed yet") == []
        group.clock.to(2026, 12, 11)
        await beaten(group)
        await beaten(group)
        [card] = about(group, "officer", "has not been closed yet")
        preview = card_in(await group.press("officer", card, "Close this meeting"))
        await group.press("officer", preview, "Close this meeting")
        assert (await the_meeting(group, DECEMBER)).state == "held"


async def test_an_extra_meeting_for_which_nothing_was_asked_is_closed_plainly(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await a_meeting(group, date(2026, 11, 5), extra=True, opens_round=False)
        group.clock.to(2026, 11, 5)
        preview = card_in(await group.press("officer", await opened_by(group, "officer"), "Close this meeting"))
        assert "No answer was awaited for it" in words(preview)
        shown = card_in(await group.press("officer", preview, "Close this meeting"))
        assert "Closed." in words(shown)


async def test_a_held_meeting_is_neither_moved_nor_cancelled(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await a_request(group, "gwh")
        group.clock.to(2026, 12, 10, hour=16)
        shown = await closed(group)
        assert not {"Move or change it", "Cancel it", "Take out"} & set(buttons(shown))
        data = {
            "p": group.partnership_id,
            "m": (await the_meeting(group, DECEMBER)).id,
            "to_on": "2026-12-17",
            "reason": "x",
        }
        for verb in ("meetings.move.do", "meetings.cancel.do", "meetings.take_out"):
            assert "has been held" in (await group.execute("officer", verb, data))["value"]


async def test_impact_that_opens_after_the_close_is_asked_and_answered_as_ever(database_url, tmp_path):
    """Scenario 19 after a meeting without an answer: the next question is not in the shadow of the last."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        await a_meeting(group, date(2027, 3, 11))
        group.clock.to(2026, 12, 10, hour=16)
        await closed(group)
        group.clock.to(2027, 2, 2)
        await beaten(group)
        async with group.unit() as (unit, its):
            first, second = await returns_of_request(unit, its.id, request.id)
            assert (first.outcome, second.outcome) == ("no_response", None)
        said = words(await group.say("officer", "status gwh"))
        assert "Due Tuesday 23 February 2027" in said
        assert "For the meeting on Thursday 10 December 2026: no response" in said


async def test_answers_that_come_while_the_meeting_is_closed_are_on_one_side_of_it_or_the_other(postgres_url, tmp_path):
    """Nobody waits for ever, and no answer is both received in time and recorded as missing."""
    async with a_group(postgres_url, tmp_path) as group:
        agencies = ["gwh", "awp", "camhs", "police", "housing"]
        request = await a_request(group, *agencies, due_on=DECEMBER, tabled="verbal")
        await a_meeting(group, date(2027, 3, 11))
        group.clock.to(2026, 12, 10, hour=16)
        held = await the_meeting(group, DECEMBER)
        data = {"p": group.partnership_id, "m": held.id}
        sent = {who: (button(group.card(who), "Send answer"), filled(group.card(who), SAID)) for who in agencies}

        async def answer(who):
            action, values = sent[who]
            return await group.send(
                inbound.press(group.people[who], action["verb"], action["data"] | values, group.teams.url)
            )

        async def close():
            return await group.send(inbound.press(group.people["officer"], "meetings.close.do", data, group.teams.url))

        beating = beat(group.house.open_unit, group.clock.now)
        *replies, _ = await asyncio.gather(*(answer(who) for who in agencies[:3]), close(), *(
            answer(who) for who in agencies[3:]
        ), close(), beating)  # fmt: skip
        assert all(status == 200 and "busy" not in str(body) for status, body in replies), replies
        await group.settle()
        async with group.unit() as (unit, its):
            for row in await returns_of_request(unit, its.id, request.id):
                assert row.state == "returned" and row.late == (row.outcome == "no_response")
            assert await first_broken_entry(unit, its.id) is None
