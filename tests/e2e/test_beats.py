"""The beat: where it looks, that nothing is lost on the way, and that one failure leaves the rest alone."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from assurance.beats import STEPS, beat, next_look
from assurance.chasing import chase_due
from assurance.pack import read_shipped
from assurance.packing import install_pack, pack_of, read_pack
from storage.base import Conflict
from storage.log import append_log
from storage.partnerships import every_partnership, partnerships_to_look_at
from tests.chasing import asked, beat_on, sent
from tests.group import a_group
from tests.packs.revised import revised_swindon

pytestmark = pytest.mark.both_databases

SWINDON = read_pack(read_shipped("swindon"))


def local(*when: int) -> datetime:
    return datetime(*when, tzinfo=ZoneInfo("Europe/London")).astimezone(UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (local(2026, 11, 2, 9), local(2026, 11, 2, 10)),
        (local(2026, 11, 2, 10), local(2026, 11, 3, 10)),
        (local(2026, 11, 2, 18), local(2026, 11, 3, 10)),
        (local(2026, 11, 6, 11), local(2026, 11, 9, 10)),
        (local(2026, 10, 23, 13), local(2026, 10, 26, 10)),
        (local(2027, 3, 25, 15), local(2027, 3, 30, 10)),
    ],
)
def test_the_next_look_is_as_the_send_hours_of_the_next_working_day_begin(now: datetime, then: datetime) -> None:
    """Over a weekend in which the clocks change, and over Easter."""
    assert next_look(SWINDON, now) == then


async def waiting(group) -> list[int]:
    async with group.house.open_unit() as unit:
        return [number for number, _ in await partnerships_to_look_at(unit, group.clock.now)]


async def test_a_partnership_is_looked_at_when_its_time_has_come_and_when_anything_was_logged(database_url, tmp_path):
    async with a_group(database_url, tmp_path, packs=("swindon", "solihull")) as group:
        assert len(await waiting(group)) == 2, "at the first beat everywhere"
        await beat_on(group, 2026, 11, 2, 11)
        assert await waiting(group) == []
        async with group.house.open_unit() as unit:
            second = (await every_partnership(unit))[1]
            await append_log(unit, second.id, at=group.clock.now, person_id=None, what="x", subject="x:1")
        assert await waiting(group) == [second.id]
        await beat_on(group, 2026, 11, 2, 12)
        assert await waiting(group) == []
        group.clock.to(2026, 11, 3, 10)
        assert len(await waiting(group)) == 2


async def test_what_is_logged_while_a_step_runs_is_a_reason_to_look_again(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        looks = []

        async def meanwhile(unit, its, pack, now):
            looks.append(now)
            if len(looks) == 1:
                await append_log(unit, its.id, at=now, person_id=None, what="answered", subject="return:1")
            return 0

        for minute in range(4):
            await beat(group.house.open_unit, datetime(2026, 11, 2, 11, minute, tzinfo=UTC), (meanwhile,))
        assert len(looks) == 2


async def test_a_step_that_fails_stops_neither_the_other_steps_nor_the_other_partnerships_and_is_tried_again(
    database_url, tmp_path, caplog
):
    caplog.set_level(logging.CRITICAL)
    async with a_group(database_url, tmp_path, packs=("swindon", "solihull")) as group:
        await asked(group, "gwh")
        broken = True

        async def fails(unit, its, pack, now):
            await append_log(unit, its.id, at=now, person_id=None, what="half done", subject="x:1")
            if broken and its.slug == "swindon":
                raise Conflict("It met another transaction.")
            return 0

        steps = (fails, *STEPS)
        group.clock.to(2026, 11, 19, 11)
        assert await beat(group.house.open_unit, group.clock.now, steps) == 2, "with what officers are told of reviews"
        await group.settle()
        assert [who for who, _, _ in await sent(group)] == ["gwh"]
        assert await waiting(group) == [1, 2], "the failed one again, the other for what its step has logged"
        broken = False
        await beat(group.house.open_unit, group.clock.now, steps)
        await beat(group.house.open_unit, group.clock.now, STEPS)
        assert await waiting(group) == []


async def test_a_new_version_of_the_pack_is_looked_at_by_the_next_beat(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await beat_on(group, 2026, 11, 2, 11)
        async with group.unit() as (unit, _):
            await install_pack(unit, revised_swindon(), now=group.clock.now)
        assert await waiting(group) == [1]


async def test_nothing_is_lost_when_the_process_dies_between_the_steps_and_the_note_of_them(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await asked(group, "gwh")
        await beat_on(group, 2026, 11, 18, 11)
        group.clock.to(2026, 11, 19, 11)
        async with group.unit() as (unit, its):
            assert await chase_due(unit, its, await pack_of(unit, its), group.clock.now) == 1
    async with a_group(database_url, tmp_path, clock=group.clock) as again:
        assert await beat(again.house.open_unit, group.clock.now) == 0
        await again.settle()
        assert [(who, on) for who, on, _ in await sent(again)] == [("gwh", date(2026, 11, 19))]
