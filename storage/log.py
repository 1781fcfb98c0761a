"""The log: append-only, numbered and hash-chained per partnership. It refers to words and never holds them."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel, col, select

from storage.base import count, json_value, key, moment, refers
from storage.unit import Unit

FIRST = "0" * 64
PAGE = 1000


class LogHead(SQLModel, table=True):
    """The number and hash of a partnership's newest log entry: the end of its chain.

    `from_number`, `from_hash`: those of the last entry that was removed when its time was over, from which the rest
    hangs (the beginning of everything, where nothing was).
    """

    __tablename__ = "log_head"
    partnership_id: int = Field(primary_key=True, foreign_key="partnership.id")
    number: int = 0
    hash: str = FIRST
    from_number: int = count()
    from_hash: str = Field(default=FIRST, sa_column_kwargs={"server_default": FIRST})


class LogEntry(SQLModel, table=True):
    """Who (a person's number, never a name) did what, when, to which record, from and to which version's hash."""

    __tablename__ = "log_entry"
    __table_args__ = (
        UniqueConstraint("partnership_id", "number"),
        Index("ix_log_entry_subject", "partnership_id", "subject"),
    )
    id: int = key()
    partnership_id: int = refers("partnership.id")
    number: int
    at: datetime = moment()
    person_id: int | None = None
    by: str
    what: str
    subject: str
    refs: Any = json_value()
    before: str | None = None
    after: str | None = None
    previous: str
    hash: str


def entry_hash(entry: LogEntry) -> str:
    """The hash that an entry must have, from all that it says and the hash before it."""
    said = [
        entry.partnership_id, entry.number, entry.at.isoformat(), entry.person_id, entry.by, entry.what,
        entry.subject, entry.refs, entry.before, entry.after, entry.previous,
    ]  # fmt: skip
    return sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def append_log(
    unit: Unit,
    partnership_id: int,
    *,
    at: datetime,
    person_id: int | None,
    what: str,
    subject: str,
    by: str = "person",
    refs: dict[str, Any] | None = None,
    before: str | None = None,
    after: str | None = None,
) -> LogEntry:
    """Add one entry to the end of the partnership's chain. Call it last: it locks the chain until the unit ends."""
    head = await unit.get(LogHead, partnership_id, lock=True)
    if head is None:
        head = await unit.save(LogHead(partnership_id=partnership_id))
    entry = LogEntry(
        partnership_id=partnership_id, number=head.number + 1, at=at, person_id=person_id, by=by, what=what,
        subject=subject, refs=refs, before=before, after=after, previous=head.hash, hash="",
    )  # fmt: skip
    entry.hash = entry_hash(entry)
    head.number, head.hash = entry.number, entry.hash
    unit.add(entry)
    return entry


async def log_entries(unit: Unit, partnership_id: int, *, after_number: int = 0) -> list[LogEntry]:
    """The chain from a number on, in order."""
    return await unit.all(
        select(LogEntry)
        .where(LogEntry.partnership_id == partnership_id, LogEntry.number > after_number)
        .order_by(col(LogEntry.number))
    )


async def is_logged(unit: Unit, partnership_id: int, what: str, *, after: str) -> bool:
    """Whether something was done before to bring about just this, by its hash."""
    found = select(LogEntry.number).where(
        LogEntry.partnership_id == partnership_id, LogEntry.what == what, LogEntry.after == after
    )
    return await unit.one(found.limit(1)) is not None


async def first_broken_entry(unit: Unit, partnership_id: int) -> int | None:
    """The number of the first entry that does not fit its chain, or None where the whole chain holds.

    Where entries were cut off its end, that is the number of the first that is missing. It is read page by page.
    """
    head = await unit.one(
        select(LogHead).where(LogHead.partnership_id == partnership_id).execution_options(populate_existing=True)
    )
    if head is None:
        return 1 if await unit.one(select(LogEntry.id).where(LogEntry.partnership_id == partnership_id)) else None
    number, previous = head.from_number, head.from_hash
    while page := await _page(unit, partnership_id, number, head.number):
        for entry in page:
            number += 1
            if entry.number != number or entry.previous != previous or entry.hash != entry_hash(entry):
                return number
            previous = entry.hash
    return None if (number, previous) == (head.number, head.hash) else number + 1


async def _page(unit: Unit, partnership_id: int, after: int, up_to: int) -> list[LogEntry]:
    return await unit.all(
        select(LogEntry)
        .where(LogEntry.partnership_id == partnership_id, LogEntry.number > after, LogEntry.number <= up_to)
        .order_by(col(LogEntry.number))
        .limit(PAGE)
    )
