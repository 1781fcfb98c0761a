"""A list of people against what is stored: what it would do, and doing it in one transaction."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime

from assurance.actors import Actor
from assurance.issuing import today_in
from assurance.pack import Pack
from assurance.people_import import Context, Held, KnownPerson, Plan, Planned, make_plan, role_names
from assurance.people_view import open_seats, role_titles
from assurance.permissions import require
from assurance.place_names import Place
from assurance.refusals import OutOfDate, Refusal
from assurance.seating import owe_what_is_asked
from assurance.sheets import Table
from storage.log import append_log
from storage.partnerships import Partnership, organisations
from storage.partnerships import partnership as partnership_numbered
from storage.people import Holding, Person, PersonName, all_holdings, holding, people
from storage.returns import returns_of_open_loops
from storage.unit import Unit


async def plan_people(
    unit: Unit, actor: Actor | None, partnership: Partnership, pack: Pack, table: Table, now: datetime
) -> Plan:
    """What a list would change. Without an actor it is the command line's. Raises NotAllowed."""
    if actor is not None:
        require(actor, "manage_people")
    return make_plan(table, await _context(unit, partnership, pack, now))


async def bring_in_people(
    unit: Unit,
    actor: Actor | None,
    partnership: Partnership,
    pack: Pack,
    table: Table,
    now: datetime,
    *,
    confirmed: bool = False,
) -> Plan:
    """Do what a list asks for, whole or not at all; the same list again changes nothing.

    Raises NotAllowed, or Refusal where a row has a mistake or needs the officer's word (`confirmed`).
    """
    await partnership_numbered(unit, partnership.id, lock=True)
    plan = await plan_people(unit, actor, partnership, pack, table, now)
    if plan.mistakes:
        raise Refusal("\n".join(["Please mend these first. Nothing was brought in.", *plan.mistakes]))
    if plan.questions and not confirmed:
        raise Refusal("\n".join(["Please look at these first. Nothing was brought in.", *plan.questions]))
    wanted = [one for one in plan.planned if one.change != "same"]
    if not wanted:
        return plan
    person_ids = await _new_people(unit, partnership.id, wanted)
    held = [await _holding(unit, partnership, one, one.person_id or person_ids[one.email]) for one in wanted]
    unit.add(*held)
    await unit.flush()
    await _owe_what_waits(unit, partnership, pack, list(zip(wanted, held, strict=True)), now)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id if actor else None,
        by="person" if actor else "command line", what="people brought in", subject=f"partnership:{partnership.id}",
        refs={"holdings": [[row.id, row.person_id, row.seat_id, row.role] for row in held]},
    )  # fmt: skip
    return plan


async def _new_people(unit: Unit, partnership_id: int, wanted: list[Planned]) -> dict[str, int]:
    """Rows for those who are not known yet, by address; their ids come with the roster."""
    fresh = {one.email: (Person(partnership_id=partnership_id), one) for one in wanted if one.person_id is None}
    unit.add(*(row for row, _ in fresh.values()))
    await unit.flush()
    unit.add(
        *(
            PersonName(person_id=row.id, partnership_id=partnership_id, name=one.name, email=one.email)
            for row, one in fresh.values()
        )
    )
    return {email: row.id for email, (row, _) in fresh.items()}


async def _holding(unit: Unit, partnership: Partnership, one: Planned, person_id: int) -> Holding:
    if one.holding_id is not None:
        held = await holding(unit, partnership.id, one.holding_id)
        if held is None:
            raise OutOfDate("Somebody changed the people in the meantime. Please look at the list again.")
        held.title, held.starts_on, held.ends_on = one.title, one.starts_on, one.ends_on
        return held
    kind, _, key = one.place.partition(":")
    return Holding(
        partnership_id=partnership.id, person_id=person_id, seat_id=int(key) if kind == "seat" else None,
        role=key if kind == "role" else None, title=one.title, starts_on=one.starts_on, ends_on=one.ends_on,
    )  # fmt: skip


async def _owe_what_waits(
    unit: Unit, partnership: Partnership, pack: Pack, done: list[tuple[Planned, Holding]], now: datetime
) -> None:
    """Those who took a seat that is being asked something get its cards, each person once."""
    asked = {row.seat_id for row, _, _ in await returns_of_open_loops(unit, partnership.id)}
    for one, held in done:
        if held.seat_id is not None and held.seat_id in asked:
            await owe_what_is_asked(
                unit, partnership, pack, held.person_id, f"holding:{held.id}", now, missed_only=one.change != "new"
            )


async def _context(unit: Unit, partnership: Partnership, pack: Pack, now: datetime) -> Context:
    today = today_in(pack, now)
    seats, shorts = await _seat_names(unit, partnership, pack, today)
    titles = role_titles(pack)
    called: dict[str, tuple[str, ...]] = {
        f"role:{kind}": (kind, title, *(n for r in pack.roles if r.kind == kind for n in (r.key, r.title)))
        for kind, title in titles.items()
    }
    held: dict[int, dict[str, tuple[Held, ...]]] = {}
    for one in await all_holdings(unit, partnership.id):
        place = f"seat:{one.seat_id}" if one.seat_id is not None else f"role:{one.role}"
        mine = held.setdefault(one.person_id, {})
        if one.stands_in_for is None and (one.ends_on is None or one.ends_on >= today):
            mine[place] = (*mine.get(place, ()), Held(one.id, one.title, one.starts_on, one.ends_on))
    known = {
        name.email.casefold(): KnownPerson(one.id, name.name, one.in_team, held.get(one.id, {}))
        for one, name in await people(unit, partnership.id)
        if name.email
    }
    roles = {f"role:{kind}": title for kind, title in titles.items()}
    return Context(seats, shorts, roles, role_names(called), known, today)


async def _seat_names(
    unit: Unit, partnership: Partnership, pack: Pack, today: date
) -> tuple[tuple[Place, ...], dict[str, str]]:
    """The open seats by every name that people call them; an organisation's names count where it has one seat."""
    called: dict[str, tuple[str, ...]] = {one.key: one.aliases for one in pack.seats}
    for alias in pack.aliases:
        if alias.seat:
            called[alias.seat] = (*called.get(alias.seat, ()), alias.text)
    rows = await open_seats(unit, partnership.id, today)
    employers = {one.id: one for one in await organisations(unit, partnership.id)}
    own = Counter(one.organisation_id for one in rows)
    worded = {one.key: ((one.short,) if one.short else (), one.aliases) for one in pack.organisations}
    places, shorts = [], {}
    for one in rows:
        names = (one.short, one.name, *called.get(one.slug, ()))
        if own[one.organisation_id] == 1 and one.organisation_id in employers:
            employer = employers[one.organisation_id]
            short, aliases = worded.get(employer.slug, ((), ()))
            names = (*names, employer.name, *short, *aliases)
        places.append(Place("seat", str(one.id), names))
        shorts[f"seat:{one.id}"] = one.short
    return tuple(places), shorts
