"""The chaos run's own measure: a limit that is broken is seen, and a late imitation does not see one that was kept."""

from __future__ import annotations

from tests.chaos.teams import ARRIVED, Arrival, Watched
from tests.connector_rules import PER_CONVERSATION, PER_TENANT


def broken_by(spacing: float, calls: int, windows: tuple[tuple[int, int], ...], *, late_every: int = 0) -> int:
    """How often a limit is broken by calls this far apart, of which some are noticed late together."""
    limits = Watched(windows)
    for n in range(calls):
        at = 100.0 + n * spacing
        noticed = at + (late_every - n % late_every) * spacing if late_every else at
        ARRIVED.set(Arrival(at - 0.001, noticed))
        limits.wait_for("t")
    return limits.broken


def test_what_comes_faster_than_teams_takes_is_seen() -> None:
    assert broken_by(1 / 52, 200, PER_TENANT) > 0
    assert broken_by(0.1, 8, PER_CONVERSATION) > 0


def test_what_comes_as_fast_as_teams_takes_is_fine_even_if_it_is_noticed_late() -> None:
    assert broken_by(1.035 / 50, 500, PER_TENANT) == 0
    assert broken_by(1.035 / 50, 500, PER_TENANT, late_every=7) == 0
