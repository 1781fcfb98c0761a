"""The whole record of one partnership, sheet by sheet (exit without asking us).

It is read page by page, each page in a short transaction of its own, so that no answer waits behind it and a
large record does not fill the memory. The log is read up to where its chain ended when the export began.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import orjson

from assurance.actors import Actor
from assurance.export_lookups import Lookups, look_up
from assurance.export_rows import Cell, Columns, columns_for
from assurance.export_sheets import LEFT_OUT, PERSONAL, SHEETS, Named
from assurance.pack import Pack
from assurance.packing import pack_of
from assurance.permissions import require
from storage.log import FIRST, ChainWalk, LogEntry, LogHead, log_head, log_page
from storage.partnerships import Partnership, partnership
from storage.records import every_record, number_of, page_of
from storage.unit import OpenUnit

PAGE = 500
LOG = "log_entry"
LOG_COLUMNS = (
    "No.", "At (UTC)", "At, exactly", "Person no.", "By", "What", "Subject", "References", "Before", "After",
    "Previous hash", "Hash",
)  # fmt: skip


@dataclass
class Sheet:
    """One sheet: its columns with their widths in characters, and its rows as they come. `rows` is how many came."""

    named: Named
    columns: Columns
    pages: AsyncIterator[list[list[Cell]]]
    personal: bool = False
    rows: int = 0

    async def read(self) -> AsyncIterator[list[list[Cell]]]:
        """The rows, a page at a time."""
        async for page in self.pages:
            self.rows += len(page)
            yield page


@dataclass(frozen=True)
class Seal:
    """Where the log's chain ended when the export began, where it broke if it did, and where it stood afterwards.

    `cut_to` and `cut_hash`: the last entry that was removed before, its time being over; 0 where none was.
    """

    number: int
    hash: str
    broken_at: int | None
    after: int
    cut_to: int = 0
    cut_hash: str = FIRST


@dataclass
class RecordExport:
    """A partnership's record on its way out. Read every sheet first; `seal` is told afterwards."""

    partnership: Partnership
    pack: Pack
    now: datetime
    open_unit: OpenUnit
    head: LogHead
    sheets: list[Sheet] = field(default_factory=list)
    broken_at: int | None = None

    async def seal(self) -> Seal:
        """The end of the chain, and whether anything was done meanwhile."""
        async with self.open_unit() as unit:
            now = await log_head(unit, self.partnership.id)
        head = self.head
        after = now.number if now else 0
        return Seal(head.number, head.hash, self.broken_at, after, head.from_number, head.from_hash)


async def export_record(open_unit: OpenUnit, actor: Actor | None, partnership_id: int, now: datetime) -> RecordExport:
    """The whole record, ready to be read. Without an actor it is the command line's. Raises NotAllowed."""
    if actor is not None:
        require(actor, "export_record")
    async with open_unit() as unit:
        its = await partnership(unit, partnership_id)
        assert its is not None
        pack = await pack_of(unit, its)
        head = await log_head(unit, its.id) or LogHead(partnership_id=its.id)
        found = RecordExport(its, pack, now, open_unit, head)
    look = await look_up(open_unit, its, pack)
    records = every_record()
    for name, named in sheets_for(records):
        if name == LOG:
            widths = (8, 18, 34, 10, 12, 22, 18, 40, 20, 20, 20, 20)
            columns = Columns(LOG_COLUMNS, widths)
            found.sheets.append(Sheet(named, columns, _log(found, look)))
        else:
            columns = columns_for(name, records[name], pack)
            found.sheets.append(Sheet(named, columns, _pages(found, records[name], columns, look), name in PERSONAL))
    return found


def sheets_for(records: Iterable[str]) -> list[tuple[str, Named]]:
    """Which kinds of record are exported, in which order and under which name: all but those left out by name."""
    there = [one for one in records if one not in LEFT_OUT]
    named = [(one, SHEETS[one]) for one in SHEETS if one in there]
    return named + [(one, Named(one.replace("_", " ").capitalize()[:31], "")) for one in there if one not in SHEETS]


async def _pages(export: RecordExport, record: Any, columns: Columns, look: Lookups) -> AsyncIterator[list[list[Cell]]]:
    last = 0
    while True:
        async with export.open_unit() as unit:
            rows: Sequence[Any] = await page_of(unit, export.partnership.id, record, after_number=last, most=PAGE)
            texts = await columns.texts(unit, export.partnership.id, rows)
        if not rows:
            return
        last = number_of(rows[-1])
        yield [line for row in rows for line in columns.lines(row, look, texts)]


async def _log(export: RecordExport, look: Lookups) -> AsyncIterator[list[list[Cell]]]:
    """The chain, held against its hashes on the way."""
    head, walk = export.head, ChainWalk(export.head)
    last = head.from_number
    while True:
        async with export.open_unit() as unit:
            rows = await log_page(unit, export.partnership.id, after_number=last, up_to=head.number, most=PAGE)
        if not rows:
            break
        for entry in rows:
            walk.take(entry)
        last = rows[-1].number
        yield [_entry(one, look) for one in rows]
    fault = walk.finish()
    export.broken_at = fault.number if fault else None


def _entry(one: LogEntry, look: Lookups) -> list[Cell]:
    person = None if look.is_anonymous(one.subject) else one.person_id
    return [
        one.number, naive(one.at), one.at.isoformat(), person, one.by, one.what, one.subject,
        orjson.dumps(one.refs, option=orjson.OPT_SORT_KEYS).decode() if one.refs is not None else None,
        one.before, one.after, one.previous, one.hash,
    ]  # fmt: skip


def naive(value: date | datetime) -> date | datetime:
    """An instant as Excel holds one, in UTC; a day as it is."""
    return value.astimezone(UTC).replace(tzinfo=None, microsecond=0) if isinstance(value, datetime) else value
