"""The three lifecycles of a request (framework 1b): what an answer does to a loop. Pure rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lifecycle = Literal["loop", "once", "reviewed"]

AWAITING = frozenset({"requested", "follow_up", "no_response"})
"""The states of a loop in which an answer is awaited."""


@dataclass(frozen=True)
class Standing:
    """Where a loop stands, and whether anything more is to come from it."""

    state: str
    open: bool


def after_answer(lifecycle: Lifecycle, now: Standing) -> Standing:
    """Where a loop stands once an answer, or a correction of one, has come.

    `loop`: returned, and open until the group is assured. `once`: answered, and done. `reviewed`: returned,
    and open until it was reviewed. What was settled already stays settled: a late answer alters nothing.
    """
    if now.state not in AWAITING:
        return now
    if lifecycle == "once":
        return Standing("answered", False)
    return Standing("returned", True)
