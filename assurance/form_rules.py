"""What an answer to a form must be: pure rules, the same for a card, an import and an e-mailed form.

Answers are texts by question key: a level's or option's key, several keys joined by commas, a date as
2026-11-26, a number, "yes" or "no", or words. Every sentence here is read by the person who answers.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from datetime import date

from assurance.pack import Dimension, Form, Question

_FORMATTING = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")
"""Marks that turn the direction of text: they could make an answer read other than it was written."""
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?", re.ASCII)
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
_YEARS = range(1900, 2101)

_UNANSWERED = {
    "rating": "Please choose a level.",
    "text": "Please write a few words here.",
    "choice": "Please choose one.",
    "choices": "Please choose at least one.",
    "date": "Please give a date.",
    "number": "Please give a number.",
    "yes_no": "Please choose yes or no.",
}


def tidy(text: str) -> str:
    """One way of writing the same text: composed letters, plain line breaks, no control characters.

    Text in which nothing can be seen is no text.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = unicodedata.normalize("NFC", _FORMATTING.sub("", text))
    kept = [sign for sign in text if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs")]
    seen = any(unicodedata.category(sign)[0] not in "CZ" for sign in kept)
    return "".join(kept).strip() if seen else ""


def one_line(text: str) -> str:
    """The same, for names and titles: on one line, so that nobody can write lines of ours beside theirs."""
    return " ".join(tidy(text).split())


def mistakes(
    form: Form, due: Collection[str], dimensions: Mapping[str, Dimension], values: Mapping[str, str]
) -> dict[str, str]:
    """Everything that keeps an answer from being accepted, by question key; empty if it may be."""
    return missing(form, due, dimensions, values) | unusable(form, due, dimensions, values)


def unusable(
    form: Form, due: Collection[str], dimensions: Mapping[str, Dimension], values: Mapping[str, str]
) -> dict[str, str]:
    """What was answered but cannot be kept, not even as a draft: an unknown level, too long a text."""
    found = {}
    for question in form.questions:
        value = values.get(question.key, "")
        if question.key in due and value:
            sentence = _FAULTS[question.type](question, dimensions, value)
            if sentence:
                found[question.key] = sentence
    return found


def missing(
    form: Form, due: Collection[str], dimensions: Mapping[str, Dimension], values: Mapping[str, str]
) -> dict[str, str]:
    """What still has to be answered before the form can be sent."""
    set_aside = _rated_not_relevant(form, due, dimensions, values)
    found = {}
    for question in form.questions:
        if question.key not in due or values.get(question.key, "").strip():
            continue
        if _explains(question, set_aside):
            found[question.key] = "Please say why it is not relevant to you."
        elif question.required and not _spared(question, set_aside, _ratings(form, due)):
            found[question.key] = _UNANSWERED[question.type]
    return found


def level_keys(question: Question, dimensions: Mapping[str, Dimension]) -> tuple[str, ...]:
    """The levels that a rating question offers, from the dimension of its own key."""
    return tuple(level.key for level in dimensions[question.key].levels)


def _ratings(form: Form, due: Collection[str]) -> frozenset[str]:
    return frozenset(q.key for q in form.questions if q.type == "rating" and q.key in due)


def _rated_not_relevant(
    form: Form, due: Collection[str], dimensions: Mapping[str, Dimension], values: Mapping[str, str]
) -> frozenset[str]:
    """The ratings that were answered with a level that needs a reason (B6)."""
    return frozenset(
        key
        for key in _ratings(form, due)
        for level in dimensions[key].levels
        if level.reason_required and values.get(key) == level.key
    )


def _explains(question: Question, set_aside: frozenset[str]) -> bool:
    if question.required_when != "not_relevant":
        return False
    return question.dimension in set_aside if question.dimension else bool(set_aside)


def _spared(question: Question, set_aside: frozenset[str], ratings: frozenset[str]) -> bool:
    """Evidence is not asked of someone to whom the learning is not relevant: their reason is enough."""
    if question.type == "rating":
        return False
    if question.dimension:
        return question.dimension in set_aside
    return bool(ratings) and ratings == set_aside


def _rating_fault(question: Question, dimensions: Mapping[str, Dimension], value: str) -> str | None:
    return None if value in level_keys(question, dimensions) else "Please choose one of the levels shown."


def _choice_fault(question: Question, _: Mapping[str, Dimension], value: str) -> str | None:
    known = {option.key for option in question.options}
    return None if value in known else "Please choose one of the answers shown."


def _choices_fault(question: Question, _: Mapping[str, Dimension], value: str) -> str | None:
    known = {option.key for option in question.options}
    return None if set(value.split(",")) <= known else "Please choose from the answers shown."


def _yes_no_fault(_: Question, __: Mapping[str, Dimension], value: str) -> str | None:
    return None if value in ("yes", "no") else "Please choose yes or no."


def _text_fault(question: Question, _: Mapping[str, Dimension], value: str) -> str | None:
    over = len(value) - question.max_length
    if over <= 0:
        return None
    return (
        f"This is {over:,} {'character' if over == 1 else 'characters'} too long for the form, which takes "
        f"{question.max_length:,}. Please shorten it; nothing you wrote has been lost."
    )


def _number_fault(_: Question, __: Mapping[str, Dimension], value: str) -> str | None:
    return None if _NUMBER.fullmatch(value) else "Please give a number in figures, such as 40."


def _date_fault(_: Question, __: Mapping[str, Dimension], value: str) -> str | None:
    sentence = "Please give a date, with day, month and year."
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return sentence
    return None if day.year in _YEARS and day.isoformat() == value else sentence


def figures(text: str) -> str:
    """A number as it is kept: "1,200" becomes "1200", "40.0" becomes "40"; anything else is unchanged."""
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    return re.sub(r"\.0+$", "", text)


_FAULTS: dict[str, Callable[[Question, Mapping[str, Dimension], str], str | None]] = {
    "rating": _rating_fault,
    "text": _text_fault,
    "choice": _choice_fault,
    "choices": _choices_fault,
    "date": _date_fault,
    "number": _number_fault,
    "yes_no": _yes_no_fault,
}
