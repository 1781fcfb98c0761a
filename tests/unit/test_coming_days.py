"""Days as people say them when they plan: what is read, and what is left open."""

from datetime import date

import pytest

from assurance.coming_days import Span, read_coming_day, read_span

MONDAY = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("today", MONDAY),
        ("tomorrow", date(2026, 11, 3)),
        ("Friday", date(2026, 11, 6)),
        ("next fri", date(2026, 11, 6)),
        ("monday", date(2026, 11, 9)),
        ("12 December", date(2026, 12, 12)),
        ("2026-12-11", date(2026, 12, 11)),
        ("the end of Friday 11 December 2026", date(2026, 12, 11)),
        ("soon", None),
        ("", None),
        ("Friday 12 December", None),
    ],
)
def test_a_day_is_read_as_one_says_it(said, day):
    assert read_coming_day(said, MONDAY) == day


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("until 12 December", None, date(2026, 12, 12)),
        ("till Friday.", None, date(2026, 11, 6)),
        ("from Tuesday to Friday", date(2026, 11, 3), date(2026, 11, 6)),
        ("9 November until 2026-11-13", date(2026, 11, 9), date(2026, 11, 13)),
        ("9/11 \u2013 13/11", date(2026, 11, 9), date(2026, 11, 13)),
        ("tomorrow", date(2026, 11, 3), date(2026, 11, 3)),
        ("on 9 November", date(2026, 11, 9), date(2026, 11, 9)),
    ],
)
def test_a_span_that_is_said_whole_is_read_whole(said, first, last):
    assert read_span(said, MONDAY) == Span(first, last, whole=True)


@pytest.mark.parametrize(
    "said", ["until Monday", "until Christmas", "", "days", "for a week or two", "from 9 November"]
)
def test_what_leaves_something_open_is_not_whole(said):
    assert not read_span(said, MONDAY).whole


def test_the_last_day_of_a_span_is_counted_from_its_first():
    assert read_span("from 30 November to Tuesday", MONDAY).last == date(2026, 12, 1)
