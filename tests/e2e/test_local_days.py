"""A day is the partnership's own: just after midnight in summer it is the next day there, not yet in UTC (D12)."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

from assurance.actors import actor_numbered
from assurance.pack import read_shipped
from assurance.packing import install_pack, pack_of
from assurance.seating import Assignment, assign
from bot.running import prepare
from storage.log import log_entries
from storage.partnerships import seats
from storage.people import holdings_of, person_by_object_id
from storage.returns import returns_of_request, versions_of_return
from tests.answering import SAID, a_request
from tests.connector import TENANT
from tests.group import Clock, a_group, words

EARLY_JUNE = datetime(2027, 6, 1, 9, 0, tzinfo=UTC)
HALF_PAST_MIDNIGHT = datetime(2027, 6, 30, 23, 30, tzinfo=UTC)
DUE = date(2027, 6, 30)
NEW_OFFICER = "f0f0f0f0-0000-4000-8000-000000000000"


def without_housing():
    """Swindon's pack without one of its seats."""
    text = read_shipped("swindon")
    seat = re.search(r'\[\[seats\]\]\n(?:(?!\[\[).*\n)*?key = "housing"\n(?:(?!\[\[).*\n)*', text)
    assert seat is not None
    return text.replace(seat[0], "")


async def the_version(group, request):
    async with group.unit() as (unit, its):
        [row] = await returns_of_request(unit, its.id, request.id)
        [version] = await versions_of_return(unit, its.id, row.id)
        return version


async def test_an_answer_half_an_hour_after_the_due_day_ended_in_british_summer_time_is_late(database_url, tmp_path):
    """D12: 23:30 on 30 June in UTC is 00:30 on 1 July in Swindon."""
    async with a_group(database_url, tmp_path, clock=Clock(EARLY_JUNE)) as group:
        request = await a_request(group, "gwh", due_on=DUE, meeting_on=date(2027, 7, 15))
        group.clock.now = HALF_PAST_MIDNIGHT
        assert "GWH: one day past the due date" in words(await group.say("chair", "overdue"))
        reply = await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        assert "00:30 on Thursday 1 July 2027" in words(reply["value"])
        assert (await the_version(group, request)).late
        assert "Thu 1 Jul" in words(await group.say("officer", f"status {request.title}"))


async def test_an_answer_an_hour_earlier_is_still_in_time(database_url, tmp_path):
    """D12: 22:30 on 30 June in UTC is 23:30 the same day in Swindon."""
    async with a_group(database_url, tmp_path, clock=Clock(EARLY_JUNE)) as group:
        request = await a_request(group, "gwh", due_on=DUE, meeting_on=date(2027, 7, 15))
        group.clock.now = HALF_PAST_MIDNIGHT.replace(hour=22)
        await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        assert not (await the_version(group, request)).late


async def test_somebody_whose_assignment_starts_on_1_july_may_answer_then_and_not_an_hour_before(
    database_url, tmp_path
):
    """D12, E7."""
    async with a_group(database_url, tmp_path, clock=Clock(EARLY_JUNE)) as group:
        request = await a_request(group, "gwh", due_on=date(2027, 7, 8), meeting_on=None)
        async with group.unit() as (unit, its):
            numbers = {one.slug: one.id for one in await seats(unit, its.id)}
            officer = await actor_numbered(unit, its.id, group.ids["officer"], EARLY_JUNE.date())
            new = Assignment(f"seat:{numbers['gwh']}", group.ids["ld_lead"], starts_on=date(2027, 7, 1))
            await assign(unit, officer, its, await pack_of(unit, its), new, group.clock.now)
        group.clock.now = HALF_PAST_MIDNIGHT.replace(hour=22)
        reply = await group.press("ld_lead", group.card("gwh"), "Send answer", SAID)
        assert "another agency" in reply["value"]
        group.clock.now = HALF_PAST_MIDNIGHT
        reply = await group.press("ld_lead", group.card("gwh"), "Send answer", SAID)
        assert "Medium" in words(reply["value"])
        assert (await the_version(group, request)).by_person_id == group.ids["ld_lead"]


async def test_the_officer_role_that_the_settings_give_is_logged_once(database_url, tmp_path):
    """D10: it is given once, and it is not given back to somebody whose role was ended."""
    async with a_group(database_url, tmp_path) as group:
        group.house.settings = replace(group.house.settings, officers=(("swindon", NEW_OFFICER),))
        await prepare(group.house)
        async with group.unit() as (unit, its):
            one = await person_by_object_id(unit, its.id, TENANT, NEW_OFFICER)
            [held] = await holdings_of(unit, its.id, one.id, group.clock.now.date())
            held.ends_on = group.clock.now.date()
            unit.add(held)
        group.clock.move(days=2)
        await prepare(group.house)
        async with group.unit() as (unit, its):
            every = await log_entries(unit, its.id)
            logged = [(row.refs, row.subject) for row in every if (row.by, row.what) == ("start-up", "seated")]
            assert logged == [({"person": one.id, "role": "officer"}, f"holding:{held.id}")]


async def test_a_seat_that_was_ended_here_stays_ended_and_one_that_the_pack_had_dropped_comes_back(
    database_url, tmp_path
):
    """E7: a new text of the pack undoes only what a text of the pack did, by the partnership's own day."""
    async with a_group(database_url, tmp_path, clock=Clock(HALF_PAST_MIDNIGHT)) as group:
        whole = read_shipped("swindon")

        async def ends():
            async with group.unit() as (unit, its):
                return {one.slug: one.ends_on for one in await seats(unit, its.id)}

        async def load(text):
            async with group.unit() as (unit, _):
                await install_pack(unit, text, now=group.clock.now)

        async with group.unit() as (unit, its):
            [police] = [one for one in await seats(unit, its.id) if one.slug == "police"]
            police.ends_on = DUE
            unit.add(police)
        await load(without_housing())
        assert (await ends())["housing"] == date(2027, 7, 1)
        await load(whole)
        after = await ends()
        assert after["housing"] is None and after["police"] == DUE
