"""A request as a letter, for somebody whom Teams does not reach: the same words, to be copied or printed."""

from __future__ import annotations

from dataclasses import dataclass

from assurance.dates import day_words, moment_words
from assurance.learning_fields import LearningFields
from assurance.pack import Question
from assurance.request_view import RequestView, Said, Side
from cards.learning import who_sees

KEEP_OUT = "Please leave out anything that could identify a child, an adult, a family or a case."
HANDLING = {
    "ldg": "For members of the {group} only.",
    "staff": "This may be shared with your staff.",
    "public": "This may be shared with anyone.",
}


@dataclass(frozen=True)
class AskedQuestion:
    """One question as it is put on paper. `choices` are what may be ticked, each with what it means."""

    label: str
    help: str
    choices: tuple[tuple[str, tuple[str, ...]], ...]
    several: bool
    optional: bool
    only_if: str = ""
    """When it is to be answered, where that is not always."""


@dataclass(frozen=True)
class Letter:
    """An e-mail, ready to be copied."""

    subject: str
    text: str


def due_questions(side: Side) -> list[AskedQuestion]:
    """The questions that this addressee is asked now, in the form's order."""
    due = side.form.due(side.dimensions, first=side.first)
    return [_asked(one, side) for one in side.form.form.questions if one.key in due]


def _asked(question: Question, side: Side) -> AskedQuestion:
    choices: tuple[tuple[str, tuple[str, ...]], ...] = tuple((one.label, ()) for one in question.options)
    if question.type == "rating":
        levels = side.form.scale[question.key].levels
        choices = tuple((one.label, tuple(one.criteria)) for one in levels)
    elif question.type == "yes_no":
        choices = (("Yes", ()), ("No", ()))
    return AskedQuestion(
        label=question.label, help=question.help, choices=choices, several=question.type == "choices",
        optional=not question.required,
        only_if="only if you ticked that it is not relevant" if question.required_when else "",
    )  # fmt: skip


def about(view: RequestView, side: Side) -> list[tuple[str, str]]:
    """What the request is, as names and values: what is not known is left out."""
    item, terms = LearningFields.from_json(view.learning), view.pack.terms
    links = "\n".join(f"{one.title}: {one.url}" for one in item.links)
    pairs = [
        ("For", side.seat),
        ("By", f"the end of {day_words(side.due_on)}"),
        ("Why we ask", view.context),
        (f"Why {side.short}", side.why),
        ("Key messages", item.key_messages),
        ("Links", links),
        ("Handling", handling(item, terms.group_short) if view.learning else ""),
        (f"{terms.group_short} {terms.meeting}", day_words(view.meeting_on) if view.meeting_on else ""),
    ]
    return [(name, value) for name, value in pairs if value]


def handling(item: LearningFields, group: str) -> str:
    """Who may see the learning, and from when it may be passed on."""
    said = HANDLING[item.handling].format(group=group)
    if item.embargo_on is not None:
        said += f" Please do not share it before {day_words(item.embargo_on)}."
    return said


def letter(view: RequestView, side: Side) -> Letter:
    """The e-mail that asks one addressee: what, by when, the questions, and how to answer."""
    lines = [
        "Hello,",
        "",
        f"There is {view.pack.terms.item} to share: {view.title}. We write by e-mail because a message in "
        "Teams may not reach you.",
    ]
    for name, value in about(view, side):
        lines += ["", f"{name}: {value}" if "\n" not in value else f"{name}:\n{value}"]
    lines += [
        "",
        who_sees(view),
        "",
        "Please answer the questions below in a reply, or on the Word form if it is attached. A few lines "
        f"are enough, and any honest answer helps. {KEEP_OUT}",
    ]
    asked = due_questions(side)
    for number, one in enumerate([one for one in asked if not one.optional], start=1):
        lines += ["", f"{number}. {one.label}", *_ticks(one)]
    extra = [f"- {one.label}{f' ({one.only_if})' if one.only_if else ''}" for one in asked if one.optional]
    if extra:
        lines += ["", "Only if it fits:", *extra]
    lines += ["", "Thank you.", f"The {view.pack.terms.officer}, {view.pack.terms.partnership}"]
    return Letter(f"By {day_words(side.due_on)}: {view.title}, for {side.short}", "\n".join(lines))


def _ticks(one: AskedQuestion) -> list[str]:
    return [f"   [ ] {label}{': ' if meaning else ''}{' '.join(meaning)}" for label, meaning in one.choices]


def entered(said: Said, officer: str, zone: str) -> str:
    """How an answer that was entered on behalf is labelled wherever it is shown (scenario 27)."""
    given = f", given by {said.behalf}" if said.behalf else ""
    on = f" on {day_words(said.behalf_on)}" if said.behalf_on else ""
    return f"Entered on behalf by the {officer} at {moment_words(said.at, zone)}{given}{on}."
