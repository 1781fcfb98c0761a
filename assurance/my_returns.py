"""`my returns`: what a person's own agencies still owe, and what they have answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from assurance.actors import Actor
from assurance.calendar import local_day
from assurance.dates import day_words, moment_words
from assurance.open_items import LoopNow, OpenItem, OpenItems, open_items
from assurance.pack import Pack
from assurance.person_names import names
from assurance.standing import NO_RESPONSE, due_line, missed_words
from assurance.status import seat_names
from storage.drafts import Draft, drafts_about
from storage.partnerships import Partnership
from storage.unit import Unit


@dataclass(frozen=True)
class OwnReturn:
    """One item for one of the person's agencies. `owed` says whether an answer is still awaited."""

    request_id: int
    title: str
    place: str
    due: str
    state: str
    owed: bool


@dataclass(frozen=True)
class OwnReturns:
    """Everything asked of the person's agencies that is still open; what is owed first, by its due day."""

    partnership_id: int
    owed: tuple[OwnReturn, ...]
    answered: tuple[OwnReturn, ...]
    on_a_seat: bool


async def own_returns(unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, now: datetime) -> OwnReturns:
    """What is asked of this person and their agencies; anybody who is known may ask for their own."""
    found = await open_items(unit, actor, partnership, pack, now)
    mine = [
        (item, one)
        for item in found.items
        for one in item.loops
        if one.own and one.how != "information" and one.latest is not None  # asked already, not only to come
    ]
    rows = [one.latest.id for _, one in mine if one.latest is not None]
    kept = await drafts_about(unit, partnership.id, "answer", rows) if rows else {}
    who = await names(unit, partnership.id, {one.saved_by for one in kept.values() if one.saved_by})
    places = {one.seat_id: one.label for one in await seat_names(unit, partnership, pack)}
    listed = sorted(mine, key=lambda pair: (pair[1].extended_to or pair[1].due_on, pair[0].request_id))
    every = [_own(item, one, places.get(one.seat_id or 0, ""), found, pack, kept, who) for item, one in listed]
    owed, answered = [one for one in every if one.owed], [one for one in every if not one.owed]
    return OwnReturns(partnership.id, tuple(owed), tuple(answered), bool(actor.seats))


def _own(
    item: OpenItem,
    loop: LoopNow,
    place: str,
    found: OpenItems,
    pack: Pack,
    kept: Mapping[int, Draft],
    who: Mapping[int, str],
) -> OwnReturn:
    row = loop.latest
    if loop.how == "answered":
        state = "Answered"
        if row is not None and row.returned_at is not None:
            if item.brought_in:  # of earlier records only the day is known
                state += f" on {day_words(local_day(row.returned_at, pack.timezone))}"
            else:
                state += f" at {moment_words(row.returned_at, pack.timezone)}"
            state += f", version {row.version_number}" if row.version_number > 1 else ""
        state = ". ".join([state, *_to_come(loop, pack)])
        return OwnReturn(item.request_id, item.title, place, "", f"{state}.", owed=False)
    saved = kept.get(row.id) if row is not None else None
    state = "Not started."
    if saved is not None:
        by = who.get(saved.saved_by or 0, "a colleague")
        state = f"Draft saved by {by} at {moment_words(saved.saved_at, pack.timezone)}."
    due = due_line(loop.due_on, loop.extended_to, found.today)
    if loop.how == NO_RESPONSE:
        due = f"{missed_words(loop.missed_on)}; an answer is still welcome"
    return OwnReturn(item.request_id, item.title, place, f"{due}.", state, owed=True)


def _to_come(loop: LoopNow, pack: Pack) -> list[str]:
    """What will be asked later, such as impact on practice three months after issue."""
    labels = {one.key: one.label for one in pack.assurance.dimensions}
    return [
        f"Next, from {day_words(one.opens_on)}: {labels.get(one.key, one.key)}"
        for one in loop.dimensions
        if one.opens_on is not None
    ]
