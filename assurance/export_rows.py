"""A record as rows of a sheet: every column of its own, numbers with the names they stand for, texts in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import orjson

from assurance.export_lookups import Lookups
from assurance.export_sheets import HEADINGS, NEVER, NOT_TAKEN
from assurance.learning_fields import LearningFields
from assurance.pack import CitedOption, Pack
from assurance.packing import stored_form
from assurance.said_words import shown_value
from storage.people import PersonName
from storage.records import Field, fields_of
from storage.texts import texts
from storage.unit import Unit

Cell = str | int | date | datetime | None
Texts = Mapping[int, str]
_TO_TEXT = "_text_id"
_WIDE, _NAME, _NUMBER = 50, 26, 12


@dataclass(frozen=True)
class Extra:
    """Further columns of a kind of record. `cells` gives their values, for one line of the sheet or several."""

    headings: tuple[str, ...]
    widths: tuple[int, ...]
    cells: Callable[[Any, Lookups, Texts], list[list[Cell]]]


@dataclass(frozen=True)
class Columns:
    """The columns of a sheet, with their widths in characters, and how a record fills them."""

    headings: tuple[str, ...]
    widths: tuple[int, ...]
    fields: tuple[Field, ...] = ()
    extra: Extra | None = None

    async def texts(self, unit: Unit, partnership_id: int, rows: Sequence[Any]) -> Texts:
        """The words that these rows point at."""
        names = {one.name for one in self.fields if one.points_at == "text"} | {"text_id"}
        return await texts(unit, partnership_id, [getattr(row, name, None) for row in rows for name in names])

    def lines(self, row: Any, look: Lookups, words: Texts) -> list[list[Cell]]:
        """One record as it stands on the sheet. Who answered without a name stays without one."""
        subject = getattr(row, "about", None) if isinstance(getattr(row, "about", None), str) else ""
        hidden = look.request_of(row) in look.anonymous or look.is_anonymous(subject or "")
        own: list[Cell] = []
        for one in self.fields:
            value = getattr(row, one.name)
            if hidden and (one.points_at == "person" or one.name in ("by_title", "behalf_text_id", "shape")):
                value = None
            if one.name == "name" and isinstance(row, PersonName):
                value = value or look.former.get(row.person_id)
            own += _cells(one, value, look, words)
        return [[*own, *more] for more in self.extra.cells(row, look, words)] if self.extra else [own]


def columns_for(table: str, record: Any, pack: Pack) -> Columns:
    """The columns of a kind of record: all that it has, but for what is of use to Teams or to us alone."""
    left_out = NEVER | NOT_TAKEN.get(table, frozenset())
    fields = tuple(one for one in fields_of(record) if one.name not in left_out)
    headings, widths = [], []
    for one in fields:
        for heading, width in _headings(one):
            headings.append(heading)
            widths.append(width)
    extra = _extras(pack).get(table)
    if extra is not None:
        headings += extra.headings
        widths += extra.widths
    return Columns(tuple(headings), tuple(widths), fields, extra)


def _headings(one: Field) -> list[tuple[str, int]]:
    if one.points_at == "text":
        spoken = _spoken(one.name.removesuffix(_TO_TEXT).replace("text_id", "text"))
        return [(HEADINGS.get(one.name) or spoken, _WIDE)]
    if one.points_at:
        name = HEADINGS.get(one.name) or _spoken(one.name.removesuffix("_id"))
        return [(f"{name} no.", _NUMBER)] if one.points_at == "person" else [(f"{name} no.", _NUMBER), (name, _NAME)]
    if one.name in ("id", "number"):
        return [("No." if one.name == "id" else "Number", _NUMBER)]
    return [(HEADINGS.get(one.name) or _spoken(one.name), _WIDE if one.name in ("body", "title") else 18)]


def _spoken(name: str) -> str:
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def _cells(one: Field, value: Any, look: Lookups, words: Texts) -> list[Cell]:
    if one.points_at == "text":
        return [words.get(value, "") if value is not None else None]
    if one.points_at and one.points_at != "person":
        return [value, look.label(one.points_at, value) or None] if value is not None else [None, None]
    return [as_cell(value)]


def as_cell(value: Any) -> Cell:
    """A value as a sheet holds it: yes and no as words, an instant in UTC, anything nested as JSON."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    if value is None or isinstance(value, str | int | date):
        return value
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def _extras(pack: Pack) -> Mapping[str, Extra]:
    def said(row: Any, look: Lookups, words: Texts) -> list[list[Cell]]:
        form = look.forms.get(look.versions.get(row.version_id, (0, 0))[1])
        question = next((one for one in form.form.questions if one.key == row.question), None) if form else None
        if form is None or question is None:
            return [[None, None]]
        value = words.get(row.text_id, "") if row.text_id else row.value or ""
        return [[question.label, shown_value(form, question, value)]]

    def fields(row: Any, _: Lookups, words: Texts) -> list[list[Cell]]:
        body = words.get(row.text_id, "")
        return [_learning(LearningFields.from_json(orjson.loads(body) if body else {}), pack)]

    def lines(row: Any, look: Lookups, _: Texts) -> list[list[Cell]]:
        if row.sha256 != look.pack_sha256:
            return [[None, None]]
        return [[number, line] for number, line in enumerate(row.text.splitlines(), 1)]

    return {
        "answer": Extra(("Question as asked", "Answer as shown"), (40, _WIDE), said),
        "learning_version": Extra(_LEARNING, tuple(_WIDE for _ in _LEARNING), fields),
        "form_version": Extra(_FORM, (18, 14, 40, 40, 20, 60), _criteria),
        "pack_version": Extra(("Line", "Text"), (_NUMBER, 100), lines),
    }


_LEARNING = (
    "Title", "Type of activity", "Raised by", "Description and dates", "Findings", "Key messages", "Audiences",
    "Agreed by", "Agreed on", "Links", "Handling", "Not before", "Priority", "Action plan",
)  # fmt: skip
_FORM = ("Question", "Type", "As asked", "Help", "Choice or level", "Criteria")


def _learning(item: LearningFields, pack: Pack) -> list[Cell]:
    plan = [
        " / ".join(
            (labelled(pack.audiences, one.audience), one.purpose, labelled(pack.methods, one.methods), one.measure)
        )
        for one in item.plan
    ]
    return [
        item.title, labelled(pack.activity_types, item.activity_type), labelled(pack.originators, item.originator),
        item.description, item.findings, item.key_messages, item.audiences, item.agreed_by, item.agreed_on,
        "\n".join(f"{one.title}: {one.url}" for one in item.links), item.handling, item.embargo_on,
        labelled(pack.priorities, item.priority), "\n".join(plan),
    ]  # fmt: skip


def labelled(options: Sequence[CitedOption], keys: str) -> str:
    """The labels of one key or several with commas; a key that the pack has dropped stands for itself."""
    labels = {one.key: one.label for one in options}
    return ", ".join(labels.get(key, key) for key in keys.split(",") if key)


def _criteria(row: Any, _: Lookups, __: Texts) -> list[list[Cell]]:
    form, found = stored_form(row), []
    for question in form.form.questions:
        own: list[Cell] = [question.key, question.type, question.label, question.help or None]
        if question.type == "rating" and question.key in form.scale:
            found += [[*own, one.label, "\n".join(one.criteria)] for one in form.scale[question.key].levels]
        else:
            found.append([*own, ", ".join(one.label for one in question.options) or None, None])
    return found or [[None] * len(_FORM)]
