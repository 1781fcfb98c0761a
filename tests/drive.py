"""For tests of offered files: where Teams keeps them, and what it sends when somebody presses Allow."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from tests import inbound
from tests.group import Group
from tests.teams_world import Json


async def takes(group: Group, who: str, offer: Json, url: str) -> None:
    """What Teams sends when somebody presses Allow on an offered file."""
    value = {
        "type": "fileUpload", "action": "accept", "context": offer["content"]["acceptContext"],
        "uploadInfo": {"uploadUrl": url, "name": offer["name"], "contentUrl": url, "uniqueId": "1"},
    }  # fmt: skip
    taken = inbound.invoke(group.people[who], "fileConsent/invoke", value, group.teams.url)
    assert (await group.send(taken))[0] == 200
    await group.settle()


@asynccontextmanager
async def a_drive() -> AsyncIterator[tuple[str, dict[str, bytes]]]:
    """Where Teams keeps files: takes uploads by PUT, and holds them by their path."""
    kept: dict[str, bytes] = {}

    async def take(request: web.Request) -> web.Response:
        assert request.headers["Content-Range"].startswith("bytes 0-")
        kept[request.path] = await request.read()
        return web.Response(status=201)

    app = web.Application()
    app.router.add_put("/{name}", take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", kept
    finally:
        await runner.cleanup()
