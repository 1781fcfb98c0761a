"""Send hours: when messages that can wait may go out, in the partnership's zone (framework 3.1).

Rules only. A moment is a UTC-aware `datetime`. What is kept back is late by hours, never lost.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from assurance.issuing import working_days
from assurance.pack import Pack

FRIDAY = 4
_LONGEST_CLOSURE_DAYS = 400


def may_send(pack: Pack, now: datetime) -> bool:
    """Whether messages may go out now: on a working day, from the first hour on and before the last one."""
    local = now.astimezone(ZoneInfo(pack.timezone))
    first, last = _window(pack, local.date())
    return first <= local.time() < last and working_days(pack).is_working(local.date())


def next_send_moment(pack: Pack, now: datetime) -> datetime:
    """The first moment from now on at which messages may go out: now itself where they may.

    Raises ValueError where a pack is closed for more than a year on end.
    """
    if may_send(pack, now):
        return now
    zone, working = ZoneInfo(pack.timezone), working_days(pack)
    today = now.astimezone(zone).date()
    for day in (today + timedelta(days=n) for n in range(_LONGEST_CLOSURE_DAYS)):
        opens = datetime.combine(day, _window(pack, day)[0], tzinfo=zone).astimezone(UTC)
        if opens > now and working.is_working(day) and may_send(pack, opens):
            return opens
    raise ValueError("messages may never go out by this pack")


def day_begins(pack: Pack, day: date) -> datetime:
    """The moment at which a day begins in the partnership's zone."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(pack.timezone)).astimezone(UTC)


def window_opened(pack: Pack, now: datetime) -> datetime:
    """The moment at which the send hours of this day begin, whether or not messages go out on it."""
    local = now.astimezone(ZoneInfo(pack.timezone))
    opens = datetime.combine(local.date(), _window(pack, local.date())[0], tzinfo=local.tzinfo)
    return opens.astimezone(UTC)


def last_send_moment(pack: Pack, before: date) -> datetime:
    """The last minute in which messages may go out on a day before this one."""
    zone, day = ZoneInfo(pack.timezone), working_days(pack).add(before, -1)
    return datetime.combine(day, _window(pack, day)[1], tzinfo=zone).astimezone(UTC) - timedelta(minutes=1)


def _window(pack: Pack, day: date) -> tuple[time, time]:
    hours = pack.send_hours
    first, last = time.fromisoformat(hours.first), time.fromisoformat(hours.last)
    return (first, min(last, time.fromisoformat(hours.friday_last))) if day.weekday() == FRIDAY else (first, last)
