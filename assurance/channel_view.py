"""What everyone in the channel sees of a request: what, by when, and how many have answered. No names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from assurance.actors import Actor
from assurance.issuing import today_in
from assurance.owing import owe
from assurance.pack import Pack
from storage.asks import Loop, Request, loops_of_request, request
from storage.notices import Notice, notice_keyed
from storage.partnerships import Partnership
from storage.people import address_of_person, addresses, holders_of_seats, people, person
from storage.returns import AgencyReturn, newest_versions, returns_of_request
from storage.unit import Unit

REACHED = "reachable"
UNKNOWN = "unknown"


@dataclass(frozen=True)
class ChannelView:
    """A request as the whole channel may see it.

    `returned` of `asked` answers are in, `behalf` of them entered by the support unit. `readers` are the
    Teams ids of the people whom it addresses, those who cannot be reached in a chat of their own first.
    """

    partnership_id: int
    request_id: int
    title: str
    kind: str
    agency: str
    officer: str
    state: str
    due_on: date
    asked: int
    returned: int
    behalf: int
    readers: tuple[str, ...]


async def channel_view(
    unit: Unit, partnership: Partnership, pack: Pack, request_id: int, now: datetime
) -> ChannelView | None:
    """The request as its channel sees it now; None where there is none, or where it is not asked of seats."""
    found = await request(unit, partnership.id, request_id)
    if found is None or pack.kind(found.kind).asked.who != "seats":
        return None
    every = await loops_of_request(unit, partnership.id, found.id)
    loops = [one for one in every if one.state != "withdrawn"]
    latest = await _latest(unit, partnership.id, found.id, loops)
    versions = await newest_versions(unit, partnership.id, [one.id for one in latest])
    returned = [one for one in latest if one.state == "returned"]
    entered = [one for one in returned if one.id in versions and versions[one.id].origin == "on_behalf"]
    kind = pack.kind(found.kind)
    return ChannelView(
        partnership_id=partnership.id, request_id=found.id, title=found.title, kind=kind.name,
        agency=pack.terms.agency, officer=pack.terms.officer, state=found.state,
        due_on=due_day(found, latest), asked=len(latest),
        returned=len(returned), behalf=len(entered),
        readers=await _readers(unit, partnership.id, loops, today_in(pack, now)),
    )  # fmt: skip


async def stands_in_channel(unit: Unit, partnership_id: int, request_id: int) -> bool:
    """Whether the channel has, or may have, this request's card: what was never shown there cannot be refreshed."""
    posted = await notice_keyed(unit, partnership_id, f"channel:{request_id}")
    return posted is not None and posted.state in ("delivered", "unsure")


async def _latest(unit: Unit, partnership_id: int, request_id: int, loops: list[Loop]) -> list[AgencyReturn]:
    """The newest return of each loop that asks for one."""
    asked = {one.id for one in loops if one.asked}
    newest: dict[int, AgencyReturn] = {}
    for one in await returns_of_request(unit, partnership_id, request_id):
        if one.loop_id in asked:
            newest[one.loop_id] = one
    return list(newest.values())


def due_day(asked: Request, latest: list[AgencyReturn]) -> date:
    """The day by which answers are wanted: that of what is still awaited, else the request's own."""
    awaited = [one.due_on for one in latest if one.state == "awaited"]
    return max(awaited, default=asked.due_on)


async def _readers(unit: Unit, partnership_id: int, loops: list[Loop], today: date) -> tuple[str, ...]:
    seats = [one.seat_id for one in loops if one.seat_id]
    addressed = set(await holders_of_seats(unit, partnership_id, seats, today))
    addressed |= {one.person_id for one in loops if one.person_id}
    places = await addresses(unit, partnership_id)
    known = [one for one, _ in await people(unit, partnership_id) if one.id in addressed and one.teams_id]
    reach = {one.id: places[one.id].reach if one.id in places else UNKNOWN for one in known}
    known.sort(key=lambda one: (_turn(reach[one.id], guest=one.guest), one.id))
    return tuple(one.teams_id for one in known if one.teams_id)


def _turn(reach: str, *, guest: bool) -> int:
    """Who comes first: those who cannot be written to, then guests, then those not tried yet, then others."""
    if reach not in (REACHED, UNKNOWN):
        return 0
    if guest and reach == UNKNOWN:
        return 1
    return 2 if reach == UNKNOWN else 3


async def reachable(unit: Unit, actor: Actor) -> bool:
    """Whether a chat of their own may work for this person: it does, or nobody has tried yet."""
    place = await address_of_person(unit, actor.partnership_id, actor.person_id)
    if place is not None and place.reach != UNKNOWN:
        return place.reach == REACHED
    one = await person(unit, actor.partnership_id, actor.person_id)
    return one is not None and not one.guest


async def private_card(
    unit: Unit, actor: Actor, partnership: Partnership, request_id: int, cause: str, now: datetime
) -> Notice:
    """Owe one person their card for a request in a chat of their own, because they asked for it in the channel.

    It counts as a form that they may be typing in, so nothing replaces it before they send it.
    """
    return await owe(
        unit,
        partnership.id,
        f"request:{request_id}:{actor.person_id}:{cause}",
        "request",
        now=now,
        subject={"request": request_id},
        about=f"request:{request_id}",
        person_id=actor.person_id,
        shape="form",
    )
