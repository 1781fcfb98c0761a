"""Chasing whatever happens and in whatever order: nobody for what they returned, nobody twice, nobody forgotten.

A state machine issues, answers, corrects, agrees more time, sends people away, closes the office, lets time pass with
the clock at work and without, and kills the process between a beat and its delivery. The database is real SQLite; a
stand-in draws and settles what is owed, as the courier does. CHASING_EXAMPLES sets how many stories are told (6).
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections import Counter
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sqlmodel import select

from assurance.actors import actor_numbered
from assurance.beats import look, next_look
from assurance.calendar import local_day
from assurance.chasing_rules import Owing, rhythm_of, steps_of
from assurance.hours import may_send
from assurance.issuing import Addressee, NewRequest, Timing, issue, working_days
from assurance.nudge_view import nudge_view, said_in
from assurance.outstanding import asked_on, asked_when, outstanding, places_today
from assurance.pack import read_shipped
from assurance.packing import install_pack, pack_of
from storage.asks import meetings_from
from storage.chasers import RING, Absence, Chaser, away_on, chasers_of_returns
from storage.notices import Notice, notices_owed
from storage.partnerships import partnerships_to_look_at
from storage.people import Holding
from storage.returns import find_return
from tests.databases import migrate
from tests.e2e.test_a_year import more_time
from tests.year import Year, a_year

STARTS = (date(2026, 3, 23), date(2026, 5, 18), date(2026, 10, 19), date(2026, 12, 14))
"""Before the clocks go forward and Easter, before two bank holidays, before they go back, before Christmas."""
SEATS = ("gwh", "police", "housing")
NOTHING_MORE_FOR = timedelta(days=100)


@cache
def template() -> Path:
    """A migrated, empty database file to copy from."""
    path = Path(tempfile.mkdtemp()) / "loop.db"
    migrate(f"sqlite:///{path}")
    return path


class Chasing(RuleBasedStateMachine):
    """One partnership with three agencies, four people and an officer."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copyfile(template(), self.folder / "loop.db")
        self.stack = AsyncExitStack()
        self.year: Year
        self.answered: set[int] = set()
        self.closures: list[tuple[date, date]] = []

    def run(self, work: Any) -> Any:
        return self.loop.run(work)

    # What happens

    @initialize(first=st.sampled_from(STARTS))
    def begin(self, first: date) -> None:
        """The year begins: a meeting in ten weeks and one in twenty, and two people on one of the seats."""
        self.first = first
        self.run(self._open([first + timedelta(weeks=10), first + timedelta(weeks=20)]))
        self.run(self._share_a_seat())

    async def _open(self, meetings: list[date]) -> None:
        url = f"sqlite:///{self.folder / 'loop.db'}"
        before = self.year if hasattr(self, "year") else None
        self.year = await self.stack.enter_async_context(
            a_year(url, self.folder, "swindon", self.first, meetings, anew=before is None)
        )
        if before is None:
            self._at(datetime.combine(self.first, time(11), tzinfo=UTC))
        else:
            self._at(before.now)
            self.year.who, self.year.seat_ids, self.year.officer = before.who, before.seat_ids, before.officer

    async def _share_a_seat(self) -> None:
        async with self.year.unit() as (unit, its):
            unit.add(Holding(partnership_id=its.id, person_id=self.year.who["awp"], seat_id=self.year.seat_ids["gwh"]))

    def _at(self, moment: datetime) -> None:
        self.year.now, self.year.day = moment, local_day(moment, self.year.pack.timezone)

    @rule(seats=st.sets(st.sampled_from(SEATS), min_size=1), notice=st.integers(2, 25), tabled=st.booleans())
    def issue(self, seats: set[str], notice: int, tabled: bool) -> None:
        """Learning is issued, due in so many working days, for a meeting or for none; its cards go out."""
        self.run(self._issue(seats, notice, tabled))

    async def _issue(self, seats: set[str], notice: int, tabled: bool) -> None:
        async with self.year.unit() as (unit, its):
            due = working_days(self.year.pack).add(self.year.day, notice)
            held = [one for one in await meetings_from(unit, its.id, "ldg", due) if tabled]
            asked = tuple(Addressee(seat_id=self.year.seat_ids[key]) for key in sorted(seats))
            timing = Timing(due, held[0].id if held else None)
            new = NewRequest("assurance", "Child F", asked, timing, learning={"title": "Child F"})
            await issue(unit, self.year.officer, its, self.year.pack, new, self.year.now)
        await self._carry()

    @rule(which=st.integers(0, 99))
    def answer(self, which: int) -> None:
        """Somebody answers."""
        if owing := self.run(self.year.owing()):
            key, return_id, *_ = owing[which % len(owing)]
            self.run(self.year.answer(key, return_id))
            self.answered.add(return_id)

    @precondition(lambda self: self.answered)
    @rule(which=st.integers(0, 99))
    def correct(self, which: int) -> None:
        """Somebody mends an answer."""
        return_id = sorted(self.answered)[which % len(self.answered)]
        seat_id = self.run(self._seat_of(return_id))
        key = next(key for key, number in self.year.seat_ids.items() if number == seat_id)
        self.run(self.year.answer(key, return_id, "Another team was briefed since."))

    async def _seat_of(self, return_id: int) -> int | None:
        async with self.year.unit() as (unit, its):
            found = await find_return(unit, its.id, return_id)
            return found[0].seat_id if found else None

    @rule(which=st.integers(0, 99), more=st.integers(1, 20))
    def agree_more_time(self, which: int, more: int) -> None:
        """The officer agrees a later day."""
        if owing := self.run(self.year.owing()):
            _, return_id, _, due_on = owing[which % len(owing)]
            until = max(due_on, self.year.day) + timedelta(days=more)
            self.run(more_time(self.year, return_id, until))

    @rule(who=st.sampled_from(("gwh", "awp", "police")), days=st.integers(0, 10))
    def go_away(self, who: str, days: int) -> None:
        """Somebody is away from today."""
        self.run(self._go_away(who, self.year.day + timedelta(days=days)))

    async def _go_away(self, who: str, last: date) -> None:
        async with self.year.unit() as (unit, its):
            unit.add(
                Absence(
                    partnership_id=its.id, person_id=self.year.who[who], first=self.year.day, last=last,
                    at=self.year.now,
                )
            )  # fmt: skip

    @rule(after=st.integers(0, 12), days=st.integers(0, 4))
    def close_the_office(self, after: int, days: int) -> None:
        """The partnership closes for a few days: a new version of its pack."""
        first = self.year.day + timedelta(days=after)
        self.closures.append((first, first + timedelta(days=days)))
        self.run(self._install())

    async def _install(self) -> None:
        tables = [
            f'\n[[closures]]\nbasis = "default"\nfirst = {first}\nlast = {last}\nreason = "Closed"\n'
            for first, last in self.closures
        ]
        async with self.year.unit() as (unit, its):
            await install_pack(unit, read_shipped("swindon") + "".join(tables), now=self.year.now)
            self.year.pack = await pack_of(unit, its)

    @rule(hours=st.integers(1, 24 * 9))
    def travel(self, hours: int) -> None:
        """Time passes with the service at work: it beats whenever it has a reason to look, and carries at once."""
        self.run(self._travel(timedelta(hours=hours)))

    async def _travel(self, by: timedelta) -> None:
        end = self.year.now + by
        while True:
            if not await self._beat():
                if self.year.now >= end:
                    return
                self._at(min(end, next_look(self.year.pack, self.year.now)))
            await self._carry()

    async def _beat(self) -> bool:
        """One beat; says whether there was a reason for it."""
        async with self.year.house.open_unit() as unit:
            waiting = await partnerships_to_look_at(unit, self.year.now)
        for number, newest in waiting:
            await look(self.year.house.open_unit, number, newest, self.year.now)
        return bool(waiting)

    @rule(hours=st.integers(1, 24 * 9))
    def stand_still(self, hours: int) -> None:
        """The service is down, and time passes."""
        self._at(self.year.now + timedelta(hours=hours))

    @rule(hours=st.integers(0, 30))
    def die_between_a_beat_and_its_delivery(self, hours: int) -> None:
        """What the beat owed lies there for some hours; then the process starts again."""
        self.run(self._beat())
        self._at(self.year.now + timedelta(hours=hours))
        self.run(self._restart())

    async def _restart(self) -> None:
        await self.stack.aclose()
        await self._open([])
        await self._install()

    # The courier's stand-in, which looks at what it carries

    async def _carry(self) -> None:
        async with self.year.unit() as (unit, its):
            for one in await notices_owed(unit, its.id, self.year.now):
                if one.kind == "nudge" and one.replaces_id is None:
                    await self._look_at(unit, its, one)
        await self.year.carry()

    async def _look_at(self, unit: Any, its: Any, one: Notice) -> None:
        """A reminder on its way: nothing in it was answered, and nobody hears from us twice on one day."""
        if not may_send(self.year.pack, self.year.now):
            return
        assert one.person_id is not None
        actor = await actor_numbered(unit, its.id, one.person_id, self.year.day)
        assert actor is not None
        view = await nudge_view(unit, actor, its, self.year.pack, said_in(one.subject), self.year.now)
        for item in view.asked if view else ():
            assert item.return_id not in self.answered, "chased for what was returned"
            assert item.late or item.due_on >= self.year.day

    # What always holds

    def teardown(self) -> None:
        """However the story went: once time has passed with the service at work, no step is forgotten."""
        try:
            if hasattr(self, "year"):
                self.run(self._travel(timedelta(hours=1)))
                self.run(self._check())
                self.run(self._travel(NOTHING_MORE_FOR))
                self.run(self._check())
                self.run(self._none_is_forgotten())
                self.run(self.stack.aclose())
        finally:
            self.loop.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    async def _check(self) -> None:
        """None twice for the same step, the cap, the hours, the reasons; and one message a person and day."""
        async with self.year.unit() as (unit, _):
            rows = await unit.all(_every(Chaser))
            notices = {one.id: one for one in await unit.all(_every(Notice))}
        taken = Counter((one.return_id, one.person_id, one.step, one.due_on) for one in rows)
        assert set(taken.values()) <= {1}, "the same step twice"
        for one in rows:
            assert (one.notice_id is None) == (one.state == "skipped") == bool(one.reason)
        nudges = [one for one in rows if one.step != RING and one.notice_id is not None]
        for messages in _grouped(nudges, lambda one: (one.person_id, one.round_id)).values():
            assert len({one.notice_id for one in messages}) <= self.year.pack.rounds.chaser_cap, "more than the cap"
        days: Counter[tuple[int | None, date]] = Counter()
        for one in notices.values():
            if one.kind in ("nudge", "ring") and one.replaces_id is None and one.state == "delivered":
                assert one.settled_at is not None and _within(self.year, one.settled_at)
                if one.kind == "nudge":
                    days[one.person_id, local_day(one.settled_at, self.year.pack.timezone)] += 1
        assert set(days.values()) <= {1}, "two reminders on one day"

    async def _none_is_forgotten(self) -> None:
        """Every step of everything that is still owed was taken, or passed over with a reason."""
        async with self.year.unit() as (unit, its):
            owed = await outstanding(unit, its, self.year.pack)
            asked = await asked_when(unit, its, self.year.pack, owed)
            places = await places_today(unit, its, self.year.pack, self.year.day)
            away = await away_on(unit, its.id, self.year.day)
            rows = await chasers_of_returns(unit, its.id, [one.return_id for one in owed])
        done = _grouped(rows, lambda row: (row.return_id, row.person_id, row.due_on))
        for one in owed:
            for person_id in places.people(one):
                arrived = asked_on(asked, one, person_id)
                assert arrived is not None and person_id not in away
                owing = Owing(one.due_on, arrived, one.meeting_on, one.extended)
                steps = steps_of(owing, rhythm_of(self.year.pack, one.kind), places.days(one))
                settled = {row.step for row in done.get((one.return_id, person_id, one.due_on), ())}
                forgotten = {step.name for step in steps if step.on < self.year.day} - settled
                assert not forgotten, (one, forgotten)


def _every(record: Any) -> Any:
    return select(record)


def _grouped(rows: Any, key: Any) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def _within(year: Year, moment: datetime) -> bool:
    """Whether it is in the hours of a weekday; closures that were made known later do not count back."""
    plain = year.pack.model_copy(update={"closures": ()})
    return may_send(plain, moment)


pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
TestChasing = Chasing.TestCase
TestChasing.settings = settings(
    max_examples=int(os.environ.get("CHASING_EXAMPLES", "6")), stateful_step_count=14, deadline=None,
    suppress_health_check=list(HealthCheck), derandomize="CHASING_EXAMPLES" not in os.environ, print_blob=True,
)  # fmt: skip
