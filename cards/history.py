"""The card of one agency's history: each item's rounds, both levels side by side, and where it is read from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assurance.history import History, ItemHistory
from cards.asking import Question, ask_button, page_buttons
from cards.elements import Element, InputChoiceSet
from cards.literal import unlinked
from cards.parts import (
    Card,
    button,
    card,
    cell,
    fold,
    heading,
    paragraph,
    points,
    problem,
    strong,
    subtle,
    table,
    title,
)

HISTORY, SHOW = "history", "history.show"
SEAT = "history.seat"


def history_card(view: History) -> Card:
    """One page of an agency's history, the newest item first."""
    body: list[Element] = [title(f"History: {view.name}")]
    if not view.items:
        body.append(paragraph("Nothing has been asked of this agency yet, so there is no return."))
        return card(f"History of {view.name}.", body)
    if view.pages > 1:
        body.append(subtle(f"Page {view.page} of {view.pages}, the newest first"))
    for one in view.items:
        body += _item(one, view.group)
    if view.legend:
        body.append(subtle(f"{view.legend}.", spacing="medium"))
    question = Question(HISTORY, "seat", str(view.seat_id))
    buttons = page_buttons(view.partnership_id, question, view.page, view.pages)
    return card(f"History of {view.name}.", body, buttons, wide=True)


def _item(one: ItemHistory, group: str) -> list[Element]:
    found: list[Element] = [heading(one.title), subtle(one.stands)]
    for its in one.dimensions:
        if its.name:
            found.append(paragraph(strong(its.name), spacing="small"))
        rows = [
            [cell(each.when), cell(each.own.word, each.own.style), cell(each.assessed.word, each.assessed.style),
             cell(each.came)]
            for each in its.rounds
        ]  # fmt: skip
        found.append(table(["When", "Own", group, "Came"], rows, [4, 3, 3, 5]))
    if one.earlier:
        found.append(subtle("Earlier answers are in the evidence file: type export."))
    found += [subtle(line) for line in one.prompts]
    return [*found, *fold("Who answered, and when", [points(one.sources)], f"sources-{one.request_id}", framed=True)]


def choose_card(partnership_id: int, person_id: int, agencies: Sequence[tuple[int, str]], wrong: str = "") -> Card:
    """Whose history it is to be, where that was not said."""
    choices = [{"title": unlinked(name), "value": str(number)} for number, name in agencies]
    body: list[Element] = [title("Whose history?")]
    if wrong:
        body.append(problem(wrong))
    body.append(
        InputChoiceSet(
            id=SEAT, label="Which agency?", choices=choices, style="compact", placeholder="Choose one", wrap=True
        )
    )
    data = {"p": partnership_id, "to": person_id}
    return card("Whose history?", body, [button("Show the history", SHOW, data, primary=True)])


def read_choice(data: Mapping[str, Any]) -> int | None:
    """The agency that was chosen, by number; it is untrusted."""
    held = data.get(SEAT)
    return int(held) if isinstance(held, str) and held.isascii() and held.isdigit() and len(held) < 10 else None


def of_item_card(partnership_id: int, name: str, key: str) -> Card:
    """An item was named: its agencies stand in its status, and each of them has a history."""
    text = "History is kept for each agency: type history and its name. How the item stands now is in its status."
    ask = ask_button("Show how it stands", partnership_id, Question("status", "item", key))
    return card(text, [title(name), paragraph(text)], [ask])
