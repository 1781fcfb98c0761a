"""Keeping people's words literal: a card must never turn them into markup, a link, a mention or a date.

Teams reads a little Markdown in TextBlock and in facts, and none in TextRun, labels and choices. Every
client expands ``{{DATE(...)}}`` everywhere. Backslashes are shown on some older phones, so words of any
length belong in `cards.elements.words`, and `plain` is for titles, facts and table cells.
"""

import re

JOINER = "\u2060"
"""Takes no room and is never shown: it separates characters that would mean something together."""

_MARKUP = re.compile(r"([\\`*_\[\]~&<>|])")
_LINE_START = re.compile(r"^([ \t]*)([#+\-=])", re.MULTILINE)
_NUMBERED = re.compile(r"^([ \t]*\d{1,9})([.)])", re.MULTILINE)
_TOGETHER = re.compile(r"\{(?=\{)|\](?=\()|<(?=/?at\b)", re.IGNORECASE)


def unlinked(text: str) -> str:
    """The same words, unable to become a link, a mention or a date; nothing visible is added."""
    return _TOGETHER.sub(lambda found: found[0] + JOINER, text)


def plain(text: str) -> str:
    """The same words for a place that reads Markdown: shown exactly as they were written.

    Single line breaks become paragraph breaks, since Markdown would join the lines.
    """
    text = re.sub(r"\n+", "\n\n", text.strip())
    text = _TOGETHER.sub(lambda found: found[0] + JOINER, text)
    text = _MARKUP.sub(r"\\\1", text)
    text = _LINE_START.sub(r"\1\\\2", text)
    return _NUMBERED.sub(r"\1\\\2", text)
