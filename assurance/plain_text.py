"""Text as a pattern wants to read it: plain digits, spaces and dashes, nothing invisible."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

Span = tuple[int, int]

_DASHES = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63", "-")
_QUOTES = dict.fromkeys("\u2018\u2019\u02bc", "'")
_SINGLE = _DASHES | _QUOTES | {"\u2215": "/", "\u2044": "/", "\u00b7": ".", "\u2022": ".", "\u2024": "."}
_SQUEEZED_OUT = {ord(letter): None for letter in " \t\n\r\f\v./"}
_ADDRESS_ON_THE_WEB = re.compile(
    r"(?i)\b(?:https?://|www\.)[^\s<>\"]+|(?<![\w.+\-])[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,6}"
)
_CASE_IN_AN_ADDRESS = re.compile(
    r"(?i)(?:/(?:cases?|clients?|patients?|persons?)/|[?&](?:case|client|patient|person)_?id=|nhs_?(?:no|number)?=)\d"
)


@dataclass(frozen=True)
class PlainText:
    """The plain text, and for each of its letters the place it came from in the text as written."""

    text: str
    places: Sequence[int]

    @cached_property
    def squeezed(self) -> str:
        """The text in small letters without spaces, full stops and slashes, to look for hints in."""
        return self.text.lower().translate(_SQUEEZED_OUT)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where the stretch from `start` up to `end` stands in the text as written."""
        return self.places[start], self.places[end - 1] + 1


def plain(text: str) -> PlainText:
    """Read `text` plainly: e-mail and web addresses blanked out, unless a web address names a case."""
    if text.isascii():
        return PlainText(_without_web(text.replace("\t", " ")), range(len(text)))
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for plainer in _plainer(letter):
            letters.append(plainer)
            places.append(place)
    return PlainText(_without_web("".join(letters)), places)


def _without_web(text: str) -> str:
    if "@" not in text and "//" not in text and "www." not in text.lower():
        return text
    return _ADDRESS_ON_THE_WEB.sub(_blank, text)


def _plainer(letter: str) -> str:
    if letter.isascii():
        return " " if letter == "\t" else letter
    if letter in _SINGLE:
        return _SINGLE[letter]
    if unicodedata.category(letter) in {"Cf", "Mn", "Me"}:
        return ""
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    if letter.isspace():
        return " "
    folded = unicodedata.normalize("NFKC", letter)
    return folded if folded.isascii() else letter


def _blank(found: re.Match[str]) -> str:
    return found[0] if _CASE_IN_AN_ADDRESS.search(found[0]) else "_" * len(found[0])


class Clue(NamedTuple):
    """A pattern, and pieces of text without one of which it cannot match: looking for those is much quicker.

    Hints are in small letters, without spaces, full stops or slashes; no hints means that it is always tried.
    """

    hints: tuple[str, ...]
    pattern: re.Pattern[str]

    def may_match(self, read: PlainText) -> bool:
        """Whether the pattern is worth trying."""
        return not self.hints or any(hint in read.squeezed for hint in self.hints)


def spans(clues: Iterable[Clue], read: PlainText) -> Iterator[Span]:
    """Where the patterns match, one pattern after another."""
    for clue in clues:
        if clue.may_match(read):
            for found in clue.pattern.finditer(read.text):
                yield found.span()
