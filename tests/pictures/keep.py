"""Sets aside the cards that the tests make, so that `python -m tests.pictures` can draw them."""

import json
import os
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

_TEXTS = {"text", "title", "label", "value", "placeholder", "url", "speak", "fallbackText", "tooltip", "altText"}
_UNSEEN = {"fallback", "data", "refresh", "associatedInputs", "targetElements"}


def keep(name: str, content: dict[str, Any], summary: str = "") -> None:
    """Write one card into the folder that KEEP_CARDS names; without KEEP_CARDS, do nothing."""
    folder = os.environ.get("KEEP_CARDS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        path = Path(folder) / f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}.json"
        path.write_text(json.dumps({"content": content, "summary": summary}, ensure_ascii=False), "utf-8")


def keep_each(content: dict[str, Any], summary: str = "") -> None:
    """Set a card aside under its first words, unless one that is built in the same way is there already."""
    folder = os.environ.get("KEEP_CARDS")
    if not folder:
        return
    built = json.dumps(_skeleton(content), sort_keys=True)
    mark = sha256(built.encode()).hexdigest()[:8]
    if not list(Path(folder).glob(f"*-{mark}.json")):
        keep(f"{_first_words(content)[:48]} {mark}", content, summary)


def _skeleton(part: Any) -> Any:
    """How a card is built, whatever it says: kinds, styles and buttons, with rows that are alike counted once."""
    if isinstance(part, list):
        rows = [_skeleton(one) for one in part]
        return [one for position, one in enumerate(rows) if one not in rows[:position]]
    if not isinstance(part, dict):
        return re.sub(r"\d+", "", part) if isinstance(part, str) else part
    kind = str(part.get("type", ""))
    if kind.startswith("Action."):
        return [kind, part.get("verb"), part.get("style")]
    if kind.startswith("Input."):
        return [kind, part.get("style"), part.get("isMultiline")]
    if kind == "RichTextBlock":
        return [kind, sorted({one.get("color", "") for one in part["inlines"] if isinstance(one, dict)})]
    return {
        key: bool(value) if key in _TEXTS and isinstance(value, str) else _skeleton(value)
        for key, value in part.items()
        if key not in _UNSEEN
    }


def _first_words(part: Any) -> str:
    if isinstance(part, dict):
        if isinstance(part.get("text"), str) and part["text"].strip():
            return str(part["text"])
        part = list(part.values())
    if isinstance(part, list):
        return next((found for one in part if (found := _first_words(one))), "")
    return ""
