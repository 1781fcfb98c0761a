"""When whom is reminded of what (B13, B14, framework 3.1): by working days, and never more than helps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assurance.calendar import WorkingDays
from assurance.chasing_rules import (
    DUE_PASSED,
    ENOUGH,
    KEPT_FOR_LIST,
    MEETING_CAME,
    OVERTAKEN,
    Candidate,
    Message,
    Owing,
    Rhythm,
    decide,
    first_step_on,
    message_of,
    rhythm_of,
    ring_on,
    steps_of,
)
from assurance.pack import read_shipped
from assurance.packing import read_pack

ENGLAND = WorkingDays("GB", "ENG")
SWINDON = read_pack(read_shipped("swindon"))
DEFAULT = rhythm_of(SWINDON, SWINDON.kind("assurance"))
ISSUED, DUE, MEETING = date(2026, 11, 2), date(2026, 11, 26), date(2026, 12, 10)
OWING = Owing(DUE, ISSUED, MEETING)
MONDAY = date(2026, 11, 30)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@dataclass(frozen=True)
class Closed:
    first: date
    last: date


def fall(owing: Owing = OWING, rhythm: Rhythm = DEFAULT, working: WorkingDays = ENGLAND) -> dict[str, date]:
    return {one.name: one.on for one in steps_of(owing, rhythm, working)}


def test_a_reminder_comes_five_and_one_working_days_before_and_two_after_and_the_list_five_before_the_meeting() -> None:
    """Scenario 31: these are all there are, so nobody gets more than four after the request."""
    assert fall() == {
        "remind-5": date(2026, 11, 19),
        "remind-1": date(2026, 11, 25),
        "overdue+2": MONDAY,
        "overdue+5": date(2026, 12, 3),
    }
    assert ring_on(OWING, DEFAULT, ENGLAND) == date(2026, 12, 1)


def test_the_last_message_is_the_list_before_the_meeting_whenever_the_answer_was_due() -> None:
    """Scenario 10, B14."""
    early = replace(OWING, due_on=date(2026, 11, 12), asked_on=date(2026, 10, 5))
    last = steps_of(early, DEFAULT, ENGLAND)[-1]
    assert (last.name, last.on, last.listed) == ("list", date(2026, 12, 3), True)


def test_a_bank_holiday_is_skipped() -> None:
    """Scenario 10: before a meeting on 5 January, five working days reach back over four days of holiday."""
    owing = Owing(date(2026, 12, 17), date(2026, 11, 2), date(2027, 1, 5))
    assert fall(owing)["overdue+5"] == date(2026, 12, 24)
    assert fall(owing)["overdue+2"] == date(2026, 12, 21)


def test_a_seat_s_own_closure_is_skipped_too() -> None:
    half_term = ENGLAND.also_closed([Closed(date(2026, 11, 23), date(2026, 11, 27))])
    assert fall(working=half_term)["remind-1"] == date(2026, 11, 20)
    assert fall(working=half_term)["remind-5"] == date(2026, 11, 16)
    assert fall(working=half_term)["overdue+2"] == date(2026, 12, 1)


def test_nobody_is_reminded_within_five_working_days_of_the_request() -> None:
    at_short_notice = Owing(DUE, date(2026, 11, 18), MEETING)
    assert "remind-5" not in fall(at_short_notice) and "remind-1" not in fall(at_short_notice)
    assert fall(replace(at_short_notice, asked_on=date(2026, 11, 17)))["remind-1"] == date(2026, 11, 25)
    assert fall(at_short_notice)["overdue+2"] == MONDAY, "that the day has passed is said all the same"


def test_whoever_comes_to_a_seat_after_the_day_has_a_week_of_quiet_as_well() -> None:
    assert fall(replace(OWING, asked_on=date(2026, 11, 27))) == {}


def test_a_kind_with_a_clock_of_its_own_has_its_one_reminder_hard_on_the_request() -> None:
    """Scenario 36: urgent learning."""
    urgent = rhythm_of(SWINDON, SWINDON.kind("urgent"))
    assert fall(Owing(date(2026, 11, 4), ISSUED), urgent) == {"remind-1": date(2026, 11, 3)}


def test_where_more_time_was_agreed_nobody_is_reminded_until_then_and_the_steps_begin_anew() -> None:
    """Scenario 32."""
    longer = replace(OWING, due_on=MONDAY, extended=True)
    assert fall(longer) == {"list": date(2026, 12, 3)}, "the list says what a message the day before it would"
    assert fall(replace(longer, due_on=date(2026, 11, 27)))["overdue+2"] == date(2026, 12, 1)


def test_more_time_beyond_the_meeting_brings_no_list_and_no_mention_of_it() -> None:
    beyond = replace(OWING, due_on=date(2026, 12, 17), extended=True)
    assert fall(beyond) == {"overdue+2": date(2026, 12, 21), "overdue+5": date(2026, 12, 24)}
    assert beyond.before is None


def test_without_a_meeting_there_is_no_list_and_the_last_step_keeps_its_day() -> None:
    assert fall(replace(OWING, meeting_on=None))["overdue+5"] == date(2026, 12, 3)
    assert not any(one.listed for one in steps_of(replace(OWING, meeting_on=None), DEFAULT, ENGLAND))


def test_a_pack_that_does_not_chase_after_the_day_still_has_the_list_before_the_meeting() -> None:
    assert fall(rhythm=replace(DEFAULT, overdue_wd=(), reminder_wd=())) == {"list": date(2026, 12, 3)}


def test_nothing_comes_within_a_day_of_the_list_that_says_the_same() -> None:
    verbal = Owing(MEETING, date(2026, 11, 16), MEETING)
    assert fall(verbal) == {"list": date(2026, 12, 3), "remind-1": date(2026, 12, 9)}


def test_only_the_newest_of_several_steps_goes_out_and_the_older_are_passed_over() -> None:
    """After downtime, or after somebody was away."""
    decision = decide(steps_of(OWING, DEFAULT, ENGLAND), (), OWING, MONDAY)
    assert decision.take is not None and decision.take.name == "overdue+2"
    assert [(step.name, why) for step, why in decision.passed] == [("remind-5", OVERTAKEN), ("remind-1", OVERTAKEN)]


def test_a_step_that_was_not_taken_on_its_day_goes_later() -> None:
    """A holiday, a Friday afternoon or a closure never uses up a reminder."""
    decision = decide(steps_of(OWING, DEFAULT, ENGLAND), (), OWING, date(2026, 11, 23))
    assert decision.take is not None and decision.take.name == "remind-5"


def test_a_reminder_does_not_go_out_once_the_due_day_has_passed() -> None:
    decision = decide(steps_of(OWING, DEFAULT, ENGLAND), {"remind-5"}, OWING, date(2026, 11, 27))
    assert decision.take is None
    assert [(step.name, why) for step, why in decision.passed] == [("remind-1", DUE_PASSED)]


def test_on_the_day_of_the_meeting_nobody_is_reminded_any_more() -> None:
    decision = decide(steps_of(OWING, DEFAULT, ENGLAND), {"remind-5", "remind-1"}, OWING, MEETING)
    assert decision.take is None
    assert [why for _, why in decision.passed] == [MEETING_CAME, MEETING_CAME]


@pytest.mark.parametrize("taken", [{"overdue+2"}, {"remind-1", "overdue+2"}])
def test_an_older_step_never_follows_a_newer_one(taken: set[str]) -> None:
    assert decide(steps_of(OWING, DEFAULT, ENGLAND), taken, OWING, MONDAY).take is None


def candidate(number: int, owing: Owing = OWING, taken: tuple[str, ...] = (), round_id: int = 1) -> Candidate:
    return Candidate(number, round_id, owing, steps_of(owing, DEFAULT, ENGLAND), frozenset(taken))


def told(candidates: list[Candidate], today: date, had: int = 0) -> Message:
    return message_of(candidates, {1: had, 2: had}, 4, today, ENGLAND.add(today, 1))


def taken(message: Message) -> list[tuple[int, str]]:
    return [(number, step.name) for number, step in message.take]


def test_what_falls_on_the_next_working_day_is_taken_along_so_that_nobody_hears_from_us_on_two_days_running() -> None:
    a_day_later = candidate(2, replace(OWING, due_on=date(2026, 11, 27)))
    assert taken(told([candidate(1), a_day_later], date(2026, 11, 19))) == [(1, "remind-5"), (2, "remind-5")]
    assert taken(told([a_day_later], date(2026, 11, 19))) == [], "but by itself it keeps its day"


def test_what_falls_on_the_day_before_a_list_waits_for_it() -> None:
    day_before, list_day = date(2026, 12, 2), date(2026, 12, 3)
    monday = candidate(2, replace(OWING, due_on=MONDAY, meeting_on=None), round_id=2)
    listed = candidate(1, taken=("remind-5", "remind-1", "overdue+2"))
    assert told([listed, monday], day_before) == Message()
    assert sorted(taken(told([listed, monday], list_day))) == [(1, "overdue+5"), (2, "overdue+2")]


def test_the_last_message_that_the_cap_allows_is_kept_for_the_list_before_the_meeting() -> None:
    """B14 and scenario 31 together."""
    before = candidate(1, taken=("remind-5", "remind-1"))
    assert [(step.name, why) for _, step, why in told([before], MONDAY, had=3).passed] == [("overdue+2", KEPT_FOR_LIST)]
    last = candidate(1, taken=("remind-5", "remind-1", "overdue+2"))
    assert taken(told([last], date(2026, 12, 3), had=3)) == [(1, "overdue+5")]
    assert [why for _, _, why in told([last], date(2026, 12, 3), had=4).passed] == [ENOUGH]


@given(
    asked=days,
    notice=st.integers(1, 90),
    until_meeting=st.one_of(st.none(), st.integers(-20, 90)),
    extended=st.booleans(),
)
def test_the_steps_keep_their_promises_whatever_the_days(
    asked: date, notice: int, until_meeting: int | None, extended: bool
) -> None:
    due = asked + timedelta(days=notice)
    meeting = due + timedelta(days=until_meeting) if until_meeting is not None else None
    owing = Owing(due, asked, meeting, extended)
    steps = steps_of(owing, DEFAULT, ENGLAND)
    assert len(steps) <= 4 and len({one.name for one in steps}) == len(steps)
    assert len({one.on for one in steps}) == len(steps), "never two on one day"
    assert all(ENGLAND.is_working(one.on) for one in steps)
    assert all(one.on > asked for one in steps)
    assert all(one.on >= first_step_on(due, meeting, DEFAULT, ENGLAND) for one in steps)
    assert not any(one.on <= due for one in steps if extended)
    assert not any(one.sort == "remind" and one.on > due for one in steps)
    if owing.before is not None:
        assert all(one.on < owing.before for one in steps)


@given(asked=days, notice=st.integers(1, 60), looks=st.lists(st.integers(0, 120), max_size=30))
def test_however_often_the_clock_looks_each_step_is_settled_once_and_none_is_forgotten(
    asked: date, notice: int, looks: list[int]
) -> None:
    owing = Owing(asked + timedelta(days=notice), asked)
    steps = steps_of(owing, DEFAULT, ENGLAND)
    settled: list[str] = []
    for today in (asked + timedelta(days=n) for n in sorted(looks)):
        if ENGLAND.is_working(today):
            decision = decide(steps, frozenset(settled), owing, today)
            settled += [one.name for one in ([decision.take] if decision.take else [])]
            settled += [one.name for one, _ in decision.passed]
            assert {one.name for one in steps if one.on <= today} == set(settled)
    assert len(settled) == len(set(settled))
