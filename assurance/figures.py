"""The figures of a report: counts of answers and of levels, never an average (B10, B15, framework 4.9).

They hold counts, keys and the numbers of records and texts, never words (I2). Frozen when a report is approved,
they stay as they were: what is corrected afterwards shows as a change in the next report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

RETURNED = "returned"
NO_RESPONSE, LATE, NOT_REACHED, VACANT, EXTENDED, TO_COME = (
    "no_response", "late", "not_reached", "vacant", "extended", "to_come",
)  # fmt: skip
MISSING = (NO_RESPONSE, LATE, NOT_REACHED, VACANT, EXTENDED, TO_COME)
"""Why an answer is not there, each kept apart from the others and from every level (B10, framework 4.25)."""
GOOD_PRACTICE, BARRIERS = "good_practice", "barriers"
"""The questions of a form whose answers a report may pass on, where somebody picks them."""


@dataclass(frozen=True)
class Rated:
    """One dimension of one answer: the agency's own level, and the group's; `agreed`: not relevant, accepted."""

    dimension: str
    own: str | None = None
    assessed: str | None = None
    agreed: bool = False


@dataclass(frozen=True)
class Row:
    """One answer that was asked for: whose, about what, whether it came, and its levels.

    `how` is RETURNED or one of MISSING. `version` is the number of the version that counted, `asked` the dimensions
    that the agency was asked about.
    """

    return_id: int
    request_id: int
    learning_id: int | None
    seat_id: int
    how: str
    in_time: bool = False
    version: int = 0
    rated: tuple[Rated, ...] = ()
    asked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One agency's words that may be passed on: the number of its text, whose it is, and about which request."""

    text_id: int
    seat_id: int
    request_id: int


@dataclass(frozen=True)
class Spread:
    """How many answers stand at which level of one dimension, by the levels' keys.

    `agreed`: not relevant, accepted by the group. `unassessed`: answered, and not assessed by the group.
    """

    dimension: str
    own: Mapping[str, int] = field(default_factory=dict)
    assessed: Mapping[str, int] = field(default_factory=dict)
    agreed: int = 0
    unassessed: int = 0

    @property
    def is_assessed(self) -> bool:
        """Whether the group has assessed anything here: until then only what agencies say can be counted."""
        return bool(self.assessed) or self.agreed > 0


@dataclass(frozen=True)
class Counts:
    """What is told of a period: items, answers asked for, received and in time, why not, and each spread."""

    items: int
    asked: int
    received: int
    in_time: int
    missing: Mapping[str, int]
    spreads: tuple[Spread, ...]

    @property
    def not_received(self) -> int:
        """How many answers are not there, for whatever reason."""
        return self.asked - self.received

    def spread(self, dimension: str) -> Spread:
        """The spread of one dimension; an empty one where nobody was asked about it."""
        return next((one for one in self.spreads if one.dimension == dimension), Spread(dimension))


@dataclass(frozen=True)
class Change:
    """One level of one dimension, and by how many answers it went up, or down where negative.

    `assessed`: it is the group's level, not the agency's own.
    """

    dimension: str
    level: str
    by: int
    assessed: bool = False


@dataclass(frozen=True)
class Corrections:
    """What became of the answers of earlier reports: how many were changed, came after all, or were assessed."""

    answers: int
    came: int
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Figures:
    """Everything that a report of one period is made of.

    `on` is the last day of the period. `corrected` are answers of earlier reports that stand otherwise now, as they
    stand now, and `corrections` the same in numbers. `options` counts the barriers that agencies chose from a list,
    where the form has one, by key. `since` is how the counts differ from those of the report numbered `compared`;
    None where there is none, or nothing in it can be compared.
    """

    on: str
    rows: tuple[Row, ...]
    counts: Counts
    good_practice: tuple[Line, ...] = ()
    barriers: tuple[Line, ...] = ()
    options: Mapping[str, int] = field(default_factory=dict)
    corrected: tuple[Row, ...] = ()
    corrections: Corrections | None = None
    compared: int | None = None
    since: tuple[Change, ...] | None = None


def count(rows: Sequence[Row], dimensions: Iterable[str]) -> Counts:
    """Count the answers of a period, dimension by dimension, in the given order."""
    here = [row for row in rows if row.how == RETURNED]
    why = Counter(row.how for row in rows if row.how != RETURNED)
    return Counts(
        items=len({row.learning_id or -row.request_id for row in rows}), asked=len(rows), received=len(here),
        in_time=sum(row.in_time for row in here), missing={key: why[key] for key in MISSING if why[key]},
        spreads=tuple(found for key in dimensions if (found := _spread(here, key)) is not None),
    )  # fmt: skip


def _spread(here: Sequence[Row], dimension: str) -> Spread | None:
    rated = [one for row in here for one in row.rated if one.dimension == dimension]
    if not rated:
        return None
    return Spread(
        dimension,
        own=dict(Counter(one.own for one in rated if one.own)),
        assessed=dict(Counter(one.assessed for one in rated if one.assessed and not one.agreed)),
        agreed=sum(one.agreed for one in rated),
        unassessed=sum(not one.assessed and not one.agreed for one in rated),
    )


def to_json(figures: Figures) -> dict[str, Any]:
    """The figures as they are stored."""
    counts = figures.counts
    return {
        "form": 1,
        "on": figures.on,
        "counts": {
            "items": counts.items, "asked": counts.asked, "received": counts.received, "in_time": counts.in_time,
            "missing": dict(counts.missing),
            "spreads": [
                {
                    "dimension": one.dimension, "self": dict(one.own), "assessed": dict(one.assessed),
                    "agreed": one.agreed, "unassessed": one.unassessed,
                }
                for one in counts.spreads
            ],
        },
        "rows": [_row_to_json(one) for one in figures.rows],
        "good_practice": [_line_to_json(one) for one in figures.good_practice],
        "barriers": [_line_to_json(one) for one in figures.barriers],
        "options": dict(figures.options),
        "corrected": [_row_to_json(one) for one in figures.corrected],
        "corrections": _corrections_to_json(figures.corrections),
        "compared": figures.compared,
        "since": None if figures.since is None else _changes_to_json(figures.since),
    }  # fmt: skip


def _corrections_to_json(found: Corrections | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"answers": found.answers, "came": found.came, "changes": _changes_to_json(found.changes)}


def _changes_to_json(changes: Iterable[Change]) -> list[list[Any]]:
    return [[one.dimension, one.level, one.by, one.assessed] for one in changes]


def _row_to_json(row: Row) -> dict[str, Any]:
    return {
        "return": row.return_id, "request": row.request_id, "learning": row.learning_id, "seat": row.seat_id,
        "how": row.how, "in_time": row.in_time, "version": row.version,
        "rated": [[one.dimension, one.own, one.assessed, one.agreed] for one in row.rated],
        "asked": list(row.asked),
    }  # fmt: skip


def _line_to_json(line: Line) -> list[int]:
    return [line.text_id, line.seat_id, line.request_id]


def from_json(stored: Mapping[str, Any]) -> Figures:
    """The figures as they were stored: nothing is counted again."""
    counts = stored["counts"]
    return Figures(
        on=stored["on"],
        rows=tuple(_row_from_json(one) for one in stored["rows"]),
        counts=Counts(
            counts["items"], counts["asked"], counts["received"], counts["in_time"], counts["missing"],
            tuple(
                Spread(one["dimension"], one["self"], one["assessed"], one["agreed"], one["unassessed"])
                for one in counts["spreads"]
            ),
        ),
        good_practice=tuple(Line(*one) for one in stored["good_practice"]),
        barriers=tuple(Line(*one) for one in stored["barriers"]),
        options=stored["options"],
        corrected=tuple(_row_from_json(one) for one in stored["corrected"]),
        corrections=_corrections_from_json(stored["corrections"]),
        compared=stored["compared"],
        since=None if stored["since"] is None else tuple(Change(*one) for one in stored["since"]),
    )  # fmt: skip


def _corrections_from_json(stored: Mapping[str, Any] | None) -> Corrections | None:
    if stored is None:
        return None
    return Corrections(stored["answers"], stored["came"], tuple(Change(*one) for one in stored["changes"]))


def _row_from_json(stored: Mapping[str, Any]) -> Row:
    return Row(
        stored["return"], stored["request"], stored["learning"], stored["seat"], stored["how"], stored["in_time"],
        stored["version"], tuple(Rated(*one) for one in stored["rated"]), tuple(stored["asked"]),
    )  # fmt: skip


def as_bytes(stored: Mapping[str, Any]) -> bytes:
    """Stored figures in one way of writing, so that a hash tells whether anything in them differs."""
    return orjson.dumps(stored, option=orjson.OPT_SORT_KEYS)
