"""The log: append-only, numbered and hash-chained per partnership. It refers to words and never holds them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Index, UniqueConstraint, func
from sqlmodel import Field, SQLModel, col, select

from storage.base import count, json_value, key, moment, refers
from storage.unit import Unit

FIRST = "0" * 64
PAGE = 1000
PURGED = "purged"
"""What the entry says that is written along with a removal. `log_to` in its references and `after` are the number
and hash of the last entry that was cut off then."""


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


@dataclass(frozen=True)
class ChainFault:
    """Where a chain first breaks, and what is wrong there, to be read after "entry 12 "."""

    number: int
    what: str


class ChainWalk:
    """Holds entries against their chain, one by one, from where it hangs to where it is noted to end: a pure rule.

    Where the oldest were cut off, a later entry must say so: otherwise somebody else did it.
    """

    def __init__(self, head: LogHead | None) -> None:
        self.fault: ChainFault | None = None
        self._from = (head.from_number, head.from_hash) if head else (0, FIRST)
        self._end = (head.number, head.hash) if head else (0, FIRST)
        self._last, self._explained = self._from, self._from[0] == 0

    def take(self, entry: LogEntry) -> None:
        """The next entry, in order of numbers."""
        number, previous = self._last
        if entry.number != number + 1:
            self._found(number + 1, "is missing")
        elif entry.hash != entry_hash(entry):
            self._found(entry.number, "was changed after it was written")
        elif entry.previous != previous:
            self._found(entry.number, "does not fit the one before it")
        if entry.what == PURGED and isinstance(entry.refs, dict):
            self._explained |= (entry.refs.get("log_to"), entry.after) == self._from
        self._last = (entry.number, entry.hash)

    def finish(self) -> ChainFault | None:
        """What is wrong first, once every entry up to the noted end was taken; None where the chain holds."""
        if self._last[0] < self._end[0]:
            self._found(self._last[0] + 1, "is missing, with all that followed")
        elif self._last != self._end:
            self._found(self._last[0], "is not the end that was noted")
        elif not self._explained:
            self._found(self._from[0], "and those before it were cut off, and no later entry says so")
        return self.fault

    def _found(self, number: int, what: str) -> None:
        self.fault = self.fault or ChainFault(number, what)


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


async def log_page(
    unit: Unit, partnership_id: int, *, after_number: int = 0, up_to: int = 2**31 - 1, most: int = PAGE
) -> list[LogEntry]:
    """The next entries of the chain, up to a number."""
    return await unit.all(
        select(LogEntry)
        .where(LogEntry.partnership_id == partnership_id, LogEntry.number > after_number, LogEntry.number <= up_to)
        .order_by(col(LogEntry.number))
        .limit(most)
    )


async def log_head(unit: Unit, partnership_id: int) -> LogHead | None:
    """The end of the partnership's chain, as it stands now."""
    query = select(LogHead).where(LogHead.partnership_id == partnership_id)
    return await unit.one(query.execution_options(populate_existing=True))


async def first_broken_entry(unit: Unit, partnership_id: int) -> int | None:
    """The number of the first entry that does not fit its chain, or None where the whole chain holds."""
    fault = await chain_fault(unit, partnership_id)
    return fault.number if fault else None


async def chain_fault(unit: Unit, partnership_id: int) -> ChainFault | None:
    """Where the chain first breaks and how: an entry that was changed, is missing, was cut off, or put behind the end.

    It is read page by page, so a long log does not fill the memory. What is cut off meanwhile is no fault.
    """
    while True:
        newest = await unit.one(select(func.max(LogEntry.number)).where(LogEntry.partnership_id == partnership_id))
        head = await log_head(unit, partnership_id)
        end, hangs_from = (head.number, head.from_number) if head else (0, 0)
        walk, last = ChainWalk(head), hangs_from
        while page := await log_page(unit, partnership_id, after_number=last, up_to=end):
            for entry in page:
                walk.take(entry)
            last = page[-1].number
        fault = walk.finish()
        now = await log_head(unit, partnership_id)
        if fault is None:
            return ChainFault(end + 1, "stands behind the end that was noted") if (newest or 0) > end else None
        if (now.from_number if now else 0) == hangs_from:
            return fault
