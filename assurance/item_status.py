"""`status` of one item: how each agency stands on it, and who was not reached and why (B16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from assurance.actors import Actor
from assurance.calendar import local_day
from assurance.dates import day_words, short_day
from assurance.open_items import LoopNow, OpenItem, open_items
from assurance.pack import Pack
from assurance.permissions import may, require
from assurance.refusals import NotFound
from assurance.standing import Mark, mark
from assurance.status import APART, ItemLines, begun, item_lines, legend_of, name_of, people_in, seat_names
from storage.partnerships import Partnership
from storage.unit import Unit


@dataclass(frozen=True)
class AddresseeRow:
    """One addressee's line: a mark for each dimension, and when the answer came."""

    name: str
    marks: tuple[Mark, ...]
    answered: str


@dataclass(frozen=True)
class RequestStatus:
    """One request about the item. `manage` says whether the person may change it."""

    request_id: int
    kind: str
    words: ItemLines
    dimensions: tuple[str, ...]
    rows: tuple[AddresseeRow, ...]
    not_reached: tuple[tuple[str, str], ...]
    impact: str
    manage: bool


@dataclass(frozen=True)
class ItemStatus:
    """An item, with every open request that was made about it."""

    partnership_id: int
    title: str
    requests: tuple[RequestStatus, ...]
    legend: tuple[str, ...]
    whole: bool


async def item_status(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, now: datetime, key: str
) -> ItemStatus:
    """How an item stands. `key` is "learning:12" or "request:12", as `places_of` names it.

    Raises NotFound where nothing open is meant by it, NotAllowed where the person may read none of it.
    """
    require(actor, "see_own_status")
    found = await open_items(unit, actor, partnership, pack, now)
    about = [one for one in found.items if key in (f"learning:{one.learning_id}", f"request:{one.request_id}")]
    if not about:
        raise NotFound("Nothing is being asked about that at the moment.")
    readable = [one for one in about if one.loops]
    if not readable:
        require(actor, "see_every_status")
    known = await seat_names(unit, partnership, pack)
    people = await people_in(unit, partnership, readable)
    labels = {one.seat_id: one.label for one in known}
    order = {one.seat_id: at for at, one in enumerate(known)}
    requests = []
    for item in readable:
        loops = sorted(item.loops, key=lambda one: (order.get(one.seat_id or 0, len(order)), one.loop_id))
        named = [(name_of(one, labels, people), one) for one in loops]
        words = item_lines(item, 0, known, people, found, apart={"vacant": APART["vacant"]})
        requests.append(_request(pack, item, named, words, manage=may(actor, "manage_request")))
    marks = [one for request in requests for row in request.rows for one in row.marks]
    return ItemStatus(
        partnership.id, about[0].title, tuple(requests), legend_of(pack, marks), all(one.whole for one in about)
    )


def _request(
    pack: Pack,
    item: OpenItem,
    named: Sequence[tuple[str, LoopNow]],
    words: ItemLines,
    *,
    manage: bool,
) -> RequestStatus:
    keys = {one.key for _, loop in named for one in loop.dimensions if begun(one)}
    dimensions = [one for one in pack.assurance.dimensions if one.key in keys]
    rows = []
    for name, loop in () if item.kind.anonymous else named:
        by_key = {one.key: one for one in loop.dimensions}
        marks = [mark(pack, loop.how, by_key.get(one.key)) for one in dimensions] or [mark(pack, loop.how, None)]
        row = loop.latest
        answered = short_day(local_day(row.returned_at, pack.timezone)) if row and row.returned_at else ""
        rows.append(AddresseeRow(name, tuple(marks), answered))
    opens = {one.opens_on for _, loop in named for one in loop.dimensions if one.opens_on is not None}
    later = next((one.label for one in pack.assurance.dimensions if not one.first_round), "")
    return RequestStatus(
        request_id=item.request_id, kind=item.kind.name, words=words,
        dimensions=tuple(one.label for one in dimensions), rows=tuple(rows),
        not_reached=tuple((name, loop.why_not) for name, loop in named if loop.how == "not_reached"),
        impact=f"{later}: asked from {day_words(min(opens))}." if opens and later else "", manage=manage,
    )  # fmt: skip
