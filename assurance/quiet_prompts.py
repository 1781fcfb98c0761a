"""What a chair may want to ask about an answer: quiet lines, never a judgement, and never to members. Pure rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from assurance.dates import day_words
from assurance.pack import Pack
from assurance.packing import ShownForm
from assurance.said_words import WRITTEN
from assurance.standing import assessed_shown, level_shown

SHORT_WORDS = 12
"""Fewer words than this in all of an answer's texts together make it short."""
IN_A_ROW, LASTING = 3, timedelta(days=150)
"""Three answers in a row, the first and the last of them in quarters two apart: unchanged for three quarters."""
FAR = 2
"""How many levels apart the agency's own and the assessed one are before it is worth a question."""
ASK = "you may want to ask"


@dataclass(frozen=True)
class Answered:
    """One answered round: the day it counts for, both levels by dimension, and how many words it has.

    `words` is None where none are expected, such as where the learning is not relevant.
    """

    day: date
    own: Mapping[str, str]
    assessed: Mapping[str, str] = field(default_factory=dict)
    words: int | None = None


def words_in(form: ShownForm, values: Mapping[str, str]) -> int | None:
    """How many words an answer's texts have together; None where every level needs only its reason."""
    levels = [
        next((level for level in one.levels if level.key == values.get(one.key)), None) for one in form.dimensions
    ]
    given = [one for one in levels if one is not None]
    if not given or all(one.reason_required for one in given):
        return None
    written = (one for one in form.form.questions if one.type == WRITTEN)
    return sum(len(values.get(one.key, "").split()) for one in written)


def is_short(words: int | None) -> bool:
    """Whether an answer is short."""
    return words is not None and words < SHORT_WORDS


def unchanged_since(rounds: Sequence[Answered], dimension: str) -> date | None:
    """Since when an agency's own level has been the same, three answers in a row and over three quarters or more."""
    rated = [one for one in rounds if one.own.get(dimension)]
    if not rated:
        return None
    same = []
    for one in reversed(rated):
        if one.own[dimension] != rated[-1].own[dimension]:
            break
        same.append(one)
    if len(same) < IN_A_ROW or same[0].day - same[-1].day < LASTING:
        return None
    return same[-1].day


def far_apart(order: Sequence[str], own: str | None, assessed: str | None) -> bool:
    """Whether two levels stand far apart in the pack's order; what is not in it cannot be compared."""
    if own not in order or assessed not in order:
        return False
    return abs(order.index(own) - order.index(assessed)) >= FAR


def prompts(pack: Pack, rounds: Iterable[Answered]) -> tuple[str, ...]:
    """What the newest of these answers, oldest first, may make a chair ask: a line each, or nothing."""
    answered = list(rounds)
    if not answered:
        return ()
    newest, lines = answered[-1], []
    if is_short(newest.words):
        lines.append(f"Short answer; {ASK}.")
    order = [one.key for one in pack.assurance.assessed_levels if one.key not in pack.assurance.ending_levels]
    for dimension in pack.assurance.dimensions:
        own = level_shown(pack, dimension.key, newest.own.get(dimension.key))
        theirs = assessed_shown(pack, newest.assessed.get(dimension.key))
        since = unchanged_since(answered, dimension.key)
        if own is not None and since is not None:
            lines.append(f"{dimension.label}: {own.label} each time since {day_words(since)}; {ASK}.")
        if own is not None and theirs is not None and far_apart(order, own.key, theirs.key):
            lines.append(f"{dimension.label}: {own.label} by the agency, {theirs.label} as assessed; {ASK}.")
    return tuple(lines)
