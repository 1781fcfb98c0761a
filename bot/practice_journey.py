"""What a journey through practice time brought: by day, what went out and to which places."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from assurance.calendar import local_day
from assurance.issuing import today_in
from assurance.pack import Pack
from assurance.person_names import names
from bot.practice_places import word_for
from cards.travel import JourneyDay, JourneyLine, JourneyView
from storage.asks import meetings_from
from storage.contacts import practice
from storage.notices import Notice, notices_settled
from storage.partnerships import Partnership, seats
from storage.people import all_holdings
from storage.unit import Unit


async def coming_meetings(unit: Unit, its: Partnership, pack: Pack, now: datetime) -> list[tuple[date, str | None]]:
    """The meetings to come, each with its time of day."""
    held = await meetings_from(unit, its.id, pack.groups[0].key, today_in(pack, now))
    return [(one.on, one.begins_at) for one in held]


async def journey_view(
    unit: Unit, its: Partnership, pack: Pack, begun: datetime, arrived: datetime, now: datetime
) -> JourneyView:
    """What happened between two moments of practice time, for the newcomer whatever place they hold."""
    sent = [one for one in await notices_settled(unit, its.id, begun, arrived) if one.address is None]
    held = await all_holdings(unit, its.id)
    shorts = {one.id: one.short for one in await seats(unit, its.id)}
    people = {one.person_id for one in sent if one.person_id is not None}
    called = await names(unit, its.id, people)
    places = {one: word_for(one, held, shorts, called.get(one, "somebody")) for one in people}
    room = await practice(unit, its.id)
    mine = room.person_id if room else None
    return JourneyView(
        partnership_id=its.id, now=now, timezone=pack.timezone, days=_days(sent, places, pack.timezone),
        here=any(one.person_id == mine and one.state == "delivered" for one in sent),
        elsewhere=any(one.person_id not in (None, mine) and one.state == "delivered" for one in sent),
        meeting=bool(await coming_meetings(unit, its, pack, now)),
    )  # fmt: skip


def _days(sent: list[Notice], places: Mapping[int, str], tz: str) -> tuple[JourneyDay, ...]:
    """Each day with what went out on it; one line for each kind of card and way in which it ended."""
    days: dict[date, dict[tuple[str, str], list[str]]] = {}
    for one in sent:
        if one.settled_at is not None:
            lines = days.setdefault(local_day(one.settled_at, tz), {})
            whom = places[one.person_id] if one.person_id is not None else ""
            lines.setdefault((one.kind, one.state), []).append(whom)
    return tuple(
        JourneyDay(day, tuple(JourneyLine(kind, state, tuple(whom)) for (kind, state), whom in lines.items()))
        for day, lines in days.items()
    )
