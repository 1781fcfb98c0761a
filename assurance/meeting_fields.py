"""What an officer types of a meeting: its day, and, where it is known, its time and place. Pure rules (E1, I2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from assurance.dates import day_words, too_far
from assurance.form_rules import one_line
from assurance.refusals import Mistakes
from assurance.writing import ask_first

PLACE_LENGTH = 120
_TIME = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")
GIVE_DAY = "Please give the day, with day, month and year."


@dataclass(frozen=True)
class When:
    """The day of a meeting, its time of day ("14:00", in the partnership's zone) and its place, where known."""

    on: date
    begins_at: str | None = None
    place: str | None = None


@dataclass(frozen=True)
class Typed:
    """The same as it was typed: nothing of it is checked yet."""

    on: date | None
    at: str = ""
    place: str = ""


def read_when(typed: Typed, today: date, *, kept: date | None = None, confirmed: bool = False) -> When:
    """A meeting's day, time and place. `kept`: the day that it has already, which needs no asking.

    Raises Mistakes by field (on, at, place), all of them at once, and AskFirst where the place looks as if it
    identifies somebody.
    """
    wrong = {}
    if fault := _day_fault(typed.on, today, kept):
        wrong["on"] = fault
    time = _TIME.fullmatch(typed.at.strip())
    if typed.at.strip() and time is None:
        wrong["at"] = "Please give the time as hours and minutes, such as 14:00."
    place = one_line(typed.place)
    if len(place) > PLACE_LENGTH:
        wrong["place"] = f"Please keep the place to {PLACE_LENGTH} characters."
    if wrong or typed.on is None:
        raise Mistakes(wrong)
    ask_first({"place": place}, confirmed=confirmed)
    return When(typed.on, f"{int(time[1]):02d}:{time[2]}" if time else None, place or None)


def _day_fault(day: date | None, today: date, kept: date | None) -> str:
    if day is None:
        return GIVE_DAY
    if day == kept:
        return ""
    if kept is not None and day <= today:
        return "Please choose a day after today, so that nobody is late from the start."
    if day < today:
        return f"{day_words(day)} has gone by. Please give a day to come."
    return too_far(day, today)


def when_words(on: date, begins_at: str | None, place: str | None) -> str:
    """A meeting in one line: "Thursday 10 December 2026 at 14:00, Civic Offices"."""
    at = f" at {begins_at}" if begins_at else ""
    return f"{day_words(on)}{at}{f', {place}' if place else ''}"
