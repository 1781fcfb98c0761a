"""Whether a pack has the right keys with the right types, and whether each table says where it comes from."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from assurance.pack_lines import Path
from assurance.pack_model.base import Cited

_CITING = ("source", "basis", "citations", "confirm")
_SENTENCES = {
    "string_type": "This should be text in quotation marks.",
    "int_type": "This should be a whole number, without quotation marks.",
    "bool_type": "This should be true or false, without quotation marks.",
    "tuple_type": "This should be a list in square brackets.",
    "date_type": "This should be a day, written as 2026-11-26 without quotation marks.",
    "model_type": "This should be a table with keys of its own.",
    "string_too_short": "This is empty; put words here or leave the key out.",
    "too_short": "This list is empty; it needs at least one.",
}
_PATTERNS = {
    r"^[a-z0-9][a-z0-9_-]*$": "Use only small letters, digits, - and _ here; records refer to this name.",
    r"^([01]\d|2[0-3]):[0-5]\d$": 'This should be a time of day such as "10:00".',
    r"^\d\d-\d\d$": 'This should be a month and a day such as "04-01".',
    r"^https://": 'This should be an address that starts with "https://".',
}


def prepared(raw: dict[str, Any]) -> dict[str, Any]:
    """The data with its lists fixed, and with the options that questions take from lists of the pack."""
    data: dict[str, Any] = _fixed(raw)
    for form in rows(data.get("forms")):
        for question in rows(form.get("questions")):
            source = question.get("options_from")
            if isinstance(source, str) and not question.get("options"):
                question["options"] = tuple(
                    {"key": row["key"], "label": row["label"]}
                    for row in rows(data.get(source))
                    if isinstance(row.get("key"), str) and isinstance(row.get("label"), str)
                )
    return data


def rows(value: Any) -> list[dict[str, Any]]:
    """The tables of a list, where it is one; whatever else stands there is told elsewhere."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, tuple) else []


def uncited(model: type[BaseModel], data: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Each table that ought to say where it comes from, and does not, or does so twice."""
    if not isinstance(data, dict):
        return
    if issubclass(model, Cited):
        yield from _citation(model, data, path)
    for name, field in model.model_fields.items():
        inner = model_in(field.annotation)
        if inner is None or name not in data:
            continue
        value = data[name]
        if isinstance(value, tuple):
            for number, item in enumerate(value):
                yield from uncited(inner, item, (*path, name, number))
        else:
            yield from uncited(inner, value, (*path, name))


def model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that a field holds: itself, or in a list of them, or None where it holds none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := model_in(part))), None)


def shape_sentence(error: ErrorDetails, model: type[BaseModel]) -> str:
    """One of pydantic's errors as a plain sentence."""
    kind, loc = error["type"], error["loc"]
    context = error.get("ctx", {})
    if kind == "missing":
        return f'"{loc[-1]}" is missing here.'
    if kind == "extra_forbidden":
        return _unknown(str(loc[-1]), _model_at(model, loc[:-1]))
    return _SENTENCES.get(kind) or _limit(kind, context) or f"{error['msg']}."


def _limit(kind: str, context: dict[str, Any]) -> str | None:
    match kind:
        case "literal_error":
            return f"This should be one of: {_listed(context['expected'])}."
        case "string_pattern_mismatch":
            return _PATTERNS.get(context["pattern"])
        case "greater_than_equal":
            return f"This should be at least {context['ge']}."
        case "less_than_equal":
            return f"This should be at most {context['le']}."
        case "string_too_long":
            return f"This is too long; at most {context['max_length']} characters."
    return None


def _citation(model: type[Cited], data: dict[str, Any], path: Path) -> Iterator[tuple[Path, str]]:
    if "source" not in data and "basis" not in data:
        yield path, 'This does not say where it comes from: add source = "section", or basis = "default".'
    if "source" in data and "basis" in data:
        yield (*path, "basis"), "This says both source and basis; keep one of them."
    cited = data.get("citations")
    for key in cited if isinstance(cited, dict) else ():
        if key not in model.model_fields or key in _CITING:
            yield (*path, "citations", key), f'There is no key "{key}" in this table to say it about.'


def _unknown(key: str, model: type[BaseModel] | None) -> str:
    names = list(model.model_fields) if model else []
    near = get_close_matches(key, names, n=1)
    hint = f' Did you mean "{near[0]}"?' if near else ""
    return f'There is no key "{key}" here.{hint}'


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    found: type[BaseModel] | None = model
    for step in path:
        if isinstance(step, str) and found is not None:
            field = found.model_fields.get(step)
            found = model_in(field.annotation) if field else None
    return found


def _listed(expected: str) -> str:
    return expected.replace("'", '"').replace(" or ", ", ")


def _fixed(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_fixed(item) for item in value)
    if isinstance(value, dict):
        return {key: _fixed(item) for key, item in value.items()}
    return value
