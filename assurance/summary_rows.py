"""The full table of a summary: each agency by each item, for members of the group only (B15, scenario 9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from assurance.actors import Actor
from assurance.figures import RETURNED, TO_COME, Row
from assurance.pack import Pack
from assurance.permissions import may, require
from assurance.refusals import NotFound
from assurance.seeing import may_read
from assurance.standing import DimensionNow, Mark, mark
from assurance.status import BoardTable, SeatNames, legend_of, seat_names
from assurance.summaries import GONE, Summary, summary_of
from assurance.summary_words import dimension_label, title_of
from storage.partnerships import Partnership
from storage.reports import kinds_of, titles_of
from storage.unit import Unit

MOST_ITEMS = 6
"""Items on one page of the table."""
SHORT_TITLES_TO = 2
MISSING_WORDS = {
    "no_response": "No resp.",
    "late": "Late",
    "not_reached": "Not reached",
    "vacant": "Vacant",
    "extended": "Extended",
    "to_come": "Waiting",
}
AGREED = "Not rel., agreed"
BLANK = Mark("")


@dataclass(frozen=True)
class RowsView:
    """One page of the table; `items` are the numbered titles of its columns. `draft`: it is not approved yet."""

    partnership_id: int
    report_id: int
    title: str
    tables: tuple[BoardTable, ...]
    items: tuple[tuple[int, str], ...]
    legend: tuple[str, ...]
    page: int
    pages: int
    draft: bool


async def rows_view(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, report_id: int, now: datetime, page: int = 1
) -> RowsView:
    """The table, for whoever may see it. Raises NotAllowed; NotFound for a draft that is not theirs to see."""
    require(actor, "see_agency_rows")
    summary = await summary_of(unit, partnership, pack, report_id, now)
    if not summary.approved and not may(actor, "edit_summary"):
        raise NotFound(GONE)
    numbers = {row.request_id for row in summary.figures.rows}
    kinds = await kinds_of(unit, partnership.id, numbers)
    known = {one.key: one for one in pack.kinds}
    rows = [
        row for row in summary.figures.rows
        if (kind := known.get(kinds.get(row.request_id, ""))) is not None
        and may_read(kind, actor, own=row.seat_id in actor.seats, released=summary.approved)
    ]  # fmt: skip
    titles = await titles_of(unit, partnership.id, numbers)
    known_seats = await seat_names(unit, partnership, pack, on=summary.period.last)
    return draw_rows(pack, partnership.id, summary, rows, titles, known_seats, page)


def draw_rows(
    pack: Pack,
    partnership_id: int,
    summary: Summary,
    rows: Sequence[Row],
    titles: Mapping[int, str],
    known: Sequence[SeatNames],
    page: int,
) -> RowsView:
    """One page of the table from what was read: no I/O. Agencies stand in the pack's order, never by how they do."""
    items = [number for number in titles if any(row.request_id == number for row in rows)]
    pages = max(1, -(-len(items) // MOST_ITEMS))
    page = min(max(page, 1), pages)
    start = (page - 1) * MOST_ITEMS
    shown = items[start : start + MOST_ITEMS]
    here = [row for row in rows if row.request_id in shown]
    asked = {key for row in here for key in row.asked}
    keys = [one.key for one in pack.assurance.dimensions if one.key in asked] or [""]
    names = {one: titles[one] if len(items) <= SHORT_TITLES_TO else str(items.index(one) + 1) for one in shown}
    tables = tuple(_table(pack, key, names, here, known) for key in keys)
    meaning = legend_of(pack, [cell for table in tables for _, cells in table.rows for cell in cells])
    return RowsView(
        partnership_id, summary.row.id, title_of(pack, summary.period), tables,
        tuple((items.index(one) + 1, titles[one]) for one in shown) if len(items) > SHORT_TITLES_TO else (),
        (*meaning, *_agreed(pack, tables)), page, pages, draft=not summary.approved,
    )  # fmt: skip


def _agreed(pack: Pack, tables: Sequence[BoardTable]) -> tuple[str, ...]:
    there = any(cell.word == AGREED for table in tables for _, cells in table.rows for cell in cells)
    return (f"{AGREED}: not relevant to the agency, as the {pack.terms.group_short} accepted.",) if there else ()


def _table(
    pack: Pack, key: str, names: Mapping[int, str], rows: Sequence[Row], known: Sequence[SeatNames]
) -> BoardTable:
    """One dimension: a row for each agency that was asked about it, a cell for each item with which it was asked."""
    asked = [row for row in rows if not key or key in row.asked]
    cells = {(row.seat_id, row.request_id): _cell(pack, row, key) for row in asked}
    items = [number for number in names if any(number == item for _, item in cells)]
    lines = tuple(
        (seat.label, tuple(cells.get((seat.seat_id, number), BLANK) for number in items))
        for seat in known if any((seat.seat_id, number) in cells for number in items)
    )  # fmt: skip
    return BoardTable(dimension_label(pack, key) if key else "", tuple(names[number] for number in items), lines)


def _cell(pack: Pack, row: Row, key: str) -> Mark:
    """A letter for the agency's own level, with the group's behind an arrow; a word where nothing came."""
    if row.how != RETURNED:
        return Mark(MISSING_WORDS[row.how], "attention" if row.how in ("no_response", "late") else "default")
    if not key:
        return mark(pack, "answered", None)
    rated = next((one for one in row.rated if one.dimension == key), None)
    if rated is None:
        return Mark(MISSING_WORDS[TO_COME])
    if rated.agreed:
        return Mark(AGREED)
    return mark(pack, "answered", DimensionNow(key, self_level=rated.own, assessed_level=rated.assessed))
