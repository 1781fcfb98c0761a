"""When what is owed counts as late, and what the watchdog says of it."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assurance.lateness import LATE, could_go_since, waits
from assurance.pack import read_shipped
from assurance.packing import read_pack
from bot.figures import Figures
from bot.watchdog import NO_BEAT, NO_DATABASE, OWED_TOO_LONG, Watchdog
from scheduler.heartbeat import Pulse
from storage.queues import Waiting

PACK = read_pack(read_shipped("swindon"))
NOON = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def some(owed_at: datetime, may_go: datetime | None = None, *, keeps: bool = False, tried: bool = False) -> Waiting:
    return Waiting(1, "swindon", keeps, tried, 1, owed_at, may_go or owed_at)


@pytest.mark.parametrize(
    ("one", "now", "since"),
    [
        (some(NOON - HOUR), NOON, NOON - HOUR),
        (some(NOON - HOUR, NOON - timedelta(minutes=1)), NOON, NOON - timedelta(minutes=1)),
        (some(NOON - HOUR, NOON + HOUR, tried=True), NOON, NOON - HOUR),
        (some(NOON - 20 * HOUR, keeps=True), NOON, NOON - 2 * HOUR),
        (some(NOON - 20 * HOUR, keeps=True, tried=True), NOON, NOON - 2 * HOUR),
        (some(NOON, keeps=True), NOON + 9 * HOUR, None),
        (some(NOON + 8 * HOUR), NOON + 9 * HOUR, NOON + 8 * HOUR),
    ],
    ids=[
        "since it was owed", "from its own moment on", "tried again and again", "held back until the hours began",
        "the same, tried", "asleep outside the hours", "what keeps no hours is awake",
    ],
)  # fmt: skip
def test_a_notice_could_go_since(one: Waiting, now: datetime, since: datetime | None) -> None:
    assert could_go_since(one, PACK, now) == since


def test_of_each_partnership_the_oldest_counts() -> None:
    found = [some(NOON - HOUR), some(NOON - 2 * HOUR), Waiting(2, "solihull", False, False, 1, NOON, NOON)]
    assert waits(found, {1: PACK, 2: PACK}, NOON) == {"swindon": 2 * HOUR, "solihull": timedelta()}


class World:
    """Figures and clocks that a test sets."""

    def __init__(self) -> None:
        self.figures, self.now = Figures(True), 0.0
        self.pulse = Pulse()
        self.dog = Watchdog(self.read, self.pulse, LATE, lambda: self.now)

    async def read(self) -> Figures:
        return self.figures

    async def look(self, times: int = 1) -> None:
        for _ in range(times):
            self.now += 30
            await self.dog.look()


def said(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    lines: list[Any] = [one.msg for one in caplog.records if one.name == "bot.watchdog"]
    caplog.clear()
    return [(one["event"], one["state"]) for one in lines]


def waiting(minutes: int) -> Figures:
    return Figures(True, waits={"swindon": timedelta(minutes=minutes)})


async def test_a_queue_that_stands_is_said_once_again_after_an_hour_and_once_when_it_is_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    world = World()
    world.figures = waiting(15)
    await world.look(10)
    assert said(caplog) == [] and world.dog.worries() == []
    world.figures = waiting(16)
    await world.look()
    assert said(caplog) == [], "one look is not enough: a card may be tried again just then"
    await world.look(100)
    assert said(caplog) == [("Cards wait too long to go out", OWED_TOO_LONG)]
    assert world.dog.worries() == [OWED_TOO_LONG]
    await world.look(30)
    assert said(caplog) == [("Cards wait too long to go out", OWED_TOO_LONG)]
    world.figures = Figures(False)
    await world.look()
    assert said(caplog) == [], "what is not known is not over"
    world.figures = waiting(0)
    await world.look(3)
    assert said(caplog) == [("It is over", OWED_TOO_LONG)] and world.dog.worries() == []


async def test_a_clock_that_stands_and_a_database_that_is_away_are_said_too(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO)
    world = World()
    await world.look(2)
    assert said(caplog) == [], "where nothing beats, no beat is missed"
    world.pulse.ended = 0.0
    monkeypatch.setattr("scheduler.heartbeat.monotonic", lambda: world.now)
    await world.look(12)
    assert said(caplog) == [("The clock has stopped", NO_BEAT)]
    world.pulse.ended, world.figures = world.now, Figures(False)
    await world.look(2)
    assert said(caplog) == [("It is over", NO_BEAT), ("The database does not answer", NO_DATABASE)]
