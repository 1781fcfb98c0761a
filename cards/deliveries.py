"""`deliveries`: what may or may not have arrived, and what was refused, each with what an officer can do about it."""

from __future__ import annotations

from typing import Any

from assurance.dates import count_words
from assurance.deliveries import DeliveriesView, DeliveryRow
from cards.elements import ActionSet, Element
from cards.parts import Card, button, card, heading, paragraph, problem, strong, subtle, title

THERE, AGAIN, NOTED, PAGE = "deliveries.there", "deliveries.again", "deliveries.noted", "deliveries.page"
NOTICE, AT_PAGE = "notice", "page"
NOTHING = "Everything that was sent has arrived, or has been looked at."


def deliveries_card(view: DeliveriesView, *, note: str = "") -> Card:
    """The open deliveries, page by page, the unsure ones first."""
    body: list[Element] = [title("Deliveries"), *([paragraph(strong(note))] if note else [])]
    if not view.rows:
        return card(NOTHING, [*body, paragraph(NOTHING)])
    said = counted(view)
    body.append(paragraph(said))
    unsure, refused = [one for one in view.rows if one.unsure], [one for one in view.rows if not one.unsure]
    if unsure:
        body.append(heading("May or may not have arrived"))
        body.append(
            subtle(
                "Teams did not confirm these, and nothing is sent twice on a guess. Please look, or ask the person. "
                "If you cannot tell, send it again: should both arrive, they work as one."
            )
        )
    for one in unsure:
        body += _row(view, one)
    if refused:
        body.append(heading("Not delivered"))
    for one in refused:
        body += _row(view, one)
    return card(f"Deliveries: {said}", body, _turning(view))


def counted(view: DeliveriesView) -> str:
    """How many there are, in a sentence."""
    said = []
    if view.unsure:
        said.append(f"{count_words(view.unsure)} may or may not have arrived")
    if view.refused:
        said.append(f"{count_words(view.refused)} {'was' if view.refused == 1 else 'were'} not delivered")
    text = ", and ".join(said)
    return f"{text[:1].upper()}{text[1:]}."


def _row(view: DeliveriesView, one: DeliveryRow) -> list[Element]:
    data = {"p": view.partnership_id, NOTICE: one.notice_id, AT_PAGE: view.page}
    when = f"{'Sent again, and ended so' if one.again else 'Sent'} at {one.when}"
    body: list[Element] = [paragraph(strong(one.whom), f"\n{one.what}", spacing="medium"), subtle(when, spacing="none")]
    if one.reason:
        body.append(problem(one.reason) if not one.unsure else subtle(one.reason, spacing="none"))
    if one.unsure:
        actions = [button("It is there", THERE, data), button("Send again", AGAIN, data)]
    else:
        actions = [button("Noted", NOTED, data)]
    return [*body, ActionSet(actions=actions, spacing="small")]


def _turning(view: DeliveriesView) -> list[Any]:
    def to(name: str, page: int) -> Any:
        return button(name, PAGE, {"p": view.partnership_id, AT_PAGE: page})

    before = [to("Earlier page", view.page - 1)] if view.page > 1 else []
    return before + ([to("Next page", view.page + 1)] if view.page < view.pages else [])
