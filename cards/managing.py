"""The officer's card of one issued request, and the short forms behind its buttons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from assurance.cancelling import REASON_LENGTH
from assurance.dates import count_words, day_words, listing
from assurance.form_rules import tidy
from assurance.identifiable import Finding
from assurance.managed_view import ManagedItem, ManagedSide
from assurance.standing import counted
from cards.behalf import OPEN as OPEN_BEHALF
from cards.elements import Action, ActionSet, Element, InputChoiceSet, InputDate, InputText
from cards.exports import OPEN as EXPORT
from cards.identifiable import confirm_button, please_check
from cards.parts import Card, button, card, fold, heading, paragraph, points, problem, strong, subtle, title

MANAGE = "item.manage"
AGENCIES, ADD, REMOVE = "item.agencies", "item.add", "item.remove"
DUE, MOVE_DUE = "item.due", "item.due.change"
MORE_TIME, GRANT = "item.more_time", "item.grant"
WITHDRAW, CANCEL = "item.withdraw", "item.cancel"
CORRECT = "item.correct"
WHY_LENGTH = 250
NOT_REAL = "It is not about a real person"
LABELS = {"why": "Why them", "reason": "The reason"}


@dataclass(frozen=True)
class Typed:
    """What an officer typed on one of these forms, with what is wrong and what may identify somebody."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    findings: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)


def data_of(item: ManagedItem) -> dict[str, Any]:
    """What every button of these cards carries."""
    return {"p": item.partnership_id, "to": item.to, "request": item.request_id}


def manage_card(item: ManagedItem, done: str = "") -> Card:
    """One issued request: how it stands, and everything that can be changed about it."""
    body: list[Element] = [title(item.title)]
    if done:
        body.append(paragraph(strong(done)))
    meeting = f" For the meeting on {day_words(item.meeting_on)}." if item.meeting_on else ""
    body.append(subtle(f"{item.kind}. Issued {day_words(item.issued_on)}, due {day_words(item.due_on)}.{meeting}"))
    body.append(paragraph(_where_it_stands(item)))
    body += _lists(item)
    if item.corrected_on:
        body.append(subtle(f"The meaning was corrected on {day_words(item.corrected_on)}; members were told."))
    if item.on_hold:
        body.append(subtle("On hold: nothing of it is removed until the hold is ended. Type retention to see why."))
    files = button("Word and evidence files", EXPORT, data_of(item), collect=False)
    body.append(ActionSet(actions=[files], spacing="medium"))
    return card(f"{item.title}: {_where_it_stands(item)}", body, _actions(item))


def _where_it_stands(item: ManagedItem) -> str:
    waiting = [one.short for one in item.asked if one.pending]
    said = counted(len(item.asked) - len(waiting), len(item.asked))
    said = said[:1].upper() + said[1:]
    if not waiting or len(item.asked) == len(waiting):
        return f"{said}."
    return f"{said}; still to come: {listing(waiting)}."


def _lists(item: ManagedItem) -> list[Element]:
    """Who has more time, and who was not reached and why; nothing where there is nothing to say."""
    found: list[Element] = []
    more = [f"{one.short}: until {day_words(one.extended_to)}" for one in item.sides if one.extended_to]
    if more:
        found += [heading("More time agreed", spacing="medium"), points(more, spacing="small")]
    missed = [f"{one.short}: {_why_not(one)}" for one in item.sides if one.how in ("not_reached", "vacant")]
    if missed:
        found += [heading("Not reached", spacing="medium"), points(missed, spacing="small")]
    told = [one.short for one in item.sides if one.how == "information"]
    if told:
        found.append(subtle(f"For information only: {listing(told)}."))
    return found


def _why_not(side: ManagedSide) -> str:
    return "nobody sits there at the moment." if side.how == "vacant" else side.why_not


def _actions(item: ManagedItem) -> list[Action]:
    from cards.preview import FULL, REQUEST  # it has buttons that lead here

    data = data_of(item)
    found: list[Action] = []
    if item.full_request:
        full = data | {REQUEST: item.request_id}
        found.append(button("Issue the full request", FULL, full, primary=True, collect=False))
    elif item.learning_id is not None:
        found.append(button("Correct the learning", CORRECT, data, collect=False))
    found += [
        button("Add or remove agencies", AGENCIES, data, collect=False),
        button("Change the due day", DUE, data, collect=False),
    ]
    if any(one.pending for one in item.asked):
        found.append(button("Give more time", MORE_TIME, data, collect=False))
        found.append(button("Act for an agency", OPEN_BEHALF, data, collect=False))
    found.append(button("Withdraw", WITHDRAW, data, collect=False))
    return found


def _form(
    item: ManagedItem, name: str, why: str, fields: Sequence[Element], actions: Sequence[Action], typed: Typed
) -> Card:
    body: list[Element] = [title(name), subtle(item.title), *check(typed, LABELS), paragraph(why), *fields]
    back = button("Back", MANAGE, data_of(item), collect=False)
    return card(f"{item.title}: {name}", body, [*actions, back])


def _wrong(typed: Typed, name: str) -> list[Element]:
    return [problem(typed.errors[name])] if name in typed.errors else []


def check(typed: Typed, labels: Mapping[str, str]) -> list[Element]:
    """The question about text that may identify somebody, where there is such text."""
    return please_check(typed.findings, typed.values, labels) if typed.findings else []


def sending(name: str, verb: str, data: Mapping[str, Any], typed: Typed) -> list[Action]:
    """The button that sends a form, and beside it the one that confirms flagged text."""
    found: list[Action] = [button(name, verb, data, primary=True)]
    if typed.findings:
        found.append(confirm_button(NOT_REAL, verb, data, typed.findings, typed.values))
    return found


def agencies_card(item: ManagedItem, typed: Typed | None = None) -> Card:
    """Further agencies are asked or told, and an agency that is asked is taken off."""
    typed = typed or Typed()
    data = data_of(item)
    fields: list[Element] = []
    actions: list[Action] = []
    if item.addable:
        choices = [{"title": name, "value": str(number)} for number, name in item.addable]
        told = {str(one.seat_id) for one in item.sides if one.how == "information"}
        fields += [heading("Add"), *_wrong(typed, "agencies")]
        fields.append(_several("add_asked", "Ask these as well", choices, typed))
        inform = [one for one in choices if one["value"] not in told]
        if inform:
            name = "Only tell these, for information"
            fields += fold(name, [_several("add_told", name, inform, typed)], "add_told.fold",
                           opened=bool(typed.values.get("add_told")))  # fmt: skip
        fields += _wrong(typed, "why")
        fields.append(
            InputText(
                id="why", label="Why them (optional; each of them reads it)", max_length=WHY_LENGTH,
                value=typed.values.get("why") or None,
            )
        )  # fmt: skip
        actions += sending("Add them", ADD, data, typed)
    asked = [one for one in item.sides if one.seat_id is not None or one.how != "information"]
    if len(asked) > 1:
        fields += [heading("Stop asking"), *_wrong(typed, "loop")]
        chosen = [{"title": one.name, "value": str(one.loop_id)} for one in asked]
        fields.append(
            InputChoiceSet(
                id="loop", label="Which one is not to be asked any more?", choices=chosen, style="compact",
                placeholder="Choose one", value=typed.values.get("loop") or None,
            )
        )  # fmt: skip
        actions.append(button("Stop asking", REMOVE, data))
    why = "Those you add get the request at once. Those you take off are told once; what they sent is kept."
    return _form(item, "Add or remove agencies", why, fields, actions, typed)


def _several(id: str, label: str, choices: list[dict[str, str]], typed: Typed) -> InputChoiceSet:
    return InputChoiceSet(
        id=id, label=label, choices=choices, is_multi_select=True, wrap=True, style="expanded",
        value=typed.values.get(id) or None,
    )  # fmt: skip


def due_card(item: ManagedItem, typed: Typed | None = None) -> Card:
    """A new due day for everybody who has still to answer."""
    typed = typed or Typed()
    number = sum(one.pending for one in item.asked)
    whom = "Nobody is waiting, so nobody is told." if not number else (
        f"The {count_words(number)} still to answer are told once; those who have answered are not."
        if number > 1 else "The one still to answer is told once."
    )  # fmt: skip
    day = InputDate(id="due_on", label="Due by the end of", value=typed.values.get("due_on") or str(item.due_on))
    fields = [*_wrong(typed, "due_on"), day]
    actions = [button("Change the day", MOVE_DUE, data_of(item), primary=True)]
    return _form(item, "Change the due day", f"{whom} The meeting stays as it is.", fields, actions, typed)


def more_time_card(item: ManagedItem, typed: Typed | None = None) -> Card:
    """More time for one agency."""
    typed = typed or Typed()
    waiting = [one for one in item.asked if one.pending]
    choices = [{"title": one.name, "value": str(one.loop_id)} for one in waiting]
    fields: list[Element] = [
        *_wrong(typed, "loop"),
        InputChoiceSet(
            id="loop", label="Which agency?", choices=choices, style="compact", placeholder="Choose one",
            value=typed.values.get("loop") or None,
        ),
        *_wrong(typed, "until"),
        InputDate(id="until", label="Until the end of", value=typed.values.get("until") or None),
    ]  # fmt: skip
    why = "Until then it is not late and is not reminded. Its people are told once."
    actions = [button("Give more time", GRANT, data_of(item), primary=True)]
    return _form(item, "Give more time", why, fields, actions, typed)


def withdraw_card(item: ManagedItem, typed: Typed | None = None) -> Card:
    """The request is withdrawn, with a reason that its addressees read."""
    typed = typed or Typed()
    fields: list[Element] = [
        *_wrong(typed, "reason"),
        InputText(
            id="reason", label="Why is it withdrawn? Those who were asked read this.", is_multiline=True,
            max_length=REASON_LENGTH, value=typed.values.get("reason") or None,
        ),
    ]  # fmt: skip
    why = "Nobody is asked any more. Everybody who was sent it is told once. Answers already given are kept."
    actions = sending("Withdraw the request", CANCEL, data_of(item), typed)
    return _form(item, "Withdraw the request", why, fields, actions, typed)


def read_typed(data: Mapping[str, Any]) -> dict[str, str]:
    """Everything that was typed on one of these forms, tidied and bounded."""
    names = ("add_asked", "add_told", "why", "loop", "due_on", "until", "reason")
    return {name: tidy(str(data[name])[:4000]) for name in names if isinstance(data.get(name), str)}


def read_numbers(text: str) -> list[int]:
    """The numbers of what was chosen in a list of several; anything else is left out."""
    parts = (one.strip() for one in text.split(","))
    return [int(one) for one in parts if one.isascii() and one.isdigit() and len(one) < 10]


def read_day(text: str) -> date | None:
    """The day that a date input sent, or None."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
