"""What an answer says, in the words in which it was asked: levels by their labels of that time, choices by theirs."""

from __future__ import annotations

from datetime import date

from assurance.dates import day_words, listing
from assurance.pack import Question
from assurance.packing import ShownForm

RATED, WRITTEN = "rating", "text"


def shown_value(form: ShownForm, question: Question, value: str) -> str:
    """One answer in words. A level or choice that the form does not know stands for itself."""
    if question.type == RATED:
        levels = form.scale[question.key].levels if question.key in form.scale else ()
        return next((one.label for one in levels if one.key == value), value)
    if question.type in ("choice", "choices"):
        labels = {option.key: option.label for option in question.options}
        return listing([labels.get(key, key) for key in value.split(",")])
    if question.type == "yes_no":
        return {"yes": "Yes", "no": "No"}.get(value, value)
    return _day(value) if question.type == "date" else value


def _day(value: str) -> str:
    try:
        return day_words(date.fromisoformat(value))
    except ValueError:
        return value
