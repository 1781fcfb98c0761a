"""The "please check" block of every form with free text: remove it, or say that it is not about a real person (I2).

A form that was refused with `AskFirst` is shown again with everything that was typed: `please_check` at its top,
`confirm_button` beside its own buttons. On the next press `confirmed` says whether all that looks identifiable
now was confirmed in that press; anything typed since is asked about again. Flagged text stands in the card alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from assurance.dates import listing
from assurance.identifiable import Finding, describe, find
from cards.elements import Container, Element, Execute
from cards.parts import button, heading, paragraph, points

SURE = "sure"
"""The name under which a confirming button carries the marks of what it confirms."""
LONGEST_SHOWN = 60


def please_check(
    findings: Mapping[str, tuple[Finding, ...]], values: Mapping[str, str], labels: Mapping[str, str]
) -> list[Element]:
    """What was found, each by its question's label. `values` hold what was typed, `labels` the questions."""
    lines = []
    for key, hits in findings.items():
        text = values.get(key, "")
        shown = [f"{describe(one.kind)} (\u201c{_short(text[one.start : one.end])}\u201d)" for one in hits]
        lines.append(f"{labels.get(key, 'Your text')}: this looks like {listing(list(dict.fromkeys(shown)))}")
    block: list[Element] = [
        heading("Please check before this is saved", spacing="none"),
        paragraph("Nothing has been stored yet. Some of the text could identify a child, an adult or a case."),
        points(lines),
        paragraph("Please take it out below and send again, or confirm that it is not about a real person."),
    ]
    return [Container(items=block, style="warning", spacing="medium")]


def confirm_button(
    name: str,
    verb: str,
    data: Mapping[str, Any],
    findings: Mapping[str, tuple[Finding, ...]],
    values: Mapping[str, str],
) -> Execute:
    """The button that says "it is not about a real person": the same verb and data, with the marks added."""
    marks = {mark(values.get(key, "")[one.start : one.end]) for key, hits in findings.items() for one in hits}
    return button(name, verb, {**data, SURE: ".".join(sorted(marks))})


def confirmed(data: Mapping[str, Any], values: Mapping[str, str]) -> bool:
    """Whether everything in these values that looks identifiable was confirmed by the button that was pressed."""
    sent = data.get(SURE)
    if not isinstance(sent, str) or not sent:
        return False
    marks = set(sent.split("."))
    return all(mark(text[one.start : one.end]) in marks for text in values.values() for one in find(text))


def mark(text: str) -> str:
    """A short mark of one flagged stretch of text, by which a confirmation can be told from another."""
    return sha256(" ".join(text.split()).encode()).hexdigest()[:12]


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST_SHOWN else f"{plain[: LONGEST_SHOWN - 1]}\u2026"
