"""Which quarter is meant: the pack's form is taken, a calendar form is asked about, never guessed (B15)."""

from datetime import date, timedelta

import pytest

from assurance.quarters import before, quarter, quarter_keyed, quarter_of, read_quarter

APRIL, JANUARY, SEPTEMBER = "04-01", "01-01", "09-01"
TODAY = date(2026, 12, 14)


def read(text, year_start=APRIL, today=TODAY):
    return read_quarter(text, year_start, today)


def test_the_third_quarter_of_a_year_from_april_is_october_to_december():
    found = quarter(APRIL, 2026, 3)
    assert (found.first, found.last) == (date(2026, 10, 1), date(2026, 12, 31))
    assert found.label == "Q3 2026-27" and found.key == "2026-27 Q3"
    assert found.full == "Q3 2026-27 (October to December 2026)"


def test_a_quarter_over_the_turn_of_the_year_names_both_years():
    assert quarter(SEPTEMBER, 2026, 2).span == "December 2026 to February 2027"
    assert quarter("04-06", 2026, 1).span == "Monday 6 April 2026 to Sunday 5 July 2026"
    assert quarter(JANUARY, 2026, 4).label == "Q4 2026"


@pytest.mark.parametrize("year_start", [APRIL, JANUARY, SEPTEMBER, "04-06", "07-15"])
def test_every_day_lies_in_exactly_one_quarter_and_each_follows_the_one_before(year_start):
    day, seen = date(2025, 1, 1), []
    while day < date(2028, 1, 1):
        found = quarter_of(year_start, day)
        assert found.has(day) and quarter_keyed(year_start, found.key) == found
        if not seen or seen[-1] != found:
            assert not seen or (before(year_start, found) == seen[-1] and seen[-1].last + timedelta(1) == found.first)
            seen.append(found)
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Q3 2026-27", "Q3 2026-27"),
        ("q3 26/27", "Q3 2026-27"),
        ("Q3 26-27", "Q3 2026-27"),
        ("quarter 3 2026-27", "Q3 2026-27"),
        ("Q3, 2026 – 27", "Q3 2026-27"),
        ("q3 of 2026/2027", "Q3 2026-27"),
        ("2026-27 Q3", "Q3 2026-27"),
        ("the third quarter of 2026-27", "Q3 2026-27"),
        ("4th quarter 2025/26", "Q4 2025-26"),
        ("for last quarter please", "Q2 2026-27"),
        ("previous quarter", "Q2 2026-27"),
        ("this quarter", "Q3 2026-27"),
        ("next quarter", "Q4 2026-27"),
    ],
)
def test_the_packs_own_form_is_taken_however_loosely_it_is_put(text, label):
    assert read(text).sure.label == label


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Q4 2026", ["Q3 2026-27", "Q4 2026-27"]),
        ("Q3 26", ["Q2 2026-27", "Q3 2026-27"]),
        ("autumn 2026", ["Q3 2026-27"]),
        ("autumn", ["Q3 2026-27"]),
        ("winter 2026", ["Q4 2025-26", "Q4 2026-27"]),
        ("winter 2026-27", ["Q4 2026-27"]),
        ("Oct–Dec 2026", ["Q3 2026-27"]),
        ("Oct to Dec 2026", ["Q3 2026-27"]),
        ("December 2026", ["Q3 2026-27"]),
        ("december", ["Q3 2026-27"]),
        ("Nov 2026 to Jan 2027", ["Q3 2026-27", "Q4 2026-27"]),
        ("Nov to Jan 2027", ["Q3 2026-27", "Q4 2026-27"]),
        ("Q2", ["Q2 2026-27", "Q2 2025-26"]),
        ("Q4", ["Q4 2025-26", "Q4 2026-27"]),
        ("2026-27", ["Q1 2026-27", "Q2 2026-27", "Q3 2026-27", "Q4 2026-27"]),
        ("2026", ["Q4 2025-26", "Q1 2026-27", "Q2 2026-27", "Q3 2026-27"]),
    ],
)
def test_what_may_be_the_calendars_quarter_is_asked_about_and_never_guessed(text, labels):
    found = read(text)
    assert found.sure is None and [one.label for one in found.maybe] == labels


@pytest.mark.parametrize(
    "text", ["", "of learning", "Q5 2026-27", "Q3 2026-28", "GWH", "q3 2026-27 and Q4", "smarch 2026", "x" * 80, "26"]
)
def test_anything_else_names_no_quarter(text):
    assert read(text).sure is None and read(text).maybe == ()


def test_where_the_packs_year_is_the_calendars_its_form_is_the_calendars():
    assert read("Q4 2026", JANUARY).sure.label == "Q4 2026"
    assert read("Q4 2026-27", JANUARY).maybe != () and read("Q4 2026-27", JANUARY).sure is None


@pytest.mark.parametrize("key", ["2026-27 Q5", "2026-28 Q1", "2026 Q1", "meeting:4", "2026-27 Q1 ", "٢٠٢٦-27 Q1"])
def test_a_key_that_no_record_of_ours_has_finds_nothing(key):
    assert quarter_keyed(APRIL, key) is None
