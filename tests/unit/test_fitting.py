"""A press that brings more than a card can show is answered with a sentence, so that nothing typed is taken away."""

from __future__ import annotations

import pytest

from bot.edge.answers import Say, ShowCard
from bot.fitting import LARGEST, MOST, TOO_MUCH, fits, weight
from cards.parts import size_utf16


@pytest.mark.parametrize(
    ("data", "least"),
    [
        ({"f.evidence": "a" * 30_000}, 30_000),
        ({"kept": {"a": ["b" * 50, {"c": "d" * 50}]}}, 100),
        ({"a": list(range(10_000))}, MOST),
        ({"a" * 50_000: 1}, MOST),
        ({str(n): None for n in range(5_000)}, MOST),
    ],
)
def test_everything_that_a_press_brings_counts(data: dict[str, object], least: int) -> None:
    assert weight(data) >= least


def test_our_longest_form_is_far_from_too_much() -> None:
    assert weight({f"f1-r1-b0-n0.question-{n}": "a" * 4_000 for n in range(7)} | {"p": 1, "return": 2}) < MOST


def test_a_card_that_teams_would_refuse_becomes_a_sentence() -> None:
    small, large = ShowCard({"body": "a"}), ShowCard({"body": "a" * LARGEST})
    assert fits(small) is small and fits(large) == Say(TOO_MUCH)
    assert fits(Say("b")) == Say("b") and size_utf16(large.card) > LARGEST
