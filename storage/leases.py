"""Leases: what only one replica may do at a time. They are reckoned by the database's own clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select

from storage.notices import Lease
from storage.unit import Unit


async def take_lease(unit: Unit, name: str, owner: str, *, lasting: timedelta) -> bool:
    """Take or renew a lease for so long from now; says whether this owner has it.

    Nobody gets it while another's runs. Replicas' clocks need not agree: PostgreSQL's own is asked. (SQLite has
    one process, and its clock.)
    """
    if unit.postgres:
        now: Any = func.now()
        insert: Any = postgresql.insert(Lease)
    else:
        now = datetime.now(UTC)
        insert = sqlite.insert(Lease)
    mine = {"owner": owner, "until": now + lasting}
    free = (col(Lease.owner) == owner) | (col(Lease.until) < now)
    taking = insert.values(name=name, **mine)
    return await unit.run(taking.on_conflict_do_update(index_elements=[col(Lease.name)], set_=mine, where=free)) == 1


async def release_lease(unit: Unit, name: str, owner: str) -> None:
    """Give a lease back before its time, so that the next one need not wait for its end."""
    await unit.run(delete(Lease).where(col(Lease.name) == name, col(Lease.owner) == owner))


async def lease_runs(unit: Unit, name: str) -> bool:
    """Whether somebody holds this lease now."""
    now: Any = func.now() if unit.postgres else datetime.now(UTC)
    return await unit.one(select(Lease.name).where(Lease.name == name, col(Lease.until) >= now)) is not None


async def forget_leases(unit: Unit) -> None:
    """Drop every lease: in a copy that was put back they are of processes that are gone."""
    await unit.run(delete(Lease))
