"""Meetings: dates that an officer enters, and the days that follow from them by the pack (E1, E5, E6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from assurance.actors import Actor
from assurance.calendar import WorkingDays, due_day
from assurance.dates import day_words, too_far
from assurance.issuing import today_in, working_days
from assurance.pack import Pack
from assurance.permissions import may, require
from assurance.refusals import Mistakes, NotFound, OutOfDate
from storage.asks import Meeting, meeting, meeting_on, meetings_from, meetings_with_requests
from storage.log import append_log
from storage.partnerships import Partnership
from storage.unit import Unit

SCHEDULED, TAKEN_OUT = "scheduled", "taken_out"


@dataclass(frozen=True)
class MeetingRow:
    """One meeting to come, and the days that follow from it; None where the pack gives no such day."""

    meeting_id: int
    on: date
    extra: bool
    opens_round: bool
    answers_by: date | None
    papers_by: date | None
    minutes_by: date | None
    working: bool
    taken: bool
    """Whether answers to something issued are to be tabled there."""


@dataclass(frozen=True)
class MeetingsView:
    """The group's meetings to come, as one person may see them; `may_enter` is for officers."""

    partnership_id: int
    person_id: int
    group: str
    rows: tuple[MeetingRow, ...]
    may_enter: bool
    frequency: str
    minimum_a_year: int | None
    recording_wd: int | None
    extra_allowed: bool
    extra_opens_round: bool


def days_of(one: Meeting, pack: Pack, working: WorkingDays, *, taken: bool) -> MeetingRow:
    """A meeting with the days that follow from the pack (scenario 18): a pure rule."""
    papers, minutes = pack.meetings.papers_wd, pack.meetings.minutes_days
    return MeetingRow(
        meeting_id=one.id, on=one.on, extra=one.extra, opens_round=one.opens_round,
        answers_by=due_day(one.on, pack.rounds.due_wd_before_meeting, working) if one.opens_round else None,
        papers_by=due_day(one.on, papers, working) if papers is not None else None,
        minutes_by=one.on + timedelta(days=minutes) if minutes is not None else None,
        working=working.is_working(one.on), taken=taken,
    )  # fmt: skip


async def meetings_view(unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, now: datetime) -> MeetingsView:
    """The meetings to come. Raises NotAllowed for people outside the group."""
    require(actor, "see_meetings")
    group, working = pack.groups[0], working_days(pack)
    held = await meetings_from(unit, partnership.id, group.key, today_in(pack, now))
    taken = await meetings_with_requests(unit, partnership.id)
    return MeetingsView(
        partnership_id=partnership.id, person_id=actor.person_id, group=group.short,
        rows=tuple(days_of(one, pack, working, taken=one.id in taken) for one in held),
        may_enter=may(actor, "set_meetings"), frequency=pack.meetings.frequency,
        minimum_a_year=pack.meetings.minimum_a_year, recording_wd=pack.meetings.recording_wd,
        extra_allowed=pack.meetings.extra_meetings,
        extra_opens_round=pack.meetings.extra_meetings_open_rounds,
    )  # fmt: skip


async def add_meeting(
    unit: Unit,
    actor: Actor,
    partnership: Partnership,
    pack: Pack,
    day: date | None,
    now: datetime,
    *,
    extra: bool = False,
    opens_round: bool = True,
) -> Meeting:
    """Enter a meeting of the group; entering it again changes nothing. Raises NotAllowed or Mistakes.

    Only an extra meeting may be without a round: answers are not asked for it (framework 3.1).
    """
    require(actor, "set_meetings")
    today = today_in(pack, now)
    if day is None:
        raise Mistakes({"on": "Please give the day, with day, month and year."})
    if day < today:
        raise Mistakes({"on": f"{day_words(day)} has gone by. Please give a day to come."})
    if far := too_far(day, today):
        raise Mistakes({"on": far})
    opens_round = opens_round or not extra
    group = pack.groups[0].key
    row = await meeting_on(unit, partnership.id, group, day)
    if row is not None and row.state == SCHEDULED:
        if (row.extra, row.opens_round) != (extra, opens_round):
            raise Mistakes({"on": f"There is a meeting on {day_words(day)} already. To change it, take it out first."})
        return row
    row = row or Meeting(partnership_id=partnership.id, group_key=group, on=day)
    row.extra, row.opens_round, row.state = extra, opens_round, SCHEDULED
    await unit.save(row)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="meeting entered", subject=f"meeting:{row.id}",
        refs={"on": day.isoformat(), "extra": extra, "round": opens_round},
    )  # fmt: skip
    return row


async def take_out(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, meeting_id: int, now: datetime
) -> Meeting:
    """Take out a meeting for which nothing was asked yet. Raises NotAllowed, NotFound or OutOfDate."""
    require(actor, "set_meetings")
    row = await meeting(unit, partnership.id, meeting_id, lock=True)
    if row is None:
        raise NotFound("I cannot find that meeting any more.")
    if row.state == TAKEN_OUT:
        return row
    if row.on < today_in(pack, now) or row.state != SCHEDULED:
        raise OutOfDate(f"The meeting on {day_words(row.on)} has been held, so it stays.")
    if row.id in await meetings_with_requests(unit, partnership.id):
        raise OutOfDate(
            f"Answers are being asked for the meeting on {day_words(row.on)}, so I have left it in. "
            "Please change the dates of what was issued first."
        )
    row.state = TAKEN_OUT
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="meeting taken out",
        subject=f"meeting:{row.id}", refs={"on": row.on.isoformat()},
    )  # fmt: skip
    return row
