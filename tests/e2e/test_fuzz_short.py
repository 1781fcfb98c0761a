"""The fuzzer, for a moment: `python -m tests.fuzz` sends twenty thousand requests, this a few with a fixed seed."""

from __future__ import annotations

from pathlib import Path

from tests.fuzz.run import fuzz

SEED, REQUESTS = 5, 120


async def test_whatever_is_sent_is_refused_or_answered_well_and_nothing_unsound_is_kept(
    sqlite_url: str, tmp_path: Path
) -> None:
    """No 5xx, sound cards, people's words as text, nothing of the other partnership, no failure in the log."""
    outcome = await fuzz(sqlite_url, tmp_path, requests=REQUESTS, seed=SEED)
    assert outcome.findings == {}
    assert sum(outcome.sent.values()) == REQUESTS and outcome.rows and sum(outcome.cards.values())
    assert {sort[0] for sort in outcome.sent} == set("abcd")
