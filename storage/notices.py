"""Notices: everything that is sent is owed here first, under a unique key, in the transaction that causes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, UniqueConstraint, or_, update
from sqlmodel import Field, SQLModel, col, select

from storage.base import json_value, key, moment, refers
from storage.unit import Unit


class Notice(SQLModel, table=True):
    """A card owed to one person, one channel, or, as a reply, to the conversation of `address`.

    It holds what it is about, never the card.
    States: owed, sending (with owner and lease), delivered, unsure, refused (with a reason), skipped (with a reason).
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
    replaces_id: int | None = refers("notice.id", optional=True)
    state: str = "owed"
    reason: str = ""
    owner: str | None = None
    lease_until: datetime | None = moment(optional=True)
    not_before: datetime = moment()
    attempts: int = 0
    owed_at: datetime = moment()
    settled_at: datetime | None = moment(optional=True)
    posted_in: str | None = Field(default=None, index=True)
    activity_id: str | None = None
    shape: str = ""


async def notice(unit: Unit, partnership_id: int, notice_id: int) -> Notice | None:
    """One notice by number."""
    return await unit.one(
        select(Notice).where(Notice.partnership_id == partnership_id, Notice.id == notice_id)
    )


async def notice_keyed(unit: Unit, partnership_id: int, notice_key: str) -> Notice | None:
    """The notice with this key, if it was ever owed."""
    return await unit.one(
        select(Notice).where(Notice.partnership_id == partnership_id, Notice.key == notice_key)
    )


async def notices_keyed(unit: Unit, partnership_id: int, keys: Iterable[str]) -> dict[str, Notice]:
    """The notices with these keys, by key."""
    rows = await unit.all(
        select(Notice).where(Notice.partnership_id == partnership_id, col(Notice.key).in_(list(keys)))
    )
    return {row.key: row for row in rows}


async def notices_about(unit: Unit, partnership_id: int, about: str) -> list[Notice]:
    """Every notice about one record, such as "request:12", oldest first."""
    return await unit.all(
        select(Notice)
        .where(Notice.partnership_id == partnership_id, Notice.about == about)
        .order_by(col(Notice.id))
    )


async def cards_about(
    unit: Unit, partnership_id: int, about: str, person_ids: Iterable[int]
) -> list[Notice]:
    """The cards of their own that one record has in the channel and with these people, oldest first."""
    return await unit.all(
        select(Notice)
        .where(
            Notice.partnership_id == partnership_id,
            Notice.about == about,
            col(Notice.replaces_id).is_(None),
            or_(col(Notice.person_id).is_(None), col(Notice.person_id).in_(list(person_ids))),
        )
        .order_by(col(Notice.id))
    )


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


async def claim_notices(
    unit: Unit, *, owner: str, now: datetime, lease: timedelta, most: int
) -> list[Notice]:
    """Take notices that are owed and may go out now, of any partnership; another replica cannot take the same.

    A claim whose lease ran out was interrupted while sending: nobody knows whether it was posted, so it
    becomes unsure here and is not taken.
    """
    await unit.run(
        update(Notice)
        .where(col(Notice.state) == "sending", col(Notice.lease_until) < now)
        .values(
            state="unsure", reason="The service stopped while this was being sent.", settled_at=now, owner=None
        )
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


async def settle_notice(unit: Unit, notice_id: int, owner: str, **values: Any) -> bool:
    """Record how a claimed notice ended, only where it is still this owner's; says whether it was."""
    changed = await unit.run(
        update(Notice)
        .where(col(Notice.id) == notice_id, col(Notice.state) == "sending", col(Notice.owner) == owner)
        .values(owner=None, lease_until=None, **values)
    )
    return changed == 1


async def earliest_owed(unit: Unit, now: datetime) -> datetime | None:
    """When the next notice of any partnership may go out, so that the courier knows how long to sleep."""
    return await unit.one(
        select(Notice.not_before)
        .where(Notice.state == "owed")
        .order_by(col(Notice.not_before))
    )


