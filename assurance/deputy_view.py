"""What a person sees of deputies: whom they may name for whom, who stands in now, and what those concerned read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from assurance.actors import Actor
from assurance.colleagues import Colleague, colleagues_of, known
from assurance.deputies import over_before_it_began
from assurance.issuing import today_in
from assurance.pack import Pack
from assurance.people_view import UNNAMED
from assurance.permissions import may
from storage.chasers import absences_of
from storage.partnerships import Partnership, Seat, organisations, seats
from storage.people import Holding, Person, PersonName, all_holdings, people
from storage.returns import returns_of_open_loops
from storage.unit import Unit

AFTER_DUE = timedelta(days=14)
"""How long after the round's due day a deputy goes on, where the person is not away (ours)."""
LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Place:
    """Somebody on a seat, for whom a deputy may be named: `holding_id` is what a form sends."""

    holding_id: int
    person_id: int
    name: str
    seat_id: int
    short: str


@dataclass(frozen=True)
class DeputyLine:
    """One deputy now or to come, who may be ended by whoever sees this."""

    holding_id: int
    deputy: str
    represented: str
    short: str
    starts_on: date | None
    ends_on: date | None
    represented_id: int
    own: bool
    """Whether the reader is the one who is represented."""
    begun: bool


@dataclass(frozen=True)
class DeputyView:
    """Whom the reader may name a deputy for (their own seats; an officer everybody's), and who may be chosen."""

    partnership_id: int
    reader: int
    for_anyone: bool
    places: tuple[Place, ...]
    colleagues: tuple[Colleague, ...]
    lines: tuple[DeputyLine, ...]
    first: date
    last: date
    agency: str
    officer: str
    is_deputy: bool
    """Whether the reader only stands in, and so cannot name anybody."""


async def deputy_view(unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, now: datetime) -> DeputyView:
    """What this person may do about deputies today; anybody who is known may look."""
    today, everybody = today_in(pack, now), await people(unit, partnership.id)
    rows, held = await seats(unit, partnership.id), await all_holdings(unit, partnership.id)
    for_anyone = may(actor, "name_deputies")
    names = {name.person_id: name.name or name.email or UNNAMED for _, name in everybody}
    places = _places(held, rows, names, today, only=None if for_anyone else actor.person_id)
    own = [one for one in places if one.person_id == actor.person_id]
    first, last = await default_days(unit, partnership.id, actor.person_id, {one.seat_id for one in own}, today)
    bodies = {one.organisation_id for one in rows if one.id in {place.seat_id for place in own}}
    return DeputyView(
        partnership_id=partnership.id, reader=actor.person_id, for_anyone=for_anyone, places=places,
        colleagues=known(everybody) if for_anyone else _colleagues(actor, bodies, rows, held, everybody, today),
        lines=_lines(held, rows, names, today, actor.person_id, everybodys=for_anyone), first=first, last=last,
        agency=await _agency(unit, partnership.id, bodies), officer=pack.terms.officer,
        is_deputy=bool(actor.stands_in) and not actor.own_seats,
    )  # fmt: skip


def _colleagues(
    actor: Actor, bodies: Iterable[int], rows: Sequence[Seat], held: Sequence[Holding],
    everybody: Sequence[tuple[Person, PersonName]], today: date,
) -> tuple[Colleague, ...]:  # fmt: skip
    found = {
        one.person_id: one
        for body in bodies
        for one in colleagues_of(body, rows, held, everybody, today)
        if one.person_id != actor.person_id
    }
    return tuple(sorted(found.values(), key=lambda one: (one.name.casefold(), one.person_id)))


async def _agency(unit: Unit, partnership_id: int, bodies: set[int]) -> str:
    """The organisation's name, where the reader's seats are all of one."""
    found = [one.name for one in await organisations(unit, partnership_id) if one.id in bodies]
    return found[0] if len(found) == 1 else ""


def _places(
    held: Iterable[Holding], rows: Sequence[Seat], names: Mapping[int, str], today: date, *, only: int | None
) -> tuple[Place, ...]:
    """Who sits where in their own right, in the order of the seats."""
    order = {one.id: at for at, one in enumerate(rows)}
    shorts = {one.id: one.short for one in rows if one.ends_on is None or one.ends_on >= today}
    found = [
        Place(one.id, one.person_id, names.get(one.person_id, UNNAMED), one.seat_id, shorts[one.seat_id])
        for one in held
        if one.seat_id in shorts
        and one.stands_in_for is None
        and only in (None, one.person_id)
        and not _over(one, today)
    ]
    return tuple(sorted(found, key=lambda one: (order[one.seat_id], one.name, one.holding_id)))


def _over(one: Holding, today: date) -> bool:
    return (one.ends_on is not None and one.ends_on < today) or over_before_it_began(one)


def _lines(
    held: Iterable[Holding], rows: Sequence[Seat], names: Mapping[int, str], today: date, reader: int,
    *, everybodys: bool,
) -> tuple[DeputyLine, ...]:  # fmt: skip
    shorts = {one.id: one.short for one in rows}
    return tuple(
        DeputyLine(
            one.id, names.get(one.person_id, UNNAMED), names.get(one.stands_in_for, UNNAMED),
            shorts.get(one.seat_id or 0, ""), one.starts_on, one.ends_on, one.stands_in_for,
            one.stands_in_for == reader, one.starts_on is None or one.starts_on <= today,
        )
        for one in held
        if one.stands_in_for is not None
        and not _over(one, today)
        and (everybodys or reader in (one.stands_in_for, one.person_id))
    )  # fmt: skip


async def default_days(
    unit: Unit, partnership_id: int, person_id: int, seat_ids: set[int], today: date
) -> tuple[date, date]:
    """From and until when a deputy stands in unless told: the absence, else until well after what is asked is due."""
    away = await absences_of(unit, partnership_id, person_id, today)
    if away:
        return max(away[0].first, today), away[0].last
    due = [
        loop.extended_to or row.due_on
        for row, loop, _ in await returns_of_open_loops(unit, partnership_id)
        if loop.seat_id in seat_ids and row.state == "awaited"
    ]
    return today, min(max([*due, today]) + AFTER_DUE, today + LONGEST)


@dataclass(frozen=True)
class DeputyNews:
    """What one person is told of a deputy: `part` says who they are in it."""

    partnership_id: int
    part: str
    deputy: str
    represented: str
    shorts: tuple[str, ...]
    starts_on: date
    ends_on: date
    begun: bool
    ended: bool


async def deputy_news(
    unit: Unit, partnership: Partnership, pack: Pack, reader: int, holding_ids: Sequence[int], now: datetime
) -> DeputyNews | None:
    """The news for one reader: the deputy, who is represented, an officer or a colleague; None where it is past."""
    today = today_in(pack, now)
    made = [one for one in await all_holdings(unit, partnership.id) if one.id in holding_ids]
    if not made or made[0].starts_on is None or made[0].ends_on is None:
        return None
    first = made[0]
    names = {name.person_id: name.name or name.email or UNNAMED for _, name in await people(unit, partnership.id)}
    shorts = {one.id: one.short for one in await seats(unit, partnership.id)}
    part = "deputy" if reader == first.person_id else "represented" if reader == first.stands_in_for else "other"
    return DeputyNews(
        partnership_id=partnership.id, part=part, deputy=names.get(first.person_id, UNNAMED),
        represented=names.get(first.stands_in_for or 0, UNNAMED),
        shorts=tuple(shorts[one.seat_id] for one in made if one.seat_id in shorts),
        starts_on=made[0].starts_on, ends_on=made[0].ends_on, begun=made[0].starts_on <= today,
        ended=_over(first, today),
    )  # fmt: skip
