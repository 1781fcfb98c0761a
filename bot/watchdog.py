"""The watchdog: says in the log when cards have stopped going out or the clock has stopped, and when that is over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Final

from assurance.lines import lines
from bot.edge.mishap import note_mishap
from bot.figures import Figures
from scheduler.heartbeat import Pulse

LOOK_EVERY: Final = 30.0
"""Seconds between two looks."""
SAY_AGAIN_AFTER: Final = 3600.0
"""While it lasts, it is said again after so many seconds."""
NO_BEAT_FOR: Final = 300.0
"""So many seconds without a whole beat are a sign of a fault."""
TWICE: Final = 2
"""So many looks in a row must find it: one card that is tried again is no alarm."""
OWED_TOO_LONG: Final = "owed_too_long"
NO_BEAT: Final = "no_beat"
NO_DATABASE: Final = "no_database"
_SAID: Final = {
    OWED_TOO_LONG: "Cards wait too long to go out",
    NO_BEAT: "The clock has stopped",
    NO_DATABASE: "The database does not answer",
}
_log = lines("bot.watchdog")


@dataclass
class Worry:
    """One thing that may go wrong: in how many looks in a row it was found, and when it was last said."""

    found: int = 0
    said_at: float | None = None

    def look(self, wrong: bool, now: float) -> str:
        """Take note of one look; gives "alert" or "over" where it is to be said now, else nothing."""
        self.found = self.found + 1 if wrong else 0
        if not wrong and self.said_at is not None:
            self.said_at = None
            return "over"
        due = self.said_at is None or now - self.said_at >= SAY_AGAIN_AFTER
        if self.found >= TWICE and due:
            self.said_at = now
            return "alert"
        return ""


@dataclass
class Watchdog:
    """`read` gives the figures; `limit` is how long a card that could go may wait."""

    read: Callable[[], Awaitable[Figures]]
    pulse: Pulse
    limit: timedelta
    clock: Callable[[], float] = monotonic
    _worries: dict[str, Worry] = field(default_factory=lambda: {name: Worry() for name in _SAID})

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                await self.look()
            except Exception as error:  # whoever watches must not be stopped by what it sees
                note_mishap("The watchdog", error)

    async def look(self) -> None:
        """Look once, and say what is new."""
        figures, since = await self.read(), self.pulse.since()
        oldest = figures.oldest
        wrong = {
            OWED_TOO_LONG: oldest > self.limit,
            NO_BEAT: since is not None and since > NO_BEAT_FOR,
            NO_DATABASE: not figures.there,
        }
        numbers = {
            OWED_TOO_LONG: {"minutes": round(oldest.total_seconds() / 60), "limit": self.limit.total_seconds() / 60},
            NO_BEAT: {"minutes": round((since or 0.0) / 60), "limit": NO_BEAT_FOR / 60},
            NO_DATABASE: {},
        }
        unknown = set() if figures.there else {OWED_TOO_LONG}
        for name, worry in self._worries.items():
            if name in unknown:
                continue
            what = worry.look(wrong[name], self.clock())
            if what == "alert":
                _log.error(_SAID[name], state=name, **numbers[name])
            elif what:
                _log.warning("It is over", state=name)

    def worries(self) -> Sequence[str]:
        """What does not go well at present, for `/readyz`."""
        return [name for name, worry in self._worries.items() if worry.said_at is not None]
