"""Where two seats became one, both answers stay under the loop that goes on: the one beside the other (E7)."""

from __future__ import annotations

from collections.abc import Iterable

from storage.partnerships import seats
from storage.returns import AgencyReturn, returns_of_loops
from storage.seat_changes import loops_merged_into
from storage.unit import Unit


async def beside_of(
    unit: Unit, partnership_id: int, rows: Iterable[AgencyReturn]
) -> dict[int, list[tuple[str, AgencyReturn]]]:
    """By return: the answers of the same round that were given for seats which are part of its seat by now.

    Each with what its seat was called. Those who may read the one may read the other.
    """
    known = list(rows)
    merged = await loops_merged_into(unit, partnership_id, {row.loop_id for row in known})
    if not merged:
        return {}
    gone = {loop.id: loop.merged_into for some in merged.values() for loop in some}
    called = {one.id: one.short for one in await seats(unit, partnership_id)}
    here = {(row.loop_id, row.round_id): row.id for row in known}
    found: dict[int, list[tuple[str, AgencyReturn]]] = {}
    for loop_id, some in (await returns_of_loops(unit, partnership_id, gone)).items():
        for row in some:
            number = here.get((gone[loop_id] or 0, row.round_id))
            if number is not None and row.version_number:
                found.setdefault(number, []).append((called.get(row.seat_id or 0, ""), row))
    return found
