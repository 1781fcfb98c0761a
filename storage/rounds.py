"""Rounds and the meetings they belong to: what a meeting's change or its close concerns."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_
from sqlmodel import col, select

from storage.asks import Loop, Meeting, Request, Round
from storage.returns import AgencyReturn
from storage.unit import Unit

TAKEN_OUT = "taken_out"


async def meetings_since(unit: Unit, partnership_id: int, group_key: str, day: date) -> list[Meeting]:
    """The group's meetings from a day on, soonest first: held and cancelled ones as well, not those taken out."""
    return await unit.all(
        select(Meeting)
        .where(
            Meeting.partnership_id == partnership_id,
            Meeting.group_key == group_key,
            Meeting.on >= day,
            Meeting.state != TAKEN_OUT,
        )
        .order_by(col(Meeting.on))
    )


async def meetings_with_answers(unit: Unit, partnership_id: int) -> set[int]:
    """The numbers of the meetings at which answers to some request are to be tabled, or were."""
    asked = (
        select(Meeting.id)
        .join(Round, col(Round.meeting_id) == Meeting.id)
        .where(
            Meeting.partnership_id == partnership_id,
            or_(
                select(Request.id).where(Request.round_id == Round.id).exists(),
                select(AgencyReturn.id).where(AgencyReturn.round_id == Round.id).exists(),
            ),
        )
    )
    return set(await unit.all(asked))


async def awaited_of_round(unit: Unit, partnership_id: int, round_id: int) -> list[tuple[AgencyReturn, Loop, Request]]:
    """What is still awaited in a round from open loops of open requests, as it stands in the database now."""
    rows = await unit.rows(
        select(AgencyReturn, Loop, Request)
        .join(Loop, col(Loop.id) == AgencyReturn.loop_id)
        .join(Request, col(Request.id) == AgencyReturn.request_id)
        .where(
            AgencyReturn.partnership_id == partnership_id,
            AgencyReturn.round_id == round_id,
            AgencyReturn.state == "awaited",
            col(Loop.open).is_(True),
            Request.state == "open",
        )
        .order_by(col(Request.number), col(AgencyReturn.id))
        .execution_options(populate_existing=True)
    )
    return [(row, its_loop, its_request) for row, its_loop, its_request in rows]


async def returns_of_round(unit: Unit, partnership_id: int, round_id: int) -> list[AgencyReturn]:
    """Every return of a round, whatever became of it."""
    return await unit.all(
        select(AgencyReturn)
        .where(AgencyReturn.partnership_id == partnership_id, AgencyReturn.round_id == round_id)
        .order_by(col(AgencyReturn.id))
    )


async def requests_of_round(unit: Unit, partnership_id: int, round_id: int) -> list[Request]:
    """The requests that were made for a round, and those of which something is asked in it, by number."""
    asked = select(AgencyReturn.request_id).where(
        AgencyReturn.partnership_id == partnership_id, AgencyReturn.round_id == round_id
    )
    return await unit.all(
        select(Request)
        .where(
            Request.partnership_id == partnership_id,
            or_(col(Request.round_id) == round_id, col(Request.id).in_(asked)),
        )
        .order_by(col(Request.id))
    )
