"""Chasers: which step was taken for which return and person, so that none comes twice; and who is away."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel, col, select

from storage.base import key, moment, refers
from storage.unit import Unit


class Chaser(SQLModel, table=True):
    """One step of chasing, for one return and one person: a line in the notice that said so, or passed over (B13).

    `step` names the pack's step, such as "remind-5" or "overdue+2"; "ring" is the officer's list of whom to ring,
    and is for nobody in particular (`person_id` is the officer's). `due_on` is the day that the step belongs to:
    another due day begins the steps anew. States: owed (in the notice), skipped (with a reason).
    """

    __table_args__ = (
        UniqueConstraint("return_id", "person_id", "step", "due_on"),
        Index("ix_chaser_person", "partnership_id", "person_id", "round_id"),
        Index("ix_chaser_seat", "partnership_id", "return_id"),
    )
    id: int = key()
    partnership_id: int = refers("partnership.id")
    return_id: int = refers("agency_return.id")
    round_id: int = refers("round.id")
    person_id: int = refers("person.id")
    step: str
    due_on: date
    state: str = "owed"
    reason: str = ""
    notice_id: int | None = refers("notice.id", optional=True)
    at: datetime = moment()


class Absence(SQLModel, table=True):
    """A person is away, first and last day included: not chased meanwhile. It ends; it is not deleted."""

    __table_args__ = (Index("ix_absence_person", "partnership_id", "person_id"),)
    id: int = key()
    partnership_id: int = refers("partnership.id")
    person_id: int = refers("person.id")
    first: date
    last: date
    set_by: int | None = refers("person.id", optional=True)
    at: datetime = moment()


async def away_on(unit: Unit, partnership_id: int, day: date) -> dict[int, date]:
    """Who is away on a day, each with the last day of it."""
    rows = await unit.all(
        select(Absence).where(Absence.partnership_id == partnership_id, Absence.first <= day, Absence.last >= day)
    )
    found: dict[int, date] = {}
    for one in rows:
        found[one.person_id] = max(one.last, found.get(one.person_id, one.last))
    return found


async def absences_of(unit: Unit, partnership_id: int, person_id: int, day: date) -> list[Absence]:
    """One person's absences that are not over on a day, those to come as well; the earliest first."""
    return await unit.all(
        select(Absence)
        .where(
            Absence.partnership_id == partnership_id,
            Absence.person_id == person_id,
            Absence.last >= day,
            Absence.last >= Absence.first,
        )
        .order_by(col(Absence.first), col(Absence.id))
    )


async def absence(unit: Unit, partnership_id: int, absence_id: int) -> Absence | None:
    """One absence by number."""
    return await unit.one(select(Absence).where(Absence.partnership_id == partnership_id, Absence.id == absence_id))
