"""A workbook of earlier records, checked cell by cell into a plan that is carried out whole or not at all.

Rules only. A bad cell is named with its sheet and row, as a spreadsheet counts them (issue deliver 5, scenario 34).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from assurance.asking import find_place
from assurance.dates import listing
from assurance.pack import Dimension, Pack
from assurance.packing import ShownForm
from assurance.place_names import Place
from assurance.running_start_cells import COLUMNS, SheetReader, shortened
from assurance.sheets import Table

SHEETS: Final = ("Members", "Meetings", "Items", "Levels")
ACCEPTED: Final = "accepted"
"""What stands as the assessed level where the group accepted "not relevant" (framework 4.4)."""


@dataclass(frozen=True)
class Background:
    """What a workbook is checked against: the seats by all their names, and the references that are known."""

    seats: tuple[Place, ...]
    dimensions: tuple[Dimension, ...]
    references: frozenset[str]
    today: date


@dataclass(frozen=True)
class StartMeeting:
    """A meeting that the partnership has held, or will hold."""

    on: date
    extra: bool


@dataclass(frozen=True)
class StartLevel:
    """How one agency stands on one dimension of an item: what it said and what the group assessed."""

    seat_id: int
    dimension: str
    self_level: str | None
    assessed_level: str | None
    closed: bool
    evidence: str
    answered_on: date | None
    next_on: date | None
    rationale: str


@dataclass(frozen=True)
class StartItem:
    """An open item, as it was issued before, with the latest levels of each agency that was asked."""

    reference: str
    title: str
    activity_type: str
    issued_on: date
    key_messages: str
    context: str
    due_on: date
    levels: tuple[StartLevel, ...] = ()


@dataclass(frozen=True)
class StartPlan:
    """What a workbook would bring in. With any mistake nothing is; `questions` need the officer's word first."""

    meetings: tuple[StartMeeting, ...] = ()
    items: tuple[StartItem, ...] = ()
    mistakes: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()

    @property
    def levels(self) -> int:
        """How many levels it holds, over all items."""
        return sum(one.self_level is not None for item in self.items for one in item.levels)


def make_start_plan(
    sheets: Mapping[str, Table],
    formulas: Mapping[str, Collection[tuple[int, int]]],
    pack: Pack,
    background: Background,
) -> StartPlan:
    """Check the sheets Meetings, Items and Levels; `formulas` are the cells (row, column) that hold formulas."""
    by_name = {name.strip().casefold(): name for name in sheets}
    readers = {name: SheetReader(name, background.today) for name in COLUMNS}
    rows: dict[str, list[tuple[int, dict[str, str]]]] = {}
    for name, reader in readers.items():
        actual = by_name.get(name.casefold(), "")
        rows[name] = reader.rows(sheets.get(actual, []), formulas.get(actual, ()))
    absent = [name for name in SHEETS if name.casefold() not in by_name]
    meetings = _meetings(readers["Meetings"], rows["Meetings"])
    items = _items(readers["Items"], rows["Items"], pack, background)
    levels = _levels(readers["Levels"], rows["Levels"], items, pack, background)
    whole = [replace(one, levels=tuple(levels.get(reference, ()))) for reference, one in items.items()]
    mistakes = [f"The sheet {name} is missing." for name in absent]
    for reader in readers.values():
        mistakes += reader.mistakes
    for one in whole:
        if not one.levels and not mistakes:
            mistakes.append(f"Items: {one.reference} has no agency on the sheet Levels, so nobody would be asked.")
    questions = [question for reader in readers.values() for question in reader.questions]
    return StartPlan(tuple(meetings), tuple(whole), tuple(mistakes), tuple(questions))


def _meetings(reader: SheetReader, rows: Sequence[tuple[int, Mapping[str, str]]]) -> list[StartMeeting]:
    found: dict[date, StartMeeting] = {}
    for number, row in rows:
        on = reader.day(number, row, "date", needed=True)
        sort = row.get("regular or extra", "").casefold()
        if sort not in ("", "regular", "extra"):
            reader.wrong(number, f"“{shortened(sort)}” is neither regular nor extra")
        if on is not None and on in found:
            reader.wrong(number, "this meeting stands in an earlier row as well")
        elif on is not None:
            found[on] = StartMeeting(on, sort == "extra")
    return list(found.values())


def _items(
    reader: SheetReader, rows: Sequence[tuple[int, Mapping[str, str]]], pack: Pack, background: Background
) -> dict[str, StartItem]:
    found: dict[str, StartItem] = {}
    types = {name.casefold(): one.key for one in pack.activity_types for name in (one.key, one.label)}
    for number, row in rows:
        reference = reader.words(number, row, "reference", needed=True)
        title = " ".join(reader.words(number, row, "title", needed=True).split())
        issued_on = reader.day(number, row, "issued on", needed=True)
        due_on = reader.day(number, row, "due", needed=True)
        sort = row.get("activity type", "")
        if sort and sort.casefold() not in types:
            known = listing([one.label for one in pack.activity_types])
            reader.wrong(number, f"I do not know the activity type “{shortened(sort)}”. There are: {known}")
        if issued_on is not None and issued_on > background.today:
            reader.wrong(number, "it cannot have been issued on a day that is still to come")
        if reference and reference.casefold() in found:
            reader.wrong(number, f"the reference {reference} stands in an earlier row as well")
        elif reference and reference.casefold() in background.references:
            reader.wrong(number, f"{reference} has been brought in already")
        elif reference:
            found[reference.casefold()] = StartItem(
                reference=reference, title=title, activity_type=types.get(sort.casefold(), ""),
                issued_on=issued_on or background.today, due_on=due_on or background.today,
                key_messages=reader.words(number, row, "key messages"),
                context=reader.words(number, row, "context"),
            )  # fmt: skip
    return found


def _levels(
    reader: SheetReader,
    rows: Sequence[tuple[int, Mapping[str, str]]],
    items: Mapping[str, StartItem],
    pack: Pack,
    background: Background,
) -> dict[str, list[StartLevel]]:
    found: dict[str, list[StartLevel]] = {}
    earlier: dict[tuple[str, int, str], int] = {}
    for number, row in rows:
        before = len(reader.mistakes)
        item = items.get(row["item reference"].casefold())
        if item is None:
            reader.wrong(number, f"there is no item “{shortened(row['item reference'])}” on the sheet Items")
        seat_id = _seat(reader, number, row["agency"], background.seats)
        dimension = _dimension(reader, number, row["dimension"], background.dimensions)
        if dimension is None:
            continue
        level = _level(reader, number, row, dimension, pack, background.today, seat_id or 0)
        if item is None or seat_id is None or len(reader.mistakes) > before:
            continue
        if level.answered_on is not None and level.answered_on < item.issued_on:
            reader.wrong(number, "it cannot have been answered before it was issued")
        mark = (item.reference.casefold(), seat_id, dimension.key)
        if earlier.setdefault(mark, number) != number:
            reader.wrong(number, f"row {earlier[mark]} is about the same item, agency and dimension")
            continue
        found.setdefault(mark[0], []).append(level)
    return found


def _seat(reader: SheetReader, number: int, agency: str, seats: tuple[Place, ...]) -> int | None:
    place = find_place(agency, seats) if agency else None
    if place is not None and place.sure is not None:
        return int(place.sure.key)
    if place is None:
        reader.wrong(number, "the agency is missing")
        return None
    meant = " or ".join(one.names[0] for one in place.maybe[:3])
    hint = f" (perhaps {meant})" if meant else ""
    reader.wrong(number, f"I do not know the agency “{shortened(agency)}”{hint}")
    return None


def _dimension(reader: SheetReader, number: int, text: str, dimensions: Sequence[Dimension]) -> Dimension | None:
    for one in dimensions:
        if text.casefold() in (one.key.casefold(), one.label.casefold()):
            return one
    keys = listing([one.key for one in dimensions])
    reader.wrong(number, f"“{shortened(text)}” is not a dimension; the dimensions are: {keys}")
    return None


def _level(
    reader: SheetReader,
    number: int,
    row: Mapping[str, str],
    dimension: Dimension,
    pack: Pack,
    today: date,
    seat_id: int,
) -> StartLevel:
    own = _named(row.get("self level", ""), [(one.key, one.label, one.letter) for one in dimension.levels])
    if own == "":
        reader.wrong(number, f"I do not know the self level “{shortened(row['self level'])}”")
    told = row.get("assessed level", "")
    levels = [(one.key, one.label, one.letter) for one in pack.assurance.assessed_levels]
    assessed = ACCEPTED if told.casefold() in (ACCEPTED, "not relevant, accepted") else _named(told, levels)
    if assessed == "":
        reader.wrong(number, f"I do not know the assessed level “{shortened(told)}”")
    if assessed == ACCEPTED and own not in {one.key for one in dimension.levels if one.reason_required}:
        reader.wrong(number, "only a “not relevant” can be accepted")
    evidence, rationale = reader.words(number, row, "evidence"), reader.words(number, row, "rationale")
    answered_on, next_on = reader.day(number, row, "answered on"), reader.day(number, row, "next date")
    if own is None and (assessed or evidence or answered_on):
        reader.wrong(number, "there is an answer without a self level")
    if own and answered_on is None and not row.get("answered on"):
        reader.wrong(number, "the day under answered on is missing")
    if answered_on is not None and answered_on > today:
        reader.wrong(number, "it cannot have been answered on a day that is still to come")
    ends = (*pack.assurance.closing_levels, *pack.assurance.ending_levels, ACCEPTED)
    if assessed in ends and next_on is not None:
        reader.wrong(number, f"nothing more is asked after {told}, so please leave next date empty")
    return StartLevel(
        seat_id=seat_id, dimension=dimension.key, self_level=own or None,
        assessed_level=None if assessed == ACCEPTED else assessed or None, closed=assessed in ends,
        evidence=evidence, answered_on=answered_on, next_on=next_on, rationale=rationale,
    )  # fmt: skip


def _named(text: str, levels: Sequence[tuple[str, str, str]]) -> str | None:
    """The key of a level named by key, label or letter; None for an empty cell, "" for one that is none of them."""
    if not text:
        return None
    folded = text.casefold().replace("_", " ")
    for key, label, letter in levels:
        if folded in (key.replace("_", " "), label.casefold(), letter.casefold()):
            return key
    starting = [key for key, label, _ in levels if label.casefold().startswith(folded)]
    return starting[0] if len(starting) == 1 else ""


def evidence_question(form: ShownForm, dimension: str) -> str:
    """The question under which a dimension's evidence is kept."""
    for question in form.form.questions:
        if question.type == "text" and question.dimension == dimension and question.rounds == "all":
            return question.key
    return "evidence"
