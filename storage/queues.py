"""The queue of what is owed, looked at from outside: how much there is and how long it has waited.

Only numbers and times are read, and only of what is still to go, so that looking costs little however long the history.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_
from sqlmodel import col, select

from storage.notices import Notice
from storage.partnerships import Partnership
from storage.unit import Unit


@dataclass(frozen=True)
class Waiting:
    """What of one partnership is still to go and could go now, or was tried or held back before.

    `keeps_hours`: in the send hours only. `tried`: an attempt was made, or it was held back, so that the moment from
    which it may go has moved; else that moment is `may_go`, the earliest of them. What a courier has in hand does not
    wait, unless its claim has run out.
    """

    partnership_id: int
    slug: str
    keeps_hours: bool
    tried: bool
    count: int
    owed_at: datetime
    may_go: datetime


_TRIED = or_(col(Notice.attempts) > 0, col(Notice.reason) != "", col(Notice.state) == "sending")
_STILL_TO_GO = ("owed", "sending")


async def waiting(unit: Unit, now: datetime) -> list[Waiting]:
    """What waits to go out, of all partnerships: the watchdog and the figures ask for it."""
    return await _waiting(unit, now, [])


async def waiting_in(unit: Unit, partnership_id: int, now: datetime) -> list[Waiting]:
    """What waits to go out of one partnership."""
    return await _waiting(unit, now, [col(Notice.partnership_id) == partnership_id])


async def _waiting(unit: Unit, now: datetime, only: Iterable[ColumnElement[bool]]) -> list[Waiting]:
    tried: Any = case((_TRIED, 1), else_=0)
    found: list[Any] = [func.count(), func.min(Notice.owed_at), func.min(Notice.not_before)]
    by: list[Any] = [Partnership.id, Partnership.slug, Notice.keeps_hours, tried]
    owed = and_(col(Notice.state) == "owed", or_(_TRIED, col(Notice.not_before) <= now))
    lost = and_(col(Notice.state) == "sending", col(Notice.lease_until) < now)
    rows = await unit.rows(
        select(*by, *found)
        .join(Partnership, col(Partnership.id) == Notice.partnership_id)
        .where(or_(owed, lost), *only)
        .group_by(*by)
        .order_by(Partnership.id)
    )
    return [Waiting(number, slug, bool(keeps), bool(was), *rest) for number, slug, keeps, was, *rest in rows]


async def unsettled_notices(unit: Unit) -> dict[str, int]:
    """How many notices of all partnerships are owed, are being sent, or are unsure and nobody has said what became of
    them. What has come to its end is not counted: that would be the whole history."""
    states = (*_STILL_TO_GO, "unsure")
    rows = await unit.rows(
        select(Notice.state, func.count())
        .where(col(Notice.state).in_(states), col(Notice.noted_at).is_(None))
        .group_by(col(Notice.state))
    )
    return dict.fromkeys(states, 0) | {str(state): int(number) for state, number in rows}


async def count_partnerships(unit: Unit) -> int:
    """How many partnerships there are in this deployment."""
    return await unit.one(select(func.count()).select_from(Partnership)) or 0
