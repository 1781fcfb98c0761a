"""What the group decides in a meeting: who was there, what is to be discussed, and what was decided about whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel, col, select

from storage.base import flag, key, moment, refers
from storage.unit import Unit

SET = "set"


class Decision(SQLModel, table=True):
    """What the group decided about one return at one meeting (B8-B12); its levels are Assessments.

    States: set, undone, superseded (by a later one of the same meeting), carried (not confirmed, and taken up again
    at the next meeting). `provisional`: until the meeting is closed, and longer where it was not quorate. What has
    taken effect is never altered: a later decision is a row of its own.
    `follow`: what comes after a level that does not close: "" (asked again), "close" (with the chair's reason),
    "continue" (with a named next step), "propose" (a single agency assurance request, for people to decide).
    """

    __table_args__ = (
        Index("ix_decision_meeting", "partnership_id", "meeting_id"),
        Index("ix_decision_return_id", "return_id"),
    )
    id: int = key()
    partnership_id: int = refers("partnership.id")
    meeting_id: int = refers("meeting.id")
    return_id: int = refers("agency_return.id")
    version_number: int = 0
    """The version of the return that the group had before it; 0 where there was no answer."""
    led_by: int | None = refers("person.id", optional=True)
    recorded_by: int | None = refers("person.id", optional=True)
    state: str = SET
    provisional: bool = flag(otherwise=True)
    follow: str = ""
    follow_text_id: int | None = refers("text.id", optional=True)
    rationale_text_id: int | None = refers("text.id", optional=True)
    good_practice_text_id: int | None = refers("text.id", optional=True)
    concern_text_id: int | None = refers("text.id", optional=True)
    undone_by: int | None = refers("person.id", optional=True)
    at: datetime = moment()


class Attendance(SQLModel, table=True):
    """Somebody at a meeting, for a seat or, without one, in a role (E3). `how`: present, substitute, apologies, "".

    A substitute whom we do not know by name stands for the seat alone.
    """

    __table_args__ = (Index("ix_attendance_meeting", "partnership_id", "meeting_id"),)
    id: int = key()
    partnership_id: int = refers("partnership.id")
    meeting_id: int = refers("meeting.id")
    person_id: int | None = refers("person.id", optional=True)
    seat_id: int | None = refers("seat.id", optional=True)
    stands_in_for: int | None = refers("person.id", optional=True)
    how: str = "present"
    recorded_by: int | None = refers("person.id", optional=True)
    at: datetime = moment()


class Agreement(SQLModel, table=True):
    """After a meeting without quorum: who agreed by circulation for a rule of the quorum that was not met, and when."""

    __table_args__ = (UniqueConstraint("meeting_id", "rule"),)
    id: int = key()
    partnership_id: int = refers("partnership.id", index=True)
    meeting_id: int = refers("meeting.id")
    rule: str
    person_id: int = refers("person.id")
    agreed_on: date
    recorded_by: int | None = refers("person.id", optional=True)
    at: datetime = moment()


class DiscussMark(SQLModel, table=True):
    """Somebody wants a return to be talked about in the meeting, one by one. Unmarking keeps the row."""

    __tablename__ = "discuss_mark"
    __table_args__ = (UniqueConstraint("return_id", "person_id"),)
    id: int = key()
    partnership_id: int = refers("partnership.id")
    return_id: int = refers("agency_return.id")
    person_id: int = refers("person.id", index=True)
    marked: bool = True
    at: datetime = moment()


async def decision(unit: Unit, partnership_id: int, decision_id: int) -> Decision | None:
    """One decision by number, whether it stands or not."""
    return await unit.one(select(Decision).where(Decision.partnership_id == partnership_id, Decision.id == decision_id))


async def decisions_of_meeting(unit: Unit, partnership_id: int, meeting_id: int) -> list[Decision]:
    """Everything that was ever recorded at a meeting, undone or not, oldest first."""
    return await unit.all(
        select(Decision)
        .where(Decision.partnership_id == partnership_id, Decision.meeting_id == meeting_id)
        .order_by(col(Decision.id))
    )


async def decisions_on(unit: Unit, partnership_id: int, return_ids: Iterable[int]) -> list[Decision]:
    """The decisions on these returns that stand, provisional ones as well, oldest first."""
    return await unit.all(
        select(Decision)
        .where(
            Decision.partnership_id == partnership_id,
            col(Decision.return_id).in_(list(return_ids)),
            Decision.state == SET,
        )
        .order_by(col(Decision.id))
    )


async def attendance_at(unit: Unit, partnership_id: int, meeting_id: int) -> list[Attendance]:
    """Who was at a meeting, or sent apologies."""
    return await unit.all(
        select(Attendance)
        .where(Attendance.partnership_id == partnership_id, Attendance.meeting_id == meeting_id)
        .order_by(col(Attendance.id))
    )


async def agreements_on(unit: Unit, partnership_id: int, meeting_id: int) -> list[Agreement]:
    """Who agreed by circulation to what a meeting without quorum had decided."""
    return await unit.all(
        select(Agreement)
        .where(Agreement.partnership_id == partnership_id, Agreement.meeting_id == meeting_id)
        .order_by(col(Agreement.id))
    )


async def discuss_marks(unit: Unit, partnership_id: int, return_ids: Iterable[int]) -> dict[int, list[int]]:
    """Who wants each of these returns to be talked about, by return."""
    rows = await unit.all(
        select(DiscussMark)
        .where(
            DiscussMark.partnership_id == partnership_id,
            col(DiscussMark.return_id).in_(list(return_ids)),
            col(DiscussMark.marked).is_(True),
        )
        .order_by(col(DiscussMark.id))
    )
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row.return_id, []).append(row.person_id)
    return found


async def discuss_mark(unit: Unit, partnership_id: int, return_id: int, person_id: int) -> DiscussMark | None:
    """One person's mark on one return, also where it was taken back."""
    return await unit.one(
        select(DiscussMark).where(
            DiscussMark.partnership_id == partnership_id,
            DiscussMark.return_id == return_id,
            DiscussMark.person_id == person_id,
        )
    )
