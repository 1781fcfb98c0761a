"""Told to stop: once, and everything is finished; twice, or too late, and the process leaves at once.

Leaving at once loses nothing that was answered: what was not committed was never said to be saved, and of a card that
was being sent the next process says that it is unsure.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading

from assurance.lines import lines

TOO_LATE = 1
"""The exit code where stopping took longer than it may."""
_log = lines("bot")


class Stop:
    """Hears SIGINT and SIGTERM within the running loop. `seconds`: how long finishing may take."""

    def __init__(self, seconds: float) -> None:
        self._seconds = max(1.0, seconds)
        self._told = asyncio.Event()

    def listen(self) -> None:
        """Hear both signals from now on."""
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(sign, self._hear, sign)

    async def told(self) -> None:
        """Wait for the first signal."""
        await self._told.wait()

    def _hear(self, sign: signal.Signals) -> None:
        if self._told.is_set():
            _log.warning("Told to stop twice, so it leaves at once", signal=sign.name)
            leave(128 + sign)
        _log.info("Told to stop", signal=sign.name, limit=self._seconds)
        self._told.set()
        too_late = threading.Timer(self._seconds, self._too_late)  # a thread: the loop itself may be what hangs
        too_late.daemon = True
        too_late.start()

    def _too_late(self) -> None:
        _log.error("It could not finish in time, so it leaves", limit=self._seconds)
        leave(TOO_LATE)


def leave(code: int) -> None:
    """End the process now."""
    logging.shutdown()
    os._exit(code)
