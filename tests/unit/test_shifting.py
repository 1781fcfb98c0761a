"""A meeting moves: which due days move along, and which are kept (E1, issue 3 Deliver 4)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assurance.calendar import WorkingDays
from assurance.pack import load, read_shipped
from assurance.shifting import Shifted, Waiting, round_due, shift_of, shifted

PACK = load(read_shipped("swindon"), "swindon")
WORKING = WorkingDays()
OLD, DUE = date(2026, 12, 10), date(2026, 11, 26)
LATER, LATER_DUE = date(2026, 12, 17), date(2026, 12, 3)
EARLIER, EARLIER_DUE = date(2026, 12, 3), date(2026, 11, 19)
TODAY = date(2026, 11, 2)


def moving(new: date, today: date = TODAY, round_due_on: date = DUE):
    return shift_of(PACK, WORKING, OLD, new, round_due_on, today)


def waiting(due_on: date = DUE, extended_to: date | None = None, tabled: str = "papers") -> Waiting:
    return Waiting(1, due_on, extended_to, tabled)


@pytest.mark.parametrize(
    ("one", "new", "expected"),
    [
        (waiting(), LATER, Shifted(1, LATER_DUE, "")),
        (waiting(), EARLIER, Shifted(1, EARLIER_DUE, "")),
        (waiting(OLD, tabled="verbal"), LATER, Shifted(1, LATER, "")),
        (waiting(date(2026, 12, 3), tabled="short_notice"), LATER, Shifted(1, date(2026, 12, 3), "own_day")),
        (waiting(date(2026, 11, 30)), LATER, Shifted(1, date(2026, 11, 30), "own_day")),
        (waiting(date(2026, 12, 8)), EARLIER, Shifted(1, date(2026, 12, 8), "own_day", beyond=True)),
        (waiting(extended_to=date(2026, 12, 7)), LATER, Shifted(1, LATER_DUE, "extended")),
        (waiting(extended_to=date(2026, 12, 1)), LATER, Shifted(1, LATER_DUE, "")),
    ],
)
def test_the_usual_due_day_moves_along_and_days_that_were_agreed_stay(one, new, expected):
    assert shifted(one, moving(new)) == expected


def test_a_round_that_was_moved_before_keeps_moving_from_the_day_it_has():
    kept = date(2026, 11, 25)
    assert shifted(waiting(kept), moving(LATER, round_due_on=kept)) == Shifted(1, LATER_DUE, "")


def test_nobody_who_had_time_is_late_at_once_and_who_was_late_gets_no_earlier_and_no_later_day():
    """Not below tomorrow's work; a due day gone by stays unless the new one lies ahead."""
    today = date(2026, 11, 20)
    assert shifted(waiting(), moving(EARLIER, today)) == Shifted(1, date(2026, 11, 23), "")
    assert round_due(moving(EARLIER, today)) == date(2026, 11, 23)
    late = date(2026, 11, 30)
    assert shifted(waiting(), moving(date(2026, 12, 8), late)) == Shifted(1, DUE, "due_already")
    assert shifted(waiting(extended_to=date(2026, 12, 4)), moving(date(2026, 12, 8), late)).kept == "extended"
    assert shifted(waiting(), moving(LATER, late)) == Shifted(1, LATER_DUE, "")


@given(
    st.integers(1, 60), st.integers(-30, 30), st.sampled_from(["papers", "verbal", "short_notice"]),
    st.sampled_from([DUE, OLD, date(2026, 11, 30)]), st.none() | st.dates(date(2026, 11, 3), date(2027, 1, 29)),
)  # fmt: skip
def test_whatever_moves_a_day_ahead_stays_ahead(days, today_offset, tabled, due_on, extended_to):
    today = TODAY + timedelta(days=30 + today_offset)
    shift = moving(today + timedelta(days=days), today)
    found = shifted(waiting(due_on, extended_to, tabled), shift)
    if due_on > today:
        assert found.due_on > today
    if found.due_on != due_on:
        assert found.due_on > today and found.kept in ("", "extended")
