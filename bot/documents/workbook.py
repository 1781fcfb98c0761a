"""The whole record as an Excel workbook: a sheet for each kind of record, and a guide that explains them.

It is written row by row, so that a large record does not fill the memory. No text can run as a formula.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from assurance.dates import day_words, moment_words
from assurance.export_rows import Cell
from assurance.exports_record import RecordExport, Seal, Sheet

A4 = 9
"""How a workbook calls the size of the paper."""
LONGEST = 32_700
"""Characters that a cell holds; Excel itself stops at 32,767."""
CUT = " \u2026 (cut: longer than a cell)"
RUNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a text must not begin with, full-width signs as well: a spreadsheet may take it for a formula."""
HOW_TO_CHECK = (
    "The hash of an entry is the SHA-256 of a JSON list without spaces: the partnership's number ({number}), then "
    "the entry's number, time (At, exactly), person, by, what, subject, references, before, after and previous hash, "
    "with the keys of references in order. An empty cell is null."
)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_HEAD, _TOP = Font(bold=True, name="Arial"), Alignment(wrap_text=True, vertical="top")
_SHADE = PatternFill("solid", fgColor="FFE7EBF2")


def neutral(text: str) -> str:
    """A text that no spreadsheet runs: one that looks like a formula gets an apostrophe before it."""
    text = _UNPRINTABLE.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > LONGEST:
        text = text[:LONGEST] + CUT
    return f"'{text}" if text.startswith("\t") or text.lstrip().startswith(RUNS) else text


async def write_record(path: Path, export: RecordExport) -> None:
    """Write a partnership's record to a file. Nothing of it stands there before it is whole."""
    book = Workbook(write_only=True)
    book.properties.title = f"The record of {export.partnership.title}"
    book.properties.creator, book.properties.language = export.pack.terms.partnership, "en-GB"
    guide = book.create_sheet("Guide")
    guide.column_dimensions["A"].width, guide.column_dimensions["B"].width = 32, 90
    guide.column_dimensions["C"].width = 12
    _for_paper(guide)
    for sheet in export.sheets:
        await _write_sheet(book, sheet)
    for line in guide_lines(export, await export.seal()):
        guide.append([_cell(guide, value, strong=at == 0) for at, value in enumerate(line)])
    await asyncio.to_thread(_save, book, path)


async def _write_sheet(book: Workbook, sheet: Sheet) -> None:
    page: Any = book.create_sheet(sheet.named.title)
    if sheet.personal:
        page.sheet_properties.tabColor = "C00000"
    last = get_column_letter(len(sheet.columns.headings))
    for at, width in enumerate(sheet.columns.widths, 1):
        page.column_dimensions[get_column_letter(at)].width = width
    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"
    _for_paper(page)
    page.append([_cell(page, one, head=True) for one in sheet.columns.headings])
    async for rows in sheet.read():
        await asyncio.to_thread(_append, page, rows)
    page.auto_filter.ref = f"A1:{last}{sheet.rows + 1}"


def _for_paper(page: Any) -> None:
    """On its side and as wide as the paper, for whoever prints a sheet."""
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", A4
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_setup.fitToHeight = 0


def _append(page: Any, rows: Sequence[Sequence[Cell]]) -> None:
    for row in rows:
        page.append([_cell(page, value) for value in row])


def _cell(page: Any, value: Cell, *, head: bool = False, strong: bool = False) -> Any:
    """A cell. Text stays text: it is never looked at for what else it could be."""
    if value == "":
        return None
    if isinstance(value, str):
        cell = WriteOnlyCell(page, value=neutral(value) if not head else value)
        cell.data_type = "s"
        if head or strong:
            cell.font = _HEAD
        if head:
            cell.fill = _SHADE
        if head or len(value) > 40 or "\n" in value:
            cell.alignment = _TOP
        return cell
    if isinstance(value, date):
        cell = WriteOnlyCell(page)
        cell.value = value
        cell.number_format = "dd/mm/yyyy hh:mm:ss" if isinstance(value, datetime) else "dd/mm/yyyy"
        return cell
    return value


def _save(book: Workbook, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        book.save(unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def guide_lines(export: RecordExport, seal: Seal) -> list[list[Cell]]:
    """What the guide says: what this is, how to read it, the log's seal, and what is on each sheet."""
    its, pack = export.partnership, export.pack
    lines: list[list[Cell]] = [
        [f"The record of {its.title}"],
        [],
        ["Made", moment_words(export.now, pack.timezone)],
        ["Pack", f"{pack.title}, {pack.version} ({day_words(pack.source_date)}), SHA-256 {its.pack_sha256}"],
        ["Seal", f"The log ends with entry {seal.number}, whose hash is {seal.hash}"],
        ["", _chain(seal)],
        ["How to check it", HOW_TO_CHECK.format(number=its.id)],
        ["How to read it", "Every sheet has a row of headings and a filter. A number in a column that ends in “no.” is "
         "the No. on the sheet that the column is named after. Days are dates; times are in UTC."],
        ["People", "Names and addresses stand on the sheet “People (personal data)” alone. Everywhere else a person "
         "is a number. Take that sheet out before you pass the file on. People's own words may still name somebody."],
        ["Formulas", "A text that begins with = + - or @, or with a tab, has an apostrophe put before it, so that "
         "no spreadsheet runs it."],
        ["Not here", "Work in progress that nobody has sent, where Teams delivers to, and the cards themselves."],
        [],
        ["Sheet", "A row is", "Rows"],
    ]  # fmt: skip
    lines += [[one.named.title, one.named.about, one.rows] for one in export.sheets]
    return lines


def _chain(seal: Seal) -> str:
    if seal.broken_at is not None:
        return f"The chain does not hold: it breaks at entry {seal.broken_at}. Please ask whoever runs the service."
    said = "Every entry fits the one before it."
    if seal.after > seal.number:
        said += (
            f" While this was being written, entries {seal.number + 1} to {seal.after} were added to the log; they are "
            "not on its sheet, and what they changed may show in part."
        )
    return said
