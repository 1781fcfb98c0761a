"""Where a journey through practice time goes, and where it stops on the way."""

from datetime import UTC, date, datetime

import pytest

from assurance.journeys import destination, when_words
from assurance.pack import read_shipped
from assurance.packing import read_pack
from assurance.refusals import Refusal
from bot.practice_travel import next_stop

PACK = read_pack(read_shipped("swindon"))
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
MEETINGS = [(date(2026, 11, 2), "08:30"), (date(2026, 12, 10), "14:00"), (date(2027, 3, 11), None)]


def to(said):
    return when_words(destination(said, NOW, PACK, MEETINGS), PACK.timezone)


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ("friday", "Friday 6 November 2026, 10:00"),
        ("to Friday", "Friday 6 November 2026, 10:00"),
        ("tomorrow", "Tuesday 3 November 2026, 10:00"),
        ("2026-12-11 14:00", "Friday 11 December 2026, 14:00"),
        ("11 December at 2pm", "Friday 11 December 2026, 14:00"),
        ("11/12/2026", "Friday 11 December 2026, 10:00"),
        ("15:30", "Monday 2 November 2026, 15:30"),
        ("friday, 9.15", "Friday 6 November 2026, 09:15"),
        ("2 weeks", "Monday 16 November 2026, 09:00"),
        ("a fortnight", "Monday 16 November 2026, 09:00"),
        ("three days on", "Thursday 5 November 2026, 09:00"),
        ("an hour", "Monday 2 November 2026, 10:00"),
        ("a month", "Wednesday 2 December 2026, 09:00"),
        ("one quarter", "Tuesday 2 February 2027, 09:00"),
        ("to the meeting", "Thursday 10 December 2026, 14:00"),
        ("the next meeting", "Thursday 10 December 2026, 14:00"),
    ],
)
def test_one_travels_to_a_day_a_time_a_while_on_or_the_meeting(said, where):
    assert to(said) == where


def test_the_clock_says_the_same_after_the_clocks_have_changed():
    at = datetime(2027, 3, 22, 10, 0, tzinfo=UTC)
    assert destination("1 week", at, PACK, []) == datetime(2027, 3, 29, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("said", ["nowhere", "25:00", "31 February", "0pm", "", "the pub", "half a minute"])
def test_what_is_no_place_in_time_is_asked_about(said):
    with pytest.raises(Refusal, match="Where to"):
        to(said)


@pytest.mark.parametrize("said", ["1 November 2026", "08:00", "2026-11-02 09:00", "0 days"])
def test_time_never_goes_back(said):
    with pytest.raises(Refusal, match=r"only moves forward\. It is now Monday 2 November 2026, 09:00"):
        to(said)


@pytest.mark.parametrize("said", ["7 months", "3 May 2027", "9999 weeks", "a year"])
def test_a_journey_is_half_a_year_long_at_most(said):
    with pytest.raises(Refusal, match="six months long at most"):
        to(said)


def test_without_a_meeting_there_is_no_way_to_it():
    with pytest.raises(Refusal, match="No meeting"):
        destination("to the meeting", NOW, PACK, MEETINGS[:1])


def test_a_journey_stops_as_send_hours_begin_and_when_something_owed_may_go_out():
    until, at, stops = datetime(2026, 11, 10, 12, 0, tzinfo=UTC), datetime(2026, 11, 6, 9, 20, tzinfo=UTC), []
    while at < until:
        at = next_stop(at, until, PACK, datetime(2026, 11, 7, 8, 0, tzinfo=UTC))
        stops.append(at.strftime("%a %H"))
    assert stops == ["Fri 10", "Sat 08", "Mon 10", "Tue 10", "Tue 12"]
