"""What an agency is told after a meeting: kindly, in its own card, with what comes next and a way to ask about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from assurance.dates import day_words, listing
from assurance.form_rules import tidy
from assurance.identifiable import Finding
from assurance.lifecycles import ENDED, NOT_RELEVANT, UNABLE
from assurance.outcome_view import OutcomeSide, OutcomeView
from assurance.pleas import LONGEST
from cards.asking import Question, ask_button
from cards.elements import Action, ActionSet, Element, InputText
from cards.identifiable import confirm_button, please_check
from cards.parts import Card, button, card, fold, heading, paragraph, problem, quoted, strong, subtle, title
from cards.request import count
from cards.returns_list import OPEN
from cards.status import STATUS

QUERY = "outcome.query"
RETURN, SORT, MEETING = "return", "sort", "meeting"
ASK, EVIDENCE = "query", "new_evidence"
_NAMES = {ASK: "Query this", EVIDENCE: "New evidence"}
_LINES = {ASK: "What should the {officer} look at?", EVIDENCE: "What has changed? A line or two is enough."}
_SEND = {ASK: "Send to the {officer}", EVIDENCE: "Tell the {officer}"}


@dataclass(frozen=True)
class QueryShown:
    """What was typed into the small form of one agency, and what is to be mended in it; `sent` thanks for it."""

    return_id: int = 0
    sort: str = ""
    text: str = ""
    error: str = ""
    sent: str = ""
    tries: int = 0
    check: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)


def outcome_card(view: OutcomeView, shown: QueryShown | None = None) -> Card:
    """The outcome of one item, an agency at a time."""
    shown = shown or QueryShown()
    name = f"{view.title}: {_headline(view)}"
    body: list[Element] = [title(name)]
    if shown.sent:
        body.append(paragraph(strong(shown.sent)))
    for side in view.sides:
        if len(view.sides) > 1:
            body.append(heading(f"For {side.short}"))
        body += _side(view, side)
        body += _queries(view, side, shown)
    return card(f"{name}.", body, _actions(view))


def _headline(view: OutcomeView) -> str:
    if all(one.state == UNABLE for one in view.sides):
        return "we will stop asking"
    if all(one.silent for one in view.sides):
        return "no answer was received"
    return f"what the {view.pack.terms.group_short} made of your answer"


def _side(view: OutcomeView, side: OutcomeSide) -> list[Element]:
    terms, day = view.pack.terms, day_words(view.meeting_on)
    whose = f"{side.short}\u2019s" if side.short != "you" else "your"
    if side.silent:
        text = (
            f"By the end of the meeting on {day} we had not had {whose} answer, so the record says \u201cno response "
            "received\u201d. It is a fact, and no level. If something is in the way, tell us and we will help."
        )
        return [paragraph(text), *_next(side)]
    if side.state == UNABLE:
        return _unable(view, side, day)
    if side.state == ENDED:
        why = f"because the service has ended or was transferred: \u201c{side.rationale}\u201d"
        text = f"On {day} the {terms.group_short} noted that nothing more can be asked here, {why}. This is no concern."
        return [paragraph(text), paragraph("We will stop asking. If that is not right, tell us.")]
    body: list[Element] = [paragraph(f"Thank you. On {day} the {terms.group_short} considered {whose} answer.")]
    body += [paragraph(strong(f"{line.label}: "), line.sentence) for line in side.lines]
    if side.rationale:
        body += [subtle("Why"), quoted(side.rationale)]
    if side.good_practice:
        body += [subtle("Good practice noted"), quoted(side.good_practice)]
    if side.concern:
        body += [subtle("A concern that the group has"), quoted(side.concern)]
    if side.closed_because:
        body += [subtle("Closed by the " + terms.chair), quoted(side.closed_because)]
    if side.next_step:
        body += [subtle("The next step that was agreed"), quoted(side.next_step)]
    body += _next(side)
    seen = "this level" if len(side.lines) == 1 else "these levels"
    reason = " and this reason" if side.rationale else ""
    body.append(subtle(f"Your answer is kept. The {terms.board} will see {seen}{reason}."))
    return body


def _unable(view: OutcomeView, side: OutcomeSide, day: str) -> list[Element]:
    terms = view.pack.terms
    whom = side.short if side.short != "you" else "you"
    text = (
        f"On {day} the {terms.group_short} decided that {whom} {'are' if whom == 'you' else 'is'} at present unable to "
        f"provide assurance on {view.title}."
    )
    body: list[Element] = [paragraph(text), subtle("Why"), quoted(side.rationale)]
    body.append(paragraph("We will stop asking. This is not a finding about anyone\u2019s practice."))
    offers = f"Whether a risk-register entry or a {terms.request} follows is for people to decide."
    body.append(paragraph(f"The {terms.board} will be told, with this reason. {offers} If things change, tell us."))
    return body


def _next(side: OutcomeSide) -> list[Element]:
    """What is asked next, and by when."""
    if side.ended:
        words = "not relevant to you" if side.state == NOT_RELEVANT else "assured"
        return [paragraph(strong("Nothing more is asked. "), f"The group holds this as {words}. Thank you.")]
    lines = []
    if side.again:
        by = (
            f"by the end of {day_words(side.next_due)}"
            if side.next_due
            else "for the next meeting, once its day is set"
        )
        what = "your answer" if side.silent else "an update"
        lines.append(f"{what.capitalize()} on {listing(list(side.again))}, {by}.")
    lines += [f"{label}, from {day_words(opens)}, for the first time." for label, opens in side.later]
    first, others = lines[:1], lines[1:]
    return [paragraph(strong("Next: "), one) for one in first] + [paragraph(one, spacing="small") for one in others]


def _queries(view: OutcomeView, side: OutcomeSide, shown: QueryShown) -> list[Element]:
    """Two quiet buttons, each with its small form folded below."""
    sorts = [EVIDENCE, ASK] if side.ended else [ASK]
    found: list[Element] = []
    for sort in sorts:
        mine = shown if (shown.return_id, shown.sort) == (side.return_id, sort) and not shown.sent else QueryShown()
        officer = view.pack.terms.officer
        ident = f"q-{side.return_id}-{sort}-n{shown.tries}"
        items: list[Element] = []
        if mine.check:
            items += please_check(mine.check, {"text": mine.text}, {"text": "Your line"})
        items += [problem(mine.error)] if mine.error else []
        label = _LINES[sort].format(officer=officer)
        items.append(
            InputText(id=f"{ident}.text", label=label, value=mine.text or None, max_length=LONGEST, is_multiline=True)
        )
        data = _data(view) | {RETURN: side.return_id, SORT: sort, "n": shown.tries}
        actions: list[Action] = [button(_SEND[sort].format(officer=officer), QUERY, data)]
        if mine.check:
            actions.append(
                confirm_button("Not about a real person: send", QUERY, data, mine.check, {"text": mine.text})
            )
        items.append(ActionSet(actions=actions))
        opened = bool(mine.error or mine.check)
        found += fold(_NAMES[sort], items, ident, opened=opened, framed=True, spacing="medium")
    return found


def _actions(view: OutcomeView) -> list[Action]:
    data = {"p": view.partnership_id, "to": view.person_id, "request": view.request_id}
    actions: list[Action] = []
    if any(side.next_due for side in view.sides):
        actions.append(button("Answer now", OPEN, data, collect=False))
    seats = [side.seat_id for side in view.sides if side.seat_id is not None]
    if seats:
        question = Question(STATUS, "seat", str(seats[0]))
        actions.append(ask_button("See the record", view.partnership_id, question))
    return actions


def _data(view: OutcomeView) -> dict[str, Any]:
    return {"p": view.partnership_id, "to": view.person_id, "request": view.request_id, MEETING: view.meeting_id}


def read_query(data: Mapping[str, Any]) -> QueryShown:
    """What a press on one of the small forms brought. Nothing in it is trusted."""
    return_id, sort, tries = count(data, RETURN), str(data.get(SORT)), count(data, "n")
    text = data.get(f"q-{return_id}-{sort}-n{tries}.text")
    return QueryShown(return_id, sort, tidy(text) if isinstance(text, str) else "", tries=tries)
