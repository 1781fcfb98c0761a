"""The heartbeat: in every replica, in memory, in UTC. Each beat asks the use cases what is due."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from assurance.beats import beat

EVERY = 60
"""Seconds between beats."""


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

    def start(self) -> None:
        """Begin to beat, within the running loop."""
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._scheduler.add_job(
            self.beat, "interval", seconds=EVERY, coalesce=True, max_instances=1, misfire_grace_time=None
        )
        self._scheduler.start()

    def stop(self) -> None:
        """Stop beating."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None

    async def beat(self) -> None:
        """One beat, now."""
        done = await beat(self._open_unit, self._now())
        for one in self._afterwards:
            done += await one()
        if done:
            self._wake_courier()
