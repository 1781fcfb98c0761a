"""The condition of a database: whether it can be reached and written to, and what its schema lacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import asyncpg
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import col, select

from storage.migrate import configuration
from storage.notices import Lease
from storage.unit import Store, async_url

Hindrance = Literal["", "password", "database", "server", "full", "other"]
"""Why it cannot be reached: the password or user, no such database, no server there, no connection left."""
_CODES: Final[dict[str, Hindrance]] = {"28": "password", "3D": "database", "53": "full", "42501": "password"}

_KINDS: Final[dict[str, Literal["sqlite", "postgresql"]]] = {
    "sqlite+aiosqlite": "sqlite",
    "postgresql+asyncpg": "postgresql",
}
"""By the drivers that this program brings along; an address that names another cannot be opened."""


@dataclass(frozen=True)
class Condition:
    """How a database stands. The rest counts only where nothing hinders.

    `lacking`: how many migrations it has still to get; None: its version is unknown to this program, or newer.
    `ahead`: by how many seconds our clock is ahead of its, where it has a clock of its own.
    """

    hindrance: Hindrance = ""
    lacking: int | None = 0
    writable: bool = False
    ahead: float | None = None


def kind_of(url: str) -> Literal["sqlite", "postgresql"] | None:
    """What sort of database an address names; None where it is none of ours, or no address."""
    try:
        return _KINDS.get(make_url(async_url(url)).drivername)
    except (ArgumentError, ValueError):
        return None


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite database; None for any other, and for one in memory."""
    if kind_of(url) != "sqlite":
        return None
    name = make_url(url).database
    return None if not name or name == ":memory:" else Path(name)


async def condition_of(url: str) -> Condition:
    """Look at a database; changes nothing. A SQLite file that is not there would be made: ask for it first."""
    store = Store(url, pool_size=1)
    try:
        async with store.engine.connect() as connection:
            current = await connection.run_sync(_revision)
        lacking = lacking_after(url, current)
        ahead = None if store.sqlite else await _ahead(store)
        return Condition("", lacking, lacking == 0 and await _can_be_written(store), ahead)
    except (OSError, PoolTimeout, DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return Condition(_hindrance(error))
    finally:
        await store.close()


async def _ahead(store: Store) -> float | None:
    async with store.open_unit() as unit:
        there = await unit.one(select(func.clock_timestamp()))
    return (datetime.now(UTC) - there).total_seconds() if isinstance(there, datetime) else None


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def lacking_after(url: str, current: str | None) -> int | None:
    """How many migrations follow the one that a database has; None where this program does not know that one."""
    every = list(ScriptDirectory.from_config(configuration(url)).walk_revisions())
    if current is None:
        return len(every)
    newest_first = [one.revision for one in every]
    return newest_first.index(current) if current in newest_first else None


async def _can_be_written(store: Store) -> bool:
    """Whether an update would be taken: one that changes nothing is tried."""
    try:
        async with store.open_unit() as unit:
            await unit.run(update(Lease).where(col(Lease.name) == "", col(Lease.owner) == "").values(owner=""))
    except Exception:
        return False
    return True


def _hindrance(error: BaseException) -> Hindrance:
    known = error.orig if isinstance(error, DBAPIError) else error
    code = str(getattr(known, "sqlstate", None) or "")
    for start, hindrance in _CODES.items():
        if code.startswith(start):
            return hindrance
    return "server" if isinstance(known, OSError | PoolTimeout) else "other"
