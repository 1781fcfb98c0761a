"""Who is acting: a person by Entra ids, with the seats and roles they hold today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from assurance.calendar import local_day
from assurance.packing import pack_of
from storage.partnerships import Partnership
from storage.people import Holding, Person, holdings_of, people_known_as, person
from storage.unit import Unit

STRANGER = (
    "I do not know you yet in this partnership. The support officer can add you: ask them to type people, "
    "and to put you on your agency's seat."
)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Actor:
    """A known person in one partnership, on one day. Nothing about a person's rights comes from anywhere else."""

    partnership_id: int
    person_id: int
    seats: frozenset[int]
    roles: frozenset[str]
    titles: tuple[tuple[int | None, str], ...] = ()
    """The person's titles, each with the seat on which it is held."""
    stands_in: tuple[tuple[int, int], ...] = ()
    """The seats on which the person is somebody's deputy today, each with the number of whom they stand in for."""

    @property
    def own_seats(self) -> frozenset[int]:
        """The seats that the person holds in their own right, not as a deputy."""
        return self.seats - {seat_id for seat_id, _ in self.stands_in}

    def has(self, *roles: str) -> bool:
        """Whether the person holds any of these roles."""
        return not self.roles.isdisjoint(roles)


def actor_from(one: Person, holdings: list[Holding]) -> Actor:
    """An actor made of a person's row and what they hold."""
    own = {held.seat_id for held in holdings if held.stands_in_for is None}
    return Actor(
        one.partnership_id,
        one.id,
        frozenset(held.seat_id for held in holdings if held.seat_id is not None),
        frozenset(held.role for held in holdings if held.role is not None),
        tuple((held.seat_id, held.title) for held in holdings if held.title),
        tuple(
            (held.seat_id, held.stands_in_for)
            for held in holdings
            if held.seat_id is not None and held.stands_in_for is not None and held.seat_id not in own
        ),
    )


async def actor_numbered(unit: Unit, partnership_id: int, person_id: int, day: date) -> Actor | None:
    """The actor with this person's number, if the person is in this partnership."""
    one = await person(unit, partnership_id, person_id)
    return actor_from(one, await holdings_of(unit, partnership_id, person_id, day)) if one else None


async def actors_known_as(
    unit: Unit, tenant_id: str, object_id: str, now: datetime
) -> list[tuple[Actor, Person, Partnership]]:
    """Who these Entra ids are in each partnership that knows them, by its own day; the latest chosen comes first."""
    found = []
    for one, partnership in await known_as(unit, tenant_id, object_id):
        day = local_day(now, (await pack_of(unit, partnership)).timezone)
        holdings = await holdings_of(unit, partnership.id, one.id, day)
        found.append((actor_from(one, holdings), one, partnership))
    return found


async def known_as(
    unit: Unit, tenant_id: str, object_id: str, teams_id: str | None = None
) -> list[tuple[Person, Partnership]]:
    """The person with these Entra ids in each partnership that knows them; the latest chosen one comes first.

    `teams_id` recognises somebody whom the roster gave another home tenant (see `people_known_as`).
    """
    found = await people_known_as(unit, tenant_id, object_id, teams_id)
    return sorted(found, key=lambda row: (row[0].chosen_at is None, -(row[0].chosen_at or _EPOCH).timestamp()))
