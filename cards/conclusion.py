"""What a meeting came to, for the chair and the officer: decisions, concerns apart, and what waits for them (B10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assurance.circulation import Gap
from assurance.conclusion_view import ConclusionView
from assurance.dates import count_words, day_words
from cards.elements import Action, ActionSet, Element, InputChoiceSet, InputDate
from cards.literal import unlinked
from cards.parts import (
    Card,
    button,
    card,
    cell,
    facts,
    fold,
    heading,
    paragraph,
    points,
    problem,
    strong,
    subtle,
    table,
    title,
)
from cards.request import count

AGREED, CONFIRM, CARRY = "circulation.agreed", "circulation.confirm", "circulation.carry"
MEETING, RULE = "meeting", "rule"
SORTS = {
    "no_response": "No response received",
    "weak": "Low, no assurance or unable",
    "medium": "Medium: further assurance sought",
}
MOST = 40


def conclusion_card(
    view: ConclusionView, *, note: str = "", errors: Mapping[str, str] | None = None, rule: str = "", tries: int = 0
) -> Card:
    """A closed meeting; where it was not quorate, who has agreed since and what the chair can do."""
    name = f"{view.group}, {day_words(view.on)}"
    body: list[Element] = [title(name), subtle(_standing(view), spacing="none")]
    if note:
        body.append(paragraph(strong(note)))
    actions: list[Action] = []
    if view.may_record:
        body += _circulation(view, errors or {}, rule, tries)
        actions = _chair(view)
    if view.decided:
        body.append(heading("Decided" if not view.may_record else f"Decided, provisional: {view.gap}"))
        for item in dict.fromkeys(its for _, its, _ in view.decided):
            rows = [[cell(who), cell(words)] for who, its, words in view.decided[:MOST] if its == item]
            body += [paragraph(strong(item)), table(["Agency", "Decided"], rows, [2, 4])] if rows else []
    body += _concerns(view)
    if view.good_practice:
        body += [heading("Good practice"), points(f"{who}: {words}" for who, words in view.good_practice)]
    if view.led_otherwise:
        body += [heading("Led by somebody else"), points(f"{who}: led by {by}" for who, by in view.led_otherwise)]
    if view.undecided:
        body += [heading("Not decided"), points(view.undecided), subtle("These come to the next meeting.")]
    if view.offers:
        body += [heading("For people to decide"), points(view.offers), subtle("Nothing of this is done by itself.")]
    return card(f"{name}. {_standing(view)}", body, actions, wide=True)


def _standing(view: ConclusionView) -> str:
    done = f"{count_words(len(view.decided))} decided".capitalize()
    told = {
        "final": "Each agency has been told its outcome.",
        "confirmed": "Confirmed by circulation. Each agency has been told its outcome.",
        "provisional": "Provisional: outcomes and closures wait.",
        "carried": "Not confirmed: everything is taken up again at the next meeting.",
    }.get(view.decisions, "")
    return f"{view.quorum}. {done}. {told if view.decided or view.decisions == 'carried' else ''}".strip()


def _concerns(view: ConclusionView) -> list[Element]:
    """The three sorts, each by itself: a fact, a weak level, and Medium are never put together."""
    body: list[Element] = []
    for sort, name in SORTS.items():
        some = [one for one in view.concerns if one.sort == sort]
        if not some:
            continue
        body.append(paragraph(strong(name), spacing="medium"))
        body.append(
            points(
                f"{one.name}, {one.title}"
                + (f": {one.dimension}, {one.level}" if one.level else "")
                + (f". {one.words}" if one.words else "")
                for one in some
            )
        )
    return [heading("Concerns"), *body] if body else []


def _circulation(view: ConclusionView, errors: Mapping[str, str], rule: str, tries: int) -> list[Element]:
    body: list[Element] = [heading("Confirm by circulation")]
    body.append(paragraph("Record who of each missing sector agrees with what was decided. The chair then confirms it, "
                          "or carries everything over."))  # fmt: skip
    for gap in view.gaps:
        if gap.agreed_on is not None:
            body.append(facts([(_first(gap.label), f"{gap.agreed_by} agreed on {day_words(gap.agreed_on)}")]))
        else:
            body += _agreement(view, gap, errors if gap.rule == rule else {}, tries)
    return body


def _agreement(view: ConclusionView, gap: Gap, errors: Mapping[str, str], tries: int) -> list[Element]:
    ident = f"agree-{gap.rule}-n{tries}"
    inside: list[Element] = [problem(errors["person"])] if "person" in errors else []
    if not gap.may_agree:
        return [
            paragraph(
                strong(f"{_first(gap.label)}: "), "nobody is there for it at present. Type people to change that."
            )
        ]
    inside.append(
        InputChoiceSet(
            id=f"{ident}.person", label="Who agreed", style="compact", placeholder="Choose a person",
            choices=[{"title": unlinked(name), "value": str(number)} for number, name in gap.may_agree],
        )
    )  # fmt: skip
    inside += [problem(errors["agreed_on"])] if "agreed_on" in errors else []
    inside.append(InputDate(id=f"{ident}.agreed_on", label="On which day", value=view.today.isoformat()))
    data = _data(view) | {RULE: gap.rule, "n": tries}
    inside.append(ActionSet(actions=[button("Record this agreement", AGREED, data)]))
    return fold(f"{_first(gap.label)}: record an agreement", inside, ident, opened=bool(errors), framed=True)


def _first(label: str) -> str:
    return f"{label[:1].upper()}{label[1:]}"


def _chair(view: ConclusionView) -> list[Action]:
    if not view.may_confirm:
        return []
    data, ready = _data(view), all(gap.agreed_on is not None for gap in view.gaps)
    actions = [button("Confirm what was decided", CONFIRM, data, primary=True, collect=False)] if ready else []
    return [*actions, button("Carry over to the next meeting", CARRY, data, collect=False)]


def _data(view: ConclusionView) -> dict[str, Any]:
    return {"p": view.partnership_id, "to": view.person_id, MEETING: view.meeting_id}


def read_agreement(data: Mapping[str, Any]) -> tuple[str, int | None, str]:
    """Which rule somebody agreed for, who, and on which day, as it was typed. Nothing in it is trusted."""
    rule, tries = str(data.get(RULE))[:60], count(data, "n")
    person, day = (data.get(f"agree-{rule}-n{tries}.{name}") for name in ("person", "agreed_on"))
    sound = isinstance(person, str) and person.isascii() and person.isdigit() and len(person) < 10
    return rule, int(person) if sound and isinstance(person, str) else None, day if isinstance(day, str) else ""
