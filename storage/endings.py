"""What did not close and is asked again, and what has ended."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import col, select

from storage.asks import Loop, LoopDimension, Request
from storage.unit import Unit


async def dimensions_to_ask_again(unit: Unit, partnership_id: int) -> list[tuple[LoopDimension, Loop, Request]]:
    """The dimensions that did not close and for which no round is open yet, of open loops and open requests."""
    rows = await unit.rows(
        select(LoopDimension, Loop, Request)
        .join(Loop, col(Loop.id) == LoopDimension.loop_id)
        .join(Request, col(Request.id) == Loop.request_id)
        .where(
            LoopDimension.partnership_id == partnership_id,
            LoopDimension.state == "follow_up",
            col(Loop.open).is_(True),
            Request.state == "open",
        )
        .order_by(col(LoopDimension.id))
    )
    return [(one, its_loop, asked) for one, its_loop, asked in rows]


async def loops_in_states(unit: Unit, partnership_id: int, states: Iterable[str]) -> list[tuple[Loop, Request]]:
    """Every loop that stands in one of these states, with its request, newest request first."""
    rows = await unit.rows(
        select(Loop, Request)
        .join(Request, col(Request.id) == Loop.request_id)
        .where(Loop.partnership_id == partnership_id, col(Loop.state).in_(list(states)))
        .order_by(col(Request.number).desc(), col(Loop.id))
    )
    return [(its_loop, asked) for its_loop, asked in rows]
