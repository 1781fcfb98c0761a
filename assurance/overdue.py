"""`overdue`: who is past the due date, item by item, and apart from that who could not have answered (4.25)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assurance.actors import Actor
from assurance.dates import day_words
from assurance.open_items import LoopNow, OpenItem, OpenItems, open_items
from assurance.pack import Pack
from assurance.permissions import may
from assurance.standing import NO_RESPONSE, due_words, missed_words
from assurance.status import SeatNames, name_of, people_in, seat_names
from storage.partnerships import Partnership
from storage.unit import Unit


@dataclass(frozen=True)
class OverdueItem:
    """One item that somebody has not answered in time. `late` are agencies with their days in words."""

    title: str
    due: str
    late: tuple[tuple[str, str], ...]
    apart: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Overdue:
    """Everything past the due date that the person may see; `own` where that is only their own agency's."""

    partnership_id: int
    items: tuple[OverdueItem, ...]
    own: bool


async def overdue(unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, now: datetime) -> Overdue:
    """What is past the due date: everybody's for an officer or chair, the person's own otherwise."""
    found = await open_items(unit, actor, partnership, pack, now)
    everybody = may(actor, "see_every_status")
    known = await seat_names(unit, partnership, pack)
    people = await people_in(unit, partnership, found.items)
    items = [_item(one, found, known, people, everybody=everybody) for one in found.items if not one.kind.anonymous]
    return Overdue(partnership.id, tuple(one for one in items if one.late or one.apart), not everybody)


def _item(
    item: OpenItem, found: OpenItems, known: list[SeatNames], people: dict[int, str], *, everybody: bool
) -> OverdueItem:
    labels = {one.seat_id: one.label for one in known}
    order = {one.seat_id: at for at, one in enumerate(known)}
    loops = [one for one in item.loops if everybody or one.own]
    loops.sort(key=lambda one: (order.get(one.seat_id or 0, len(order)), one.loop_id))
    late, apart = [], []
    for one in loops:
        name = name_of(one, labels, people)
        if one.how == "late":
            late.append((name, due_words(one.extended_to or one.due_on, found.today)))
        elif one.how == NO_RESPONSE:
            late.append((name, missed_words(one.missed_on)))
        elif found.today > one.due_on and one.how in ("not_reached", "vacant", "extended"):
            apart.append((name, _why(one)))
    return OverdueItem(item.title, day_words(item.due_on), tuple(late), tuple(apart))


def _why(loop: LoopNow) -> str:
    if loop.how == "extended" and loop.extended_to is not None:
        return f"more time was agreed, until {day_words(loop.extended_to)}"
    if loop.how == "vacant":
        return "nobody is there for the agency yet"
    return f"not reached. {loop.why_not}"
