"""Partnerships, the packs they run on, and the organisations and seats that the packs name."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint, func, or_, update
from sqlmodel import Field, SQLModel, col, select

from storage.base import count, flag, json_value, key, moment, refers
from storage.log import LogHead
from storage.unit import Unit, given


class Partnership(SQLModel, table=True):
    """One safeguarding partnership. Every other record belongs to exactly one."""

    id: int = key()
    slug: str = Field(unique=True)
    title: str
    practice: bool = False
    tenant_id: str | None = None
    team_id: str | None = Field(default=None, unique=True)
    team_name: str | None = None
    channel_id: str | None = None
    channel_name: str | None = None
    service_url: str | None = None
    bot_id: str | None = None
    bound_at: datetime | None = moment(optional=True)
    roster_at: datetime | None = moment(optional=True)
    pack_version_id: int | None = None
    pack_sha256: str = ""
    starts_on: date | None = None
    next_look_at: datetime | None = moment(optional=True)
    """When the clock may next have something to do here; None: at the next beat. Always computable again."""
    looked_number: int = count(-1)
    """The number of the newest log entry when the clock last looked: a newer one is a reason to look again."""


class PackVersion(SQLModel, table=True):
    """The text of a pack as it was loaded, with its hash. Storage knows what is in it only as JSON."""

    __tablename__ = "pack_version"
    __table_args__ = (UniqueConstraint("partnership_id", "sha256"),)
    id: int = key()
    partnership_id: int = refers("partnership.id")
    version: str
    sha256: str
    text: str
    loaded_at: datetime = moment()


class Organisation(SQLModel, table=True):
    """A body that holds one or more seats. Returns are per seat and are shown together under it (B7)."""

    __table_args__ = (UniqueConstraint("partnership_id", "slug"),)
    id: int = key()
    partnership_id: int = refers("partnership.id")
    slug: str
    name: str
    retired_on: date | None = None


class Seat(SQLModel, table=True):
    """An agency's or service's place in a group (E7). It ends; it is never deleted."""

    __table_args__ = (UniqueConstraint("partnership_id", "slug"),)
    id: int = key()
    partnership_id: int = refers("partnership.id")
    group_key: str
    slug: str
    name: str
    short: str
    sector: str
    organisation_id: int = refers("organisation.id")
    returns: bool = True
    one_off: bool = False
    position: int = 0
    starts_on: date | None = None
    ends_on: date | None = None
    named_here: bool = flag()
    """Whether an officer gave it its name: a pack that says otherwise does not take it back."""
    placed_here: bool = flag()
    """The same of its organisation."""
    made_here: bool = flag()
    """Whether an officer made it, out of another one; the pack need not know it."""


class FormVersion(SQLModel, table=True):
    """A form with its exact wording and criteria, as it stood when a round opened with it (B5)."""

    __tablename__ = "form_version"
    __table_args__ = (UniqueConstraint("partnership_id", "form_key", "sha256"),)
    id: int = key()
    partnership_id: int = refers("partnership.id")
    form_key: str
    label: str
    sha256: str
    body: Any = json_value()


async def every_partnership(unit: Unit) -> list[Partnership]:
    """All partnerships of this deployment: only the beat's sweep and the start-up ask for this."""
    return await unit.all(select(Partnership).order_by(col(Partnership.id)))


_NEWEST = func.coalesce(LogHead.number, 0)
_TO_LOOK_AT = (
    select(Partnership.id, _NEWEST)
    .outerjoin(LogHead, col(LogHead.partnership_id) == Partnership.id)
    .where(
        Partnership.pack_sha256 != "",
        or_(
            col(Partnership.next_look_at).is_(None),
            col(Partnership.next_look_at) <= given("now"),
            col(Partnership.looked_number) != _NEWEST,
        ),
    )
    .order_by(col(Partnership.id))
)


async def partnerships_to_look_at(unit: Unit, now: datetime) -> list[tuple[int, int]]:
    """Where the clock may have something to do: its time has come, or something was logged since it last looked.

    Each with the number of its newest log entry. It reads one short row a partnership, and nothing of its records.
    """
    return [(number, newest) for number, newest in await unit.rows(_TO_LOOK_AT, now=now)]


async def note_look(unit: Unit, partnership_id: int, next_look_at: datetime, looked_number: int) -> None:
    """Remember that the clock has looked here, at everything up to this log entry, and when it is to look again."""
    await unit.run(
        update(Partnership)
        .where(col(Partnership.id) == partnership_id)
        .values(next_look_at=next_look_at, looked_number=looked_number)
    )


async def partnership(unit: Unit, partnership_id: int, *, lock: bool = False) -> Partnership | None:
    """One partnership by its number; locked until the unit ends where asked."""
    return await unit.get(Partnership, partnership_id, lock=lock)


async def partnership_named(unit: Unit, slug: str) -> Partnership | None:
    """One partnership by its pack's name."""
    return await unit.one(select(Partnership).where(Partnership.slug == slug))


async def partnership_of_team(unit: Unit, team_id: str) -> Partnership | None:
    """The partnership that is bound to this Teams team, if there is one."""
    return await unit.one(select(Partnership).where(Partnership.team_id == team_id))


async def pack_version(unit: Unit, partnership_id: int, pack_version_id: int) -> PackVersion | None:
    """One loaded version of the partnership's pack."""
    return await unit.one(
        select(PackVersion).where(PackVersion.partnership_id == partnership_id, PackVersion.id == pack_version_id)
    )


async def pack_version_by_hash(unit: Unit, partnership_id: int, sha256: str) -> PackVersion | None:
    """The version of the pack with exactly this text, if it was ever loaded."""
    return await unit.one(
        select(PackVersion).where(PackVersion.partnership_id == partnership_id, PackVersion.sha256 == sha256)
    )


async def organisations(unit: Unit, partnership_id: int) -> list[Organisation]:
    """All organisations, retired ones as well, in order of name."""
    return await unit.all(
        select(Organisation).where(Organisation.partnership_id == partnership_id).order_by(col(Organisation.name))
    )


async def seats(unit: Unit, partnership_id: int) -> list[Seat]:
    """All seats, ended ones as well, in the pack's order."""
    return await unit.all(
        select(Seat).where(Seat.partnership_id == partnership_id).order_by(col(Seat.position), col(Seat.id))
    )


async def seat(unit: Unit, partnership_id: int, seat_id: int) -> Seat | None:
    """One seat by its number."""
    return await unit.own(Seat, partnership_id, seat_id)


async def form_version(unit: Unit, partnership_id: int, form_version_id: int) -> FormVersion | None:
    """One stored form version."""
    return await unit.own(FormVersion, partnership_id, form_version_id)


async def form_version_by_hash(unit: Unit, partnership_id: int, form_key: str, sha256: str) -> FormVersion | None:
    """The stored version of a form with exactly this wording, if there is one."""
    return await unit.one(
        select(FormVersion).where(
            FormVersion.partnership_id == partnership_id,
            FormVersion.form_key == form_key,
            FormVersion.sha256 == sha256,
        )
    )
