"""The practice room: a made-up person on every seat and in every role, and one newcomer who takes any place."""

from __future__ import annotations

from storage.contacts import Practice, practice
from storage.partnerships import Partnership, every_partnership, seats
from storage.people import Holding, Person, PersonName, people
from storage.unit import Unit

from bot.house import House

NAMES = (
    "Amira Hassan", "Ben Carter", "Chidi Okafor", "Dana Lewis", "Ewan Price", "Farah Malik", "Grace Bell",
    "Harvey Stone", "Isla Grant", "Jon Pike", "Kezia Brown", "Liam Ford", "Maya Singh", "Noor Khan",
    "Owen Marsh", "Priya Nair", "Ruth Adeyemi", "Sam Holt",
)  # fmt: skip
TENANT = "practice"


async def set_up_practice(house: House) -> None:
    """Give the practice partnership its people, once. The newcomer begins as the support officer."""
    async with house.open_unit() as unit:
        its = (await every_partnership(unit))[0]
        if await practice(unit, its.id) is not None or await people(unit, its.id):
            return
        officer = await _person(unit, its, 0, "officer")
        unit.add(Holding(partnership_id=its.id, person_id=officer.id, role="officer", title="Support officer"))
        first_health = None
        for position, seat in enumerate(await seats(unit, its.id), start=1):
            one = await _person(unit, its, position, seat.slug)
            unit.add(Holding(partnership_id=its.id, person_id=one.id, seat_id=seat.id))
            if seat.slug == "gwh":
                first_health = one
        if first_health is not None:
            unit.add(Holding(partnership_id=its.id, person_id=first_health.id, role="chair", title="Chair"))
        await unit.save(Practice(partnership_id=its.id, person_id=officer.id))


async def _person(unit: Unit, its: Partnership, position: int, key: str) -> Person:
    one = await unit.save(
        Person(
            partnership_id=its.id, tenant_id=TENANT, object_id=f"practice-{key}", teams_id=f"29:practice-{key}",
            in_team=True, practice=True,
        )
    )  # fmt: skip
    name = NAMES[position % len(NAMES)]
    unit.add(
        PersonName(
            person_id=one.id, partnership_id=its.id, name=name, email=f"{name.split()[0].lower()}@example.org"
        )
    )
    return one
