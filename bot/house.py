"""Everything that is wired together, handed to whatever runs in the house."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.edge.adapter import TeamsAdapter
from bot.errands import Errands
from bot.meter import Meter
from bot.settings import Settings
from storage.unit import Store, Unit


def utc_now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


async def _nothing() -> int:
    return 0


@dataclass
class House:
    """The database, the way out to Teams, the clock, the settings and the errands of a running service.

    `offset` is how far practice time is ahead of the clock; it is zero outside practice.
    """

    store: Store
    adapter: TeamsAdapter
    settings: Settings
    clock: Callable[[], datetime] = utc_now
    offset: timedelta = timedelta()
    wake: Callable[[], None] = field(default=lambda: None)
    deliver: Callable[[], Awaitable[int]] = field(default=_nothing)
    """Carries out what may go out now, once; gives how much was claimed. The courier sets it."""
    journey: asyncio.Task[None] | None = None
    """In practice: the journey through time that is under way, or was the last one."""
    errands: Errands = field(default_factory=Errands)
    meter: Meter = field(default_factory=Meter)
    stopping: bool = False
    """Whether the service was told to stop: it is not ready any more, and finishes what it has begun."""

    def now(self) -> datetime:
        """The present moment, in practice perhaps a practised one."""
        return self.clock() + self.offset

    def open_unit(self) -> AbstractAsyncContextManager[Unit]:
        """One transaction; only the outermost caller opens one."""
        return self.store.open_unit()
