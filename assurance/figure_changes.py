"""What changed between reports: differences of frozen counts, and answers corrected since (B15). Pure rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from assurance.figures import RETURNED, Change, Corrections, Counts, Figures, Rated, Row, Spread, count

AGREED = "agreed"
"""Not relevant, accepted by the group: counted beside the levels."""


def levels_counted(spread: Spread, *, assessed: bool) -> dict[str, int]:
    """How many answers stand at each level: as the group assessed them, or as the agencies rate themselves."""
    if not assessed:
        return dict(spread.own)
    return {**spread.assessed, **({AGREED: spread.agreed} if spread.agreed else {})}


def differences(before: Counts, now: Counts) -> tuple[Change, ...] | None:
    """How each level's count moved, dimension by dimension; None where they have no dimension in common.

    Only like with like is compared: where one of the two was assessed by the group and the other was not, what
    agencies say.
    """
    found: list[Change] = []
    shared = False
    for spread in now.spreads:
        earlier = before.spread(spread.dimension)
        if not earlier.own and not earlier.is_assessed:
            continue
        shared = True
        assessed = spread.is_assessed and earlier.is_assessed
        old, new = levels_counted(earlier, assessed=assessed), levels_counted(spread, assessed=assessed)
        found += _moves(spread.dimension, old, new, assessed=assessed)
    return tuple(found) if shared else None


def _moves(dimension: str, old: Mapping[str, int], new: Mapping[str, int], *, assessed: bool) -> list[Change]:
    moved = [(level, new.get(level, 0) - old.get(level, 0)) for level in dict.fromkeys((*new, *old))]
    return [Change(dimension, level, by, assessed) for level, by in moved if by]


def last_told(reports: Iterable[Figures]) -> dict[int, Row]:
    """How each answer was last told of, by return: approved reports, the oldest first."""
    known: dict[int, Row] = {}
    for one in reports:
        known |= {row.return_id: row for row in (*one.rows, *one.corrected)}
    return known


def corrected_since(told: Mapping[int, Row], now: Iterable[Row]) -> tuple[Row, ...]:
    """Of the answers told of, those that stand otherwise now, as they stand now.

    That nothing came is told once: why it did not come is no change worth a line.
    """
    return tuple(
        row for row in now
        if row.return_id in told and _stands(row) != _stands(told[row.return_id])
    )  # fmt: skip


def _stands(row: Row) -> tuple[bool, tuple[Rated, ...]]:
    return row.how == RETURNED, row.rated if row.how == RETURNED else ()


def corrections(told: Mapping[int, Row], corrected: Sequence[Row]) -> Corrections | None:
    """The corrections in numbers: what they did to the counts of the reports that told of them. None without any."""
    if not corrected:
        return None
    keys = list(dict.fromkeys(one.dimension for row in corrected for one in row.rated))
    before, now = count([told[row.return_id] for row in corrected], keys), count(corrected, keys)
    changes: list[Change] = []
    for key in keys:
        old, new = before.spread(key), now.spread(key)
        for kind in (True, False):
            levels = levels_counted(old, assessed=kind), levels_counted(new, assessed=kind)
            changes += _moves(key, *levels, assessed=kind)
    came = sum(row.how == RETURNED and told[row.return_id].how != RETURNED for row in corrected)
    return Corrections(len(corrected) - came, came, tuple(changes))
