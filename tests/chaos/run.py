"""One run: replicas of the bot, the imitated Teams and a database, each a process, and what becomes of every notice."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any

from sqlmodel import col, select

from assurance.pack import read_shipped
from assurance.packing import install_pack
from storage.log import append_log
from storage.notices import Lease, Notice
from storage.partnerships import Partnership
from storage.people import Address, Person, PersonName
from storage.unit import Store, Unit
from tests.chaos.replica import PARCEL, Replica, replica_process
from tests.chaos.teams import World, teams_process
from tests.connector import BOT, TENANT
from tests.teams_world import Json
from tests.teams_world import Person as Account

CHANNEL = "19:team@thread.tacv2"
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.chaos.replica", "tests.chaos.teams"])


@dataclass(frozen=True)
class Plan:
    """How big a run is, and how rough. `small` is the second partnership's share, owed after all the rest.

    `lease` is the courier's, `claim` how long a claim holds; those and the other times are in seconds.
    """

    people: int = 250
    each: int = 4
    updates: int = 100
    in_channel: int = 12
    small: int = 20
    unreachable: int = 4
    replicas: int = 1
    kills: int = 0
    failing: float = 0.0
    latency: float = 0.05
    lease: float = 6.0
    claim: float = 14.0
    seed: int = 1
    patience: float = 3.0


@dataclass
class Outcome:
    """What came of it."""

    states: Counter[str] = field(default_factory=Counter)
    report: Json = field(default_factory=dict)
    kills: int = 0
    in_flight: int = 0
    lost: int = 0
    twice: int = 0
    seconds: float = 0.0
    stopped_well: bool = True

    @property
    def notices(self) -> int:
        """How many there were."""
        return sum(self.states.values())


@contextmanager
def teams_at_work(world: World) -> Iterator[tuple[str, Connection]]:
    """The imitation's address, and a pipe on which to ask it."""
    pipe, end = _processes.Pipe()
    process = _processes.Process(target=teams_process, args=(world, end), daemon=True)
    process.start()
    try:
        yield told(pipe, process), pipe
        pipe.send("stop")
        process.join(10)
    finally:
        process.kill()
        process.join()


def told(pipe: Connection, process: Any) -> Any:
    """What a process says when it is up; fails where it died instead."""
    for _ in range(600):
        if pipe.poll(0.1):
            return pipe.recv()
        if not process.is_alive():
            break
    raise RuntimeError("a process of the run did not come up")


class Bot:
    """One replica, started anew each time that it was killed."""

    def __init__(self, how: Replica) -> None:
        self.how = how
        self.start()

    def start(self) -> None:
        """Start it; `up` waits until it is."""
        self.pipe, end = _processes.Pipe()
        self.process = _processes.Process(target=replica_process, args=(self.how, end), daemon=True)
        self.process.start()
        self.owner = ""

    def up(self) -> None:
        """Wait until it works, and learn its courier's name."""
        if not self.owner:
            self.owner, self.port, self.pid = told(self.pipe, self.process)

    def kill(self) -> None:
        """SIGKILL, in the middle of whatever it does."""
        self.process.kill()
        self.process.join()

    def stop(self) -> bool:
        """SIGTERM; says whether it ended by itself, and well."""
        self.process.terminate()
        self.process.join(15)
        well = self.process.exitcode == 0
        self.kill()
        return well


def accounts(plan: Plan) -> tuple[Account, ...]:
    """Everybody in Teams; of the last ones, some have blocked the app and some do not have it."""
    found = []
    for n in range(plan.people):
        missed = n >= plan.people - plan.unreachable
        found.append(
            Account(f"P{n}", f"{n:08d}-0000-4000-8000-000000000000", f"29:{n}", has_app=not missed or n % 2 == 0,
                    blocked=missed and n % 2 == 0)
        )  # fmt: skip
    return tuple(found)


async def seed(store: Store, plan: Plan, url: str) -> None:
    """Two partnerships, their people, and everything that is owed from the start."""
    async with store.open_unit() as unit:
        large = await a_partnership(unit, "swindon", url)
        small = await a_partnership(unit, "solihull", url)
        people = [await a_person(unit, large, n, known=n % 2 == 0) for n in range(plan.people)]
        for turn in range(plan.each):
            unit.add(*(a_parcel(large, f"card:{one.id}:{turn}", person_id=one.id) for one in people))
            await unit.flush()
        unit.add(*(a_parcel(large, f"channel:{n}", channel_id=CHANNEL) for n in range(plan.in_channel)))
        await unit.flush()
        firsts = await unit.all(select(Notice).where(col(Notice.key).like("card:%:0")).limit(plan.updates))
        for one in firsts:
            more = a_parcel(large, f"update:{one.id}", person_id=one.person_id)
            more.replaces_id = one.id
            unit.add(more)
        await unit.flush()
        late = [await a_person(unit, small, n, known=True) for n in range(min(plan.small, plan.people))]
        unit.add(*(a_parcel(small, f"small:{one.id}", person_id=one.id) for one in late))


async def a_partnership(unit: Unit, slug: str, url: str) -> Partnership:
    """A partnership that is reached at the imitation's address."""
    its = await install_pack(unit, read_shipped(slug), now=datetime.now(UTC))
    its.service_url, its.tenant_id, its.bot_id = url, TENANT, BOT
    if slug == "swindon":
        its.team_id = its.channel_id = CHANNEL
    await append_log(unit, its.id, at=datetime.now(UTC), person_id=None, what="seeded", subject="run")
    return its


async def a_person(unit: Unit, its: Partnership, n: int, *, known: bool) -> Person:
    """Person number n; where `known`, their conversation was opened before."""
    identity = f"{n:08d}-0000-4000-8000-000000000000"
    one = await unit.save(
        Person(partnership_id=its.id, tenant_id=TENANT, object_id=identity, teams_id=f"29:{n}", in_team=True)
    )
    unit.add(PersonName(person_id=one.id, partnership_id=its.id, name=f"P{n}"))
    if known:
        unit.add(
            Address(
                partnership_id=its.id, person_id=one.id, conversation_id=f"a:{identity}", service_url=its.service_url,
                tenant_id=TENANT, bot_id=BOT,
            )
        )  # fmt: skip
    return one


def a_parcel(its: Partnership, key: str, **to: Any) -> Notice:
    """A notice that is owed from now on, to a person or the channel."""
    now = datetime.now(UTC) - timedelta(seconds=1)
    return Notice(partnership_id=its.id, key=key, kind=PARCEL, subject={}, owed_at=now, not_before=now, **to)


async def run(plan: Plan, database_url: str, data_dir: str) -> Outcome:
    """Seed the database, let the replicas work, kill as planned, and count."""
    outcome, began = Outcome(), time.monotonic()
    silence = plan.patience + 1.0
    world = World(accounts(plan), failing=plan.failing, latency=plan.latency, silence=silence, seed=plan.seed)
    store = Store(database_url)
    with teams_at_work(world) as (url, pipe):
        await seed(store, plan, url)
        how = Replica(database_url, data_dir, lease=plan.lease, claim=plan.claim, patience=plan.patience)
        bots = [Bot(how) for _ in range(plan.replicas)]
        try:
            for one in bots:
                await asyncio.to_thread(one.up)
            await _kill_as_planned(plan, store, bots, pipe, outcome)
            await until_settled(store, bots)
            outcome.seconds = time.monotonic() - began
            outcome.stopped_well = all([await asyncio.to_thread(one.stop) for one in bots])
        finally:
            for one in bots:
                one.kill()
        pipe.send("report")
        outcome.report = await asyncio.to_thread(pipe.recv)
        await _count(store, outcome)
    await store.close()
    return outcome


async def _kill_as_planned(plan: Plan, store: Store, bots: list[Bot], pipe: Connection, outcome: Outcome) -> None:
    """Kill a replica whenever some more has gone out: mostly the one that sends, sometimes any other."""
    chance, notices = random.Random(plan.seed), plan.people * plan.each
    gap = max(4, notices // (plan.kills + 2)) if plan.kills else 0
    sent = 0
    while outcome.kills < plan.kills:
        wanted = sent + chance.randint(gap // 3, gap)
        while sent < wanted:
            await asyncio.sleep(0.05)
            pipe.send("count")
            sent = pipe.recv()
        async with store.open_unit() as unit:
            lease = await unit.one(select(Lease))
        sending = [one for one in bots if lease is not None and one.owner == lease.owner]
        victim = sending[0] if sending and chance.random() < 0.7 else chance.choice(bots)
        victim.kill()
        async with store.open_unit() as unit:
            begun = select(Notice).where(
                Notice.state == "sending", Notice.owner == victim.owner, col(Notice.begun_at).is_not(None),
                col(Notice.replaces_id).is_(None),
            )  # fmt: skip
            outcome.in_flight += len(await unit.all(begun))
        outcome.kills += 1
        victim.start()
        await asyncio.to_thread(victim.up)


async def until_settled(store: Store, bots: list[Bot], limit: int = 3000) -> None:
    """Wait until nothing is owed or being sent any more."""
    for _ in range(limit):
        async with store.open_unit() as unit:
            left = await unit.one(select(Notice.id).where(col(Notice.state).in_(("owed", "sending"))))
        if left is None:
            return
        if not all(one.process.is_alive() for one in bots):
            raise RuntimeError("a replica died by itself")
        await asyncio.sleep(0.1)
    raise RuntimeError("the run did not come to its end")


async def _count(store: Store, outcome: Outcome) -> None:
    """What is lost was said to be delivered and was not; what is twice was posted twice."""
    posted, replaced = outcome.report["posted"], outcome.report["replaced"]
    async with store.open_unit() as unit:
        rows = await unit.all(select(Notice))
        outcome.stopped_well &= await unit.one(select(Lease)) is None
    outcome.states = Counter(one.state for one in rows)
    for one in rows:
        there = replaced.get(one.key, 0) if one.replaces_id else posted.get(one.key, 0)
        outcome.lost += one.state == "delivered" and there == 0
        outcome.twice += one.replaces_id is None and there > 1
        outcome.twice += one.state in ("refused", "skipped") and there > 0 and one.replaces_id is None
