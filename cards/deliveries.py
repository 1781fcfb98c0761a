"""`deliveries`: what may or may not have arrived, and what was refused, each with what an officer can do about it."""

from __future__ import annotations

from typing import Any

from assurance.dates import count_words
from assurance.deliveries import DeliveriesView, DeliveryRow
from cards.elements import ActionSet, Element
from cards.parts import Card, button, card, heading, paragraph, strong, subtle, title

THERE, AGAIN, NOTED, PAGE = "deliveries.there", "deliveries.again", "deliveries.noted", "deliveries.page"
NOTICE, SEVERAL, AT_PAGE = "notice", "notices", "page"
NOTHING = "Everything that was sent has arrived, or has been looked at."


def deliveries_card(view: DeliveriesView, *, note: str = "") -> Card:
    """The open deliveries, page by page, the unsure ones first."""
    body: list[Element] = [title("Deliveries"), *([paragraph(strong(note))] if note else [])]
    if not view.rows:
        return card(NOTHING, [*body, paragraph(NOTHING)])
    said = counted(view)
    body.append(paragraph(said))
    unsure, refused = [one for one in view.rows if one.unsure], [one for one in view.rows if not one.unsure]
    if unsure and view.refused:
        body.append(heading("May or may not have arrived"))
    if unsure:
        body.append(
            subtle(
                "Nothing is sent twice on a guess. Please look, or ask the person. If you cannot tell, send it again: "
                "should both arrive, they work as one."
            )
        )
    for one in unsure:
        body += _row(view, one)
    if refused and view.unsure:
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
    when = f"{'Sent again' if one.again else 'Sent'} at {one.when}" if one.unsure else f"Tried at {one.when}"
    said: list[Element] = [paragraph(strong(one.whom), f"\n{one.what}", spacing="medium")]
    if one.reason:
        said.append(subtle(one.reason, spacing="none") if one.unsure else paragraph(one.reason, spacing="none"))
    said.append(subtle(when, spacing="none"))
    if one.unsure:
        actions = [button("It is there", THERE, data), button("Send again", AGAIN, data)]
    else:
        actions = [button("Noted", NOTED, data)]
    return [*said, ActionSet(actions=actions, spacing="small")]


def _turning(view: DeliveriesView) -> list[Any]:
    def to(name: str, page: int) -> Any:
        return button(name, PAGE, {"p": view.partnership_id, AT_PAGE: page})

    refused = [one.notice_id for one in view.rows if not one.unsure]
    data = {"p": view.partnership_id, SEVERAL: refused, AT_PAGE: view.page}
    every = [button("Noted, all of these", NOTED, data)] if len(refused) > 1 else []
    before = [to("Earlier page", view.page - 1)] if view.page > 1 else []
    return every + before + ([to("Next page", view.page + 1)] if view.page < view.pages else [])
