"""Every open item as one person may see it, with each addressee's standing: answers are drawn from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from assurance.actors import Actor
from assurance.arrivals import cards_sent, emails_sent
from assurance.issuing import today_in
from assurance.pack import Kind, Pack
from assurance.seeing import may_read
from assurance.standing import NO_RESPONSE, PENDING, Card, DimensionNow, How, how_it_stands, why_not_reached
from storage.asks import Loop, LoopDimension, Request, Round
from storage.partnerships import Partnership
from storage.people import holdings_on
from storage.returns import AgencyReturn, answers_of_versions, assessments_of_returns, newest_versions
from storage.standings import (
    dimensions_of_open_requests,
    loops_of_open_requests,
    reach_of_requests,
    returns_of_open_requests,
    rounds_with_meetings,
)
from storage.unit import Unit

WITHDRAWN = "withdrawn"
Rounds = Mapping[int, tuple[Round, date | None]]


@dataclass(frozen=True)
class LoopNow:
    """One addressee of one request, as it stands. `returns` are those the person may read, oldest first."""

    loop_id: int
    request_id: int
    seat_id: int | None
    person_id: int | None
    how: How
    why_not: str
    due_on: date
    extended_to: date | None
    emailed_on: date | None
    dimensions: tuple[DimensionNow, ...]
    returns: tuple[AgencyReturn, ...]
    own: bool
    readable: bool
    missed_on: date | None = None
    """The meeting that was closed without this answer, where that is how it stands: no response (4.25)."""

    @property
    def latest(self) -> AgencyReturn | None:
        """The return of the current round."""
        return self.returns[-1] if self.returns else None


@dataclass(frozen=True)
class OpenItem:
    """An open request. The counts are over everybody; `loops` are only those that the person may read."""

    request_id: int
    learning_id: int | None
    kind: Kind
    title: str
    due_on: date
    meeting_on: date | None
    brought_in: bool
    answered: int
    asked: int
    loops: tuple[LoopNow, ...]
    whole: bool
    """Whether the person may read every addressee's return."""


@dataclass(frozen=True)
class OpenItems:
    """All open items, oldest first, on a day; `rounds` by number, each with its meeting's day."""

    pack: Pack
    today: date
    items: tuple[OpenItem, ...]
    rounds: Rounds

    def meeting_of(self, row: AgencyReturn) -> date | None:
        """The day of the meeting at which a return is tabled."""
        return self.rounds[row.round_id][1] if row.round_id in self.rounds else None


@dataclass(frozen=True)
class _Rows:
    returns: Mapping[int, list[AgencyReturn]]
    dimensions: Mapping[int, list[LoopDimension]]
    rounds: Rounds
    on_seat: Mapping[int, frozenset[int]]
    cards: Mapping[tuple[int, int], list[Card]]
    emailed: Mapping[int, date]


async def open_items(unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, now: datetime) -> OpenItems:
    """Every open item as the actor may see it today, in a handful of queries whatever was stored before."""
    today = today_in(pack, now)
    loops = [pair for pair in await loops_of_open_requests(unit, partnership.id) if pair[0].state != WITHDRAWN]
    rows = await _rows(unit, partnership.id, loops, today)
    by_request: dict[int, tuple[Request, list[Loop]]] = {}
    for loop, request in loops:
        by_request.setdefault(request.id, (request, []))[1].append(loop)
    found = [_item(actor, pack, request, its, rows, now) for request, its in by_request.values()]
    items = await _with_released_levels(unit, partnership.id, found)
    return OpenItems(pack, today, tuple(items), rows.rounds)


async def _rows(unit: Unit, partnership_id: int, loops: Sequence[tuple[Loop, Request]], today: date) -> _Rows:
    returns = await returns_of_open_requests(unit, partnership_id)
    every = [row for some in returns.values() for row in some]
    wanted = {row.round_id for row in every} | {request.round_id for _, request in loops}
    on_seat: dict[int, set[int]] = {}
    for held in await holdings_on(unit, partnership_id, today):
        if held.seat_id is not None:
            on_seat.setdefault(held.seat_id, set()).add(held.person_id)
    awaited = {row.request_id for row in every if row.state == "awaited"}
    reach = await reach_of_requests(unit, partnership_id, awaited) if awaited else []
    return _Rows(
        returns=returns,
        dimensions=await dimensions_of_open_requests(unit, partnership_id),
        rounds=await rounds_with_meetings(unit, partnership_id, wanted) if wanted else {},
        on_seat={seat_id: frozenset(people) for seat_id, people in on_seat.items()},
        cards=cards_sent(reach),
        emailed=emails_sent(reach),
    )


def _item(actor: Actor, pack: Pack, request: Request, loops: Sequence[Loop], rows: _Rows, now: datetime) -> OpenItem:
    kind = pack.kind(request.kind)
    stand = [_loop_now(actor, pack, request, one, rows, now) for one in loops]
    asked = [one for one in stand if one.how != "information"]
    pending = [one for one in asked if one.how in PENDING]
    latest = [rows.returns[one.loop_id][-1] for one in asked if rows.returns.get(one.loop_id)]
    due = [one for one in latest if one.state == "awaited"] or latest
    last = max(due, key=lambda row: (row.due_on, row.id)) if due else None
    return OpenItem(
        request_id=request.id, learning_id=request.learning_id, kind=kind, title=request.title,
        due_on=last.due_on if last else request.due_on,
        meeting_on=rows.rounds[last.round_id if last else request.round_id][1],
        brought_in=request.brought_in, answered=len(asked) - len(pending), asked=len(asked),
        loops=tuple(one for one in stand if one.readable), whole=all(one.readable for one in stand),
    )  # fmt: skip


def _loop_now(actor: Actor, pack: Pack, request: Request, loop: Loop, rows: _Rows, now: datetime) -> LoopNow:
    kind = pack.kind(request.kind)
    returns = rows.returns.get(loop.id, [])
    latest = returns[-1] if returns else None
    own = loop.person_id == actor.person_id or (loop.seat_id is not None and loop.seat_id in actor.seats)
    due_on = latest.due_on if latest else request.due_on
    people = frozenset({loop.person_id} if loop.person_id else rows.on_seat.get(loop.seat_id or 0, ()))
    emailed_on = rows.emailed.get(loop.id)
    cards = [card for person_id in people for card in rows.cards.get((request.id, person_id), ())]
    cards += [Card("delivered")] if emailed_on else []
    awaited = loop.open and (latest is None or latest.state == "awaited")
    how = how_it_stands(
        asked=loop.asked, awaited=awaited, due_on=due_on, extended_to=loop.extended_to, holders=len(people),
        cards=cards, now=now, tz=pack.timezone, no_response=latest is not None and latest.outcome == NO_RESPONSE,
    )  # fmt: skip
    due = set(latest.dimensions or ()) if latest and awaited else set()
    everything = may_read(kind, actor, own=own, released=False)
    released = [row for row in returns if _is_released(rows.rounds, row)]
    return LoopNow(
        loop_id=loop.id, request_id=request.id, seat_id=loop.seat_id, person_id=loop.person_id, how=how,
        why_not=why_not_reached(cards) if how == "not_reached" else "", due_on=due_on,
        extended_to=loop.extended_to if awaited else None,
        emailed_on=emailed_on,
        dimensions=_dimensions(rows.dimensions.get(loop.id, ()), due) if everything else (),
        returns=tuple(returns if everything else released), own=own,
        readable=everything or (bool(released) and may_read(kind, actor, own=own, released=True)),
        missed_on=rows.rounds[latest.round_id][1] if latest and how == NO_RESPONSE else None,
    )  # fmt: skip


def _is_released(rounds: Rounds, row: AgencyReturn) -> bool:
    return row.round_id in rounds and rounds[row.round_id][0].released_at is not None


def _dimensions(rows: Iterable[LoopDimension], due: set[str]) -> tuple[DimensionNow, ...]:
    return tuple(
        DimensionNow(
            one.dimension, due=one.dimension in due,
            opens_on=one.opens_on if one.state == "waiting" else None, self_level=one.self_level,
            assessed_level=one.assessed_level,
        )
        for one in rows
    )  # fmt: skip


async def _with_released_levels(unit: Unit, partnership_id: int, items: list[OpenItem]) -> list[OpenItem]:
    """For whoever reads only what was released: how each such return stood, and nothing that came after."""
    partly = [loop for item in items for loop in item.loops if not loop.dimensions and not loop.own]
    rated = [loop.returns[-1] for loop in partly if loop.returns and loop.returns[-1].dimensions]
    if not rated:
        return items
    newest = await newest_versions(unit, partnership_id, [row.id for row in rated])
    said = await answers_of_versions(unit, partnership_id, [one.id for one in newest.values()])
    assessed: dict[int, dict[str, str]] = {}
    for one in await assessments_of_returns(unit, partnership_id, [row.id for row in rated]):
        assessed.setdefault(one.return_id, {})[one.dimension] = one.level
    levels = {
        row.id: tuple(
            DimensionNow(
                key, due=row.state == "awaited",
                self_level=said.get(newest[row.id].id, {}).get(key) if row.id in newest else None,
                assessed_level=assessed.get(row.id, {}).get(key),
            )
            for key in row.dimensions
        )
        for row in rated
    }  # fmt: skip
    return [replace(item, loops=tuple(_as_released(one, levels) for one in item.loops)) for item in items]


def _as_released(loop: LoopNow, levels: Mapping[int, tuple[DimensionNow, ...]]) -> LoopNow:
    row = loop.latest
    if row is None or row.id not in levels:
        return loop
    how: How = "answered"
    if row.state == "awaited":
        how = NO_RESPONSE if row.outcome == NO_RESPONSE else "waiting"
    return replace(loop, how=how, why_not="", extended_to=None, due_on=row.due_on, dimensions=levels[row.id])
