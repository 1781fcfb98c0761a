"""The practice room: a made-up person on every seat and in every role, and one newcomer who takes any place."""

from __future__ import annotations

from datetime import date, timedelta

from assurance.issuing import today_in, working_days
from assurance.pack import Pack
from assurance.packing import pack_of
from bot.house import House
from storage.asks import Meeting, meetings_from
from storage.contacts import Practice, practice
from storage.partnerships import Partnership, Seat, every_partnership, organisations, seats
from storage.people import Holding, Person, PersonName, people
from storage.unit import Unit

NAMES = (
    "Amira Hassan", "Ben Carter", "Chidi Okafor", "Grace Bell", "Dana Lewis", "Ewan Price", "Farah Malik",
    "Harvey Stone", "Isla Grant", "Jon Pike", "Kezia Brown", "Liam Ford", "Maya Singh", "Noor Khan",
    "Owen Marsh", "Priya Nair", "Ruth Adeyemi", "Sam Holt", "Tess Moran", "Umar Aziz",
)  # fmt: skip
COLLEAGUES = (
    "Nadia Brooks", "Tom Hale", "Leila Farouk", "Gwen Parry", "Kofi Mensah", "Rosa Lynch", "Dev Patel", "Eve Marlow",
)  # fmt: skip
"""Who is on no seat and could stand in, one for each agency whose only seat is taken."""
TENANT = "practice"
ROLES = ("officer", "chair", "vice_chair", "ld_lead")
"""The roles that somebody in the practice team holds, where the pack knows them; an officer always."""
FIRST_MEETING, NEXT_MEETING = timedelta(weeks=10), timedelta(weeks=13)
"""How far off the first practice meeting is, and how far apart the meetings are: a quarter, as in Swindon."""
THURSDAY = 3


async def set_up_practice(house: House) -> None:
    """Give the practice partnership its people, once, and two meetings ahead. Practice time goes on where it was.

    The newcomer begins as the support officer.
    """
    async with house.open_unit() as unit:
        its = (await every_partnership(unit))[0]
        pack = await pack_of(unit, its)
        room = await practice(unit, its.id)
        if room is None and not await people(unit, its.id):
            officer = await _seat_everybody(unit, its, pack)
            room = await unit.save(Practice(partnership_id=its.id, person_id=officer.id))
        house.offset = timedelta(seconds=room.offset_seconds if room else 0)
        await keep_meetings_ahead(unit, its, pack, today_in(pack, house.now()))


async def _seat_everybody(unit: Unit, its: Partnership, pack: Pack) -> Person:
    """A person on each seat; a role goes to the seat of the same name, or to a person of its own."""
    on_seat: dict[str, Person] = {}
    slugs = {one.id: one.slug for one in await organisations(unit, its.id)}
    every = await seats(unit, its.id)
    for seat in every:
        name = _name(len(on_seat))
        one = on_seat[seat.slug] = await _person(unit, its, seat.slug, name, slugs[seat.organisation_id])
        unit.add(Holding(partnership_id=its.id, person_id=one.id, seat_id=seat.id))
    await _add_colleagues(unit, its, [slugs[one.organisation_id] for one in every if one.returns])
    made = len(on_seat)
    officer: Person | None = None
    for role, title in _titles(pack):
        seat_key = _own_seat(pack, role, await seats(unit, its.id))
        one = on_seat[seat_key] if seat_key else await _person(unit, its, role, _name(made), "example")
        made += not seat_key
        unit.add(Holding(partnership_id=its.id, person_id=one.id, role=role, title=title))
        officer = one if role == "officer" else officer
    assert officer is not None
    return officer


def _titles(pack: Pack) -> list[tuple[str, str]]:
    """The roles of the practice team, each with its title in the pack."""
    known: dict[str, str] = {one.kind: one.title for one in reversed(pack.roles)}
    return [(role, known.get(role, "Support officer")) for role in ROLES if role in known or role == "officer"]


def _own_seat(pack: Pack, role: str, every: list[Seat]) -> str | None:
    """The seat that belongs to a role: Swindon's learning lead and support unit hold seats of the same name."""
    for one in pack.roles:
        if one.kind == role:
            return next((seat.slug for seat in every if one.key == seat.slug or one.title == seat.name), None)
    return None


async def _add_colleagues(unit: Unit, its: Partnership, bodies: list[str]) -> None:
    """Somebody who could stand in, by their mail domain, wherever nobody else of the agency is known."""
    alone = [slug for slug in dict.fromkeys(bodies) if bodies.count(slug) == 1]
    for slug, name in zip(alone, COLLEAGUES, strict=False):
        await _person(unit, its, f"colleague-{slug}", name, slug)


def _name(position: int) -> str:
    return NAMES[position] if position < len(NAMES) else f"Practice person {position + 1}"


async def _person(unit: Unit, its: Partnership, key: str, name: str, body: str) -> Person:
    one = await unit.save(
        Person(
            partnership_id=its.id, tenant_id=TENANT, object_id=f"practice-{key}", teams_id=f"29:practice-{key}",
            in_team=True, practice=True,
        )
    )  # fmt: skip
    email = f"{name.lower().replace(' ', '.')}@{body}.example"
    unit.add(PersonName(person_id=one.id, partnership_id=its.id, name=name, email=email))
    return one


async def keep_meetings_ahead(unit: Unit, its: Partnership, pack: Pack, today: date) -> None:
    """There are always two meetings to come, so that learning has a due day and impact a meeting after it."""
    group, working = pack.groups[0].key, working_days(pack)
    ahead = [one.on for one in await meetings_from(unit, its.id, group, today)]
    while len(ahead) < 2:
        wanted = ahead[-1] + NEXT_MEETING if ahead else today + FIRST_MEETING
        day = working.on_or_after(wanted + timedelta(days=(THURSDAY - wanted.weekday()) % 7))
        await unit.save(Meeting(partnership_id=its.id, group_key=group, on=day))
        ahead.append(day)
