"""OneDrive as the tests have it: what Teams sends when somebody takes an offered file, and where it is put."""

from contextlib import asynccontextmanager

from aiohttp import web

from tests import inbound


async def takes(group, who, offer, url):
    """What Teams sends when somebody presses Allow on an offered file."""
    value = {
        "type": "fileUpload", "action": "accept", "context": offer["content"]["acceptContext"],
        "uploadInfo": {"uploadUrl": url, "name": offer["name"], "contentUrl": url, "uniqueId": "1"},
    }  # fmt: skip
    taken = inbound.invoke(group.people[who], "fileConsent/invoke", value, group.teams.url)
    assert (await group.send(taken))[0] == 200
    await group.settle()


@asynccontextmanager
async def a_drive():
    """Where Teams keeps files: takes uploads by PUT, and holds them by their path."""
    kept = {}

    async def take(request):
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
