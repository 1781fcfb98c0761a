"""The card of a person's own returns: what is owed, what was answered, each with a button that opens it."""

from __future__ import annotations

from collections.abc import Sequence

from assurance.dates import count_words
from assurance.my_returns import OwnReturn, OwnReturns
from cards.elements import ActionSet, Element
from cards.parts import Card, button, card, heading, paragraph, strong, subtle, title

OPEN = "returns.open"
MOST_SHOWN = 25


def returns_card(view: OwnReturns) -> Card:
    """What a person's agencies owe and have answered. One button for each request, however many seats it is for."""
    if not view.owed and not view.answered:
        text = "Nothing is being asked of you at the moment."
        if not view.on_a_seat:
            text += " You do not answer for any agency yet."
            text += " Type status to see how everyone stands, or help for the rest."
        return card(text, [title("Your returns"), paragraph(text)])
    owed = len({one.request_id for one in view.owed})
    summary = "All your answers are in. Thank you."
    if owed:
        summary = (
            f"{count_words(owed).capitalize()} {'answer is' if owed == 1 else 'answers are'} still to come from you."
        )
    body: list[Element] = [title("Your returns"), paragraph(summary)]
    body += _group(view.owed, "Still to answer", view.partnership_id, "Open")
    body += _group(view.answered, "Answered", view.partnership_id, "See or correct")
    return card(summary, body)


def _group(items: Sequence[OwnReturn], name: str, partnership_id: int, verb: str) -> list[Element]:
    by_request: dict[int, list[OwnReturn]] = {}
    for one in items:
        by_request.setdefault(one.request_id, []).append(one)
    body: list[Element] = [heading(name)] if items else []
    for request_id, some in list(by_request.items())[:MOST_SHOWN]:
        body.append(paragraph(strong(some[0].title)))
        for one in some:
            body.append(
                subtle(" ".join(part for part in (one.place and f"For {one.place}.", one.due, one.state) if part))
            )
        data = {"p": partnership_id, "request": request_id}
        first = some[0].owed and request_id == items[0].request_id
        body.append(ActionSet(actions=[button(verb, OPEN, data, primary=first, collect=False)], spacing="small"))
    if len(by_request) > MOST_SHOWN:
        body.append(subtle("There are more; they show as these are answered."))
    return body
