"""The Playground comes up beside a bot, on this machine only, and goes away again (newcomer's way)."""

from __future__ import annotations

import asyncio
import shutil
import socket
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from playwright.async_api import Page

from bot import playground
from tests.browser import OpenPlayground, free_port, say

needs_node = pytest.mark.skipif(
    shutil.which("node") is None or not playground.CLI.is_file(),
    reason="The Playground is not installed: install Node.js 20 or newer and type make test",
)


async def listening_bot() -> tuple[web.AppRunner, str, asyncio.Queue[dict[str, Any]]]:
    """A door that takes what the Playground sends."""
    came: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def take(request: web.Request) -> web.Response:
        await came.put(await request.json())
        return web.json_response({})

    app = web.Application()
    app.router.add_post("/api/messages", take)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner, f"http://127.0.0.1:{port}/api/messages", came


def addresses_of_this_machine() -> list[str]:
    """The addresses other than loopback under which others would find this machine."""
    found = {str(one[4][0]) for one in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    return [one for one in found if not one.startswith("127.")]


def test_the_playground_is_given_exactly_five_others() -> None:
    with pytest.raises(ValueError, match="exactly 5"):
        playground.config(playground.PEOPLE[:4])
    assert len({one["id"] for one in playground.config()["users"]}) == 5


@needs_node
@pytest.mark.browser
async def test_what_is_typed_in_the_playground_reaches_the_bot(open_playground: OpenPlayground, page: Page) -> None:
    runner, endpoint, came = await listening_bot()
    try:
        await page.goto(await open_playground(endpoint))
        await page.get_by_text("Connected", exact=False).first.wait_for()
        await say(page, "my returns")
        async with asyncio.timeout(20):
            while (activity := await came.get()).get("type") != "message":
                pass
        assert activity["text"] == "my returns"
        assert activity["from"]["aadObjectId"] == playground.NEWCOMER.object_id
        assert activity["channelData"]["tenant"]["id"] == playground.TENANT
        assert activity["serviceUrl"].startswith("http://127.0.0.1:")
    finally:
        await runner.cleanup()


@needs_node
async def test_nobody_else_on_the_network_can_reach_the_playground(open_playground: OpenPlayground) -> None:
    address = await open_playground("http://127.0.0.1:9/api/messages")
    port = int(address.rpartition(":")[2])
    async with aiohttp.ClientSession() as session, session.get(address) as reply:
        assert reply.status == 200
    for other in addresses_of_this_machine():
        with pytest.raises(OSError):
            await asyncio.open_connection(other, port)


@needs_node
async def test_the_playground_can_reach_nothing_outside(tmp_path: Path) -> None:
    """Without the fence it asks for a cloud host and for its telemetry server, even with telemetry off."""
    script = tmp_path / "try.cjs"
    script.write_text(
        'for (const host of ["192.0.2.1", "telemetry.invalid"]) require("node:net").connect(443, host)'
        '.on("error", (problem) => console.log(problem.message));'
    )
    process = await asyncio.create_subprocess_exec(
        "node", "--require", str(playground.FENCE), str(script), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    assert said.decode().splitlines() == [
        "The Playground may not reach 192.0.2.1",
        "The Playground may not reach telemetry.invalid",
    ]


@needs_node
async def test_a_taken_port_is_explained(tmp_path: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = held.getsockname()[1]
        with pytest.raises(playground.NoPlayground, match=f"Port {port} is in use"):
            await playground.start(tmp_path, "http://127.0.0.1:9/api/messages", port=port)


@needs_node
async def test_a_stopped_playground_is_gone(tmp_path: Path) -> None:
    one = await playground.start(tmp_path, "http://127.0.0.1:9/api/messages", port=free_port())
    await one.stop()
    assert one.process.returncode is not None
    with pytest.raises(aiohttp.ClientConnectorError):
        async with aiohttp.ClientSession() as session:
            await session.get(one.address)
