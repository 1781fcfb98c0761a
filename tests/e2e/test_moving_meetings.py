"""A meeting is moved or cancelled: what hangs on it moves along, and people are told once (E1, issue 3 Deliver 4)."""

from __future__ import annotations

from datetime import date

from assurance.actors import actor_numbered
from assurance.extensions import grant_extension
from assurance.meeting_fields import Typed
from assurance.moving import move_meeting
from assurance.packing import pack_of
from assurance.rescheduling import change_due_day
from storage.asks import dimensions_of_loops, loops_of_request, meetings_from, round_of_meeting
from storage.log import first_broken_entry, log_entries
from storage.returns import returns_of_request
from tests.answering import SAID, a_request
from tests.group import a_group, buttons, read, words
from tests.issuing import a_meeting, card_in
from tests.meetings import (
    DECEMBER,
    MARCH,
    about,
    beaten,
    cancelled,
    chat_words,
    closed,
    move_preview,
    moved,
    opened_by,
    returns,
    the_meeting,
)

WEEK_LATER = date(2026, 12, 17)


async def officer_in(group, unit, its):
    found = await actor_numbered(unit, its.id, group.ids["officer"], group.clock.now.date())
    assert found is not None
    return found


async def more_time(group, request, seat, until):
    """More time agreed for one seat."""
    async with group.unit() as (unit, its):
        pack, officer = await pack_of(unit, its), await officer_in(group, unit, its)
        for loop in await loops_of_request(unit, its.id, request.id):
            row = next(one for one in await returns_of_request(unit, its.id, request.id) if one.loop_id == loop.id)
            if loop.seat_id == seat_of(group, seat) and row.state == "awaited":
                await grant_extension(unit, officer, its, pack, loop.id, until, group.clock.now)
    await group.settle()


def seat_of(group, key):
    return group.seats[key]


async def know_seats(group):
    from storage.partnerships import seats

    async with group.unit() as (unit, its):
        group.seats = {one.slug: one.id for one in await seats(unit, its.id)}


async def test_a_moved_meeting_moves_what_hangs_on_it_and_everybody_is_told_once(database_url, tmp_path):
    """Round, awaited answers and their dimensions; who answered keeps what it has, and an extension stays agreed."""
    async with a_group(database_url, tmp_path) as group:
        await know_seats(group)
        request = await a_request(group, "gwh", "awp", "police")
        await group.press("awp", group.card("awp"), "Send answer", SAID)
        await more_time(group, request, "police", date(2026, 12, 9))
        before = {who: len(group.chat(who)) for who in group.people}
        preview = await move_preview(group, on="2026-12-17", at="14:00", place="Civic Offices")
        said = words(preview)
        assert "Until now" in said and "Thursday 17 December 2026 at 14:00, Civic Offices" in said
        assert "due by Thursday 3 December 2026 instead of Thursday 26 November 2026" in said
        assert "One answer: more time was agreed, and stays agreed" in said and "told once" in said
        assert all(len(group.chat(who)) == before[who] for who in group.people if who != "officer")
        shown = card_in(await group.press("officer", preview, "Move the meeting"))
        assert "It is now on Thursday 17 December 2026" in words(shown)
        rows = {one.seat_id: one for one in await returns(group, request.id)}
        assert {group.seats[key]: date(2026, 12, 3) for key in ("gwh", "police")} | {
            group.seats["awp"]: date(2026, 11, 26)
        } == {seat: one.due_on for seat, one in rows.items()}
        async with group.unit() as (unit, its):
            held = await the_round(unit, its, WEEK_LATER)
            assert held.due_on == date(2026, 12, 3)
            loops = {one.seat_id: one for one in await loops_of_request(unit, its.id, request.id)}
            assert loops[group.seats["police"]].extended_to == date(2026, 12, 9)
            states = await dimensions_of_loops(unit, its.id, [loops[group.seats["gwh"]].id])
            due = {one.dimension: one.due_on for one in states[loops[group.seats["gwh"]].id].values()}
            assert due["dissemination"] == date(2026, 12, 3) and due["impact"] == date(2027, 2, 23)
        told = {who: about(group, who, "LDG meeting moved") for who in group.people if who != "officer"}
        assert all(len(cards) == 1 for cards in told.values()), {who: len(cards) for who, cards in told.items()}
        assert "Now: Thursday 17 December 2026 at 14:00, Civic Offices" in words(told["gwh"][0])
        assert "Your answer is now due by the end of Thursday 3 December 2026" in words(told["gwh"][0])
        assert "Child F rapid review, for GWH" in words(told["gwh"][0]) and "Open" in buttons(told["gwh"][0])
        for who in ("awp", "police", "housing", "chair"):
            assert "Your answer" not in words(told[who][0]), who
        assert len(about(group, "officer", "LDG meeting moved")) == 0


async def the_round(unit, its, day):
    from storage.asks import meeting_on

    held = await meeting_on(unit, its.id, "ldg", day)
    found = await round_of_meeting(unit, its.id, held.id)
    assert found is not None
    return found


async def test_pressed_twice_it_moves_and_tells_once(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh")
        preview = await move_preview(group, on="2026-12-17")
        again = [card_in(await group.press("officer", preview, "Move the meeting")) for _ in range(3)]
        assert all("Thursday 17 December 2026" in words(one) for one in again)
        assert len(about(group, "gwh", "LDG meeting moved")) == 1
        row = await the_meeting(group, WEEK_LATER)
        assert row is not None and row.moved == 1
        async with group.unit() as (unit, its):
            log = [one.what for one in await log_entries(unit, its.id)]
            assert log.count("meeting moved") == 1 and await first_broken_entry(unit, its.id) is None


async def test_what_was_previewed_before_somebody_else_moved_it_is_not_done(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await a_request(group, "gwh")
        stale = await move_preview(group, on="2026-12-17")
        await moved(group, date(2026, 12, 15))
        reply = await group.press("officer", stale, "Move the meeting")
        assert "changed in the meantime" in reply["value"]
        assert await the_meeting(group, date(2026, 12, 15)) and not await the_meeting(group, WEEK_LATER)


async def test_moved_again_before_the_first_card_went_out_only_the_newest_is_told(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await a_request(group, "gwh")
        async with group.unit() as (unit, its):
            pack, officer = await pack_of(unit, its), await officer_in(group, unit, its)
            [held] = await meetings_from(unit, its.id, "ldg", DECEMBER)
            for day in (date(2026, 12, 15), WEEK_LATER):
                await move_meeting(unit, officer, its, pack, held.id, Typed(day), group.clock.now)
        await group.settle()
        [card] = about(group, "gwh", "LDG meeting moved")
        assert "Now: Thursday 17 December 2026" in words(card)


async def test_only_time_or_place_changes_and_no_due_day_with_it(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        preview = await move_preview(group, at="14:30")
        assert "The day stays, and so does every due day" in words(preview)
        await group.press("officer", preview, "Change the meeting")
        [row] = await returns(group, request.id)
        assert row.due_on == date(2026, 11, 26)
        [card] = about(group, "gwh", "LDG meeting: time and place")
        assert "Thursday 10 December 2026 at 14:30" in words(card) and "Your answer" not in words(card)
        form = card_in(await group.press("officer", await opened_by(group, "officer"), "Move or change it"))
        same = card_in(await group.press("officer", form, "See what changes"))
        assert "Nothing was changed" in words(same)


async def test_the_channels_card_and_receipts_show_the_new_days(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh", "awp")
        await group.press("awp", group.card("awp"), "Send answer", SAID)
        await moved(group, WEEK_LATER)
        assert "By the end of Thursday 3 December 2026" in words(read(group.channel()[0]))
        assert "17 December 2026" in words(read(group.chat("awp")[0]))


async def test_a_day_of_ones_own_that_was_agreed_stays(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        async with group.unit() as (unit, its):
            pack, officer = await pack_of(unit, its), await officer_in(group, unit, its)
            await change_due_day(unit, officer, its, pack, request.id, date(2026, 12, 1), group.clock.now)
        await group.settle()
        assert "One answer: a due day of its own, which stays" in words(await move_preview(group, on="2026-12-17"))
        await moved(group, WEEK_LATER)
        [row] = await returns(group, request.id)
        assert row.due_on == date(2026, 12, 1)
        assert "Your answer" not in words(about(group, "gwh", "LDG meeting moved")[0])


async def test_what_is_due_only_after_an_earlier_day_is_tabled_at_the_meeting_that_follows(database_url, tmp_path):
    """Impact is due on 23 February for the meeting on 11 March, which moves to 18 February; June is next."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        await a_meeting(group, MARCH)
        await a_meeting(group, date(2027, 6, 10))
        group.clock.to(2027, 2, 2)
        await beaten(group)
        form = card_in(await group.press("officer", await opened_by(group, "officer"), "Move or change it"))
        preview = card_in(await group.press("officer", form, "See what changes", {"meeting_on": "2027-02-18"}))
        assert "One answer: tabled at the meeting on Thursday 10 June 2027" in words(preview)
        await group.press("officer", preview, "Move the meeting")
        *_, impact = await returns(group, request.id)
        async with group.unit() as (unit, its):
            assert impact.round_id == (await the_round(unit, its, date(2027, 6, 10))).id
        assert impact.due_on == date(2027, 2, 23)


async def test_days_that_cannot_be_are_refused_with_what_was_typed_still_there(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await a_request(group, "gwh")
        await a_meeting(group, MARCH)
        form = card_in(await group.press("officer", await opened_by(group, "officer"), "Move or change it"))
        for day, wrong in (
            ("2026-11-02", "after today"),
            ("2027-03-11", "There is a meeting on Thursday 11 March 2027 already"),
            ("", "Please give the day"),
        ):
            again = card_in(
                await group.press(
                    "officer", form, "See what changes", {"meeting_on": day, "meeting_place": "Civic Offices"}
                )
            )
            assert wrong in words(again) and "Civic Offices" in words(again)
        preview = await move_preview(group, on="2027-03-20")
        assert "Saturday 20 March 2027 is not a working day" in words(preview)
        assert "after the meeting on Thursday 11 March 2027" in words(preview)


async def test_a_meeting_moves_onto_a_day_from_which_another_was_taken_out(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh")
        await a_meeting(group, WEEK_LATER)
        await group.press("officer", await opened_by(group, "officer", 1), "Take out")
        await moved(group, WEEK_LATER)
        row = await the_meeting(group, WEEK_LATER)
        assert row is not None and row.state == "scheduled" and row.moved == 1


async def test_a_cancelled_meetings_answers_go_to_the_next_regular_one_and_all_are_told_once(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await know_seats(group)
        request = await a_request(group, "gwh", "awp", "police")
        await a_meeting(group, date(2027, 1, 14), extra=True, opens_round=False)
        await a_meeting(group, MARCH)
        await group.press("awp", group.card("awp"), "Send answer", SAID)
        await more_time(group, request, "police", date(2026, 12, 9))
        form = card_in(await group.press("officer", await opened_by(group, "officer"), "Cancel it"))
        said = words(form)
        assert "One answer received: tabled on Thursday 11 March 2027 instead" in said
        assert "Two answers still to come: for the meeting on Thursday 11 March 2027, due by Thursday 25" in said
        wrong = card_in(await group.press("officer", form, "Cancel the meeting"))
        assert "Please say why" in words(wrong)
        shown = card_in(
            await group.press("officer", form, "Cancel the meeting", {"reason": "Half the group is at an inspection."})
        )
        assert "This meeting is cancelled. Half the group is at an inspection." in words(shown)
        await group.press("officer", form, "Cancel the meeting", {"reason": "Again."})
        row = await the_meeting(group, DECEMBER)
        assert row is not None and (row.state, row.moved) == ("cancelled", 1)
        async with group.unit() as (unit, its):
            march = await the_round(unit, its, MARCH)
            rows = await returns_of_request(unit, its.id, request.id)
            assert {one.round_id for one in rows} == {march.id} and march.due_on == date(2027, 2, 25)
            due = {one.seat_id: one.due_on for one in rows}
            assert due[group.seats["gwh"]] == due[group.seats["police"]] == date(2027, 2, 25)
        for who in ("gwh", "awp", "police", "chair", "housing"):
            [card] = about(group, who, "LDG meeting cancelled")
            assert "Half the group is at an inspection." in words(card)
            assert "The next one is on Thursday 11 March 2027" in words(card)
        assert "now due by the end of Thursday 25 February 2027" in words(about(group, "gwh", "cancelled")[0])
        assert "Your answer" not in words(about(group, "awp", "cancelled")[0])
        assert "By the end of Thursday 25 February 2027" in words(read(group.channel()[0]))
        listed = words(await group.say("gwh", "meeting"))
        assert "Cancelled: Thursday 10 December 2026" in listed


async def test_without_a_next_meeting_the_officer_is_asked_to_enter_one_first(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        form = card_in(await group.press("officer", await opened_by(group, "officer"), "Cancel it"))
        assert "Please enter the next meeting first" in words(form)
        assert "Cancel the meeting" not in buttons(form)
        [row] = await returns(group, request.id)
        data = {"p": group.partnership_id, "m": (await the_meeting(group, DECEMBER)).id, "reason": "No room."}
        refused = card_in(await group.execute("officer", "meetings.cancel.do", data))
        assert "Please enter the next meeting first" in words(refused)
        assert (await the_meeting(group, DECEMBER)).state == "scheduled"
        assert (await returns(group, request.id))[0].round_id == row.round_id


async def test_a_meeting_on_which_nothing_hangs_is_cancelled_and_may_be_entered_again(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        async with group.unit() as (unit, its):
            (await unit.own(type(request), its.id, request.id)).state = "cancelled"
        await a_meeting(group, MARCH)
        await cancelled(group)
        card = await group.say("officer", "meeting")
        back = card_in(await group.press("officer", card, "Enter this meeting", {"meeting_on": "2026-12-10"}))
        assert "Entered: Thursday 10 December 2026" in words(back)
        row = await the_meeting(group, DECEMBER)
        assert (row.state, row.moved) == ("scheduled", 2)


async def test_cancelled_once_the_next_round_has_begun_of_its_own_what_is_awaited_joins_it(database_url, tmp_path):
    """Two items: one asked for December, one for March already; both are of one round then."""
    async with a_group(database_url, tmp_path) as group:
        first = await a_request(group, "gwh")
        second = await a_request(group, "awp", title="Child E rapid review", meeting_on=MARCH, due_on=date(2027, 2, 25))
        await cancelled(group)
        async with group.unit() as (unit, its):
            march = await the_round(unit, its, MARCH)
            rows = [
                *await returns_of_request(unit, its.id, first.id),
                *await returns_of_request(unit, its.id, second.id),
            ]
            assert [one.round_id for one in rows] == [march.id] * 2
            assert [one.due_on for one in rows] == [date(2027, 2, 25)] * 2
        group.clock.to(2027, 3, 11, hour=16)
        assert "no response: 2" in words(await closed(group))


async def test_nobody_but_the_officer_moves_or_cancels_a_meeting(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await a_request(group, "gwh")
        held = await the_meeting(group, DECEMBER)
        data = {
            "p": group.partnership_id,
            "m": held.id,
            "to_on": "2026-12-17",
            "reason": "x",
            "meeting.1.meeting_on": "2026-12-17",
        }
        for who in ("gwh", "chair"):
            for verb in ("meetings.move.look", "meetings.move.do", "meetings.cancel", "meetings.cancel.do"):
                reply = await group.execute(who, verb, data)
                assert "Only the support officer can enter meeting dates and change them" in reply["value"], verb
        assert (await the_meeting(group, DECEMBER)).state == "scheduled" and len(chat_words(group, "gwh")) == 1
