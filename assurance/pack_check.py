"""Reading a pack, and explaining every mistake in one with its place in the file."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from assurance.pack_lines import Path, Place, places
from assurance.pack_model.whole import Pack
from assurance.pack_references import references
from assurance.pack_shape import prepared, shape_sentence, uncited
from assurance.pack_syntax import syntax_place, syntax_sentence

ALREADY_TOLD = "citation"
"""The type of the models' own citation error; `uncited` says the same with a better place."""


@dataclass(frozen=True, order=True)
class Mistake:
    """One thing to put right: line and column (from 1) in the file, the part of the pack, a sentence."""

    line: int
    column: int | None
    where: str
    text: str


class PackMistakes(Exception):
    """The pack cannot be used; the text explains every mistake."""

    def __init__(self, name: str, mistakes: tuple[Mistake, ...]) -> None:
        self.name = name
        self.mistakes = mistakes
        super().__init__(f"{name}\n{explain(mistakes)}")


def load(text: str, name: str) -> Pack:
    """The pack that `text` describes; `name` is what to call the file. Raises PackMistakes."""
    pack, mistakes = _examine(text, name)
    if pack is None or mistakes:
        raise PackMistakes(name, mistakes)
    return pack


def check(text: str, name: str) -> tuple[Mistake, ...]:
    """Every mistake in the pack, in the order of the file; none if it can be used."""
    return _examine(text, name)[1]


def explain(mistakes: tuple[Mistake, ...]) -> str:
    """The mistakes as people read them, one line each."""
    if not mistakes:
        return "No mistakes found."
    count = "One thing" if len(mistakes) == 1 else f"{len(mistakes)} things"
    lines = [f"{count} to put right:"]
    for mistake in mistakes:
        column = "" if mistake.column is None else f", column {mistake.column}"
        lines.append(f"  Line {mistake.line}{column} ({mistake.where}): {mistake.text}")
    return "\n".join(lines)


def _examine(text: str, name: str) -> tuple[Pack | None, tuple[Mistake, ...]]:
    text = text.removeprefix("\ufeff")
    try:
        return _read(text)
    except tomllib.TOMLDecodeError as error:
        line, column = syntax_place(str(error), text)
        return None, (Mistake(line, column, name, syntax_sentence(str(error))),)
    except RecursionError:
        return None, (Mistake(1, None, name, "The tables in this file are nested too deeply."),)


def _read(text: str) -> tuple[Pack | None, tuple[Mistake, ...]]:
    data = prepared(tomllib.loads(text))
    pack: Pack | None = None
    found: list[tuple[Path, str]] = [*uncited(Pack, data), *references(data)]
    try:
        pack = Pack.model_validate(data, strict=True)
    except ValidationError as error:
        found.extend(_shape(error.errors(include_url=False)))
    return pack, _placed(found, places(text), data) if found else ()


def _shape(errors: list[ErrorDetails]) -> Iterator[tuple[Path, str]]:
    for error in errors:
        if error["type"] != ALREADY_TOLD:
            yield tuple(error["loc"]), shape_sentence(error, Pack)


def _placed(found: list[tuple[Path, str]], where: dict[Path, Place], data: dict[str, Any]) -> tuple[Mistake, ...]:
    mistakes = set()
    for path, sentence in found:
        known = path
        while known not in where:
            known = known[:-1]
        line, column = where[known]
        mistakes.add(Mistake(line, column, _in_words(path, data), sentence))
    return tuple(sorted(mistakes, key=lambda each: (each.line, each.column or 0, each.where, each.text)))


def _in_words(path: Path, data: Any) -> str:
    """A path as people read it: "seats, gwh, sector"; an unnamed item by its number from 1."""
    words: list[str] = []
    for step in path:
        data = _inside(data, step)
        if isinstance(step, str):
            words.append(step)
        else:
            name = _inside(data, "key") or _inside(data, "id") or _inside(data, "text")
            words.append(name if isinstance(name, str) else f"number {step + 1}")
    return ", ".join(words) or "the whole pack"


def _inside(data: Any, step: str | int) -> Any:
    if isinstance(data, dict):
        return data.get(step)
    if isinstance(data, tuple) and isinstance(step, int) and step < len(data):
        return data[step]
    return None
