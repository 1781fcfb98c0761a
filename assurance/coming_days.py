"""Days as people say them when they plan: "today", "Friday", "until 12 December". Pure rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from assurance.dates import WEEKDAYS, read_day

_SHORTEST = 3
_UNTIL = r"(?:until|untill|till|til|to|through|up to(?: and including)?)"
_RANGE = re.compile(
    rf"(?:(?:from|since|starting|as of) )?(?P<first>.+?)(?: - | ?[\u2013\u2014] ?| {_UNTIL} )(?P<last>.+)"
)
_LAST = re.compile(rf"(?:(?:i am|im|i'm|am|is) )?(?:away )?{_UNTIL} (?P<last>.+)")


@dataclass(frozen=True)
class Span:
    """The first and the last day that a text names; None where it names none that can be read.

    `whole`: nothing in the text was left over, and no weekday of today's own name leaves it open which is meant.
    """

    first: date | None = None
    last: date | None = None
    whole: bool = False


def read_coming_day(text: str, today: date) -> date | None:
    """A day as one says it: "today", "tomorrow", "Friday" (the next one, not today), or what `read_day` reads."""
    words = " ".join(text.casefold().split()).strip(" .,!")
    words = words.removeprefix("the end of ").removeprefix("next ").removeprefix("this ")
    if words in ("today", "tomorrow"):
        return today + timedelta(days=words == "tomorrow")
    named = _weekday(words)
    if named is not None:
        return today + timedelta(days=(named - today.weekday() - 1) % 7 + 1)
    return read_day(words, today)


def read_span(text: str, today: date) -> Span:
    """The days that a text names: "until 12 December", "from Monday to Friday", "tomorrow"."""
    words = " ".join(text.casefold().split()).strip(" .,!")
    if found := _LAST.fullmatch(words):
        last = read_coming_day(found["last"], today)
        return Span(None, last, last is not None and _plain(found["last"], today))
    if (day := read_coming_day(words.removeprefix("on ").removeprefix("for "), today)) is not None:
        return Span(day, day, _plain(words, today))
    if found := _RANGE.fullmatch(words):
        first, last = read_coming_day(found["first"], today), read_coming_day(found["last"], first_of(found, today))
        whole = first is not None and last is not None and _plain(found["first"], today)
        return Span(first, last, whole)
    return Span()


def first_of(found: re.Match[str], today: date) -> date:
    """The day from which the end of a range is counted: its first day, or today."""
    return read_coming_day(found["first"], today) or today


def _plain(text: str, today: date) -> bool:
    """Whether no weekday is named that is today's own: it may mean today, or the same day next week."""
    return _weekday(" ".join(text.casefold().split()).strip(" .,!")) != today.weekday()


def _weekday(word: str) -> int | None:
    if len(word) < _SHORTEST:
        return None
    return next((at for at, name in enumerate(WEEKDAYS) if name.casefold().startswith(word)), None)
