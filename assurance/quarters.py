"""The quarters of a pack's year, and which one somebody means: rules only, without a clock (B15).

"Q3 2026-27" is the third quarter of the year that begins in 2026. What could also be a quarter of the calendar
("Q4 2026", "autumn 2026", "Oct–Dec 2026") is never guessed: the quarters that may be meant are offered.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from assurance.calendar import add_months
from assurance.dates import MONTHS, day_words

IN_A_YEAR, MONTHS_EACH = 4, 3
MOST_OFFERED = 4
LONGEST = 60
"""Characters; nothing longer names a quarter."""
_CENTURY = 2000
_NUMBER = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_SEASONS = {"winter": 1, "spring": 4, "summer": 7, "autumn": 10, "fall": 10}
"""The calendar month in which each season's quarter begins, as people in offices speak of them."""


@dataclass(frozen=True, order=True)
class Quarter:
    """One quarter of a pack's year, `first` and `last` day included. `year` names that year: "2026-27"."""

    first: date
    last: date
    number: int
    year: str

    @property
    def key(self) -> str:
        """What records call it: "2026-27 Q3"."""
        return f"{self.year} Q{self.number}"

    @property
    def label(self) -> str:
        """What people call it: "Q3 2026-27"."""
        return f"Q{self.number} {self.year}"

    @property
    def span(self) -> str:
        """Its months: "October to December 2026"; its days where it does not begin with a month."""
        if self.first.day != 1:
            return f"{day_words(self.first)} to {day_words(self.last)}"
        begins = MONTHS[self.first.month - 1]
        if self.first.year != self.last.year:
            begins = f"{begins} {self.first.year}"
        return f"{begins} to {MONTHS[self.last.month - 1]} {self.last.year}"

    @property
    def full(self) -> str:
        """Both: "Q3 2026-27 (October to December 2026)"."""
        return f"{self.label} ({self.span})"

    def has(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Meant:
    """The quarter that somebody meant for `sure`, or those that they `maybe` meant; neither where it is unclear."""

    sure: Quarter | None = None
    maybe: tuple[Quarter, ...] = ()


def quarter(year_start: str, year: int, number: int) -> Quarter:
    """The numbered quarter of the pack's year that begins in `year`; `year_start` is its month and day, "04-01"."""
    month, day = (int(part) for part in year_start.split("-"))
    begins = date(year, month, day)
    first = add_months(begins, MONTHS_EACH * (number - 1))
    last = add_months(begins, MONTHS_EACH * number) - timedelta(days=1)
    return Quarter(first, last, number, str(year) if _is_calendar(year_start) else f"{year}-{(year + 1) % 100:02d}")


def quarter_of(year_start: str, day: date) -> Quarter:
    """The quarter in which a day lies."""
    for year in (day.year, day.year - 1):
        for number in range(1, IN_A_YEAR + 1):
            found = quarter(year_start, year, number)
            if found.has(day):
                return found
    raise AssertionError("every day lies in a quarter")


def before(year_start: str, one: Quarter) -> Quarter:
    """The quarter before."""
    return quarter_of(year_start, one.first - timedelta(days=1))


def quarter_keyed(year_start: str, key: str) -> Quarter | None:
    """The quarter that a record or a button calls "2026-27 Q3"; None for anything else."""
    found = re.fullmatch(r"(20\d\d)(?:-\d\d)? Q([1-4])", key, re.ASCII)
    made = quarter(year_start, int(found[1]), int(found[2])) if found else None
    return made if made is not None and made.key == key else None


def read_quarter(text: str, year_start: str, today: date) -> Meant:
    """Which quarter `text` names, in a pack's year that starts on `year_start` (month and day), as seen today."""
    if len(text) > LONGEST:
        return Meant()
    words = re.sub(r"[\u2010-\u2015\u2212]", "-", text.casefold().replace("\u2019", "'"))
    words = re.sub(r"\b(?:the|for|of|in|please|financial|year|fy|'s)\b|[,.()?!]", " ", words)
    words = re.sub(r"\s*([-/])\s*", r"\1", " ".join(words.split()))
    for form, meaning in _FORMS:
        if found := form.fullmatch(words):
            return meaning(found, _Reader(year_start, today))
    return Meant()


@dataclass(frozen=True)
class _Reader:
    """The pack's year and today, in whose light words are read."""

    year_start: str
    today: date

    def numbered(self, year: int, number: int) -> Quarter:
        return quarter(self.year_start, year, number)

    def around(self, year: int, month: int) -> Quarter:
        """The quarter that has the middle of a calendar month."""
        return quarter_of(self.year_start, date(year, month, 15))

    def latest(self, month: int) -> Quarter:
        """The quarter of the last such month that has begun."""
        return self.around(self.today.year - (month > self.today.month), month)


def _is_calendar(year_start: str) -> bool:
    return year_start == "01-01"


def _offer(some: Iterable[Quarter]) -> Meant:
    return Meant(maybe=tuple(dict.fromkeys(some))[:MOST_OFFERED])


def _year(digits: str) -> int:
    return int(digits) if len(digits) > 2 else _CENTURY + int(digits)


def _number(word: str) -> int:
    return _NUMBER[word] if word in _NUMBER else int(word[-1])


def _relative(found: re.Match[str], on: _Reader) -> Meant:
    this = quarter_of(on.year_start, on.today)
    if found["which"] in ("last", "previous"):
        return Meant(before(on.year_start, this))
    if found["which"] == "next":
        return Meant(quarter_of(on.year_start, this.last + timedelta(days=1)))
    return Meant(this)


def _of_both_years(found: re.Match[str], on: _Reader) -> Meant:
    """ "Q3 2026-27": the pack's own form, unless its year is the calendar's."""
    year, number = _year(found["y"]), _number(found["q"])
    if (year + 1) % 100 != _year(found["z"]) % 100:
        return Meant()
    if _is_calendar(on.year_start):
        return _offer([on.numbered(year, number), on.numbered(year + 1, number)])
    return Meant(on.numbered(year, number))


def _of_one_year(found: re.Match[str], on: _Reader) -> Meant:
    """ "Q4 2026": the calendar's fourth quarter, or the fourth of the pack's year that begins in 2026."""
    year, number = _year(found["y"]), _number(found["q"])
    if _is_calendar(on.year_start):
        return Meant(on.numbered(year, number))
    return _offer([on.around(year, MONTHS_EACH * number - 1), on.numbered(year, number)])


def _of_no_year(found: re.Match[str], on: _Reader) -> Meant:
    number = _number(found["q"])
    this = quarter_of(on.year_start, on.today)
    begun = int(this.year[:4])
    near = [on.numbered(year, number) for year in (begun, begun - 1)]
    return _offer(sorted(near, key=lambda one: one.first > on.today))


def _whole_year(found: re.Match[str], on: _Reader) -> Meant:
    year = _year(found["y"])
    if found["z"] and (year + 1) % 100 != _year(found["z"]) % 100:
        return Meant()
    if found["z"] or _is_calendar(on.year_start):
        return _offer(on.numbered(year, number) for number in range(1, IN_A_YEAR + 1))
    return _offer(on.around(year, month) for month in (2, 5, 8, 11))


def _season(found: re.Match[str], on: _Reader) -> Meant:
    month = _SEASONS[found["season"]] + 1
    if found["y"] is None:
        return _offer([on.latest(month)])
    year = _year(found["y"])
    if found["z"]:
        its_year = [on.numbered(year, number) for number in range(1, IN_A_YEAR + 1)]
        return _offer(one for one in its_year if one.first.month <= month <= one.last.month)
    winter = [on.around(year + 1, month)] if found["season"] == "winter" else []
    return _offer([on.around(year, month), *winter])


def _months(found: re.Match[str], on: _Reader) -> Meant:
    """ "Oct-Dec 2026", "October 2026 to January 2027", "December". The year belongs to the last month."""
    first, last = _month(found["m"]), _month(found["n"] or found["m"])
    if first is None or last is None:
        return Meant()
    if found["y"] is None:
        return _offer([on.latest(first)])
    year = _year(found["y"])
    begun = _year(found["x"]) if found["x"] else year - (first > last)
    return _offer([on.around(begun, first), on.around(year, last)])


def _month(word: str) -> int | None:
    named = [at for at, name in enumerate(MONTHS, 1) if name.casefold().startswith(word)]
    return named[0] if len(named) == 1 else None


_SHORT = r"(?:q|quarter|qtr)\s?(?P<q>[1-4])"
_LONG = r"(?P<q>first|second|third|fourth|1st|2nd|3rd|4th) (?:quarter|qtr)"
_Y, _Z = r"(?P<y>20\d\d|\d\d)", r"(?P<z>20\d\d|\d\d)"
_BOTH = f"{_Y}[-/]{_Z}"
_MONTHS = r"(?P<m>[a-z]{3,9})(?: (?P<x>20\d\d))?(?:(?: to | and | until |-|/)(?P<n>[a-z]{3,9}))?"
_WAYS: tuple[tuple[Callable[[re.Match[str], _Reader], Meant], tuple[str, ...]], ...] = (
    (_of_both_years, (f"Q[ /-]?{_BOTH}", f"{_BOTH}[ -]?Q")),
    (_of_one_year, (f"Q[ /-]{_Y}", f"{_Y}[ -]?Q")),
    (_of_no_year, ("Q",)),
    (_relative, ("(?P<which>this|current|last|previous|next) (?:quarter|qtr)",)),
    (_season, (f"(?P<season>{'|'.join(_SEASONS)})(?: {_Y}(?:[-/]{_Z})?)?",)),
    (_whole_year, (rf"(?P<y>20\d\d|\d\d(?=[-/]))(?:[-/]{_Z})?",)),
    (_months, (f"{_MONTHS}(?: {_Y})?",)),
)
"""What each way of naming a quarter means; Q stands for its number, as a figure or in words."""
_FORMS = tuple(
    (re.compile(way.replace("Q", number), re.ASCII), meaning)
    for meaning, ways in _WAYS
    for way in ways
    for number in ((_SHORT, _LONG) if "Q" in way else ("",))
)
