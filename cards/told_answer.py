"""The line that a colleague gets when somebody else has answered for their seat."""

from __future__ import annotations

from assurance.dates import time_words
from assurance.request_view import RequestView, Said, Side
from cards.parts import Card, button, card, paragraph, subtle
from cards.request import OPEN


def told_answer_card(view: RequestView, side: Side, said: Said, to: int) -> Card:
    """Who answered, and when; whoever was writing an answer too may still send it."""
    at = time_words(said.at, view.pack.timezone)
    by = f"the {view.pack.terms.officer} on its behalf" if said.origin == "on_behalf" else said.by
    whom = "" if side.short == "you" else f" for {side.short}"
    done = "Corrected" if said.number > 1 else "Answered"
    line = f"{view.title}: {done.lower()}{whom} at {at} by {by}."
    data = {"p": view.partnership_id, "to": to, "request": view.request_id, "return": side.return_id}
    return card(
        line,
        [
            paragraph(line),
            subtle("If you are writing an answer too, you can still send it: it becomes the newest. Both are kept."),
        ],
        [button("See the answer", OPEN, data, collect=False)],
    )
