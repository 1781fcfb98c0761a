"""The port for those who watch the service: its figures and its health, as Prometheus and a load balancer ask."""

from __future__ import annotations

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.edge.door import Ready, Worries, add_health
from bot.figures import Watched
from bot.meter import Meter


def make_watch_app(meter: Meter, watched: Watched, ready: Ready, worries: Worries) -> web.Application:
    """The application with GET /metrics, /healthz and /readyz."""

    async def metrics(_: web.Request) -> web.Response:
        await watched.read()
        return web.Response(body=meter.written(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.router.add_get("/metrics", metrics)
    add_health(app, ready, worries)
    return app
