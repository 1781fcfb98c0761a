"""The names that a person may ask about: seats, organisations and open items."""

from __future__ import annotations

from assurance.asking import Place
from assurance.seats_over_time import names_before
from bot.turns import Here
from storage.asks import open_requests
from storage.learning import learning_items
from storage.partnerships import organisations, seats
from storage.seat_changes import former_names
from storage.unit import Unit


async def places_of(unit: Unit, here: Here) -> list[Place]:
    """Every seat, organisation and item of the partnership, by all the names that people call them."""
    pack, partnership_id = here.pack, here.partnership.id
    by_seat: dict[str, tuple[str, ...]] = {one.key: one.aliases for one in pack.seats}
    by_organisation: dict[str, tuple[str, ...]] = {
        one.key: (*((one.short,) if one.short else ()), *one.aliases) for one in pack.organisations
    }
    for alias in pack.aliases:
        if alias.seat:
            by_seat[alias.seat] = (*by_seat.get(alias.seat, ()), alias.text)
        elif alias.organisation:
            by_organisation[alias.organisation] = (*by_organisation.get(alias.organisation, ()), alias.text)
    rows = await seats(unit, partnership_id)
    taken = {name.casefold() for one in rows for name in (one.short, one.name)}
    before = names_before(await former_names(unit, partnership_id))
    found = []
    for organisation in await organisations(unit, partnership_id):
        names = (organisation.name, *by_organisation.get(organisation.slug, ()))
        own = [one for one in rows if one.organisation_id == organisation.id and one.ends_on is None]
        if len(own) == 1:
            by_seat[own[0].slug] = (*by_seat.get(own[0].slug, ()), *names)
        elif own:
            found.append(Place("organisation", str(organisation.id), names))
    for one in rows:
        earlier = tuple(name for name in before.get(one.id, ()) if name.casefold() not in taken)
        found.append(Place("seat", str(one.id), (one.short, one.name, *by_seat.get(one.slug, ()), *earlier)))
    about = set()
    for item in await learning_items(unit, partnership_id, states=("open",)):
        found.append(Place("item", f"learning:{item.id}", (item.title,)))
        about.add(item.id)
    for request in await open_requests(unit, partnership_id):
        if request.learning_id not in about:
            found.append(Place("item", f"request:{request.id}", (request.title,)))
    return found
