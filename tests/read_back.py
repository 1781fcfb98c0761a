"""Every button of a card is read back by a form: nothing that the bot shows leads nowhere when it is pressed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.wiring import presses

HARMLESS = frozenset({"Action.ToggleVisibility", "Action.OpenUrl"})
"""What a client does by itself, without asking the bot."""
VERBS = frozenset(presses())


def actions(part: Any) -> Iterator[dict[str, Any]]:
    """Every action within a card, wherever it stands, with those that take its place on older clients."""
    if isinstance(part, dict):
        if str(part.get("type", "")).startswith("Action."):
            yield part
        for value in part.values():
            yield from actions(value)
    elif isinstance(part, list):
        for one in part:
            yield from actions(one)


def assert_read_back(card: Any) -> None:
    """Fails where a button has a verb that no handler reads, or where its twin for older clients differs from it."""
    for action in actions(card):
        kind, data = action["type"], action.get("data", {})
        if kind in HARMLESS:
            continue
        assert kind in ("Action.Execute", "Action.Submit"), f"{kind} is read by nobody"
        verb = action.get("verb") if kind == "Action.Execute" else data.get("verb")
        assert verb in VERBS, f"no handler reads {verb!r} of the button {action.get('title', '')!r}"
        twin = action.get("fallback")
        if isinstance(twin, dict):
            assert twin["data"] == {**data, "verb": verb}, f"{action.get('title', '')!r} and its twin differ"
