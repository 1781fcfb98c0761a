"""How often the group meets: the next regular day, and when fewer are set than the framework asks for (E1)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assurance.cadence import MONTHS, asked_for, months_between, next_regular, records_since, year_of
from assurance.calendar import WorkingDays
from assurance.pack import Meetings, load, read_shipped

WORKING = WorkingDays()
SWINDON = load(read_shipped("swindon"), "swindon").meetings
SOLIHULL = load(read_shipped("solihull"), "solihull").meetings
SOUTH = load(read_shipped("south-gloucestershire"), "south-gloucestershire").meetings
TODAY = date(2026, 11, 2)


def meeting_every(frequency: str, **more: object) -> Meetings:
    return Meetings(basis="default", group="ldg", frequency=frequency, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("frequency", "last", "expected"),
    [
        ("quarterly", date(2026, 12, 10), date(2027, 3, 11)),
        ("alternate_months", date(2026, 12, 10), date(2027, 2, 11)),
        ("monthly", date(2026, 12, 10), date(2027, 1, 14)),
        ("six_monthly", date(2026, 12, 10), date(2027, 6, 10)),
        ("yearly", date(2026, 12, 10), date(2027, 12, 9)),
    ],
)
def test_the_next_regular_day_is_the_same_weekday_of_the_month_a_period_later(frequency, last, expected):
    """The second Thursday stays the second Thursday."""
    assert next_regular(last, meeting_every(frequency), WORKING, TODAY) == expected


def test_a_fifth_weekday_becomes_the_last_where_the_month_has_but_four():
    assert next_regular(date(2026, 12, 31), meeting_every("alternate_months"), WORKING, TODAY) == date(2027, 2, 25)


def test_a_holiday_or_a_day_that_is_taken_gives_the_nearest_week():
    """Monday 3 May 2027 is a bank holiday; a cancelled meeting's day is not proposed again."""
    every = meeting_every("quarterly")
    assert next_regular(date(2027, 2, 1), every, WORKING, TODAY) == date(2027, 5, 10)
    assert next_regular(date(2026, 12, 10), every, WORKING, TODAY, {date(2027, 3, 11)}) == date(2027, 3, 18)


def test_after_a_long_pause_the_day_still_lies_ahead():
    assert next_regular(date(2025, 12, 11), SWINDON, WORKING, TODAY) == date(2026, 12, 10)


def test_a_cadence_for_the_first_year_only_does_not_go_on_by_itself():
    """Framework 4.12: Solihull needs an explicit value after March 2024; South Gloucestershire never gave one."""
    assert next_regular(date(2026, 12, 10), SOLIHULL, WORKING, TODAY) is None
    assert next_regular(date(2023, 9, 14), SOLIHULL, WORKING, date(2023, 9, 20)) == date(2023, 11, 9)
    assert next_regular(date(2024, 3, 14), SOLIHULL, WORKING, date(2024, 3, 20)) is None
    explicit = SOLIHULL.model_copy(update={"frequency_until": None})
    assert next_regular(date(2026, 12, 10), explicit, WORKING, TODAY) == date(2027, 2, 11)
    assert next_regular(date(2026, 12, 10), SOUTH, WORKING, TODAY) is None


def test_nothing_is_proposed_before_a_first_meeting_was_set():
    assert next_regular(None, SWINDON, WORKING, TODAY) is None


@given(
    st.dates(date(2026, 1, 1), date(2029, 12, 31)),
    st.dates(date(2026, 1, 1), date(2029, 12, 31)),
    st.sampled_from(sorted(MONTHS)),
)
def test_whatever_the_last_day_was_the_next_is_a_working_day_of_the_same_weekday_ahead(last, today, frequency):
    while not WORKING.is_working(last):
        last += timedelta(days=1)
    found = next_regular(last, meeting_every(frequency), WORKING, today)
    assert found is not None and found > max(last, today)
    assert found.weekday() == last.weekday() and WORKING.is_working(found)


def test_the_reporting_year_is_the_packs():
    assert year_of("04-01", TODAY) == (date(2026, 4, 1), date(2027, 3, 31))
    assert year_of("04-01", date(2027, 3, 31)) == (date(2026, 4, 1), date(2027, 3, 31))
    assert year_of("09-01", date(2026, 9, 1)) == (date(2026, 9, 1), date(2027, 8, 31))


@pytest.mark.parametrize(
    ("since", "least"),
    [
        (date(2026, 4, 1), 4),
        (date(2026, 6, 30), 4),
        (date(2026, 7, 1), 3),
        (date(2026, 11, 2), 2),
        (date(2027, 1, 5), 1),
        (date(2027, 3, 31), 1),
    ],
)
def test_who_begins_within_the_year_is_asked_for_the_meetings_that_are_left(since, least):
    """SL App A: at least quarterly."""
    assert asked_for(SWINDON, date(2026, 4, 1), since) == least


def test_without_a_minimum_the_cadence_says_how_many():
    explicit = SOLIHULL.model_copy(update={"frequency_until": None})
    assert asked_for(explicit, date(2026, 4, 1), date(2026, 4, 1)) == 6
    assert asked_for(SOLIHULL, date(2026, 4, 1), date(2026, 4, 1)) is None
    assert asked_for(SOUTH, date(2026, 4, 1), date(2026, 4, 1)) is None
    assert months_between(SWINDON, TODAY) == 3


def test_a_year_is_counted_from_its_start_where_meetings_are_known_from_before_it():
    begins = date(2026, 4, 1)
    assert records_since([date(2026, 3, 12), date(2026, 12, 10)], begins, TODAY) == begins
    assert records_since([date(2026, 12, 10)], begins, TODAY) == TODAY
    assert records_since([date(2026, 6, 11)], begins, TODAY) == date(2026, 6, 11)
    assert records_since([], begins, TODAY) == TODAY
