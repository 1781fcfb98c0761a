"""What the group may decide about a return, what it must say with it, and what follows (B9, 4.2-4.4, 4.28). Pure rules.

Nothing here derives a level from what an agency said: a decision is what the group chose, or none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from assurance.pack import Pack

NOT_RELEVANT, NOT_ACCEPTED, ENDED = "not_relevant", "not_accepted", "ended"
Follow = Literal["", "close", "continue", "propose"]
CLOSE, CONTINUE, PROPOSE = "close", "continue", "propose"
THIRD_ROUND = 3
LENGTHS = {"rationale": 2000, "good_practice": 2000, "concern": 2000, "follow_words": 1000}
Verdict = Literal["closed", "accepted", "again", "unable", "ended"]


@dataclass(frozen=True)
class Choice:
    """One thing that the group may choose for a dimension: what is kept, and what people read."""

    key: str
    label: str


@dataclass(frozen=True)
class Before:
    """What the group has before it in one dimension of a return.

    `own` is the agency's level, None where it did not give one. `below`: how many rounds were assessed before
    without closing.
    """

    key: str
    own: str | None
    below: int = 0


@dataclass(frozen=True)
class Proposed:
    """What the group wants to record about one return: a level for each dimension, and its words."""

    levels: Mapping[str, str]
    rationale: str = ""
    good_practice: str = ""
    concern: str = ""
    follow: str = ""
    follow_words: str = ""

    @property
    def words(self) -> dict[str, str]:
        """Everything that was written, by field."""
        return {
            "rationale": self.rationale, "good_practice": self.good_practice, "concern": self.concern,
            "follow_words": self.follow_words,
        }  # fmt: skip


def set_aside(pack: Pack, one: Before) -> bool:
    """Whether the agency says that this is not relevant to it."""
    levels = pack.dimension(one.key).levels
    return any(level.key == one.own and level.reason_required for level in levels)


def choices(pack: Pack, one: Before, *, answered: bool) -> tuple[Choice, ...]:
    """What may be chosen for a dimension. No response stays a fact: without an answer there is no level to set."""
    scale, agency = pack.assurance, pack.terms.agency
    ends = [Choice(level.key, level.label) for level in scale.assessed_levels if level.key in scale.ending_levels]
    ends.append(Choice(ENDED, "The service has ended or was transferred"))
    if not answered:
        return tuple(ends)
    if set_aside(pack, one):
        accept = Choice(NOT_RELEVANT, f"Accepted: not relevant to this {agency}")
        return (accept, Choice(NOT_ACCEPTED, "Not accepted: ask again"), *ends)
    return (*together(pack), *ends)


def together(pack: Pack) -> tuple[Choice, ...]:
    """What may be chosen for several returns at once: levels only; what ends a loop is decided one by one."""
    scale = pack.assurance
    return tuple(Choice(one.key, one.label) for one in scale.assessed_levels if one.key not in scale.ending_levels)


def verdict(pack: Pack, level: str, follow: str) -> Verdict:
    """What becomes of a dimension for which this was chosen."""
    scale = pack.assurance
    if level == NOT_RELEVANT:
        return "accepted"
    if level == ENDED:
        return "ended"
    if level in scale.ending_levels:
        return "unable"
    if level in scale.closing_levels or (follow == CLOSE and level in scale.closable_levels):
        return "closed"
    return "again"


def third_round(before: Mapping[str, Before]) -> bool:
    """Whether this is, for some dimension, the third round or a later one that did not close so far (4.3)."""
    return any(one.below + 1 >= THIRD_ROUND for one in before.values())


def faults(pack: Pack, before: Mapping[str, Before], proposed: Proposed, *, answered: bool) -> dict[str, str]:
    """Everything that keeps a decision from being recorded, by field; a dimension's field is its key."""
    wrong = _unchosen(pack, before, proposed, answered=answered)
    for name, text in proposed.words.items():
        if len(text) > LENGTHS[name]:
            over = len(text) - LENGTHS[name]
            wrong[name] = f"This is {over:,} characters too long. Please shorten it; nothing you wrote has been lost."
    if wrong:
        return wrong
    if not proposed.rationale and (why := reason_needed(pack, before, proposed.levels)):
        wrong["rationale"] = why
    return wrong | _follow_faults(pack, before, proposed)


def _unchosen(pack: Pack, before: Mapping[str, Before], proposed: Proposed, *, answered: bool) -> dict[str, str]:
    ends = any(verdict(pack, level, "") in ("unable", "ended") for level in proposed.levels.values())
    wrong = {}
    for key, one in before.items():
        chosen = proposed.levels.get(key, "")
        if not chosen and not ends:
            wrong[key] = "Please choose a level."
        elif chosen and chosen not in {choice.key for choice in choices(pack, one, answered=answered)}:
            wrong[key] = "Please choose one of those shown."
    return wrong


def reason_needed(pack: Pack, before: Mapping[str, Before], levels: Mapping[str, str]) -> str:
    """Why a reason has to be given, as a sentence; empty where none is needed.

    It is where the group sees it otherwise than the agency, and where the level does not close.
    """
    for key, level in levels.items():
        outcome = verdict(pack, level, "")
        if outcome in ("unable", "ended"):
            return "Please say why, in words that the agency will read."
        if outcome == "again":
            return "Please say why it does not close, in words that the agency will read."
        if outcome == "closed" and level != before[key].own:
            return "The agency rated it otherwise. Please say why, in words that it will read."
    return ""


def _follow_faults(pack: Pack, before: Mapping[str, Before], proposed: Proposed) -> dict[str, str]:
    open_still = [key for key, level in proposed.levels.items() if verdict(pack, level, "") == "again"]
    ends = any(verdict(pack, level, "") in ("unable", "ended") for level in proposed.levels.values())
    if ends or not open_still:
        return {"follow": "Nothing is left open here, so please leave this empty."} if proposed.follow else {}
    if proposed.follow not in ("", CLOSE, CONTINUE, PROPOSE):
        return {"follow": "Please choose one of those shown."}
    levels = [proposed.levels[key] for key in open_still if proposed.levels[key] != NOT_ACCEPTED]
    if proposed.follow == CLOSE and (
        len(levels) < len(open_still) or not set(levels) <= set(pack.assurance.closable_levels)
    ):
        return {"follow": f"Only {_closable(pack)} can be closed by the {pack.terms.chair}\u2019s reason."}
    if proposed.follow in (CLOSE, CONTINUE) and not proposed.follow_words:
        what = (
            f"Please give the {pack.terms.chair}\u2019s reason."
            if proposed.follow == CLOSE
            else ("Please name the next step.")
        )
        return {"follow_words": what}
    if not proposed.follow and levels and third_round({key: before[key] for key in open_still}):
        return {"follow": "This is the third round without assurance. Please choose what follows."}
    return {}


def _closable(pack: Pack) -> str:
    labels = [one.label for one in pack.assurance.assessed_levels if one.key in pack.assurance.closable_levels]
    return " or ".join(labels) or "no level"


@dataclass(frozen=True)
class Outcome:
    """What a decision does to a loop: its triggers in the table of 1b, and how each dimension stands then."""

    triggers: tuple[str, ...]
    dimensions: Mapping[str, str] = field(default_factory=dict)


def outcome(pack: Pack, states: Mapping[str, str], levels: Mapping[str, str], follow: str) -> Outcome:
    """What follows for a loop whose dimensions stand so, once these levels have taken effect (rows 8-12 of 1b).

    Each dimension by itself: closed, or asked again. One that waits for its day keeps the loop open; it is not
    asked where the group accepted "not relevant" for what was asked first (framework 3.1).
    """
    verdicts = {key: verdict(pack, level, follow) for key, level in levels.items()}
    for last in ("unable", "ended"):
        if last in verdicts.values():
            return Outcome((last,), dict.fromkeys(states, "closed"))
    after = dict(states) | {key: "follow_up" if one == "again" else "closed" for key, one in verdicts.items()}
    if "accepted" in verdicts.values() and "again" not in verdicts.values():
        first = {one.key for one in pack.assurance.dimensions if one.first_round}
        if any(one == "accepted" and key in first for key, one in verdicts.items()):
            after = {key: "closed" if state == "waiting" else state for key, state in after.items()}
    if "follow_up" in after.values():
        return Outcome(("not_closed",), after)
    if any(state != "closed" for state in after.values()):
        return Outcome((), after)
    only_accepted = set(verdicts.values()) == {"accepted"} and "closed" not in states.values()
    return Outcome(("accepted" if only_accepted else "closed",), after)
