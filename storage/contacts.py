"""What members tell the support officer, roll calls, and the practice room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel, col, select

from storage.base import key, moment, refers
from storage.unit import Unit


class Plea(SQLModel, table=True):
    """A member's "more time", "someone else should answer" or "sent to us in error", for the officer to settle."""

    id: int = key()
    partnership_id: int = refers("partnership.id")
    return_id: int = refers("agency_return.id", index=True)
    kind: str
    text_id: int | None = refers("text.id", optional=True)
    wanted_on: date | None = None
    by_person_id: int = refers("person.id")
    state: str = "open"
    at: datetime = moment()
    settled_at: datetime | None = moment(optional=True)


class RollCall(SQLModel, table=True):
    """One harmless "press if you can see this", to learn who can be reached (scenario 26)."""

    __tablename__ = "roll_call"
    id: int = key()
    partnership_id: int = refers("partnership.id")
    by_person_id: int | None = refers("person.id", optional=True)
    at: datetime = moment()


class RollCallReply(SQLModel, table=True):
    """Somebody pressed "I can see this"."""

    __tablename__ = "roll_call_reply"
    __table_args__ = (UniqueConstraint("roll_call_id", "person_id"),)
    id: int = key()
    partnership_id: int = refers("partnership.id")
    roll_call_id: int = refers("roll_call.id")
    person_id: int = refers("person.id")
    at: datetime = moment()


class Practice(SQLModel, table=True):
    """The practice room: which place the newcomer has taken, the practice clock, and where to post."""

    partnership_id: int = Field(primary_key=True, foreign_key="partnership.id")
    person_id: int | None = refers("person.id", optional=True)
    offset_seconds: int = 0
    conversation_id: str | None = None
    service_url: str | None = None
    bot_id: str | None = None
    user_id: str | None = None


async def plea(unit: Unit, partnership_id: int, plea_id: int) -> Plea | None:
    """One plea by number."""
    return await unit.one(select(Plea).where(Plea.partnership_id == partnership_id, Plea.id == plea_id))


async def locked_plea(unit: Unit, partnership_id: int, plea_id: int) -> Plea | None:
    """One plea by number, locked against a second officer's press until the unit ends."""
    return await unit.one(
        select(Plea)
        .where(Plea.partnership_id == partnership_id, Plea.id == plea_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def open_pleas(unit: Unit, partnership_id: int, return_ids: Iterable[int] | None = None) -> list[Plea]:
    """The pleas that nobody has settled yet, oldest first; only those about these returns, where given."""
    query = select(Plea).where(Plea.partnership_id == partnership_id, Plea.state == "open")
    if return_ids is not None:
        query = query.where(col(Plea.return_id).in_(list(return_ids)))
    return await unit.all(query.order_by(col(Plea.id)))


async def roll_call(unit: Unit, partnership_id: int, roll_call_id: int | None = None) -> RollCall | None:
    """A roll call by number, or the newest."""
    query = select(RollCall).where(RollCall.partnership_id == partnership_id)
    if roll_call_id is not None:
        query = query.where(RollCall.id == roll_call_id)
    return await unit.one(query.order_by(col(RollCall.id).desc()))


async def roll_call_replies(unit: Unit, partnership_id: int, roll_call_id: int) -> dict[int, datetime]:
    """When each person pressed, by person."""
    rows = await unit.all(
        select(RollCallReply).where(
            RollCallReply.partnership_id == partnership_id, RollCallReply.roll_call_id == roll_call_id
        )
    )
    return {row.person_id: row.at for row in rows}


async def practice(unit: Unit, partnership_id: int) -> Practice | None:
    """The partnership's practice room, if it has one."""
    return await unit.get(Practice, partnership_id)
