"""Single faults that hostile input has found, each in its smallest form."""

from __future__ import annotations

from datetime import date

import pytest

from assurance.absences import check_days
from assurance.correcting import Correction, checked
from assurance.form_rules import one_line
from assurance.learning_fields import LearningFields
from assurance.morning_answers import ASKS
from assurance.pleas import KINDS
from assurance.refusals import Mistakes
from cards.people import read_assign

TODAY = date(2026, 11, 2)


def test_the_officers_page_has_words_for_everything_that_members_can_ask() -> None:
    """It could not be shown while an agency's question about an outcome waited."""
    assert set(ASKS) == set(KINDS)


@pytest.mark.parametrize(("first", "last"), [(None, date.max), (date.max, date.max), (date.min, date.max)])
def test_days_at_the_ends_of_the_calendar_are_too_far_and_no_failure(first: date | None, last: date) -> None:
    with pytest.raises(Mistakes):
        check_days(first, last, TODAY)


def test_a_name_or_title_stays_on_one_line() -> None:
    """Within a list of ours a second line would look like one of ours."""
    assert one_line(" Named nurse\n• Police: High\r\n\tx ") == "Named nurse • Police: High x"
    sent = Correction(1, LearningFields.from_json({"title": "A\n\nB", "key_messages": "C\nD", "links": []}), "typing")
    assert (checked(sent).title, checked(sent).key_messages) == ("A B", "C\nD")
    form = read_assign({"form": "f", "f.title": "Nurse\n• High"})
    assert form.title == "Nurse • High"
