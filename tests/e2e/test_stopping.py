"""Told to stop, under load: what was said to be stored is stored, nothing is left half, and it ends in time."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections import deque
from contextlib import suppress

import aiohttp
import pytest

from storage.unit import Store
from tests.chaos.run import teams_at_work
from tests.chaos.teams import World
from tests.soak.work import PEOPLE, Agencies, Service, a_service, errors_in, faults_in, seed


async def ask(http: aiohttp.ClientSession, url: str) -> tuple[int, str]:
    async with http.get(url) as answer:
        return answer.status, await answer.text()


async def test_told_to_stop_under_load_it_finishes_every_answer_and_ends_well(database_url, tmp_path):
    """A real process over real HTTP, with the clock beating and cards going out; SIGTERM in the middle of it."""
    store = Store(database_url)
    with teams_at_work(World(PEOPLE, latency=0.2)) as (teams, _):
        todos = await seed(store, teams, 2)
        async with a_service(database_url, tmp_path, beat="0.5") as service, aiohttp.ClientSession() as http:
            work = Agencies(service, deque(todos), 40, teams)
            going = asyncio.create_task(work.work())
            while len(work.took) < 20:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            status, figures = await ask(http, f"{service.watch}/metrics")
            assert status == 200 and 'loop_answers_total{outcome="saved"}' in figures
            assert (await ask(http, f"{service.watch}/readyz"))[0] == 200
            work.stopping = True
            service.stop()
            said = await until_not_ready(http, service)
            assert await service.ended(15) == 0
            await going
        assert said in (503, None), "it is not ready as soon as it stops, and then it is gone"
        assert not [one for one in work.took[:20] if one.wrong]
        assert errors_in(service.log) == []
        assert "Everything is finished" in service.log.read_text()
        assert await faults_in(store, work) == []
    await store.close()


async def until_not_ready(http: aiohttp.ClientSession, service: Service) -> int | None:
    """The first answer of /readyz that is not 200; None where the service was gone before it could be asked."""
    with suppress(aiohttp.ClientError):
        while True:
            status, _ = await ask(http, f"{service.watch}/readyz")
            if status != 200:
                return status
            await asyncio.sleep(0.005)
    return None


HANGS = """
import asyncio, time
from bot.stopping import Stop
async def main():
    stop = Stop(1)
    stop.listen()
    print("up", flush=True)
    await stop.told()
    print("told", flush=True)
    {hangs}
asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("hangs", "signals", "code"),
    [("await asyncio.sleep(60)", 2, 143), ("time.sleep(60)", 1, 1)],
    ids=["told twice", "not in time, though even the loop hangs"],
)
def test_told_twice_or_not_done_in_time_it_leaves_at_once(hangs, signals, code):
    command = [sys.executable, "-c", HANGS.format(hangs=hangs)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        for expected in ("up", "told")[:signals]:
            assert process.stdout.readline().strip() == expected
            process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        assert process.wait(20) == code
        assert time.monotonic() - began < (0.9 if signals == 2 else 5)
