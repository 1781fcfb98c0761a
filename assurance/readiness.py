"""Whether a partnership is ready: its team, its officers, its seats, and who can be written to (scenario 26)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from assurance.deliveries import count_open
from assurance.issuing import today_in
from assurance.pack import Pack
from assurance.people_view import open_seats, role_titles
from assurance.permissions import OFFICER
from assurance.reach import NOT_CHECKED, person_reach
from assurance.roll_call import CARD, about
from storage.contacts import roll_call, roll_call_replies
from storage.notices import notices_about
from storage.partnerships import Partnership, Seat
from storage.people import Holding, addresses, holdings_on, people
from storage.unit import Unit


@dataclass(frozen=True)
class Unreached:
    """Somebody in a place who is not known to be reached, and why. The name is for those who ask for names."""

    place: str
    name: str
    why: str

    @property
    def unchecked(self) -> bool:
        """Whether it is only that nobody has tried yet."""
        return self.why == NOT_CHECKED


@dataclass(frozen=True)
class Called:
    """The newest roll call: so many were called, and so many have pressed."""

    at: datetime
    called: int
    pressed: int


@dataclass(frozen=True)
class Readiness:
    """How a partnership stands before anything is asked. Places are named in short."""

    bound: bool
    officers: int
    seats: int
    vacant: tuple[str, ...]
    unreached: tuple[Unreached, ...]
    roll_call: Called | None
    unsure: int
    refused: int


async def readiness(unit: Unit, partnership: Partnership, pack: Pack, now: datetime) -> Readiness:
    """Look at one partnership; for whoever runs the service, who sees no evidence."""
    today = today_in(pack, now)
    held = await holdings_on(unit, partnership.id, today)
    asked = [
        one for one in await open_seats(unit, partnership.id, today) if one.starts_on is None or one.starts_on <= today
    ]
    vacant = vacant_seats(asked, held)
    places = _places({one.id: one.short for one in asked}, role_titles(pack), held)
    known, bound = await addresses(unit, partnership.id), partnership.service_url is not None
    found = []
    for one, name in await people(unit, partnership.id):
        if one.id in places:
            reach = person_reach(one, name.name, known.get(one.id), bound=bound, practice=partnership.practice)
            if not reach.reached:
                found.append(Unreached(places[one.id], reach.name, reach.why))
    unsure, refused = await count_open(unit, partnership.id)
    return Readiness(
        bound=partnership.team_id is not None, officers=len({one.person_id for one in held if one.role == OFFICER}),
        seats=len(asked), vacant=vacant, unreached=tuple(found), roll_call=await _called(unit, partnership.id),
        unsure=unsure, refused=refused,
    )  # fmt: skip


def vacant_seats(asked: Sequence[Seat], held: Sequence[Holding]) -> tuple[str, ...]:
    """The short names of the seats on which nobody sits, in the pack's order."""
    taken = {one.seat_id for one in held}
    return tuple(one.short for one in asked if one.id not in taken)


def _places(shorts: Mapping[int, str], titles: Mapping[str, str], held: Sequence[Holding]) -> dict[int, str]:
    """What each person holds, in short."""
    found: dict[int, list[str]] = {}
    for one in held:
        word = shorts.get(one.seat_id or 0) or titles.get(one.role or "", "")
        found.setdefault(one.person_id, []).append(word)
    return {number: ", ".join(dict.fromkeys(filter(None, words))) for number, words in found.items()}


async def _called(unit: Unit, partnership_id: int) -> Called | None:
    newest = await roll_call(unit, partnership_id)
    if newest is None:
        return None
    cards = [one for one in await notices_about(unit, partnership_id, about(newest.id)) if one.kind == CARD]
    called = {one.person_id for one in cards}
    return Called(newest.at, len(called), len(called & set(await roll_call_replies(unit, partnership_id, newest.id))))
