"""What a new learning item and its request must be: pure rules for what an officer typed (A1-A4, C1, C2, I2).

What was typed is kept by input name, as text: a choice's key, several keys joined by commas, a day as
2026-11-26, or words. Every sentence here is read by the officer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from hashlib import sha256

from assurance.dates import too_far
from assurance.form_rules import tidy
from assurance.identifiable import Finding, find
from assurance.learning_fields import HANDLINGS, Link, PlanRow, is_https
from assurance.pack import Pack

STEPS = (1, 2, 3)
TITLE_LENGTH = 120
LENGTHS: Mapping[str, int] = {
    "title": TITLE_LENGTH, "description": 1500, "findings": 2500, "key_messages": 2500, "audiences": 800,
    "agreed_by": 200, "links": 2500, "context": 1500, "new_name": 120, "new_short": 20,
    "new_organisation": 120,
}  # fmt: skip
"""The most characters of each input that holds words."""
WHY, PURPOSE, METHODS, MEASURE = "why_", "purpose_", "methods_", "measure_"
WHY_LENGTH, PLAN_LENGTH, MOST_LINKS = 250, 400, 10
CHOICES = frozenset(
    {"activity_type", "originator", "handling", "priority", "kind", "asked", "informed", "timing", "people"}
)
DAYS = frozenset({"agreed_on", "embargo_on", "own_day"})
_STEP_ONE = frozenset(
    {
        "title", "activity_type", "originator", "description", "findings", "key_messages", "audiences",
        "agreed_by", "agreed_on", "links", "handling", "embargo_on", "priority",
    }
)  # fmt: skip
_STEP_TWO = frozenset(
    {
        "kind", "context", "asked", "informed", "timing", "own_day", "people", "new_name", "new_short",
        "new_organisation",
    }
)  # fmt: skip
_NEEDED = {
    "title": "Please give it a short title.",
    "activity_type": "Please choose the type.",
    "originator": "Please choose the group that agreed it.",
    "key_messages": "Please write the key messages that people are to share.",
    "handling": "Please choose who may see it.",
}
_SPACES = re.compile(r"\s+")


def step_of(name: str) -> int | None:
    """The step on which an input stands; None for a name that no step has."""
    if name in _STEP_ONE:
        return 1
    if name in _STEP_TWO or name.startswith(WHY):
        return 2
    return 3 if name.startswith((PURPOSE, METHODS, MEASURE)) else None


def length_of(name: str) -> int:
    """The most characters that an input takes."""
    if name.startswith(WHY):
        return WHY_LENGTH
    return PLAN_LENGTH if step_of(name) == 3 else LENGTHS.get(name, 2000)


def is_words(name: str) -> bool:
    """Whether an input holds words, which may identify somebody."""
    return name not in CHOICES and name not in DAYS and not name.startswith(METHODS)


def read_step(step: int, typed: Mapping[str, object]) -> dict[str, str]:
    """What was typed on a step, tidied; anything that the step does not ask is ignored."""
    kept = {}
    for name, value in typed.items():
        if step_of(name) == step and isinstance(value, str):
            text, lines = tidy(value), name in _MULTILINE or name.startswith((PURPOSE, MEASURE))
            kept[name] = text if lines else _SPACES.sub(" ", text)
    return kept


_MULTILINE = frozenset({"description", "findings", "key_messages", "audiences", "links", "context"})


def mark_of(text: str) -> str:
    """What stands for a stretch of text that an officer said identifies nobody; it is never the text itself."""
    return sha256(text.encode()).hexdigest()[:16]


def flagged(values: Mapping[str, str], sure: Collection[str]) -> dict[str, tuple[Finding, ...]]:
    """What looks case-identifiable in these inputs, but for what the officer has vouched for (I2)."""
    found = {}
    for name, text in values.items():
        hits = find(text) if is_words(name) else ()
        left = tuple(one for one in hits if mark_of(text[one.start : one.end]) not in sure)
        if left:
            found[name] = left
    return found


def too_long(values: Mapping[str, str]) -> dict[str, str]:
    """A sentence for every text that is longer than its input takes."""
    over = {name: len(text) - length_of(name) for name, text in values.items() if is_words(name)}
    return {
        name: f"This is {by:,} characters too long. Please shorten it to {length_of(name):,}."
        for name, by in over.items()
        if by > 0
    }


def mistakes_in_learning(values: Mapping[str, str], pack: Pack, today: date) -> dict[str, str]:
    """What keeps the Summary of Learning from being issued, by input name."""
    wrong = {name: sentence for name, sentence in _NEEDED.items() if not values.get(name)}
    lists: dict[str, set[str]] = {
        "activity_type": {one.key for one in pack.activity_types},
        "originator": {one.key for one in pack.originators},
        "priority": {one.key for one in pack.priorities},
        "handling": {str(one) for one in HANDLINGS},
    }
    for name, keys in lists.items():
        if values.get(name) and values[name] not in keys:
            wrong[name] = "Please choose one of those shown."
    for name in ("agreed_on", "embargo_on"):
        if values.get(name):
            day = read_date(values[name])
            fault = "Please give a date, with day, month and year." if day is None else too_far(day, today)
            wrong |= {name: fault} if fault else {}
    _, bad = read_links(values.get("links", ""))
    if bad:
        wrong["links"] = bad
    return wrong


def read_date(text: str) -> date | None:
    """The day that a date input sent, or None."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_links(text: str) -> tuple[tuple[Link, ...], str]:
    """The links, one a line with its name in front, and what is wrong with the first that is none."""
    links = []
    for line in (one.strip() for one in text.splitlines()):
        if not line:
            continue
        name, _, url = line.rpartition(" ")
        if not is_https(url):
            shown = line if len(line) <= 60 else f"{line[:60]}…"
            return (), (
                f"This line does not end in a web address that begins with https://: {shown} "
                "Please put each link on a line of its own, its name first."
            )
        links.append(Link(name.strip(" -:–") or url, url))
    if len(links) > MOST_LINKS:
        return (), f"Please give at most {MOST_LINKS} links."
    return tuple(links), ""


def read_plan(values: Mapping[str, str], pack: Pack) -> tuple[PlanRow, ...]:
    """The rows of the Dissemination Action Plan in which something was written (C1, C2)."""
    known = [one.key for one in pack.methods]
    rows = []
    for audience in pack.audiences:
        picked = values.get(METHODS + audience.key, "").split(",")
        row = PlanRow(
            audience=audience.key,
            purpose=values.get(PURPOSE + audience.key, ""),
            methods=",".join(key for key in known if key in picked),
            measure=values.get(MEASURE + audience.key, ""),
        )
        if row.purpose or row.methods or row.measure:
            rows.append(row)
    return tuple(rows)
