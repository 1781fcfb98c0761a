"""The officer's cards for agencies that Teams does not reach: choose one, write to it, enter what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from assurance.behalf import LONGEST_NAME, SOMEBODY_ELSE, WAYS, BehalfView, Choice, Given
from assurance.dates import day_words
from assurance.form_rules import tidy
from assurance.refusals import AskFirst
from cards.elements import Element, InputChoiceSet, InputDate, InputText
from cards.form import inputs, read
from cards.identifiable import confirm_button, please_check
from cards.letter import entered, letter
from cards.literal import unlinked
from cards.parts import Card, button, card, heading, paragraph, problem, subtle, title
from cards.receipt import answers

OPEN, EMAIL, FORM, SENT = "behalf.open", "behalf.email", "behalf.form", "behalf.sent"
ENTER, SUBMIT = "behalf.enter", "behalf.submit"
LOOP = "behalf.loop"
PREFIX = "behalf"
MOST_TRIES = 10_000


@dataclass(frozen=True)
class Typed:
    """What stands in the form for an answer on behalf: what was typed, and what is wrong with it.

    `tries` counts how often the form was shown: input names change with it, so that Teams sends them all again.
    """

    given: Given = field(default_factory=lambda: Given("", "", "", ""))
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    tries: int = 0

    @property
    def words(self) -> dict[str, str]:
        """Everything that was typed, by the name of its question or input."""
        return {**self.values, "given_name": self.given.name}


def choose_card(choices: Sequence[Choice], request: Mapping[str, Any], name: str) -> Card:
    """Which agency the officer acts for. `request` is the data of the button: partnership and request."""
    options = [
        {"title": unlinked(one.name + (" (has answered)" if one.answered else "")), "value": str(one.loop_id)}
        for one in choices
    ]
    picked = InputChoiceSet(
        id=LOOP, label="Which agency?", choices=options, style="compact", placeholder="Choose one", wrap=True
    )
    return card(
        "Write to an agency, or enter its answer.",
        [
            title("Act for an agency"),
            subtle(name),
            paragraph("For an agency that cannot answer in Teams: send it an e-mail, or enter what it told you."),
            picked,
        ],
        [button("Continue", OPEN, request, primary=True)],
    )


def behalf_card(view: BehalfView, data: Mapping[str, Any], note: str = "") -> Card:
    """What can be done for one agency, and how it stands."""
    lines: list[Element] = [title(view.side.seat), subtle(view.request.title)]
    if note:
        lines.append(paragraph(note))
    lines.append(paragraph(" ".join(standing(view))))
    sent = view.emailed_on is not None
    actions = [
        button("Write the e-mail", EMAIL, data, primary=not sent, collect=False),
        button("Word form", FORM, data, collect=False),
        button("Enter an answer on behalf", ENTER, data, primary=sent, collect=False),
    ]
    return card(f"{view.side.seat}: {view.request.title}.", lines, actions)


def standing(view: BehalfView) -> list[str]:
    """How one agency stands, in sentences: answered or not, and when it was e-mailed."""
    officer, zone = view.request.pack.terms.officer, view.request.pack.timezone
    said = view.side.said
    lines = [f"An answer is asked for by the end of {day_words(view.side.due_on)}."]
    if said is None:
        lines.append("No answer yet.")
    elif said.origin == "on_behalf":
        lines.append(entered(said, officer, zone))
    else:
        lines.append("The agency has answered itself.")
    if view.emailed_on is not None:
        lines.append(sent_words(view.emailed_on, officer))
    return lines


def sent_words(on: date, officer: str) -> str:
    """The fact that an e-mail was sent, as it is shown wherever the agency's state is."""
    return f"E-mailed on {day_words(on)} by the {officer}."


def email_card(view: BehalfView, data: Mapping[str, Any]) -> Card:
    """The e-mail, ready to be copied."""
    mail = letter(view.request, view.side)
    body: list[Element] = [
        title("E-mail to copy"),
        subtle(f"{view.side.seat}: {view.request.title}"),
        paragraph("Copy the subject and the text into an e-mail of your own. Attach the Word form if you like."),
        InputText(id="behalf.subject", label="Subject", value=mail.subject),
        InputText(id="behalf.text", label="Text", value=mail.text, is_multiline=True),
    ]
    if view.emailed_on is not None:
        body.append(subtle(sent_words(view.emailed_on, view.request.pack.terms.officer)))
    actions = [
        button("I have sent it", SENT, data, primary=True, collect=False),
        button("Word form", FORM, data, collect=False),
        button("Back", OPEN, data, collect=False),
    ]
    return card("An e-mail to copy.", body, actions)


def enter_card(view: BehalfView, data: Mapping[str, Any], typed: Typed, ask: AskFirst | None = None) -> Card:
    """The agency's own form, with who gave the answer, when and how. `ask` asks about identifiable text first."""
    side, errors, sent = view.side, typed.errors, {**data, "base": view.side.base, "n": typed.tries}
    findings = ask.findings if ask else {}
    prefix = prefix_of(view, typed.tries)
    labels = {one.key: one.label for one in side.form.form.questions} | {"given_name": "Who gave the answer"}
    due = side.form.due(side.dimensions, first=side.first)
    body: list[Element] = [
        title(f"An answer for {side.seat}"),
        subtle(view.request.title),
        *(please_check(findings, typed.words, labels) if ask else ()),
        paragraph(
            f"It will be labelled as entered on behalf by the {view.request.pack.terms.officer}. "
            "The agency gets a copy, and can correct it."
        ),
        *_giver(view, typed, prefix),
        heading("What they answered"),
        *inputs(side.form.form, due, side.form.scale, values=typed.values, errors=errors, prefix=prefix),
    ]
    actions = [button("Enter this answer", SUBMIT, sent, primary=True)]
    if ask:
        actions.append(confirm_button("It is not about a real person", SUBMIT, sent, findings, typed.words))
    actions.append(button("Back", OPEN, data, collect=False))
    return card(f"Enter an answer for {side.seat}.", body, actions)


def prefix_of(view: BehalfView, tries: int) -> str:
    """What the form's input names begin with: it changes with the wording, each version and every showing."""
    return f"{PREFIX}.{view.side.return_id}.{view.side.form_version_id}.{view.side.base}.{tries}"


def _giver(view: BehalfView, typed: Typed, prefix: str) -> list[Element]:
    given, errors = typed.given, typed.errors
    people = [{"title": unlinked(name), "value": str(number)} for number, name in view.people]
    choices = [*people, {"title": "Somebody else", "value": SOMEBODY_ELSE}]
    ways = [{"title": words, "value": key} for key, words in WAYS.items()]
    made: list[Element] = []
    for key, element in (
        ("given_who", InputChoiceSet(
            id=f"{prefix}.given_who", label="Who gave you the answer?", choices=choices, style="expanded",
            value=given.who or None, wrap=True,
        )),
        ("given_name", InputText(
            id=f"{prefix}.given_name", label="If somebody else: name and role", value=given.name or None,
            max_length=LONGEST_NAME,
        )),
        ("given_on", InputDate(id=f"{prefix}.given_on", label="On which day?", value=given.on or None)),
        ("given_how", InputChoiceSet(
            id=f"{prefix}.given_how", label="How did it come?", choices=ways, style="compact",
            value=given.how or None, placeholder="Choose one", wrap=True,
        )),
    ):  # fmt: skip
        if key in errors:
            made.append(problem(errors[key]))
        made.append(element)
    return made


def read_answer(view: BehalfView, data: Mapping[str, Any]) -> Typed:
    """What a press on "Enter this answer" brought; the next showing of the form counts one try more."""
    side, tries = view.side, data.get("n")
    tries = tries if isinstance(tries, int) and 0 <= tries < MOST_TRIES else 0
    prefix = prefix_of(view, tries)
    due = side.form.due(side.dimensions, first=side.first)
    values, errors = read(side.form.form, due, side.form.scale, data, prefix)

    def typed(name: str) -> str:
        held = data.get(f"{prefix}.{name}")
        return tidy(held) if isinstance(held, str) else ""

    name = typed("given_name")[: LONGEST_NAME + 1]
    return Typed(Given(typed("given_who"), name, typed("given_on"), typed("given_how")), values, errors, tries + 1)


def entered_card(view: BehalfView, data: Mapping[str, Any]) -> Card:
    """That an answer was entered: how it is labelled, and what happens next."""
    said = view.side.said
    label = entered(said, view.request.pack.terms.officer, view.request.pack.timezone) if said else ""
    reached = "Its people get a copy, which they can correct." if view.people else "Nobody sits for it yet."
    return card(
        f"Entered for {view.side.seat}.",
        [
            title(f"Entered for {view.side.seat}"),
            subtle(view.request.title),
            paragraph(label),
            paragraph(reached),
            *(answers(said.form, said.values) if said else ()),
        ],
        [button("Correct what was entered", ENTER, data, collect=False)],
    )


def file_card(name: str, agency: str, *, kept: bool) -> Card:
    """Where the Word form is, once Teams was asked to keep it."""
    if kept:
        text = f"The Word form for {agency} is in your OneDrive, in the folder for files from Teams chats: {name}"
        return card("The Word form is in your OneDrive.", [paragraph(text)])
    text = f"The Word form for {agency} could not be put into your OneDrive. Please ask for it again."
    return card(text, [paragraph(text)])
