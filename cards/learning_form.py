"""The form for new learning, in three steps; each replaces the one before (A1-A4, B2, C1, C2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assurance.dates import day_words
from assurance.learning_rules import (
    MEASURE,
    METHODS,
    PURPOSE,
    WHY,
    length_of,
    mark_of,
)
from assurance.learning_view import FormView
from assurance.timing import FULL, NEXT_MEETING, OWN_DAY, SHORT_NOTICE, VERBAL, Due
from cards.elements import ActionSet, Element, Execute, InputChoiceSet, InputDate, InputText
from cards.identifiable import please_check
from cards.literal import unlinked
from cards.parts import Card, button, card, fold, heading, paragraph, problem, strong, subtle, title

STEP = "learning.step"
DRAFT, REVISION, AT_STEP, GO, SURE = "d", "rev", "s", "go", "sure"
"""What the buttons carry: the draft as it was shown, the step, where to go, and the texts vouched for."""
NEXT, BACK, LATER, ADD = "next", "back", "later", "add"
PREFIX = "new"
HANDLING = (
    ("ldg", "Members of the {group} only"),
    ("staff", "Members may share it with their staff"),
    ("public", "It may be made public"),
)
_SUBJECTS = {1: "what was learned", 2: "who is asked, and by when", 3: "how it will be shared (optional)"}
_FORWARD = {1: "Next: who is asked", 2: "Next: action plan", 3: "Preview"}
NOT_REAL = "Not about a real person: go on"
_PLAIN = (
    "Please write nothing that could identify a child, an adult or a family. Title, group, type, key messages and "
    "who may see it are needed; the rest can follow. Nothing is sent before you have seen a preview."
)


def step_card(view: FormView) -> Card:
    """One step of the form, with what was typed and what is wrong."""
    form = _Form(view)
    name = view.values.get("title", "")
    head: list[Element] = [
        title(f"New learning: {name}" if name and view.step > 1 else "New learning"),
        subtle(f"Step {view.step} of 3: {_SUBJECTS[view.step]}"),
    ]
    body = {1: _first, 2: _second, 3: _third}[view.step](form)
    if view.findings:
        head += please_check(view.findings, view.values, form.labels)
    elif view.errors:
        head.append(problem("Please look at the marked answers. Nothing you typed is lost."))
    elif view.note:
        head.append(paragraph(view.note))
    return card(f"New learning, step {view.step} of 3.", [*head, *body], _buttons(view))


def _buttons(view: FormView) -> list[Execute]:
    found = [press(view, _FORWARD[view.step], NEXT, primary=not view.findings)]
    if view.findings:
        marks = {
            mark_of(view.values[name][one.start : one.end]) for name, hits in view.findings.items() for one in hits
        }
        found.insert(0, press(view, NOT_REAL, NEXT, primary=True, sure=sorted(marks)))
    if view.step > 1:
        found.append(press(view, "Back", BACK))
    found.append(press(view, "Save and finish later", LATER))
    return found


def press(view: FormView, name: str, go: str, *, primary: bool = False, sure: Sequence[str] = ()) -> Execute:
    """A button of the form."""
    data: dict[str, Any] = {
        "p": view.partnership_id, "to": view.person_id, DRAFT: view.draft_id, AT_STEP: view.step, GO: go,
        REVISION: view.body.revision,
    }  # fmt: skip
    return button(name, STEP, data | ({SURE: list(sure)} if sure else {}), primary=primary)


def typed_in(data: Mapping[str, Any]) -> dict[str, str]:
    """What was typed on any step, by input name."""
    return {
        key.rpartition(".")[2]: value
        for key, value in data.items()
        if key.startswith(f"{PREFIX}.") and isinstance(value, str)
    }


class _Form:
    """The inputs of one step, each with what is wrong with it above it."""

    def __init__(self, view: FormView) -> None:
        self.view = view
        self.labels: dict[str, str] = {}
        again = "x" if view.findings or view.errors or view.note else ""
        self.prefix = f"{PREFIX}.{view.draft_id}.{view.body.revision}{again}"

    def value(self, name: str) -> str | None:
        return self.view.values.get(name) or None

    def text(self, name: str, label: str, *, lines: bool = False, like: str = "") -> list[Element]:
        made = InputText(
            id=f"{self.prefix}.{name}", label=label, value=self.value(name), is_multiline=lines or None,
            max_length=length_of(name), placeholder=like or None,
        )  # fmt: skip
        return self._marked(name, made)

    def day(self, name: str, label: str) -> list[Element]:
        return self._marked(name, InputDate(id=f"{self.prefix}.{name}", label=label, value=self.value(name)))

    def choice(
        self, name: str, label: str, options: Iterable[tuple[str, str]], *, several: bool = False, listed: bool = False
    ) -> list[Element]:
        choices = [{"title": unlinked(words), "value": key} for key, words in options]
        known = [one["value"] for one in choices]
        held = [key for key in known if key in (self.value(name) or "").split(",")]
        made = InputChoiceSet(
            id=f"{self.prefix}.{name}", label=label, choices=choices, value=",".join(held) or None,
            style="expanded" if listed or several else "compact", is_multi_select=several or None, wrap=True,
            placeholder=None if listed or several else "Choose one",
        )  # fmt: skip
        return self._marked(name, made)

    def _marked(self, name: str, made: Element) -> list[Element]:
        self.labels[name] = str(made.label)
        error = self.view.errors.get(name)
        parts = [problem(error), made] if error else [made]
        parts[-1].spacing = "small" if error else "medium"
        return parts

    def folded(self, name: str, id: str, elements: list[Element], inside: Iterable[str]) -> list[Element]:
        names = set(inside)
        opened = any(self.view.errors.get(one) or self.value(one) for one in names)
        return fold(name, elements, f"{self.prefix}.{id}.fold", opened=opened, spacing="medium")


def _first(form: _Form) -> list[Element]:
    pack = form.view.pack
    columns = pack.summary_columns
    group = pack.groups[0].short
    more = [
        *form.text("links", "Links to materials", lines=True, like="One a line, name first: 7 minute brief https://…"),
        *form.choice("priority", "Priority", [(one.key, one.label) for one in pack.priorities]),
    ]
    if not pack.priorities:
        more = more[:-1]
    return [
        paragraph(_PLAIN),
        *form.text("title", "Short title", like="For example: Child F rapid review"),
        *form.choice(
            "originator", pack.summary_header or "Which group it comes from",
            [(one.key, one.label) for one in pack.originators],
        ),
        *form.choice("activity_type", columns[0], [(one.key, one.label) for one in pack.activity_types]),
        *form.text("description", columns[1], lines=True),
        *form.text("findings", columns[2], lines=True),
        *form.text("key_messages", columns[3], lines=True),
        *form.text("audiences", columns[4], lines=True),
        *form.text("agreed_by", "Key messages agreed by", like="A group or a role"),
        *form.day("agreed_on", "Agreed on"),
        *form.choice(
            "handling", "Who may see it", [(key, words.format(group=group)) for key, words in HANDLING], listed=True
        ),
        *form.day("embargo_on", "Not to be shared before (leave empty if there is no such day)"),
        *form.folded("Links and priority (optional)", "more", more, ("links", "priority")),
    ]  # fmt: skip


def _second(form: _Form) -> list[Element]:
    view = form.view
    offered = view.offered
    kinds = [
        (one.kind.key, one.kind.name + (f": answers by {day_words(one.due.due_on)}" if one.due else ""))
        for one in offered.kinds
    ]
    body: list[Element] = []
    if len(kinds) > 1:
        body += form.choice("kind", "What is asked", kinds, listed=True)
    body += form.text(
        "context", "Context of the request", lines=True, like="Why this matters, and what to look at in each agency"
    )
    body.append(subtle("It helps agencies to judge how the learning concerns them, and goes on every card."))
    body += form.choice(
        "asked",
        "Who is asked",
        [(one.key, one.name) for one in offered.seats if one.returns or _was_one_off(one.key)],
        several=True,
    )
    everybody = [(one.key, one.name) for one in offered.seats]
    told = form.choice("informed", "For information only", everybody, several=True)
    body += form.folded("For information only (optional)", "told", told, ["informed"])
    return [*body, *_people(form), *_whys(form), *_another_agency(form), *_timing(form)]


def _was_one_off(key: str) -> bool:
    return not key.isdigit()


def _people(form: _Form) -> list[Element]:
    if not form.view.offered.people:
        return []
    return form.choice("people", "People (where named people are asked)", form.view.offered.people, several=True)


def _whys(form: _Form) -> list[Element]:
    names = {WHY + one.key: one.short for one in form.view.offered.seats if one.returns}
    lines: list[Element] = [subtle("One line each, where it helps. Each agency sees only its own.")]
    for name, short in names.items():
        lines += form.text(name, f"Why {short}")
    return form.folded("Why each agency (optional)", "why", lines, names)


def _another_agency(form: _Form) -> list[Element]:
    inside = [
        subtle("It will have nobody in Teams yet: you can send it a ready-written e-mail after issuing."),
        *form.text("new_name", "Name of the agency"),
        *form.text("new_short", "Short name"),
        *form.text("new_organisation", "Organisation, if it is part of a larger one"),
        ActionSet(actions=[press(form.view, "Add this agency", ADD)]),
    ]
    return form.folded(
        "Another agency, this time only", "another", inside, ("new_name", "new_short", "new_organisation")
    )


def _timing(form: _Form) -> list[Element]:
    offered, rounds = form.view.offered, form.view.pack.rounds
    body: list[Element] = [heading("When answers are due")]
    if not offered.meetings:
        body.append(paragraph("No meeting has been entered yet. Type meeting to enter one, or give a day of your own."))
    elif offered.ways and offered.ways[0].way != FULL:
        body.append(
            paragraph(
                f"The meeting on {day_words(offered.meetings[0].on)} is too near for the usual "
                f"{rounds.min_answer_wd} working days’ notice. Please choose how to ask."
            )
        )
    choices = [(one.way, way_words(one)) for one in offered.ways]
    body += form.choice("timing", "Answers are due", [*choices, (OWN_DAY, "Another day, given below")], listed=True)
    body += form.day("own_day", "Another day")
    if any(one.due for one in offered.kinds):
        body.append(subtle("Kinds with a day of their own, such as urgent learning, keep it unless you give another."))
    return body


def way_words(due: Due) -> str:
    """One way of asking, as the officer chooses it."""
    meeting = day_words(due.meeting.on) if due.meeting else ""
    day = day_words(due.due_on)
    match due.way:
        case "next_meeting":
            return f"For the next meeting, {meeting}: by {day}"
        case "short_notice":
            return f"At short notice, for the meeting on {meeting}: by {day}. The card says that it is short."
        case "verbal":
            return f"As a verbal update at the meeting on {meeting}"
        case _:
            return f"By {day}, for the meeting on {meeting} ({due.notice_wd} working days’ notice)"


def _third(form: _Form) -> list[Element]:
    pack = form.view.pack
    columns = (*pack.plan_columns, "", "", "", "")
    body: list[Element] = [
        paragraph("The Dissemination Action Plan. It may follow later: press Preview to go on without it.")
    ]
    for audience in pack.audiences:
        names = [part + audience.key for part in (PURPOSE, METHODS, MEASURE)]
        inside = [
            *form.text(names[0], columns[0], lines=True),
            *form.choice(names[1], columns[2], [(one.key, one.label) for one in pack.methods], several=True),
            *form.text(names[2], columns[3], lines=True),
        ]
        body.append(paragraph(strong(f"{columns[1]}: "), audience.label, spacing="large"))
        body += form.folded("Plan for this audience", audience.key, inside, names)
    return body


__all__ = ["FULL", "NEXT_MEETING", "SHORT_NOTICE", "STEP", "VERBAL", "step_card", "typed_in", "way_words"]
