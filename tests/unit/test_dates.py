"""Words for days and times, and days read from words, whatever the machine's locale."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assurance.dates import (
    count_words,
    day_words,
    listing,
    moment_words,
    read_day,
    short_day,
    time_words,
)

LONDON = "Europe/London"
TODAY = date(2026, 11, 22)
FRIDAY = date(2026, 12, 11)


def test_a_day_is_shown_in_full_and_in_short() -> None:
    assert day_words(FRIDAY) == "Friday 11 December 2026"
    assert short_day(date(2026, 11, 26)) == "Thu 26 Nov"


def test_a_moment_is_shown_in_the_partnerships_zone() -> None:
    summer = datetime(2026, 7, 9, 23, 5, tzinfo=UTC)
    assert time_words(summer, LONDON) == "00:05"
    assert moment_words(summer, LONDON) == "00:05 on Friday 10 July 2026"
    assert moment_words(datetime(2026, 12, 11, 10, 42, tzinfo=UTC), LONDON) == "10:42 on Friday 11 December 2026"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        time_words(datetime(2026, 7, 9, 23, 5), LONDON)


@pytest.mark.parametrize(
    ("number", "words"), [(0, "no"), (1, "one"), (2, "two"), (12, "twelve"), (13, "13"), (1204, "1,204")]
)
def test_small_counts_are_words_and_large_ones_are_figures(number: int, words: str) -> None:
    assert count_words(number) == words


@pytest.mark.parametrize(
    ("items", "phrase"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_items_are_listed_as_a_phrase(items: list[str], phrase: str) -> None:
    assert listing(items) == phrase


@pytest.mark.parametrize(
    "text",
    [
        "11 December 2026",
        "Friday 11 December 2026",
        "Fri, 11th Dec 2026",
        "the 11th of December, 2026",
        "11/12/2026",
        "11.12.26",
        "11 - 12 - 2026",
        "2026-12-11",
        "December 11, 2026",
        " 11  DEC ",
        "11/12",
        "11-dec-2026".replace("-", " "),
    ],
)
def test_a_day_is_read_day_first_and_without_a_year_as_the_next_one(text: str) -> None:
    assert read_day(text, TODAY) == FRIDAY


def test_a_day_without_a_year_may_be_today_but_is_never_past() -> None:
    assert read_day("22 Nov", TODAY) == TODAY
    assert read_day("21 Nov", TODAY) == date(2027, 11, 21)
    assert read_day("29 February", TODAY) == date(2028, 2, 29)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "31 November 2026", "12/25/2026", "Monday 11 December 2026", "11", "11 Dexember", "2026"],
)
def test_what_names_no_day_or_contradicts_itself_is_not_guessed(text: str) -> None:
    assert read_day(text, TODAY) is None


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_what_is_shown_can_be_read_back(day: date) -> None:
    assert read_day(day_words(day), TODAY) == day
    assert read_day(day.isoformat(), TODAY) == day


@given(st.integers(0, 360))
def test_the_short_form_names_the_same_day_when_it_lies_in_the_coming_year(ahead: int) -> None:
    day = TODAY + timedelta(days=ahead)
    assert read_day(short_day(day), TODAY) == day


@given(st.text(max_size=60))
def test_any_text_at_all_is_read_without_an_error(text: str) -> None:
    found = read_day(text, TODAY)
    assert found is None or isinstance(found, date)
