"""The help card, and the card for words that were not understood."""

from __future__ import annotations

from collections.abc import Sequence

from cards.parts import Card, card, facts, paragraph, title


def help_card(offered: Sequence[tuple[str, str]]) -> Card:
    """What a person can type here, each with what it does."""
    return card(
        "What I can do for you.",
        [
            title("What I can do"),
            paragraph("Type one of these, in your own words if you like."),
            facts(offered),
        ],
    )


def unknown_card(options: Sequence[tuple[str, str]]) -> Card:
    """Nothing was done: what might have been meant."""
    text = "I am not sure what you mean, so I have not done anything."
    return card(text, [title("Did you mean one of these?"), paragraph(text), facts(options)])
