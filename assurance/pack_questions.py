"""Whether the questions of a pack's forms can be asked: dimensions that exist, options to choose from."""

from collections.abc import Iterator
from typing import Any

from assurance.pack_lines import Path
from assurance.pack_shape import rows

_CHOOSING = ("choice", "choices")


def questions(data: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """Each question that cannot be asked as it stands."""
    assurance = data.get("assurance")
    listed = rows(assurance.get("dimensions")) if isinstance(assurance, dict) else []
    dimensions = {row["key"]: row for row in listed if isinstance(row.get("key"), str)}
    forms = data.get("forms")
    for number, form in enumerate(forms if isinstance(forms, tuple) else ()):
        asked = form.get("questions") if isinstance(form, dict) else None
        for place, question in enumerate(asked if isinstance(asked, tuple) else ()):
            if isinstance(question, dict):
                path = ("forms", number, "questions", place)
                yield from _one(question, path, dimensions)
                yield from _reason(question, path, rows(asked), dimensions)


def _one(question: dict[str, Any], path: Path, dimensions: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    kind, key, dimension = question.get("type"), question.get("key"), question.get("dimension")
    if kind == "rating":
        if isinstance(key, str) and key not in dimensions:
            yield (*path, "key"), f'A rating needs a dimension of its own key; there is no dimension "{key}".'
        if isinstance(dimension, str) and dimension != key:
            yield (*path, "dimension"), "A rating's dimension is the one of its own key; leave this out."
    elif isinstance(dimension, str) and dimension not in dimensions:
        yield (*path, "dimension"), f'There is no dimension "{dimension}" in this pack.'
    if kind in _CHOOSING and not question.get("options"):
        yield path, 'This question needs "options" to choose from, or "options_from" a list that has some.'
    if isinstance(kind, str) and kind not in _CHOOSING and question.get("options"):
        yield path, f'Only "choice" and "choices" have options; this question is of the type "{kind}".'


def _reason(
    question: dict[str, Any], path: Path, form: list[dict[str, Any]], dimensions: dict[str, Any]
) -> Iterator[tuple[Path, str]]:
    """B6: a reason can be asked for only where some rating of the form has a level that needs one."""
    if question.get("required_when") != "not_relevant":
        return
    rated = [dimensions.get(str(row.get("key")), {}) for row in form if row.get("type") == "rating"]
    if not any(level.get("reason_required") is True for row in rated for level in rows(row.get("levels"))):
        yield (*path, "required_when"), "No rating of this form has a level that needs a reason."
