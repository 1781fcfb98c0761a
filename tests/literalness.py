"""Whether a card, or a post, shows people's words as text: never as mark-up, a link, a mention, a date or a template.

It knows what each place in a card reads: TextBlocks and facts read Markdown, so there everything that means something
must have a backslash; nothing anywhere may hold what every client expands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_ESCAPED = re.compile(r"\\.", re.DOTALL)
_MARKUP = re.compile(r"[*_`~<>\[\]|]|^[ \t]*[#+\-=]|^[ \t]*\d{1,9}[.)]", re.MULTILINE)
_EXPANDED = re.compile(r"\{\{|\]\(|</?at\b", re.IGNORECASE)
_READ = ("text", "label", "title", "placeholder", "altText", "errorMessage", "tooltip", "speak", "fallbackText")


def unliteral(card: Any) -> list[str]:
    """Every text of a card that a client would take for more than text."""
    return list(_faults(card))


def _faults(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        kind = part.get("type", "")
        for name in _READ:
            if isinstance(held := part.get(name), str) and not (kind.startswith("Input.") and name == "value"):
                yield from _expanded(kind, name, held)
        if kind == "TextBlock" and isinstance(part.get("text"), str):
            yield from _markup("TextBlock", part["text"])
        for fact in part.get("facts", ()) if kind == "FactSet" else ():
            for name in ("title", "value"):
                yield from _markup("A fact", fact[name])
                yield from _expanded("A fact", name, fact[name])
        for key, held in part.items():
            if key != "data":
                yield from _faults(held)
    elif isinstance(part, list):
        for one in part:
            yield from _faults(one)


def _markup(where: str, text: str) -> Iterator[str]:
    found = _MARKUP.search(_ESCAPED.sub("", text))
    if found:
        yield f"{where} would read {found[0]!r} as mark-up: {text[:120]!r}"


def _expanded(where: str, name: str, text: str) -> Iterator[str]:
    found = _EXPANDED.search(text)
    if found:
        yield f"{where or 'The card'}, {name}: {found[0]!r} is expanded: {text[:120]!r}"


def unliteral_post(activity: Mapping[str, Any]) -> list[str]:
    """The same for what is posted: a text says that it is plain, nobody is mentioned, and its cards are literal."""
    found = []
    if activity.get("text") and activity.get("textFormat") != "plain":
        found.append(f"A text is read as mark-up: {activity['text'][:120]!r}")
    if activity.get("entities"):
        found.append("A post has entities, which mention somebody")
    for one in activity.get("attachments", ()):
        found += unliteral(one.get("content"))
    return found


__all__ = ["unliteral", "unliteral_post"]
