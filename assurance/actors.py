"""Who is acting: a person by Entra ids, with the seats and roles they hold today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from storage.partnerships import Partnership
from storage.people import Holding, Person, holdings_of, people_known_as, person
from storage.unit import Unit

from assurance.refusals import NotAllowed

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

    def has(self, *roles: str) -> bool:
        """Whether the person holds any of these roles."""
        return not self.roles.isdisjoint(roles)


def actor_from(one: Person, holdings: list[Holding]) -> Actor:
    """An actor made of a person's row and what they hold."""
    return Actor(
        one.partnership_id,
        one.id,
        frozenset(held.seat_id for held in holdings if held.seat_id is not None),
        frozenset(held.role for held in holdings if held.role is not None),
    )


async def actor_numbered(unit: Unit, partnership_id: int, person_id: int, day: date) -> Actor | None:
    """The actor with this person's number, if the person is in this partnership."""
    one = await person(unit, partnership_id, person_id)
    return actor_from(one, await holdings_of(unit, partnership_id, person_id, day)) if one else None


async def actors_known_as(
    unit: Unit, tenant_id: str, object_id: str, day: date
) -> list[tuple[Actor, Person, Partnership]]:
    """Who these Entra ids are in each partnership that knows them; the latest chosen partnership comes first."""
    found = []
    for one, partnership in await people_known_as(unit, tenant_id, object_id):
        holdings = await holdings_of(unit, partnership.id, one.id, day)
        found.append((actor_from(one, holdings), one, partnership))
    return sorted(found, key=lambda row: (row[1].chosen_at is None, -(row[1].chosen_at or _EPOCH).timestamp()))


async def actor_in(unit: Unit, partnership_id: int, tenant_id: str, object_id: str, day: date) -> Actor:
    """Who these Entra ids are in one partnership. Raises NotAllowed for somebody it does not know."""
    for actor, _, partnership in await actors_known_as(unit, tenant_id, object_id, day):
        if partnership.id == partnership_id:
            return actor
    raise NotAllowed(STRANGER)

