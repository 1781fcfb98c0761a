"""One rate keeper for all replicas: who may send, how fast, and what happens when another takes over."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from assurance.owing import owe
from bot.courier import Courier
from bot.rate_keeper import LostLease, RateKeeper
from cards.elements import TextBlock
from cards.parts import card
from storage.leases import release_lease, take_lease
from storage.notices import Lease, Notice, notices_numbered
from storage.unit import Store
from tests.group import Group, a_group

pytestmark = pytest.mark.both_databases


async def draw(unit: Any, desk: Any, owed: Notice) -> Any:
    """A card that says its notice's key."""
    return card(owed.key, [TextBlock(text=owed.key, wrap=True)])


def a_courier(group: Group, **more: Any) -> Courier:
    """A courier as another replica would have it."""
    return Courier(group.house, {"board": draw}, **({"paced": False} | more))


async def owed(group: Group, number: int, *, to: str = "", prefix: str = "card") -> list[int]:
    """Owe so many cards: to everybody in turn, or all to one person, or to the channel."""
    places = [one for one in group.ids if one not in ("officer", "chair", "ld_lead")]
    async with group.unit() as (unit, its):
        found = []
        for n in range(number):
            where = to or places[n % len(places)]
            at: dict[str, Any] = {"channel_id": its.channel_id} if to == "channel" else {"person_id": group.ids[where]}
            row = await owe(unit, its.id, f"{prefix}:{n}", "board", now=group.clock(), subject={}, **at)
            found.append(row.id)
        return found


async def states(group: Group, numbers: list[int]) -> list[str]:
    async with group.unit() as (unit, its):
        return [one.state for one in await notices_numbered(unit, its.id, numbers)]


def shown(group: Group) -> list[str]:
    return [str(post.versions[0]["summary"]) for post in group.teams.posts()]


async def test_only_one_replica_sends_and_the_next_begins_as_soon_as_it_stops(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        first, second = a_courier(group), a_courier(group, lease=3)
        numbers = await owed(group, 3)
        assert await first.deliver_due() == 3
        more = await owed(group, 2, prefix="more")
        assert await second.deliver_due() == 0
        assert await states(group, more) == ["owed", "owed"]
        await first.stop()
        await asyncio.sleep(second.keeper.ask_in)
        assert await second.deliver_due() == 2
        assert await states(group, numbers + more) == ["delivered"] * 5
        await second.stop()
        async with group.unit() as (unit, _):
            assert await unit.get(Lease, "courier") is None  # type: ignore[arg-type]


async def test_when_the_one_that_sends_is_gone_another_follows_within_the_lease(database_url, tmp_path):
    """It takes over at once what the dead one had claimed and not begun; nothing is lost."""
    async with a_group(database_url, tmp_path) as group:
        dead, alive = a_courier(group, lease=0.6), a_courier(group, lease=0.6)
        assert await dead.keeper.keep()
        numbers = await owed(group, 3)
        async with group.unit() as (unit, _):
            for one in await unit.all(select_all()):
                one.state, one.owner, one.lease_until = "sending", dead.owner, group.clock() + timedelta(seconds=90)
        assert await alive.deliver_due() == 0
        await asyncio.sleep(0.7)
        assert not dead.keeper.holds
        assert await alive.deliver_due() >= 3
        assert await states(group, numbers) == ["delivered"] * 3
        assert await dead.deliver_due() == 0


def select_all() -> Any:
    from sqlmodel import select

    return select(Notice)


async def test_one_that_lost_the_lease_begins_nothing_more_and_gives_back_what_it_had_claimed(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        slow = a_courier(group, lease=1.2)
        numbers = await owed(group, 4, to="gwh")
        group.teams.next(4, "delay", seconds=0.5)
        working = asyncio.create_task(slow.deliver_due())
        while not group.teams.calls:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        async with group.unit() as (unit, _):
            lease = await unit.get(Lease, "courier")  # type: ignore[arg-type]
            assert lease is not None
            lease.owner, lease.until = "another replica", group.house.clock() + timedelta(days=9000)
        assert await working >= 4
        ended = await states(group, numbers)
        assert set(ended) == {"delivered", "owed"}, "what was on its way was finished, the rest was not begun"
        assert len(shown(group)) == ended.count("delivered") < 4


async def test_nobody_gets_a_turn_without_the_lease(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        keeper = RateKeeper(group.house, "me", paced=False)
        with pytest.raises(LostLease):
            await keeper.turn("t", "a")
        assert await keeper.keep()
        await keeper.turn("t", "a")
        keeper.stop()
        with pytest.raises(LostLease):
            await keeper.turn("t", "a")


async def test_a_lease_is_one_owners_until_it_ends_or_is_given_back(database_url):
    store = Store(database_url)
    try:

        async def take(owner: str, seconds: float) -> bool:
            async with store.open_unit() as unit:
                return await take_lease(unit, "x", owner, lasting=timedelta(seconds=seconds))

        assert await take("a", 0.3)
        assert not await take("b", 9)
        assert await take("a", 0.3), "renewed"
        await asyncio.sleep(0.4)
        assert await take("b", 9)
        assert not await take("a", 9)
        async with store.open_unit() as unit:
            await release_lease(unit, "x", "a")
        assert not await take("a", 9), "only its owner gives it back"
        async with store.open_unit() as unit:
            await release_lease(unit, "x", "b")
        results = await asyncio.gather(*(take(str(n), 9) for n in range(8)))
        assert results.count(True) == 1
    finally:
        await store.close()


@pytest.mark.slow
async def test_at_full_speed_the_imitation_that_enforces_the_limits_asks_nobody_to_wait(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path, limits=True) as group:
        group.courier.notices = {"board": draw}
        numbers = await owed(group, 52)
        await group.settle()
        assert await states(group, numbers) == ["delivered"] * 52
        async with group.unit() as (unit, its):
            rows = await notices_numbered(unit, its.id, numbers)
        assert {row.attempts for row in rows} == {1}, "nothing had to be tried again"
        assert len(set(shown(group))) == len(shown(group)) == 52


@pytest.mark.slow
async def test_a_crowded_conversation_keeps_its_order_and_holds_nobody_else_up(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path, limits=True) as group:
        group.courier.notices = {"board": draw}
        await owed(group, 9, to="channel", prefix="channel")
        others = await owed(group, 13)
        await group.settle()
        said = shown(group)
        assert [one for one in said if one.startswith("channel")] == [f"channel:{n}" for n in range(9)]
        assert said[-1] == "channel:8"
        assert max(said.index(f"card:{n}") for n in range(13)) < said.index("channel:7")
        assert await states(group, others) == ["delivered"] * 13


async def test_a_wait_that_teams_asked_for_holds_back_that_conversation_and_nothing_else(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        group.courier.notices = {"board": draw}
        held = await owed(group, 7, to="gwh", prefix="held")
        free = await owed(group, 1, to="police", prefix="free")
        group.teams.next(1, "status", status=429, retry_after="30", where=group.teams.chat_with(group.people["gwh"]))
        await group.settle()
        assert await states(group, free) == ["delivered"]
        assert await states(group, held) == ["owed"] * 7, "those behind were not tried, claimed or not"
        group.clock.move(seconds=29)
        await group.settle()
        assert await states(group, held) == ["owed"] * 7
        group.clock.move(seconds=12)
        await group.settle()
        assert [one for one in shown(group) if one.startswith("held")] == [f"held:{n}" for n in range(7)]


async def test_where_several_conversations_are_asked_to_wait_the_whole_tenant_is_left_alone(sqlite_url, tmp_path):
    """Nothing is begun meanwhile, no attempt is used up, and then everything goes out."""
    async with a_group(sqlite_url, tmp_path, limits=True) as group:
        group.courier.notices = {"board": draw}
        await group.settle()
        group.teams.next(3, "status", status=429, retry_after="2")
        numbers = await owed(group, 13)
        working = asyncio.create_task(group.settle())
        while len(group.courier.keeper.held()) < 1:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.4)
        calls = len(group.teams.calls)
        await asyncio.sleep(0.8)
        assert len(group.teams.calls) == calls, "the tenant was asked to wait"
        await working
        group.clock.move(seconds=4)
        await asyncio.sleep(1.0)
        await group.settle()
        assert await states(group, numbers) == ["delivered"] * 13
        async with group.unit() as (unit, its):
            tried = [row.attempts for row in await notices_numbered(unit, its.id, numbers)]
        assert sorted(tried) == [1] * 10 + [2] * 3


async def test_a_courier_at_work_is_woken_by_what_is_owed_and_stops_when_told(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        courier = a_courier(group)
        working = asyncio.create_task(courier.run())
        for prefix in ("one", "two"):
            numbers = await owed(group, 3, prefix=prefix)
            group.house.wake()
            for _ in range(200):
                if await states(group, numbers) == ["delivered"] * 3:
                    break
                await asyncio.sleep(0.02)
            assert await states(group, numbers) == ["delivered"] * 3
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
        async with group.unit() as (unit, _):
            assert await unit.get(Lease, "courier") is None  # type: ignore[arg-type]


async def test_on_postgresql_what_another_replica_owes_goes_out_without_our_being_woken(postgres_url, tmp_path):
    async with a_group(postgres_url, tmp_path) as group:
        courier = a_courier(group)
        working = asyncio.create_task(courier.run())
        await asyncio.sleep(0.5)
        numbers = await owed(group, 3)
        began = asyncio.get_running_loop().time()
        while await states(group, numbers) != ["delivered"] * 3:
            await asyncio.sleep(0.02)
            assert asyncio.get_running_loop().time() < began + 4
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
