"""People, the seats and roles they hold, and where each can be written to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, UniqueConstraint, or_
from sqlalchemy.orm import aliased
from sqlmodel import Field, SQLModel, col, select

from storage.base import key, moment, refers
from storage.partnerships import Partnership
from storage.unit import Unit, any_of, given


class Person(SQLModel, table=True):
    """Somebody the partnership knows: (tenant id, object id) once Teams has told us; need hold no seat."""

    __table_args__ = (UniqueConstraint("partnership_id", "tenant_id", "object_id"),)
    id: int = key()
    partnership_id: int = refers("partnership.id", index=True)
    tenant_id: str | None = None
    object_id: str | None = Field(default=None, index=True)
    teams_id: str | None = None
    guest: bool = False
    in_team: bool = False
    practice: bool = False
    chosen_at: datetime | None = moment(optional=True)


class PersonName(SQLModel, table=True):
    """A person's name and address, in a row of its own that can be blanked without touching the record."""

    __tablename__ = "person_name"
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    partnership_id: int = refers("partnership.id")
    name: str = ""
    email: str = Field(default="", index=True)
    blanked_at: datetime | None = moment(optional=True)


class Holding(SQLModel, table=True):
    """A person on a seat, or in a role, from one day to another (both days included)."""

    __table_args__ = (CheckConstraint("(seat_id IS NULL) <> (role IS NULL)", name="seat_or_role"),)
    id: int = key()
    partnership_id: int = refers("partnership.id", index=True)
    person_id: int = refers("person.id", index=True)
    seat_id: int | None = refers("seat.id", index=True, optional=True)
    role: str | None = Field(default=None, index=True)
    title: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    stands_in_for: int | None = refers("person.id", optional=True)
    """Whom a deputy or substitute stands in for on the seat (framework 2, E3)."""


class Address(SQLModel, table=True):
    """Where a person, or a channel, can be written to, and whether writing there is known to work."""

    __table_args__ = (
        UniqueConstraint("partnership_id", "person_id"),
        UniqueConstraint("partnership_id", "channel_id"),
        CheckConstraint("(person_id IS NULL) <> (channel_id IS NULL)", name="person_or_channel"),
    )
    id: int = key()
    partnership_id: int = refers("partnership.id")
    person_id: int | None = refers("person.id", optional=True)
    channel_id: str | None = None
    conversation_id: str | None = None
    service_url: str | None = None
    tenant_id: str | None = None
    bot_id: str | None = None
    reach: str = "unknown"
    checked_at: datetime | None = moment(optional=True)


def _on(day: Any) -> list[ColumnElement[bool]]:
    return [
        or_(col(Holding.starts_on).is_(None), col(Holding.starts_on) <= day),
        or_(col(Holding.ends_on).is_(None), col(Holding.ends_on) >= day),
    ]


_KNOWN_AS = (
    select(Person, Partnership)
    .join(Partnership, col(Partnership.id) == Person.partnership_id)
    .where(
        Person.object_id == given("object_id"),
        or_(Person.tenant_id == given("tenant_id"), Person.teams_id == given("teams_id")),
    )
)


async def people_known_as(
    unit: Unit, tenant_id: str, object_id: str, teams_id: str | None = None
) -> list[tuple[Person, Partnership]]:
    """Every partnership's row for the person with these Entra ids: who is calling is asked before where.

    Somebody from elsewhere in a shared channel has their own tenant's id in our rows, while Teams names only the
    tenant that hosts the channel; then the Teams id must be the one that the roster gave for this object id.
    """
    rows = await unit.rows(_KNOWN_AS, object_id=object_id, tenant_id=tenant_id, teams_id=teams_id)
    return [(person, partnership) for person, partnership in rows]


async def person(unit: Unit, partnership_id: int, person_id: int) -> Person | None:
    """One person by number."""
    return await unit.own(Person, partnership_id, person_id)


async def person_by_object_id(unit: Unit, partnership_id: int, tenant_id: str, object_id: str) -> Person | None:
    """One person by Entra ids."""
    return await unit.one(
        select(Person).where(
            Person.partnership_id == partnership_id,
            Person.tenant_id == tenant_id,
            Person.object_id == object_id,
        )
    )


_OTHER = aliased(Person)
_ELSEWHERE = (
    select(Person.id)
    .join(_OTHER, col(_OTHER.object_id) == Person.object_id)
    .where(
        Person.partnership_id == given("partnership_id"),
        Person.id == given("person_id"),
        _OTHER.tenant_id == Person.tenant_id,
        _OTHER.partnership_id != Person.partnership_id,
    )
    .limit(1)
)


async def belongs_to_several(unit: Unit, partnership_id: int, person_id: int) -> bool:
    """Whether this person, by their Entra ids, is known in another partnership as well."""
    return await unit.one(_ELSEWHERE, partnership_id=partnership_id, person_id=person_id) is not None


async def person_by_teams_id(unit: Unit, partnership_id: int, teams_id: str) -> Person | None:
    """One person by the id that Teams gives in events and rosters."""
    return await unit.one(select(Person).where(Person.partnership_id == partnership_id, Person.teams_id == teams_id))


async def people(unit: Unit, partnership_id: int) -> list[tuple[Person, PersonName]]:
    """Everybody the partnership knows, with their names."""
    rows = await unit.rows(
        select(Person, PersonName)
        .join(PersonName, col(PersonName.person_id) == Person.id)
        .where(Person.partnership_id == partnership_id)
        .order_by(PersonName.name, col(Person.id))
    )
    return [(one, name) for one, name in rows]


_NAMES = select(PersonName).where(
    PersonName.partnership_id == given("partnership_id"), col(PersonName.person_id).in_(any_of("person_ids"))
)


async def person_names(unit: Unit, partnership_id: int, person_ids: Iterable[int]) -> list[PersonName]:
    """The rows of these people's names; what somebody is called where there is none is not decided here."""
    return await unit.all(_NAMES, partnership_id=partnership_id, person_ids=list(person_ids))


async def holding(unit: Unit, partnership_id: int, holding_id: int) -> Holding | None:
    """One assignment to a seat or role, by number."""
    return await unit.one(select(Holding).where(Holding.partnership_id == partnership_id, Holding.id == holding_id))


_HOLDINGS = select(Holding).where(
    Holding.partnership_id == given("partnership_id"), Holding.person_id == given("person_id"), *_on(given("day"))
)


async def holdings_of(unit: Unit, partnership_id: int, person_id: int, day: date) -> list[Holding]:
    """The seats and roles that a person holds on a day."""
    return await unit.all(_HOLDINGS, partnership_id=partnership_id, person_id=person_id, day=day)


async def holdings_on(unit: Unit, partnership_id: int, day: date) -> list[Holding]:
    """Every seat and role held in the partnership on a day."""
    return await unit.all(
        select(Holding).where(Holding.partnership_id == partnership_id, *_on(day)).order_by(col(Holding.id))
    )


async def all_holdings(unit: Unit, partnership_id: int) -> list[Holding]:
    """Every seat and role ever held, past and to come."""
    return await unit.all(select(Holding).where(Holding.partnership_id == partnership_id).order_by(col(Holding.id)))


ON_SEAT = select(Holding.person_id).where(
    Holding.partnership_id == given("partnership_id"), Holding.seat_id == given("seat_id"), *_on(given("day"))
)
"""The people on a seat on a day, as a query of its own or a part of another."""
_ON_SEAT = ON_SEAT.order_by(col(Holding.id))


async def holders_of_seat(unit: Unit, partnership_id: int, seat_id: int, day: date) -> list[int]:
    """The numbers of the people on a seat on a day, in the order in which they came to it."""
    rows = await unit.all(_ON_SEAT, partnership_id=partnership_id, seat_id=seat_id, day=day)
    return list(dict.fromkeys(rows))


async def holders_of_seats(unit: Unit, partnership_id: int, seat_ids: Iterable[int], day: date) -> list[int]:
    """The numbers of the people on any of these seats on a day, in the order in which they came to them."""
    rows = await unit.all(
        select(Holding.person_id)
        .where(Holding.partnership_id == partnership_id, col(Holding.seat_id).in_(list(seat_ids)), *_on(day))
        .order_by(col(Holding.id))
    )
    return list(dict.fromkeys(rows))


async def holders_of_role(unit: Unit, partnership_id: int, roles: Iterable[str], day: date) -> list[int]:
    """The numbers of the people who hold any of these roles on a day."""
    rows = await unit.all(
        select(Holding.person_id)
        .where(Holding.partnership_id == partnership_id, col(Holding.role).in_(list(roles)), *_on(day))
        .order_by(col(Holding.id))
    )
    return list(dict.fromkeys(rows))


_ADDRESS = select(Address).where(
    Address.partnership_id == given("partnership_id"), Address.person_id == given("person_id")
)


async def address_of_person(unit: Unit, partnership_id: int, person_id: int) -> Address | None:
    """Where a person can be written to, if that is known."""
    return await unit.one(_ADDRESS, partnership_id=partnership_id, person_id=person_id)


async def addresses(unit: Unit, partnership_id: int) -> dict[int, Address]:
    """The personal address of each person who has one, by the person's number."""
    found = await unit.all(
        select(Address).where(Address.partnership_id == partnership_id, col(Address.person_id).is_not(None))
    )
    return {row.person_id: row for row in found if row.person_id is not None}
