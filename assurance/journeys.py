"""Journeys through practice time: where one may go. Pure rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from assurance.calendar import add_months, local_day
from assurance.coming_days import read_coming_day
from assurance.dates import COUNTS, day_words, time_words
from assurance.pack import Pack
from assurance.refusals import Refusal

LONGEST_MONTHS = 6
NOT_UNDERSTOOD = (
    "Where to? Type travel and a day, such as travel Friday, travel 2 weeks, travel 11 December 14:00, or travel to "
    "the meeting."
)
NO_MEETING = "No meeting is entered yet, so I do not know where that is."
_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_SPAN = re.compile(
    r"(?:in |by |on )?(?P<number>\d{1,4}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) "
    r"(?P<unit>hour|day|week|fortnight|month|quarter|year)s?(?: on| ahead| later| from now| forward)?"
)
_CLOCK = re.compile(
    r"(?P<day>.*?)(?:[, ]+at|,)? ?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))? ?(?P<half>am|pm)?", re.IGNORECASE
)
_MEETING = re.compile(r"(?:the )?(?:next )?meeting(?: day)?")


def destination(text: str, now: datetime, pack: Pack, meetings: Sequence[tuple[date, str | None]]) -> datetime:
    """The moment that a journey goes to: a day, a day and time, a while on, or the next meeting.

    A day without a time is its first hour of sending. `meetings` are those to come, each with its time of day.
    Raises Refusal, with what the newcomer reads, for what is no place in time, for the past, and for too far.
    """
    tz = ZoneInfo(pack.timezone)
    words = " ".join(text.casefold().split()).strip(" .,!?")
    for opening in ("forward ", "on ", "to ", "until "):
        words = words.removeprefix(opening)
    found = _a_while_on(words, now, tz) or _next_meeting(words, now, pack, meetings) or _a_day(words, now, pack)
    if found is None:
        raise Refusal(NOT_UNDERSTOOD)
    if found <= now:
        raise Refusal(f"Practice time only moves forward. It is now {when_words(now, pack.timezone)}.")
    furthest = add_months(local_day(now, pack.timezone), LONGEST_MONTHS)
    if local_day(found, pack.timezone) > furthest:
        raise Refusal(f"One journey may be six months long at most: until {day_words(furthest)}.")
    return found


def when_words(at: datetime, tz: str) -> str:
    """A moment as the newcomer reads it: "Thursday 26 November 2026, 10:00"."""
    return f"{day_words(local_day(at, tz))}, {time_words(at, tz)}"


def _a_while_on(words: str, now: datetime, tz: ZoneInfo) -> datetime | None:
    found = _SPAN.fullmatch(words)
    if found is None:
        return None
    said, unit = found["number"], found["unit"]
    number = 1 if said in ("a", "an") else _count(said)
    if unit == "fortnight":
        number, unit = 2 * number, "week"
    here = now.astimezone(tz)
    if unit == "hour":
        return now + timedelta(hours=number)
    if unit in _MONTHS:
        day = add_months(here.date(), number * _MONTHS[unit])
    else:
        day = here.date() + timedelta(days=number * _DAYS[unit])
    return datetime.combine(day, here.time(), tz).astimezone(UTC)


def _count(said: str) -> int:
    return int(said) if said.isdigit() else COUNTS.index(said)


def _next_meeting(
    words: str, now: datetime, pack: Pack, meetings: Sequence[tuple[date, str | None]]
) -> datetime | None:
    if not _MEETING.fullmatch(words):
        return None
    moments = [_at(day, begins or pack.send_hours.first, pack) for day, begins in meetings]
    coming = [one for one in moments if one > now]
    if not coming:
        raise Refusal(NO_MEETING)
    return min(coming)


def _a_day(words: str, now: datetime, pack: Pack) -> datetime | None:
    today = local_day(now, pack.timezone)
    day = read_coming_day(words.removeprefix("on "), today)
    if day is not None:
        return _at(day, pack.send_hours.first, pack)
    found = _CLOCK.fullmatch(words)
    if found is None or not (found["minute"] or found["half"]):
        return None
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
    said = found["day"].strip(" ,").removeprefix("on ")
    day = read_coming_day(said, today) if said else today
    if day is None or hour > 23 or minute > 59:
        return None
    return _at(day, f"{hour:02d}:{minute:02d}", pack)


def _at(day: date, clock: str, pack: Pack) -> datetime:
    hour, minute = (int(part) for part in clock.split(":"))
    return datetime.combine(day, time(hour, minute), ZoneInfo(pack.timezone)).astimezone(UTC)
