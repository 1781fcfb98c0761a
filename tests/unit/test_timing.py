"""When answers are due: the ways an officer is offered (framework 3.1, scenario 29)."""

from datetime import date

import pytest

from assurance.issuing import working_days
from assurance.pack import Pack, load, read_shipped
from assurance.timing import MeetingDay, by_clock, on_own_day, ways

TODAY = date(2026, 11, 2)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load(read_shipped("swindon"), "swindon")


def test_with_full_notice_there_is_one_way_and_it_is_tabled_with_the_papers(pack: Pack) -> None:
    found = ways(pack, working_days(pack), TODAY, [MeetingDay(1, date(2026, 12, 10))])
    assert [(one.way, one.due_on, one.tabled) for one in found] == [("full", date(2026, 11, 26), "papers")]


def test_without_a_meeting_nothing_is_offered(pack: Pack) -> None:
    assert ways(pack, working_days(pack), TODAY, []) == ()


def test_a_meeting_today_is_not_one_to_ask_for(pack: Pack) -> None:
    assert ways(pack, working_days(pack), TODAY, [MeetingDay(1, TODAY)]) == ()


@pytest.mark.parametrize("days_before", range(1, 40))
def test_no_way_is_ever_due_on_the_day_of_issue_or_before_it(pack: Pack, days_before: int) -> None:
    """Scenario 29: nobody is born overdue."""
    first = date.fromordinal(TODAY.toordinal() + days_before)
    for found in ways(pack, working_days(pack), TODAY, [MeetingDay(1, first), MeetingDay(2, date(2027, 3, 11))]):
        assert found.due_on > TODAY
        assert found.meeting is not None and found.due_on <= found.meeting.on


def test_urgent_learning_is_due_two_working_days_after_issue(pack: Pack) -> None:
    """Scenario 36."""
    friday = date(2026, 11, 6)
    found = by_clock(pack.kind("urgent").clock, pack, working_days(pack), friday)
    assert found is not None and (found.due_on, found.meeting) == (date(2026, 11, 10), None)


def test_a_kind_that_follows_the_meetings_has_no_clock_of_its_own(pack: Pack) -> None:
    assert by_clock(pack.kind("assurance").clock, pack, working_days(pack), TODAY) is None


def test_a_kind_by_the_calendar_is_due_after_the_period_ends(pack: Pack) -> None:
    clock = pack.kind("urgent").clock.model_copy(
        update={"kind": "calendar", "every": "quarter", "days": 14, "working_days": False}
    )
    found = by_clock(clock, pack, working_days(pack), TODAY)
    assert found is not None and found.due_on == date(2027, 1, 14)


def test_an_own_day_belongs_to_the_first_meeting_from_then_on_and_short_notice_is_called_so(pack: Pack) -> None:
    meetings = [MeetingDay(1, date(2026, 12, 10)), MeetingDay(2, date(2027, 3, 11))]
    soon = on_own_day(date(2026, 11, 9), pack, working_days(pack), TODAY, meetings)
    later = on_own_day(date(2026, 12, 18), pack, working_days(pack), TODAY, meetings)
    assert soon.meeting == meetings[0] and soon.tabled == "short_notice"
    assert later.meeting == meetings[1] and later.tabled == "papers"
