"""Replicas as real processes: told to stop (SIGTERM), one finishes what it sends, and another goes on at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest
from sqlmodel import select

from storage.notices import Lease, Notice
from storage.unit import Store
from tests.chaos.replica import Replica
from tests.chaos.run import Bot, Plan, accounts, seed, teams_at_work, until_settled
from tests.chaos.teams import World

pytestmark = pytest.mark.both_databases

PLAN = Plan(people=24, each=2, updates=0, in_channel=2, small=2, unreachable=0)


async def counted(store: Store) -> Counter[str]:
    async with store.open_unit() as unit:
        return Counter(one.state for one in await unit.all(select(Notice)))


async def sent(pipe: Any, word: str = "count") -> Any:
    pipe.send(word)
    return await asyncio.to_thread(pipe.recv)


@pytest.mark.slow
async def test_told_to_stop_it_finishes_what_it_sends_gives_back_the_rest_and_lets_the_next_begin(
    database_url, tmp_path
):
    store, how = Store(database_url), Replica(database_url, str(tmp_path))
    with teams_at_work(World(accounts(PLAN), latency=0.3)) as (url, pipe):
        await seed(store, PLAN, url)
        first = Bot(how)
        try:
            await asyncio.to_thread(first.up)
            while await sent(pipe) < 5:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            assert await asyncio.to_thread(first.stop), "it ended by itself, and well"
        finally:
            first.kill()
        states = await counted(store)
        assert set(states) == {"delivered", "owed"}, "nothing is left in the middle, and nothing is unsure"
        assert states["delivered"] == await sent(pipe)
        async with store.open_unit() as unit:
            assert await unit.one(select(Lease)) is None
        second = Bot(how)
        try:
            await until_settled(store, [second])
            assert await asyncio.to_thread(second.stop)
        finally:
            second.kill()
        assert await counted(store) == {"delivered": 24 * 2 + 2 + 2}
        report = await sent(pipe, "report")
        assert set(report["posted"].values()) == {1}
        assert report["broken"] == 0, "the limits hold over both of them together"
    await store.close()
