"""The calendar file of a meeting, as RFC 5545 asks for it (issue 3, Deliver 4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assurance.meeting_view import CalendarEntry
from bot.documents.calendar_file import calendar_file, file_name

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
ENTRY = CalendarEntry(
    uid="meeting-7@swindon.learning-loop", sequence=2, on=date(2026, 12, 10), begins_at="14:00",
    timezone="Europe/London", title="LDG meeting", place="Civic Offices, room 3",
    notes="Answers by the end of Thursday 26 November 2026.\nPapers by Thursday 3 December 2026.", cancelled=False,
)  # fmt: skip


def unfolded(content: bytes) -> list[str]:
    """The file's lines as a calendar reads them."""
    return content.decode().replace("\r\n ", "").split("\r\n")


def value(lines: list[str], name: str) -> str:
    return next(line.partition(":")[2] for line in lines if line.partition(":")[0] == name)


def test_a_meeting_with_a_time_begins_at_that_moment_in_utc_and_has_its_identity():
    lines = unfolded(calendar_file(ENTRY, NOW))
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"] and lines[-2:] == ["END:VCALENDAR", ""]
    assert value(lines, "UID") == "meeting-7@swindon.learning-loop"
    assert value(lines, "DTSTART") == "20261210T140000Z" and value(lines, "DTSTAMP") == "20261102T093000Z"
    assert value(lines, "SEQUENCE") == "2" and value(lines, "STATUS") == "CONFIRMED"
    assert value(lines, "METHOD") == "PUBLISH" and value(lines, "DURATION") == "PT2H"


def test_in_summer_the_partnerships_time_is_an_hour_ahead_of_utc():
    lines = unfolded(calendar_file(replace(ENTRY, on=date(2027, 6, 10)), NOW))
    assert value(lines, "DTSTART") == "20270610T130000Z"


def test_a_meeting_without_a_time_takes_the_whole_day_and_blocks_nobody():
    lines = unfolded(calendar_file(replace(ENTRY, begins_at=None), NOW))
    assert value(lines, "DTSTART;VALUE=DATE") == "20261210" and value(lines, "DTEND;VALUE=DATE") == "20261211"
    assert value(lines, "TRANSP") == "TRANSPARENT"


def test_a_cancelled_meeting_says_so_under_the_same_identity_and_a_higher_number():
    lines = unfolded(calendar_file(replace(ENTRY, cancelled=True, sequence=3), NOW))
    assert value(lines, "STATUS") == "CANCELLED" and value(lines, "METHOD") == "CANCEL"
    assert value(lines, "UID") == "meeting-7@swindon.learning-loop" and value(lines, "SEQUENCE") == "3"


@pytest.mark.parametrize(
    ("place", "written"),
    [
        ("Civic Offices, room 3", "Civic Offices\\, room 3"),
        ("Room; 3", "Room\\; 3"),
        ("a\\b", "a\\\\b"),
        ("one\r\ntwo\nthree\rfour", "one\\ntwo\\nthree\\nfour"),
        ("bell\x07 and tab\t", "bell  and tab\t"),
    ],
)
def test_marks_that_mean_something_in_the_file_are_written_so_that_they_do_not(place, written):
    assert value(unfolded(calendar_file(replace(ENTRY, place=place), NOW)), "LOCATION") == written


def test_what_is_not_known_has_no_line():
    lines = unfolded(calendar_file(replace(ENTRY, place="", notes=""), NOW))
    assert not [line for line in lines if line.startswith(("LOCATION", "DESCRIPTION"))]


@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_was_typed_every_line_is_short_and_nothing_is_added_or_cut(place, notes):
    content = calendar_file(replace(ENTRY, place=place, notes=notes), NOW)
    raw = content.split(b"\r\n")
    assert all(len(line) <= 75 for line in raw)
    assert all(line.decode() is not None for line in raw), "no letter is cut in two"
    assert b"\n" not in content.replace(b"\r\n", b"") and b"\r" not in content.replace(b"\r\n", b"")
    names = [line.partition(":")[0] for line in unfolded(content)]
    assert names.count("BEGIN") == 2 and names.count("UID") == 1 and names.count("DTSTART") == 1


def test_the_files_name_is_plain():
    assert file_name(ENTRY) == "LDG-meeting-2026-12-10.ics"
    assert file_name(replace(ENTRY, title="\u00e9\u00e9")) == "meeting-2026-12-10.ics"
