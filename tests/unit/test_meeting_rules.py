"""What is recorded when a meeting is closed, what an officer is reminded of, and which reviews are due."""

from dataclasses import replace
from datetime import date

import pytest

from assurance.actors import Actor
from assurance.calendar import WorkingDays
from assurance.meeting_fields import Typed, When, read_when, when_words
from assurance.meeting_work import reminders_for, told_today
from assurance.meetings import MeetingRow, days_of, is_unfinished
from assurance.pack import load, read_shipped
from assurance.permissions import may, require
from assurance.refusals import AskFirst, Mistakes, NotAllowed
from assurance.reviews import reviews_due, still_due
from assurance.standing import Card, Mark, how_it_stands, mark, outcome_of
from storage.asks import Meeting

SWINDON = load(read_shipped("swindon"), "swindon")
SOLIHULL = load(read_shipped("solihull"), "solihull")
WORKING = WorkingDays()
ON, DUE = date(2026, 12, 10), date(2026, 11, 26)
TODAY = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({}, "no_response"),
        ({"cards": (Card("refused", "Blocked."),)}, "not_reached"),
        ({"cards": (Card("unsure"),)}, "not_reached"),
        ({"cards": ()}, "not_reached"),
        ({"cards": (Card("refused"), Card("delivered"))}, "no_response"),
        ({"holders": 0}, "vacant"),
        ({"holders": 0, "extended_to": date(2026, 12, 18)}, "vacant"),
        ({"extended_to": date(2026, 12, 18)}, "extended"),
        ({"extended_to": ON}, "extended"),
        ({"extended_to": date(2026, 12, 4)}, "no_response"),
        ({"due_on": ON}, "no_response"),
        ({"due_on": date(2026, 12, 11)}, "extended"),
        ({"extended_to": date(2026, 12, 18), "cards": ()}, "extended"),
    ],
)
def test_no_response_needs_somebody_on_the_seat_a_request_that_arrived_and_no_more_time_agreed(changed, outcome):
    """Framework 4.25, scenario 28: otherwise the record says vacant, not reached or extension agreed."""
    facts = {"holders": 1, "cards": (Card("delivered"),), "due_on": DUE, "extended_to": None, "meeting_on": ON}
    assert outcome_of(**(facts | changed)) == outcome


@pytest.mark.parametrize(
    ("changed", "how"),
    [
        ({}, "no_response"),
        ({"cards": ()}, "no_response"),
        ({"extended_to": date(2027, 1, 8)}, "extended"),
        ({"holders": 0}, "vacant"),
        ({"awaited": False}, "answered"),
    ],
)
def test_no_response_stands_until_an_answer_comes_or_more_time_is_agreed(changed, how):
    """Scenario 7 in part: never a level."""
    from datetime import UTC, datetime

    facts = {
        "asked": True, "awaited": True, "due_on": DUE, "extended_to": None, "holders": 1,
        "cards": (Card("delivered"),), "no_response": True,
    } | changed  # fmt: skip
    assert how_it_stands(**facts, now=datetime(2026, 12, 14, 9, tzinfo=UTC), tz="Europe/London") == how
    assert mark(SWINDON, "no_response", None) == Mark("No resp.", "attention")


def row(pack, **changed) -> MeetingRow:
    held = Meeting(id=1, partnership_id=1, group_key="ldg", on=ON, state="scheduled", opens_round=True)
    for name, value in changed.items():
        setattr(held, name, value)
    return days_of(held, pack, WORKING, taken=False)


def told(pack, today, *, released=False, **changed):
    its = row(pack, **changed)
    return [
        (one.what, one.due_on) for one in told_today(its, reminders_for(its, pack, WORKING, released=released), today)
    ]


def test_solihulls_papers_and_minutes_are_reminded_of_two_working_days_before_and_on_the_day():
    """Scenario 18: papers fall 5 wd before, minutes 14 days after."""
    papers, minutes = date(2026, 12, 3), date(2026, 12, 24)
    assert row(SOLIHULL).papers_by == papers and row(SOLIHULL).minutes_by == minutes
    assert told(SOLIHULL, date(2026, 11, 30)) == []
    assert told(SOLIHULL, date(2026, 12, 1)) == [("papers", papers)]
    assert told(SOLIHULL, papers) == [("papers", papers)] * 2
    assert told(SOLIHULL, papers, released=True) == []
    assert told(SOLIHULL, date(2026, 12, 22), state="held") == [("minutes", minutes)]
    assert told(SOLIHULL, minutes, state="held") == [("minutes", minutes)] * 2
    assert told(SOLIHULL, minutes, state="held", minutes_shared_on=date(2026, 12, 23)) == []


def test_a_bank_holiday_is_skipped_in_counting_back_to_the_papers():
    """Scenario 10, the officer's half: for a meeting on 7 January, Christmas and New Year are no working days."""
    january, papers = date(2027, 1, 7), date(2026, 12, 30)
    assert row(SOLIHULL, on=january).papers_by == papers
    assert told(SOLIHULL, date(2026, 12, 23), on=january) == []
    assert told(SOLIHULL, date(2026, 12, 24), on=january) == [("papers", papers)]
    assert told(SOLIHULL, date(2026, 12, 29), on=january) == [("papers", papers)]
    assert told(SOLIHULL, papers, on=january) == [("papers", papers)] * 2


def test_swindon_has_neither_but_deletes_the_recording_ten_working_days_after_the_minutes_were_shared():
    """Scenario 18, framework 4.24: from when they were shared, not from the meeting."""
    assert row(SWINDON).papers_by is None and row(SWINDON).minutes_by is None
    assert row(SWINDON).recording_by is None
    shared = {"state": "held", "minutes_shared_on": date(2026, 12, 16)}
    deleted_by = date(2027, 1, 4)
    assert row(SWINDON, **shared).recording_by == deleted_by
    assert told(SWINDON, date(2027, 1, 3), **shared) == []
    assert told(SWINDON, deleted_by, **shared) == [("recording", deleted_by)]
    assert told(SWINDON, deleted_by, **shared, recording_deleted_on=deleted_by) == []


def test_a_meeting_that_was_not_closed_is_reminded_of_on_the_next_working_day():
    assert told(SWINDON, ON) == []
    assert told(SWINDON, date(2026, 12, 11)) == [("close", ON)]
    assert told(SWINDON, date(2026, 12, 11), state="held") == []


def test_what_is_not_finished_stays_on_the_list():
    after = date(2026, 12, 14)
    assert is_unfinished(row(SWINDON), SWINDON, after)
    assert not is_unfinished(row(SWINDON), SWINDON, ON)
    assert is_unfinished(row(SWINDON, state="held"), SWINDON, after)
    shared = row(SWINDON, state="held", minutes_shared_on=after)
    assert is_unfinished(shared, SWINDON, after)
    assert not is_unfinished(replace(shared, recording_deleted_on=after), SWINDON, after)
    assert not is_unfinished(row(SOLIHULL, state="held", minutes_shared_on=after), SOLIHULL, after)
    south = load(read_shipped("south-gloucestershire"), "south")
    assert not is_unfinished(row(south, state="held"), south, after)
    assert not is_unfinished(row(SWINDON, state="cancelled"), SWINDON, after)


def test_reviews_are_told_of_a_month_before_and_once_they_have_gone_by():
    """E12, framework 4.18: on 2 November 2026 Swindon's framework is due, its terms of reference are past due."""
    found = [(one.key, one.stage) for one in reviews_due(SWINDON.reviews, TODAY)]
    assert found == [("terms-of-reference", "past"), ("learning-framework", "soon")]
    assert reviews_due(SWINDON.reviews, date(2026, 6, 29)) == ()
    assert [one.key for one in reviews_due(SWINDON.reviews, date(2026, 6, 30))] == ["terms-of-reference"]
    assert [one.stage for one in reviews_due(SWINDON.reviews, date(2027, 5, 1))] == ["past"] * 3
    assert [one.stage for one in reviews_due(SOLIHULL.reviews, TODAY)] == ["past"]


def test_a_review_whose_day_was_renewed_in_the_pack_is_not_told_of_any_more():
    marks = [one.mark for one in reviews_due(SWINDON.reviews, TODAY)]
    assert len(still_due(SWINDON, marks, TODAY)) == 2
    renewed = SWINDON.model_copy(
        update={"reviews": tuple(one.model_copy(update={"due": date(2027, 11, 30)}) for one in SWINDON.reviews)}
    )
    assert still_due(renewed, marks, TODAY) == ()


def test_a_meetings_day_time_and_place_are_read_and_said():
    assert read_when(Typed(ON, "9.05", " Civic\n Offices "), TODAY) == When(ON, "09:05", "Civic Offices")
    assert read_when(Typed(ON), TODAY) == When(ON)
    assert when_words(ON, "14:00", "Civic Offices") == "Thursday 10 December 2026 at 14:00, Civic Offices"
    assert when_words(ON, None, None) == "Thursday 10 December 2026"


@pytest.mark.parametrize(
    ("typed", "kept", "fields"),
    [
        (Typed(None), None, {"on"}),
        (Typed(date(2026, 11, 1), "24:00", "x" * 121), None, {"on", "at", "place"}),
        (Typed(date(2036, 11, 1)), None, {"on"}),
        (Typed(TODAY), ON, {"on"}),
        (Typed(ON, "noon"), ON, {"at"}),
    ],
)
def test_what_cannot_be_is_said_at_once_by_field(typed, kept, fields):
    with pytest.raises(Mistakes) as wrong:
        read_when(typed, TODAY, kept=kept)
    assert set(wrong.value.fields) == fields


def test_a_place_that_may_identify_somebody_is_asked_about():
    typed = Typed(ON, "", "Home of the child born 3 May 2019")
    with pytest.raises(AskFirst):
        read_when(typed, TODAY)
    assert read_when(typed, TODAY, confirmed=True).place


def test_a_meeting_is_closed_by_officer_or_chair_and_changed_by_the_officer_alone():
    def one(*roles: str, seats: frozenset[int] = frozenset()) -> Actor:
        return Actor(1, 1, seats, frozenset(roles))

    assert all(may(one(role), "close_meeting") for role in ("officer", "chair", "vice_chair"))
    assert not may(one("ld_lead"), "close_meeting") and not may(one(seats=frozenset({3})), "close_meeting")
    assert may(one("officer"), "set_meetings") and not may(one("chair"), "set_meetings")
    with pytest.raises(NotAllowed, match="Only the support officer and the chair can close a meeting"):
        require(one(seats=frozenset({3})), "close_meeting")
