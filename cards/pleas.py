"""More time, someone else, sent to us in error: the small forms that stand on every request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from assurance.form_rules import tidy
from assurance.identifiable import Finding
from cards.deputies import person_choices
from cards.elements import ActionSet, Container, Element, InputDate, InputText, ToggleVisibility
from cards.identifiable import confirm_button, please_check
from cards.parts import button, paragraph, problem, subtle

PLEAD = "plea.make"
COLLEAGUES, DEPUTISE = "plea.colleagues", "plea.deputise"
"""Who of the same agency could answer instead, and naming one of them as one's deputy."""
LONGEST = 500
KINDS = {
    "more_time": "More time",
    "someone_else": "Someone else should answer",
    "in_error": "Sent to us in error",
}
_LINES = {
    "more_time": "What is in the way? One line is enough.",
    "someone_else": "Who should answer, and how can we reach them?",
    "in_error": "What makes you think so? One line is enough.",
}
_SEND = {"more_time": "Ask for more time", "someone_else": "Suggest someone else", "in_error": "Tell the {officer}"}


@dataclass(frozen=True)
class Plea:
    """What a press on one of the three brought: which, until when (as typed), and the line beside it."""

    kind: str
    until: str
    text: str


@dataclass(frozen=True)
class ColleagueChoice:
    """The colleagues who could stand in, once they were asked for; who was chosen, and until when."""

    people: tuple[tuple[int, str], ...]
    last: date
    chosen: str = ""
    typed_last: str = ""


@dataclass(frozen=True)
class PleaShown:
    """What was typed into one of the small forms, and what is to be mended or asked about in it."""

    typed: Plea | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    check: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    choice: ColleagueChoice | None = None

    @property
    def opened(self) -> str | None:
        """The kind of the form that stands open."""
        return self.typed.kind if self.typed and (self.errors or self.check or self.choice) else None


def plea_forms(data: Mapping[str, Any], prefix: str, officer: str, shown: PleaShown) -> list[Element]:
    """Three quiet buttons, each with its small form folded below; open where something has to be mended."""
    ids = {kind: f"{prefix}.{kind}" for kind in KINDS}
    toggles = [_toggle(kind, name, ids) for kind, name in KINDS.items()]
    parts: list[Element] = [
        subtle("Not possible in time, or not for you?", spacing="large"),
        ActionSet(actions=toggles, spacing="small"),
    ]
    for kind in KINDS:
        mine = shown if shown.opened == kind else PleaShown()
        parts.append(
            Container(
                id=ids[kind], items=_small_form(kind, ids[kind], officer, {**data, "kind": kind, "pre": prefix}, mine),
                visible=shown.opened == kind, style="emphasis", spacing="small",
            )
        )  # fmt: skip
    return parts


def _toggle(kind: str, name: str, ids: Mapping[str, str]) -> ToggleVisibility:
    others = [{"elementId": other, "isVisible": False} for key, other in ids.items() if key != kind]
    return ToggleVisibility(title=name, tooltip=f"Show or hide: {name}", target_elements=[ids[kind], *others])


def _small_form(kind: str, id: str, officer: str, data: Mapping[str, Any], shown: PleaShown) -> list[Element]:
    typed, errors, items = shown.typed or Plea(kind, "", ""), shown.errors, list[Element]()
    if shown.check:
        items += please_check(shown.check, {"text": typed.text}, {"text": "Your line"})
    if kind == "more_time":
        items += [problem(errors["until"])] if "until" in errors else []
        items.append(InputDate(id=f"{id}.until", label="Until when?", value=typed.until or None))
    items += [problem(errors["text"])] if "text" in errors else []
    items.append(
        InputText(id=f"{id}.why", label=_LINES[kind], value=typed.text or None, max_length=LONGEST, is_multiline=True)
    )
    actions = [button(_SEND[kind].format(officer=officer), PLEAD, data)]
    if shown.check:
        actions.append(confirm_button("Not about a real person: send", PLEAD, data, shown.check, {"text": typed.text}))
    items.append(ActionSet(actions=actions))
    return [*items, *_colleagues(id, data, shown)] if kind == "someone_else" else items


def _colleagues(id: str, data: Mapping[str, Any], shown: PleaShown) -> list[Element]:
    """The other way: a colleague of the same agency is named as one's deputy, with no need to ask anybody."""
    choice = shown.choice
    if choice is None:
        return [ActionSet(actions=[button("Or choose a colleague as your deputy", COLLEAGUES, data)], spacing="small")]
    if not choice.people:
        return [paragraph("I know no other colleague of your agency yet. Please write above who it is.")]
    options = tuple(choice.people)
    return [
        *([problem(shown.errors["deputy"])] if "deputy" in shown.errors else []),
        person_choices(f"{id}.deputy", "Or choose a colleague as your deputy", options, choice.chosen),
        *([problem(shown.errors["last"])] if "last" in shown.errors else []),
        InputDate(id=f"{id}.last", label="Until the end of", value=choice.typed_last or choice.last.isoformat()),
        ActionSet(actions=[button("Name as my deputy", DEPUTISE, data)]),
    ]


def read_deputise(data: Mapping[str, Any]) -> tuple[str, str]:
    """Which colleague was chosen, and until when, as they were sent. Nothing in it is trusted."""
    prefix = str(data.get("pre"))
    chosen, last = (data.get(f"{prefix}.someone_else.{name}") for name in ("deputy", "last"))
    return (chosen[:20] if isinstance(chosen, str) else ""), (last[:10] if isinstance(last, str) else "")


def read_plea(data: Mapping[str, Any]) -> Plea:
    """What a press on one of the small forms brought. Nothing in it is trusted."""
    kind, prefix = str(data.get("kind")), str(data.get("pre"))
    until, text = (data.get(f"{prefix}.{kind}.{name}") for name in ("until", "why"))
    return Plea(kind, until if isinstance(until, str) else "", tidy(text) if isinstance(text, str) else "")
