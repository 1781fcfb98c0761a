"""Workbooks for the tests of the running start: filled in like the template, as the bytes of an .xlsx file."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook

from assurance.people_import import COLUMNS as MEMBERS
from assurance.running_start_cells import COLUMNS

Rows = Sequence[Sequence[Any]]
MEMBER_ROWS: Rows = (
    ("GWH", "Grace Bell", "gwh@example.org", "", "Named Professional", "", ""),
    ("Police", "Priya Nair", "priya.nair@example.org", "", "", "", ""),
)
MEETING_ROWS: Rows = ((date(2026, 9, 10), "regular"), (date(2027, 1, 28), "regular"), ("11/03/2027", "extra"))
ITEM_ROWS: Rows = (
    ("LR-1", "Self-neglect audit", "Audits", date(2026, 6, 15), "Ask who else visits.", "", date(2027, 1, 14)),
    ("LR-2", "Child E rapid review", "Rapid Reviews", "12 October 2026", "Share early.", "", date(2027, 1, 14)),
)
LEVEL_ROWS: Rows = (
    ("LR-1", "GWH", "dissemination", "High", "High", "All wards.", date(2026, 9, 1), "", "Every ward reached."),
    ("LR-1", "GWH", "impact", "Medium", "Low", "One audit.", date(2026, 10, 1), date(2027, 2, 1), "One ward only."),
    ("LR-1", "Police", "dissemination", "M", "", "Briefed.", "01/09/2026", "", ""),
    ("LR-2", "GWH", "dissemination", "", "", "", "", "", ""),
    ("LR-2", "CAMHS", "Assurance of Dissemination of Learning/Resources", "Not relevant", "accepted",
     "No work with under-fives.", date(2026, 10, 30), "", ""),
)  # fmt: skip


def workbook(
    *,
    members: Rows = MEMBER_ROWS,
    meetings: Rows = MEETING_ROWS,
    items: Rows = ITEM_ROWS,
    levels: Rows = LEVEL_ROWS,
    without: str = "",
) -> bytes:
    """A workbook with these rows below the line that names the columns; `without` leaves one sheet out."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheets: Mapping[str, tuple[Sequence[str], Rows]] = {
        "Members": (MEMBERS, members),
        "Meetings": (COLUMNS["Meetings"], meetings),
        "Items": (COLUMNS["Items"], items),
        "Levels": (COLUMNS["Levels"], levels),
    }
    for name, (columns, rows) in sheets.items():
        if name != without:
            sheet = book.create_sheet(name)
            for row in (columns, *rows):
                sheet.append(list(row))
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def altered(rows: Rows, at: int, column: int, value: Any) -> Rows:
    """The rows with one cell changed; both are counted from nought."""
    changed = [list(row) for row in rows]
    changed[at][column] = value
    return changed
