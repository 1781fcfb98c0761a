"""What a person sees of absences: their own, and for an officer anybody's, with who answers meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from assurance.actors import Actor
from assurance.colleagues import known
from assurance.deputy_view import DeputyView, deputy_view
from assurance.issuing import today_in
from assurance.pack import Pack
from assurance.people_view import UNNAMED
from assurance.permissions import may
from storage.chasers import absences_of, away_on
from storage.partnerships import Partnership, seats
from storage.people import holders_of_seat, holdings_of, people
from storage.unit import Unit


@dataclass(frozen=True)
class AwayPeriod:
    """One absence that is not over."""

    absence_id: int
    first: date
    last: date


@dataclass(frozen=True)
class AwayView:
    """The absences of one person, as the person themselves or an officer sees them."""

    partnership_id: int
    reader: int
    person_id: int
    name: str
    own: bool
    today: date
    periods: tuple[AwayPeriod, ...]
    shorts: tuple[str, ...]
    alone_for: tuple[str, ...]
    """The agencies for which nobody else answers while this person is away."""
    anybody: tuple[tuple[int, str], ...]
    """For an officer: everybody who may be said to be away."""
    deputies: DeputyView


async def away_view(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, now: datetime, person_id: int | None = None
) -> AwayView:
    """One person's absences: one's own, unless an officer looks at somebody else's (others are shown their own)."""
    today, everybody = today_in(pack, now), await people(unit, partnership.id)
    officer = may(actor, "set_absences")
    names = {name.person_id: name.name or name.email or UNNAMED for _, name in everybody}
    whom = person_id if officer and person_id in names else actor.person_id
    shorts = {one.id: one.short for one in await seats(unit, partnership.id)}
    away = await away_on(unit, partnership.id, today)
    on, alone = [], []
    for held in await holdings_of(unit, partnership.id, whom, today):
        if held.seat_id is None:
            continue
        on.append(shorts[held.seat_id])
        others = await holders_of_seat(unit, partnership.id, held.seat_id, today)
        if all(one == whom or one in away for one in others):
            alone.append(shorts[held.seat_id])
    return AwayView(
        partnership_id=partnership.id, reader=actor.person_id, person_id=whom, name=names.get(whom, UNNAMED),
        own=whom == actor.person_id, today=today,
        periods=tuple(
            AwayPeriod(one.id, one.first, one.last) for one in await absences_of(unit, partnership.id, whom, today)
        ),
        shorts=tuple(dict.fromkeys(on)), alone_for=tuple(dict.fromkeys(alone)),
        anybody=tuple((one.person_id, one.name) for one in known(everybody)) if officer else (),
        deputies=await deputy_view(unit, actor, partnership, pack, now),
    )  # fmt: skip
