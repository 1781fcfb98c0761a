"""Notices: everything that is sent is owed here first, under a unique key, in the transaction that causes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Index, UniqueConstraint, or_, update
from sqlmodel import Field, SQLModel, col, select

from storage.base import count, flag, json_value, key, moment, refers
from storage.people import ON_SEAT
from storage.unit import Unit, any_of, given


class Notice(SQLModel, table=True):
    """A card owed to one person, one channel, or, as a reply, to the conversation of `address`.

    It holds what it is about, never the card.
    States: owed, sending (with owner and lease), delivered, unsure, refused (with a reason), skipped (with a reason).
    `begun_at`: when a claim went over to sending; before that nothing can have been posted.
    """

    __table_args__ = (
        UniqueConstraint("partnership_id", "key"),
        Index("ix_notice_due", "state", "not_before"),
        Index("ix_notice_person", "partnership_id", "person_id", "kind"),
        Index("ix_notice_about", "partnership_id", "about"),
    )
    id: int = key()
    partnership_id: int = refers("partnership.id")
    key: str
    kind: str
    door: str = "teams"
    person_id: int | None = refers("person.id", optional=True)
    channel_id: str | None = None
    address: Any = json_value()
    about: str = ""
    subject: Any = json_value()
    replaces_id: int | None = refers("notice.id", index=True, optional=True)
    state: str = "owed"
    reason: str = ""
    owner: str | None = None
    lease_until: datetime | None = moment(optional=True)
    begun_at: datetime | None = moment(optional=True)
    not_before: datetime = moment()
    attempts: int = 0
    owed_at: datetime = moment()
    settled_at: datetime | None = moment(optional=True)
    posted_in: str | None = Field(default=None, index=True)
    activity_id: str | None = None
    shape: str = ""
    rank: int = count(1)
    """What goes first where there is a queue: 0, somebody is waiting for it; 1, everything else."""
    keeps_hours: bool = flag()
    """Whether it goes out in the pack's send hours only, such as a chaser."""
    twin_activity_id: str | None = None
    """A second card that may have been posted for this notice; both work as one."""


class Lease(SQLModel, table=True):
    """Who may do what only one replica may do at a time, and until when."""

    name: str = Field(primary_key=True)
    owner: str
    until: datetime = moment()


async def notice(unit: Unit, partnership_id: int, notice_id: int) -> Notice | None:
    """One notice by number."""
    return await unit.one(select(Notice).where(Notice.partnership_id == partnership_id, Notice.id == notice_id))


async def notice_keyed(unit: Unit, partnership_id: int, notice_key: str) -> Notice | None:
    """The notice with this key, if it was ever owed."""
    return await unit.one(select(Notice).where(Notice.partnership_id == partnership_id, Notice.key == notice_key))


async def notices_about(unit: Unit, partnership_id: int, about: str) -> list[Notice]:
    """Every notice about one record, such as "request:12", oldest first."""
    return await unit.all(
        select(Notice).where(Notice.partnership_id == partnership_id, Notice.about == about).order_by(col(Notice.id))
    )


_CARDS = (
    select(Notice)
    .where(
        Notice.partnership_id == given("partnership_id"),
        Notice.about == given("about"),
        col(Notice.replaces_id).is_(None),
        or_(
            col(Notice.person_id).is_(None),
            col(Notice.person_id).in_(any_of("person_ids")),
            col(Notice.person_id).in_(ON_SEAT),
        ),
    )
    .order_by(col(Notice.id))
)


async def cards_about(
    unit: Unit, partnership_id: int, about: str, person_ids: Iterable[int], seat_id: int | None, day: date
) -> list[Notice]:
    """A record's own cards in the channel, with these people, and with those on a seat on a day; oldest first."""
    values = {"partnership_id": partnership_id, "about": about, "seat_id": seat_id, "day": day}
    return await unit.all(_CARDS, person_ids=list(person_ids), **values)


async def notices_to(unit: Unit, partnership_id: int, person_id: int, kinds: Iterable[str]) -> list[Notice]:
    """The notices of these kinds to one person, oldest first."""
    return await unit.all(
        select(Notice)
        .where(
            Notice.partnership_id == partnership_id,
            Notice.person_id == person_id,
            col(Notice.kind).in_(list(kinds)),
        )
        .order_by(col(Notice.id))
    )


async def notices_laid(unit: Unit, partnership_id: int, person_id: int) -> list[Notice]:
    """In practice: what counts as delivered to one person's inbox and was never posted, oldest first."""
    return await unit.all(
        select(Notice)
        .where(
            Notice.partnership_id == partnership_id,
            Notice.person_id == person_id,
            Notice.state == "delivered",
            Notice.door == "teams",
            col(Notice.activity_id).is_(None),
            col(Notice.replaces_id).is_(None),
        )
        .order_by(col(Notice.id))
    )


async def notices_settled(unit: Unit, partnership_id: int, after: datetime, until: datetime) -> list[Notice]:
    """The cards that ended one way or another between two moments, in that order; fresh pictures are left out."""
    return await unit.all(
        select(Notice)
        .where(
            Notice.partnership_id == partnership_id,
            col(Notice.settled_at) > after,
            col(Notice.settled_at) <= until,
            col(Notice.replaces_id).is_(None),
        )
        .order_by(col(Notice.settled_at), col(Notice.id))
    )


async def unsettled_updates(unit: Unit, partnership_id: int, original_id: int) -> list[Notice]:
    """The updates of one posted card that are owed or being sent now, oldest first."""
    return await unit.all(
        select(Notice)
        .where(
            Notice.partnership_id == partnership_id,
            Notice.replaces_id == original_id,
            col(Notice.state).in_(("owed", "sending")),
        )
        .order_by(col(Notice.id))
    )


async def claim_notices(unit: Unit, *, owner: str, now: datetime, lease: timedelta, most: int) -> list[Notice]:
    """Take notices that are owed and may go out now, of any partnership; another replica cannot take the same.

    Of a claim whose lease ran out nobody knows, once its sending had begun, whether it was posted: it becomes
    unsure. What had not begun, and an update, which can be repeated, is owed again.
    """
    lost = (col(Notice.state) == "sending", col(Notice.lease_until) < now)
    await unit.run(update(Notice).where(*lost, _repeatable()).values(**_OWED_AGAIN))
    await unit.run(
        update(Notice)
        .where(*lost)
        .values(state="unsure", reason="The service stopped while this was being sent.", settled_at=now, owner=None)
    )
    query = (
        select(Notice)
        .where(Notice.state == "owed", Notice.not_before <= now)
        .order_by(col(Notice.not_before), col(Notice.id))
        .limit(most)
    )
    if unit.postgres:
        query = query.with_for_update(skip_locked=True)
    found: list[Notice] = await unit.all(query)
    for one in found:
        one.state, one.owner, one.lease_until = "sending", owner, now + lease
        one.attempts += 1
    return found


_OWED_AGAIN: dict[str, Any] = {"state": "owed", "owner": None, "lease_until": None, "begun_at": None}


def _repeatable() -> ColumnElement[bool]:
    return or_(col(Notice.begun_at).is_(None), col(Notice.replaces_id).is_not(None))


async def give_back(unit: Unit, owner: str, notice_ids: Iterable[int]) -> int:
    """Owe again what this owner claimed and did not begin, and updates, which can be repeated; gives how many."""
    mine = (col(Notice.state) == "sending", col(Notice.owner) == owner, col(Notice.id).in_(list(notice_ids)))
    return await unit.run(update(Notice).where(*mine, _repeatable()).values(**_OWED_AGAIN))


async def begin_notice(unit: Unit, notice_id: int, owner: str, *, now: datetime, lease: timedelta) -> bool:
    """Note, just before a claimed notice is posted, that its sending begins; says whether it is still this owner's."""
    changed = await unit.run(
        update(Notice)
        .where(col(Notice.id) == notice_id, col(Notice.state) == "sending", col(Notice.owner) == owner)
        .values(begun_at=now, lease_until=now + lease)
    )
    return changed == 1


async def settle_notice(unit: Unit, notice_id: int, owner: str, **values: Any) -> bool:
    """Record how a claimed notice ended, only where it is still this owner's; says whether it was."""
    changed = await unit.run(
        update(Notice)
        .where(col(Notice.id) == notice_id, col(Notice.state) == "sending", col(Notice.owner) == owner)
        .values(owner=None, lease_until=None, begun_at=None, **values)
    )
    return changed == 1


async def notices_owed(unit: Unit, partnership_id: int, now: datetime) -> list[Notice]:
    """A partnership's notices that are owed and whose turn has come at a moment, oldest first."""
    return await unit.all(
        select(Notice)
        .where(Notice.partnership_id == partnership_id, Notice.state == "owed", Notice.not_before <= now)
        .order_by(col(Notice.id))
    )


async def earliest_owed(unit: Unit) -> datetime | None:
    """When the next notice of any partnership may go out, so that the courier knows how long to sleep."""
    return await unit.one(select(Notice.not_before).where(Notice.state == "owed").order_by(col(Notice.not_before)))
