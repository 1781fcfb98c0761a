"""Taking records out: what a person may choose from, and what is kept about each file that was handed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assurance.actors import Actor
from assurance.calendar import local_day
from assurance.dates import MONTHS, short_day
from assurance.evidence_scope import open_to, parted, scope_of
from assurance.export_parts import parts_of
from assurance.exports_return import named
from assurance.pack import Pack
from assurance.permissions import may, require
from assurance.refusals import NotFound
from storage.asks import Loop, Request, request
from storage.histories import (
    every_learning,
    requests_numbered,
    requests_of_seat,
    requests_without_learning,
    returns_of_seat,
)
from storage.log import append_log
from storage.partnerships import Partnership, organisations, seats
from storage.returns import AgencyReturn
from storage.standings import rounds_with_meetings
from storage.unit import Unit

MOST_ITEMS = 100
"""Items to choose from on one page of the card."""
MOST_ANSWERS = 60

Option = tuple[str, str]
"""A choice: its key, such as "learning:3", and what it is called."""


@dataclass(frozen=True)
class ExportChoices:
    """What somebody may take out. `answers` are their own agency's, where they may choose nothing else."""

    partnership_id: int
    person_id: int
    items: tuple[Option, ...]
    agencies: tuple[Option, ...]
    answers: tuple[Option, ...]
    learning: bool
    record: bool
    page: int
    pages: int

    @property
    def wide(self) -> bool:
        """Whether it is about more than the person's own answers."""
        return bool(self.items or self.agencies)


async def export_choices(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, page: int = 1
) -> ExportChoices:
    """What this person may choose from, closed items as well. Raises NotAllowed for whoever has no part in it."""
    require(actor, "export")
    wide = may(actor, "evidence_file")
    items = await _items(unit, partnership, pack) if wide else []
    pages = max(1, -(-len(items) // MOST_ITEMS))
    page = min(max(page, 1), pages)
    return ExportChoices(
        partnership.id, actor.person_id, tuple(items[(page - 1) * MOST_ITEMS : page * MOST_ITEMS]),
        tuple(await _agencies(unit, partnership)) if wide else (),
        () if wide else await _own_answers(unit, actor, partnership, pack),
        may(actor, "export_learning"), may(actor, "export_record"), page, pages,
    )  # fmt: skip


async def _items(unit: Unit, partnership: Partnership, pack: Pack) -> list[Option]:
    """Every item, the newest first, each with the month in which it came, since titles come again."""
    found = [(one.created_at, f"learning:{one.id}", one.title) for one in await every_learning(unit, partnership.id)]
    nameless = {one.key for one in pack.kinds if one.anonymous}
    found += [
        (one.issued_at, f"request:{one.id}", one.title)
        for one in await requests_without_learning(unit, partnership.id)
        if one.kind not in nameless
    ]
    found.sort(key=lambda one: (one[0], one[1]), reverse=True)
    return [(key, f"{title}, {_month(at, pack.timezone)}") for at, key, title in found]


def _month(at: datetime, timezone: str) -> str:
    day = local_day(at, timezone)
    return f"{MONTHS[day.month - 1]} {day.year}"


async def _agencies(unit: Unit, partnership: Partnership) -> list[Option]:
    rows = await seats(unit, partnership.id)
    several = [
        (f"organisation:{one.id}", one.name)
        for one in await organisations(unit, partnership.id)
        if sum(its.organisation_id == one.id for its in rows) > 1
    ]
    return [*((f"seat:{one.id}", one.name) for one in rows if one.returns), *several]


async def _own_answers(unit: Unit, actor: Actor, partnership: Partnership, pack: Pack) -> tuple[Option, ...]:
    rows: list[tuple[AgencyReturn, Loop]] = []
    for seat_id in sorted(actor.seats):
        asked = await requests_of_seat(unit, partnership.id, seat_id, most=MOST_ANSWERS)
        rows += await returns_of_seat(unit, partnership.id, seat_id, asked)
    found = await requests_numbered(unit, partnership.id, {row.request_id for row, _ in rows})
    pairs = [(row, loop, found[row.request_id]) for row, loop in rows]
    return await _answers(unit, partnership, pack, pairs, with_agency=len(actor.seats) > 1, with_title=True)


async def answers_to_choose(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, about: str
) -> tuple[Option, ...]:
    """The answers that belong to an item or an agency, the newest first. Raises NotAllowed, NotFound."""
    require(actor, "evidence_file")
    scope = await scope_of(unit, partnership, about)
    pairs = [
        (row, loop, one.request)
        for one in scope.threads
        if open_to(pack, actor, one.request, own=False)
        for row in one.rows
        for loop in one.loops
        if loop.id == row.loop_id
    ]
    several = len({one.request.title for one in scope.threads}) > 1
    return await _answers(unit, partnership, pack, pairs, with_agency=True, with_title=several or scope.of_agency)


async def _answers(
    unit: Unit,
    partnership: Partnership,
    pack: Pack,
    pairs: Sequence[tuple[AgencyReturn, Loop, Request]],
    *,
    with_agency: bool,
    with_title: bool,
) -> tuple[Option, ...]:
    parts = await parts_of(unit, partnership, pack, named=True)
    answered = [one for one in pairs if one[0].version_number][-MOST_ANSWERS:][::-1]
    rounds = await rounds_with_meetings(unit, partnership.id, {row.round_id for row, _, _ in answered})
    found = []
    for row, loop, asked in answered:
        held_on = rounds[row.round_id][1]
        day = held_on or row.due_on
        when = f"{'for the meeting on' if held_on else 'due'} {short_day(day)} {day.year}"
        words = [named(loop, parts)[1]] if with_agency else []
        words += [asked.title] if with_title else []
        label = ", ".join([*words, when])
        found.append((str(row.id), label[:1].upper() + label[1:]))
    return tuple(found)


async def learning_meant(unit: Unit, actor: Actor, partnership: Partnership, about: str) -> int:
    """The learning item that "learning:3" or a request about one stands for. Raises NotAllowed, NotFound."""
    require(actor, "export_learning")
    kind, number = parted(about)
    if kind == "learning" and number:
        return number
    found = await request(unit, partnership.id, number) if kind == "request" else None
    if found is None or found.learning_id is None:
        raise NotFound("Please choose an item of learning for this.")
    return found.learning_id


async def note_export(
    unit: Unit,
    partnership_id: int,
    person_id: int | None,
    *,
    file: str,
    subject: str,
    refs: Mapping[str, Any],
    digest: str,
    now: datetime,
) -> None:
    """Keep in the log who took out what, and the file's hash. Call it last."""
    await append_log(
        unit, partnership_id, at=now, person_id=person_id, by="person" if person_id else "command line",
        what="exported", subject=subject, refs={"file": file, **refs}, after=digest,
    )  # fmt: skip
