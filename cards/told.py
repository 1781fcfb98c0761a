"""The few lines by which members learn that something they were sent has changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from assurance.dates import day_words, listing
from assurance.learning_fields import LearningFields
from assurance.managed_view import Ended
from cards.correcting import LABELS
from cards.elements import Element
from cards.parts import Card, button, card, link, paragraph, quoted, strong, subtle, title
from cards.returns_list import OPEN


def _open(data: Mapping[str, Any]) -> list[Any]:
    return [button("Open", OPEN, data, primary=True, collect=False)]


_CALLED = {
    "title": "the title",
    "key_messages": "the key messages",
    "description": "what it was and when",
    "findings": "the findings",
    "audiences": "the target audiences",
    "agreed_by": "who agreed the key messages",
    "links": "the links",
}


def extended_card(name: str, seats: Sequence[str], until: date, data: Mapping[str, Any]) -> Card:
    """More time was agreed."""
    whose = f" for {listing(seats)}" if seats else ""
    line = f"More time is agreed{whose}: by the end of {day_words(until)}. You will not be reminded before then."
    return card(f"{name}: {line}", [title(name), paragraph(line)], _open(data))


def due_card(name: str, due_on: date, data: Mapping[str, Any]) -> Card:
    """There is a new due day."""
    line = f"There is a new day for your answer: by the end of {day_words(due_on)}."
    return card(f"{name}: {line}", [title(name), paragraph(line)], _open(data))


def corrected_card(
    name: str, fields: LearningFields, changed: Sequence[str], answered: bool, data: Mapping[str, Any]
) -> Card:
    """The meaning was corrected: what has changed, in the words that hold now, and what becomes of an answer."""
    what = listing([_CALLED[one] for one in changed if one in _CALLED])
    body: list[Element] = [
        title(name),
        paragraph(f"This learning has been corrected. Please look at {what or 'it'} again."),
    ]
    for one in changed:
        if one == "links":
            body += [subtle("Links")] + [paragraph(link(each.title, each.url)) for each in fields.links]
        elif one != "title":
            body += [subtle(LABELS[one]), quoted(getattr(fields, one))]
    if answered:
        body.append(paragraph("Your answer stays as you gave it, beside the earlier words. Where the correction "
                              "makes a difference to it, please correct your answer."))  # fmt: skip
    else:
        body.append(paragraph("If you have begun to write, save your draft first, then open it here."))
    return card(f"{name} has been corrected. Please look at {what or 'it'} again.", body, _open(data))


def ended_card(ended: Ended) -> Card:
    """A request was withdrawn, or this agency is not asked any more."""
    whose = listing(ended.seats)
    if ended.withdrawn:
        line = "This has been withdrawn, so nothing more is needed."
    else:
        line = f"{whose or 'You'} {'is' if len(ended.seats) == 1 else 'are'} not asked about this any more."
    body: list[Element] = [title(ended.title), paragraph(strong(line))]
    if ended.reason:
        body += [subtle("Why"), quoted(ended.reason)]
    body.append(paragraph("What you sent us is kept. Thank you." if ended.answered else "Thank you."))
    return card(f"{ended.title}: {line}", body)
