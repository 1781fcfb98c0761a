"""Notices: everything that is sent is owed here first, under a unique key, in the transaction that causes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, func, or_, update
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
        Index("ix_notice_turn", "state", "partnership_id", "rank", "not_before"),
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
    """What goes first where there is a queue: 0, somebody is waiting for it; 1, most; 2, what follows all else that
    is owed about the same."""
    keeps_hours: bool = flag()
    """Whether it goes out in the pack's send hours only, such as a chaser."""
    twin_activity_id: str | None = None
    """A second card of this notice; both work as one. Empty: it was sent again, and there may be one."""
    noted_at: datetime | None = moment(optional=True)
    """When an officer took note that it was refused."""


class Lease(SQLModel, table=True):
    """Who may do what only one replica may do at a time, and until when."""

    name: str = Field(primary_key=True)
    owner: str
    until: datetime = moment()


async def notice(unit: Unit, partnership_id: int, notice_id: int) -> Notice | None:
    """One notice by number."""
    return await unit.one(select(Notice).where(Notice.partnership_id == partnership_id, Notice.id == notice_id))


async def notices_numbered(unit: Unit, partnership_id: int, notice_ids: Iterable[int]) -> list[Notice]:
    """These notices, as they stand in the database now."""
    query = select(Notice).where(Notice.partnership_id == partnership_id, col(Notice.id).in_(list(notice_ids)))
    return await unit.all(query.order_by(col(Notice.id)))


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


async def notices_settled(unit: Unit, partnership_id: int, since: datetime, until: datetime) -> list[Notice]:
    """The cards that ended one way or another between two moments, in that order; fresh pictures are left out."""
    return await unit.all(
        select(Notice)
        .where(
            Notice.partnership_id == partnership_id,
            col(Notice.settled_at) > since,
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


OVERTAKEN = "Another picture of the same card showed this already."


async def overtake(unit: Unit, partnership_id: int, notice_ids: Iterable[int], now: datetime) -> int:
    """Skip those of these notices that are still owed, since another shows the same; gives how many."""
    waiting = [
        col(Notice.partnership_id) == partnership_id,
        col(Notice.id).in_(list(notice_ids)),
        col(Notice.state) == "owed",
    ]
    return await unit.run(update(Notice).where(*waiting).values(state="skipped", reason=OVERTAKEN, settled_at=now))


def _open(partnership_id: int, states: Iterable[str], but: Iterable[str]) -> list[Any]:
    return [
        col(Notice.partnership_id) == partnership_id,
        col(Notice.state).in_(list(states)),
        col(Notice.kind).not_in(list(but)),
        col(Notice.noted_at).is_(None),
    ]


async def notices_open(
    unit: Unit, partnership_id: int, states: Iterable[str], *, but: Iterable[str], most: int, skip: int
) -> list[Notice]:
    """What ended so, such as "unsure", other kinds than `but`, and was not noted by an officer yet: a page of it.

    By state, the last in the alphabet first; then the oldest first.
    """
    return await unit.all(
        select(Notice)
        .where(*_open(partnership_id, states, but))
        .order_by(col(Notice.state).desc(), col(Notice.settled_at), col(Notice.id))
        .offset(skip)
        .limit(most)
    )


async def count_notices_open(
    unit: Unit, partnership_id: int, states: Iterable[str], *, but: Iterable[str]
) -> dict[str, int]:
    """How many ended in each of these states, other kinds than `but`, and were not noted by an officer yet."""
    rows = await unit.rows(
        select(Notice.state, func.count()).where(*_open(partnership_id, states, but)).group_by(col(Notice.state))
    )
    return {str(state): int(number) for state, number in rows}


async def alter_notice(
    unit: Unit, partnership_id: int, notice_id: int, states: Iterable[str], values: Mapping[str, Any]
) -> bool:
    """Change a notice if it still is in one of these states; says whether it was. Of two at once, one finds it so."""
    changed = await unit.run(
        update(Notice)
        .where(
            col(Notice.partnership_id) == partnership_id,
            col(Notice.id) == notice_id,
            col(Notice.state).in_(list(states)),
        )
        .values(**values)
    )
    return changed == 1


async def notice_standing(unit: Unit, partnership_id: int, conversation: str, activity_id: str) -> Notice | None:
    """The notice of which this posted message is the card, or its twin."""
    return await unit.one(
        select(Notice).where(
            Notice.partnership_id == partnership_id,
            Notice.posted_in == conversation,
            col(Notice.replaces_id).is_(None),
            or_(col(Notice.activity_id) == activity_id, col(Notice.twin_activity_id) == activity_id),
        )
    )


async def notices_owed(unit: Unit, partnership_id: int, now: datetime) -> list[Notice]:
    """A partnership's notices that are owed and whose turn has come at a moment, oldest first."""
    return await unit.all(
        select(Notice)
        .where(Notice.partnership_id == partnership_id, Notice.state == "owed", Notice.not_before <= now)
        .order_by(col(Notice.id))
    )


async def has_updates(unit: Unit, partnership_id: int, original_id: int) -> bool:
    """Whether a posted card was ever to be replaced by a newer picture."""
    query = select(Notice).where(Notice.partnership_id == partnership_id, Notice.replaces_id == original_id)
    return await unit.one(query) is not None
