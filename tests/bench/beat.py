"""What a beat costs that finds nothing due, with five years of 150 partnerships stored, against one partnership alone.

The databases are those of `tests.bench.status`: 20 seats and 40 items a year in each partnership, ten items open and
half answered, all of it in the rows. Two figures for each: a beat that has looked everywhere already, which is what
the heartbeat does nearly every minute; and a look at one partnership in which nothing is due, which comes when a
working morning begins or something was logged. The two databases take turns, so that a busy machine is busy for both.
Run `python -m tests.bench.beat`; BENCH_PARTNERSHIPS (150), BENCH_YEARS (5) and BENCH_BEATS (300) set the size.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from assurance.beats import beat, look
from storage.unit import Store
from tests.bench.status import PARTNERSHIPS, YEARS, more_partnerships, postgres_pair, sqlite_pair
from tests.databases import postgres

BEATS = int(os.environ.get("BENCH_BEATS", "300"))
WARM_UP = 20
AIM_P99 = 3.0
WORKING = datetime(2026, 11, 3, 11, 0, tzinfo=UTC)
"""Within the send hours, and nine days before anything may first be said about what is open."""


async def quiet_beat(store: Store, _: int) -> None:
    """A beat that has nothing to look at."""
    if await beat(store.open_unit, WORKING):
        raise RuntimeError("something was due")


async def quiet_look(store: Store, number: int) -> None:
    """A look at one partnership in which nothing is due."""
    if await look(store.open_unit, number, 0, WORKING):
        raise RuntimeError("something was due")


async def measure(urls: dict[str, str], kind: str) -> bool:
    """Take both databases in turn; print p50 and p99 of each, and their ratios."""
    stores = {name: Store(url) for name, url in urls.items()}
    for name, store in stores.items():
        begun = time.perf_counter()
        await beat(store.open_unit, WORKING)
        print(f"{kind:<11} {name:<5} the first beat, which looks everywhere: {time.perf_counter() - begun:.2f} s")
    good = await _measured(stores, kind, "beat", quiet_beat)
    good = await _measured(stores, kind, "look", quiet_look) and good
    for store in stores.values():
        await store.close()
    return good


async def _measured(
    stores: dict[str, Store], kind: str, what: str, once: Callable[[Store, int], Awaitable[None]]
) -> bool:
    took: dict[str, list[float]] = {name: [] for name in stores}
    dice = random.Random(2)
    for turn in range(BEATS + WARM_UP):
        for name, store in stores.items():
            number = dice.randint(1, PARTNERSHIPS) if name == "many" else 1
            begun = time.perf_counter()
            await once(store, number)
            if turn >= WARM_UP:
                took[name].append(time.perf_counter() - begun)
    steps = {name: statistics.quantiles(some, n=100) for name, some in took.items()}
    for name, some in steps.items():
        print(f"{kind:<11} {name:<5} {what} p50 {some[49] * 1e3:6.2f} ms   p99 {some[98] * 1e3:6.2f} ms")
    p50, p99 = (steps["many"][at] / steps["one"][at] for at in (49, 98))
    print(f"{kind:<11} ratio {what} p50 {p50:6.2f}      p99 {p99:6.2f}   (aim: at most {AIM_P99})", flush=True)
    return p99 <= AIM_P99


def main() -> int:
    """Print the figures of both databases; 1 where one is over the aim."""
    logging.disable(logging.CRITICAL)
    good = True
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(postgres(durable=True))
        for kind in ("SQLite", "PostgreSQL"):
            urls = sqlite_pair(folder) if kind == "SQLite" else postgres_pair(server)
            rows = asyncio.run(more_partnerships(urls["many"]))
            print(f"{kind:<11} {PARTNERSHIPS} partnerships, {YEARS} years: {rows:,} rows more", flush=True)
            good = asyncio.run(measure(urls, kind)) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
