"""One meeting as one person may see it: its days, what hangs on it, and what that person may do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from assurance.actors import Actor
from assurance.dates import day_words
from assurance.issuing import today_in, working_days
from assurance.meetings import HELD, SCHEDULED, TAKEN_OUT, MeetingRow, days_of
from assurance.pack import Pack
from assurance.permissions import may, require
from assurance.refusals import NotFound
from storage.asks import Meeting, meeting, round_of_meeting
from storage.partnerships import Partnership
from storage.rounds import awaited_of_round, meetings_with_answers, returns_of_round
from storage.texts import texts
from storage.unit import Unit


@dataclass(frozen=True)
class MeetingView:
    """One meeting. `awaited` and `returned` count the answers for it, for those who may see such counts."""

    partnership_id: int
    person_id: int
    group: str
    word: str
    days: MeetingRow
    today: date
    seen: int
    reason: str
    counted: bool
    awaited: int
    returned: int
    closed_on: date | None
    may_change: bool
    may_take_out: bool
    may_close: bool
    may_note_minutes: bool
    may_note_recording: bool


@dataclass(frozen=True)
class CalendarEntry:
    """A meeting as a calendar keeps it. `sequence` rises with every change, so that a later file replaces it."""

    uid: str
    sequence: int
    on: date
    begins_at: str | None
    timezone: str
    title: str
    place: str
    notes: str
    cancelled: bool


async def meeting_view(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, meeting_id: int, now: datetime
) -> MeetingView:
    """One meeting. Raises NotAllowed for people outside the group, and NotFound."""
    row, today = await _seen(unit, actor, partnership, meeting_id), today_in(pack, now)
    taken = row.id in await meetings_with_answers(unit, partnership.id)
    days = days_of(row, pack, working_days(pack), taken=taken)
    changes, closes = may(actor, "set_meetings"), may(actor, "close_meeting")
    reason = await texts(unit, partnership.id, [row.reason_text_id])
    awaited = returned = 0
    if closes and (its_round := await round_of_meeting(unit, partnership.id, row.id)) is not None:
        awaited = len(await awaited_of_round(unit, partnership.id, its_round.id))
        returned = sum(one.state == "returned" for one in await returns_of_round(unit, partnership.id, its_round.id))
    keeps_minutes = pack.meetings.minutes_days is not None or pack.meetings.recording_wd is not None
    return MeetingView(
        partnership_id=partnership.id, person_id=actor.person_id, group=pack.groups[0].short,
        word=pack.terms.meeting, days=days, today=today, seen=row.moved,
        reason=reason.get(row.reason_text_id or 0, ""), counted=closes, awaited=awaited, returned=returned,
        closed_on=today_in(pack, row.closed_at) if row.closed_at else None,
        may_change=changes and row.state == SCHEDULED,
        may_take_out=changes and row.state == SCHEDULED and not taken and row.on >= today,
        may_close=closes and row.state == SCHEDULED and row.on <= today,
        may_note_minutes=changes and row.state == HELD and keeps_minutes and row.minutes_shared_on is None,
        may_note_recording=changes and days.recording_by is not None and row.recording_deleted_on is None,
    )  # fmt: skip


async def calendar_entry(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, meeting_id: int
) -> CalendarEntry:
    """The meeting as a calendar keeps it. Raises NotAllowed for people outside the group, and NotFound."""
    row = await _seen(unit, actor, partnership, meeting_id)
    days = days_of(row, pack, working_days(pack), taken=False)
    return CalendarEntry(
        uid=f"meeting-{row.id}@{partnership.slug}.learning-loop", sequence=row.moved, on=row.on,
        begins_at=row.begins_at, timezone=pack.timezone, title=f"{pack.groups[0].short} {pack.terms.meeting}",
        place=row.place or "", notes=_notes(days), cancelled=row.state == "cancelled",
    )  # fmt: skip


def _notes(days: MeetingRow) -> str:
    lines = []
    if days.answers_by:
        lines.append(f"Answers by the end of {day_words(days.answers_by)}.")
    if days.papers_by:
        lines.append(f"Papers by {day_words(days.papers_by)}.")
    return "\n".join(lines)


async def _seen(unit: Unit, actor: Actor, partnership: Partnership, meeting_id: int) -> Meeting:
    require(actor, "see_meetings")
    row = await meeting(unit, partnership.id, meeting_id)
    if row is None or row.state == TAKEN_OUT:
        raise NotFound("I cannot find that meeting any more.")
    return row
