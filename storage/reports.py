"""Reports: the only cards whose figures are kept, so that a later correction shows as a change (B15, F1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint, exists
from sqlmodel import SQLModel, col, or_, select

from storage.asks import Loop, Meeting, Request, Round
from storage.base import json_value, key, moment, refers
from storage.returns import AgencyReturn, Answer
from storage.unit import Unit


class Report(SQLModel, table=True):
    """One report of a group for a period: a draft, then approved, with its figures as they stood.

    `kind` is "summary", or the id of one of the pack's reports. `period` is a key such as "2026-27 Q3" or
    "meeting:12". `figures` holds counts, keys and numbers of texts, never words. States: draft, approved.
    """

    __table_args__ = (UniqueConstraint("partnership_id", "kind", "period"),)
    id: int = key()
    partnership_id: int = refers("partnership.id")
    group_key: str
    kind: str
    period: str
    meeting_id: int | None = refers("meeting.id", index=True, optional=True)
    state: str = "draft"
    figures: Any = json_value()
    commentary_text_id: int | None = refers("text.id", optional=True)
    drafted_at: datetime = moment()
    approved_at: datetime | None = moment(optional=True)
    approved_by: int | None = refers("person.id", optional=True)


async def report(unit: Unit, partnership_id: int, report_id: int, *, lock: bool = False) -> Report | None:
    """One report by number; locked against a second approval until the unit ends, where asked."""
    query = select(Report).where(Report.partnership_id == partnership_id, Report.id == report_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return await unit.one(query)


async def report_for(unit: Unit, partnership_id: int, kind: str, period: str) -> Report | None:
    """The report of a kind for a period, if it was drafted."""
    return await unit.one(
        select(Report).where(Report.partnership_id == partnership_id, Report.kind == kind, Report.period == period)
    )


async def reports(unit: Unit, partnership_id: int, kind: str) -> list[tuple[Report, Meeting | None]]:
    """Every report of a kind, drafts as well, each with the meeting that it is about; the oldest first."""
    rows = await unit.rows(
        select(Report, Meeting)
        .outerjoin(Meeting, col(Meeting.id) == Report.meeting_id)
        .where(Report.partnership_id == partnership_id, Report.kind == kind)
        .order_by(col(Report.id))
    )
    return [(one, its_meeting) for one, its_meeting in rows]


async def drafts_waiting(unit: Unit, partnership_id: int, kind: str) -> list[Report]:
    """The reports of a kind that nobody has approved yet, the oldest first."""
    return await unit.all(
        select(Report)
        .where(Report.partnership_id == partnership_id, Report.kind == kind, Report.state == "draft")
        .order_by(col(Report.id))
    )


async def meetings_to_report(unit: Unit, partnership_id: int, kind: str) -> list[Meeting]:
    """The meetings that were closed, for which answers were asked, and which have no report of a kind yet.

    One whose decisions are provisional is waited for: they are confirmed, or taken up again, first.
    """
    reported = exists().where(col(Report.meeting_id) == Meeting.id, col(Report.kind) == kind)
    asked_for = (
        exists()
        .where(col(Round.meeting_id) == Meeting.id, col(AgencyReturn.round_id) == Round.id)
        .correlate(Meeting.__table__)  # type: ignore[attr-defined]
    )
    return await unit.all(
        select(Meeting)
        .where(
            Meeting.partnership_id == partnership_id,
            Meeting.state == "held",
            col(Meeting.closed_at).is_not(None),
            col(Meeting.opens_round).is_(True),
            Meeting.decisions != "provisional",
            ~reported,
            asked_for,
        )
        .order_by(col(Meeting.on))
    )


async def meetings_between(unit: Unit, partnership_id: int, group_key: str, first: date, last: date) -> list[Meeting]:
    """The group's meetings that answers are asked for, from a day to a day, held or still to be held."""
    return await unit.all(
        select(Meeting)
        .where(
            Meeting.partnership_id == partnership_id,
            Meeting.group_key == group_key,
            Meeting.on >= first,
            Meeting.on <= last,
            col(Meeting.opens_round).is_(True),
            col(Meeting.state).in_(("scheduled", "held")),
        )
        .order_by(col(Meeting.on))
    )


async def rounds_due(
    unit: Unit, partnership_id: int, group_key: str, first: date, last: date, *, tabled: bool
) -> list[int]:
    """The numbers of the group's rounds that fell due from a day to a day and were not brought before a meeting.

    `tabled`: also those that wait for a meeting which has not been held.
    """
    no_meeting = col(Round.meeting_id).is_(None)
    waiting = or_(no_meeting, col(Meeting.state) != "held") if tabled else no_meeting
    return await unit.all(
        select(Round.id)
        .outerjoin(Meeting, col(Meeting.id) == Round.meeting_id)
        .where(
            Round.partnership_id == partnership_id,
            Round.group_key == group_key,
            Round.due_on >= first,
            Round.due_on <= last,
            waiting,
        )
        .order_by(col(Round.id))
    )


async def returns_of_rounds(
    unit: Unit, partnership_id: int, round_ids: Iterable[int]
) -> list[tuple[AgencyReturn, Loop, Request]]:
    """Every return of these rounds, with its loop and request, by request and then by return."""
    rows = await unit.rows(
        select(AgencyReturn, Loop, Request)
        .join(Loop, col(Loop.id) == AgencyReturn.loop_id)
        .join(Request, col(Request.id) == AgencyReturn.request_id)
        .where(AgencyReturn.partnership_id == partnership_id, col(AgencyReturn.round_id).in_(list(round_ids)))
        .order_by(col(Request.number), col(AgencyReturn.id))
    )
    return [(found, its_loop, its_request) for found, its_loop, its_request in rows]


async def returns_numbered(
    unit: Unit, partnership_id: int, return_ids: Iterable[int]
) -> list[tuple[AgencyReturn, Loop, Request]]:
    """These returns, with their loops and requests: how those in an earlier report stand today."""
    rows = await unit.rows(
        select(AgencyReturn, Loop, Request)
        .join(Loop, col(Loop.id) == AgencyReturn.loop_id)
        .join(Request, col(Request.id) == AgencyReturn.request_id)
        .where(AgencyReturn.partnership_id == partnership_id, col(AgencyReturn.id).in_(list(return_ids)))
        .order_by(col(AgencyReturn.id))
    )
    return [(found, its_loop, its_request) for found, its_loop, its_request in rows]


async def answers_to(
    unit: Unit, partnership_id: int, version_ids: Iterable[int], questions: Iterable[str]
) -> list[Answer]:
    """The answers of these versions to these questions, with the numbers of their texts, in order."""
    return await unit.all(
        select(Answer)
        .where(
            Answer.partnership_id == partnership_id,
            col(Answer.version_id).in_(list(version_ids)),
            col(Answer.question).in_(list(questions)),
        )
        .order_by(col(Answer.id))
    )


async def titles_of(unit: Unit, partnership_id: int, request_ids: Iterable[int]) -> dict[int, str]:
    """What these requests are called today, by number."""
    rows = await unit.rows(
        select(Request.id, Request.title)
        .where(Request.partnership_id == partnership_id, col(Request.id).in_(list(request_ids)))
        .order_by(col(Request.number))
    )
    return {number: title for number, title in rows}


async def kinds_of(unit: Unit, partnership_id: int, request_ids: Iterable[int]) -> dict[int, str]:
    """Which kind each of these requests is of, by number."""
    rows = await unit.rows(
        select(Request.id, Request.kind).where(
            Request.partnership_id == partnership_id, col(Request.id).in_(list(request_ids))
        )
    )
    return {number: kind for number, kind in rows}


async def loops_to_report(
    unit: Unit, partnership_id: int, group_key: str, since: datetime, request_ids: Iterable[int]
) -> list[tuple[Loop, Request]]:
    """Every loop of a seat whose request is open, or was issued since then, or is one of these; not the cancelled.

    By request, and then in the order in which the agencies were asked.
    """
    rows = await unit.rows(
        select(Loop, Request)
        .join(Request, col(Request.id) == Loop.request_id)
        .where(
            Request.partnership_id == partnership_id,
            Request.group_key == group_key,
            Request.state != "cancelled",
            col(Loop.seat_id).is_not(None),
            or_(Request.state == "open", col(Request.issued_at) >= since, col(Request.id).in_(list(request_ids))),
        )
        .order_by(col(Request.number), col(Loop.id))
    )
    return [(its_loop, its_request) for its_loop, its_request in rows]


async def issued_before(unit: Unit, partnership_id: int, request_ids: Iterable[int], until: datetime) -> bool:
    """Whether any of these requests was issued by a moment."""
    found = await unit.one(
        select(Request.id)
        .where(
            Request.partnership_id == partnership_id,
            col(Request.id).in_(list(request_ids)),
            col(Request.issued_at) <= until,
        )
        .limit(1)
    )
    return found is not None
