"""What the bot may answer, and the shapes in which Teams wants it."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

CARD_TYPE: Final = "application/vnd.microsoft.card.adaptive"
TEXT_TYPE: Final = "application/vnd.microsoft.activity.message"
CONSENT_TYPE: Final = "application/vnd.microsoft.teams.card.file.consent"
ERROR_TYPE: Final = "application/vnd.microsoft.error"


@dataclass(frozen=True, slots=True)
class ShowCard:
    """A card: replaces the pressed one for the presser, or is posted. `summary` is its one line of text."""

    card: dict[str, Any]
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Say:
    """A sentence, shown as plain text."""

    text: str


@dataclass(frozen=True, slots=True)
class Fail:
    """A press that cannot be served: Teams shows `text` beside the button. `status` is from 400."""

    status: int
    text: str


@dataclass(frozen=True, slots=True)
class OfferFile:
    """A file that a person may take in a 1:1 chat: Teams asks them, and then asks us to upload it.

    `size` is about how many bytes it has. `context` comes back with their consent.
    """

    name: str
    description: str
    size: int
    context: dict[str, Any]


Answer = ShowCard | Say | Fail
Post = ShowCard | Say | OfferFile
"""What can be posted."""


def to_press(answer: Answer) -> dict[str, Any]:
    """The body of the reply to an `adaptiveCard/action` invoke."""
    if isinstance(answer, ShowCard):
        return {"statusCode": 200, "type": CARD_TYPE, "value": answer.card}
    if isinstance(answer, Say):
        return {"statusCode": 200, "type": TEXT_TYPE, "value": answer.text}
    code = HTTPStatus(answer.status).phrase.replace(" ", "")
    return {
        "statusCode": answer.status,
        "type": ERROR_TYPE,
        "value": {"code": code, "message": answer.text},
    }
