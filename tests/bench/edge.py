"""What our edge costs: a 2 KB Action.Execute with an unknown verb, against raw aiohttp and orjson.

Run `python -m tests.bench.edge`. Servers and client share one loop; the client only writes and reads prepared
bytes, so nearly all the time is the server's. The servers take turns, and the ratio is of the medians.
"""

from __future__ import annotations

import asyncio
import logging
import re
import statistics
import time
import warnings

import orjson
from aiohttp import web

from bot.edge.adapter import TeamsAdapter
from bot.edge.answers import Answer, Fail
from bot.edge.connector import Connector
from bot.edge.door import make_app
from bot.edge.incoming import Incoming, Press
from tests import inbound
from tests.connector import Person

ROUNDS = 7
AT_ONCE = 8
PER_ROUND = 1600
AIM = 0.5
STATUS = {"raw": b"200", "ours": b"200", "stock": b"501"}
HEADERS = inbound.headers()


def body() -> bytes:
    """The invoke: 2 KB of JSON."""
    person = Person("Asha Rao", "a-object", "29:asha")
    pressed = inbound.press(person, "nobody-knows-this", {}, "https://smba.trafficmanager.net/uk/", on="1700")
    pressed["value"]["action"]["data"] = {"form": "f1", "answer.evidence": ""}
    short = len(orjson.dumps(pressed))
    pressed["value"]["action"]["data"]["answer.evidence"] = "e" * (2048 - short)
    return orjson.dumps(pressed)


def raw_app() -> web.Application:
    """Reads the JSON and answers the same bytes as we do, and nothing else."""
    answer = orjson.dumps({"statusCode": 400, "type": "application/vnd.microsoft.error", "value": {}})

    async def handle(request: web.Request) -> web.Response:
        orjson.loads(await request.read())
        return web.Response(body=answer, content_type="application/json")

    app = web.Application()
    app.router.add_post("/api/messages", handle)
    return app


def our_app(adapter: TeamsAdapter) -> web.Application:
    """The edge as it runs, with a gate and a bot that knows no verb."""

    async def on_invoke(press: Press) -> Answer:
        return Fail(400, "This button is not known.")

    async def on_activity(incoming: Incoming) -> Answer | None:
        return None

    async def ready() -> str | None:
        return None

    return make_app(gate=inbound.TestGate(), adapter=adapter, on_invoke=on_invoke, on_activity=on_activity, ready=ready)


def stock_app() -> web.Application:
    """Stock botbuilder: its cloud adapter and msrest models, as in its samples, without credentials."""
    from botbuilder.core import ActivityHandler
    from botbuilder.core.cloud_adapter_base import CloudAdapterBase
    from botbuilder.schema import Activity
    from botframework.connector.auth import BotFrameworkAuthenticationFactory

    adapter = CloudAdapterBase(BotFrameworkAuthenticationFactory.create())
    bot = ActivityHandler()

    async def handle(request: web.Request) -> web.Response:
        activity = Activity.deserialize(await request.json())
        answer = await adapter.process_activity("", activity, bot.on_turn)
        return web.json_response(answer.body, status=answer.status)

    app = web.Application()
    app.router.add_post("/api/messages", handle)
    return app


class Line:
    """One kept-alive connection that sends the same bytes again and again."""

    def __init__(self, port: int, sent: bytes) -> None:
        self._port = port
        head = f"POST /api/messages HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {len(sent)}\r\n"
        fields = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
        self._request = f"{head}{fields}\r\n".encode() + sent
        self.statuses: set[bytes] = set()

    async def call(self, times: int) -> None:
        """Sends `times` requests, each after the answer to the one before."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        for _ in range(times):
            writer.write(self._request)
            head = await reader.readuntil(b"\r\n\r\n")
            self.statuses.add(head[9:12])
            length = re.search(rb"(?i)content-length: (\d+)", head)
            await reader.readexactly(int(length[1]) if length else 0)
        writer.close()
        await writer.wait_closed()


async def round_of(port: int, sent: bytes, calls: int) -> tuple[float, set[bytes]]:
    """Requests per second for `calls` requests, eight at once, and the statuses that came back."""
    lines = [Line(port, sent) for _ in range(AT_ONCE)]
    start = time.perf_counter()
    await asyncio.gather(*(line.call(calls // AT_ONCE) for line in lines))
    return calls / (time.perf_counter() - start), set().union(*(line.statuses for line in lines))


async def measure() -> dict[str, float]:
    """The median rate of each server, in requests per second."""
    sent = body()
    async with Connector(practice=True) as connector:
        apps = {"raw": raw_app(), "ours": our_app(TeamsAdapter(connector)), "stock": stock_app()}
        ports: dict[str, int] = {}
        runners = []
        for name, app in apps.items():
            runner = web.AppRunner(app, access_log=None)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            ports[name] = runner.addresses[0][1]
            runners.append(runner)
        rates: dict[str, list[float]] = {name: [] for name in apps}
        for turn in range(ROUNDS + 1):
            for name, port in ports.items():
                calls = PER_ROUND if name != "stock" else PER_ROUND // 8
                rate, statuses = await round_of(port, sent, calls)
                if statuses != {STATUS[name]}:
                    raise RuntimeError(f"{name} answered {statuses}")
                if turn:
                    rates[name].append(rate)
        for runner in runners:
            await runner.cleanup()
    return {name: statistics.median(found) for name, found in rates.items()}


def main() -> int:
    """Prints the rates and ratios; 1 where ours is below the aim."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    rates = asyncio.run(measure())
    for name, rate in rates.items():
        print(f"{name:<6} {rate:8.0f} invokes/s   {rate / rates['raw']:.2f} of raw")
    return 0 if rates["ours"] >= AIM * rates["raw"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
