"""The full table of a summary, which opens for members of the group alone."""

from __future__ import annotations

from assurance.standing import Mark
from assurance.summary_rows import RowsView
from cards.elements import Action, Element
from cards.parts import Card, button, card, cell, heading, paragraph, subtle, table, title
from cards.summary import PAGE, REPORT, ROWS, SHOW, open_button

SMALL_FROM = 3


def rows_card(view: RowsView) -> Card:
    """Each agency by each item, letters as well as colour. Only the person who opened it sees it."""
    body: list[Element] = [title(view.title), subtle("Each agency. Only you see this.")]
    if view.pages > 1:
        body.append(subtle(f"Page {view.page} of {view.pages}"))
    if not view.tables:
        body.append(subtle("There is nothing here that you can see."))
    for one in view.tables:
        if one.name:
            body.append(heading(one.name))
        many = len(one.columns) >= SMALL_FROM
        rows = [[cell(label), *(_cell(mark, small=many) for mark in marks)] for label, marks in one.rows]
        body.append(table(["Agency", *one.columns], rows, [3, *(2 for _ in one.columns)]))
    if view.items:
        body.append(paragraph("\n".join(f"{number}. {name}" for number, name in view.items)))
    if view.legend:
        body.append(subtle(" ".join(view.legend)))
    return card(f"{view.title}: each agency.", body, _actions(view), wide=True)


def _cell(mark: Mark, *, small: bool) -> dict[str, object]:
    made = cell(mark.word, mark.style)
    if small:
        made["items"][0]["size"] = "small"
    return made


def _actions(view: RowsView) -> list[Action]:
    data = {"p": view.partnership_id, REPORT: view.report_id}
    found: list[Action] = []
    for name, page in (("Earlier page", view.page - 1), ("Next page", view.page + 1)):
        if 1 <= page <= view.pages:
            found.append(button(name, ROWS, {**data, PAGE: page}, collect=False))
    if view.draft:
        return [*found, open_button("Back to the draft", view.partnership_id, view.report_id)]
    return [*found, button("Back to the summary", SHOW, data, collect=False)]
