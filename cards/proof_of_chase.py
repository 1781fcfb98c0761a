"""The card of the proof of chase: request by request what was sent to an agency, and what became of it."""

from __future__ import annotations

from assurance.proof_of_chase import ProofItem, ProofOfChase
from cards.asking import Question, ask_button
from cards.elements import Action, Element
from cards.parts import Card, button, card, heading, paragraph, points, subtle, title
from cards.status import STATUS

PROOF = "chase.proof"


def proof_card(view: ProofOfChase) -> Card:
    """What was sent to an agency, with its days; nothing here says whether anybody read it."""
    name = f"What was sent to {view.seat}"
    body: list[Element] = [title(name)]
    if view.pages > 1:
        body.append(subtle(f"Page {view.page} of {view.pages}"))
    if not view.items:
        body.append(paragraph("Nothing has been asked of it yet."))
    for item in view.items:
        body += _item(item)
    body.append(subtle("Delivered means that Teams took it. Whether it was read is not known.", spacing="medium"))
    back = ask_button("Back to its status", view.partnership_id, Question(STATUS, "seat", str(view.seat_id)))
    return card(f"{name}.", body, [*_pages(view), back])


def _item(item: ProofItem) -> list[Element]:
    lines = [f"{one.when}. {one.what}: {one.outcome}." for one in item.lines]
    body: list[Element] = [heading(item.title), subtle(f"{item.due}. {item.state}", spacing="none")]
    body.append(points(lines) if lines else paragraph("Nothing was sent about it."))
    return body


def _pages(view: ProofOfChase) -> list[Action]:
    return [
        button(name, PROOF, {"p": view.partnership_id, "seat": view.seat_id, "page": page}, collect=False)
        for name, page in (("Newer requests", view.page - 1), ("Earlier requests", view.page + 1))
        if 1 <= page <= view.pages
    ]
