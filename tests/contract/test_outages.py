"""What a database that is away, or two transactions that cross, become for the rooms above."""

from __future__ import annotations

import asyncio
import socket

import asyncpg
import pytest

from storage.base import Conflict, Unavailable
from storage.partnerships import Partnership, every_partnership, partnership
from storage.unit import Store


def a_free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


async def ask(url):
    store = Store(url)
    try:
        async with store.open_unit() as unit:
            await every_partnership(unit)
    finally:
        await store.close()


async def test_a_server_that_refuses_the_connection_is_unavailable():
    with pytest.raises(Unavailable):
        await ask(f"postgresql://loop@127.0.0.1:{a_free_port()}/loop")


async def test_a_socket_that_is_not_there_is_unavailable(tmp_path):
    with pytest.raises(Unavailable):
        await ask(f"postgresql://loop@/loop?host={tmp_path}")


async def test_a_database_that_is_not_there_is_unavailable(postgres_server):
    with pytest.raises(Unavailable):
        await ask(postgres_server.address("nowhere"))


async def test_a_server_that_is_just_starting_is_unavailable(postgres_url):
    store = Store(postgres_url)
    with pytest.raises(Unavailable):
        async with store.open_unit():
            raise asyncpg.CannotConnectNowError("the database system is starting up")
    await store.close()


async def test_a_pool_without_a_free_connection_is_unavailable(postgres_url):
    store = Store(postgres_url, pool_size=1)
    store.engine.pool._pool._timeout = store.engine.pool._timeout = 0.1
    holding, done = asyncio.Event(), asyncio.Event()

    async def hold():
        async with store.open_unit() as unit:
            await every_partnership(unit)
            holding.set()
            await done.wait()

    task = asyncio.create_task(hold())
    await holding.wait()
    with pytest.raises(Unavailable):
        async with store.open_unit() as unit:
            await every_partnership(unit)
    done.set()
    await task
    await store.close()


async def test_two_transactions_that_wait_for_each_other_end_as_one_conflict(postgres_url):
    store = Store(postgres_url)
    async with store.open_unit() as unit:
        numbers = [(await unit.save(Partnership(slug=name, title=name))).id for name in ("a", "b")]
    ready = asyncio.Barrier(2)

    async def lock(first, second):
        async with store.open_unit() as unit:
            await partnership(unit, first, lock=True)
            await ready.wait()
            await partnership(unit, second, lock=True)

    ends = await asyncio.gather(lock(*numbers), lock(*reversed(numbers)), return_exceptions=True)
    assert sorted(type(one) for one in ends if one is not None) == [Conflict]
    assert ends.count(None) == 1
    await store.close()
