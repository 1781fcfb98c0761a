"""When things happen: meetings, rounds, hours of sending, and what is kept for how long."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from assurance.pack_model.base import Cited, ClockTime, Frozen, Key, Words

WorkingDays = Annotated[int, Field(ge=0, le=260)]
Frequency = Literal["monthly", "alternate_months", "quarterly", "six_monthly", "yearly", "not_stated"]


class Holidays(Cited):
    """The public holidays that are not working days, as the `holidays` package names them."""

    country: str
    subdivision: str | None = None


class QuorumRule(Frozen):
    """Somebody who must be there. A seat counts if its sector, organisation or key is listed (E2)."""

    key: Key
    label: Words
    at_least: Annotated[int, Field(ge=1)] = 1
    sectors: tuple[str, ...] = ()
    organisations: tuple[Key, ...] = ()
    seats: tuple[Key, ...] = ()


Years = Annotated[int, Field(ge=1, le=100)]


class Meetings(Cited):
    """How often the group meets, who must be there, and what falls due around a meeting.

    `papers_wd`: working days before the meeting; `minutes_days`: days after it; `recording_wd`:
    working days after the minutes are shared, when the recording is deleted (E6). None: not stated.
    """

    group: Key
    frequency: Frequency
    frequency_from: date | None = None
    frequency_until: date | None = None
    minimum_a_year: Annotated[int, Field(ge=1)] | None = None
    extra_meetings: bool = True
    extra_meetings_open_rounds: bool = False
    quorum: tuple[QuorumRule, ...] = ()
    papers_wd: WorkingDays | None = None
    minutes_days: Annotated[int, Field(ge=0, le=366)] | None = None
    recording_wd: WorkingDays | None = None


class Rounds(Cited):
    """The dates of one collection of answers, in working days (framework §3.1)."""

    due_wd_before_meeting: WorkingDays = 10
    min_answer_wd: WorkingDays = 15
    reminder_wd: tuple[int, ...] = (5, 1)
    reminder_quiet_wd: WorkingDays = 5
    """No reminder within this many working days of issue."""
    overdue_wd: tuple[int, ...] = (2, 5)
    officer_list_wd: WorkingDays = 3
    chaser_cap: Annotated[int, Field(ge=0, le=20)] = 4
    """The most nudges that one person gets in one round, whatever they owe."""


class SendHours(Cited):
    """When messages may go out, in the partnership's zone; never after `friday_last` on a Friday."""

    first: ClockTime = "10:00"
    last: ClockTime = "16:00"
    friday_last: ClockTime = "12:00"


class Retention(Cited):
    """How long things are kept, in years. Nothing is removed until the partnership enters its schedule (`enabled`).

    `evidence`: what agencies wrote. `returns`: what was written around it. `log`: its oldest entries. `deliveries`:
    where each message went. `drafts`: what was never sent. Levels, days, role titles and hashes stay.
    """

    enabled: bool = False
    returns_years: Years = 7
    evidence_years: Years = 7
    log_years: Years = 7
    deliveries_years: Years = 2
    drafts_years: Years = 1
