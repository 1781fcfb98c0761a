"""A meeting as a calendar file (RFC 5545): the same meeting keeps its identity, so a later file replaces an earlier."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from assurance.meeting_view import CalendarEntry

LENGTH = "PT2H"
"""How long a meeting with a time is taken to last: no framework says, so the length is ours."""
TYPE = "text/calendar"
_OCTETS = 75
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def calendar_file(entry: CalendarEntry, now: datetime) -> bytes:
    """The file's content. With a time it begins at that moment in UTC; without one it takes the whole day."""
    event = [
        f"UID:{_escaped(entry.uid)}",
        f"DTSTAMP:{_utc(now)}",
        f"SEQUENCE:{entry.sequence}",
        *_times(entry),
        f"SUMMARY:{_escaped(entry.title)}",
        *([f"LOCATION:{_escaped(entry.place)}"] if entry.place else ()),
        *([f"DESCRIPTION:{_escaped(entry.notes)}"] if entry.notes else ()),
        f"STATUS:{'CANCELLED' if entry.cancelled else 'CONFIRMED'}",
    ]
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Learning Loop//Meetings//EN", "CALSCALE:GREGORIAN",
        f"METHOD:{'CANCEL' if entry.cancelled else 'PUBLISH'}", "BEGIN:VEVENT", *event, "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    return b"".join(_folded(line) + b"\r\n" for line in lines)


def file_name(entry: CalendarEntry) -> str:
    """What the file is called: the group and the day, in letters that every system takes."""
    words = re.sub(r"[^A-Za-z0-9]+", "-", entry.title).strip("-") or "meeting"
    return f"{words}-{entry.on.isoformat()}.ics"


def _times(entry: CalendarEntry) -> list[str]:
    if entry.begins_at is None:
        after = entry.on + timedelta(days=1)
        return [f"DTSTART;VALUE=DATE:{entry.on:%Y%m%d}", f"DTEND;VALUE=DATE:{after:%Y%m%d}", "TRANSP:TRANSPARENT"]
    hour, minute = (int(part) for part in entry.begins_at.split(":"))
    begins = datetime(entry.on.year, entry.on.month, entry.on.day, hour, minute, tzinfo=ZoneInfo(entry.timezone))
    return [f"DTSTART:{_utc(begins)}", f"DURATION:{LENGTH}"]


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """Text as a value: what has a meaning of its own in the file is marked, and nothing breaks a line."""
    plain = _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    for mark in ("\\", ";", ","):
        plain = plain.replace(mark, f"\\{mark}")
    return plain.replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """A line in pieces of at most 75 octets, each further one behind a blank; no letter is cut in two."""
    pieces, room = [bytearray()], _OCTETS
    for letter in line:
        octets = letter.encode()
        if len(pieces[-1]) + len(octets) > room:
            pieces.append(bytearray())
            room = _OCTETS - 1
        pieces[-1] += octets
    return b"\r\n ".join(pieces)
