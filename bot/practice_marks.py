"""In practice one user holds every place, so each private card carries for whom it was drawn."""

from __future__ import annotations

from typing import Any

from bot.edge.answers import ShowCard
from bot.turns import CARD_OF


def for_person(shown: ShowCard, person_id: int) -> ShowCard:
    """The card with that person's number on every button, so that a press from another place is refused."""
    marked: dict[str, Any] = _marked(shown.card, person_id)
    return ShowCard(marked, shown.summary)


def _marked(part: Any, person_id: int) -> Any:
    if isinstance(part, list):
        return [_marked(one, person_id) for one in part]
    if not isinstance(part, dict):
        return part
    copied = {key: _marked(value, person_id) for key, value in part.items()}
    if part.get("type") in ("Action.Execute", "Action.Submit"):
        copied["data"] = {CARD_OF: person_id, **copied.get("data", {})}
    return copied
