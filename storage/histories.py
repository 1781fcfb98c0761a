"""The history of one seat or one item, open and closed: what `history` and evidence files are drawn from.

Each query goes by an index to the rows of one seat or one item, a page at a time, whatever else was stored.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func
from sqlalchemy import select as select_together
from sqlmodel import col, select

from storage.asks import Loop, Request
from storage.chasers import Chaser
from storage.learning import Learning
from storage.log import LogEntry
from storage.notices import Notice
from storage.returns import AgencyReturn, Version
from storage.unit import Unit, any_of, given

_ASKED = (
    select(AgencyReturn.request_id)
    .where(AgencyReturn.partnership_id == given("partnership_id"), AgencyReturn.seat_id == given("seat_id"))
    .distinct()
)
_PAGE = _ASKED.order_by(col(AgencyReturn.request_id).desc()).limit(given("most")).offset(given("skip"))


async def count_requests_of_seat(unit: Unit, partnership_id: int, seat_id: int) -> int:
    """How many requests a seat was ever asked to answer."""
    query = select(func.count(func.distinct(AgencyReturn.request_id))).where(
        AgencyReturn.partnership_id == partnership_id, AgencyReturn.seat_id == seat_id
    )
    return (await unit.one(query)) or 0


async def requests_of_seat(
    unit: Unit, partnership_id: int, seat_id: int, *, skip: int = 0, most: int = 1000
) -> list[int]:
    """The numbers in the database of the requests that a seat was asked to answer, the newest first."""
    return await unit.all(_PAGE, partnership_id=partnership_id, seat_id=seat_id, skip=skip, most=most)


async def requests_numbered(unit: Unit, partnership_id: int, request_ids: Iterable[int]) -> dict[int, Request]:
    """These requests, open or not."""
    rows = await unit.all(
        select(Request).where(Request.partnership_id == partnership_id, col(Request.id).in_(list(request_ids)))
    )
    return {one.id: one for one in rows}


_OF_SEAT = (
    select_together(AgencyReturn, Loop)
    .join(Loop, col(Loop.id) == AgencyReturn.loop_id)
    .where(
        col(AgencyReturn.partnership_id) == given("partnership_id"),
        col(AgencyReturn.seat_id) == given("seat_id"),
        col(AgencyReturn.request_id).in_(any_of("request_ids")),
    )
    .order_by(col(AgencyReturn.id))
)


async def returns_of_seat(
    unit: Unit, partnership_id: int, seat_id: int, request_ids: Iterable[int]
) -> list[tuple[AgencyReturn, Loop]]:
    """What a seat was asked in these requests, each round with its loop, the oldest first."""
    rows = await unit.rows(_OF_SEAT, partnership_id=partnership_id, seat_id=seat_id, request_ids=list(request_ids))
    return [(row, its_loop) for row, its_loop in rows]


async def all_versions(unit: Unit, partnership_id: int, return_ids: Iterable[int]) -> dict[int, list[Version]]:
    """Every version of these returns, first to last, by return."""
    rows = await unit.all(
        select(Version)
        .where(Version.partnership_id == partnership_id, col(Version.return_id).in_(list(return_ids)))
        .order_by(col(Version.return_id), col(Version.number))
    )
    found: dict[int, list[Version]] = {}
    for row in rows:
        found.setdefault(row.return_id, []).append(row)
    return found


async def chasers_of_returns(
    unit: Unit, partnership_id: int, return_ids: Iterable[int]
) -> list[tuple[Chaser, Notice | None]]:
    """Each step of chasing for these returns, with what became of the notice that carried it."""
    rows = await unit.rows(
        select_together(Chaser, Notice)
        .outerjoin(Notice, col(Notice.id) == Chaser.notice_id)
        .where(col(Chaser.partnership_id) == partnership_id, col(Chaser.return_id).in_(list(return_ids)))
        .order_by(col(Chaser.id))
    )
    return [(one, its_notice) for one, its_notice in rows]


async def log_about(unit: Unit, partnership_id: int, records: Iterable[str]) -> list[LogEntry]:
    """What was done to these records, such as "request:12", in the order of the log."""
    return await unit.all(
        select(LogEntry)
        .where(LogEntry.partnership_id == partnership_id, col(LogEntry.subject).in_(list(records)))
        .order_by(col(LogEntry.number))
    )


async def every_learning(unit: Unit, partnership_id: int, *, most: int = 500) -> list[Learning]:
    """The learning items in whatever state, the newest first."""
    return await unit.all(
        select(Learning)
        .where(Learning.partnership_id == partnership_id)
        .order_by(col(Learning.number).desc())
        .limit(most)
    )


async def requests_without_learning(unit: Unit, partnership_id: int, *, most: int = 500) -> list[Request]:
    """The requests that are about no learning item, open or not, the newest first."""
    return await unit.all(
        select(Request)
        .where(Request.partnership_id == partnership_id, col(Request.learning_id).is_(None))
        .order_by(col(Request.number).desc())
        .limit(most)
    )
