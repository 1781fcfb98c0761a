"""Work that takes longer than a press may: it goes on after the answer, and its result is owed as a notice."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from bot.edge.mishap import note_mishap


class Errands:
    """What is being done in the background. An errand that a stop cut short is asked for again by the person."""

    def __init__(self) -> None:
        self._going: set[asyncio.Task[None]] = set()

    def start(self, doing: str, work: Coroutine[Any, Any, None]) -> None:
        """Begin an errand; `doing` says what it is where it fails, such as "A file"."""
        task = asyncio.create_task(self._run(doing, work))
        self._going.add(task)
        task.add_done_callback(self._going.discard)

    async def _run(self, doing: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:
            note_mishap(doing, error)

    async def done(self) -> None:
        """Wait until nothing is being done any more."""
        while self._going:
            await asyncio.gather(*self._going)

    async def stop(self) -> None:
        """Break off what is still being done."""
        for task in self._going:
            task.cancel()
        await asyncio.gather(*self._going, return_exceptions=True)
