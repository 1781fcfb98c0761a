"""In practice one user holds every place, so each private card carries for whom it was drawn."""

from __future__ import annotations

from bot.card_marks import marked
from bot.edge.answers import ShowCard
from bot.turns import CARD_OF


def for_person(shown: ShowCard, person_id: int) -> ShowCard:
    """The card with that person's number on every button, so that a press from another place is refused."""
    return marked(shown, {CARD_OF: person_id})
