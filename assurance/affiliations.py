"""Who belongs where: each person's seats and organisation on a day, for quorum and for who may lead (4.10, 4.11)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from assurance.dates import listing
from assurance.pack import Pack
from assurance.people_view import role_titles
from assurance.permissions import CHAIR, CO_OPTEE, LD_LEAD, OFFICER, VICE
from assurance.person_names import UNNAMED, is_former, names, starting
from assurance.quorum import Attendee, Place
from storage.partnerships import Organisation, Partnership, Seat, organisations, seats
from storage.people import Holding, holdings_on
from storage.unit import Unit

ATTENDING = (CHAIR, VICE, OFFICER, LD_LEAD, CO_OPTEE)
"""The roles that come to meetings without holding a seat."""


@dataclass(frozen=True)
class Somebody:
    """A person with the seats and roles they hold on a day, and the organisations that they are of.

    Who holds no seat is of their role's organisation, as the pack says it.
    """

    person_id: int
    name: str
    seat_ids: tuple[int, ...]
    roles: frozenset[str]
    organisation_ids: frozenset[int]
    stands_in: Mapping[int, int]
    """For each seat that is not their own, whom they stand in for."""


@dataclass(frozen=True)
class Affiliations:
    """Everybody of the group on a day, and its seats and organisations, by number."""

    people: Mapping[int, Somebody]
    seats: Mapping[int, Seat]
    organisations: Mapping[int, Organisation]
    titles: Mapping[str, str]
    """What each role is called."""

    def place(self, seat_id: int) -> Place:
        """What a seat counts as."""
        one = self.seats[seat_id]
        return Place(one.slug, self.organisations[one.organisation_id].slug, one.sector)

    def label(self, one: Somebody) -> str:
        """How a list calls a person: "Jon Pike, GWH and Housing"; "Ruth Adeyemi, Chair"."""
        if is_former(one.name):
            return starting(one.name)
        where = [self.seats[seat_id].short for seat_id in one.seat_ids]
        where = where or [self.titles.get(role, role) for role in ATTENDING if role in one.roles]
        return f"{one.name}, {listing(where)}" if where else one.name

    def attendee(self, one: Somebody) -> Attendee:
        """A person as somebody who is there."""
        if one.seat_ids:
            return Attendee(f"person:{one.person_id}", tuple(self.place(seat_id) for seat_id in one.seat_ids))
        its = [row.id for row in self.seats.values() if row.organisation_id in one.organisation_ids]
        return Attendee(f"person:{one.person_id}", tuple(self.place(seat_id) for seat_id in its), as_a_whole=True)

    def holding(self, role: str) -> list[Somebody]:
        """Who holds a role."""
        return [one for one in self.people.values() if role in one.roles]


async def affiliations(unit: Unit, partnership: Partnership, pack: Pack, day: date) -> Affiliations:
    """Everybody who may be at a meeting on a day, in the pack's order of seats, those in roles first."""
    held = await holdings_on(unit, partnership.id, day)
    rows = {one.id: one for one in await seats(unit, partnership.id)}
    bodies = {one.id: one for one in await organisations(unit, partnership.id)}
    called = await names(unit, partnership.id, {one.person_id for one in held})
    by_person: dict[int, list[Holding]] = {}
    for one in held:
        if one.seat_id is not None or one.role in ATTENDING:
            by_person.setdefault(one.person_id, []).append(one)
    found = [
        _somebody(person_id, called.get(person_id, UNNAMED), some, pack, rows, bodies.values())
        for person_id, some in by_person.items()
    ]
    order = {seat_id: at for at, seat_id in enumerate(rows)}
    first = {role: at for at, role in enumerate(ATTENDING)}
    found.sort(
        key=lambda one: (
            min([first[role] for role in one.roles if role in first], default=len(first)),
            min([order[seat_id] for seat_id in one.seat_ids], default=0),
            one.person_id,
        )
    )
    return Affiliations({one.person_id: one for one in found}, rows, bodies, role_titles(pack))


def _somebody(
    person_id: int,
    name: str,
    held: Collection[Holding],
    pack: Pack,
    rows: Mapping[int, Seat],
    bodies: Iterable[Organisation],
) -> Somebody:
    sits = tuple(dict.fromkeys(one.seat_id for one in held if one.seat_id in rows and one.seat_id is not None))
    roles = frozenset(one.role for one in held if one.role is not None)
    of = {rows[seat_id].organisation_id for seat_id in sits}
    if not sits:
        named = {one.organisation for one in pack.roles if one.kind in roles and one.organisation}
        of = {one.id for one in bodies if one.slug in named}
    deputy = {one.seat_id: one.stands_in_for for one in held if one.seat_id and one.stands_in_for}
    return Somebody(person_id, name, sits, roles, frozenset(of), deputy)
