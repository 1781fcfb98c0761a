"""How the open requests stand: the rows that `status`, `overdue` and `my returns` are drawn from.

Each query starts from the open requests of one partnership and follows indexes from there, so that what
was closed in earlier years costs nothing. What few rows are left are sorted and sifted here: asked to do it,
a database may choose an index that leads through all that was ever stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlmodel import col, select

from storage.asks import Loop, LoopDimension, Meeting, Request, Round
from storage.notices import Notice
from storage.returns import AgencyReturn
from storage.unit import Unit, any_of, given


async def loops_of_open_requests(unit: Unit, partnership_id: int) -> list[tuple[Loop, Request]]:
    """Every loop of every open request, closed loops as well, in the order in which they were asked."""
    rows = await unit.rows(
        select(Loop, Request)
        .join(Request, col(Request.id) == Loop.request_id)
        .where(Request.partnership_id == partnership_id, Request.state == "open")
    )
    found = [(its_loop, its_request) for its_loop, its_request in rows]
    return sorted(found, key=lambda pair: (pair[1].number, pair[0].id))


async def returns_of_open_requests(unit: Unit, partnership_id: int) -> dict[int, list[AgencyReturn]]:
    """Every return of the open requests, by loop, the oldest round first."""
    rows = await unit.all(
        select(AgencyReturn)
        .join(Request, col(Request.id) == AgencyReturn.request_id)
        .where(Request.partnership_id == partnership_id, Request.state == "open")
        .order_by(col(AgencyReturn.id))
    )
    found: dict[int, list[AgencyReturn]] = {}
    for row in rows:
        found.setdefault(row.loop_id, []).append(row)
    return found


async def dimensions_of_open_requests(unit: Unit, partnership_id: int) -> dict[int, list[LoopDimension]]:
    """How each dimension of the open requests' loops stands, by loop."""
    rows = await unit.all(
        select(LoopDimension)
        .join(Loop, col(Loop.id) == LoopDimension.loop_id)
        .join(Request, col(Request.id) == Loop.request_id)
        .where(Request.partnership_id == partnership_id, Request.state == "open")
        .order_by(col(LoopDimension.id))
    )
    found: dict[int, list[LoopDimension]] = {}
    for row in rows:
        found.setdefault(row.loop_id, []).append(row)
    return found


_ROUNDS = (
    select(Round, col(Meeting.on))
    .outerjoin(Meeting, col(Meeting.id) == Round.meeting_id)
    .where(Round.partnership_id == given("partnership_id"), col(Round.id).in_(any_of("round_ids")))
)


async def rounds_with_meetings(
    unit: Unit, partnership_id: int, round_ids: Iterable[int]
) -> dict[int, tuple[Round, date | None]]:
    """These rounds by number, each with the day of its meeting where it has one."""
    rows = await unit.rows(_ROUNDS, partnership_id=partnership_id, round_ids=list(set(round_ids)))
    return {one.id: (one, on) for one, on in rows}


async def reach_of_requests(unit: Unit, partnership_id: int, request_ids: Iterable[int]) -> list[Notice]:
    """What became of each card and e-mail of these requests, so that "not reached" can be told from "late"."""
    rows = await unit.all(
        select(Notice)
        .where(
            Notice.partnership_id == partnership_id,
            col(Notice.about).in_([f"request:{number}" for number in request_ids]),
            col(Notice.kind).in_(("request", "emailed")),
        )
        .order_by(col(Notice.id))
    )
    return [one for one in rows if one.replaces_id is None]
