"""When answers to something new are due: what an officer may choose, from the pack and the meetings entered.

Rules only. A meeting too near for full notice is never made to fit by itself: the officer chooses the next
meeting, short notice or a verbal update, and nobody is overdue from the start (scenario 29).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assurance.calendar import WorkingDays, add_months, due_day, notice_rule
from assurance.issuing import Tabled, Timing, working_days
from assurance.pack import Clock, Pack

OWN_DAY = "own_day"
"""The choice of a due day that the officer types."""
FULL, NEXT_MEETING, SHORT_NOTICE, VERBAL, BY_CLOCK = "full", "next_meeting", "short_notice", "verbal", "clock"
_TABLED: dict[str, Tabled] = {SHORT_NOTICE: "short_notice", VERBAL: "verbal"}
_MONTHS = {"month": 1, "two_months": 2, "quarter": 3, "six_months": 6, "year": 12}


@dataclass(frozen=True)
class MeetingDay:
    """A meeting for which answers are asked: its number and its day."""

    meeting_id: int
    on: date


@dataclass(frozen=True)
class Due:
    """One way to ask: answers by the end of `due_on`, tabled as `tabled` at a meeting, where there is one.

    `notice_wd` is how many working days people have. `way` names the choice.
    """

    way: str
    due_on: date
    meeting: MeetingDay | None
    tabled: Tabled
    notice_wd: int

    def timing(self) -> Timing:
        """The same for issuing."""
        return Timing(self.due_on, self.meeting.meeting_id if self.meeting else None, self.tabled)


def ways(pack: Pack, working: WorkingDays, today: date, meetings: Sequence[MeetingDay]) -> tuple[Due, ...]:
    """What is offered for the coming meeting: one way where notice is full, else those of scenario 29.

    `meetings` are those still to come, soonest first; with none there is nothing to offer.
    """
    coming = [one for one in meetings if one.on > today]
    if not coming:
        return ()
    by_day = {one.on: one for one in coming}
    following = coming[1].on if len(coming) > 1 else None
    rounds = pack.rounds
    notice = notice_rule(
        today, coming[0].on, following, working, due_wd_before_meeting=rounds.due_wd_before_meeting,
        min_answer_wd=rounds.min_answer_wd, papers_wd=pack.meetings.papers_wd,
    )  # fmt: skip
    if notice.due_day is not None:
        return (Due(FULL, notice.due_day, coming[0], "papers", notice.notice_wd),)
    return tuple(
        Due(way, one.due_day, by_day[one.meeting_day], _TABLED.get(way, "papers"), one.notice_wd)
        for one in notice.choices
        if one.due_day > today and (way := one.way.value)
    )


def by_clock(clock: Clock, pack: Pack, working: WorkingDays, today: date) -> Due | None:
    """The due day of a kind that has a clock of its own; None for one that follows the meetings."""
    if clock.kind == "meeting":
        return None
    days = clock.days or 0
    start = today if clock.kind == "days_after" else _period_end(clock, pack, today)
    due_on = working.add(start, days) if clock.working_days else start + timedelta(days=days)
    due_on = max(working.on_or_after(due_on), working.add(today, 1))
    return Due(BY_CLOCK, due_on, None, "papers", working.between(today, due_on))


def on_own_day(day: date, pack: Pack, working: WorkingDays, today: date, meetings: Sequence[MeetingDay]) -> Due:
    """A due day of the officer's own, for the first meeting from then on; short notice is called so."""
    meeting = next((one for one in meetings if one.on >= day), None)
    notice_wd = working.between(today, day)
    tabled: Tabled = "papers" if notice_wd >= pack.rounds.min_answer_wd else "short_notice"
    return Due(OWN_DAY, day, meeting, tabled, notice_wd)


def _period_end(clock: Clock, pack: Pack, today: date) -> date:
    """The last day of the period in which today lies, periods counted from the start of the pack's year."""
    month, first = (int(part) for part in pack.year_start.split("-"))
    begins = date(today.year - (today < date(today.year, month, first)), month, first)
    months = _MONTHS[clock.every or "year"]
    while add_months(begins, months) <= today:
        begins = add_months(begins, months)
    return add_months(begins, months) - timedelta(days=1)


def papers_day(pack: Pack, meeting_on: date) -> date | None:
    """The day on which a meeting's papers go out, or None where the pack does not say (E3)."""
    papers = pack.meetings.papers_wd
    return None if papers is None else due_day(meeting_on, papers, working_days(pack))
