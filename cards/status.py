"""The status cards: the table of agencies and items, and, for a channel, counts without names."""

from __future__ import annotations

from typing import Any

from assurance.standing import Mark
from assurance.status import Board, BoardTable, Counts, ItemLines
from cards.asking import PRIVATE, Question, ask_button, page_buttons
from cards.elements import Element, Table
from cards.parts import Card, card, cell, heading, paragraph, strong, subtle, table, title

STATUS = "status"
NAME_WIDTH, ITEM_WIDTH = 3, 2
COMFORTABLE = 6
"""Columns beyond this have smaller letters, so that words such as Waiting stay whole."""
NOTHING = "Nothing is being asked at the moment."


def board_card(board: Board) -> Card:
    """Every agency by every open item, letters as well as colour, and the same in words below."""
    if not board.items:
        return card(NOTHING, [title("Where everyone stands"), paragraph(NOTHING)])
    summary = f"Where everyone stands on {len(board.items)} open {'item' if len(board.items) == 1 else 'items'}."
    body: list[Element] = [title("Where everyone stands")]
    if board.pages > 1:
        body.append(subtle(f"Page {board.page} of {board.pages}"))
    for one in board.tables:
        if one.name:
            body.append(heading(one.name))
        body.append(_table(one))
    if board.legend:
        body.append(subtle(" ".join(board.legend)))
    body.append(heading("In words"))
    body += [item_words(one, numbered=len(board.items) > 1) for one in board.items]
    if not board.whole:
        body.append(subtle("Only answers whose papers have been released are shown, and your own agency's."))
    body.append(subtle("Type status and the name of an agency or item to see more of it."))
    return card(summary, body, page_buttons(board.partnership_id, Question(STATUS), board.page, board.pages), wide=True)


def _table(one: BoardTable) -> Table:
    many = len(one.columns) > COMFORTABLE
    rows = [[cell(label), *(_cell(mark, small=many) for mark in marks)] for label, marks in one.rows]
    name_width = ITEM_WIDTH if many else NAME_WIDTH
    return table(["Agency", *one.columns], rows, [name_width, *(ITEM_WIDTH for _ in one.columns)])


def _cell(mark: Mark, *, small: bool) -> dict[str, Any]:
    made = cell(mark.word, mark.style)
    if small:
        made["items"][0]["size"] = "small"
    return made


def item_words(one: ItemLines, *, numbered: bool = True, titled: bool = True) -> Element:
    """One item in words: its title, when it is due, and how many have answered."""
    name = f"{one.number}. {one.title}" if numbered else one.title
    rest = [f"{one.due}."] if one.due else []
    text = "\n".join([*one.lines, *rest])
    return paragraph(strong(f"{name}\n"), text) if titled else paragraph(text)


def counts_card(counts: Counts) -> Card:
    """What a channel may see: how many have answered, without names, and an offer of the rest in private."""
    if not counts.lines:
        return card(NOTHING, [title("Where we stand"), paragraph(NOTHING)])
    body: list[Element] = [title("Where we stand")]
    body += [paragraph(strong(f"{name}\n"), text) for name, text in counts.lines]
    button = ask_button("Send me the details in private", counts.partnership_id, Question(STATUS), verb=PRIVATE)
    return card("How many agencies have answered.", body, [button])
