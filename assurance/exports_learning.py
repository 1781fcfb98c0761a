"""The Summary of Learning and the Dissemination Action Plan, in the partnership's exact columns (A2, C1, C2)."""

from __future__ import annotations

from dataclasses import dataclass

from assurance.actors import Actor
from assurance.dates import day_words
from assurance.export_rows import labelled
from assurance.learning_fields import LearningFields
from assurance.pack import Pack
from assurance.permissions import require
from assurance.refusals import NotFound
from storage.learning import learning, learning_fields
from storage.partnerships import Partnership
from storage.unit import Unit

SUMMARY, PLAN = "Summary of Learning", "Learning Dissemination Action Plan"
BLANK = "_" * 20


@dataclass(frozen=True)
class LearningPaper:
    """One of the framework's two tables, filled in. `header` is the line above it, where the pack has one."""

    name: str
    title: str
    by: str
    header: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    below: tuple[str, ...]


async def summary_of_learning(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, learning_id: int
) -> LearningPaper:
    """The Summary of one item, as it is worded now (SL App C, SO App B). Raises NotAllowed, NotFound."""
    item, wording = await _item(unit, actor, partnership, learning_id)
    row = (
        labelled(pack.activity_types, item.activity_type), item.description, item.findings, item.key_messages,
        item.audiences,
    )  # fmt: skip
    header = f"{pack.summary_header}: {labelled(pack.originators, item.originator) or BLANK}"
    below = [f"Key messages agreed{_agreed(item)}."] if item.agreed_by or item.agreed_on else []
    below += [f"{one.title}: {one.url}" for one in item.links]
    below.append(_version(wording, pack.cites("summary_columns")))
    return LearningPaper(
        SUMMARY, item.title, pack.terms.partnership, header if pack.summary_header else "", _examples(pack),
        pack.summary_columns, (row,), tuple(below),
    )  # fmt: skip


async def action_plan(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, learning_id: int
) -> LearningPaper:
    """The plan of one item: a row for each of the pack's audiences, filled in or not. Raises as the summary."""
    item, wording = await _item(unit, actor, partnership, learning_id)
    labels = {one.key: one.label for one in pack.audiences}
    unknown = dict.fromkeys(one.audience for one in item.plan if one.audience not in labels)
    rows = []
    for key in (*labels, *unknown):
        own = [one for one in item.plan if one.audience == key]
        rows.append((
            "\n".join(one.purpose for one in own if one.purpose), labels.get(key, key),
            "\n".join(labelled(pack.methods, one.methods) for one in own if one.methods),
            "\n".join(one.measure for one in own if one.measure),
        ))  # fmt: skip
    return LearningPaper(
        PLAN, item.title, pack.terms.partnership, "", _examples(pack), pack.plan_columns, tuple(rows),
        (_version(wording, pack.cites("plan_columns")),),
    )  # fmt: skip


async def _item(unit: Unit, actor: Actor, partnership: Partnership, learning_id: int) -> tuple[LearningFields, int]:
    require(actor, "export_learning")
    found = await learning(unit, partnership.id, learning_id)
    wording = await learning_fields(unit, partnership.id, learning_id) if found else None
    if found is None or wording is None:
        raise NotFound("I cannot find that item of learning.")
    fields = LearningFields.from_json({"title": found.title} | wording[1])
    return fields, wording[0].number


def _examples(pack: Pack) -> str:
    return f"Types of activity: {', '.join(one.label for one in pack.activity_types)}." if pack.activity_types else ""


def _agreed(item: LearningFields) -> str:
    by = f" by {item.agreed_by}" if item.agreed_by else ""
    return by + (f" on {day_words(item.agreed_on)}" if item.agreed_on else "")


def _version(number: int, cited: str) -> str:
    columns = "Our default columns; the framework gives none" if cited == "default" else f"Columns as in {cited}"
    return f"{columns}. Version {number} of the wording."
