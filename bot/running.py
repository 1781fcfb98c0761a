"""Brings the service up: the database, the packs, the officers, the courier, the heartbeat, the door."""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from aiohttp import web

from assurance.dates import listing
from assurance.lines import lines
from assurance.pack import read_shipped, shipped
from assurance.packing import install_pack
from assurance.permissions import OFFICER
from assurance.refusals import Refusal
from bot.courier import Courier
from bot.edge.adapter import TeamsAdapter
from bot.edge.connector import Connector, Token
from bot.edge.door import make_app
from bot.edge.gate import CannotStart, Gate, TokenGate, gate_for, service_hosts
from bot.edge.our_token import token_for
from bot.expiry import ExpiryWatch
from bot.figures import Watched
from bot.handlers.files import take_file
from bot.house import House, utc_now
from bot.practice import set_up_practice
from bot.settings import Settings, make_data_folder
from bot.stopping import Stop
from bot.talk import Talk
from bot.watch_door import make_watch_app
from bot.watchdog import Watchdog
from bot.wiring import commands, notices, presses
from scheduler.heartbeat import Heartbeat
from storage.log import append_log
from storage.migrate import is_current, upgrade
from storage.partnerships import every_partnership, partnership_named
from storage.partnerships import partnership as partnership_numbered
from storage.people import Holding, Person, PersonName, all_holdings, person_by_object_id
from storage.unit import Store

FOR_REQUESTS: Final = 0.6
"""The part of the time for stopping that requests may take; the rest is for what is being sent."""
WATCH_APP: Final = web.AppKey("watch_app", web.Application)
"""The application for the port of figures and health, kept in the one for Teams."""
_log = lines("bot")


def pack_text(name: str) -> str:
    """The text of a shipped pack, or of a pack file. Raises CannotStart where there is neither, or no text."""
    if name in shipped():
        return read_shipped(name)
    path = Path(name)
    if not path.is_file():
        raise CannotStart(f'LOOP_PACKS names "{name}", which is neither a shipped pack nor a file.')
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CannotStart(
            f"The pack {name} is not written in UTF-8 (byte {error.start}). Please save it as UTF-8 text."
        ) from error
    except OSError as error:
        raise CannotStart(f"The pack {name} cannot be read: {error.strerror}.") from error


async def prepare(house: House) -> None:
    """Load the packs and give the officers of the settings their role. Changes nothing where nothing is new."""
    settings = house.settings
    await load_packs(house.store, settings, house.now())
    for slug, object_id in settings.officers:
        await _give_officer_role(house, slug, object_id)
    if settings.playground:
        await set_up_practice(house)


async def load_packs(store: Store, settings: Settings, now: datetime) -> None:
    """Load the packs of the settings. Raises CannotStart where one cannot be, or the database holds another sort."""
    await refuse_the_wrong_database(store, playground=settings.playground)
    for name in settings.packs:
        try:
            async with store.open_unit() as unit:
                await install_pack(unit, pack_text(name), now=now, practice=settings.playground)
        except Refusal as refusal:
            raise CannotStart(refusal.text) from refusal


async def refuse_the_wrong_database(store: Store, *, playground: bool) -> None:
    """Keep practice and real records apart. Raises CannotStart where the database holds the other sort."""
    async with store.open_unit() as unit:
        wrong = [one.title for one in await every_partnership(unit) if one.practice != playground]
    if wrong and playground:
        raise CannotStart(
            f"LOOP_PLAYGROUND is set, but this database holds the real records of {listing(wrong)}. Practice needs a "
            "database of its own. Nothing was changed."
        )
    if wrong:
        raise CannotStart(
            f"This database holds the practice records of {listing(wrong)}. Please set LOOP_PLAYGROUND, or give "
            "another database. Nothing was changed."
        )


async def _give_officer_role(house: House, slug: str, object_id: str) -> None:
    async with house.open_unit() as unit:
        partnership = await partnership_named(unit, slug)
        if partnership is None:
            raise CannotStart(f'LOOP_OFFICERS names the partnership "{slug}", whose pack is not in LOOP_PACKS.')
        await partnership_numbered(unit, partnership.id, lock=True)  # replicas start together
        tenant = house.settings.app_tenant_id
        one = await person_by_object_id(unit, partnership.id, tenant, object_id)
        if one is None:
            one = await unit.save(Person(partnership_id=partnership.id, tenant_id=tenant, object_id=object_id))
            unit.add(PersonName(person_id=one.id, partnership_id=partnership.id))
        ever = [row for row in await all_holdings(unit, partnership.id) if row.person_id == one.id]
        if not any(row.role == OFFICER for row in ever):  # somebody who gave the role up does not get it back
            given = await unit.save(Holding(partnership_id=partnership.id, person_id=one.id, role=OFFICER))
            await append_log(
                unit, partnership.id, at=house.now(), person_id=None, by="start-up", what="seated",
                subject=f"holding:{given.id}", refs={"person": one.id, "role": OFFICER},
            )  # fmt: skip


@asynccontextmanager
async def running(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    gate: Gate | None = None,
    loopback: bool = False,
    token: Token | None = None,
    by_hand: bool = False,
    paced: bool | None = None,
) -> AsyncIterator[tuple[House, web.Application, Courier]]:
    """The whole service without its socket: the database is brought up to date, and work begins.

    `loopback` allows plain http to this machine, as practice does. `by_hand` leaves courier and heartbeat to the
    caller, who runs them step by step. `paced`: no faster than Teams takes; as told, else everywhere but in practice.
    """
    gate = gate or gate_for(settings)
    token = token or token_for(settings)
    make_data_folder(settings)
    hosts = service_hosts(settings)
    connecting = Connector(token, practice=settings.playground or loopback, hosts=hosts)
    async with _up_to_date(settings) as store, connecting as connector:
        house = House(store, TeamsAdapter(connector), settings, clock)
        await prepare(house)
        courier = Courier(house, notices(), paced=not settings.playground if paced is None else paced)
        talk = Talk(house, commands(), presses(), take_file)
        watch = () if settings.playground else (ExpiryWatch(house),)
        heartbeat = Heartbeat(house.open_unit, house.now, house.wake, watch)
        watched = Watched(house, courier, heartbeat.pulse, token)
        watchdog = Watchdog(watched.read, heartbeat.pulse, timedelta(minutes=settings.owed_alert_minutes))
        app = make_app(
            gate=gate, adapter=house.adapter, on_invoke=talk.on_press, on_activity=talk.on_activity,
            ready=lambda: _ready(house), worries=watchdog.worries, seen=house.meter.seen,
        )  # fmt: skip
        app[WATCH_APP] = make_watch_app(house.meter, watched, lambda: _ready(house), watchdog.worries)
        working = asyncio.create_task(asyncio.sleep(0) if by_hand else courier.run())
        watching = asyncio.create_task(asyncio.sleep(0) if by_hand or settings.playground else watchdog.run())
        if isinstance(gate, TokenGate):
            gate.keys.renew_soon()
        if not by_hand:
            heartbeat.start()
        try:
            yield house, app, courier
        finally:
            watching.cancel()
            await heartbeat.stop()
            await _ended(watching, working, house.journey)
            await courier.stop()
            await house.errands.stop()


@asynccontextmanager
async def _up_to_date(settings: Settings) -> AsyncIterator[Store]:
    """The database with every migration: applied here where nobody else uses it, else asked for. Raises CannotStart."""
    store = Store(settings.database_url)
    try:
        if store.sqlite or settings.playground:
            await asyncio.to_thread(upgrade, settings.database_url)
        elif not await is_current(store):
            raise CannotStart("The database lacks migrations. Please run python -m bot db upgrade first.")
        yield store
    finally:
        await store.close()


async def _ended(*tasks: asyncio.Task[None] | None) -> None:
    """End what goes on in the background, and wait until it has."""
    for one in tasks:
        if one is not None:
            one.cancel()
            with suppress(asyncio.CancelledError):
                await one


async def _ready(house: House) -> str | None:
    if house.stopping:
        return "The service is stopping."
    return None if await is_current(house.store) else "The database lacks migrations."


KEEPS_OPEN = 75.0
"""Seconds for which a connection on which nobody asks anything stays open; the library's own measure is an hour."""


async def _listen(app: web.Application, host: str, port: int, name: str, *, finish_within: float) -> web.AppRunner:
    """Listen; `name` is the setting that holds the port. Raises CannotStart, with a sentence, where that cannot be."""
    runner = web.AppRunner(
        app, access_log=None, auto_decompress=False, shutdown_timeout=finish_within, keepalive_timeout=KEEPS_OPEN
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        if error.errno == errno.EADDRINUSE:
            why = f"Port {port} is in use already. Please stop what uses it, or set {name} to another."
        else:
            why = f"The service cannot listen on {host}, port {port}: {error.strerror}"
        raise CannotStart(why) from error
    return runner


def leave_out_of_collections() -> None:
    """What is there once the service is up stays: looking through it for garbage would stall sending and answers."""
    gc.collect()
    gc.freeze()


async def serve(
    settings: Settings, *, gate: Gate | None = None, loopback: bool = False, paced: bool | None = None
) -> None:
    """Run until told to stop, then take no more requests, finish those that are there and what is being sent.

    The other arguments are as those of `running`, for tests.
    """
    stop = Stop(settings.stop_seconds)
    stop.listen()
    if settings.playground and not settings.log_format:
        logging.getLogger().setLevel(logging.WARNING)  # somebody practises, and reads what is printed
    watch: web.AppRunner | None = None
    try:
        async with running(settings, gate=gate, loopback=loopback, paced=paced) as (house, app, _):
            if settings.metrics_port:
                watch = await _listen(
                    app[WATCH_APP], settings.metrics_host, settings.metrics_port, "LOOP_METRICS_PORT", finish_within=1.0
                )
            within = max(1.0, settings.stop_seconds * FOR_REQUESTS)
            door = await _listen(app, settings.host, settings.port, "LOOP_PORT", finish_within=within)
            port = door.addresses[0][1]
            print(f"Learning Loop listens on http://{settings.host}:{port}", flush=True)
            leave_out_of_collections()
            await stop.told()
            house.stopping = True
            await door.cleanup()
        _log.info("Everything is finished")
    finally:
        if watch is not None:  # to the end it says that the service is stopping
            await watch.cleanup()
