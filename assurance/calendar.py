"""The partnership's calendar: working days, due days, notice and impact.

Rules only: nothing here reads a clock or a database. A day is a `datetime.date` and lasts to its end in the
partnership's zone; an instant is a UTC-aware `datetime`. "wd" in a name counts working days.
"""

import calendar as months_of_the_year
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

import holidays

DUE_WD_BEFORE_MEETING = 10
MIN_ANSWER_WD = 15
PAPERS_WD_BEFORE_MEETING = 5
SHORT_NOTICE_WD = 5
IMPACT_MONTHS = 3
IMPACT_DUE_DAYS = 21
_MONTHS_IN_A_YEAR = 12
_SATURDAY = 5


class Closure(Protocol):
    """Days on which nobody is asked for anything, first and last included (a pack's closure)."""

    @property
    def first(self) -> date: ...

    @property
    def last(self) -> date: ...


class WorkingDays:
    """Monday to Friday without the country's public holidays and without the closures given.

    Raises ValueError when the country or its part has no calendar of holidays.
    """

    def __init__(self, country: str = "GB", subdivision: str | None = "ENG", closures: Iterable[Closure] = ()) -> None:
        self._country = country
        self._subdivision = subdivision or None
        self._closures = tuple(closures)
        try:
            supported = holidays.list_supported_countries()[country]
        except KeyError:
            raise ValueError(f"there is no calendar of public holidays for {country}") from None
        if self._subdivision is not None and self._subdivision not in supported:
            raise ValueError(f"there is no calendar of public holidays for {subdivision} in {country}")

    def also_closed(self, closures: Iterable[Closure]) -> "WorkingDays":
        """The same calendar with further closures, such as a seat's own term times."""
        return WorkingDays(self._country, self._subdivision, (*self._closures, *closures))

    def is_working(self, day: date) -> bool:
        """Whether people are at work on this day."""
        if day.weekday() >= _SATURDAY or day in _public_holidays(self._country, self._subdivision, day.year):
            return False
        return not any(closure.first <= day <= closure.last for closure in self._closures)

    def add(self, day: date, n: int) -> date:
        """The n-th working day after `day` (before it, when n is negative); `day` itself when n is 0."""
        step = timedelta(days=1 if n > 0 else -1)
        left = abs(n)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def between(self, first: date, last: date) -> int:
        """Working days after `first` up to and including `last`; negative when `last` comes first."""
        if last < first:
            return -self.between(last, first)
        return sum(self.is_working(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))

    def on_or_after(self, day: date) -> date:
        """`day`, or the next working day when it is not one."""
        return day if self.is_working(day) else self.add(day, 1)

    def on_or_before(self, day: date) -> date:
        """`day`, or the working day before it when it is not one."""
        return day if self.is_working(day) else self.add(day, -1)


@lru_cache(maxsize=256)
def _public_holidays(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))


class Way(StrEnum):
    """What an officer may choose when a meeting is too near for a full notice."""

    NEXT_MEETING = "next_meeting"
    SHORT_NOTICE = "short_notice"
    VERBAL = "verbal"


@dataclass(frozen=True)
class Choice:
    """One way to ask: answers are due at the end of `due_day`, for the meeting on `meeting_day`.

    `notice_wd` is how many working days people have, counted from the day after issue.
    """

    way: Way
    due_day: date
    meeting_day: date
    notice_wd: int


@dataclass(frozen=True)
class Notice:
    """Either a due day that gives full notice, or the choices that the officer has instead."""

    due_day: date | None
    notice_wd: int
    choices: tuple[Choice, ...] = ()

    @property
    def is_full(self) -> bool:
        """Whether people have the notice that the pack promises them."""
        return self.due_day is not None


def due_day(meeting_day: date, wd_before: int, working: WorkingDays) -> date:
    """The day by whose end answers are due: `wd_before` working days before the meeting."""
    return working.add(meeting_day, -wd_before) if wd_before else working.on_or_before(meeting_day)


def notice_rule(
    issue_day: date,
    meeting_day: date,
    next_meeting_day: date | None,
    working: WorkingDays,
    *,
    due_wd_before_meeting: int = DUE_WD_BEFORE_MEETING,
    min_answer_wd: int = MIN_ANSWER_WD,
    papers_wd: int | None = None,
) -> Notice:
    """When answers to something issued on `issue_day` are due, or what the officer may choose instead.

    Full notice is at least `min_answer_wd` working days from issue to the usual due day. With less, the
    officer is offered the next meeting (when its day is known), short notice, or a verbal update at the
    meeting. No choice is due on the day of issue or before it, except a verbal update at a meeting that
    very day, so nobody is born overdue (pack defaults, framework 3.1; scenario 29).
    """
    usual = due_day(meeting_day, due_wd_before_meeting, working)
    notice_wd = max(working.between(issue_day, usual), 0)
    if notice_wd >= min_answer_wd and usual > issue_day:
        return Notice(usual, notice_wd)
    offers: list[tuple[Way, date | None, date]] = []
    if next_meeting_day is not None and next_meeting_day > meeting_day:
        later = due_day(next_meeting_day, due_wd_before_meeting, working)
        offers.append((Way.NEXT_MEETING, later if later > issue_day else None, next_meeting_day))
    papers = working.add(meeting_day, -(papers_wd or PAPERS_WD_BEFORE_MEETING))
    short = _short_due(issue_day, meeting_day, (usual, papers), working)
    offers.append((Way.SHORT_NOTICE, short, meeting_day))
    offers.append((Way.VERBAL, meeting_day if meeting_day >= issue_day else None, meeting_day))
    return Notice(
        None,
        notice_wd,
        tuple(
            Choice(way, due, meeting, working.between(issue_day, due))
            for way, due, meeting in offers
            if due is not None
        ),
    )


def _short_due(issue_day: date, meeting_day: date, preferred: tuple[date, ...], working: WorkingDays) -> date | None:
    """The first of the preferred days that leaves a week of work, else the last one before the meeting."""
    for day in preferred:
        if day > issue_day and working.between(issue_day, day) >= SHORT_NOTICE_WD:
            return day
    earliest = working.add(issue_day, 1)
    if earliest > meeting_day:
        return None
    return max(earliest, working.add(meeting_day, -1))


def due_at_end(day: date, tz: str) -> datetime:
    """The UTC instant at which `day` has ended in the zone named `tz`: the next local midnight."""
    following = day + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=ZoneInfo(tz)).astimezone(UTC)


def is_overdue(day: date, now: datetime, tz: str) -> bool:
    """Whether the due day has ended in the zone named `tz`."""
    return _aware(now) >= due_at_end(day, tz)


def local_day(now: datetime, tz: str) -> date:
    """The day that it is at `now` in the zone named `tz`."""
    return _aware(now).astimezone(ZoneInfo(tz)).date()


def add_months(day: date, months: int) -> date:
    """The same day of the month, `months` later, or that month's last day: 30 November + 3 is 28 February."""
    years, month = divmod(day.year * _MONTHS_IN_A_YEAR + day.month - 1 + months, _MONTHS_IN_A_YEAR)
    last = months_of_the_year.monthrange(years, month + 1)[1]
    return date(years, month + 1, min(day.day, last))


def impact_opens(issue_day: date, months: int = IMPACT_MONTHS) -> date:
    """The day from which impact on practice is asked (SL 4, "three month evaluation"; framework 4.5)."""
    return add_months(issue_day, months)


def impact_due(opens: date, working: WorkingDays, due_days: int = IMPACT_DUE_DAYS) -> date:
    """The day by whose end impact is due: `due_days` after opening, or the next working day (scenario 19)."""
    return working.on_or_after(opens + timedelta(days=due_days))


def impact_tabled(opens_due: date, meeting_days: Iterable[date]) -> date | None:
    """The first meeting after the due day has ended, or None while no such meeting is set (scenario 19)."""
    return min((day for day in meeting_days if day > opens_due), default=None)


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant must say its zone")
    return instant
