"""Open loops of a seat that changes get their new home, with drafts, extensions and answers; none is lost (E7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from assurance.lifecycles import ENDED as LOOP_ENDED
from assurance.lifecycles import INFORMATION, moved
from assurance.reorganising_rules import ENDED, SEAT, STAY, Joined, joined
from storage.asks import Loop, LoopDimension, Request, dimensions_of_loops
from storage.drafts import drafts_about
from storage.partnerships import Seat
from storage.returns import AgencyReturn, returns_of_loops
from storage.seat_changes import loops_of_seat_among, running_loops_of_seat
from storage.unit import Unit

ANSWER = "answer"


@dataclass
class Rehomed:
    """What was done: the home of each loop by its number, and the requests that they belong to."""

    homes: dict[int, str] = field(default_factory=dict)
    requests: dict[int, Request] = field(default_factory=dict)
    moved_to: dict[int, set[int]] = field(default_factory=dict)
    """By seat: the requests that are now asked of it and were not before."""


async def rehome(unit: Unit, its: Seat, homes: Mapping[int, str], rest: str, now: datetime) -> Rehomed:
    """Give every open loop of a seat its home: "stay", "ended", or "seat:" with the seat's number.

    Whoever calls it has locked the partnership, and has checked the homes.
    """
    rows = await running_loops_of_seat(unit, its.partnership_id, its.id)
    returns = await returns_of_loops(unit, its.partnership_id, [loop.id for loop, _ in rows])
    done = Rehomed()
    for loop, asked in rows:
        home = homes.get(loop.id) or rest
        if home == STAY:
            continue
        if home == ENDED:
            await _end(unit, loop, returns.get(loop.id, []))
        else:
            await _give(unit, loop, returns.get(loop.id, []), int(home.removeprefix(SEAT)), done)
        done.homes[loop.id], done.requests[asked.id] = home, asked
    await unit.flush()
    return done


async def _end(unit: Unit, loop: Loop, returns: list[AgencyReturn]) -> None:
    """The service has ended or was transferred: neither unable nor a concern (framework 4.28)."""
    if loop.state == INFORMATION:
        loop.state = moved(loop.state, "withdrawn").state
    else:
        loop.state = moved(loop.state, "transferred").state
    await _close(unit, loop, returns)


async def _close(unit: Unit, loop: Loop, returns: list[AgencyReturn]) -> None:
    """Nothing more is asked in this loop; what is awaited in it is not missing anywhere."""
    loop.open, loop.extended_to = False, None
    for one in (await dimensions_of_loops(unit, loop.partnership_id, [loop.id])).get(loop.id, {}).values():
        one.state = "closed"
    for row in returns:
        if _awaited(row):
            row.state = "moved"


def _awaited(row: AgencyReturn) -> bool:
    return row.state == "awaited" and row.outcome is None


def _runs(row: AgencyReturn) -> bool:
    """Whether a return is of a round that has not been settled: it goes along, earlier ones keep their time's seat."""
    return row.settled_at is None and row.outcome is None and row.state != "moved"


async def _give(unit: Unit, loop: Loop, returns: list[AgencyReturn], seat_id: int, done: Rehomed) -> None:
    """The loop goes to another seat, or becomes one with that seat's own loop of the same request."""
    own = (await loops_of_seat_among(unit, loop.partnership_id, seat_id, [loop.request_id])).get(loop.request_id)
    if own is not None:
        await _join(unit, loop, returns, own, done)
        return
    loop.seat_id = seat_id
    for row in returns:
        if _runs(row):
            row.seat_id = seat_id
    await unit.flush()
    if loop.asked:
        done.moved_to.setdefault(seat_id, set()).add(loop.request_id)


async def _join(unit: Unit, gone: Loop, returns: list[AgencyReturn], into: Loop, done: Rehomed) -> None:
    states = await dimensions_of_loops(unit, gone.partnership_id, [gone.id, into.id])
    theirs, own = states.get(gone.id, {}), states.get(into.id, {})
    there = await returns_of_loops(unit, gone.partnership_id, [into.id])
    its_rounds = {row.round_id: row for row in there.get(into.id, [])}
    going = [row for row in returns if _runs(row)]
    clash = any(row.round_id in its_rounds for row in going)
    found = joined(
        (into.state, into.open, {key: one.state for key, one in own.items()}),
        (gone.state, gone.open, {key: one.state for key, one in theirs.items()}),
        same_round=clash,
    )
    if found.open and not into.open and into.seat_id is not None:
        done.moved_to.setdefault(into.seat_id, set()).add(into.request_id)
    await _take_over(unit, into, found, own, theirs)
    if gone.extended_to is not None and into.open:
        into.extended_to = max(gone.extended_to, into.extended_to or gone.extended_to)
    for row in going:
        if found.answers_too and row.round_id not in its_rounds:
            row.loop_id, row.seat_id = into.id, into.seat_id
        elif row.round_id in its_rounds:
            await _draft_along(unit, row, its_rounds[row.round_id])
    await unit.flush()
    gone.state, gone.merged_into = LOOP_ENDED, into.id
    await _close(unit, gone, [row for row in returns if row.loop_id == gone.id])


async def _take_over(
    unit: Unit, into: Loop, found: Joined, own: Mapping[str, LoopDimension], theirs: Mapping[str, LoopDimension]
) -> None:
    into.state, into.open = found.state, found.open
    into.asked = into.asked or found.open
    for key, state in found.dimensions.items():
        its, other = own.get(key), theirs[key]
        if its is None:
            its = LoopDimension(
                partnership_id=into.partnership_id, loop_id=into.id, dimension=key, opens_on=other.opens_on,
                due_on=other.due_on, self_level=other.self_level, assessed_level=other.assessed_level,
            )  # fmt: skip
            unit.add(its)
        its.state, its.opens_on, its.due_on = state, other.opens_on, other.due_on


async def _draft_along(unit: Unit, row: AgencyReturn, into: AgencyReturn) -> None:
    """A draft of the answer that is not asked by itself any more goes along, where the other has none."""
    kept = await drafts_about(unit, row.partnership_id, ANSWER, [row.id, into.id])
    if row.id in kept and into.id not in kept and into.state == "awaited":
        kept[row.id].subject = into.id
