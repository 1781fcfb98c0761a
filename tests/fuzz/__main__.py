"""`python -m tests.fuzz [--requests 20000] [--seed N] [--database sqlite|postgres]`: a table of what came of it.

Ends with 1 where anything was found: a 5xx, a card that is no card, a word of ours that tells too much, a row that
should not be stored, memory that grows. The same seed makes the same requests for the same code.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.wiring import presses
from tests.databases import migrate, postgres
from tests.fuzz.run import Outcome, fuzz

FLAT = 1.15
"""How many times what was in use after the first thousand may be in use at the end."""


@contextmanager
def database(kind: str, folder: str) -> Iterator[str]:
    """A migrated, empty database."""
    if kind == "sqlite":
        url = f"sqlite:///{folder}/loop.db"
        migrate(url)
        yield url
        return
    with postgres() as server:
        url = server.address(server.create())
        migrate(url)
        yield url


def table(outcome: Outcome) -> Iterator[str]:
    """The lines of the report."""
    yield f"{'what was sent':<28}{'requests':>9}  {'cards':>6}  answers by status"
    for sort in sorted(outcome.sent):
        by = "  ".join(f"{status}: {count:,}" for status, count in sorted(outcome.statuses[sort].items()))
        yield f"{sort:<28}{outcome.sent[sort]:>9,}  {outcome.cards[sort]:>6,}  {by}"
    whole = sum(outcome.sent.values())
    yield f"{'in all':<28}{whole:>9,}  {sum(outcome.cards.values()):>6,}  in {outcome.seconds:.0f} s, " \
          f"{whole / outcome.seconds:.0f} a second"  # fmt: skip
    yield f"slowest answer: {outcome.slowest[0]:.2f} s ({outcome.slowest[1]})"
    yield f"posts looked at: {outcome.posts:,}; log lines: {outcome.lines:,}"
    pressed = {verb: how for verb, how in outcome.verbs.items() if verb in presses()}
    served = [verb for verb, how in pressed.items() if "adaptive" in how]
    yield f"buttons pressed: {len(pressed)} of {len(presses())}; {len(served)} of them answered with a card"
    yield f"rows walked through: {outcome.rows:,} in {outcome.walks} walks; changes logged: {outcome.written:,}"
    yield "memory in MB: " + ", ".join(f"{mb:.0f} after {at:,}" for at, mb in outcome.memory.items())
    if outcome.found:
        yield f"\nFOUND {sum(outcome.found.values()):,} of {len(outcome.found)} sorts:"
        for sort, count in outcome.found.most_common():
            yield f"- {count:,} x {outcome.findings.get(sort, sort)}"
    else:
        yield "Nothing was found."


def grew(outcome: Outcome) -> float:
    """How many times its first measure the last measure of the memory is."""
    measured = list(outcome.memory.values())
    return measured[-1] / measured[0] if len(measured) > 1 else 1.0


def main() -> int:
    """Run it."""
    reads = argparse.ArgumentParser(prog="python -m tests.fuzz")
    reads.add_argument("--requests", type=int, default=20_000)
    reads.add_argument("--seed", type=int, default=None)
    reads.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    asked = reads.parse_args()
    seed = secrets.randbelow(10**6) if asked.seed is None else asked.seed
    print(f"{asked.requests:,} requests, seed {seed}, {asked.database}", flush=True)
    with tempfile.TemporaryDirectory() as folder, database(asked.database, folder) as url:
        outcome = asyncio.run(fuzz(url, Path(folder), requests=asked.requests, seed=seed, tell=True))
    if grew(outcome) > FLAT:
        outcome.note(f"memory grew {grew(outcome):.2f} times")
    print("\n".join(table(outcome)))
    return 1 if outcome.found else 0


if __name__ == "__main__":
    sys.exit(main())
