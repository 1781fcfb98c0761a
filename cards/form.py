"""A pack's form as the inputs of a card, and the way back from what was typed.

Nothing is marked as required on the card itself: Teams would then refuse to save a half-finished
draft. What is missing is said by `assurance.form_rules` and shown here above the input it concerns.
"""

import math
from collections.abc import Collection, Mapping

from assurance.form_rules import figures, tidy, unusable
from assurance.pack import Dimension, Form, Question
from cards.elements import (
    Element,
    Input,
    InputChoiceSet,
    InputDate,
    InputNumber,
    InputText,
)
from cards.literal import unlinked
from cards.parts import fold, paragraph, problem, strong, subtle

MORE = "More, if you have it (optional)"
MOST_LISTED = 6
"""Longer lists of choices stand in a drop-down, shorter ones in the open."""
WHY_NOT = "If it is not relevant to you"
MEANINGS = "What each level means"
UNREADABLE = "We could not read this answer. Please give it again."


def inputs(
    form: Form,
    due: Collection[str],
    dimensions: Mapping[str, Dimension],
    *,
    values: Mapping[str, str],
    errors: Mapping[str, str],
    prefix: str,
) -> list[Element]:
    """The questions that are due, in the form's order, with what was saved and what is wrong.

    `values` are the person's own draft or earlier answer: nothing else is ever preselected. `prefix`
    must change with the form's version and with the return, since Teams keeps an old input's text.
    """
    open_questions: list[Element] = []
    folded: list[Element] = []
    opened = False
    for question in form.questions:
        if question.key not in due:
            continue
        value, error = values.get(question.key, ""), errors.get(question.key)
        asked = _asked(question, dimensions, value, error, f"{prefix}.{question.key}")
        if question.folded:
            folded += asked
            opened = opened or bool(value) or error is not None
        elif question.required_when:
            shown = bool(value) or error is not None
            open_questions += fold(WHY_NOT, asked, f"{prefix}.{question.key}.why", opened=shown, spacing="medium")
        else:
            open_questions += asked
    if folded:
        open_questions += fold(MORE, folded, f"{prefix}.more", opened=opened, spacing="medium")
    return open_questions


def read(
    form: Form,
    due: Collection[str],
    dimensions: Mapping[str, Dimension],
    data: Mapping[str, object],
    prefix: str,
) -> tuple[dict[str, str], dict[str, str]]:
    """What a press brought: the answers by question key, and a sentence for each that cannot be kept.

    Anything that the form does not ask is ignored. An answer that was never on the card (a forged
    level) is refused and left out; a text that is too long is refused and kept, to be shortened.
    What is merely missing is not a mistake here: see `assurance.form_rules.missing`.
    """
    values: dict[str, str] = {}
    errors: dict[str, str] = {}
    for question in form.questions:
        sent = data.get(f"{prefix}.{question.key}")
        if question.key not in due or sent is None:
            continue
        value = _received(question, sent)
        if value is None:
            errors[question.key] = UNREADABLE
        elif value:
            values[question.key] = value
    errors |= unusable(form, due, dimensions, values)
    kinds = {question.key: question.type for question in form.questions}
    kept = {key: value for key, value in values.items() if key not in errors or kinds[key] == "text"}
    return kept, errors


def meanings(dimension: Dimension) -> list[Element]:
    """Every level of a dimension with its criteria, word for word (B5)."""
    shown: list[Element] = []
    for level in dimension.levels:
        shown.append(paragraph(strong(level.label), spacing="medium" if shown else None))
        shown += [paragraph(criterion, spacing="small") for criterion in level.criteria]
    return shown


def _asked(
    question: Question, dimensions: Mapping[str, Dimension], value: str, error: str | None, id: str
) -> list[Element]:
    parts: list[Element] = [problem(error)] if error else []
    parts.append(_input(question, dimensions, value, id))
    parts[-1].spacing = "small"
    parts[0].spacing = "medium" if question.folded or question.required_when else "large"
    if question.type == "rating":
        parts += fold(MEANINGS, meanings(dimensions[question.key]), f"{id}.meanings", framed=True)
    if question.help:
        parts.append(subtle(question.help))
    return parts


def _input(question: Question, dimensions: Mapping[str, Dimension], value: str, id: str) -> Input:
    match question.type:
        case "rating":
            return _rating(question, dimensions[question.key], value, id)
        case "choice" | "choices" | "yes_no":
            return _choice(question, value, id)
        case "date":
            return InputDate(id=id, label=question.label, value=value or None)
        case "number":
            held = _as_number(value)
            return InputNumber(id=id, label=question.label, value=held, placeholder=question.placeholder or None)
        case "text":
            return InputText(
                id=id,
                label=question.label,
                value=value or None,
                placeholder=question.placeholder or None,
                is_multiline=question.multiline or None,
                max_length=question.max_length,
            )


def _rating(question: Question, dimension: Dimension, value: str, id: str) -> InputChoiceSet:
    choices = {
        str(level.key): f"{level.label} (please say why)" if level.reason_required else level.label
        for level in dimension.levels
    }
    return _choice_set(question, choices, value, id)


def _choice(question: Question, value: str, id: str) -> InputChoiceSet:
    choices = {option.key: option.label for option in question.options}
    if question.type == "yes_no":
        choices = {"yes": "Yes", "no": "No"}
    return _choice_set(question, choices, value, id)


def _choice_set(question: Question, choices: Mapping[str, str], value: str, id: str) -> InputChoiceSet:
    several = question.type == "choices"
    saved = ",".join(key for key in choices if key in value.split(","))
    compact = len(choices) > MOST_LISTED and not several
    return InputChoiceSet(
        id=id,
        label=question.label,
        choices=[{"title": unlinked(shown), "value": key} for key, shown in choices.items()],
        value=saved or None,
        style="compact" if compact else "expanded",
        placeholder="Choose one" if compact else None,
        is_multi_select=several or None,
        wrap=True,
    )


def _as_number(value: str) -> int | float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() else number


def _received(question: Question, sent: object) -> str | None:
    """The answer as text, or None where its kind makes no sense for the question."""
    if isinstance(sent, str):
        text = tidy(sent)
    elif question.type == "number" and isinstance(sent, (int, float)) and not isinstance(sent, bool):
        text = str(sent)
    else:
        return None
    if question.type == "number":
        return figures(text)
    if question.type == "choices":
        picked = [key.strip() for key in text.split(",") if key.strip()]
        order = [option.key for option in question.options]
        known = [key for key in order if key in picked]
        return ",".join(known + sorted({key for key in picked if key not in order}))
    return text
