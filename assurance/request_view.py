"""What one person sees of one request: decided once, here; a card cannot show what this lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from storage.asks import Loop, Request, collection, dimensions_of_loops, loops_of_request, meeting, request
from storage.drafts import draft
from storage.learning import learning_fields
from storage.partnerships import Partnership, Seat, form_version, seats
from storage.people import names
from storage.returns import (
    AgencyReturn,
    Version,
    answers_of_versions,
    newest_versions,
    returns_of_loop,
    returns_of_request,
    version,
)
from storage.texts import texts
from storage.unit import Unit

from assurance.actors import Actor
from assurance.issuing import today_in
from assurance.pack import Pack
from assurance.packing import ShownForm, stored_form
from assurance.refusals import NotAllowed, NotFound


@dataclass(frozen=True)
class Said:
    """One version of a return, as its own agency may read it."""

    number: int
    at: datetime
    by: str
    origin: str
    behalf: str
    late: bool
    values: Mapping[str, str]
    form: ShownForm
    version_id: int
    behalf_on: date | None = None
    """The day on which the answer was given, where an officer entered it for the agency."""


@dataclass(frozen=True)
class DraftKept:
    """Work in progress on a return, with who saved it and when."""

    values: Mapping[str, str]
    by: str
    at: datetime


@dataclass(frozen=True)
class Side:
    """One addressee's side of a request: what is due from them, and what they have said."""

    return_id: int
    loop_id: int
    seat_id: int | None
    seat: str
    short: str
    why: str
    due_on: date
    extended: bool
    state: str
    form: ShownForm
    form_version_id: int
    dimensions: tuple[str, ...]
    first: bool
    base: int
    said: Said | None
    earlier: Said | None
    draft: DraftKept | None
    impact_opens_on: date | None
    impact_due_on: date | None


@dataclass(frozen=True)
class RequestView:
    """A request as one person sees it; `sides` are theirs alone, `informed` the seats that are only told."""

    partnership_id: int
    request_id: int
    kind: str
    title: str
    state: str
    learning: Mapping[str, Any]
    learning_id: int | None
    learning_version: int
    context: str
    due_on: date
    tabled: str
    meeting_on: date | None
    sides: tuple[Side, ...]
    informed: tuple[tuple[str, str], ...]
    pack: Pack


async def request_view(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, request_id: int, now: datetime
) -> RequestView:
    """A request as this person sees it. Raises NotFound, or NotAllowed for somebody whom it does not address."""
    found = await request(unit, partnership.id, request_id)
    if found is None:
        raise NotFound("I cannot find that request.")
    loops = [
        one
        for one in await loops_of_request(unit, partnership.id, found.id)
        if (one.person_id == actor.person_id or one.seat_id in actor.seats) and one.state != "withdrawn"
    ]
    if not loops:
        raise NotAllowed("This request is not addressed to your agency, so I cannot show it to you.")
    return await _assemble(unit, partnership, pack, found, loops, now)


async def _assemble(
    unit: Unit, partnership: Partnership, pack: Pack, found: Request, loops: list[Loop], now: datetime
) -> RequestView:
    known = {one.id: one for one in await seats(unit, partnership.id)}
    why = await texts(unit, partnership.id, [one.why_text_id for one in loops] + [found.context_text_id])
    item = await learning_fields(unit, partnership.id, found.learning_id) if found.learning_id else None
    its_round = await collection(unit, partnership.id, found.round_id)
    held = its_round and its_round.meeting_id and await meeting(unit, partnership.id, its_round.meeting_id)
    latest: dict[int, AgencyReturn] = {}
    for one in await returns_of_request(unit, partnership.id, found.id):
        latest[one.loop_id] = one
    sides, informed = [], []
    for loop in loops:
        seat = known.get(loop.seat_id) if loop.seat_id else None
        reason = why.get(loop.why_text_id, "") if loop.why_text_id else ""
        if not loop.asked:
            informed.append((seat.name if seat else "you", reason))
        elif loop.id in latest:
            sides.append(await _side(unit, partnership, loop, latest[loop.id], seat, reason))
    return RequestView(
        partnership_id=partnership.id, request_id=found.id, kind=found.kind, title=found.title,
        state=found.state, learning=item[1] if item else {}, learning_id=found.learning_id,
        learning_version=item[0].number if item else 0,
        context=why.get(found.context_text_id, "") if found.context_text_id else "",
        due_on=found.due_on, tabled=found.tabled, meeting_on=held.on if held else None, sides=tuple(sides),
        informed=tuple(informed), pack=pack,
    )  # fmt: skip


async def _side(
    unit: Unit, partnership: Partnership, loop: Loop, row: AgencyReturn, seat: Seat | None, why: str
) -> Side:
    stored = await form_version(unit, partnership.id, row.form_version_id)
    assert stored is not None
    said = (await said_in(unit, partnership.id, [row])).get(row.id)
    before = [one for one in await returns_of_loop(unit, partnership.id, loop.id) if one.id < row.id]
    earlier = await said_in(unit, partnership.id, before)
    waiting = (await dimensions_of_loops(unit, partnership.id, [loop.id])).get(loop.id, {})
    later = next((one for one in waiting.values() if one.state == "waiting"), None)
    return Side(
        return_id=row.id, loop_id=loop.id, seat_id=loop.seat_id, seat=seat.name if seat else "you",
        short=seat.short if seat else "you", why=why, due_on=loop.extended_to or row.due_on,
        extended=loop.extended_to is not None, state=row.state, form=stored_form(stored),
        form_version_id=stored.id, dimensions=tuple(row.dimensions or ()), first=row.first,
        base=row.version_number, said=said, earlier=earlier[max(earlier)] if earlier else None,
        draft=await _draft_kept(unit, partnership.id, row.id),
        impact_opens_on=later.opens_on if later else None, impact_due_on=later.due_on if later else None,
    )  # fmt: skip


async def _draft_kept(unit: Unit, partnership_id: int, return_id: int) -> DraftKept | None:
    kept = await draft(unit, partnership_id, "answer", subject=return_id)
    if kept is None:
        return None
    who = await names(unit, partnership_id, [kept.saved_by] if kept.saved_by else [])
    return DraftKept(kept.body, who.get(kept.saved_by or 0, "a colleague"), kept.saved_at)


async def said_in(unit: Unit, partnership_id: int, rows: list[AgencyReturn]) -> dict[int, Said]:
    """The newest version of each return that has one, by return. For people who may see them: ask before calling."""
    newest = await newest_versions(unit, partnership_id, [one.id for one in rows])
    values = await answers_of_versions(unit, partnership_id, [one.id for one in newest.values()])
    people = await names(unit, partnership_id, [one.by_person_id for one in newest.values() if one.by_person_id])
    notes = await texts(unit, partnership_id, [one.behalf_text_id for one in newest.values()])
    found = {}
    for return_id, one in newest.items():
        found[return_id] = await _said(unit, partnership_id, one, values.get(one.id, {}), people, notes)
    return found


async def _said(
    unit: Unit,
    partnership_id: int,
    one: Version,
    values: Mapping[str, str],
    people: Mapping[int, str],
    notes: Mapping[int, str],
) -> Said:
    form = await form_version(unit, partnership_id, one.form_version_id)
    assert form is not None
    return Said(
        number=one.number, at=one.at, by=people.get(one.by_person_id or 0, one.by_title or "a former member"),
        origin=one.origin, behalf=notes.get(one.behalf_text_id or 0, ""), late=one.late, values=values,
        form=stored_form(form), version_id=one.id, behalf_on=one.behalf_on,
    )  # fmt: skip


async def said_as(
    unit: Unit, partnership_id: int, return_id: int, number: int
) -> Said | None:
    """One version of a return by number."""
    one = await version(unit, partnership_id, return_id, number)
    if one is None:
        return None
    values = await answers_of_versions(unit, partnership_id, [one.id])
    people = await names(unit, partnership_id, [one.by_person_id] if one.by_person_id else [])
    notes = await texts(unit, partnership_id, [one.behalf_text_id])
    return await _said(unit, partnership_id, one, values.get(one.id, {}), people, notes)


async def loop_view(
    unit: Unit, partnership: Partnership, pack: Pack, loop_row: Loop, now: datetime
) -> RequestView:
    """One addressee's side of a request, for an officer: ask before calling. Work in progress is left out."""
    found = await request(unit, partnership.id, loop_row.request_id)
    if found is None:
        raise NotFound("I cannot find that request.")
    seen = await _assemble(unit, partnership, pack, found, [loop_row], now)
    return replace(seen, sides=tuple(replace(one, draft=None) for one in seen.sides))


__all__ = ["DraftKept", "RequestView", "Said", "Side", "loop_view", "request_view", "said_as", "said_in", "today_in"]
