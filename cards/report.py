"""A report to the board: the channel's card without any agency, the whole of it for members, and the list of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assurance.highlight_draft import ApprovedReport, ReportList
from assurance.highlight_sections import LEVEL, Grid, Section
from assurance.highlights import ReportView
from cards.elements import Action, Element, Execute
from cards.parts import Card, button, card, cell, heading, paragraph, points, quoted, subtle, table, title

OPEN, FULL, WORD, START = "report.open", "report.full", "report.word", "report.start"
"""Opens a report or a draft; shows members the whole of it; gives the Word document; drafts one that was asked for."""
REPORT, KIND = "report", "kind"
MOST_TOLD = 20
"""Sentences of one section on a card; the document has them all."""
MOST_LISTED = 5
FEW = 3
"""Columns of a table that leave room for the dimensions' names."""


def data_of(view: ReportView) -> dict[str, Any]:
    """What every button of a report carries."""
    return {"p": view.partnership_id, REPORT: view.report_id}


def open_button(name: str, partnership_id: int, report_id: int, *, primary: bool = False) -> Execute:
    """A button that opens a report or its draft in the place of the card."""
    return button(name, OPEN, {"p": partnership_id, REPORT: report_id}, primary=primary, collect=False)


def word_button(view: ReportView, *, primary: bool = False) -> Execute:
    """The way to the document."""
    return button("Word document", WORD, data_of(view), primary=primary, collect=False)


def report_card(view: ReportView) -> Card:
    """What everybody in the channel sees: counts and headings, and no agency."""
    body: list[Element] = [title(view.title), subtle(f"For the {view.to}. {view.approved}".strip())]
    body += [paragraph(one) for one in view.counted]
    body += [_grid(one) for one in view.grids]
    counted = [f"{one.label}: {one.count}" for one in view.sections if one.count is not None]
    if counted:
        body += [heading("What it tells of"), points(counted)]
    if view.commentary:
        body += [heading(f"From the {view.chair}"), quoted(view.commentary)]
    full = button(f"Read it, {view.member}s only", FULL, data_of(view), collect=False)
    return card(f"{view.title}. {view.approved}", body, [full])


def full_card(view: ReportView, *, document: bool) -> Card:
    """The whole report for somebody who may read it. Only they see it. `document`: they may take it in Word."""
    body: list[Element] = [title(view.title), subtle(f"{view.approved} Only you see this.".strip())]
    body += report_body(view)
    return card(f"{view.title}.", body, [word_button(view)] if document else [], wide=True)


def report_body(view: ReportView) -> list[Element]:
    """Everything below the title, in the order of the document."""
    body: list[Element] = [subtle(f"To the {view.to}."), subtle(view.when, spacing="none")]
    body += [subtle(one, spacing="none") for one in view.led]
    if view.commentary:
        body += [heading(f"From the {view.chair}"), quoted(view.commentary)]
    body.append(heading("In figures"))
    body += [paragraph(one) for one in view.counted]
    body += [_grid(one) for one in view.grids]
    for one in view.sections:
        body += _section(one)
    return body


def _section(one: Section) -> list[Element]:
    body: list[Element] = [heading(one.label)]
    body += [paragraph(line) for line in one.lines]
    if one.agencies:
        body.append(points(line.sentence for line in one.agencies[:MOST_TOLD]))
        if len(one.agencies) > MOST_TOLD:
            body.append(subtle(f"And {len(one.agencies) - MOST_TOLD} more: the Word document has them all."))
    body += [_grid(grid) for grid in one.grids]
    if one.note:
        body.append(quoted(one.note))
    return body


def _grid(grid: Grid) -> Element:
    rows = [[cell(value) for value in row] for row in grid.rows]
    first, other = (2, 3) if grid.head[0] == LEVEL and len(grid.head) <= FEW else (3, 2)
    return table(list(grid.head), rows, [first, *(other for _ in grid.head[1:])])


def approved_card(view: ApprovedReport, note: str = "") -> Card:
    """What the chair and the officers see once it is approved: by whom, where the document is, and the whole."""
    name = f"Approved: {view.view.title}"
    body: list[Element] = [title(name), paragraph(view.line)]
    if note:
        body.append(paragraph(note))
    body.append(subtle(f"The document is for you to send to the {view.view.to}."))
    see = button("Read it", FULL, data_of(view.view), collect=False)
    return card(f"{name}.", body, [word_button(view.view, primary=True), see])


def list_card(view: ReportList) -> Card:
    """Every report that somebody can open, what waits first, and those that come only when asked for."""
    found = view.found[:MOST_LISTED]
    body: list[Element] = [title("Reports")]
    actions: list[Action] = []
    if not found:
        body.append(paragraph(f"There is no {view.term} yet. One is drafted when a meeting has been closed."))
    for one in found:
        name = f"Draft: {one.name}" if one.draft else one.name
        actions.append(open_button(name, view.partnership_id, one.report_id, primary=one.draft and not actions))
    starts: Sequence[Action] = [
        button(f"Start: {name}", START, {"p": view.partnership_id, KIND: key}, collect=False)
        for key, name in view.offers
    ]
    actions += starts[: max(0, 6 - len(actions))]
    return card("Reports.", body, actions)
