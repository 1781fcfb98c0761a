"""Which meeting is being prepared or held, and whether its decisions may still be recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from assurance.dates import day_words
from assurance.issuing import today_in
from assurance.pack import Pack
from assurance.refusals import NotFound, OutOfDate
from storage.asks import Meeting, Round, meeting, meetings_from, meetings_until, round_of_meeting
from storage.partnerships import Partnership
from storage.partnerships import partnership as partnership_numbered
from storage.unit import Unit

HELD, SCHEDULED = "held", "scheduled"
NO_MEETING = "No meeting has been entered yet. The {officer} can enter one: type meeting."


@dataclass(frozen=True)
class Session:
    """A meeting with its round, if answers were asked for it, on the day that it is today."""

    meeting: Meeting
    collection: Round | None
    today: date

    @property
    def released(self) -> bool:
        """Whether its papers are out."""
        return self.collection is not None and self.collection.released_at is not None

    @property
    def closed(self) -> bool:
        """Whether it was closed: then nothing that was decided there can be undone."""
        return self.meeting.state == HELD

    @property
    def begun(self) -> bool:
        """Whether the group may decide: from the day of the meeting on, or once the papers are out."""
        return not self.closed and (self.released or self.meeting.on <= self.today)


async def session(unit: Unit, partnership: Partnership, pack: Pack, meeting_id: int, now: datetime) -> Session:
    """One meeting of the group. Raises NotFound for one that is not there, was taken out, or is cancelled."""
    found = await meeting(unit, partnership.id, meeting_id)
    if found is None or found.state not in (HELD, SCHEDULED):
        raise NotFound("I cannot find that meeting any more.")
    return Session(found, await round_of_meeting(unit, partnership.id, found.id), today_in(pack, now))


async def present_session(unit: Unit, partnership: Partnership, pack: Pack, now: datetime) -> Session:
    """The meeting that is being held or prepared: one that has been and is not closed, or else the next.

    The next one it is too where its papers are out already. Where none is to come, it is the one held last.
    Raises NotFound where no meeting was ever entered.
    """
    today, group = today_in(pack, now), pack.groups[0].key
    been = await meetings_until(unit, partnership.id, group, today)
    coming = [one for one in await meetings_from(unit, partnership.id, group, today) if one.on > today]
    found = next((one for one in been if one.state == SCHEDULED), None)
    if coming:
        collection = await round_of_meeting(unit, partnership.id, coming[0].id)
        ready = collection is not None and collection.released_at is not None
        found = coming[0] if found is None or ready else found
    found = found or next(iter(been), None)
    if found is None:
        raise NotFound(NO_MEETING.format(officer=pack.terms.officer))
    return Session(found, await round_of_meeting(unit, partnership.id, found.id), today)


async def open_session(unit: Unit, partnership: Partnership, pack: Pack, meeting_id: int, now: datetime) -> Session:
    """A meeting at which decisions may be recorded, locked until the unit ends. Raises NotFound or OutOfDate."""
    await partnership_numbered(unit, partnership.id, lock=True)
    await meeting(unit, partnership.id, meeting_id, lock=True)
    found = await session(unit, partnership, pack, meeting_id, now)
    if found.closed:
        raise OutOfDate(
            f"The meeting on {day_words(found.meeting.on)} is closed, so what was decided there stays as it is. "
            "A later decision will stand beside it."
        )
    if not found.begun:
        raise OutOfDate(
            f"The meeting on {day_words(found.meeting.on)} has not begun, and its papers are not released yet."
        )
    return found
