"""For people of several partnerships: asking once which one they mean, and naming it on every private card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cards.parts import MOST_ACTIONS, Card, button, card, paragraph, subtle, title

CHOOSE = "partnership.choose"
QUESTION = "Which partnership do you mean?"


def choice_card(options: Sequence[tuple[int, str]]) -> Card:
    """One button for each partnership: its number and title."""
    offered = [button(name, CHOOSE, {"p": number}, collect=False) for number, name in options[:MOST_ACTIONS]]
    text = "You belong to several. I answer for the one you choose until you type partnership to change it."
    return card(QUESTION, [title(QUESTION), paragraph(text)], offered)


def chosen_card(name: str) -> Card:
    """The partnership that was chosen."""
    text = "From now on I answer for this partnership. Please ask your question again, or type help."
    return card(f"I now answer for the {name}.", [title(name), paragraph(text)])


def only_card(name: str) -> Card:
    """There is nothing to choose."""
    text = f"You belong to one partnership here: {name}."
    return card(text, [paragraph(text)])


def with_partnership(content: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The same card with the partnership's name above it."""
    return {**content, "body": [subtle(name).to_dict(), *content.get("body", [])]}
