"""What the courier writes on every button of a card that it posts: nobody sees it, and every press brings it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.edge.answers import ShowCard

NOTICE_OF = "of"
"""The name under which a posted card's buttons carry the number of its notice. It is untrusted, as all data is."""


def marked(shown: ShowCard, marks: Mapping[str, int]) -> ShowCard:
    """The card with these values on every button; a value that a button has already stays."""
    content: dict[str, Any] = _marked(shown.card, marks)
    return ShowCard(content, shown.summary)


def mark_in(data: Mapping[str, Any], name: str) -> int | None:
    """The number that a button brought back under this name, if it brought one."""
    value = data.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31 else None


def _marked(part: Any, marks: Mapping[str, int]) -> Any:
    if isinstance(part, list):
        return [_marked(one, marks) for one in part]
    if not isinstance(part, dict):
        return part
    copied = {key: _marked(value, marks) for key, value in part.items()}
    if part.get("type") in ("Action.Execute", "Action.Submit"):
        copied["data"] = {**marks, **copied.get("data", {})}
    return copied
