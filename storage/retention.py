"""Removals that were told to the officers, and who agreed to them; what a legal hold keeps."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import SQLModel, col, select

from storage.asks import Loop
from storage.base import json_value, key, moment, refers
from storage.learning import Learning
from storage.unit import Unit

TOLD, APPROVED, KEPT, DONE = "told", "approved", "kept", "done"


class LegalHold(SQLModel, table=True):
    """Nothing of one learning item (or, without one, of the whole partnership) is removed until it is ended."""

    __tablename__ = "legal_hold"
    __table_args__ = (Index("ix_legal_hold_partnership", "partnership_id", "ended_at"),)
    id: int = key()
    partnership_id: int = refers("partnership.id")
    learning_id: int | None = refers("learning.id", optional=True)
    reason_text_id: int = refers("text.id")
    by_person_id: int | None = refers("person.id", optional=True)
    at: datetime = moment()
    ended_at: datetime | None = moment(optional=True)
    ended_by: int | None = refers("person.id", optional=True)


class Purge(SQLModel, table=True):
    """What would go, from which day on. States: told, approved, kept (an officer kept everything), done.

    `before`: by class of data, the day before which a thing must have been settled. `counts`: how many there were when
    it was told; `removed`: how many went. Both stay when the things themselves are gone. `still_asked`: the requests of
    which something was still asked when it was told; they were not announced, so nothing of them goes with it.
    """

    __table_args__ = (Index("ix_purge_partnership", "partnership_id", "state"),)
    id: int = key()
    partnership_id: int = refers("partnership.id")
    state: str = TOLD
    before: Any = json_value()
    counts: Any = json_value()
    removed: Any = json_value()
    still_asked: Any = json_value()
    from_on: date
    told_at: datetime = moment()
    settled_by: int | None = refers("person.id", optional=True)
    settled_at: datetime | None = moment(optional=True)
    ended_at: datetime | None = moment(optional=True)


async def newest_purge(unit: Unit, partnership_id: int, *, lock: bool = False) -> Purge | None:
    """The last purge that was told, whatever became of it; locked against a second press where asked."""
    query = select(Purge).where(Purge.partnership_id == partnership_id).order_by(col(Purge.id).desc()).limit(1)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return await unit.one(query)


async def holds(unit: Unit, partnership_id: int) -> list[LegalHold]:
    """The holds that stand, the oldest first."""
    return await unit.all(
        select(LegalHold)
        .where(LegalHold.partnership_id == partnership_id, col(LegalHold.ended_at).is_(None))
        .order_by(col(LegalHold.id))
    )


async def hold_numbered(unit: Unit, partnership_id: int, hold_id: int) -> LegalHold | None:
    """One hold by number, locked until the unit ends."""
    return await unit.one(
        select(LegalHold)
        .where(LegalHold.partnership_id == partnership_id, LegalHold.id == hold_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def all_learning(unit: Unit, partnership_id: int) -> list[Learning]:
    """Every learning item, the newest first."""
    return await unit.all(
        select(Learning).where(Learning.partnership_id == partnership_id).order_by(col(Learning.id).desc())
    )


async def requests_still_asked(unit: Unit, partnership_id: int) -> list[int]:
    """The numbers in the database of the requests of which something is still asked of somebody."""
    return await unit.all(
        select(Loop.request_id)
        .where(Loop.partnership_id == partnership_id, col(Loop.open).is_(True))
        .distinct()
        .order_by(col(Loop.request_id))
    )
