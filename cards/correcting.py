"""The form on which an officer puts issued learning right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assurance.correcting import LENGTHS, Correction, Sort
from assurance.form_rules import tidy
from assurance.learning_fields import LearningFields
from assurance.learning_rules import read_links
from assurance.managed_view import ManagedItem
from cards.elements import Element, InputChoiceSet, InputText
from cards.identifiable import confirmed
from cards.managing import CORRECT, MANAGE, Typed, check, data_of, sending
from cards.parts import Card, button, card, fold, paragraph, problem, subtle, title

SAVE = "item.correct.save"
LABELS: Mapping[str, str] = {
    "title": "Title",
    "key_messages": "Key messages",
    "description": "What it was and when",
    "findings": "Summary of findings",
    "audiences": "Target audiences",
    "agreed_by": "Key messages agreed by",
    "links": "Links, one to a line: the name, then the https address",
}
_IN_SIGHT = ("title", "key_messages")
_LONG = frozenset({"key_messages", "description", "findings", "audiences", "links"})
_LINKS_LENGTH = 2500


@dataclass(frozen=True)
class Read:
    """The correction form as it was sent; `errors` are of what could not be read at all."""

    sent: Correction
    values: Mapping[str, str]
    errors: Mapping[str, str]


def correction_card(item: ManagedItem, typed: Typed | None = None) -> Card:
    """The words as they stand, to be put right, and the question whether the meaning changes."""
    now = typed.values if typed else values_of(item.fields)
    typed = typed or Typed()
    body: list[Element] = [title("Correct the learning"), subtle(item.title), *check(typed, LABELS)]
    body += [part for name in _IN_SIGHT for part in _field(item, name, now, typed)]
    folded = [part for name in LABELS if name not in _IN_SIGHT for part in _field(item, name, now, typed)]
    opened = any(name in {**typed.errors, **typed.findings} for name in LABELS if name not in _IN_SIGHT)
    body += fold("Other fields", folded, f"w{item.wording}.others", opened=opened)
    if "sort" in typed.errors:
        body.append(problem(typed.errors["sort"]))
    body.append(
        InputChoiceSet(
            id="sort", label="Is this a typing error, or does it change the meaning?", style="expanded", wrap=True,
            value=now.get("sort") or None,
            choices=[
                {"title": "A typing error: nobody is told", "value": "typing"},
                {"title": "It changes the meaning: every member is told once", "value": "meaning"},
            ],
        )
    )  # fmt: skip
    body.append(paragraph("Answers already given stay beside the words to which they were given."))
    data = data_of(item) | {"base": item.wording}
    actions = [
        *sending("Save the correction", SAVE, data, typed),
        button("Back", MANAGE, data_of(item), collect=False),
    ]
    return card(f"Correct the learning: {item.title}", body, actions)


def _field(item: ManagedItem, name: str, now: Mapping[str, str], typed: Typed) -> list[Element]:
    most = LENGTHS.get(name, _LINKS_LENGTH)
    found: list[Element] = [problem(typed.errors[name])] if name in typed.errors else []
    found.append(
        InputText(
            id=f"w{item.wording}.{name}", label=LABELS[name], value=now.get(name) or None, max_length=most,
            is_multiline=name in _LONG or None,
        )
    )  # fmt: skip
    return found


def values_of(fields: LearningFields) -> dict[str, str]:
    """The fields as the form's inputs hold them."""
    found = {name: str(getattr(fields, name)) for name in LABELS if name != "links"}
    lines = [f"{one.title} {one.url}" if one.title != one.url else one.url for one in fields.links]
    return found | {"links": "\n".join(lines)}


def read_correction(data: Mapping[str, Any], base: int, fields: LearningFields) -> Read:
    """What was sent, laid over the fields that the form does not show."""
    values = values_of(fields)
    for name in LABELS:
        sent = data.get(f"w{base}.{name}")
        if isinstance(sent, str):
            values[name] = tidy(sent[:20_000])
    sort = data.get("sort")
    links, wrong = read_links(values["links"])
    kept = fields.links if wrong else links
    shown = {name: text for name, text in values.items() if name != "links"}
    body = fields.to_json() | shown | {"links": [{"title": one.title, "url": one.url} for one in kept]}
    chosen: Sort | None = "typing" if sort == "typing" else "meaning" if sort == "meaning" else None
    return Read(
        Correction(base, LearningFields.from_json(body), chosen, confirmed(data, shown | {"links": values["links"]})),
        values | {"sort": chosen or ""},
        {"links": wrong} if wrong else {},
    )


__all__ = ["CORRECT", "LABELS", "SAVE", "correction_card", "read_correction"]
