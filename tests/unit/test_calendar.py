"""Working days, due days, notice, impact and quarters (framework 3.1 defaults, 4.5; scenarios 18, 19, 29)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assurance.calendar import (
    Way,
    WorkingDays,
    add_months,
    due_at_end,
    due_day,
    impact_due,
    impact_opens,
    impact_tabled,
    is_overdue,
    local_day,
    notice_rule,
)

LONDON = "Europe/London"
ENGLAND = WorkingDays("GB", "ENG")
DECEMBER_MEETING = date(2026, 12, 10)
MARCH_MEETING = date(2027, 3, 11)
FULL_NOTICE_WD = 15
days = st.dates(date(2024, 1, 1), date(2029, 12, 31))


@dataclass(frozen=True)
class Closed:
    first: date
    last: date


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 12, 11), True),
        (date(2026, 12, 12), False),
        (date(2026, 12, 25), False),
        (date(2026, 12, 28), False),
        (date(2026, 12, 29), True),
        (date(2023, 5, 8), False),
        (date(2027, 3, 26), False),
    ],
)
def test_weekends_and_english_public_holidays_are_not_working_days(day: date, working: bool) -> None:
    assert ENGLAND.is_working(day) is working


def test_easter_monday_is_worked_in_scotland_but_not_in_england() -> None:
    easter_monday = date(2027, 3, 29)
    assert WorkingDays("GB", "SCT").is_working(easter_monday)
    assert not ENGLAND.is_working(easter_monday)


def test_a_closure_counts_from_its_first_to_its_last_day() -> None:
    shut = WorkingDays("GB", "ENG", (Closed(date(2026, 12, 29), date(2026, 12, 31)),))
    assert [shut.is_working(date(2026, 12, n)) for n in (24, 29, 30, 31)] == [True, False, False, False]


def test_a_seats_own_closure_is_added_and_the_partnerships_calendar_stays_as_it_was() -> None:
    half_term = Closed(date(2026, 10, 26), date(2026, 10, 30))
    school = ENGLAND.also_closed((half_term,))
    assert school.add(date(2026, 10, 23), 1) == date(2026, 11, 2)
    assert ENGLAND.add(date(2026, 10, 23), 1) == date(2026, 10, 26)


@pytest.mark.parametrize(("country", "part"), [("XX", "ENG"), ("GB", "Narnia")])
def test_an_unknown_country_or_part_is_refused_in_words(country: str, part: str) -> None:
    with pytest.raises(ValueError, match="no calendar of public holidays"):
        WorkingDays(country, part)


def test_adding_working_days_passes_over_christmas() -> None:
    assert ENGLAND.add(date(2026, 12, 24), 1) == date(2026, 12, 29)
    assert ENGLAND.add(date(2026, 12, 29), -1) == date(2026, 12, 24)
    assert ENGLAND.add(date(2026, 12, 26), 0) == date(2026, 12, 26)


@given(days, st.integers(1, 60))
def test_going_forward_and_back_by_working_days_agrees_with_counting_them(day: date, n: int) -> None:
    later = ENGLAND.add(day, n)
    assert ENGLAND.is_working(later)
    assert ENGLAND.between(day, later) == n
    assert ENGLAND.between(later, day) == -n


def test_answers_are_due_ten_working_days_before_the_meeting() -> None:
    assert due_day(DECEMBER_MEETING, 10, ENGLAND) == date(2026, 11, 26)
    assert due_day(MARCH_MEETING, 10, ENGLAND) == date(2027, 2, 25)


def test_a_due_day_before_a_meeting_in_january_passes_over_the_bank_holidays() -> None:
    assert due_day(date(2027, 1, 7), 10, ENGLAND) == date(2026, 12, 21)


def test_learning_issued_in_good_time_is_due_on_the_usual_day() -> None:
    notice = notice_rule(date(2026, 11, 5), DECEMBER_MEETING, MARCH_MEETING, ENGLAND)
    assert notice.is_full
    assert (notice.due_day, notice.notice_wd, notice.choices) == (date(2026, 11, 26), FULL_NOTICE_WD, ())


def test_one_working_day_too_few_gives_the_officer_the_choice() -> None:
    notice = notice_rule(date(2026, 11, 6), DECEMBER_MEETING, MARCH_MEETING, ENGLAND)
    assert not notice.is_full
    assert [choice.way for choice in notice.choices] == [Way.NEXT_MEETING, Way.SHORT_NOTICE, Way.VERBAL]
    assert notice.choices[1].due_day == date(2026, 11, 26)


def test_learning_issued_nine_working_days_before_a_meeting_is_never_born_overdue() -> None:
    """Scenario 29."""
    issue = ENGLAND.add(DECEMBER_MEETING, -9)
    notice = notice_rule(issue, DECEMBER_MEETING, MARCH_MEETING, ENGLAND)
    offered = {choice.way: (choice.due_day, choice.meeting_day) for choice in notice.choices}
    assert notice.due_day is None
    assert offered == {
        Way.NEXT_MEETING: (date(2027, 2, 25), MARCH_MEETING),
        Way.SHORT_NOTICE: (date(2026, 12, 9), DECEMBER_MEETING),
        Way.VERBAL: (DECEMBER_MEETING, DECEMBER_MEETING),
    }


def test_short_notice_is_due_with_the_papers_when_that_still_leaves_a_week_of_work() -> None:
    """Scenario 29."""
    issue = ENGLAND.add(DECEMBER_MEETING, -12)
    notice = notice_rule(issue, DECEMBER_MEETING, MARCH_MEETING, ENGLAND)
    short = next(choice for choice in notice.choices if choice.way is Way.SHORT_NOTICE)
    assert short.due_day == date(2026, 12, 3)
    assert short.notice_wd == 12 - 5


def test_without_a_next_meeting_only_short_notice_and_a_verbal_update_are_offered() -> None:
    notice = notice_rule(date(2026, 12, 1), DECEMBER_MEETING, None, ENGLAND)
    assert [choice.way for choice in notice.choices] == [Way.SHORT_NOTICE, Way.VERBAL]


def test_on_the_day_of_the_meeting_there_is_no_time_for_a_written_answer() -> None:
    notice = notice_rule(DECEMBER_MEETING, DECEMBER_MEETING, MARCH_MEETING, ENGLAND)
    assert [choice.way for choice in notice.choices] == [Way.NEXT_MEETING, Way.VERBAL]


def test_a_pack_may_ask_for_other_notice() -> None:
    issue = date(2026, 11, 30)
    notice = notice_rule(issue, DECEMBER_MEETING, None, ENGLAND, due_wd_before_meeting=3, min_answer_wd=5)
    assert notice.due_day == date(2026, 12, 7)


@given(days, st.integers(0, 120), st.integers(1, 120))
def test_whatever_the_days_nothing_is_due_on_or_before_issue_or_after_its_meeting(
    issue: date, ahead: int, gap: int
) -> None:
    """Scenario 29: nobody is born overdue; a verbal update may be on the day itself."""
    meeting = issue + timedelta(days=ahead)
    notice = notice_rule(issue, meeting, meeting + timedelta(days=gap), ENGLAND)
    assert notice.is_full == (not notice.choices)
    if notice.due_day is not None:
        assert ENGLAND.between(issue, notice.due_day) >= FULL_NOTICE_WD
    for choice in notice.choices:
        earliest = issue if choice.way is Way.VERBAL else ENGLAND.add(issue, 1)
        assert earliest <= choice.due_day <= choice.meeting_day
        assert choice.notice_wd == ENGLAND.between(issue, choice.due_day)


def test_a_due_day_ends_at_midnight_in_the_partnerships_zone() -> None:
    assert due_at_end(date(2026, 11, 26), LONDON) == datetime(2026, 11, 27, 0, 0, tzinfo=UTC)
    assert due_at_end(date(2026, 7, 9), LONDON) == datetime(2026, 7, 9, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(("change", "hours"), [(date(2026, 10, 25), 25), (date(2026, 3, 29), 23)])
def test_a_day_on_which_the_clocks_change_still_ends_at_its_midnight(change: date, hours: int) -> None:
    length = due_at_end(change, LONDON) - due_at_end(change - timedelta(days=1), LONDON)
    assert length == timedelta(hours=hours)


def test_an_answer_is_overdue_only_when_the_due_day_has_ended() -> None:
    due = date(2026, 7, 9)
    assert not is_overdue(due, datetime(2026, 7, 9, 22, 59, 59, tzinfo=UTC), LONDON)
    assert is_overdue(due, datetime(2026, 7, 9, 23, 0, tzinfo=UTC), LONDON)


def test_the_local_day_in_summer_begins_an_hour_before_the_utc_day() -> None:
    assert local_day(datetime(2026, 7, 9, 23, 30, tzinfo=UTC), LONDON) == date(2026, 7, 10)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        is_overdue(date(2026, 7, 9), datetime(2026, 7, 9), LONDON)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 9, 10), 3, date(2026, 12, 10)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_months_are_added_and_shortened_to_the_months_last_day(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later


def test_impact_opens_three_months_after_issue_and_is_due_three_weeks_later() -> None:
    """Scenario 19."""
    opens = impact_opens(date(2026, 11, 5))
    assert opens == date(2027, 2, 5)
    assert impact_due(opens, ENGLAND) == date(2027, 2, 26)


def test_impact_due_on_a_day_off_moves_to_the_next_working_day() -> None:
    assert impact_due(date(2027, 3, 5), ENGLAND) == date(2027, 3, 30)


def test_impact_is_tabled_at_the_first_meeting_after_its_due_day() -> None:
    """Scenario 19."""
    due = date(2027, 2, 26)
    meetings = [date(2027, 6, 10), MARCH_MEETING, due, DECEMBER_MEETING]
    assert impact_tabled(due, meetings) == MARCH_MEETING
    assert impact_tabled(due, [DECEMBER_MEETING]) is None
