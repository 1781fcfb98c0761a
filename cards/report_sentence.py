"""What an agency sees of a report before it can be approved, with a way to ask about it; and what the officer gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from assurance.dates import day_words
from assurance.form_rules import tidy
from assurance.highlight_approving import LONGEST_QUERY
from assurance.highlight_draft import QueryView, SentenceView
from assurance.identifiable import Finding
from cards.elements import Action, ActionSet, Element, InputText
from cards.identifiable import confirm_button, please_check
from cards.parts import Card, button, card, fold, heading, paragraph, problem, quoted, strong, subtle, title
from cards.report import REPORT, open_button
from cards.request import count

QUERY = "report.query"
SEAT = "seat"


@dataclass(frozen=True)
class Asked:
    """What was typed into the small form of one agency, and what is to be mended in it; `sent` thanks for it."""

    seat_id: int = 0
    text: str = ""
    error: str = ""
    sent: str = ""
    tries: int = 0
    check: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)


def sentence_card(view: SentenceView, asked: Asked | None = None) -> Card:
    """The exact sentences about a person's agencies, each with its small form."""
    asked = asked or Asked()
    whose = view.sides[0].agency if len(view.sides) == 1 else "your agencies"
    name = f"{view.name}: what it {'says' if view.approved else 'will say'} about {whose}"
    body: list[Element] = [title(name)]
    if asked.sent:
        body.append(paragraph(strong(asked.sent)))
    if view.approved:
        body.append(subtle(f"{view.title}. It is approved."))
    else:
        day = f" from {day_words(view.from_day)}" if view.from_day else ""
        text = f"For the {view.to}. The {view.chair} can approve it{day}. If something is not right, please say so."
        body.append(paragraph(text))
    for side in view.sides:
        if len(view.sides) > 1:
            body.append(heading(f"For {side.agency}"))
        body += [quoted(one) for one in side.sentences]
        body += _query(view, side.seat_id, asked)
    body.append(subtle("Agencies are named in it, people never. If this is right, there is nothing to do."))
    return card(f"{name}.", body)


def _query(view: SentenceView, seat_id: int, asked: Asked) -> list[Element]:
    mine = asked if asked.seat_id == seat_id and not asked.sent else Asked()
    ident = f"rq-{seat_id}-n{asked.tries}"
    items: list[Element] = []
    if mine.check:
        items += please_check(mine.check, {"text": mine.text}, {"text": "Your line"})
    items += [problem(mine.error)] if mine.error else []
    label = f"What should the {view.officer} look at?"
    items.append(
        InputText(id=f"{ident}.text", label=label, value=mine.text or None, max_length=LONGEST_QUERY, is_multiline=True)
    )
    data = {
        "p": view.partnership_id, "to": view.person_id, REPORT: view.report_id, SEAT: seat_id, "n": asked.tries
    }  # fmt: skip
    actions: list[Action] = [button(f"Send to the {view.officer}", QUERY, data)]
    if mine.check:
        actions.append(confirm_button("Not about a real person: send", QUERY, data, mine.check, {"text": mine.text}))
    items.append(ActionSet(actions=actions))
    opened = bool(mine.error or mine.check)
    return fold("Query this", items, ident, opened=opened, framed=True, spacing="medium")


def read_query(data: Mapping[str, Any]) -> Asked:
    """What a press on the small form brought. Nothing in it is trusted."""
    seat_id, tries = count(data, SEAT), count(data, "n")
    text = data.get(f"rq-{seat_id}-n{tries}.text")
    return Asked(seat_id, tidy(text) if isinstance(text, str) else "", tries=tries)


def query_card(view: QueryView) -> Card:
    """For the officer: what an agency asks about its sentence, and the way to the report."""
    name = f"{view.agency} asks about {view.title}"
    body: list[Element] = [title(name), subtle(f"From {view.by}")]
    body += [quoted(view.text), subtle("The sentence"), *(paragraph(one) for one in view.sentences)]
    text = (
        "It is approved, so what it says stays. What has to be put right comes in the next report."
        if view.approved
        else "What you tick or untick in the draft changes the sentence; the agency is then shown it again."
    )
    body.append(paragraph(text))
    look = open_button("Look at the report", view.partnership_id, view.report_id, primary=True)
    return card(f"{name}.", body, [look])
