"""How seats changed over time: what each was called before, and every change that an officer made or planned (E7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, or_
from sqlmodel import SQLModel, col, select

from storage.asks import Loop, Request
from storage.base import json_value, key, moment, refers
from storage.unit import Unit, any_of, given

PLANNED, DONE, CALLED_OFF = "planned", "done", "called_off"


class SeatName(SQLModel, table=True):
    """What a seat was called, and whose it was, up to and with a day. What holds today stands on the seat itself."""

    __tablename__ = "seat_name"
    __table_args__ = (Index("ix_seat_name_seat", "partnership_id", "seat_id"),)
    id: int = key()
    partnership_id: int = refers("partnership.id")
    seat_id: int = refers("seat.id")
    name: str
    short: str
    organisation_id: int = refers("organisation.id")
    until: date


class SeatChange(SQLModel, table=True):
    """A seat is renamed, moved, merged, split or ended from a day on. States: planned, done, called_off.

    `plan` says what is to be: names of seats and organisations, and the new home of each open loop by its number.
    """

    __tablename__ = "seat_change"
    __table_args__ = (Index("ix_seat_change_state", "partnership_id", "state", "from_on"),)
    id: int = key()
    partnership_id: int = refers("partnership.id")
    seat_id: int = refers("seat.id")
    into_seat_id: int | None = refers("seat.id", optional=True)
    kind: str
    from_on: date
    state: str = PLANNED
    plan: Any = json_value()
    by_person_id: int | None = refers("person.id", optional=True)
    at: datetime = moment()
    done_at: datetime | None = moment(optional=True)


async def former_names(unit: Unit, partnership_id: int) -> list[SeatName]:
    """What seats were called before, the earliest first."""
    return await unit.all(
        select(SeatName)
        .where(SeatName.partnership_id == partnership_id)
        .order_by(col(SeatName.until), col(SeatName.id))
    )


async def seat_changes(unit: Unit, partnership_id: int, state: str) -> list[SeatChange]:
    """The changes of seats in a state, by the day from which they hold."""
    return await unit.all(
        select(SeatChange)
        .where(SeatChange.partnership_id == partnership_id, SeatChange.state == state)
        .order_by(col(SeatChange.from_on), col(SeatChange.id))
    )


async def seat_change(unit: Unit, partnership_id: int, change_id: int) -> SeatChange | None:
    """One change of a seat by its number."""
    return await unit.one(
        select(SeatChange).where(SeatChange.partnership_id == partnership_id, SeatChange.id == change_id)
    )


async def running_loops_of_seat(unit: Unit, partnership_id: int, seat_id: int) -> list[tuple[Loop, Request]]:
    """The loops of a seat's open requests that are open, or only told it something, by request."""
    rows = await unit.rows(
        select(Loop, Request)
        .join(Request, col(Request.id) == Loop.request_id)
        .where(
            Loop.partnership_id == partnership_id,
            Loop.seat_id == seat_id,
            Request.state == "open",
            or_(col(Loop.open).is_(True), col(Loop.state) == "information"),
        )
        .order_by(col(Request.number), col(Loop.id))
    )
    return [(its_loop, asked) for its_loop, asked in rows]


async def loops_of_seat_among(
    unit: Unit, partnership_id: int, seat_id: int, request_ids: Iterable[int]
) -> dict[int, Loop]:
    """The loops of a seat on these requests, open or not, by request."""
    rows = await unit.all(
        select(Loop).where(
            Loop.partnership_id == partnership_id, Loop.seat_id == seat_id, col(Loop.request_id).in_(list(request_ids))
        )
    )
    return {one.request_id: one for one in rows}


_MERGED = (
    select(Loop)
    .where(Loop.partnership_id == given("partnership_id"), col(Loop.merged_into).in_(any_of("loop_ids")))
    .order_by(col(Loop.id))
)


async def loops_merged_into(unit: Unit, partnership_id: int, loop_ids: Iterable[int]) -> dict[int, list[Loop]]:
    """The loops that go on as part of each of these, by the number of the one that goes on."""
    found: dict[int, list[Loop]] = {}
    for row in await unit.all(_MERGED, partnership_id=partnership_id, loop_ids=list(loop_ids)):
        found.setdefault(row.merged_into or 0, []).append(row)
    return found
