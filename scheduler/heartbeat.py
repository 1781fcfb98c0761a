"""The heartbeat: in every replica, in memory, in UTC. Each beat asks the use cases what is due."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any
from uuid import uuid4

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from structlog.contextvars import bound_contextvars

from assurance.beats import beat
from assurance.lines import lines

EVERY = 60
"""Seconds between beats."""
_log = lines("scheduler")


@dataclass
class Pulse:
    """How the beats go, in seconds of the machine's own clock. `ended`: when the last whole beat ended, or the first
    is waited for since; `late`: by how much it began later than it should; `took`: how long it took."""

    began: float | None = None
    ended: float | None = None
    late: float = 0.0
    took: float = 0.0
    beats: int = 0

    def since(self) -> float | None:
        """Seconds since the last whole beat; None where none is to be expected."""
        return None if self.ended is None else max(0.0, monotonic() - self.ended)


class Heartbeat:
    """Beats once a minute, never twice at once. What is due is derived from rows, so a missed beat loses nothing."""

    def __init__(
        self,
        open_unit: Callable[[], AbstractAsyncContextManager[Any]],
        now: Callable[[], datetime],
        wake_courier: Callable[[], None],
        afterwards: Sequence[Callable[[], Awaitable[int]]] = (),
    ) -> None:
        """`afterwards` follows each beat: each gives how much it has owed, and looks after its own failures."""
        self._open_unit, self._now, self._wake_courier = open_unit, now, wake_courier
        self._afterwards = afterwards
        self._scheduler: AsyncIOScheduler | None = None
        self._beating: asyncio.Task[Any] | None = None
        self.pulse = Pulse()

    def start(self) -> None:
        """Begin to beat, within the running loop."""
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._scheduler.add_job(
            self.beat, "interval", seconds=EVERY, coalesce=True, max_instances=1, misfire_grace_time=None
        )
        self._scheduler.start()
        self.pulse.began = self.pulse.ended = monotonic()

    async def stop(self) -> None:
        """Stop beating. A beat that is under way is broken off between two transactions or within one, which is then
        undone; the next beat does it."""
        if self._scheduler is not None:
            ending, self._scheduler = self._scheduler, None
            ending.shutdown(wait=False)  # it cancels what is under way, and does not wait for it
        if self._beating is not None:
            await asyncio.wait({self._beating})

    async def beat(self) -> None:
        """One beat, now."""
        self._beating = asyncio.current_task()
        began, before = monotonic(), self.pulse.began
        self.pulse.late = max(0.0, began - before - EVERY) if before is not None else 0.0
        self.pulse.began = began
        try:
            with bound_contextvars(id=f"beat-{uuid4().hex[:10]}"):
                done = await beat(self._open_unit, self._now())
                for one in self._afterwards:
                    done += await one()
                self.pulse.ended = monotonic()
                self.pulse.took = self.pulse.ended - began
                self.pulse.beats += 1
                if done:
                    _log.info("A beat found work", count=done, ms=round(self.pulse.took * 1000, 1))
                    self._wake_courier()
        except asyncio.CancelledError:
            if self._scheduler is not None:
                raise
        finally:
            self._beating = None
