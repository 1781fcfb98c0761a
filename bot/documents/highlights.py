"""A report to the board in Word, drawn from the same view as its card: real headings, header rows, tables described."""

from __future__ import annotations

from docx.document import Document as DocumentType

from assurance.highlight_sections import Grid, Section
from assurance.highlights import ReportView
from bot.documents import word
from bot.documents.word import (
    WIDTH,
    add_heading,
    add_paragraph,
    add_quiet,
    add_quote,
    add_table,
    add_title,
)

HEAD = ("Agency", "About", "What is reported")
ENDING = "Agencies are named here, practitioners never. Each agency was shown beforehand what is said of it."


def report_paper(view: ReportView) -> bytes:
    """The document: to whom, the chair's commentary, the figures, and each section."""
    document = word.blank(view.title, view.group)
    below = (f"{view.group}, {view.partnership}", f"To the {view.to}", view.when, *view.led, view.approved)
    add_title(document, view.title, *(one for one in below if one))
    if view.commentary:
        add_heading(document, f"From the {view.chair}")
        add_quote(document, view.commentary)
    add_heading(document, "In figures")
    for line in view.counted:
        add_paragraph(document, line)
    for grid in view.grids:
        _grid(document, grid)
    for one in view.sections:
        _section(document, one)
    add_quiet(
        document, "Agencies are named here, practitioners never. Each agency was shown beforehand what is said of it."
    )
    return word.written(document)


def _section(document: DocumentType, one: Section) -> None:
    add_heading(document, one.label)
    for line in one.lines:
        add_paragraph(document, line)
    if one.agencies:
        rows = [(line.agency, line.item or "The meeting", line.reported) for line in one.agencies]
        add_table(document, HEAD, rows, (3.6, 4.4, 9.0), about=f"{one.label}: each agency of which something is told")
    for grid in one.grids:
        _grid(document, grid)
    if one.note:
        add_quote(document, one.note)


def _grid(document: DocumentType, grid: Grid) -> None:
    first = 6.0 if len(grid.head) <= 3 else 5.0
    rest = (WIDTH - first) / max(1, len(grid.head) - 1)
    add_table(document, grid.head, grid.rows, (first, *(rest for _ in grid.head[1:])), about=grid.about)
