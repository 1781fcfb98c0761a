"""Leases: what only one replica may do at a time. They are reckoned by the database's own clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

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
