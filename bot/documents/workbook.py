"""The whole record as an Excel workbook: a sheet for each kind of record, and a guide that explains them.

It is written row by row, so that a large record does not fill the memory. No text can run as a formula.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
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
from assurance.pack import Pack
from assurance.person_export import PersonExport

SHEET, GUIDE = "Sheet", (34, 100, 12)
"""The first heading of the guide's list, and how wide the guide's columns are, in characters."""
LINE, MOST_LINES = 15.0, 8
"""How high a line is, in points, and how many of a longer text are shown at once."""
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
_DECODED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""How a sign that XML cannot hold is written in a cell: text that looks so must not be taken for one."""
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def neutral(text: str) -> str:
    """A text that no spreadsheet runs: one that looks like a formula gets an apostrophe before it."""
    text = _UNPRINTABLE.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > LONGEST:
        text = text[:LONGEST] + CUT
    text = _DECODED.sub("_x005F_", text)
    return f"'{text}" if text.startswith("\t") or text.lstrip().startswith(RUNS) else text


class Look:
    """How the cells of a workbook look. Each look is made once: made for every cell, it takes as long as the rest."""

    def __init__(self, page: Any) -> None:
        shade, bold = PatternFill("solid", fgColor="FFE7EBF2"), Font(bold=True, name="Calibri", size=11)
        wrapped, top = Alignment(wrap_text=True, vertical="top"), Alignment(vertical="top")
        self._styles = {
            "text": self._style(page, alignment=wrapped),
            "number": self._style(page, alignment=top),
            "day": self._style(page, alignment=top, number_format="dd/mm/yyyy"),
            "moment": self._style(page, alignment=top, number_format="dd/mm/yyyy hh:mm:ss"),
            "strong": self._style(page, alignment=wrapped, font=bold),
            "head": self._style(page, alignment=wrapped, font=bold, fill=shade),
        }

    def _style(self, page: Any, **how: Any) -> Any:
        cell: Any = WriteOnlyCell(page)
        for name, value in how.items():
            setattr(cell, name, value)
        return cell._style

    def cell(self, page: Any, value: Cell, kind: str = "") -> Any:
        """A cell. Text stays text: it is never looked at for what else it could be."""
        if value is None or value == "":
            return None
        cell: Any = WriteOnlyCell(page)
        if isinstance(value, str):
            cell.value = value if kind == "head" else neutral(value)
            cell.data_type = "s"
            cell._style = self._styles[kind or "text"]
            return cell
        cell.value = value
        found = "moment" if isinstance(value, datetime) else "day" if isinstance(value, date) else "number"
        cell._style = self._styles[found]
        return cell


async def write_record(path: Path, export: RecordExport) -> None:
    """Write a partnership's record to a file. Nothing of it stands there before it is whole."""

    async def lines() -> list[list[Cell]]:
        return guide_lines(export, await export.seal())

    await _write(path, f"The record of {export.partnership.title}", export.pack, export.sheets, lines)


async def write_person(path: Path, export: PersonExport) -> None:
    """Write what is held about one person to a file (UK GDPR article 15)."""

    async def lines() -> list[list[Cell]]:
        return person_lines(export)

    await _write(path, f"What is held about {export.name}", export.pack, export.sheets, lines)


async def _write(
    path: Path, name: str, pack: Pack, sheets: Sequence[Sheet], lines: Callable[[], Awaitable[list[list[Cell]]]]
) -> None:
    """A workbook of these sheets, with a guide before them, which is asked for once they are written."""
    book = Workbook(write_only=True)
    book.properties.title = name
    book.properties.creator, book.properties.language = pack.terms.partnership, "en-GB"
    guide: Any = book.create_sheet("Guide")
    _widths(guide, GUIDE)
    _for_paper(guide)
    look = Look(guide)
    for sheet in sheets:
        await _write_sheet(book, sheet, look)
    for at, line in enumerate(await lines(), 1):
        _tall(guide, at, line, GUIDE)
        kinds = ["head"] * 3 if line[:1] == [SHEET] else ["strong", "", ""]
        guide.append([look.cell(guide, value, kind) for value, kind in zip(line, kinds, strict=False)])
    await asyncio.to_thread(_save, book, path)


def _widths(page: Any, widths: Sequence[float]) -> None:
    for at, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(at)].width = width


def _tall(page: Any, at: int, row: Sequence[Cell], widths: Sequence[float]) -> None:
    """Make room for lines that wrap, up to a few: not every program does so by itself."""
    most = 1
    for value, width in zip(row, widths, strict=False):
        if isinstance(value, str) and (len(value) > width or "\n" in value):
            most = max(most, sum(1 + int(len(part) // width) for part in value.split("\n")))
    if most > 1:
        page.row_dimensions[at].height = LINE * min(most, MOST_LINES)


async def _write_sheet(book: Workbook, sheet: Sheet, look: Look) -> None:
    page: Any = book.create_sheet(sheet.named.title)
    if sheet.personal:
        page.sheet_properties.tabColor = "C00000"
    last = get_column_letter(len(sheet.columns.headings))
    _widths(page, sheet.columns.widths)
    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"
    _for_paper(page)
    _tall(page, 1, sheet.columns.headings, sheet.columns.widths)
    page.append([look.cell(page, one, "head") for one in sheet.columns.headings])
    first = 2
    async for rows in sheet.read():
        await asyncio.to_thread(_append, page, look, rows, first, sheet.columns.widths)
        first += len(rows)
    page.auto_filter.ref = f"A1:{last}{sheet.rows + 1}"


def _for_paper(page: Any) -> None:
    """On its side and as wide as the paper, for whoever prints a sheet."""
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", A4
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_setup.fitToHeight = 0


def _append(page: Any, look: Look, rows: Sequence[Sequence[Cell]], first: int, widths: Sequence[float]) -> None:
    for at, row in enumerate(rows, first):
        _tall(page, at, row, widths)
        page.append([look.cell(page, value) for value in row])
        page.row_dimensions.pop(at, None)  # written by now; kept, they would add up


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
        [SHEET, "A row is", "Rows"],
    ]  # fmt: skip
    lines += [[one.named.title, one.named.about, one.rows] for one in export.sheets]
    return lines


def person_lines(export: PersonExport) -> list[list[Cell]]:
    """What the guide to one person's data says."""
    lines: list[list[Cell]] = [
        [f"What is held about {export.name}"],
        [],
        ["Made", moment_words(export.now, export.pack.timezone)],
        ["By", f"{export.pack.title}, in Learning Loop"],
        ["Not here", "What other people wrote, who may name them in their own words; what was answered without a "
         "name; cards and files that Teams itself keeps."],
        ["Answers", "What somebody wrote as an agency's answer is the agency's record as well."],
        ["Formulas", "A text that begins with = + - or @, or with a tab, has an apostrophe put before it, so that "
         "no spreadsheet runs it."],
        [],
        [SHEET, "A row is", "Rows"],
    ]  # fmt: skip
    return lines + [[one.named.title, one.named.about, one.rows] for one in export.sheets]


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
