"""Which returns lie before a meeting: those of its round, and what an earlier meeting left undecided (SL section 4).

Nothing drops off the table: an answer that no meeting has decided on yet, because time ran out, because the
meeting was not quorate and its decisions were taken up again, or because there was no meeting, comes to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from assurance.in_session import Session
from assurance.lifecycles import ENDED
from assurance.pack import Pack
from storage.asks import Loop, Request, Round
from storage.partnerships import Partnership
from storage.returns import AgencyReturn, returns_of_open_loops
from storage.standings import rounds_with_meetings
from storage.tabled import returns_decided_at, tabled_of_round
from storage.unit import Unit


@dataclass(frozen=True)
class Tabled:
    """A return before a meeting, and the dimensions that are to be decided. `left_over`: from an earlier meeting."""

    row: AgencyReturn
    loop: Loop
    request: Request
    dimensions: tuple[str, ...]
    left_over: bool = False

    @property
    def answered(self) -> bool:
        """Whether the agency has said anything in it."""
        return self.row.version_number > 0


async def tabled_at(unit: Unit, partnership: Partnership, pack: Pack, its: Session) -> list[Tabled]:
    """Every return before a meeting, by item and then in the order in which the agencies were asked."""
    own = await tabled_of_round(unit, partnership.id, its.collection.id) if its.collection else []
    there = {row.id for row, _, _ in own}
    found = [Tabled(row, its_loop, asked, tuple(row.dimensions or ())) for row, its_loop, asked in own]
    if its.closed:
        decided = await returns_decided_at(unit, partnership.id, its.meeting.id)
        found += [
            Tabled(row, its_loop, asked, tuple(row.dimensions or ()), left_over=True)
            for row, its_loop, asked in decided
            if row.id not in there
        ]
    else:
        found += await _left_over(unit, partnership, its)
    kept = [one for one in found if _is_weighed(pack, one)]
    return sorted(kept, key=lambda one: (one.request.number, one.loop.id, one.row.id))


def _is_weighed(pack: Pack, one: Tabled) -> bool:
    """Whether the group assesses it: of a kind that goes on until assurance is given, and not withdrawn."""
    lifecycle = next((kind.lifecycle for kind in pack.kinds if kind.key == one.request.kind), None)
    if one.row.state == "moved":
        return False  # it is asked in a later round, together with what is asked there
    if one.loop.merged_into is not None or (one.loop.state == ENDED and one.row.settled_at is None):
        return False  # it lies beside the answer of the seat that goes on, or its seat has gone (framework 4.28)
    return lifecycle == "loop" and one.loop.state != "withdrawn" and one.request.state != "cancelled"


async def _left_over(unit: Unit, partnership: Partnership, its: Session) -> list[Tabled]:
    every = await returns_of_open_loops(unit, partnership.id)
    rounds = await rounds_with_meetings(unit, partnership.id, {row.round_id for row, _, _ in every})
    by_loop: dict[int, list[AgencyReturn]] = {}
    for row, its_loop, _ in every:
        by_loop.setdefault(its_loop.id, []).append(row)
    found = []
    for row, its_loop, asked in every:
        if row.settled_at is not None or row.version_number == 0 or not _before(rounds.get(row.round_id), its):
            continue
        if left := still_open(row, by_loop[its_loop.id]):
            found.append(Tabled(row, its_loop, asked, left, left_over=True))
    return found


def _before(collected: tuple[Round, date | None] | None, its: Session) -> bool:
    """Whether a round belongs to an earlier meeting than this one, or to none and is due by then."""
    if collected is None or (its.collection is not None and collected[0].id == its.collection.id):
        return False
    its_round, held_on = collected
    return (held_on or its_round.due_on) < its.meeting.on


def still_open(row: AgencyReturn, of_loop: Sequence[AgencyReturn]) -> tuple[str, ...]:
    """The dimensions of a return that no newer return of its loop asks again: a pure rule."""
    newer: Iterable[str] = [key for one in of_loop if one.id > row.id for key in one.dimensions or ()]
    return tuple(key for key in row.dimensions or () if key not in set(newer))
