"""The figures of a report to the board: those of a summary, and what is told of each agency by name (F1, B10, E4).

They hold counts, keys and the numbers of records and texts, never words (I2). Once frozen they stay as they were:
the document and the card are both drawn from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assurance.figures import Figures, from_json, to_json

GOOD, IMPACT, SILENT, WEAK, MEDIUM, NOT_RECEIVED = (
    "good_practice", "positive_impact", "no_response", "low_none_unable", "medium", "not_received",
)  # fmt: skip
SORTS = (GOOD, IMPACT, SILENT, WEAK, MEDIUM, NOT_RECEIVED)
"""What can be told of an agency, each by itself: no response is a fact, and never put together with a level."""
APOLOGIES, ABSENT, SUBSTITUTE = "apologies", "absent", "substitute"


@dataclass(frozen=True)
class Flag:
    """One thing that a report tells of an agency: of which sort, and about which of its answers.

    `levels`: (dimension, level) as the group assessed them. `how`: why nothing came. `text_id`: the group's words
    about it, which are told only where somebody chooses them. `closed`: at this level, by the chair's reason.
    """

    sort: str
    return_id: int
    seat_id: int
    request_id: int
    levels: tuple[tuple[str, str], ...] = ()
    how: str = ""
    text_id: int | None = None
    provisional: bool = False
    closed: bool = False


@dataclass(frozen=True)
class Led:
    """A decision on an agency that was led by a member of another one, in the place of chair and vice chair (4.10)."""

    seat_id: int
    by_seat_id: int


@dataclass(frozen=True)
class Absence:
    """An agency whose own member was not at the meeting: apologies, absent, or a substitute was there (E3, E4)."""

    seat_id: int
    how: str


@dataclass(frozen=True)
class LoopNow:
    """How one agency's loop stands: assured, not_relevant, unable, ended, answered (to be assessed) or asked."""

    loop_id: int
    request_id: int
    seat_id: int
    stands: str


@dataclass(frozen=True)
class Highlights:
    """Everything that one report to the board is made of.

    `since`: the first day that it covers. `decisions`: what became of the meeting's decisions; empty without one.
    `gap`: the rules of quorum that were not met there. `news`: answers that came since the last meeting.
    """

    figures: Figures
    since: str = ""
    decisions: str = ""
    gap: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()
    led: tuple[Led, ...] = ()
    attended: bool = False
    absences: tuple[Absence, ...] = ()
    loops: tuple[LoopNow, ...] = ()
    news: int = 0

    def flagged(self, sort: str) -> tuple[Flag, ...]:
        """What is told of one sort."""
        return tuple(one for one in self.flags if one.sort == sort)


def highlights_to_json(found: Highlights) -> dict[str, Any]:
    """As it is stored: the figures of a summary, with what is told of agencies beside them."""
    return to_json(found.figures) | {
        "period_since": found.since, "decisions": found.decisions, "gap": list(found.gap), "news": found.news,
        "flags": [_flag_to_json(one) for one in found.flags],
        "led": [[one.seat_id, one.by_seat_id] for one in found.led], "attended": found.attended,
        "absences": [[one.seat_id, one.how] for one in found.absences],
        "loops": [[one.loop_id, one.request_id, one.seat_id, one.stands] for one in found.loops],
    }  # fmt: skip


def _flag_to_json(flag: Flag) -> dict[str, Any]:
    return {
        "sort": flag.sort, "return": flag.return_id, "seat": flag.seat_id, "request": flag.request_id,
        "levels": [list(one) for one in flag.levels], "how": flag.how, "text": flag.text_id,
        "provisional": flag.provisional, "closed": flag.closed,
    }  # fmt: skip


def highlights_from_json(stored: Mapping[str, Any]) -> Highlights:
    """As it was stored: nothing is counted again."""
    return Highlights(
        figures=from_json(stored), since=stored["period_since"], decisions=stored["decisions"],
        gap=tuple(stored["gap"]), flags=tuple(_flag_from_json(one) for one in stored["flags"]),
        led=tuple(Led(*one) for one in stored["led"]), attended=stored["attended"],
        absences=tuple(Absence(*one) for one in stored["absences"]),
        loops=tuple(LoopNow(*one) for one in stored["loops"]), news=stored["news"],
    )  # fmt: skip


def _flag_from_json(stored: Mapping[str, Any]) -> Flag:
    return Flag(
        stored["sort"], stored["return"], stored["seat"], stored["request"],
        tuple((dimension, level) for dimension, level in stored["levels"]), stored["how"], stored["text"],
        stored["provisional"], stored["closed"],
    )  # fmt: skip
