"""Builders for the tests of chasing: learning for a meeting, days that pass, and what was sent on them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlmodel import col, select

from assurance.beats import beat
from assurance.issuing import Timing
from storage.chasers import Chaser, chasers_of_returns
from storage.notices import Notice
from storage.returns import returns_of_request
from tests.group import Group
from tests.issued import issued
from tests.issuing import a_meeting

DUE, MEETING = date(2026, 11, 26), date(2026, 12, 10)


async def asked(group: Group, *seats: str, meeting: int | None = None, due: date = DUE, **more: Any) -> int:
    """Learning that is asked of these seats by the end of a day, for the meeting in December unless told."""
    if meeting is None:
        meeting = await a_meeting(group, MEETING)
    return await issued(group, to=seats, timing=Timing(due, meeting), **more)


async def beat_on(group: Group, year: int, month: int, day: int, hour: int = 10) -> int:
    """Let the clock beat once at an hour of a day (in UTC) and the courier carry; gives how many cards were owed.

    What officers are reminded of besides, such as documents that are due for review, does not count.
    """
    group.clock.to(year, month, day, hour)
    before = await _cards(group)
    await beat(group.house.open_unit, group.clock.now)
    await group.settle()
    return len(await _cards(group)) - len(before)


async def _cards(group: Group) -> list[int]:
    async with group.unit() as (unit, _):
        asking = col(Notice.kind).in_(("request", "nudge", "ring")), col(Notice.replaces_id).is_(None)
        return list(await unit.all(select(Notice.id).where(*asking)))


async def days_pass(group: Group, until: date, *, skip: Iterable[date] = ()) -> None:
    """Beat at nine, at eleven and at five each day up to one; on the days to skip nothing runs at all."""
    out = set(skip)
    day = group.clock.now.date()
    while day < until:
        day += timedelta(days=1)
        for hour in () if day in out else (9, 11, 17):
            group.clock.now = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
            if await beat(group.house.open_unit, group.clock.now):
                await group.settle()


async def sent(group: Group, kind: str = "nudge") -> list[tuple[str, date, str]]:
    """Every notice of a kind: to whom (by key), on which day it was settled, and how; in the order of sending."""
    keys = {number: key for key, number in group.ids.items()}
    async with group.unit() as (unit, its):
        rows = await unit.all(
            select(Notice)
            .where(Notice.partnership_id == its.id, Notice.kind == kind, col(Notice.replaces_id).is_(None))
            .order_by(col(Notice.id))
        )
    return [(keys[one.person_id or 0], (one.settled_at or one.owed_at).date(), one.state) for one in rows]


async def steps(group: Group, request: int, who: str) -> dict[str, str]:
    """The steps that were taken (or passed over) for one person about a request, each with its state."""
    return {one.step: one.state for one in await chasers(group, request) if one.person_id == group.ids[who]}


async def chasers(group: Group, request: int) -> list[Chaser]:
    """Every step about a request."""
    async with group.unit() as (unit, its):
        rows = await returns_of_request(unit, its.id, request)
        return await chasers_of_returns(unit, its.id, [one.id for one in rows])
