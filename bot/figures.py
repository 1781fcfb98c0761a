"""What only the database, the courier, the clock or the credential can tell, read at most once in a while."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from time import monotonic
from typing import Final

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from assurance.lateness import waits
from assurance.packing import pack_of
from bot.courier import Courier
from bot.edge.connector import Token
from bot.edge.credentials import expires_on
from bot.edge.mishap import note_mishap
from bot.edge.our_token import OurToken
from bot.edge.starting import CannotStart
from bot.house import House
from scheduler.heartbeat import Pulse
from storage.base import StorageError
from storage.partnerships import partnership
from storage.queues import count_partnerships, unsettled_notices, waiting

FRESH_FOR: Final = 10.0
"""So many seconds what was read from the database is given out again, however many ask."""
_CREDENTIAL_FOR: Final = 3600.0


@dataclass(frozen=True)
class Figures:
    """What the database says at a moment. `waits`: how long the oldest notice that could go has waited, by the short
    name of its partnership. `there` is False where the database did not answer; the rest is empty then."""

    there: bool = False
    partnerships: int = 0
    notices: dict[str, int] = field(default_factory=dict)
    waits: dict[str, timedelta] = field(default_factory=dict)

    @property
    def oldest(self) -> timedelta:
        """How long the oldest of all has waited."""
        return max(self.waits.values(), default=timedelta())


class Watched(Collector):
    """Reads the figures, and adds them to those that the meter counts by itself."""

    def __init__(self, house: House, courier: Courier, pulse: Pulse, token: Token) -> None:
        self._house, self._courier, self._pulse, self._token = house, courier, pulse, token
        self._read_at = self._credential_at = float("-inf")
        self._one_at_a_time = asyncio.Lock()
        self._ends_on: date | None = None
        self.latest = Figures()
        house.meter.registry.register(self)

    async def read(self) -> Figures:
        """The figures, as they were at most ten seconds ago."""
        async with self._one_at_a_time:
            if monotonic() - self._read_at >= FRESH_FOR and not self._house.stopping:
                self.latest = await self._from_database()
                self._read_at = monotonic()
        return self.latest

    async def _from_database(self) -> Figures:
        now = self._house.now()
        try:
            async with self._house.open_unit() as unit:
                found = await waiting(unit, now)
                packs = {}
                for number in {one.partnership_id for one in found}:
                    if (its := await partnership(unit, number)) is not None:
                        packs[number] = await pack_of(unit, its)
                many, notices = await count_partnerships(unit), await unsettled_notices(unit)
            return Figures(True, many, notices, waits(found, packs, now))
        except StorageError as error:
            note_mishap("Reading the figures", error)
            return Figures()

    def collect(self) -> Iterator[Metric]:
        """What was read last, and what can be told without the database."""
        found, keeper = self.latest, self._courier.keeper
        yield _one("loop_database_up", "Whether the database answered when it was last asked.", found.there)
        yield _one("loop_courier_lease", "Whether this process is the one that may send.", keeper.is_mine)
        yield from self._of_the_clock()
        if isinstance(self._token, OurToken):
            left = max(0.0, self._token.seconds_left)
            yield _one("loop_token_seconds_left", "How long our token for Teams is good; 0 before the first use.", left)
        if (days := self._days_left()) is not None:
            yield _one("loop_credential_days_left", "Days until the secret or certificate runs out.", days)
        if not found.there:
            return
        yield _one("loop_partnerships", "Partnerships in this database.", found.partnerships)
        queue = GaugeMetricFamily("loop_notices", "Notices that have not come to their end.", labels=["state"])
        for state, many in found.notices.items():
            queue.add_metric([state], many)
        yield queue
        yield _one(
            "loop_oldest_owed_seconds", "How long the oldest notice that could go has waited.",
            found.oldest.total_seconds(),
        )  # fmt: skip
        each = GaugeMetricFamily("loop_owed_wait_seconds", "The same of each partnership.", labels=["partnership"])
        for slug, waited in found.waits.items():
            each.add_metric([slug], waited.total_seconds())
        yield each

    def _of_the_clock(self) -> Iterator[Metric]:
        since = self._pulse.since()
        if since is not None:
            yield _one("loop_beat_age_seconds", "Seconds since the last whole beat, or since the start.", since)
            yield _one("loop_beat_lag_seconds", "How much later than due the last beat began.", self._pulse.late)
            yield _one("loop_beat_duration_seconds", "How long the last whole beat took.", self._pulse.took)

    def _days_left(self) -> int | None:
        """Days until the credential runs out; a certificate's file is looked at once an hour."""
        if self._house.settings.playground:
            return None
        if monotonic() - self._credential_at >= _CREDENTIAL_FOR:
            self._credential_at = monotonic()
            try:
                self._ends_on = expires_on(self._house.settings)
            except CannotStart:  # the watch on it says so in the log
                self._ends_on = None
        return (self._ends_on - self._house.now().date()).days if self._ends_on else None


def _one(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=float(value))
