"""How long what is kept, when a removal is told, and from which day on it may be done (framework 3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from assurance.pack import Pack

CLASSES: Mapping[str, str] = {
    "evidence": "What agencies wrote in their answers",
    "returns": "What was written around them: notes, reasons, requests for more time, what the group said",
    "deliveries": "Where each message was sent",
    "drafts": "Drafts that were never sent",
    "log": "The log’s oldest entries",
}
"""Class of data, in words."""
NOTICE_DAYS = 90
"""So long before anything goes, the officers are told what would go."""
EVERY_DAYS = 365
"""A removal is told once a year at most."""


def years_of(pack: Pack, which: str) -> int:
    """How many years a class is kept."""
    return int(getattr(pack.retention, f"{which}_years"))


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; for 29 February, 28 February where that year has none.

    >>> years_before(date(2028, 2, 29), 7)
    datetime.date(2021, 2, 28)
    """
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def befores(pack: Pack, from_on: date) -> dict[str, date]:
    """For a removal on a day: by class, the day before which a thing must have been settled."""
    return {which: years_before(from_on, years_of(pack, which)) for which in CLASSES}


def begins(day: date, zone: str) -> datetime:
    """The moment at which a day begins there, in UTC."""
    return datetime.combine(day, time(0), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def may_go_from(told_on: date) -> date:
    """The first day on which what is told on a day may be removed."""
    return told_on + timedelta(days=NOTICE_DAYS)


def tell_again_from(told_on: date) -> date:
    """The first day on which the next removal may be told."""
    return told_on + timedelta(days=EVERY_DAYS)
