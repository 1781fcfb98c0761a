"""A short chaos run, on both databases at once; `make chaos` is the long one."""

from __future__ import annotations

import asyncio

import pytest

from tests.chaos.__main__ import wrong_in
from tests.chaos.run import Plan, run

SHORT = Plan(
    people=24, each=2, updates=8, in_channel=3, small=4, unreachable=2, kills=2, failing=0.2, latency=0.02, lease=1.5,
    claim=6.0, patience=2.0, seed=4,
)  # fmt: skip
"""An answer is waited for long enough that a busy machine's own slowness is not taken for one that was lost."""


@pytest.mark.slow
async def test_killed_and_failed_at_random_nothing_is_lost_and_nothing_is_sent_twice(
    sqlite_url, postgres_url, tmp_path
):
    """Real processes, SIGKILL, and a Teams that enforces its limits and fails a fifth of what is sent."""
    on_sqlite = SHORT
    on_postgres = Plan(**{**vars(SHORT), "replicas": 2, "seed": 5})
    outcomes = await asyncio.gather(
        run(on_sqlite, sqlite_url, str(tmp_path)), run(on_postgres, postgres_url, str(tmp_path))
    )
    for plan, outcome in zip((on_sqlite, on_postgres), outcomes, strict=True):
        assert outcome.kills == 2
        assert outcome.notices == 24 * 2 + 8 + 3 + 4
        told = (outcome.states, outcome.report["faults"], outcome.report["ambiguous"], outcome.in_flight)
        assert wrong_in(plan, outcome) == [], told
