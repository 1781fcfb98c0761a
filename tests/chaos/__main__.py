"""`make chaos`: SQLite with one replica and PostgreSQL with three, calm and rough, and a table of what came of it."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from tests.chaos.run import Outcome, Plan, run
from tests.databases import migrate, postgres

CALM = Plan(unreachable=0)
ROUGH = Plan(kills=12, failing=0.2, seed=7)


@contextmanager
def database(kind: str) -> Iterator[tuple[str, str]]:
    """A migrated, empty database with durable writes, and a folder."""
    with tempfile.TemporaryDirectory() as folder:
        if kind == "SQLite":
            url = f"sqlite:///{folder}/loop.db"
            migrate(url)
            yield url, folder
            return
        with postgres(durable=True) as server:
            url = server.address(server.create())
            migrate(url)
            yield url, folder


def faults_in(outcome: Outcome) -> tuple[int, int]:
    """How many sends were failed on purpose: all, and those after which nobody can know."""
    every = outcome.report["faults"]
    unclear = sum(number for kind, number in every.items() if "stored" in kind)
    return sum(every.values()), unclear


def wrong_in(plan: Plan, outcome: Outcome) -> list[str]:
    """Everything that a run must not show."""
    every, unclear = faults_in(outcome)
    unsure, calm = outcome.states["unsure"], not plan.failing and not plan.kills
    long = outcome.report["calls"] >= 1000  # in a short run chance has not evened out
    found = {
        "some notices have not come to their end": set(outcome.states) - {"delivered", "refused", "skipped", "unsure"},
        "more are unsure than were failed ambiguously or in flight at a kill":
            unsure > outcome.report["ambiguous"] + outcome.in_flight,
        "some were lost": outcome.lost,
        "some were posted twice": outcome.twice,
        "a limit was broken": outcome.report["broken"],
        "a replica did not stop well": not outcome.stopped_well,
        "a calm run did not deliver everything": calm and outcome.states["delivered"] != outcome.notices,
        "fewer kills than planned": outcome.kills < plan.kills,
        "fewer faults than planned": long and every < plan.failing * 0.7 * outcome.report["calls"],
        "too few of the faults were ambiguous": long and unclear * 2 < every,
    }  # fmt: skip
    return [what for what, wrong in found.items() if wrong]


def line(name: str, outcome: Outcome) -> str:
    """One row of the table."""
    states, (every, unclear) = outcome.states, faults_in(outcome)
    return (
        f"{name:<24}{outcome.notices:>8}{outcome.kills:>6}{every:>8}{unclear:>10}{outcome.in_flight:>10}"
        f"{states['delivered']:>10}{states['refused']:>8}{states['skipped']:>8}{states['unsure']:>7}"
        f"{outcome.lost:>6}{outcome.twice:>6}{outcome.report['broken']:>7}{outcome.report['tightest']:>9.3f}"
        f"{outcome.seconds:>8.0f}"
    )


HEAD = (
    f"{'':<24}{'notices':>8}{'kills':>6}{'faults':>8}{'ambiguous':>10}{'in flight':>10}{'delivered':>10}"
    f"{'refused':>8}{'skipped':>8}{'unsure':>7}{'lost':>6}{'twice':>6}{'limits':>7}{'51 in s':>9}{'seconds':>8}"
)


def main() -> int:
    """Print the table; 1 where a run shows what it must not."""
    print(HEAD, flush=True)
    bad = 0
    for kind, replicas in (("SQLite", 1), ("PostgreSQL", 3)):
        for name, plan in (("calm", CALM), ("rough", ROUGH)):
            with database(kind) as (url, folder):
                outcome = asyncio.run(run(replace(plan, replicas=replicas), url, folder))
            print(line(f"{kind} x {replicas}, {name}", outcome), flush=True)
            for wrong in wrong_in(plan, outcome):
                print(f"    {wrong}")
                bad = 1
    return bad


if __name__ == "__main__":
    sys.exit(main())
