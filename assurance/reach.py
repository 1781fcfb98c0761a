"""Reach: who of those addressed can be written to one to one, and who cannot and why, before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from assurance.issuing import Addressee
from storage.partnerships import Partnership, seats
from storage.people import Address, Person, addresses, holders_of_seat, people
from storage.unit import Unit

DOOR = "door"
"""The kind of notice that opens a conversation and posts nothing, to learn whether somebody can be written to."""
REACHABLE = "reachable"
NOBODY = "nobody is on the seat yet"
NOT_IN_TEAM = "not in the team yet"
GUEST = "a guest, to whom Teams does not let me write one to one"
NO_APP = "does not have the app in Teams"
BLOCKED = "has blocked the app"
NO_TEAM = "the partnership's team has not been set up yet"
NOT_CHECKED = "could not be checked just now"
OTHERWISE = "Teams does not let me write to this person"
_STAYS = ("blocked", "muted")
"""A refusal to post says more than an open door: opening a conversation works with somebody who blocked us."""


@dataclass(frozen=True)
class PersonReach:
    """Whether one person can be written to; `reached` is None where that is not known."""

    name: str
    reached: bool | None
    why: str = ""


@dataclass(frozen=True)
class PlaceReach:
    """One addressee, an agency or a person, with those who would get its card."""

    name: str
    short: str
    asked: bool
    people: tuple[PersonReach, ...]

    @property
    def reached(self) -> bool:
        """Whether at least one person there is reached."""
        return any(one.reached for one in self.people)

    @property
    def unchecked(self) -> bool:
        """Whether nobody is known to be reached, and somebody might be."""
        return not self.reached and any(one.reached is None for one in self.people)

    @property
    def why(self) -> str:
        """Why nobody is reached, person by person; the names are for the officer only."""
        if not self.people:
            return NOBODY
        return "; ".join(f"{one.name}: {one.why}" for one in self.people if not one.reached)


@dataclass(frozen=True)
class Door:
    """Where to try, posting nothing, whether a person can be written to."""

    person_id: int
    service_url: str
    tenant_id: str
    bot_id: str
    user: str


@dataclass(frozen=True)
class Tried:
    """How trying a door ended: the conversation it opened, or why it will not open."""

    conversation_id: str = ""
    why: str = ""


def person_reach(one: Person, name: str, address: Address | None, *, bound: bool, practice: bool) -> PersonReach:
    """Whether a person can be written to, by what was last learnt. In practice everybody has an inbox."""
    name = name or "Somebody whose name is not known any more"
    if practice:
        return PersonReach(name, True)
    if not one.teams_id and not one.object_id:
        return PersonReach(name, False, NOT_IN_TEAM)
    if not bound and (address is None or address.service_url is None):
        return PersonReach(name, False, NO_TEAM)
    said = address.reach if address is not None else "unknown"
    if said == REACHABLE:
        return PersonReach(name, True)
    if said == "unknown":
        return PersonReach(name, None, NOT_CHECKED)
    return PersonReach(name, False, _reason(one, said))


def _reason(one: Person, said: str) -> str:
    if any(word in said for word in _STAYS):
        return BLOCKED
    if one.guest:
        return GUEST
    if not one.in_team:
        return NOT_IN_TEAM
    return NO_APP if "not installed" in said else OTHERWISE


async def people_addressed(
    unit: Unit, partnership_id: int, addressees: Sequence[Addressee], today: date
) -> list[tuple[Addressee, list[int]]]:
    """Each addressee with the people who would get its card today."""
    found = []
    for one in addressees:
        if one.seat_id is not None:
            found.append((one, await holders_of_seat(unit, partnership_id, one.seat_id, today)))
        else:
            found.append((one, [one.person_id] if one.person_id is not None else []))
    return found


async def places_reached(
    unit: Unit,
    partnership: Partnership,
    addressees: Sequence[Addressee],
    today: date,
    unseated: Sequence[tuple[str, str]] = (),
) -> tuple[PlaceReach, ...]:
    """Who of these can be reached, as last learnt. `unseated`: names of one-off agencies without a seat yet."""
    everybody = {one.id: (one, name.name) for one, name in await people(unit, partnership.id)}
    known, rows = await addresses(unit, partnership.id), {one.id: one for one in await seats(unit, partnership.id)}
    bound, practice = partnership.service_url is not None, partnership.practice
    found = []
    for addressee, numbers in await people_addressed(unit, partnership.id, addressees, today):
        who = tuple(
            person_reach(*everybody[number], known.get(number), bound=bound, practice=practice) for number in numbers
        )
        seat = rows.get(addressee.seat_id or 0)
        name = seat.name if seat else (who[0].name if who else "")
        found.append(PlaceReach(name, seat.short if seat else name, addressee.asked, who))
    return (*found, *(PlaceReach(name, short, True, ()) for name, short in unseated))


async def doors_to_try(
    unit: Unit, partnership: Partnership, addressees: Sequence[Addressee], today: date, bot_id: str
) -> list[Door]:
    """Everyone whose reach can be learnt beforehand; `bot_id` is ours where Teams has not told us another."""
    if partnership.practice:
        return []
    everybody = {one.id: one for one, _ in await people(unit, partnership.id)}
    known, doors = await addresses(unit, partnership.id), {}
    for _, numbers in await people_addressed(unit, partnership.id, addressees, today):
        for number in numbers:
            one, row = everybody[number], known.get(number)
            url = (row.service_url if row else None) or partnership.service_url
            user = one.teams_id or one.object_id
            if url and user:
                tenant = (row.tenant_id if row else None) or partnership.tenant_id or one.tenant_id or ""
                bot = (row.bot_id if row else None) or partnership.bot_id or bot_id
                doors[number] = Door(number, url, tenant, bot, user)
    return list(doors.values())


async def note_doors(unit: Unit, partnership_id: int, tried: Mapping[int, Tried], now: datetime) -> None:
    """Remember what trying the doors has taught."""
    known = await addresses(unit, partnership_id)
    for number, outcome in tried.items():
        row = known.get(number) or Address(partnership_id=partnership_id, person_id=number)
        if outcome.conversation_id:
            row.conversation_id = outcome.conversation_id
            if not any(word in row.reach for word in _STAYS):
                row.reach = REACHABLE
        else:
            row.reach = outcome.why
        row.checked_at = now
        unit.add(row)
