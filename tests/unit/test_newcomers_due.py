"""When an agency that is asked later must answer: full notice, or as much as the meeting allows (B7)."""

from datetime import date

import pytest

from assurance.addressees import newcomers_due
from assurance.calendar import WorkingDays

WORKING = WorkingDays()
DUE, MEETING = date(2026, 11, 26), date(2026, 12, 10)


@pytest.mark.parametrize(
    ("today", "meeting", "due"),
    [
        (date(2026, 11, 3), MEETING, DUE),
        (date(2026, 11, 16), MEETING, date(2026, 12, 7)),
        (date(2026, 11, 25), MEETING, date(2026, 12, 9)),
        (date(2026, 12, 9), MEETING, date(2026, 12, 10)),
        (date(2026, 12, 14), MEETING, date(2027, 1, 7)),
        (date(2026, 11, 25), None, date(2026, 12, 16)),
    ],
)
def test_a_newcomer_gets_fifteen_working_days_or_what_there_is_before_the_meeting(today, meeting, due):
    assert newcomers_due(DUE, today, meeting, WORKING, 15) == due


def test_a_newcomer_is_never_due_before_the_others():
    later = date(2026, 12, 3)
    assert newcomers_due(later, date(2026, 11, 30), date(2026, 12, 2), WORKING, 15) == later
