"""Chasers: which step was taken for which return and person, so that none comes twice; and who is away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import SQLModel, col, select

from storage.asks import Loop, Meeting, Request, Round
from storage.base import key, moment, refers
from storage.notices import Notice
from storage.returns import AgencyReturn
from storage.unit import Unit, any_of, given

RING = "ring"
"""The step that is an officer's list of whom to ring."""
BY_OFFICER = "officer:"
"""How a step begins that an officer took, with its day: it is beside the pack's steps and uses none of them up."""


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


_RETURNS = (
    select(AgencyReturn, Loop, Request, Meeting)
    .join(Request, col(Request.id) == AgencyReturn.request_id)
    .join(Loop, col(Loop.id) == AgencyReturn.loop_id)
    .join(Round, col(Round.id) == AgencyReturn.round_id)
    .outerjoin(Meeting, col(Meeting.id) == Round.meeting_id)
    .where(Request.partnership_id == given("partnership_id"), Request.state == "open")
)


async def returns_awaited(unit: Unit, partnership_id: int) -> list[tuple[AgencyReturn, Loop, Request, Meeting | None]]:
    """The newest return of each loop that still owes it, over the open requests, by request and then by loop.

    It starts from the open requests, so that what was closed in earlier years costs nothing.
    """
    newest: dict[int, tuple[AgencyReturn, Loop, Request, Meeting | None]] = {}
    for row, its_loop, its_request, its_meeting in await unit.rows(_RETURNS, partnership_id=partnership_id):
        if its_loop.id not in newest or newest[its_loop.id][0].id < row.id:
            newest[its_loop.id] = (row, its_loop, its_request, its_meeting)
    owed = [one for one in newest.values() if one[1].open and one[1].asked and one[0].state == "awaited"]
    return sorted(owed, key=lambda one: (one[2].number, one[1].id))


_OF_RETURNS = (
    select(Chaser)
    .where(Chaser.partnership_id == given("partnership_id"), col(Chaser.return_id).in_(any_of("return_ids")))
    .order_by(col(Chaser.id))
)


async def chasers_of_returns(unit: Unit, partnership_id: int, return_ids: Iterable[int]) -> list[Chaser]:
    """Every step that was taken or passed over for these returns, oldest first."""
    return await unit.all(_OF_RETURNS, partnership_id=partnership_id, return_ids=list(return_ids))


_WITH_NOTICES = (
    select(Chaser, Notice)
    .outerjoin(Notice, col(Notice.id) == Chaser.notice_id)
    .where(Chaser.partnership_id == given("partnership_id"), col(Chaser.return_id).in_(any_of("return_ids")))
    .order_by(col(Chaser.id))
)


async def chasers_with_notices(
    unit: Unit, partnership_id: int, return_ids: Iterable[int]
) -> list[tuple[Chaser, Notice | None]]:
    """Every step for these returns with the notice that carried it, oldest first; None where it was passed over."""
    rows = await unit.rows(_WITH_NOTICES, partnership_id=partnership_id, return_ids=list(return_ids))
    return [(chaser, its_notice) for chaser, its_notice in rows]


_OF_NOTICES = (
    select(Chaser, Request.title)
    .join(AgencyReturn, col(AgencyReturn.id) == Chaser.return_id)
    .join(Request, col(Request.id) == AgencyReturn.request_id)
    .where(Chaser.partnership_id == given("partnership_id"), col(Chaser.notice_id).in_(any_of("notice_ids")))
    .order_by(col(Chaser.id))
)


async def chasers_of_notices(unit: Unit, partnership_id: int, notice_ids: Iterable[int]) -> list[tuple[Chaser, str]]:
    """The steps that these notices carry, each with the title of what it is about."""
    rows = await unit.rows(_OF_NOTICES, partnership_id=partnership_id, notice_ids=list(notice_ids))
    return [(chaser, title) for chaser, title in rows]


_NUDGES = (
    select(Chaser.person_id, Chaser.round_id, Chaser.notice_id)
    .where(
        Chaser.partnership_id == given("partnership_id"),
        col(Chaser.person_id).in_(any_of("person_ids")),
        col(Chaser.round_id).in_(any_of("round_ids")),
        Chaser.state == "owed",
        Chaser.step != RING,
        col(Chaser.step).not_like(f"{BY_OFFICER}%"),
    )
    .distinct()
)


async def nudges_in_rounds(
    unit: Unit, partnership_id: int, person_ids: Iterable[int], round_ids: Iterable[int]
) -> dict[tuple[int, int], int]:
    """How many nudges the pack owed each of these people in each of these rounds, whatever they were about."""
    rows = await unit.rows(
        _NUDGES, partnership_id=partnership_id, person_ids=list(person_ids), round_ids=list(round_ids)
    )
    found: dict[tuple[int, int], int] = {}
    for person_id, round_id, _ in rows:
        found[person_id, round_id] = found.get((person_id, round_id), 0) + 1
    return found


_NUDGES_ABOUT = (
    select(Notice)
    .join(Chaser, col(Chaser.notice_id) == Notice.id)
    .where(
        Chaser.partnership_id == given("partnership_id"),
        Chaser.return_id == given("return_id"),
        Chaser.person_id == given("person_id"),
        Chaser.step != RING,
        col(Notice.state).in_(("sending", "delivered", "unsure")),
    )
    .order_by(col(Notice.id))
)


async def nudges_about(unit: Unit, partnership_id: int, return_id: int, person_id: int) -> list[Notice]:
    """The nudges about a return that a person was sent, or may have been, oldest first."""
    rows = await unit.all(_NUDGES_ABOUT, partnership_id=partnership_id, return_id=return_id, person_id=person_id)
    return list({one.id: one for one in rows}.values())


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
