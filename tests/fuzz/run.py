"""One run of the fuzzer: a service behind its real gate, two full partnerships, and everything looked at afterwards."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from ctypes import CDLL
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.edge.addresses import hosts_with
from bot.edge.gate import TokenGate
from bot.edge.issuer_keys import IssuerKeys
from storage.everything import metadata
from storage.unit import Unit
from tests import cards_schema
from tests.fuzz.judging import Overheard, faults_of_post, faults_of_reply
from tests.fuzz.making import Maker, Sending
from tests.integrity import Rows, faults_of, rows_of
from tests.issuer import APP, Issuer
from tests.permission_world import Two, two_partnerships
from tests.teams_world import TENANT

EPOCH = 1_500
"""After so many requests the records are looked through, and made what they were at first: else all would be closed."""
BATCH = 20
"""After so many requests the courier delivers."""
TOGETHER = 4
"""So many requests are under way at once."""
MOST_TOLD = 60


@dataclass
class Outcome:
    """What came of a run."""

    sent: Counter[str] = field(default_factory=Counter)
    statuses: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    cards: Counter[str] = field(default_factory=Counter)
    verbs: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    findings: dict[str, str] = field(default_factory=dict)
    """The first example of each sort of finding."""
    found: Counter[str] = field(default_factory=Counter)
    memory: dict[int, float] = field(default_factory=dict)
    """MB in use after so many requests."""
    seconds: float = 0.0
    slowest: tuple[float, str] = (0.0, "")
    posts: int = 0
    rows: int = 0
    walks: int = 0
    written: int = 0
    """Entries in the logs of the partnerships that these requests made."""
    lines: int = 0

    def note(self, why: str, example: str = "") -> None:
        """Keep a finding; of like ones the first alone, with how often it came."""
        sort = _VARIES.sub("…", " ".join(why.split()))[:300]
        self.found[sort] += 1
        if sort not in self.findings and len(self.findings) < MOST_TOLD:
            self.findings[sort] = f"{why}\n    {example}"


@dataclass
class _Run:
    two: Two
    maker: Maker
    overheard: Overheard
    outcome: Outcome = field(default_factory=Outcome)
    _looked_at: dict[str, int] = field(default_factory=dict)

    async def batch(self, many: int) -> None:
        """Send some requests, a few at once, and let what they owe go out."""
        made = [self.maker.next() for _ in range(many)]
        for start in range(0, many, TOGETHER):
            await asyncio.gather(*(self._exchange(one) for one in made[start : start + TOGETHER]))
        group = self.two.group
        await group.house.errands.done()
        while await group.courier.deliver_due():
            pass
        self._look_at_posts()

    async def _exchange(self, sent: Sending) -> None:
        out, before = self.outcome, len(self.overheard.findings)
        began = time.perf_counter()
        try:
            status, body = await self.two.group.send_bytes(sent.body, sent.headers)
        except Exception as error:
            out.note(f"no HTTP answer: {type(error).__name__} {error}", repr(sent.body[:300]))
            return
        took = time.perf_counter() - began
        out.sent[sent.sort] += 1
        out.statuses[sent.sort][status] += 1
        out.slowest = max(out.slowest, (took, f"{sent.sort}, {sent.about}"))
        out.verbs[sent.about][_how(status, body)] += 1
        for why in faults_of_reply(self.two, sent, status, body, took):
            out.note(f"{sent.about}: {why}", f"by {sent.who}: {sent.body[-1_500:]!r}")
        for why in self.overheard.findings[before:]:
            out.note(why, f"about the time of {sent.about} by {sent.who}: {sent.body[-1_500:]!r}")
        if isinstance(body, dict) and "card.adaptive" in str(body.get("type")):
            out.cards[sent.sort] += 1
            self.maker.seen.append((sent.who, body["value"]))

    def _look_at_posts(self) -> None:
        by_chat = {self.two.group.teams.chat_with(self.maker.person(who)): who for who in (*_ROLES, "their officer")}
        for post in self.two.group.teams.posts():
            for version in post.versions[self._looked_at.get(post.id, 0) :]:
                self.outcome.posts += 1
                for why in faults_of_post(version, post.conversation_id):
                    self.outcome.note(f"post: {why}", str(version)[:800])
                who = by_chat.get(post.conversation_id)
                for one in version.get("attachments", []) if who else ():
                    if "adaptive" in one["contentType"]:
                        self.maker.seen.append((str(who), one["content"]))
            self._looked_at[post.id] = len(post.versions)

    async def end_epoch(self, first: Rows) -> None:
        """Walk through all that is stored, and make it what it was."""
        async with self.two.group.house.open_unit() as unit:
            now = await rows_of(unit)
            for why in await faults_of(unit):
                self.outcome.note(f"stored: {why}", "")
        self.outcome.rows += sum(len(rows) for rows in now.values())
        self.outcome.walks += 1
        self.outcome.written += len(now["log_entry"]) - len(first["log_entry"])
        async with self.two.group.house.open_unit() as unit:
            await _restore(unit, first)
        self.two.group.teams._posts.clear()
        self._looked_at.clear()
        cards_schema._SOUND.clear()


_VARIES = re.compile(r"reference [A-Z0-9]{6}|\d+|'[^']{3,}'")
_ROLES = ("own", "other", "officer", "chair", "co_optee", "substitute", "both")


def _how(status: int, body: Any) -> str:
    if isinstance(body, dict) and "type" in body:
        return str(body["type"]).rpartition(".")[2]
    return str(status)


async def _restore(unit: Unit, first: Rows) -> None:
    """Put back every row that there was, and no other."""
    if unit.postgres:
        await unit.run(text("SET LOCAL session_replication_role = replica"))
    else:
        await unit.run(text("PRAGMA defer_foreign_keys = ON"))
    for table in reversed(metadata.sorted_tables):
        await unit.run(table.delete())
    for table in metadata.sorted_tables:
        if rows := list(first[table.name].values()):
            await unit._session.execute(table.insert(), rows)


def in_use() -> float:
    """MB of memory that this process holds, without what is free and was only not given back to the system yet.

    Where the C library cannot give back (it is not glibc), all that is held.
    """
    gc.collect()
    with suppress(OSError, AttributeError):
        CDLL("libc.so.6").malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@asynccontextmanager
async def _opened(url: str, folder: Path, seed: int) -> AsyncIterator[_Run]:
    overheard = Overheard()
    root = logging.getLogger()
    root.addHandler(overheard)

    def gate(teams_url: str) -> TokenGate:
        keys = IssuerKeys(issuer.metadata_url)
        return TokenGate(keys, app_id=APP, tenants=[TENANT], hosts=hosts_with([teams_url]))

    try:
        async with Issuer() as issuer, two_partnerships(url, folder, kept=True, gate=gate) as two:
            for world in (two.ours, two.theirs):
                for one in world.people.values():
                    two.group.teams.personal[two.group.teams.chat_with(one)] = one
            token = issuer.token(two.group.teams.url, exp=int(time.time()) + 24 * 3600)
            yield _Run(two, Maker(two, token, random.Random(seed)), overheard)
    finally:
        root.removeHandler(overheard)


async def fuzz(url: str, folder: Path, *, requests: int, seed: int, tell: bool = False) -> Outcome:
    """Send this many requests, made by chance from the seed, and say what came of it."""
    async with _opened(url, folder, seed) as run:
        async with run.two.group.house.open_unit() as unit:
            first, faults = await rows_of(unit), await faults_of(unit)
        for why in faults:
            run.outcome.note(f"stored before anything was sent: {why}")
        began, done = time.perf_counter(), 0
        while done < requests:
            many = min(BATCH, requests - done, EPOCH - done % EPOCH)
            await run.batch(many)
            done += many
            if done % EPOCH == 0 or done == requests:
                await run.end_epoch(first)
            if done % 1_000 == 0:
                run.outcome.memory[done] = in_use()
                if tell:
                    print(_so_far(run.outcome, done, time.perf_counter() - began), flush=True)
        run.outcome.seconds, run.outcome.lines = time.perf_counter() - began, run.overheard.lines
        return run.outcome


def _so_far(out: Outcome, done: int, seconds: float) -> str:
    return f"{done:>6} requests, {seconds:5.0f} s, {out.memory[done]:.0f} MB, {len(out.found)} sorts of findings"


__all__ = ["Outcome", "fuzz"]
