"""The card of one item: how each agency stands on it, and who was not reached and why."""

from __future__ import annotations

from assurance.item_status import ItemStatus, RequestStatus
from cards.asking import Question, ask_button
from cards.elements import Element, Execute
from cards.managing import MANAGE
from cards.parts import MOST_ACTIONS, Card, button, card, cell, heading, points, subtle, table, title
from cards.status import STATUS, item_words


def item_card(status: ItemStatus, *, overview: bool) -> Card:
    """One item, one table for each request about it. An officer has a button to change each request."""
    body: list[Element] = [title(status.title)]
    buttons: list[Execute] = []
    several = len(status.requests) > 1
    for one in status.requests:
        if several:
            body.append(heading(one.kind))
        body += _request(one)
        if one.manage:
            name = f"Manage: {one.kind}" if several else "Manage"
            data = {"p": status.partnership_id, "request": one.request_id}
            buttons.append(button(name, MANAGE, data, primary=not buttons, collect=False))
    if status.legend:
        body.append(subtle(" ".join(status.legend)))
    if not status.whole:
        body.append(subtle("You see what is open to you: your own answers, and others' once papers are released."))
    if overview:
        buttons.append(ask_button("Show everyone", status.partnership_id, Question(STATUS)))
    return card(f"How {status.title} stands.", body, buttons[-MOST_ACTIONS:], wide=True)


def _request(one: RequestStatus) -> list[Element]:
    body: list[Element] = [item_words(one.words, titled=False)]
    if one.not_reached:
        body.append(points((f"Not reached: {name}. {why}" for name, why in one.not_reached), spacing="small"))
    if one.impact:
        body.append(subtle(one.impact))
    if one.rows:
        header = ["Agency", *(one.dimensions or ("Answer",)), "Answered"]
        rows = [
            [cell(row.name), *(cell(mark.word, mark.style) for mark in row.marks), cell(row.answered)]
            for row in one.rows
        ]
        body.append(table(header, rows, [3, *(2 for _ in header[1:])]))
    return body
