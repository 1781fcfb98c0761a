"""What it costs to know who is calling: a full answer over HTTP, with tokens verified and without.

Both ways run the whole service behind the door on the same database, turn about; only the gate differs. Run
`python -m tests.bench.tokens`; BENCH_ANSWERS is how many answers each figure is taken from (200).
"""

from __future__ import annotations

import asyncio
import logging
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import orjson
from aiohttp import web

from bot.edge.addresses import ServiceHosts
from bot.edge.door import make_app
from bot.edge.gate import Gate, Refusal, TokenGate
from bot.edge.issuer_keys import IssuerKeys
from cards.request import SUBMIT
from tests import inbound
from tests.bench.answer import SAID, Todo, todos
from tests.bench.house_at_work import SERVICE, AtWork, at_work
from tests.connector import TENANT, Json, Person
from tests.databases import migrate, postgres
from tests.issuer import APP, Issuer

ANSWERS = int(os.environ.get("BENCH_ANSWERS", "200"))
ROUNDS = 10
AIM = 1.3
AT_ONCE = 8
VERIFIED = 2_000


class OpenGate:
    """Lets everybody in: the same without."""

    async def admit(self, headers: Mapping[str, str], activity: Json, peer: str) -> Refusal | None:
        """None, always."""
        return None


@asynccontextmanager
async def served(work: AtWork, gate: Gate) -> AsyncIterator[str]:
    """The service behind this gate, on loopback; gives the address that Teams would call."""

    async def ready() -> str | None:
        return None

    app = make_app(
        gate=gate, adapter=work.house.adapter, on_invoke=work.talk.on_press, on_activity=work.talk.on_activity,
        ready=ready,
    )  # fmt: skip
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages"
    finally:
        await runner.cleanup()


def pressed(work: AtWork, todo: Todo) -> Json:
    """The press with which one answer is sent, as Teams would send it."""
    row, one = todo.row, todo.place.person
    data: dict[str, Any] = {
        "p": work.partnership.id, "to": one.id, "request": todo.request_id, "return": row.id, "base": 0, "n": 0,
    } | {f"f{row.form_version_id}-r{row.id}-b0-n0.{key}": value for key, value in SAID.items()}  # fmt: skip
    who = Person(todo.place.seat.short, one.object_id or "", one.teams_id or "")
    return inbound.press(who, SUBMIT, data, SERVICE, on="1700")


async def timed(http: aiohttp.ClientSession, url: str, token: str, bodies: list[bytes]) -> float:
    """Seconds for one answer, with several under way at once."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    waiting = list(bodies)

    async def one_by_one() -> None:
        while waiting:
            async with http.post(url, data=waiting.pop(), headers=headers) as answer:
                content = await answer.read()
                if answer.status != 200 or b"Correct our answer" not in content:
                    raise RuntimeError(f"no receipt came back: {answer.status} {content[:200]!r}")

    begun = time.perf_counter()
    await asyncio.gather(*(one_by_one() for _ in range(AT_ONCE)))
    return (time.perf_counter() - begun) / len(bodies)


async def verification(gate: TokenGate, token: str, activity: Json) -> float:
    """Seconds for the gate alone."""
    headers = {"Authorization": f"Bearer {token}"}
    begun = time.perf_counter()
    for _ in range(VERIFIED):
        if await gate.admit(headers, activity, "") is not None:
            raise RuntimeError("the genuine token was refused")
    return (time.perf_counter() - begun) / VERIFIED


async def measure(url: str, folder: Path, kind: str) -> bool:
    """Print the figures of one database; says whether the aim is reached."""
    each = max(ANSWERS // ROUNDS, AT_ONCE)
    async with Issuer() as issuer, at_work(url, folder) as work, aiohttp.ClientSession() as http:
        token = issuer.token(SERVICE)
        gate = TokenGate(IssuerKeys(issuer.metadata_url), app_id=APP, tenants=[TENANT], hosts=ServiceHosts())
        every = [pressed(work, one) for one in await todos(work, 2 * each * (ROUNDS + 1), "Child F")]
        alone = await verification(gate, token, every[0])
        bodies = [orjson.dumps(one) for one in every]
        async with served(work, gate) as checked, served(work, OpenGate()) as unchecked:
            spent: dict[str, list[float]] = {checked: [], unchecked: []}
            for turn in range(ROUNDS + 1):
                for way in (checked, unchecked) if turn % 2 else (unchecked, checked):
                    some = [bodies.pop() for _ in range(each)]
                    took = await timed(http, way, token, some)
                    if turn:
                        spent[way].append(took)
        ratio = statistics.median(a / b for a, b in zip(spent[checked], spent[unchecked], strict=True))
        print(
            f"{kind:<11} {AT_ONCE} at once  verified {_ms(spent[checked])}  not verified {_ms(spent[unchecked])}   "
            f"the gate alone {alone * 1e6:.0f} µs   {ratio:.2f} of the same without (at most {AIM})", flush=True,
        )  # fmt: skip
    return ratio <= AIM


def _ms(spent: list[float]) -> str:
    return f"{statistics.median(spent) * 1e3:6.2f} ms"


def main() -> int:
    """Print a line for each database; 1 where one costs more than the aim."""
    logging.disable(logging.CRITICAL)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(postgres(durable=True))
        urls = {"SQLite": f"sqlite:///{folder}/loop.db", "PostgreSQL": server.address(server.create())}
        good = True
        for kind, url in urls.items():
            migrate(url)
            good = asyncio.run(measure(url, folder, kind)) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
