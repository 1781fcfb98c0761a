"""Agencies that answer without a pause, and what became of every answer; for the soak and for the tests of stopping."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import orjson
from sqlmodel import col, select

from assurance.actors import Actor
from assurance.issuing import Addressee, NewRequest, Timing, issue
from assurance.packing import pack_of
from cards.request import SUBMIT
from storage.log import LogEntry, first_broken_entry
from storage.notices import Lease, Notice
from storage.partnerships import every_partnership, seats
from storage.people import Holding
from storage.returns import AgencyReturn, Answer, Version, returns_of_request
from storage.texts import Text
from storage.unit import Store
from tests import inbound
from tests.bench.answer import SAID
from tests.bench.house_at_work import LEARNING
from tests.chaos.run import Plan, a_partnership, a_person, accounts
from tests.connector import TENANT, Person
from tests.teams_world import Json

SEATS = 13
EVERYBODY = Plan(people=SEATS + 1, unreachable=0)
PEOPLE = accounts(EVERYBODY)
"""One on each seat of Swindon's group that answers, and the officer."""


@dataclass
class Todo:
    """One return that is answered again and again. `base`: the number of its newest version."""

    person: Person
    person_id: int
    partnership_id: int
    request_id: int
    return_id: int
    form_version_id: int
    base: int = 0


async def seed(store: Store, url: str, requests: int) -> list[Todo]:
    """A group with everybody on their seats, and so many requests to all of them; the cards are owed."""
    now = datetime.now(UTC)
    async with store.open_unit() as unit:
        its = await a_partnership(unit, "swindon", url)
        officer = await a_person(unit, its, SEATS, known=True)
        unit.add(Holding(partnership_id=its.id, person_id=officer.id, role="officer", title="Officer"))
        sitting: dict[int, tuple[Person, int]] = {}
        for n, seat in enumerate(one for one in await seats(unit, its.id) if one.returns):
            one = await a_person(unit, its, n, known=True)
            unit.add(Holding(partnership_id=its.id, person_id=one.id, seat_id=seat.id, title="Designated Nurse"))
            sitting[seat.id] = (PEOPLE[n], one.id)
        assert len(sitting) == SEATS
    actor = Actor(its.id, officer.id, frozenset(), frozenset({"officer"}))
    found = []
    for number in range(requests):
        asked = tuple(Addressee(seat_id=one, why="Seen in your cases.") for one in sitting)
        timing = Timing(now.date() + timedelta(days=40))
        new = NewRequest("assurance", f"Child F {number}", asked, timing, "Why it matters here.", LEARNING)
        async with store.open_unit() as unit:
            made = await issue(unit, actor, its, await pack_of(unit, its), new, now)
            for row in await returns_of_request(unit, its.id, made.id):
                who, person_id = sitting[row.seat_id or 0]
                found.append(Todo(who, person_id, its.id, made.id, row.id, row.form_version_id))
    return found


@dataclass
class Service:
    """The service in a process of its own, with its figures on a port beside."""

    process: subprocess.Popen[str]
    url: str
    watch: str
    log: Path

    def stop(self) -> None:
        """SIGTERM."""
        self.process.send_signal(signal.SIGTERM)

    async def ended(self, within: float = 60.0) -> int:
        """Its exit code."""
        return await asyncio.to_thread(self.process.wait, within)

    @property
    def resident(self) -> int:
        """How much memory it holds, in KB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))

    @property
    def worked(self) -> float:
        """How many seconds of a processor it has used."""
        own = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(own[11]) + int(own[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def handles(self) -> int:
        """How many files and sockets it holds open."""
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@asynccontextmanager
async def a_service(database_url: str, folder: Path, *, beat: str = "60", **told: str) -> AsyncIterator[Service]:
    """The service, up and ready. `told`: further settings, in small letters and without their prefix."""
    watch, log = _free_port(), folder / "service.log"
    settings = {
        "database_url": database_url, "data_dir": str(folder / "data"), "packs": "swindon", "port": "0",
        "app_id": "bot", "app_tenant_id": TENANT, "metrics_port": str(watch), "log_format": "json",
    } | told  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LOOP_")}
    environment |= {f"LOOP_{name.upper()}": value for name, value in settings.items()} | {"SOAK_BEAT": beat}
    with log.open("w") as errors:
        process = subprocess.Popen(  # noqa: ASYNC220
            [sys.executable, "-m", "tests.soak.service"], env=environment, stdout=subprocess.PIPE, stderr=errors,
            text=True,
        )  # fmt: skip
    try:
        assert process.stdout is not None
        said = await asyncio.to_thread(process.stdout.readline)
        if "listens on" not in said:
            raise RuntimeError(f"the service did not start: {log.read_text()[-2000:]}")
        yield Service(process, said.rpartition(" ")[2].strip(), f"http://127.0.0.1:{watch}", log)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def errors_in(log: Path) -> list[str]:
    """The lines of a service's log that tell of a fault; that its credential is none is no fault here."""
    said = [orjson.loads(line) for line in log.read_text().splitlines()]
    bad = [one for one in said if one["level"] in ("error", "critical")]
    return [str(one) for one in bad if one.get("doing") != "Looking at the credential"]


@dataclass
class Took:
    """One answer: when it was sent and how long its reply took, both in seconds, and what was wrong with it."""

    at: float
    seconds: float
    wrong: str = ""


@dataclass
class Agencies:
    """Answer at a rate until told to stop, each return again and again. `kept`: what was said to be stored."""

    service: Service
    todos: deque[Todo]
    rate: float
    teams_url: str
    took: list[Took] = field(default_factory=list)
    tried: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    kept: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    stopping: bool = False
    _numbers: Any = field(default_factory=itertools.count)
    _going: set[asyncio.Task[None]] = field(default_factory=set)

    async def work(self, seconds: float = float("inf")) -> None:
        """Send answers at the rate, whether or not earlier ones have come back, for so long or until cancelled."""
        began, sent = time.monotonic(), 0
        connections = aiohttp.TCPConnector(limit=0, keepalive_timeout=0.3)  # so that handles show what is under way
        async with aiohttp.ClientSession(connector=connections, timeout=aiohttp.ClientTimeout(total=30)) as http:
            try:
                while time.monotonic() - began < seconds and self.service.process.poll() is None:
                    while self.todos and sent < (time.monotonic() - began) * self.rate:
                        sent += 1
                        task = asyncio.create_task(self._answer(http, self.todos.popleft()))
                        self._going.add(task)
                        task.add_done_callback(self._going.discard)
                    await asyncio.sleep(0.5 / self.rate)
            finally:
                await asyncio.gather(*self._going)

    async def _answer(self, http: aiohttp.ClientSession, todo: Todo) -> None:
        said = f"Huddle {next(self._numbers)}: ward staff were told."
        self.tried[todo.return_id].append(said)
        began, wrong = time.monotonic(), ""
        try:
            url = f"{self.service.url}/api/messages"
            async with http.post(url, json=self._press(todo, said), headers=inbound.headers()) as answer:
                body = await answer.text()
                if answer.status != 200 or "Correct our answer" not in body:
                    wrong = f"{answer.status} {body[:200]}"
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            wrong = type(error).__name__
        self.took.append(Took(began, time.monotonic() - began, wrong))
        if not wrong:
            self.kept[todo.return_id].append(said)
            todo.base += 1
            self.todos.append(todo)
        elif self.service.process.poll() is None and not self.stopping:
            self.todos.append(todo)

    def _press(self, todo: Todo, said: str) -> Json:
        prefix = f"f{todo.form_version_id}-r{todo.return_id}-b{todo.base}-n0"
        words = SAID | {"evidence": said}
        data: Json = {
            "p": todo.partnership_id, "to": todo.person_id, "request": todo.request_id, "return": todo.return_id,
            "base": todo.base, "n": 0,
        } | {f"{prefix}.{key}": value for key, value in words.items()}  # fmt: skip
        return inbound.press(todo.person, SUBMIT, data, self.teams_url)


async def faults_in(store: Store, agencies: Agencies) -> list[str]:
    """What the database holds that it must not, or lacks, after the service has stopped."""
    found = []
    async with store.open_unit() as unit:
        (its,) = await every_partnership(unit)
        rows = await unit.rows(
            select(Version, Text.body)
            .join(Answer, col(Answer.version_id) == Version.id)
            .join(Text, col(Text.id) == Answer.text_id)
            .where(Answer.question == "evidence")
        )
        stored: dict[int, list[str]] = defaultdict(list)
        for version, body in rows:
            stored[version.return_id].append(body)
        versions = await unit.all(select(Version))
        answers = await unit.all(select(Answer.version_id))
        logged = await unit.all(select(LogEntry).where(LogEntry.what == "answered"))
        newest = {row.id: row.version_number for row in await unit.all(select(AgencyReturn))}
        if await first_broken_entry(unit, its.id) is not None:
            found.append("the chain of the log is broken")
        if await unit.one(select(Notice).where(Notice.state == "sending")) is not None:
            found.append("a notice was left in the middle of being sent")
        if await unit.one(select(Lease)) is not None:
            found.append("a lease was not given back")
    for return_id, texts in agencies.kept.items():
        if lost := set(texts) - set(stored[return_id]):
            found.append(f"{len(lost)} answers that were said to be stored are not there")
    for return_id, texts in stored.items():
        if set(texts) - set(agencies.tried[return_id]) or len(set(texts)) != len(texts):
            found.append("something is stored that nobody sent, or twice")
        if newest[return_id] != len(texts):
            found.append("a return does not know its newest version")
    if set(Counter(answers).values()) - {len(SAID)} or len(set(answers)) != len(versions):
        found.append("a version has only some of its answers")
    if len(logged) != len(versions):
        found.append(f"{len(versions)} versions, and {len(logged)} log entries")
    return sorted(set(found))
