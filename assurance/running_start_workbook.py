"""The workbook of a running start: read as data, and offered as a template with a guide."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from assurance.pack import Pack
from assurance.packing import shown_form
from assurance.people_import import COLUMNS as MEMBER_COLUMNS
from assurance.refusals import Refusal
from assurance.running_start_cells import COLUMNS
from assurance.sheets import Table, read_workbook
from assurance.workbook_package import UNREADABLE

FILE_NAME = "running-start.xlsx"


@dataclass(frozen=True)
class Workbook:
    """The sheets of a workbook by name, the cells (row, column) that hold formulas, and the file's hash."""

    sheets: Mapping[str, Table]
    formulas: Mapping[str, frozenset[tuple[int, int]]]
    sha256: str


def open_workbook(content: bytes) -> Workbook:
    """Read a workbook. Raises Refusal for one that is damaged, too large, or would unpack to too much."""
    sheets = read_workbook(content)
    return Workbook(sheets, _formulas(content), sha256(content).hexdigest())


def _formulas(content: bytes) -> dict[str, frozenset[tuple[int, int]]]:
    """Where formulas stand; they are never worked out, and their last value counts, where the file holds one."""
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            try:
                return {
                    sheet.title: frozenset(
                        (cell.row, cell.column)
                        for line in sheet.iter_rows(max_row=2_002, max_col=30)
                        for cell in line
                        if cell.data_type == "f" and cell.row is not None and cell.column is not None
                    )
                    for sheet in book.worksheets[:20]
                }
            finally:
                book.close()
    except Exception as error:  # openpyxl raises almost anything on a damaged workbook
        raise Refusal(UNREADABLE) from error


def template(pack: Pack) -> bytes:
    """An empty workbook with a guide in the partnership's own words, as the bytes of an .xlsx file."""
    from openpyxl import Workbook as Book
    from openpyxl.styles import Alignment, Font

    book = Book()
    book.remove(book.worksheets[0])
    guide = book.create_sheet("Guide")
    for line in guide_lines(pack):
        guide.append([line])
    guide.column_dimensions["A"].width = 110
    for row in guide.iter_rows():
        row[0].alignment = Alignment(wrap_text=True, vertical="top")
    guide["A1"].font = Font(bold=True, size=14)
    for name, columns in {"Members": MEMBER_COLUMNS, **COLUMNS}.items():
        sheet = book.create_sheet(name)
        sheet.append(list(columns))
        sheet.freeze_panes = "A2"
        for cell in sheet[1]:
            cell.font = Font(bold=True)
            sheet.column_dimensions[cell.column_letter].width = 40 if cell.value in _WIDE else 20
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


_WIDE = frozenset({"title", "key messages", "context", "evidence", "rationale"})


def guide_lines(pack: Pack) -> list[str]:
    """What the guide says, a line to a row."""
    kind = next((one for one in pack.kinds if one.lifecycle == "loop"), None)
    dimensions = shown_form(pack, kind.form).dimensions if kind else ()
    own = list(dict.fromkeys(level.label for one in dimensions for level in one.levels))
    assessed = [one.label for one in pack.assurance.assessed_levels]
    return [
        f"Bringing earlier records into Learning Loop: {pack.title}",
        "Fill in the four sheets. Leave a sheet's rows empty where you have none. Nothing is stored before you "
        "have seen what it would bring in, and nobody is asked about anything before the start date you choose.",
        "Please leave out anything that could identify a child, an adult or a case.",
        "Days: write them like 26/11/2026, or format the cell as a date. Please put values, not formulas.",
        "Members: one row for each person and place. An agency puts them on its seat; a role gives them the role.",
        "Meetings: the day of each meeting, past or to come, and whether it is regular or extra.",
        "Items: each open item of learning, with a reference of your own, the day it was issued, and the day by "
        "which the next answers are due.",
        "Levels: a row for each agency that was asked, for each dimension. Leave the levels empty where it has "
        "not answered yet. The next date is the day on which you would ask it again; without one it is asked "
        "on the start date.",
        f"Agencies: {', '.join(one.short for one in pack.returning_seats())}.",
        f"Dimensions: {', '.join(one.key for one in dimensions)}.",
        f"Self levels: {', '.join(own)}.",
        f"Assessed levels: {', '.join(assessed)}. Write “accepted” where the group accepted “not relevant”.",
        f"After these nothing more is asked: {_endings(pack)}, accepted.",
        f"Activity types: {', '.join(one.label for one in pack.activity_types)}.",
    ]


def _endings(pack: Pack) -> str:
    keys = (*pack.assurance.closing_levels, *pack.assurance.ending_levels)
    return ", ".join(one.label for one in pack.assurance.assessed_levels if one.key in keys)
