"""What a person is called, wherever somebody is named: the only place that decides it (I1, scenario 35).

Somebody whose name was erased is "a former member of GWH"; the title under which they answered stays beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from storage.partnerships import seats
from storage.people import Holding, all_holdings, person_names
from storage.unit import Unit

UNNAMED = "somebody whose name is not known"
"""Somebody of whom a list or a setting brought no name yet."""
_FORMER = "a former member of "
GROUP = "the group"
"""Whose former member somebody is who never sat for an agency."""


def former_member(short: str = "") -> str:
    """What somebody without a name is called, by the agency for which they sat last.

    >>> former_member("GWH")
    'a former member of GWH'
    >>> former_member()
    'a former member of the group'
    """
    return f"{_FORMER}{short or GROUP}"


def is_former(called: str) -> bool:
    """Whether these words stand for somebody whose name was erased."""
    return called.startswith(_FORMER)


def former_giver(called: str, title: str) -> str:
    """The same for whoever gave an answer, with the title under which it was given; "for GWH" is no title.

    >>> former_giver("a former member of GWH", "Named nurse")
    'a former member of GWH (Named nurse)'
    """
    return called if not title or title.startswith("for ") else f"{called} ({title})"


def last_seat(held: Iterable[Holding]) -> int | None:
    """The seat on which somebody sat last, in their own right before any on which they only stood in: a pure rule."""
    sat = [one for one in held if one.seat_id is not None]
    last = max(sat, key=lambda one: (one.stands_in_for is None, one.ends_on or date.max, one.id), default=None)
    return last.seat_id if last is not None else None


async def names(unit: Unit, partnership_id: int, person_ids: Iterable[int]) -> dict[int, str]:
    """What these people are called. Somebody whose name is not known yet is left out; an erased one is not."""
    rows = await person_names(unit, partnership_id, person_ids)
    found = {one.person_id: one.name for one in rows if one.name}
    gone = [one.person_id for one in rows if not one.name and one.blanked_at is not None]
    return found | await former_members(unit, partnership_id, gone)


async def former_members(unit: Unit, partnership_id: int, person_ids: Iterable[int]) -> dict[int, str]:
    """What these people are called, whose names were erased."""
    wanted = set(person_ids)
    if not wanted:
        return {}
    shorts = {one.id: one.short for one in await seats(unit, partnership_id)}
    held = await all_holdings(unit, partnership_id)
    return {
        number: former_member(shorts.get(last_seat(one for one in held if one.person_id == number) or 0, ""))
        for number in wanted
    }


def starting(called: str) -> str:
    """The same at the start of a line: "A former member of GWH"; a name stays as it is written."""
    return called[:1].upper() + called[1:] if is_former(called) or called == UNNAMED else called
