"""Lines around a meeting: an answer that changed after the papers, and an example that went into a report."""

from __future__ import annotations

from cards.asking import Question, ask_button
from cards.parts import Card, card, paragraph, subtle
from cards.status import STATUS


def changed_card(partnership_id: int, seat: tuple[int, str] | None, title: str, number: int, by: str) -> Card:
    """For the officer: an answer came, or changed, after the papers had gone out."""
    whose = seat[1] if seat else by
    did = "changed its answer" if number > 1 else "answered"
    line = f"{whose} {did} on {title} after the papers had gone out."
    more = f"{by} sent it. Whoever opens the papers now reads the new answer; it is marked there."
    status = [ask_button("See the answer", partnership_id, Question(STATUS, "seat", str(seat[0])))] if seat else []
    return card(line, [paragraph(line), subtle(more)], status)


def used_card(title: str, report: str, to: str) -> Card:
    """For a member: their example went into a report."""
    line = (
        f"Thank you: what you told us about {title} is in the {report} to the {to}, as an example that others can use."
    )
    return card(line, [paragraph(line)])
