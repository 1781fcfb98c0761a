"""Who sits where: the seats in the pack's order, who is on them, and the gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from assurance.actors import Actor
from assurance.issuing import today_in
from assurance.pack import Pack
from assurance.permissions import may, require
from storage.chasers import away_on
from storage.partnerships import Partnership, Seat, seats
from storage.people import Holding, Person, PersonName, addresses, all_holdings, people
from storage.unit import Unit

UNNAMED = "Somebody whose name is not known yet"


@dataclass(frozen=True)
class Sitter:
    """One person in one place. `trouble` says why they cannot be written to, "" where nothing is known against it."""

    holding_id: int
    person_id: int
    name: str
    title: str
    starts_on: date | None
    ends_on: date | None
    coming: bool
    guest: bool
    in_team: bool
    trouble: str
    stands_in_for: str = ""
    away_until: date | None = None
    """For officers: the last day of an absence that is running."""


@dataclass(frozen=True)
class PlaceLine:
    """A seat or role, and those who hold it now or will. `key` is what a form sends for it."""

    key: str
    name: str
    short: str
    sitters: tuple[Sitter, ...]

    @property
    def vacant(self) -> bool:
        """Whether nobody holds it today."""
        return not any(not one.coming for one in self.sitters)


@dataclass(frozen=True)
class Known:
    """A person who can be put on a seat."""

    person_id: int
    name: str
    email: str
    guest: bool
    in_team: bool


@dataclass(frozen=True)
class PeopleView:
    """Everybody in their places. `known` is empty for those who may only look."""

    partnership_id: int
    group: str
    seats: tuple[PlaceLine, ...]
    roles: tuple[PlaceLine, ...]
    known: tuple[Known, ...]
    may_change: bool
    team_name: str | None
    roster_at: datetime | None
    starts_on: date | None
    timezone: str

    @property
    def gaps(self) -> tuple[PlaceLine, ...]:
        """The seats that nobody is on today."""
        return tuple(line for line in self.seats if line.vacant)


async def people_view(unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, now: datetime) -> PeopleView:
    """Who sits where today, and who is to come. Raises NotAllowed for anybody but the officer and the chair."""
    require(actor, "see_people")
    today, known = today_in(pack, now), await people(unit, partnership.id)
    held = [one for one in await all_holdings(unit, partnership.id) if not _over(one, today)]
    trouble = {
        person_id: row.reach
        for person_id, row in (await addresses(unit, partnership.id)).items()
        if row.reach not in ("unknown", "reachable")
    }
    rows = {one.id: one for one, _ in known}
    names = {name.person_id: name.name or name.email or UNNAMED for _, name in known}
    may_change = may(actor, "manage_people")
    away = await away_on(unit, partnership.id, today) if may_change else {}

    def sitters(holdings: list[Holding]) -> tuple[Sitter, ...]:
        found = (_sitter(one, rows[one.person_id], names, trouble, today) for one in holdings)
        return tuple(replace(one, away_until=away.get(one.person_id)) for one in found)

    places = tuple(
        PlaceLine(f"seat:{seat.id}", seat.name, seat.short, sitters([one for one in held if one.seat_id == seat.id]))
        for seat in await open_seats(unit, partnership.id, today)
    )
    roles = tuple(
        PlaceLine(f"role:{kind}", title, title, sitters([one for one in held if one.role == kind]))
        for kind, title in role_titles(pack).items()
    )
    return PeopleView(
        partnership_id=partnership.id, group=pack.terms.group_short, seats=places, roles=roles,
        known=_known(known) if may_change else (), may_change=may_change, team_name=partnership.team_name,
        roster_at=partnership.roster_at, starts_on=partnership.starts_on, timezone=pack.timezone,
    )  # fmt: skip


def role_titles(pack: Pack) -> dict[str, str]:
    """The roles that people can hold, by kind, in the pack's order; a plain member is on a seat instead."""
    words = {"officer": "Support officer", "chair": "Chair", "vice_chair": "Vice chair"}
    found: dict[str, str] = {}
    for role in pack.roles:
        if role.kind != "member":
            found.setdefault(role.kind, words.get(role.kind, role.title))
    return found


async def open_seats(unit: Unit, partnership_id: int, today: date) -> list[Seat]:
    """The seats that exist today or will, in the pack's order."""
    return [one for one in await seats(unit, partnership_id) if one.ends_on is None or one.ends_on > today]


def _over(held: Holding, today: date) -> bool:
    taken_back = held.starts_on is not None and held.ends_on is not None and held.ends_on < held.starts_on
    return taken_back or (held.ends_on is not None and held.ends_on < today)


def _sitter(held: Holding, one: Person, names: Mapping[int, str], trouble: Mapping[int, str], today: date) -> Sitter:
    return Sitter(
        holding_id=held.id, person_id=one.id, name=names[one.id], title=held.title, starts_on=held.starts_on,
        ends_on=held.ends_on, coming=held.starts_on is not None and held.starts_on > today, guest=one.guest,
        in_team=one.in_team, trouble=trouble.get(one.id, ""),
        stands_in_for=names.get(held.stands_in_for, UNNAMED) if held.stands_in_for else "",
    )  # fmt: skip


def _known(known: list[tuple[Person, PersonName]]) -> tuple[Known, ...]:
    found = [
        Known(one.id, name.name or name.email, name.email, one.guest, one.in_team)
        for one, name in known
        if name.name or name.email
    ]
    return tuple(sorted(found, key=lambda row: (not row.in_team, row.name.casefold())))
