"""Meetings: dates that an officer enters, and the days that follow from them by the pack (E1, E5, E6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from assurance.actors import Actor
from assurance.cadence import asked_for, months_between, next_regular, records_since, year_of
from assurance.calendar import WorkingDays, add_months, due_day
from assurance.dates import day_words
from assurance.issuing import today_in, working_days
from assurance.meeting_fields import Typed, read_when
from assurance.pack import Pack
from assurance.permissions import may, require
from assurance.refusals import Mistakes, NotFound, OutOfDate
from assurance.rounds import open_rounds
from storage.asks import Meeting, meeting, meeting_on, round_of_meeting
from storage.log import append_log
from storage.partnerships import Partnership
from storage.partnerships import partnership as partnership_numbered
from storage.rounds import meetings_since, meetings_with_answers
from storage.unit import Unit

SCHEDULED, TAKEN_OUT = "scheduled", "taken_out"
HELD = "held"
LOOK_BACK = timedelta(days=120)
"""How long a meeting that is not finished, or was cancelled, stays on the list."""


@dataclass(frozen=True)
class MeetingRow:
    """One meeting, and the days that follow from it; None where the pack gives no such day."""

    meeting_id: int
    on: date
    begins_at: str | None
    place: str | None
    extra: bool
    opens_round: bool
    state: str
    answers_by: date | None
    papers_by: date | None
    minutes_by: date | None
    working: bool
    taken: bool
    """Whether answers to something issued are to be tabled there."""
    minutes_shared_on: date | None = None
    recording_by: date | None = None
    """The day on which its recording is to be deleted, once its minutes were shared (framework 4.24)."""
    recording_deleted_on: date | None = None


@dataclass(frozen=True)
class Shortage:
    """Fewer meetings are set than the framework asks for in the reporting year."""

    first: date
    last: date
    set: int
    asked: int
    begun_late: bool
    """Whether the records begin within that year, so that only the rest of it counts."""


@dataclass(frozen=True)
class MeetingsView:
    """The group's meetings as one person may see them: those to come, and those past that are not finished."""

    partnership_id: int
    person_id: int
    group: str
    rows: tuple[MeetingRow, ...]
    unfinished: tuple[MeetingRow, ...]
    cancelled: tuple[MeetingRow, ...]
    may_enter: bool
    may_close: bool
    frequency: str
    cadence_until: date | None
    """Until when the framework says how often the group meets, where that has gone by (framework 4.12)."""
    minimum_a_year: int | None
    recording_wd: int | None
    extra_allowed: bool
    suggested: date | None
    shortage: Shortage | None


def days_of(one: Meeting, pack: Pack, working: WorkingDays, *, taken: bool) -> MeetingRow:
    """A meeting with the days that follow from the pack (scenario 18): a pure rule."""
    papers, minutes, recording = pack.meetings.papers_wd, pack.meetings.minutes_days, pack.meetings.recording_wd
    shared = one.minutes_shared_on
    return MeetingRow(
        meeting_id=one.id, on=one.on, begins_at=one.begins_at, place=one.place, extra=one.extra,
        opens_round=one.opens_round, state=one.state,
        answers_by=due_day(one.on, pack.rounds.due_wd_before_meeting, working) if one.opens_round else None,
        papers_by=due_day(one.on, papers, working) if papers is not None else None,
        minutes_by=one.on + timedelta(days=minutes) if minutes is not None else None,
        working=working.is_working(one.on), taken=taken, minutes_shared_on=shared,
        recording_by=working.add(shared, recording) if shared is not None and recording is not None else None,
        recording_deleted_on=one.recording_deleted_on,
    )  # fmt: skip


def is_unfinished(row: MeetingRow, pack: Pack, today: date) -> bool:
    """Whether something is still to be done about a meeting whose day has come: a pure rule."""
    if row.state == SCHEDULED:
        return row.on < today
    if row.state != HELD:
        return False
    keeps_minutes = pack.meetings.minutes_days is not None or pack.meetings.recording_wd is not None
    if keeps_minutes and row.minutes_shared_on is None:
        return True
    return row.recording_by is not None and row.recording_deleted_on is None


async def meetings_view(unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, now: datetime) -> MeetingsView:
    """The meetings to come, and what is unfinished. Raises NotAllowed for people outside the group."""
    require(actor, "see_meetings")
    group, working, today = pack.groups[0], working_days(pack), today_in(pack, now)
    begins, ends = year_of(pack.year_start, today)
    known = await meetings_since(unit, partnership.id, group.key, add_months(begins, -12))
    taken = await meetings_with_answers(unit, partnership.id)
    rows = [days_of(one, pack, working, taken=one.id in taken) for one in known]
    recent = [one for one in rows if one.on >= today - LOOK_BACK]
    enters = may(actor, "set_meetings")
    closes = may(actor, "close_meeting")
    return MeetingsView(
        partnership_id=partnership.id, person_id=actor.person_id, group=group.short,
        rows=tuple(one for one in recent if one.on >= today and one.state == SCHEDULED),
        unfinished=tuple(
            one
            for one in recent
            if is_unfinished(one, pack, today) and (enters or (closes and one.state == SCHEDULED))
        ),
        cancelled=tuple(one for one in recent if one.on >= today and one.state == "cancelled"),
        may_enter=enters, may_close=closes, frequency=pack.meetings.frequency,
        cadence_until=_ran_out(pack, today), minimum_a_year=pack.meetings.minimum_a_year,
        recording_wd=pack.meetings.recording_wd, extra_allowed=pack.meetings.extra_meetings,
        suggested=suggestion(rows, pack, working, today) if enters else None,
        shortage=shortage(rows, pack, begins, ends, today),
    )  # fmt: skip


def _ran_out(pack: Pack, today: date) -> date | None:
    until = pack.meetings.frequency_until
    return until if until is not None and months_between(pack.meetings, today) is None else None


def suggestion(rows: list[MeetingRow], pack: Pack, working: WorkingDays, today: date) -> date | None:
    """The next regular day after the last regular meeting: a pure rule (E1)."""
    regular = [one.on for one in rows if not one.extra and one.state in (SCHEDULED, HELD)]
    taken = {one.on for one in rows}
    return next_regular(max(regular, default=None), pack.meetings, working, today, taken)


def shortage(rows: list[MeetingRow], pack: Pack, begins: date, ends: date, today: date) -> Shortage | None:
    """Whether fewer meetings are set for a year than the framework asks for: a pure rule (E1)."""
    standing = [one.on for one in rows if one.state in (SCHEDULED, HELD)]
    since = records_since(standing, begins, today)
    asked = asked_for(pack.meetings, begins, since)
    there = sum(begins <= on <= ends for on in standing)
    if asked is None or there >= asked:
        return None
    return Shortage(begins, ends, there, asked, since > begins)


async def add_meeting(
    unit: Unit,
    actor: Actor,
    partnership: Partnership,
    pack: Pack,
    typed: Typed,
    now: datetime,
    *,
    extra: bool = False,
    opens_round: bool = True,
    confirmed: bool = False,
) -> Meeting:
    """Enter a meeting of the group; entering it again changes nothing. Its round opens at once where it comes next.

    Only an extra meeting may be without a round: answers are not asked for it (framework 3.1).
    Raises NotAllowed, Mistakes by field (on, at, place), or AskFirst for identifiable text in the place.
    """
    require(actor, "set_meetings")
    when = read_when(typed, today_in(pack, now), confirmed=confirmed)
    opens_round = opens_round or not extra
    group = pack.groups[0].key
    await partnership_numbered(unit, partnership.id, lock=True)
    row = await meeting_on(unit, partnership.id, group, when.on)
    if row is not None and row.state == SCHEDULED:
        asked = (extra, opens_round, when.begins_at, when.place)
        if (row.extra, row.opens_round, row.begins_at, row.place) != asked:
            raise Mistakes({"on": f"There is a meeting on {day_words(when.on)} already. Please open it to change it."})
        return row
    if row is not None and row.state == HELD:
        raise Mistakes({"on": f"The meeting on {day_words(when.on)} has been held and closed already."})
    if row is None:
        row = Meeting(partnership_id=partnership.id, group_key=group, on=when.on)
    elif row.state == "cancelled":
        row.moved, row.reason_text_id = row.moved + 1, None
    row.extra, row.opens_round, row.state = extra, opens_round, SCHEDULED
    row.begins_at, row.place = when.begins_at, when.place
    await unit.save(row)
    await open_rounds(unit, partnership, pack, now, actor.person_id)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="meeting entered", subject=f"meeting:{row.id}",
        refs={"on": when.on.isoformat(), "at": when.begins_at, "extra": extra, "round": opens_round},
    )  # fmt: skip
    return row


async def take_out(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, meeting_id: int, now: datetime
) -> Meeting:
    """Take out a meeting for which nothing was asked yet. Raises NotAllowed, NotFound or OutOfDate."""
    require(actor, "set_meetings")
    await partnership_numbered(unit, partnership.id, lock=True)
    row = await meeting(unit, partnership.id, meeting_id, lock=True)
    if row is None:
        raise NotFound("I cannot find that meeting any more.")
    if row.state == TAKEN_OUT:
        return row
    if row.state == "cancelled":
        raise OutOfDate(f"The meeting on {day_words(row.on)} is cancelled, and the record of that stays.")
    if row.on < today_in(pack, now) or row.state != SCHEDULED:
        raise OutOfDate(f"The meeting on {day_words(row.on)} has been held, so it stays.")
    if row.id in await meetings_with_answers(unit, partnership.id):
        raise OutOfDate(
            f"Answers are being asked for the meeting on {day_words(row.on)}, so I have left it in. "
            "If it does not take place, please cancel it: its answers then go to the next meeting."
        )
    row.state = TAKEN_OUT
    empty = await round_of_meeting(unit, partnership.id, row.id)
    if empty is not None:
        await unit.remove(empty)
    await unit.flush()
    await open_rounds(unit, partnership, pack, now, actor.person_id)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="meeting taken out",
        subject=f"meeting:{row.id}", refs={"on": row.on.isoformat()},
    )  # fmt: skip
    return row
