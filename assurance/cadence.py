"""How often the group meets: the next regular day, and how many meetings the framework asks for. Pure rules (E1)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from assurance.calendar import WorkingDays, add_months
from assurance.pack import Meetings

MONTHS: dict[str, int] = {"monthly": 1, "alternate_months": 2, "quarterly": 3, "six_monthly": 6, "yearly": 12}
"""How many months lie between two regular meetings, by the pack's word for it."""
_WEEK = timedelta(days=7)
_PERIODS_TRIED = 60
_WEEKS_TRIED = (0, 1, -1, 2, -2, 3)


def months_between(meetings: Meetings, day: date) -> int | None:
    """The months between regular meetings around a day; None where the pack gives no cadence for it.

    A cadence that the framework gives for a first year only does not go on by itself (framework 4.12).
    """
    if meetings.frequency_until is not None and day > meetings.frequency_until:
        return None
    return MONTHS.get(meetings.frequency)


def next_regular(
    last: date | None, meetings: Meetings, working: WorkingDays, today: date, taken: Collection[date] = ()
) -> date | None:
    """The next regular day after `last` and after today: the same weekday of the month, and a working day.

    "The second Thursday of December" leads to the second Thursday of March where the group meets quarterly; a fifth
    one to the last where the month has but four. Where that is no working day, or `taken`, it is the nearest week
    in which it is not. None where no meeting was set yet, or the pack gives no cadence.
    """
    months = months_between(meetings, last) if last is not None else None
    if last is None or months is None:
        return None
    for period in range(1, _PERIODS_TRIED + 1):
        wanted = _same_weekday(last, add_months(last.replace(day=1), months * period))
        if wanted <= today:
            continue
        if months_between(meetings, wanted) is None:
            return None
        return _nearest(wanted, (max(last, today), working, taken))
    return None


def _same_weekday(last: date, month: date) -> date:
    """The day in `month` that is the same weekday of its month as `last` is of its own."""
    week = (last.day - 1) // 7 + 1
    first = month.replace(day=1)
    day = first + timedelta(days=(last.weekday() - first.weekday()) % 7) + (week - 1) * _WEEK
    return day if day.month == month.month else day - _WEEK


def _nearest(wanted: date, within: tuple[date, WorkingDays, Collection[date]]) -> date | None:
    after, working, taken = within
    tried = (wanted + weeks * _WEEK for weeks in _WEEKS_TRIED)
    return next((day for day in tried if day > after and working.is_working(day) and day not in taken), None)


def year_of(year_start: str, day: date) -> tuple[date, date]:
    """The first and the last day of the reporting year in which `day` lies; `year_start` as "04-01"."""
    month, first = (int(part) for part in year_start.split("-"))
    begins = date(day.year, month, first)
    if begins > day:
        begins = add_months(begins, -12)
    return begins, add_months(begins, 12) - timedelta(days=1)


def asked_for(meetings: Meetings, begins: date, since: date) -> int | None:
    """How many meetings the framework asks for in the year that begins on `begins`; None where it does not say.

    A partnership whose records begin within the year, on the day `since`, is asked for those of the periods that
    were left.
    """
    least = meetings.minimum_a_year
    if least is None:
        months = months_between(meetings, since)
        least = 12 // months if months else None
    if least is None or since <= begins:
        return least
    passed = (since.year - begins.year) * 12 + since.month - begins.month - (since.day < begins.day)
    return least - passed * least // 12


def records_since(days: Iterable[date], begins: date, today: date) -> date:
    """From when a year is counted: from its first day where meetings are known from before it, else from the first.

    `days` are those of all known meetings.
    """
    first = min(days, default=today)
    return begins if first < begins else min(first, today)
