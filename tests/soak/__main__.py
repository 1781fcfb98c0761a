"""`python -m tests.soak [--minutes 10] [--rate 20] [--requests 80] [--only SQLite]`: agencies answer without a pause.

A real process with its clock beating and its courier sending to an imitated Teams that keeps Teams's limits. It
prints a line for each minute, stops the service under load (SIGTERM), and looks whether anything was lost.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from storage.queues import waiting
from storage.unit import Store
from tests.chaos.__main__ import database
from tests.chaos.run import teams_at_work
from tests.chaos.teams import World
from tests.soak.work import PEOPLE, Agencies, Service, Took, a_service, errors_in, faults_in, seed

MEMORY, SLOWER, HANDLES = 1.1, 1.5, 8
"""How much more memory, how much slower and how many more handles the last minute may show than the first."""


@dataclass
class Minute:
    """What was measured in one minute. Times are in milliseconds."""

    answers: int
    wrong: int
    middle: float
    slowest: float
    resident: int
    handles: int
    owed: float
    oldest: float
    beats: float
    busy: float


HEAD = (
    f"{'':<12}{'minute':>7}{'answers':>9}{'errors':>8}{'p50 ms':>8}{'p99 ms':>8}{'RSS MB':>8}{'handles':>9}{'owed':>7}"
    f"{'oldest s':>10}{'beat ms':>9}{'CPU %':>7}{'load':>6}"
)


def line(kind: str, number: int, one: Minute) -> str:
    """One row of the table."""
    return (
        f"{kind:<12}{number:>7}{one.answers:>9}{one.wrong:>8}{one.middle:>8.1f}{one.slowest:>8.1f}"
        f"{one.resident / 1024:>8.1f}{one.handles:>9}{one.owed:>7.0f}{one.oldest:>10.1f}{one.beats * 1000:>9.1f}"
        f"{one.busy * 100:>7.0f}{os.getloadavg()[0]:>6.1f}"
    )


async def figures(service: Service) -> dict[str, float]:
    """The service's own figures, without those that have labels of their own but the state."""
    async with aiohttp.ClientSession() as http, http.get(f"{service.watch}/metrics") as answer:
        families = text_string_to_metric_families(await answer.text())
        return {one.name + "".join(one.labels.values()): one.value for family in families for one in family.samples}


async def minute_of(service: Service, took: list[Took], busy: float) -> Minute:
    """Put together what a minute has shown. `busy`: the part of a processor that the service used."""
    steps = statistics.quantiles([one.seconds * 1000 for one in took], n=100) if len(took) > 1 else [0.0] * 99
    said = await figures(service)
    handles = service.handles
    for _ in range(5):  # what is open at one moment is chance
        await asyncio.sleep(0.2)
        handles = min(handles, service.handles)
    return Minute(
        len(took), sum(bool(one.wrong) for one in took), steps[49], steps[98], service.resident, handles,
        said["loop_notices" + "owed"], said["loop_oldest_owed_seconds"], said["loop_beat_duration_seconds"], busy,
    )  # fmt: skip


async def until_posted(store: Store) -> None:
    """Wait until the cards of the requests stand in the chats and in the channel: then agencies begin to answer."""
    while True:
        async with store.open_unit() as unit:  # what the clock has owed meanwhile may wait for its hours
            if not any(not one.keeps_hours for one in await waiting(unit, datetime.now(UTC))):
                return
        await asyncio.sleep(0.5)


def wrong_in(minutes: list[Minute], rate: float, seconds: float) -> list[str]:
    """What the minutes must not show."""
    first, last = minutes[0], minutes[-1]
    found = {
        "some answers failed": any(one.wrong for one in minutes),
        "fewer answers came back than were to be sent": any(one.answers < 0.95 * rate * seconds for one in minutes),
        f"memory grew to {last.resident / first.resident:.2f} times": last.resident > MEMORY * first.resident,
        "file handles grew": last.handles > first.handles + HANDLES,
        f"p99 grew to {last.slowest / first.slowest:.2f} times": last.slowest > SLOWER * first.slowest,
    }
    return [what for what, wrong in found.items() if wrong]


async def soak(kind: str, url: str, folder: Path, told: argparse.Namespace) -> list[str]:
    """One database; gives what was wrong."""
    store = Store(url)
    seconds = min(60.0, told.minutes * 60 / 4)
    with teams_at_work(World(PEOPLE, latency=0.03)) as (teams, pipe):
        todos = await seed(store, teams, told.requests)
        async with a_service(url, folder, beat=told.beat) as service:
            await until_posted(store)
            work = Agencies(service, deque(todos), told.rate, teams)
            going = asyncio.create_task(work.work())
            minutes: list[Minute] = []
            began, seen, worked = time.monotonic(), 0, service.worked
            for number in range(1, max(2, round(told.minutes * 60 / seconds)) + 1):
                await asyncio.sleep(max(0.0, began + number * seconds - time.monotonic()))
                fresh, seen = work.took[seen:], len(work.took)
                busy, worked = (service.worked - worked) / seconds, service.worked
                minutes.append(await minute_of(service, fresh, busy))
                print(line(kind, number, minutes[-1]), flush=True)
                for bad in {one.wrong for one in fresh if one.wrong}:
                    print(f"    {bad}")
            wrong = wrong_in(minutes, told.rate, seconds)
            work.stopping = True
            began = time.monotonic()
            service.stop()
            code = await service.ended()
            stopped = time.monotonic() - began
            with suppress(asyncio.CancelledError):
                await going
        wrong += [f"it ended with {code}"] if code else []
        wrong += [f"in its log: {one[:200]}" for one in errors_in(service.log)[:5]]
        wrong += await faults_in(store, work)
        pipe.send("report")
        report = await asyncio.to_thread(pipe.recv)
        wrong += [f"{report['broken']} limits of Teams were broken"] if report["broken"] else []
    kept = sum(len(one) for one in work.kept.values())
    unsaid = sum(len(one) for one in work.tried.values()) - kept
    print(
        f"{kind:<12} stopped in {stopped:.1f} s under load; {kept} answers said to be stored, {unsaid} without a reply"
    )
    await store.close()
    return wrong


def main() -> int:
    """Print the table and the verdict of each database; 1 where one is bad."""
    parser = argparse.ArgumentParser(description="Agencies that answer without a pause.")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rate", type=float, default=20, help="answers a second")
    parser.add_argument("--requests", type=int, default=30, help="how many requests to thirteen agencies each")
    parser.add_argument("--beat", default="60", help="seconds between two beats of the clock")
    parser.add_argument("--only", choices=["SQLite", "PostgreSQL"])
    told = parser.parse_args()
    print(HEAD, flush=True)
    bad = 0
    for kind in [told.only] if told.only else ["SQLite", "PostgreSQL"]:
        with database(kind) as (url, folder):
            wrong = asyncio.run(soak(kind, url, Path(folder), told))
        print(f"{kind:<12} {'good' if not wrong else 'bad: ' + '; '.join(wrong)}", flush=True)
        bad |= bool(wrong)
    return bad


if __name__ == "__main__":
    sys.exit(main())
