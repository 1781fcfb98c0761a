"""The card of one agency or organisation: open items, levels, who answered when, earlier answers, evidence."""

from __future__ import annotations

from assurance.agency_status import AgencyItem, AgencyStatus, OrganisationStatus
from cards.asking import Question, ask_button, page_buttons
from cards.behalf import OPEN as BEHALF
from cards.elements import ActionSet, Element, Execute
from cards.history import HISTORY
from cards.parts import Card, button, card, fold, heading, paragraph, points, strong, subtle, title
from cards.proof_of_chase import PROOF
from cards.status import STATUS

EVIDENCE_SHOWN = 24_000
"""Letters of evidence on one card, shared among its answers, so that the card stays under 80 KB."""


def agency_card(status: OrganisationStatus, question: Question, *, overview: bool, welcome: str = "") -> Card:
    """How an agency, or the departments of an organisation, stand. `overview` adds a way back to everyone.

    `welcome` is a line for somebody who is new on the seat.
    """
    body: list[Element] = [title(f"You now answer for {status.name}" if welcome else status.name)]
    if welcome:
        body.append(paragraph(welcome))
    if status.pages > 1:
        body.append(subtle(f"Page {status.page} of {status.pages}"))
    if status.spread:
        body += [points(status.spread), subtle("Each department stands by itself below; nothing is averaged.")]
    said = sum(bool(item.evidence) for seat in status.seats for item in seat.items)
    most = EVIDENCE_SHOWN // max(1, said)
    several = len(status.seats) > 1 or bool(status.spread)
    for seat in status.seats:
        if several:
            body.append(heading(seat.label))
        body += _seat(status.partnership_id, seat, most)
        if several and seat.proof:
            body.append(ActionSet(actions=[_proof(status.partnership_id, seat)], spacing="medium"))
    buttons = page_buttons(status.partnership_id, question, status.page, status.pages)
    buttons += [_proof(status.partnership_id, seat) for seat in status.seats if seat.proof and not several]
    if len(status.seats) == 1:
        buttons.append(
            ask_button("History", status.partnership_id, Question(HISTORY, "seat", str(status.seats[0].seat_id)))
        )
    if overview:
        buttons.append(ask_button("Show everyone", status.partnership_id, Question(STATUS)))
    summary = f"You now answer for {status.name}." if welcome else f"How {status.name} stands."
    return card(summary, body, buttons)


def _seat(partnership_id: int, seat: AgencyStatus, most: int) -> list[Element]:
    if not seat.items:
        return [paragraph("Nothing is being asked at the moment.")]
    return [element for item in seat.items for element in _item(partnership_id, seat, item, most)]


def _proof(partnership_id: int, seat: AgencyStatus) -> Execute:
    return button("What was sent to it", PROOF, {"p": partnership_id, "seat": seat.seat_id}, collect=False)


def _item(partnership_id: int, seat: AgencyStatus, item: AgencyItem, most: int) -> list[Element]:
    lines = [*([f"{item.due}."] if item.due else []), item.state, item.answered, *item.labels]
    text = "\n".join(line for line in lines if line)
    body: list[Element] = [paragraph(strong(f"{item.title}\n"), text, spacing="large")]
    if item.levels:
        body += [paragraph(strong(f"{label}: "), level, spacing="small") for label, level in item.levels]
    body += [subtle(line) for line in item.prompts]
    mark = f"{seat.seat_id}-{item.request_id}"
    if item.history:
        body += fold("Earlier answers", [points(item.history)], f"earlier-{mark}", framed=True)
    if item.evidence:
        body += fold("Evidence", _evidence(item, most), f"evidence-{mark}", framed=True)
    if item.on_behalf:
        data = {"p": partnership_id, "request": item.request_id, "loop": item.loop_id}
        body.append(ActionSet(actions=[button("Act for this agency", BEHALF, data, collect=False)], spacing="small"))
    return body


def _evidence(item: AgencyItem, most: int) -> list[Element]:
    each = max(200, most // len(item.evidence))
    body: list[Element] = []
    for label, text in item.evidence:
        shown = text if len(text) <= each else f"{text[:each].rstrip()} \u2026 (shortened)"
        body += [subtle(label), paragraph(shown, spacing="none")]
    return body
