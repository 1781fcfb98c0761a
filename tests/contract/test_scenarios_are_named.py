"""Every acceptance scenario that this piece of work promises is named by some test that shows it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PROMISED = tuple(sorted({*range(1, 21), 23, *range(25, 37)}))
NAMED = re.compile(r"\bscenarios? ((?:\d+(?:, | and )?)+)", re.IGNORECASE)


def named_scenarios() -> dict[int, set[str]]:
    """Which test files name each scenario, this one left out."""
    found: dict[int, set[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        if path == Path(__file__):
            continue
        for numbers in NAMED.findall(path.read_text(encoding="utf-8")):
            for number in re.findall(r"\d+", numbers):
                found.setdefault(int(number), set()).add(path.name)
    return found


@pytest.mark.parametrize("number", PROMISED)
def test_a_promised_scenario_is_named_by_a_test(number: int) -> None:
    assert named_scenarios().get(number), f"no test names scenario {number}"
