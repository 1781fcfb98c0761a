"""Tables that people send: CSV text and XLSX workbooks, read as plain cells. Formulas are never worked out."""

from __future__ import annotations

import csv
import io
import warnings
from datetime import date, datetime
from itertools import islice
from typing import Any, Final

from assurance.form_rules import tidy
from assurance.refusals import Refusal
from assurance.workbook_package import MOST_BYTES, TOO_LARGE, UNREADABLE, check_package

MOST_ROWS: Final = 2_000
MOST_COLUMNS: Final = 30
LONGEST_CELL: Final = 10_000
_LAST_ROW: Final = 1_048_576
"""The number of a sheet's last row, in Excel and everywhere else."""
_XLSX: Final = b"PK\x03\x04"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
"""How a text begins that Excel has saved as "Unicode text"."""

Table = list[list[str]]


def read_file(content: bytes) -> Table:
    """The rows of a CSV file, or of a workbook's first sheet that has any. Raises Refusal with a sentence."""
    if content.startswith(_XLSX):
        return next((rows for rows in read_workbook(content).values() if rows), [])
    if len(content) > MOST_BYTES:
        raise Refusal(TOO_LARGE)
    for encoding in ("utf-16",) if content.startswith(_UTF16) else ("utf-8-sig", "cp1252"):
        try:
            return read_text(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise Refusal(UNREADABLE)


def read_text(text: str) -> Table:
    """The rows of CSV text; commas, semicolons or tabs may stand between the cells. Raises Refusal."""
    if "\x00" in text:
        raise Refusal(UNREADABLE)
    first = text.lstrip().partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        rows = list(islice(csv.reader(io.StringIO(text.strip()), delimiter=separator), MOST_ROWS + 2))
    except csv.Error as error:
        raise Refusal(UNREADABLE) from error
    return _checked([[_cell(value) for value in row[:MOST_COLUMNS]] for row in rows])


def read_workbook(content: bytes) -> dict[str, Table]:
    """Every sheet of an XLSX workbook by its name, read as data only. Raises Refusal for what is unsafe or broken."""
    check_package(content)
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            try:
                found = {sheet.title: _rows(sheet) for sheet in book.worksheets[:20]}
            finally:
                book.close()
    except Refusal:
        raise
    except Exception as error:  # openpyxl raises almost anything on a damaged workbook
        raise Refusal(UNREADABLE) from error
    return {name: _checked(rows) for name, rows in found.items()}


def _rows(sheet: Any) -> Table:
    """Rows with anything in them, and the blank ones between; what stands too far down is refused, not lost.

    A file says itself which number a row has, and how far its sheet goes: it is not believed in either.
    """
    found: Table = []
    sheet.reset_dimensions()
    for number, line in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)):
        if number > _LAST_ROW:
            raise Refusal(TOO_LARGE)
        cells = [_cell(value) for value in line] if any(line) or 0 in line else []
        while cells and not cells[-1]:
            cells.pop()
        if number <= MOST_ROWS:
            found.append(cells)
        elif cells:
            raise Refusal(TOO_LARGE)
    return found


def _checked(rows: Table) -> Table:
    while rows and not any(rows[-1]):
        rows.pop()
    if len(rows) > MOST_ROWS + 1:
        raise Refusal(TOO_LARGE)
    return rows


def _cell(value: object) -> str:
    """A cell as text; a day as 2026-11-26, a whole number without its decimals."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return tidy(str(value)[:LONGEST_CELL])


def as_text(table: Table) -> str:
    """The same table as CSV text, which `read_text` reads back."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(table)
    return text.getvalue()
