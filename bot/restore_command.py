"""`python -m bot restore FILE`: a copy of the records is put back, with the service stopped.

`restore --settle` does only what follows, after PostgreSQL's own pg_restore or a copy that was put back by hand.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from assurance.dates import count_words, listing
from assurance.putting_back import PutBack, put_back
from bot.backup_command import log_ends
from bot.edge.starting import CannotStart
from bot.house import utc_now
from bot.settings import Settings
from storage.condition import lacking_after, sqlite_file
from storage.copies import (
    PRIVATE,
    BadCopy,
    Copied,
    Held,
    InUse,
    copy_sqlite,
    gather_into_one_file,
    hold,
    look_through,
    put_in_place,
)
from storage.leases import lease_runs
from storage.log import first_broken_entry
from storage.migrate import is_current, upgrade
from storage.partnerships import every_partnership
from storage.unit import Store

AGREED = (
    "a removal was agreed to in this copy. It counts no more: an officer decides anew. Set legal holds again first."
)
RUNS = "The service is running. Please stop every process of it, then try again. Nothing was changed."


async def restore(
    settings: Settings, file: Path | None, *, give_up_newer: bool = False, now: datetime | None = None
) -> int:
    """Put a copy back in the place of the database. The old one stays beside it under another name.

    Raises CannotStart, and changes nothing, where the copy is not sound, the service runs, or the database that is
    there holds entries that the copy lacks, unless these are given up.
    """
    now = now or utc_now()
    if file is None:
        return _tell("The records are settled.", await _settled(settings.database_url, now))
    place = sqlite_file(settings.database_url)
    if place is None:
        raise CannotStart("A file can be put back on SQLite only; see python -m bot backup for PostgreSQL's own way.")
    try:
        copy = await asyncio.to_thread(_sound, file, place)
        with hold(place) as held:
            if not give_up_newer:
                await asyncio.to_thread(_refuse_older, copy, held)
            settled, old = await _put_back(file, held, now)
    except (BadCopy, InUse, OSError) as error:
        why = RUNS if isinstance(error, InUse) else f"{error} Nothing was changed."
        raise CannotStart(why) from error
    print("\n".join(told_before(copy)))
    beside = [f"What was there before is in {old}."] if old else []
    return _tell("\n".join(["The copy was put back. The service can be started.", *beside]), settled)


def _remove(part: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        part.with_name(part.name + ending).unlink(missing_ok=True)


def told_before(copy: Copied) -> list[str]:
    """Where each log ended in the copy, before anything was added to it: what `backup` printed when it was made."""
    return ["In the copy, as backup printed it:", *(f"  {line}" for line in log_ends(copy))]


async def _put_back(file: Path, held: Held, now: datetime) -> tuple[list[PutBack], Path | None]:
    part = held.path.with_name(f".{held.path.name}.restoring")
    try:
        _remove(part)
        settled = await _prepare(file, part, now)
        return settled, await asyncio.to_thread(put_in_place, part, held, now)
    finally:
        _remove(part)


def _sound(file: Path, place: Path) -> Copied:
    """What is in a copy. Raises BadCopy where it cannot take the place of the database."""
    if not file.is_file() or (place.exists() and file.samefile(place)):
        raise BadCopy(f"{file} is the database itself." if file.exists() else f"There is no file {file}.")
    copy = look_through(file)
    if lacking_after(f"sqlite:///{file}", copy.revision) is None:
        raise BadCopy(f"{file} is from a newer version of Learning Loop. Please install that version first.")
    place.parent.mkdir(parents=True, exist_ok=True)
    return copy


def _refuse_older(copy: Copied, held: Held) -> None:
    """Raise BadCopy where the database that is there holds what the copy lacks."""
    try:
        there = held.look_through()
    except BadCopy:  # what is damaged has nothing to give up that could be read
        return
    if there and (newer := entries_lost(there, copy)):
        raise BadCopy(
            f"The database holds what this copy lacks: {listing(newer)}. To give that up, add --give-up-newer; the "
            "database that is there stays beside the new one in any case."
        )


def entries_lost(now: Copied, copy: Copied) -> list[str]:
    """What a database's logs hold beyond a copy's, in words, partnership by partnership."""
    then = {one.slug: one for one in copy.heads}
    found = []
    for one in now.heads:
        known = then[one.slug].number if one.slug in then else 0
        if one.number > known:
            found.append(f"{one.number - known:,} log entries of {one.title}")
        elif one.number == known and one.hash != then[one.slug].hash:
            found.append(f"another log of {one.title}")
    return found


async def _prepare(file: Path, part: Path, now: datetime) -> list[PutBack]:
    """Make of the copy what the service will start on, beside the database."""
    await asyncio.to_thread(copy_sqlite, file, part)
    url = f"sqlite:///{part}"
    await asyncio.to_thread(upgrade, url)
    settled = await _settled(url, now, verify=True)
    if not await asyncio.to_thread(gather_into_one_file, part):
        raise BadCopy(f"{file} could not be prepared.")
    await asyncio.to_thread(os.chmod, part, PRIVATE)
    return settled


async def _settled(url: str, now: datetime, *, verify: bool = False) -> list[PutBack]:
    """Settle what a copy cannot know (`assurance/putting_back.py`). Raises CannotStart where the service runs.

    `verify`: hold each log against its chain first. A lease in a copy is of a process that is gone.
    """
    store = Store(url)
    try:
        if not await is_current(store):
            raise CannotStart("The database lacks migrations. Please run python -m bot db upgrade first.")
        if verify:
            await _verify(store)
        else:
            async with store.open_unit() as unit:
                if await lease_runs(unit, "courier"):
                    raise CannotStart(RUNS)
        return await put_back(store.open_unit, now)
    finally:
        await store.close()


async def _verify(store: Store) -> None:
    async with store.open_unit() as unit:
        for one in await every_partnership(unit):
            broken = await first_broken_entry(unit, one.id)
            if broken is not None:
                raise BadCopy(f"The log of {one.title} in this copy does not fit its chain, from entry {broken} on.")


def _tell(done: str, settled: Sequence[PutBack]) -> int:
    print(done)
    for one in settled:
        if one.unsure:
            print(
                f"{one.title}: {count_words(one.unsure)} {'delivery' if one.unsure == 1 else 'deliveries'} may have "
                "gone out before. They are not sent again by themselves: the support officer types deliveries."
            )
        else:
            print(f"{one.title}: nothing that was owed is in doubt.")
        if one.agreed:
            print(f"{one.title}: {AGREED}")
    return 0
