"""How long what is kept, and when what is told may go (framework 3.1)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from assurance.pack import read_shipped
from assurance.packing import read_pack
from assurance.retention_rules import CLASSES, befores, begins, may_go_from, tell_again_from, years_before


@pytest.mark.parametrize(
    ("day", "years", "earlier"),
    [
        (date(2033, 12, 10), 7, date(2026, 12, 10)),
        (date(2028, 2, 29), 7, date(2021, 2, 28)),
        (date(2028, 2, 29), 4, date(2024, 2, 29)),
    ],
)
def test_years_are_counted_by_the_calendar(day, years, earlier):
    assert years_before(day, years) == earlier


def test_ninety_days_lie_between_telling_and_removing_and_a_year_between_two_tellings():
    assert may_go_from(date(2027, 9, 27)) == date(2027, 12, 26)
    assert tell_again_from(date(2027, 9, 27)) == date(2028, 9, 26)


def test_a_day_begins_where_the_partnership_is():
    assert begins(date(2026, 7, 1), "Europe/London") == datetime(2026, 6, 30, 23, tzinfo=UTC)


@pytest.mark.parametrize("slug", ["swindon", "solihull", "barking-and-dagenham", "south-gloucestershire"])
def test_no_shipped_pack_removes_anything_and_each_suggests_seven_years(slug):
    pack = read_pack(read_shipped(slug))
    assert not pack.retention.enabled
    day = befores(pack, date(2033, 12, 26))
    assert set(day) == set(CLASSES)
    assert {day["evidence"], day["returns"], day["log"]} == {date(2026, 12, 26)}
