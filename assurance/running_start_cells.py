"""The cells of a workbook of earlier records: read one by one, and named by sheet and row where they are odd."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from assurance.dates import listing, read_day, too_far
from assurance.identifiable import describe, find
from assurance.sheets import Table

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "Meetings": ("date", "regular or extra"),
    "Items": ("reference", "title", "activity type", "issued on", "key messages", "context", "due"),
    "Levels": (
        "item reference", "agency", "dimension", "self level", "assessed level", "evidence", "answered on",
        "next date", "rationale",
    ),
}  # fmt: skip
NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "Meetings": ("date",),
    "Items": ("reference", "title", "issued on", "due"),
    "Levels": ("item reference", "agency", "dimension"),
}
LENGTHS: Final = {
    "reference": 60, "title": 200, "key messages": 4000, "context": 2000, "evidence": 4000, "rationale": 4000,
}  # fmt: skip
_BROKEN = ("#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!")
_YEARS = range(2000, 2101)


@dataclass
class SheetReader:
    """Reads one sheet's rows; takes note of what is wrong and of what may identify somebody."""

    sheet: str
    today: date
    mistakes: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    def rows(self, table: Table, formulas: Collection[tuple[int, int]]) -> list[tuple[int, dict[str, str]]]:
        """Each row with something in it, by its number, its cells by column; none where a column is missing."""
        header = [" ".join(cell.casefold().split()) for cell in (table[0] if table else [])]
        missing = [name for name in NEEDED[self.sheet] if name not in header]
        if not any(any(row) for row in table[1:]):
            return []
        if missing:
            self.mistakes.append(f"{self.sheet}: the first line lacks {listing(missing)}.")
            return []
        order = {name: header.index(name) for name in COLUMNS[self.sheet] if name in header}
        found = []
        for number, cells in enumerate(table[1:], start=2):
            row = {name: cells[at].strip() if at < len(cells) else "" for name, at in order.items()}
            odd = {name for name, at in order.items() if (number, at + 1) in formulas and not row[name]}
            odd |= {name for name, value in row.items() if value.startswith(_BROKEN)}
            for name in sorted(odd):
                row[name] = ""
                self.wrong(number, f"{name} holds a formula without a value; please put the value itself")
            if any(row.values()):
                found.append((number, row))
        return found

    def wrong(self, number: int, reason: str) -> None:
        """Note what is wrong with a row."""
        self.mistakes.append(f"{self.sheet}, row {number}: {reason}.")

    def words(self, number: int, row: Mapping[str, str], name: str, *, needed: bool = False) -> str:
        """A text cell, bounded, and asked about where it looks case-identifiable."""
        text = row.get(name, "")
        if needed and not text:
            self.wrong(number, f"the {name} is missing")
        if len(text) > LENGTHS[name]:
            self.wrong(number, f"the {name} is longer than {LENGTHS[name]:,} characters")
        for kind in dict.fromkeys(one.kind for one in find(text)):
            self.questions.append(f"{self.sheet}, row {number}, {name}: this looks like {describe(kind)}.")
        return text

    def day(self, number: int, row: Mapping[str, str], name: str, *, needed: bool = False) -> date | None:
        """A day's cell. Without a year it would be a guess, so that is not read."""
        text = row.get(name, "")
        dated = any(part.isdigit() and len(part) == 4 for part in _parts(text))
        found = read_day(text, self.today) if dated else None
        if text and (found is None or found.year not in _YEARS):
            self.wrong(number, f"I cannot read the day “{shortened(text)}” under {name}; write it like 26/11/2026")
            return None
        if found and (far := too_far(found, self.today)):
            self.wrong(number, far[:-1])
            return None
        if needed and not text:
            self.wrong(number, f"the day under {name} is missing")
        return found


def _parts(text: str) -> list[str]:
    return text.replace("/", " ").replace("-", " ").replace(".", " ").replace(",", " ").split()


def shortened(text: str) -> str:
    """A cell's text, cut where it is long."""
    return text if len(text) <= 60 else text[:57] + "…"
