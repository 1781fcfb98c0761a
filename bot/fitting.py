"""How much a press may bring, and whether the card that answers it can be shown: Teams refuses what is larger.

Clients hold every input to its length, so nobody meets this who fills in a card of ours; others may send anything.
A sentence in reply leaves the pressed card as it is, with all that was typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.edge.answers import Answer, Say, ShowCard
from cards.parts import size_utf16

MOST: Final = 40_000
"""Characters that a press may bring: the longest form of ours takes some 30,000."""
LITTLE: Final = 8_000
"""So much fits on any card; only after more is the answering card measured."""
LARGEST: Final = 80 * 1024
"""Bytes in UTF-16 that a card may have: Teams refuses a message above about 100 KB."""
TOO_MUCH: Final = "This is more text than a card can show. Please shorten it, and press again."
_OTHER: Final = 8


def weight(value: Any, most: int = MOST) -> int:
    """About how many characters there are in what a press brought; counting ends somewhere above `most`."""
    whole, left = 0, [value]
    while left and whole <= most:
        one = left.pop()
        if isinstance(one, str):
            whole += len(one)
        elif isinstance(one, Mapping):
            whole += sum(len(key) for key in one)
            left.extend(one.values())
        elif isinstance(one, list):
            left.extend(one)
            whole += len(one)
        else:
            whole += _OTHER
    return whole


def fits(answer: Answer) -> Answer:
    """The answer, or, where its card would be refused, a sentence in its place."""
    if isinstance(answer, ShowCard) and size_utf16(answer.card) > LARGEST:
        return Say(TOO_MUCH)
    return answer
