"""10,000 notices through a Teams that takes 200 ms to answer and 50 requests a second: how fast, in what memory.

Run `python -m tests.bench.fan_out`; BENCH_FAN_OUT is how many notices (10,000: three and a half minutes for each
database). The bot and the imitated Teams are processes of their own; memory is the bot's.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from storage.unit import Store
from tests.chaos.replica import Replica
from tests.chaos.run import Bot, Plan, a_parcel, a_partnership, a_person, accounts, teams_at_work
from tests.chaos.teams import World
from tests.connector_rules import PER_TENANT
from tests.databases import migrate, postgres

NOTICES = int(os.environ.get("BENCH_FAN_OUT", "10000"))
PEOPLE = 500
LIMIT = PER_TENANT[0][1] / PER_TENANT[0][0]
AIM, MOST_MEMORY = 0.95, 1.2


async def seed(store: Store, url: str) -> None:
    """Everything is owed at once: a card to each person in turn, again and again."""
    async with store.open_unit() as unit:
        its = await a_partnership(unit, "swindon", url)
        people = [await a_person(unit, its, n, known=True) for n in range(PEOPLE)]
    for start in range(0, NOTICES, 1000):
        async with store.open_unit() as unit:
            rows = range(start, min(start + 1000, NOTICES))
            await unit.write([a_parcel(its, f"card:{n}", person_id=people[n % PEOPLE].id) for n in rows])


def resident(pid: int) -> int:
    """The memory that a process holds now, in bytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


async def measure(name: str, database_url: str, folder: str) -> bool:
    """Print one line; says whether the aims were met."""
    store = Store(database_url)
    world = World(accounts(Plan(people=PEOPLE, unreachable=0)), latency=0.2)
    with teams_at_work(world) as (url, pipe):
        await seed(store, url)
        await store.close()
        bot = Bot(Replica(database_url, folder, packs=("swindon",), patience=30.0))
        try:
            await asyncio.to_thread(bot.up)
            sent, early, peak, quiet_since = 0, 0, 0, time.monotonic()
            while sent < NOTICES and time.monotonic() < quiet_since + 30:
                await asyncio.sleep(0.5)
                pipe.send("count")
                before, sent = sent, await asyncio.to_thread(pipe.recv)
                quiet_since = time.monotonic() if sent > before else quiet_since
                held = resident(bot.pid)
                early = early or (held if sent >= min(1000, NOTICES // 2) else 0)
                peak = max(peak, held)
            await asyncio.sleep(1.0)
            await asyncio.to_thread(bot.stop)
        finally:
            bot.kill()
        pipe.send("report")
        report = await asyncio.to_thread(pipe.recv)
    posts = sum(report["posted"].values())
    rate = (posts - 1) / (report["last"] - report["first"])
    print(
        f"{name:<11}{posts:>7} posted once each   {rate:5.2f}/s, {rate / LIMIT:.1%} of the limit   "
        f"limits broken {report['broken']}, 51 in {report['tightest']:.3f} s at the least   "
        f"memory {early / 2**20:.0f} MB after 1,000, {peak / 2**20:.0f} MB at most ({peak / early:.2f}x)",
        flush=True,
    )
    whole = posts == NOTICES == len(report["posted"]) and report["broken"] == 0
    return whole and rate >= AIM * LIMIT and peak <= MOST_MEMORY * early


def main() -> int:
    """Both databases; 1 where an aim was not met."""
    print(f"{NOTICES:,} notices to {PEOPLE} people, each answered after 200 ms; the limit is {LIMIT:.0f} a second")
    met = []
    for name in ("SQLite", "PostgreSQL"):
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            url = f"sqlite:///{folder}/loop.db"
            if name == "PostgreSQL":
                server = stack.enter_context(postgres(durable=True))
                url = server.address(server.create())
            migrate(url)
            met.append(asyncio.run(measure(name, url, folder)))
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
