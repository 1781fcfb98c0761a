"""What the officer reads of a plea and can do about it, and the line that tells how it ended."""

from __future__ import annotations

from typing import Any

from assurance.dates import day_words, moment_words
from assurance.plea_view import PleaView
from cards.elements import Action, Element, InputDate
from cards.managing import MANAGE
from cards.parts import Card, button, card, facts, paragraph, problem, quoted, subtle, title

GRANT = "plea.grant"
AGREE = "plea.agree"
SETTLE = "plea.settle"
AFTERWARDS = frozenset({"query", "new_evidence"})
"""What comes after a meeting, when nothing is due."""
SHOW = "plea.show"
"""Opens a plea's card from a list."""


def plea_card(view: PleaView, to: int) -> Card:
    """What the officer reads, with what can be done about it; once settled, how it was."""
    asks = {
        "more_time": f"{view.addressee} asks for more time",
        "someone_else": f"{view.addressee} says that someone else should answer",
        "in_error": f"{view.addressee} says that this was sent in error",
        "query": f"{view.addressee} asks about its outcome",
        "new_evidence": f"{view.addressee} has new evidence",
    }[view.kind]
    pairs = [("About", view.title), ("From", view.by)]
    pairs += [] if view.kind in AFTERWARDS else [("Due now", day_words(view.due_on))]
    if view.wanted_on is not None:
        pairs.append(("Wanted until", day_words(view.wanted_on)))
    body: list[Element] = [title(asks), facts(pairs)]
    if view.text:
        body.append(quoted(view.text))
    summary = f"{asks}: {view.title}."
    if view.state != "open":
        settled = f" at {moment_words(view.settled_at, view.timezone)}" if view.settled_at else ""
        body.append(subtle(f"{_ENDS[view.state]}{settled}."))
        return card(summary, body)
    data = {"p": view.partnership_id, "to": to, "plea": view.plea_id}
    if view.kind == "more_time":
        return _ask_for_time(view, summary, body, data)
    body.append(paragraph(_NEXT[view.kind]))
    actions: list[Action] = [button("Thank them, and settle this", SETTLE, data, primary=True)]
    if view.kind == "in_error":
        about = {"p": view.partnership_id, "to": to, "request": view.request_id}
        actions.append(button("Change this request", MANAGE, about, collect=False))
    return card(summary, body, actions)


_ENDS = {
    "granted": "Another date was agreed",
    "settled": "Settled",
    "replaced": "They have asked again since: please see the newer message. This one was set aside",
    "withdrawn": "The request was withdrawn, so nothing is left to do. Settled",
    "answered": "They have answered since, so nothing is left to do. Settled",
}
_NEXT = {
    "someone_else": "To change who answers for an agency, type people. Whoever you add gets the open requests.",
    "in_error": "If they are right, take the agency off the request.",
    "query": "What was decided stays. The group can look at it again at its next meeting; please tell them which.",
    "new_evidence": "The chair can have the agency asked again: type reopen.",
}


def _ask_for_time(view: PleaView, summary: str, body: list[Element], data: dict[str, Any]) -> Card:
    wanted = view.wanted_on
    body = [
        *body,
        *([problem(view.problem)] if view.problem else []),
        InputDate(id="until", label="Or agree another date", value=view.chosen or None),
    ]
    actions: list[Action] = []
    if wanted is not None and wanted > view.due_on:
        exact = data | {"until": wanted.isoformat()}
        actions.append(button(f"Agree {day_words(wanted)}", GRANT, exact, primary=True, collect=False))
    actions.append(button("Agree the date above", AGREE, data))
    actions.append(button("Thank them, and keep the date", SETTLE, data, collect=False))
    return card(summary, body, actions)


def told_plea_card(view: PleaView) -> Card:
    """One line for whoever asked, once the officer has dealt with it."""
    officer = view.officer
    text = {
        "granted": f"The {officer} has agreed another date for {view.title}.",
        "settled": f"The {officer} has read your note on {view.title}. Thank you.",
    }.get(view.state, "")
    if view.kind == "more_time" and view.state == "settled":
        text = (
            f"The {officer} has read your note on {view.title}. Thank you. The date stays "
            f"{day_words(view.due_on)}; a short answer is welcome."
        )
    return card(text, [paragraph(text)])
