"""A practice database made ready for a meeting: every agency has answered, and the papers are out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from assurance.actors import Actor, actor_numbered
from assurance.answering import Submission, answer
from assurance.issuing import Addressee, NewRequest, Timing, issue, today_in
from assurance.packing import pack_of
from assurance.papers import mark_discuss, release_papers
from bot.house import House
from bot.practice import TENANT
from bot.running import running
from bot.settings import Settings
from storage.asks import meetings_from
from storage.partnerships import Partnership, every_partnership, seats
from storage.people import person_by_object_id
from storage.returns import returns_of_request
from storage.unit import Unit
from tests.group import MONDAY, Clock
from tests.issued import LEARNING

DUE = date(2026, 12, 30)
PAPERS_OUT = datetime(2027, 1, 7, 11, 0, tzinfo=UTC)
OFFICER = "ssu"
"""In Swindon the support unit has a seat of its own, and the practice officer sits there."""
AUDIT = "A ten-record dip sample in March."


async def ready_for_the_meeting(folder: Path, said: Mapping[str, tuple[str, str]], marks: Mapping[str, str]) -> None:
    """Issue one item, answer it for every agency, release the papers; nothing is sent anywhere.

    `said` gives each seat's level and evidence, by the seat's key; `marks` who of the group wants to talk about whom.
    """
    settings = Settings(data_dir=folder, database_url=f"sqlite:///{folder / 'loop.db'}", playground=True)
    clock = Clock(MONDAY)
    async with running(settings, clock=clock, by_hand=True) as (house, _, _):
        await _issue(house)
        clock.move(weeks=5)
        await _answer(house, said)
        clock.now = PAPERS_OUT
        await _release(house, marks)


async def _issue(house: House) -> None:
    async with house.open_unit() as unit:
        its = (await every_partnership(unit))[0]
        pack = await pack_of(unit, its)
        held = (await meetings_from(unit, its.id, pack.groups[0].key, today_in(pack, house.now())))[0]
        asked = tuple(Addressee(seat_id=one.id) for one in await seats(unit, its.id) if one.returns)
        new = NewRequest("assurance", LEARNING["title"], asked, Timing(DUE, held.id), learning=LEARNING)
        await issue(unit, await practised(unit, its, OFFICER, house), its, pack, new, house.now())


async def _answer(house: House, said: Mapping[str, tuple[str, str]]) -> None:
    async with house.open_unit() as unit:
        its = (await every_partnership(unit))[0]
        pack, slugs = await pack_of(unit, its), {one.id: one.slug for one in await seats(unit, its.id)}
        for row in await returns_of_request(unit, its.id, 1):
            assert row.seat_id is not None
            level, evidence = said[slugs[row.seat_id]]
            whole = {"dissemination": level, "evidence": evidence, "monitoring": AUDIT}
            who = await practised(unit, its, slugs[row.seat_id], house)
            await answer(unit, who, its, pack, Submission(row.id, 0, whole, confirmed=True), house.now())


async def _release(house: House, marks: Mapping[str, str]) -> None:
    async with house.open_unit() as unit:
        its = (await every_partnership(unit))[0]
        pack, numbers = await pack_of(unit, its), {one.slug: one.id for one in await seats(unit, its.id)}
        held = (await meetings_from(unit, its.id, pack.groups[0].key, today_in(pack, house.now())))[0]
        await release_papers(unit, await practised(unit, its, OFFICER, house), its, pack, held.id, house.now())
        rows = {row.seat_id: row.id for row in await returns_of_request(unit, its.id, 1)}
        for about, by in marks.items():
            who = await practised(unit, its, by, house)
            await mark_discuss(unit, who, its, pack, held.id, rows[numbers[about]], house.now(), marked=True)


async def practised(unit: Unit, its: Partnership, key: str, house: House) -> Actor:
    """The practice person in a role or on a seat, by its key."""
    one = await person_by_object_id(unit, its.id, TENANT, f"practice-{key}")
    assert one is not None, key
    found = await actor_numbered(unit, its.id, one.id, house.now().date())
    assert found is not None, key
    return found
