"""A pack's seats and those that are there: brought into line by stable keys, and what officers changed is kept (E7)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from assurance.pack import Organisation as PackOrganisation
from assurance.pack import Pack
from assurance.pack import Seat as PackSeat
from assurance.reorganising_rules import disagreement
from assurance.seats_over_time import keep_name
from storage.partnerships import Organisation, Seat, organisations, seats
from storage.unit import Unit


async def line_up_seats(unit: Unit, partnership_id: int, pack: Pack, had: Collection[str], today: date) -> list[int]:
    """Bring organisations and seats into line. A seat returns where the pack had dropped it (it is not in `had`).

    A seat that was ended here, while the pack had it, stays ended; a name or an organisation that an officer gave
    it stays, until the pack says the same. A seat that an officer made is the pack's once the pack has one of that
    name. Gives the numbers of the seats of which the pack says otherwise.
    """
    existing = {row.slug: row for row in await seats(unit, partnership_id)}
    bodies = await _line_up_organisations(unit, partnership_id, pack.organisations, existing, today)
    by_number = {row.id: row for row in bodies.values()}
    otherwise = []
    for position, seat in enumerate(pack.seats):
        one = existing.pop(seat.key, None) or _made_here(existing, seat)
        fresh = one is None
        if one is None:
            one = Seat(
                partnership_id=partnership_id, slug=seat.key, group_key=seat.group, name=seat.name, short=seat.short,
                sector=seat.sector, organisation_id=bodies[seat.organisation].id,
            )  # fmt: skip
        if not fresh:
            await _take_names(unit, one, seat, bodies, today)
        one.slug, one.sector, one.group_key = seat.key, seat.sector, seat.group
        one.returns, one.position = seat.returns, position
        if seat.key not in had and one.ends_on is not None:
            one.ends_on = None
        unit.add(one)
        of, says = by_number[one.organisation_id], (seat.name, seat.short, bodies[seat.organisation].name)
        if disagreement(one, of.name, says):
            otherwise.append(one.id)
    for dropped in existing.values():
        if not dropped.one_off and not dropped.made_here and dropped.ends_on is None:
            dropped.ends_on = today
    await unit.flush()
    return otherwise


async def _line_up_organisations(
    unit: Unit,
    partnership_id: int,
    named: Collection[PackOrganisation],
    existing: Mapping[str, Seat],
    today: date,
) -> dict[str, Organisation]:
    known = {row.slug: row for row in await organisations(unit, partnership_id)}
    for one in named:
        row = known.get(one.key) or Organisation(partnership_id=partnership_id, slug=one.key, name=one.name)
        row.name, row.retired_on = one.name, None
        unit.add(row)
        known[one.key] = row
    await unit.flush()
    of_our_own = {row.organisation_id for row in existing.values() if row.one_off or row.made_here or row.placed_here}
    keys = {one.key for one in named}
    for slug, row in known.items():
        if slug not in keys and row.id not in of_our_own and row.retired_on is None:
            row.retired_on = today
    return known


def _made_here(existing: dict[str, Seat], seat: PackSeat) -> Seat | None:
    """The seat of this name that an officer made before the pack had it."""
    for slug, row in existing.items():
        if row.made_here and row.ends_on is None and seat.short.casefold() == row.short.casefold():
            del existing[slug]
            row.made_here = False
            return row
    return None


async def _take_names(unit: Unit, one: Seat, seat: PackSeat, bodies: Mapping[str, Organisation], today: date) -> None:
    """The pack's name and organisation, unless an officer gave it others; what it was called before is kept."""
    of = bodies[seat.organisation]
    if (one.name, one.short) == (seat.name, seat.short):
        one.named_here = False
    if one.organisation_id == of.id:
        one.placed_here = False
    name, short = (one.name, one.short) if one.named_here else (seat.name, seat.short)
    body = one.organisation_id if one.placed_here else of.id
    if (name, short, body) != (one.name, one.short, one.organisation_id):
        await keep_name(unit, one, today)
        one.name, one.short, one.organisation_id = name, short, body
