"""Taking records out: what it is about, from when to when, what is left out, and which file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from assurance.exports import ExportChoices, Option
from cards.elements import Action, ActionSet, Element, Execute, InputChoiceSet, InputDate
from cards.literal import unlinked
from cards.parts import Card, button, card, fold, paragraph, problem, strong, subtle, title

OPEN, MAKE, ANSWERS = "export.open", "export.make", "export.answers"
EVIDENCE, SUMMARY, PLAN, ANSWER, RECORD = "evidence", "summary", "plan", "return", "record"
NAMES, WORDS = "names", "words"
FIELDS = ("about", "first", "last", "without", "answer")
MOST_TRIES = 10_000
_LONGEST = 200


@dataclass(frozen=True)
class Typed:
    """What was chosen on the card. `tries` counts how often it was shown: input names change with it."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    tries: int = 0

    def said(self, name: str) -> str:
        """What was chosen in one input; empty where nothing was."""
        return self.values.get(name, "")

    @property
    def wanted(self) -> dict[str, Any]:
        """The same as a file's subject."""
        without = self.said("without").split(",")
        found: dict[str, Any] = {name: self.said(name) for name in ("about", "first", "last")}
        return found | {"names": NAMES not in without, "evidence": WORDS not in without, "return": self.said("answer")}


def read_typed(data: Mapping[str, Any]) -> Typed:
    """What a press brought. It is untrusted; the next showing of the card counts one try more."""
    tries = data.get("n")
    tries = tries if isinstance(tries, int) and not isinstance(tries, bool) and 0 <= tries < MOST_TRIES else 0
    values = {}
    for name in FIELDS:
        held = data.get(f"export.{tries}.{name}", data.get(name, ""))
        values[name] = held if isinstance(held, str) and len(held) <= _LONGEST else ""
    return Typed(values, tries=tries + 1)


def export_card(choices: ExportChoices, typed: Typed | None = None, note: str = "") -> Card:
    """Everything that a person may take out. A member sees their own agency's answers and nothing else."""
    typed = typed or Typed()
    body: list[Element] = [title("Take records out")]
    if note:
        body.append(paragraph(strong(note)))
    data = {"p": choices.partnership_id, "to": choices.person_id, "page": choices.page, "n": typed.tries}
    if not choices.wide:
        return _own(choices, typed, body, data)
    body.append(paragraph("Choose an item or an agency, then a file. Closed items are here as well."))
    body += _wrong(typed, "about")
    options = [*choices.items, *choices.agencies]
    body.append(_choose(typed, "about", "What is it about?", options, "Choose an item or an agency"))
    body += _pages(choices, data)
    body += _narrowed(typed)
    actions: list[Action] = [_make("Evidence file", EVIDENCE, data, primary=True)]
    if choices.learning:
        actions += [_make("Summary of Learning", SUMMARY, data), _make("Action plan", PLAN, data)]
    actions.append(button("One answer", ANSWERS, data))
    if choices.record:
        actions.append(_make("Whole record (Excel)", RECORD, data))
    return card("Take records out.", body, actions)


def _own(choices: ExportChoices, typed: Typed, body: list[Element], data: Mapping[str, Any]) -> Card:
    if not choices.answers:
        body.append(paragraph("Your agency has given no answer yet, so there is nothing to take out."))
        return card("There is nothing to take out yet.", body)
    body.append(paragraph("One of your own agency's answers, as a Word document."))
    body += _wrong(typed, "answer")
    body.append(_choose(typed, "answer", "Which answer?", choices.answers, "Choose one"))
    return card("Take out one of your answers.", body, [_make("Word document", ANSWER, data, primary=True)])


def answers_card(choices: ExportChoices, answers: Sequence[Option], typed: Typed, name: str, note: str = "") -> Card:
    """The answers that belong to what was chosen: one of them as a Word document."""
    data = {
        "p": choices.partnership_id, "to": choices.person_id, "page": choices.page, "n": typed.tries,
        "about": typed.said("about"),
    }  # fmt: skip
    body: list[Element] = [title("One answer"), subtle(name)]
    if note:
        body.append(paragraph(strong(note)))
    back = button("Back", OPEN, data, collect=False)
    if not answers:
        body.append(paragraph("No return has come for this yet."))
        return card("No return has come for this yet.", body, [back])
    body += _wrong(typed, "answer")
    body.append(_choose(typed, "answer", "Which answer?", answers, "Choose one"))
    return card("Which answer?", body, [_make("Word document", ANSWER, data, primary=True), back])


def _make(name: str, file: str, data: Mapping[str, Any], *, primary: bool = False) -> Execute:
    return button(name, MAKE, {**data, "file": file}, primary=primary)


def _choose(typed: Typed, name: str, label: str, options: Sequence[Option], hint: str) -> InputChoiceSet:
    chosen = typed.said(name)
    return InputChoiceSet(
        id=f"export.{typed.tries}.{name}", label=label, style="compact", placeholder=hint, wrap=True,
        choices=[{"title": unlinked(words), "value": key} for key, words in options],
        value=chosen if chosen in {key for key, _ in options} else None,
    )  # fmt: skip


def _wrong(typed: Typed, name: str) -> list[Element]:
    return [problem(typed.errors[name])] if name in typed.errors else []


def _pages(choices: ExportChoices, data: Mapping[str, Any]) -> list[Element]:
    """Ways to older and newer items, where there are more than one page of them."""
    found: list[Action] = []
    for name, page in (("Newer items", choices.page - 1), ("Older items", choices.page + 1)):
        if 1 <= page <= choices.pages:
            found.append(button(name, OPEN, {**data, "page": page}, collect=False))
    return [ActionSet(actions=found, spacing="small")] if found else []


def _narrowed(typed: Typed) -> list[Element]:
    """For evidence files: from when to when, and what is left out."""
    choices = [
        {"title": "Names of people (what part each had stays)", "value": NAMES},
        {"title": "Evidence and reasons (levels and dates stay)", "value": WORDS},
    ]
    inner: list[Element] = [
        *_wrong(typed, "first"),
        InputDate(id=f"export.{typed.tries}.first", label="From (optional)", value=typed.said("first") or None),
        *_wrong(typed, "last"),
        InputDate(id=f"export.{typed.tries}.last", label="Up to (optional)", value=typed.said("last") or None),
        InputChoiceSet(
            id=f"export.{typed.tries}.without", label="Leave out", choices=choices, is_multi_select=True,
            style="expanded", wrap=True, value=typed.said("without") or None,
        ),
    ]  # fmt: skip
    opened = any(typed.said(one) for one in ("first", "last", "without")) or bool(typed.errors.keys() - {"about"})
    return fold("Evidence file: dates, and what to leave out", inner, "narrowed", opened=opened, framed=True)


def with_item(choices: ExportChoices, key: str, name: str) -> ExportChoices:
    """The choices with this item among them, though it may stand on another page."""
    if key in {one for one, _ in (*choices.items, *choices.agencies)}:
        return choices
    return replace(choices, items=((key, name), *choices.items))
