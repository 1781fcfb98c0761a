"""The officer's work around a meeting: papers, minutes, recording; reminded of before, noted once done (E5, E6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from assurance.actors import Actor
from assurance.calendar import WorkingDays
from assurance.dates import day_words
from assurance.hours import may_send
from assurance.issuing import today_in, working_days
from assurance.meetings import HELD, LOOK_BACK, SCHEDULED, TAKEN_OUT, MeetingRow, days_of
from assurance.owing import owe
from assurance.pack import Pack
from assurance.permissions import OFFICER, require
from assurance.refusals import Mistakes, NotFound, OutOfDate
from storage.asks import Meeting, meeting, round_of_meeting
from storage.log import append_log
from storage.notices import notice_keyed
from storage.partnerships import Partnership
from storage.partnerships import partnership as partnership_numbered
from storage.people import holders_of_role
from storage.rounds import meetings_since
from storage.unit import Unit

REMINDER = "remind_meeting"
PAPERS, MINUTES, RECORDING, CLOSE = "papers", "minutes", "recording", "close"
BEFORE_WD = 2
"""Working days before papers or minutes are due at which an officer is reminded for the first time."""
CLOSE_AFTER_WD = 1
GIVE_DAY = "Please give the day, with day, month and year."


@dataclass(frozen=True)
class Reminder:
    """One reminder: what is due, on which day, and from which day on the officer is told."""

    what: str
    due_on: date
    tell_on: date


def reminders_for(row: MeetingRow, pack: Pack, working: WorkingDays, *, released: bool) -> tuple[Reminder, ...]:
    """Everything that an officer is to be reminded of about a meeting, as far as it is not done: a pure rule.

    Papers two working days before they are due and on the day; minutes likewise; the recording on the day on which
    it is to be deleted, counted from when the minutes were shared (framework 4.24); closing it the working day after.
    """
    found: list[Reminder] = []
    if row.papers_by is not None and not released and row.state == SCHEDULED:
        found += _before_and_on(PAPERS, row.papers_by, working)
    if row.minutes_by is not None and row.minutes_shared_on is None:
        found += _before_and_on(MINUTES, row.minutes_by, working)
    if row.recording_by is not None and row.recording_deleted_on is None:
        found.append(Reminder(RECORDING, row.recording_by, row.recording_by))
    if row.state == SCHEDULED:
        found.append(Reminder(CLOSE, row.on, working.add(row.on, CLOSE_AFTER_WD)))
    return tuple(found)


def _before_and_on(what: str, due_on: date, working: WorkingDays) -> list[Reminder]:
    last = working.on_or_before(due_on)
    return [Reminder(what, due_on, working.add(last, -BEFORE_WD)), Reminder(what, due_on, last)]


def told_today(row: MeetingRow, reminders: tuple[Reminder, ...], today: date) -> tuple[Reminder, ...]:
    """Of a meeting's reminders, those whose day has come: a pure rule. What is past use is left out.

    Papers are of no use once the meeting's day has gone by.
    """
    come = [one for one in reminders if one.tell_on <= today]
    return tuple(one for one in come if one.what != PAPERS or today <= row.on)


async def remind_meeting_work(unit: Unit, partnership: Partnership, pack: Pack, now: datetime) -> int:
    """Owe each officer what is due around the meetings, each reminder once; gives how many were owed. A beat step.

    After a pause only the newest of several reminders of one thing goes out; the older ones are noted as skipped.
    """
    if not may_send(pack, now):
        return 0
    today, working, owed = today_in(pack, now), working_days(pack), 0
    due: list[tuple[Meeting, Reminder, bool]] = []
    for one in await meetings_since(unit, partnership.id, pack.groups[0].key, today - LOOK_BACK):
        if partnership.starts_on is not None and one.on < partnership.starts_on:
            continue
        row = days_of(one, pack, working, taken=False)
        released = row.papers_by is not None and await _is_released(unit, partnership, one)
        come = told_today(row, _of_use(row, pack, working, released), today)
        newest = {one.what: one.tell_on for one in come}
        due += [(one, its, its.tell_on < newest[its.what]) for its in come]
    if not due:
        return 0
    for person_id in dict.fromkeys(await holders_of_role(unit, partnership.id, [OFFICER], today)):
        for one, its, older in due:
            owed += await _remind(unit, partnership, one, its, person_id, now, older=older)
    return owed


def _of_use(row: MeetingRow, pack: Pack, working: WorkingDays, released: bool) -> tuple[Reminder, ...]:
    return reminders_for(row, pack, working, released=released) if row.state in (SCHEDULED, HELD) else ()


async def _remind(
    unit: Unit, partnership: Partnership, one: Meeting, its: Reminder, person_id: int, now: datetime, *, older: bool
) -> int:
    key = f"{REMINDER}:{one.id}:{its.what}:{its.due_on}:{its.tell_on}:{person_id}"
    if await notice_keyed(unit, partnership.id, key) is not None:
        return 0
    await partnership_numbered(unit, partnership.id, lock=True)  # every replica beats: each reminder is owed once
    if await notice_keyed(unit, partnership.id, key) is not None:
        return 0
    owed = await owe(
        unit, partnership.id, key, REMINDER, now=now, person_id=person_id, about=f"meeting:{one.id}",
        subject={"meeting": one.id, "what": its.what, "due_on": its.due_on.isoformat()}, keeps_hours=True,
    )  # fmt: skip
    if older:
        owed.state, owed.reason, owed.settled_at = "skipped", "A newer reminder of the same followed.", now
        return 0
    return 1


async def _is_released(unit: Unit, partnership: Partnership, one: Meeting) -> bool:
    its_round = await round_of_meeting(unit, partnership.id, one.id)
    return its_round is not None and its_round.released_at is not None


async def still_to_do(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, meeting_id: int, what: str, due_on: date
) -> MeetingRow | None:
    """The meeting about which an officer is reminded; None where it was done, or has another day by now."""
    require(actor, "set_meetings")
    one = await meeting(unit, partnership.id, meeting_id)
    if one is None or one.state not in (SCHEDULED, HELD):
        return None
    working = working_days(pack)
    row = days_of(one, pack, working, taken=False)
    released = await _is_released(unit, partnership, one)
    left = reminders_for(row, pack, working, released=released)
    return row if any(its.what == what and its.due_on == due_on for its in left) else None


async def note_minutes(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, meeting_id: int, day: date | None, now: datetime
) -> Meeting:
    """Note on which day the minutes of a meeting were shared; noting it again changes nothing (framework 4.24).

    Raises NotAllowed, NotFound, OutOfDate before the meeting's day, or Mistakes for a day that cannot be (shared_on).
    """
    row, today = await _past_meeting(unit, actor, partnership, pack, meeting_id, now), today_in(pack, now)
    if row.minutes_shared_on is not None:
        return row
    if day is None:
        raise Mistakes({"shared_on": GIVE_DAY})
    if not row.on <= day <= today:
        raise Mistakes({"shared_on": "Please choose a day since the meeting, up to today."})
    row.minutes_shared_on = day
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="minutes shared",
        subject=f"meeting:{row.id}", refs={"on": day.isoformat()},
    )  # fmt: skip
    return row


async def note_recording(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, meeting_id: int, now: datetime
) -> Meeting:
    """Note that the recording of a meeting was deleted today; noting it again changes nothing (E6).

    Raises NotAllowed, NotFound, or OutOfDate before the meeting's day.
    """
    row = await _past_meeting(unit, actor, partnership, pack, meeting_id, now)
    if row.recording_deleted_on is not None:
        return row
    row.recording_deleted_on = today_in(pack, now)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="recording deleted",
        subject=f"meeting:{row.id}", refs={"on": row.recording_deleted_on.isoformat()},
    )  # fmt: skip
    return row


async def _past_meeting(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, meeting_id: int, now: datetime
) -> Meeting:
    require(actor, "set_meetings")
    await partnership_numbered(unit, partnership.id, lock=True)
    row = await meeting(unit, partnership.id, meeting_id, lock=True)
    if row is None or row.state == TAKEN_OUT:
        raise NotFound("I cannot find that meeting any more.")
    if row.state not in (SCHEDULED, HELD):
        raise OutOfDate(f"The meeting on {day_words(row.on)} is cancelled, so there is nothing to note.")
    if row.on > today_in(pack, now):
        raise OutOfDate(f"The meeting is on {day_words(row.on)}. This can be noted from that day on.")
    return row
