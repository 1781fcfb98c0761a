"""What a meeting had better talk about, from the data: the chair's order of discussion. Pure rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assurance.dates import listing
from assurance.pack import Pack

NO_ANSWER = "no answer"
FAR = 2
"""Steps on the scale between what an agency says and what the group assessed last that are worth a word."""


@dataclass(frozen=True)
class Compared:
    """One dimension: what the agency says now, what it said the last time, and what the group assessed then."""

    key: str
    own: str | None
    last_own: str | None = None
    last_assessed: str | None = None


def reasons(pack: Pack, lines: Sequence[Compared], *, answered: bool, marked_by: Sequence[str]) -> tuple[str, ...]:
    """Why a return may be worth talking about, the strongest reason first; nothing where there is none."""
    found = [] if answered else [NO_ANSWER]
    if any(_lower(pack, one.own, one.last_own) for one in lines):
        found.append("lower than the last time")
    if any(_apart(pack, one) >= FAR for one in lines):
        found.append(f"far from what the {pack.terms.group_short} assessed the last time")
    if any(one.own and _is_aside(pack, one) for one in lines):
        found.append("says that it is not relevant")
    if marked_by:
        found.append(f"marked by {listing(list(marked_by))}")
    return tuple(found)


def _is_aside(pack: Pack, one: Compared) -> bool:
    return any(level.key == one.own and level.reason_required for level in pack.dimension(one.key).levels)


def _place(pack: Pack, key: str | None) -> int | None:
    """How far down the scale a level stands, counted from the best; None for what is no step of it."""
    scale = [one.key for one in pack.assurance.assessed_levels if one.key not in pack.assurance.ending_levels]
    return scale.index(key) if key in scale else None


def _lower(pack: Pack, now: str | None, before: str | None) -> bool:
    here, there = _place(pack, now), _place(pack, before)
    return here is not None and there is not None and here > there


def _apart(pack: Pack, one: Compared) -> int:
    here, there = _place(pack, one.own), _place(pack, one.last_assessed)
    return abs(here - there) if here is not None and there is not None else 0
