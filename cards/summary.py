"""The quarterly summary as everyone in the channel sees it: counts, bars, and the same as a table. Nobody is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assurance.summary_words import SpreadView, SummaryView
from cards.bars import bar
from cards.elements import Action, Column, ColumnSet, Element, Execute, TextBlock
from cards.literal import plain
from cards.parts import Card, button, card, cell, fold, heading, paragraph, points, quoted, subtle, table, title

ROWS, SHOW, OPEN = "summary.rows", "summary.show", "summary.open"
"""Opens the full table; shows the summary again; opens another summary, or a draft."""
REPORT, PAGE, QUARTER = "report", "page", "q"
LABEL_WIDTH = "96px"
MOST_PAGES = 1000


def summary_card(view: SummaryView, *, more: Sequence[Action] = ()) -> Card:
    """The summary with its one button: the full table, which opens for members only. `more` follow it."""
    return card(f"{view.title}. {view.opening}", [title(view.title), *summary_body(view)], [rows_button(view), *more])


def data_of(view: SummaryView) -> dict[str, Any]:
    """What every button of a summary carries."""
    return {"p": view.partnership_id, REPORT: view.report_id}


def rows_button(view: SummaryView) -> Execute:
    """The way to the full table, in the pack's own word for members."""
    return button(f"Full table, {view.member}s only", ROWS, data_of(view), collect=False)


def open_button(name: str, partnership_id: int, report_id: int, *, primary: bool = False) -> Execute:
    """A button that opens a summary in the place of the card."""
    return button(name, OPEN, {"p": partnership_id, REPORT: report_id}, primary=primary, collect=False)


def read_page(data: Mapping[str, Any]) -> int:
    """The page of the full table that a press asks for; untrusted."""
    page = data.get(PAGE, 1)
    return page if isinstance(page, int) and not isinstance(page, bool) and 1 <= page < MOST_PAGES else 1


def summary_body(view: SummaryView) -> list[Element]:
    """Everything below the title."""
    body: list[Element] = [subtle(view.when), paragraph(view.opening)]
    for one in view.spreads:
        body += _spread(one)
    if view.missing:
        body.append(paragraph(view.missing, spacing="medium"))
    body += [paragraph(one) for one in view.changes]
    if view.good_practice:
        body += [heading("Good practice shared"), points(view.good_practice)]
    if view.barriers:
        body += [heading("Common barriers" if len(view.barriers) > 1 else "Common barrier"), points(view.barriers)]
    if view.commentary:
        body += [heading("Comment"), quoted(view.commentary)]
    if view.spreads:
        body += fold("The same as a table", [_as_table(view.spreads)], f"table-{view.report_id}", spacing="medium")
    body.append(subtle(view.approved, spacing="medium"))
    return body


def _spread(one: SpreadView) -> list[Element]:
    body: list[Element] = [heading(one.name), subtle(one.basis, spacing="none")]
    body += [_bar_line(one, at) for at in range(len(one.bars))]
    if one.rest:
        body.append(subtle(one.rest))
    return body


def _bar_line(one: SpreadView, at: int) -> ColumnSet:
    level = one.bars[at]
    columns = [
        Column(width=LABEL_WIDTH, items=[TextBlock(text=plain(level.label), wrap=True)], **_MIDDLE),
        Column(width="auto", items=[bar(level.label, level.count, one.total, level.style)], **_MIDDLE),
        Column(width="stretch", items=[TextBlock(text=str(level.count), weight="bolder")], **_MIDDLE),
    ]
    return ColumnSet(columns=columns, spacing="small" if at == 0 else "none")


_MIDDLE: Mapping[str, Any] = {"vertical_content_alignment": "center"}


def _as_table(spreads: Sequence[SpreadView]) -> Element:
    """A row for each level, a column for each dimension; a level that a dimension does not have stays empty."""
    labels = list(dict.fromkeys(level.label for one in spreads for level in one.bars))
    counted = [{level.label: level for level in one.bars} for one in spreads]
    rows = []
    for label in labels:
        cells = [cell(label)]
        for column in counted:
            level = column.get(label)
            cells.append(cell(str(level.count), level.style if level.count else "default") if level else cell(""))
        rows.append(cells)
    return table(["Level", *(one.name for one in spreads)], rows, [2, *(3 for _ in spreads)])
