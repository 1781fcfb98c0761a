"""Tables that people send: CSV text and XLSX workbooks, read as plain cells. Formulas are never worked out."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from datetime import date, datetime
from itertools import islice
from typing import Any, Final

from assurance.form_rules import tidy
from assurance.refusals import Refusal

MOST_BYTES: Final = 2 * 1024 * 1024
MOST_ROWS: Final = 2_000
MOST_COLUMNS: Final = 30
LONGEST_CELL: Final = 10_000
_UNPACKED: Final = 40 * 1024 * 1024
_PARTS: Final = 500
_XLSX: Final = b"PK\x03\x04"

Table = list[list[str]]
UNREADABLE: Final = (
    "I could not read that file. Please save it as an Excel workbook (.xlsx) or as CSV, and send it again."
)
TOO_LARGE: Final = "That file is too large for me. Please keep it under 2 MB and 2,000 rows."


def read_file(content: bytes) -> Table:
    """The rows of a CSV file, or of a workbook's first sheet that has any. Raises Refusal with a sentence."""
    if content.startswith(_XLSX):
        return next((rows for rows in read_workbook(content).values() if rows), [])
    if len(content) > MOST_BYTES:
        raise Refusal(TOO_LARGE)
    for encoding in ("utf-8-sig", "cp1252"):
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
    _check_package(content)
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
    """Rows with anything in them, and the blank ones between; what stands too far down is refused, not lost."""
    found: Table = []
    for number, line in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)):
        cells = [_cell(value) for value in line]
        while cells and not cells[-1]:
            cells.pop()
        if number <= MOST_ROWS:
            found.append(cells)
        elif cells:
            raise Refusal(TOO_LARGE)
    return found


def _check_package(content: bytes) -> None:
    """Refuses a workbook that would unpack to more than it should; the sizes stated bound what is unpacked."""
    if len(content) > MOST_BYTES:
        raise Refusal(TOO_LARGE)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Refusal(UNREADABLE) from error
    if len(parts) > _PARTS or sum(part.file_size for part in parts) > _UNPACKED:
        raise Refusal(TOO_LARGE)


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
