"""One return as it lies before the group: its levels beside those of the last time, and its own words."""

from __future__ import annotations

from collections.abc import Sequence

from assurance.decision_rules import CLOSE, CONTINUE, PROPOSE
from assurance.pack import Pack
from assurance.tabled_view import DecisionNow, RatedLine, TabledReturn
from cards.elements import Action, ActionSet, Container, Element, ToggleVisibility
from cards.parts import cell, facts, paragraph, quoted, strong, subtle, table

NO_LEVEL = "\u2013"


def levels(one: TabledReturn) -> list[Element]:
    """What the agency rates itself now; beside it what it said, and the group assessed, the last time."""
    if any(line.last_own or line.last_assessed for line in one.lines):
        rows = [[cell(line.label), cell(line.own or NO_LEVEL), cell(last_time(line))] for line in one.lines]
        return [table(["Rated by the agency", "Now", "Last time"], rows, [3, 2, 2])]
    return [paragraph(f"{line.label}: ", strong(line.own or "no level given"), spacing="small") for line in one.lines]


def last_time(line: RatedLine) -> str:
    """The levels of the last time, as a cell says them."""
    if line.last_own and line.last_assessed:
        return f"{line.last_own}, assessed {line.last_assessed}"
    return line.last_own or (f"assessed {line.last_assessed}" if line.last_assessed else NO_LEVEL)


def evidence(pairs: Sequence[tuple[str, str]], longest: int) -> list[Element]:
    """What an answer says, question by question; what is too long for the card is shortened and says so."""
    each = max(300, longest // max(1, len(pairs)))
    body: list[Element] = []
    for label, text in pairs:
        shown = text if len(text) <= each else f"{text[:each].rstrip()} \u2026 (shortened)"
        body += [subtle(label), quoted(shown)]
    return body


def folds(parts: Sequence[tuple[str, str, Sequence[Element]]], *also: Action) -> list[Element]:
    """Several folds whose buttons stand in one row, with other buttons after them: each a name, an id, its elements."""
    there = [(name, ident, list(elements)) for name, ident, elements in parts if elements]
    toggles: list[Action] = [
        ToggleVisibility(title=name, tooltip=f"Show or hide: {name}", target_elements=[ident])
        for name, ident, _ in there
    ]
    if not toggles and not also:
        return []
    found: list[Element] = [ActionSet(actions=[*toggles, *also], spacing="small")]
    return found + [
        Container(id=ident, visible=False, items=elements, spacing="small", style="emphasis")
        for _, ident, elements in there
    ]


def last_words(one: TabledReturn, longest: int) -> list[Element]:
    """The answer of the last time."""
    if not one.last_evidence and not one.last_given:
        return []
    return [subtle(f"{one.last_given}."), *evidence(one.last_evidence, longest)]


def recorded(pack: Pack, decision: DecisionNow, words: str) -> list[Element]:
    """What is recorded about a return, who led it and who wrote it down."""
    body: list[Element] = [paragraph(words)]
    if decision.rationale:
        body.append(quoted(decision.rationale))
    pairs = {
        "Good practice": decision.good_practice,
        "Concern": decision.concern,
        "What follows": _follow(pack, decision),
    }
    if kept := [(name, text) for name, text in pairs.items() if text]:
        body.append(facts(kept))
    body.append(subtle(f"Led by {decision.led_by}; recorded by {decision.recorded_by}."))
    return body


def _follow(pack: Pack, decision: DecisionNow) -> str:
    named = {
        CLOSE: f"closed with the {pack.terms.chair}\u2019s reason",
        CONTINUE: "asked again, with a next step",
        PROPOSE: f"a {pack.terms.request} is proposed",
    }.get(decision.follow, "")
    return f"{named}: {decision.follow_words}" if named and decision.follow_words else named
