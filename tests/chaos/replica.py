"""A replica of the bot in a process of its own: the real courier, storage and connector, with one more kind of notice.

What is shorter than in real life, so that a run does not take long: how long a claim holds, how long an answer is
waited for, and, where a run asks for it, the courier's lease.
"""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import aiohttp
from aiohttp import web

import bot.carrying
import bot.courier
from bot.edge.connector import Connector
from bot.rate_keeper import LEASE
from bot.running import leave_out_of_collections, running
from bot.settings import Settings
from bot.tables import Desk
from cards.elements import TextBlock
from cards.parts import Card, card
from storage.notices import Notice
from storage.unit import Unit
from tests.connector import TENANT
from tests.inbound import TestGate

PARCEL = "parcel"


@dataclass(frozen=True)
class Replica:
    """What a replica is told. Times are in seconds."""

    database_url: str
    data_dir: str
    packs: tuple[str, ...] = ("swindon", "solihull")
    lease: float = LEASE
    claim: float = 14.0
    patience: float = 3.0


async def draw_parcel(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """The same card each time, with the notice's key as its summary."""
    drawn = card("A parcel", [TextBlock(text="A parcel", wrap=True)])
    return Card(drawn.content, owed.key)


def replica_process(told: Replica, pipe: Connection) -> None:
    """Run a replica until SIGTERM: says its courier's name, its port and how much memory it holds, once it is up."""
    bot.carrying.LEASE = bot.courier.LEASE = timedelta(seconds=told.claim)
    patience = aiohttp.ClientTimeout(total=told.patience, connect=told.patience)
    Connector.__init__.__kwdefaults__["patience"] = patience
    asyncio.run(_serve(told, pipe))


async def _serve(told: Replica, pipe: Connection) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    settings = Settings(
        data_dir=Path(told.data_dir), database_url=told.database_url, packs=told.packs, app_id="bot",
        app_tenant_id=TENANT,
    )  # fmt: skip
    async with running(settings, gate=TestGate(), loopback=True) as (_, app, courier):
        courier.notices = {**courier.notices, PARCEL: draw_parcel}
        courier.keeper.lease = told.lease
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        leave_out_of_collections()
        pipe.send((courier.owner, runner.addresses[0][1], os.getpid()))
        await stop.wait()
        await runner.cleanup()
