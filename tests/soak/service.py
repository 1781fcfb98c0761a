"""The service as it runs in real life: `bot.running.serve` with the settings of its environment, and a gate for tests.

SOAK_BEAT is the seconds between two beats of the clock.
"""

from __future__ import annotations

import asyncio
import os
import sys

import scheduler.heartbeat
from bot.logs import set_up
from bot.running import serve
from bot.settings import settings_from
from tests.inbound import TestGate


def main() -> int:
    """Run until told to stop."""
    scheduler.heartbeat.EVERY = float(os.environ.get("SOAK_BEAT", "60"))  # type: ignore[assignment]
    settings = settings_from()
    set_up(settings.log_format)
    asyncio.run(serve(settings, gate=TestGate(), loopback=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
