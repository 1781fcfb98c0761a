"""Two changes that cross, and a database that is away: nothing is half done, and people read a plain sentence."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from contextvars import Context
from datetime import date

import pytest

from assurance.actors import actor_numbered
from assurance.answering import Submission, answer
from assurance.behalf import Given, enter
from assurance.cancelling import cancel_request
from assurance.issuing import Timing, find_round
from assurance.meetings import take_out
from assurance.packing import pack_of
from assurance.pleas import NewPlea, grant, plead
from assurance.refusals import OutOfDate
from assurance.roll_call import start_roll_call
from assurance.seating import Assignment, assign
from storage.asks import Meeting, loops_of_request
from storage.base import Conflict, Unavailable
from storage.contacts import plea
from storage.people import all_holdings
from storage.returns import find_return, returns_of_request
from tests.answering import SAID, a_request
from tests.group import a_group, words

pytestmark = pytest.mark.both_databases


class Flaky:
    """A database whose units fail, one after the other, with these errors, and then work."""

    def __init__(self, group, *errors):
        self.errors, self.open_unit, self.opened = list(errors), group.house.store.open_unit, 0
        group.house.store.open_unit = self.open

    @asynccontextmanager
    async def open(self):
        self.opened += 1
        async with self.open_unit() as unit:
            yield unit
            if self.errors:
                raise self.errors.pop(0)


async def at_work(group, who):
    """What every use case wants to know: unit by unit, the actor, the partnership, its pack."""
    async with group.unit() as (unit, its):
        actor = await actor_numbered(unit, its.id, group.ids[who], group.clock.now.date())
        return actor, its, await pack_of(unit, its)


async def the_return(group, request):
    async with group.unit() as (unit, its):
        return (await returns_of_request(unit, its.id, request.id))[0]


async def both(group, first, second):
    """Do the first change and, before it is committed, the second, which has to wait or to give way."""
    started, go_on = asyncio.Event(), asyncio.Event()

    async def one():
        async with group.unit() as (unit, _):
            await first(unit)
            started.set()
            await asyncio.wait_for(go_on.wait(), 5)

    async def other():
        await started.wait()
        async with group.unit() as (unit, _):
            return await second(unit)

    async def let_go():
        await started.wait()
        await asyncio.sleep(0.15)
        go_on.set()

    _, result, _ = await asyncio.gather(one(), other(), let_go(), return_exceptions=True)
    return result


async def test_a_press_that_crossed_another_change_is_done_once_more_and_is_kept_once(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        flaky = Flaky(group, Conflict("crossed"))
        reply = await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        assert "This is GWH" in words(reply["value"]) and flaky.errors == []
        assert (await the_return(group, request)).version_number == 1


@pytest.mark.parametrize(
    ("errors", "words_read"),
    [([Conflict("x"), Conflict("y")], "records are busy"), ([Unavailable("x")], "records are out of reach")],
)
async def test_a_press_that_cannot_be_kept_says_that_nothing_was_saved(errors, words_read, sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        Flaky(group, *errors)
        reply = await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        assert words_read in reply["value"] and "Nothing was saved" in reply["value"]
        assert (await the_return(group, request)).version_number == 0


async def test_words_that_crossed_another_change_are_answered_once(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        Flaky(group, Conflict("crossed"))
        await group.say("officer", "help", at_once=True)
        assert len(group.chat("officer")) == 1


async def test_words_while_the_records_are_away_get_a_plain_sentence(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        Flaky(group, Unavailable("away"))
        assert "please type it again" in (await group.say("officer", "help", at_once=True))["text"]


async def test_an_answer_that_crosses_a_withdrawal_finds_it_withdrawn(postgres_url, tmp_path):
    async with a_group(postgres_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        row = await the_return(group, request)
        officer, its, pack = await at_work(group, "officer")
        gwh, now = (await at_work(group, "gwh"))[0], group.clock.now
        result = await both(
            group,
            lambda unit: cancel_request(unit, officer, its, pack, request.id, "Sent twice.", now),
            lambda unit: answer(unit, gwh, its, pack, Submission(row.id, 0, SAID), now),
        )
        assert isinstance(result, OutOfDate)
        assert (await the_return(group, request)).version_number == 0


async def test_a_withdrawal_waits_for_an_answer_that_is_being_kept(postgres_url, tmp_path):
    async with a_group(postgres_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        row = await the_return(group, request)
        officer, its, pack = await at_work(group, "officer")
        gwh, now = (await at_work(group, "gwh"))[0], group.clock.now
        result = await both(
            group,
            lambda unit: answer(unit, gwh, its, pack, Submission(row.id, 0, SAID), now),
            lambda unit: cancel_request(unit, officer, its, pack, request.id, "Sent twice.", now),
        )
        assert result.state == "cancelled"
        async with group.unit() as (unit, _):
            assert (await the_loops(unit, its, request))[0].open is False


async def the_loops(unit, its, request):
    return await loops_of_request(unit, its.id, request.id)


async def test_two_agencies_answer_the_same_request_without_waiting_for_each_other(postgres_url, tmp_path):
    async with a_group(postgres_url, tmp_path) as group:
        request = await a_request(group, "gwh", "awp")
        async with group.unit() as (unit, its):
            rows = await returns_of_request(unit, its.id, request.id)
        async with group.unit() as (unit, its):
            await find_return(unit, its.id, rows[0].id, lock=True)
            other = group.house.store

            async def second():
                async with other.open_unit() as unit:
                    return await find_return(unit, its.id, rows[1].id, lock=True)

            task = asyncio.get_running_loop().create_task(second(), context=Context())
            assert await asyncio.wait_for(task, 3)


async def test_an_entry_on_behalf_that_crosses_the_agencys_own_answer_gives_way_to_it(postgres_url, tmp_path):
    """Scenario 27."""
    async with a_group(postgres_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        row = await the_return(group, request)
        officer, its, pack = await at_work(group, "officer")
        gwh, now = (await at_work(group, "gwh"))[0], group.clock.now
        given = Given(str(gwh.person_id), "", now.date().isoformat(), "email")
        other = Submission(row.id, 0, {**SAID, "dissemination": "low"})
        result = await both(
            group,
            lambda unit: answer(unit, gwh, its, pack, Submission(row.id, 0, SAID), now),
            lambda unit: enter(unit, officer, its, pack, other, given, now),
        )
        assert isinstance(result, OutOfDate) and "answered itself" in result.text
        assert (await the_return(group, request)).version_number == 1


async def test_a_seat_given_twice_at_the_same_moment_is_held_once(postgres_url, tmp_path):
    async with a_group(postgres_url, tmp_path) as group:
        officer, its, pack = await at_work(group, "officer")
        new, now = Assignment("role:chair", group.ids["gwh"]), group.clock.now
        await both(
            group,
            lambda unit: assign(unit, officer, its, pack, new, now),
            lambda unit: assign(unit, officer, its, pack, new, now),
        )
        async with group.unit() as (unit, _):
            held = [one for one in await all_holdings(unit, its.id) if one.person_id == group.ids["gwh"]]
        assert [one.role for one in held].count("chair") == 1


async def test_a_roll_call_started_twice_at_the_same_moment_is_one(postgres_url, tmp_path):
    """Scenario 26."""
    async with a_group(postgres_url, tmp_path) as group:
        officer, its, pack = await at_work(group, "officer")
        now, made = group.clock.now, []

        async def first(unit):
            made.append((await start_roll_call(unit, officer, its, pack, now)).id)

        second = await both(group, first, lambda unit: start_roll_call(unit, officer, its, pack, now))
        assert [second.id] == made


async def test_a_meeting_taken_out_at_the_moment_of_issue_is_refused(postgres_url, tmp_path):
    async with a_group(postgres_url, tmp_path) as group:
        officer, its, pack = await at_work(group, "officer")
        day = date(2026, 12, 10)
        async with group.unit() as (unit, _):
            held = await unit.save(Meeting(partnership_id=its.id, group_key=pack.groups[0].key, on=day))
        timing = Timing(date(2026, 11, 26), held.id)
        result = await both(
            group,
            lambda unit: take_out(unit, officer, its, pack, held.id, group.clock.now),
            lambda unit: find_round(unit, its.id, pack.groups[0].key, timing, group.clock.now.date()),
        )
        assert isinstance(result, OutOfDate)


async def test_two_issues_for_one_meeting_at_the_same_moment_share_its_round(postgres_url, tmp_path):
    async with a_group(postgres_url, tmp_path) as group:
        _, its, pack = await at_work(group, "officer")
        async with group.unit() as (unit, _):
            held = await unit.save(Meeting(partnership_id=its.id, group_key=pack.groups[0].key, on=date(2026, 12, 10)))
        timing, made = Timing(date(2026, 11, 26), held.id), []

        async def find(unit):
            made.append(await find_round(unit, its.id, pack.groups[0].key, timing, group.clock.now.date()))

        assert await both(group, find, find) is None
        assert made[0].id == made[1].id


async def a_plea(group, request):
    gwh, its, pack = await at_work(group, "gwh")
    row = await the_return(group, request)
    async with group.unit() as (unit, _):
        new = NewPlea(row.id, "more_time", "Two of us are on leave.", "2026-12-03")
        number = (await plead(unit, gwh, its, pack, new, group.clock.now)).id
    await group.settle()
    return number


async def test_more_time_that_crosses_a_withdrawal_is_not_granted(postgres_url, tmp_path):
    """Scenario 32."""
    async with a_group(postgres_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        number = await a_plea(group, request)
        officer, its, pack = await at_work(group, "officer")
        now = group.clock.now
        result = await both(
            group,
            lambda unit: cancel_request(unit, officer, its, pack, request.id, "Sent twice.", now),
            lambda unit: grant(unit, officer, its, pack, number, "2026-12-03", now),
        )
        assert result.state == "withdrawn"
        async with group.unit() as (unit, _):
            assert (await the_loops(unit, its, request))[0].extended_to is None


async def test_withdrawing_a_request_ends_its_pleas_on_the_officers_card_too(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        number = await a_plea(group, request)
        officer, its, pack = await at_work(group, "officer")
        async with group.unit() as (unit, _):
            await cancel_request(unit, officer, its, pack, request.id, "Sent twice.", group.clock.now)
        await group.settle()
        shown = "\n".join(words(group.card("officer", index)) for index in range(len(group.chat("officer"))))
        assert "The request was withdrawn, so nothing is left to do" in shown
        async with group.unit() as (unit, _):
            assert (await plea(unit, its.id, number)).state == "withdrawn"
