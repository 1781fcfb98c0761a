"""When messages that can wait go out: working days, within the pack's hours, across both clock changes (B13)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assurance.hours import last_send_moment, may_send, next_send_moment
from assurance.issuing import working_days
from assurance.pack import Pack, read_shipped
from assurance.pack_model.people import Closure
from assurance.pack_model.rhythm import SendHours
from assurance.packing import read_pack

SWINDON = read_pack(read_shipped("swindon"))
moments = st.datetimes(datetime(2025, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC))


def local(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo("Europe/London"))


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A moment by the clock on the wall in Swindon."""
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo("Europe/London")).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        (at(2026, 11, 2, 9, 59), False),
        (at(2026, 11, 2, 10), True),
        (at(2026, 11, 2, 15, 59), True),
        (at(2026, 11, 2, 16), False),
        (at(2026, 11, 6, 11, 59), True),
        (at(2026, 11, 6, 12), False),
        (at(2026, 11, 7, 11), False),
        (at(2026, 12, 25, 11), False),
        (at(2026, 12, 28, 11), False),
        (at(2027, 3, 29, 11), False),
    ],
)
def test_messages_go_out_on_working_days_between_ten_and_four_and_on_fridays_until_noon(
    moment: datetime, allowed: bool
) -> None:
    assert may_send(SWINDON, moment) is allowed


@pytest.mark.parametrize(
    ("moment", "then"),
    [
        (at(2026, 11, 2, 11, 30), at(2026, 11, 2, 11, 30)),
        (at(2026, 11, 2, 6), at(2026, 11, 2, 10)),
        (at(2026, 11, 2, 16), at(2026, 11, 3, 10)),
        (at(2026, 11, 6, 12), at(2026, 11, 9, 10)),
        (at(2026, 12, 24, 17), at(2026, 12, 29, 10)),
        (at(2027, 3, 25, 16), at(2027, 3, 30, 10)),
    ],
)
def test_what_is_kept_back_goes_at_the_next_moment_at_which_it_may(moment: datetime, then: datetime) -> None:
    assert next_send_moment(SWINDON, moment) == then


@pytest.mark.parametrize(
    ("friday", "monday_in_utc"),
    [
        (at(2027, 3, 19, 13), datetime(2027, 3, 22, 10, tzinfo=UTC)),
        (at(2027, 4, 2, 13), datetime(2027, 4, 5, 9, tzinfo=UTC)),
        (at(2026, 10, 23, 13), datetime(2026, 10, 26, 10, tzinfo=UTC)),
        (at(2026, 10, 16, 13), datetime(2026, 10, 19, 9, tzinfo=UTC)),
    ],
)
def test_ten_in_the_morning_is_ten_by_the_clock_on_the_wall_before_and_after_a_clock_change(
    friday: datetime, monday_in_utc: datetime
) -> None:
    assert next_send_moment(SWINDON, friday) == monday_in_utc


def test_an_hour_that_the_clock_leaves_out_on_a_working_day_does_not_lose_the_day() -> None:
    """In Cairo the clocks went forward at midnight on a Friday: 00:30 did not exist there."""
    night = cairo("00:30", "03:00")
    then = next_send_moment(night, datetime(2026, 4, 23, 12, tzinfo=UTC))
    assert then.astimezone(ZoneInfo("Africa/Cairo")).isoformat() == "2026-04-24T01:30:00+03:00"
    assert may_send(night, then)


def test_an_hour_that_comes_twice_on_a_working_day_is_within_the_hours_both_times() -> None:
    """There they went back at the end of a Thursday: 23:10 came twice."""
    late = cairo("22:00", "23:30")
    first, second = (datetime(2026, 10, 29, hour, 10, tzinfo=UTC) for hour in (20, 21))
    assert may_send(late, first) and may_send(late, second)
    assert next_send_moment(late, second) == second


def cairo(first: str, last: str) -> Pack:
    hours = SendHours(basis="default", first=first, last=last, friday_last=last)
    return SWINDON.model_copy(update={"timezone": "Africa/Cairo", "send_hours": hours})


def test_a_closure_of_the_partnership_keeps_messages_back() -> None:
    closed = SWINDON.model_copy(update={"closures": (closure(date(2026, 11, 3), date(2026, 11, 5)),)})
    assert next_send_moment(closed, at(2026, 11, 2, 16)) == at(2026, 11, 6, 10)


def closure(first: date, last: date) -> Closure:
    return Closure(basis="default", first=first, last=last, reason="The office moves.")


def test_a_pack_that_is_closed_for_ever_is_a_mistake_and_no_endless_search() -> None:
    closed = SWINDON.model_copy(update={"closures": (closure(date(2026, 1, 1), date(2030, 1, 1)),)})
    with pytest.raises(ValueError, match="never"):
        next_send_moment(closed, at(2026, 11, 2, 11))


@given(moments)
def test_the_next_moment_is_allowed_and_nothing_before_it_is(now: datetime) -> None:
    then = next_send_moment(SWINDON, now)
    assert then >= now and may_send(SWINDON, then)
    assert next_send_moment(SWINDON, then) == then
    if then > now:
        between = [now + (then - now) * n / 40 for n in range(40)]
        assert not any(may_send(SWINDON, one) for one in between)


@given(st.dates(date(2025, 1, 1), date(2029, 12, 31)))
def test_the_last_moment_before_a_day_is_allowed_and_no_later_day_before_it_works(day: date) -> None:
    last = last_send_moment(SWINDON, day)
    assert may_send(SWINDON, last) and local(last).date() < day
    assert not may_send(SWINDON, last + timedelta(minutes=1))
    assert working_days(SWINDON).between(local(last).date(), day) <= 1
