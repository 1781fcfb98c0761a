"""Words for days and times, and days read from words.

Everything here is English whatever the machine's locale, and every number is in the reader's order:
day, month, year. Days are `datetime.date`; moments are UTC-aware and are shown in a named zone.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
COUNTS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)

_LEAP_CYCLE_YEARS = 8
YEARS_AHEAD = 3
"""How far ahead anything can be planned."""
_SHORTEST_NAME = 3
_CENTURY = 2000

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMBERS = re.compile(r"(\d{1,2}) ?[/.-] ?(\d{1,2})(?: ?[/.-] ?(\d{4}|\d{2}))?")
_WORDS = re.compile(r"(?:the )?(\d{1,2})(?:st|nd|rd|th)?(?: of)? ([a-z]{3,9})\.?(?:,? (\d{4}|\d{2}))?")
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?")
_LEADING_WEEKDAY = re.compile(r"([a-z]{3,9})[,.]? (?=.)")


def day_words(day: date) -> str:
    """The day in full: "Friday 11 December 2026"."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def short_day(day: date) -> str:
    """The day for a tight place, such as a table: "Thu 26 Nov"."""
    return f"{WEEKDAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]}"


def time_words(instant: datetime, tz: str) -> str:
    """The time of day at `instant` in the zone named `tz`: "10:42"."""
    local = _in_zone(instant, tz)
    return f"{local.hour:02d}:{local.minute:02d}"


def moment_words(instant: datetime, tz: str) -> str:
    """Time and day at `instant` in the zone named `tz`: "10:42 on Friday 11 December 2026"."""
    return f"{time_words(instant, tz)} on {day_words(_in_zone(instant, tz).date())}"


def count_words(number: int) -> str:
    """A count as one would write it: "no", "one", "two" to "twelve", then figures: "13", "1,204"."""
    if 0 <= number < len(COUNTS):
        return COUNTS[number]
    return f"{number:,}"


def listing(items: Sequence[str]) -> str:
    """The items as a phrase: "a", "a and b", "a, b and c"; nothing gives an empty string."""
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def too_far(day: date, today: date) -> str:
    """What to say where a day that is planned lies more than YEARS_AHEAD years off; empty where it is fine.

    So far off it is a slip of the year, and days near the end of the calendar cannot be counted on from.
    """
    if (day - today).days <= 366 * YEARS_AHEAD:
        return ""
    return f"{day_words(day)} is more than {count_words(YEARS_AHEAD)} years away. Please check the year."


def read_day(text: str, today: date) -> date | None:
    """The day that `text` names, or None when it names none or contradicts itself.

    Reads "11 December 2026", "Friday 11th Dec 2026", "11/12/2026" (day first), "2026-12-11" and
    "December 11, 2026". Without a year ("11 Dec", "11/12") it is the next such day, today included.
    A weekday that does not fit the date gives None, since one of the two must be wrong.
    """
    words = " ".join(text.casefold().replace("\u2013", "-").split()).rstrip(".")
    named = _LEADING_WEEKDAY.match(words)
    weekday = _weekday(named.group(1)) if named else None
    if named and weekday is not None:
        words = words[named.end() :]
    day = _read(words, today)
    if day is None or (weekday is not None and day.weekday() != weekday):
        return None
    return day


def _read(words: str, today: date) -> date | None:
    if found := _ISO.fullmatch(words):
        return _valid(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMBERS.fullmatch(words):
        return _dated(found[1], int(found[2]), found[3], today)
    if found := _WORDS.fullmatch(words):
        return _dated(found[1], _month(found[2]), found[3], today)
    if found := _MONTH_FIRST.fullmatch(words):
        return _dated(found[2], _month(found[1]), found[3], today)
    return None


def _dated(day: str, month: int | None, year: str | None, today: date) -> date | None:
    if month is None:
        return None
    if year is not None:
        return _valid(int(year) if int(year) > 99 else _CENTURY + int(year), month, int(day))
    for candidate in range(today.year, today.year + _LEAP_CYCLE_YEARS + 1):
        found = _valid(candidate, month, int(day))
        if found is not None and found >= today:
            return found
    return None


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(word: str) -> int | None:
    return _position(word, MONTHS)


def _weekday(word: str) -> int | None:
    position = _position(word, WEEKDAYS)
    return None if position is None else position - 1


def _position(word: str, names: Sequence[str]) -> int | None:
    """Where the name that `word` is, or shortens, stands among `names`, counted from one."""
    if len(word) < _SHORTEST_NAME:
        return None
    return next((at for at, name in enumerate(names, 1) if name.casefold().startswith(word)), None)


def _in_zone(instant: datetime, tz: str) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant must say its zone")
    return instant.astimezone(ZoneInfo(tz))
