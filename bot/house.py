"""Everything that is wired together, handed to whatever runs in the house."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.edge.adapter import TeamsAdapter
from bot.errands import Errands
from bot.settings import Settings
from storage.unit import Store, Unit


def utc_now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


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
    errands: Errands = field(default_factory=Errands)

    def now(self) -> datetime:
        """The present moment, in practice perhaps a practised one."""
        return self.clock() + self.offset

    def open_unit(self) -> AbstractAsyncContextManager[Unit]:
        """One transaction; only the outermost caller opens one."""
        return self.store.open_unit()
