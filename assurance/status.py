"""`status`: every agency by every open item, and the same in sentences (B16, scenario 13).

Agencies stand in the pack's order, never by how they do, and nothing is averaged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from assurance.actors import Actor
from assurance.dates import count_words, day_words, listing
from assurance.open_items import LoopNow, OpenItem, OpenItems, open_items
from assurance.pack import Pack
from assurance.permissions import may, require
from assurance.person_names import UNNAMED, names, starting
from assurance.seats_over_time import Called, called_on
from assurance.standing import NO_RESPONSE, DimensionNow, How, Mark, counted, due_line, mark, missed_words
from storage.partnerships import Organisation, Partnership, Seat, organisations, seats
from storage.unit import Unit

MOST_ITEMS = 12
MOST_CELLS = 240
"""Above this a card of two tables may come near the 80 KB that Teams takes."""
SHORT_TITLES_TO = 4
BLANK = Mark("")
TO_COME: Mapping[How, str] = {"waiting": "still to come", "late": "past the due date"}
APART: Mapping[How, str] = {"not_reached": "Not reached", "vacant": "Nobody on the seat"}
"""Kept apart from who is past the due date, since it is not the agency's doing (B10, framework 4.25)."""


@dataclass(frozen=True)
class SeatNames:
    """A seat as lists name it: its short name, with its organisation's where that holds several seats."""

    seat_id: int
    label: str
    name: str


@dataclass(frozen=True)
class ItemLines:
    """One item in words: its title, when it is due, how many answered, and who has not, by reason."""

    request_id: int
    number: int
    title: str
    due: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class BoardTable:
    """One dimension: a row for each agency, a cell for each item on the page."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Mark, ...]], ...]


@dataclass(frozen=True)
class Board:
    """Every agency by every open item that the person may read, one page of it."""

    partnership_id: int
    tables: tuple[BoardTable, ...]
    items: tuple[ItemLines, ...]
    legend: tuple[str, ...]
    page: int
    pages: int
    whole: bool


@dataclass(frozen=True)
class Counts:
    """What everybody may see of the open items: how many have answered, and no names at all."""

    partnership_id: int
    lines: tuple[tuple[str, str], ...]


async def seat_names(unit: Unit, partnership: Partnership, pack: Pack, *, on: date | None = None) -> list[SeatNames]:
    """The seats in the pack's order, those of one organisation together where its first seat stands.

    They are called as today, or as they were called `on` a day: history keeps the name of its time (E7).
    """
    rows = await seats(unit, partnership.id)
    then = await called_on(unit, partnership.id, on) if on is not None else {}
    by_id = {one.id: one for one in await organisations(unit, partnership.id)}
    first = {one.organisation_id: at for at, one in reversed(list(enumerate(rows)))}
    seats_of = Counter(one.organisation_id for one in rows)
    ordered = sorted(rows, key=lambda one: (first[one.organisation_id], one.position, one.id))
    return [
        SeatNames(
            one.id,
            _label(_short(one, then), by_id[one.organisation_id], pack)
            if seats_of[one.organisation_id] > 1
            else _short(one, then),
            then[one.id].name if one.id in then else one.name,
        )
        for one in ordered
    ]


def _short(seat: Seat, then: Mapping[int, Called]) -> str:
    return then[seat.id].short if seat.id in then else seat.short


def _label(called: str, of: Organisation, pack: Pack) -> str:
    short = next((one.short for one in pack.organisations if one.key == of.slug and one.short), of.name)
    return called if called.startswith(short) else f"{short} {called}"


async def board(unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, now: datetime, page: int = 1) -> Board:
    """The table of agencies and open items that this person may read. Raises NotAllowed where there is none."""
    require(actor, "see_own_status")
    found = await open_items(unit, actor, partnership, pack, now)
    readable = [one for one in found.items if any(not loop.own for loop in one.loops)]
    if not may(actor, "see_every_status") and not readable:
        require(actor, "see_every_status")
    known = await seat_names(unit, partnership, pack)
    people = await people_in(unit, partnership, readable)
    return draw_board(pack, partnership.id, found, readable, known, people, page)


def draw_board(
    pack: Pack,
    partnership_id: int,
    found: OpenItems,
    readable: Sequence[OpenItem],
    known: Sequence[SeatNames],
    people: Mapping[int, str],
    page: int,
) -> Board:
    """One page of the board from what was read: no I/O."""
    concerned = {loop.seat_id for item in readable for loop in item.loops}
    rows = [one for one in known if one.seat_id in concerned]
    keys = _dimension_keys(pack, readable)
    size = max(1, min(MOST_ITEMS, MOST_CELLS // max(1, len(rows) * max(1, len(keys)))))
    pages = max(1, -(-len(readable) // size))
    page = min(max(page, 1), pages)
    start = (page - 1) * size
    shown = dict(enumerate(readable[start : start + size], start + 1))
    tables = [_table(pack, key, shown, rows, first=key == keys[0]) for key in keys]
    items = [item_lines(one, number, known, people, found) for number, one in shown.items()]
    kept = tuple(one for one in tables if one is not None)
    whole = all(one.whole for one in readable)
    meaning = legend_of(pack, [cell for one in kept for _, cells in one.rows for cell in cells])
    return Board(partnership_id, kept, tuple(items), meaning, page, pages, whole)


def _dimension_keys(pack: Pack, items: Sequence[OpenItem]) -> list[str]:
    """The dimensions that somebody is or was asked about, in the pack's order; "" where nothing is rated."""
    used = {
        one.key for item in items for loop in item.loops for one in loop.dimensions if begun(one)
    }  # fmt: skip
    return [one.key for one in pack.assurance.dimensions if one.key in used] or [""]


def begun(one: DimensionNow) -> bool:
    """Whether a dimension was ever asked about: before that, a table has no column for it."""
    return one.opens_on is None or one.self_level is not None


def _table(
    pack: Pack, key: str, items: Mapping[int, OpenItem], rows: Sequence[SeatNames], *, first: bool
) -> BoardTable | None:
    kept = [
        (item, number) for number, item in items.items()
        if any(loop.seat_id for loop in item.loops) and (_has(item, key) or (first and not _rated(item)))
    ]  # fmt: skip
    if not kept:
        return None
    named = len(items) <= SHORT_TITLES_TO
    label = pack.dimension(key).label if key else ""
    return BoardTable(
        label,
        tuple(item.title if named else str(number) for item, number in kept),
        tuple((row.label, tuple(_cell(pack, item, row.seat_id, key) for item, _ in kept)) for row in rows),
    )


def _has(item: OpenItem, key: str) -> bool:
    return any(one.key == key and begun(one) for loop in item.loops for one in loop.dimensions)


def _rated(item: OpenItem) -> bool:
    return any(loop.dimensions for loop in item.loops)


def _cell(pack: Pack, item: OpenItem, seat_id: int, key: str) -> Mark:
    for loop in item.loops:
        if loop.seat_id == seat_id:
            dimension = next((one for one in loop.dimensions if one.key == key), None)
            if dimension is None and loop.dimensions:
                return BLANK
            return mark(pack, loop.how, dimension)
    return BLANK


def item_lines(
    item: OpenItem,
    number: int,
    known: Sequence[SeatNames],
    people: Mapping[int, str],
    found: OpenItems,
    *,
    apart: Mapping[How, str] = APART,
) -> ItemLines:
    """One item in words; who is still to come is named only as far as the person may read it."""
    labels = {one.seat_id: one.label for one in known}
    order = {one.seat_id: at for at, one in enumerate(known)}
    loops = sorted(item.loops, key=lambda one: (order.get(one.seat_id or 0, len(order)), one.loop_id))

    def who(how: How) -> list[LoopNow]:
        return [one for one in loops if one.how == how]

    def called(some: Sequence[LoopNow]) -> str:
        return listing([name_of(one, labels, people) for one in some])

    hidden = item.kind.anonymous
    parts = [] if hidden else [part for how, said in TO_COME.items() if (part := _part(who(how), said, called, item))]
    words = counted(item.answered, item.asked)
    lines = [f"{words[0].upper()}{words[1:]}{', ' if parts else ''}{'; '.join(parts)}."]
    if not hidden:
        missed = {one.missed_on for one in who(NO_RESPONSE)}
        for day in sorted(missed, key=lambda on: on or date.min):
            some = [one for one in who(NO_RESPONSE) if one.missed_on == day]
            lines.append(f"{missed_words(day)}: {called(some)}.")
        lines += [f"{words}: {called(who(how))}." for how, words in apart.items() if who(how)]
        for one in who("extended"):
            if one.extended_to is not None:
                lines.append(f"More time agreed: {called([one])} until {day_words(one.extended_to)}.")
        if who("information"):
            lines.append(f"For information only: {called(who('information'))}.")
    lines += spread_of(found.pack, loops)
    if item.brought_in:
        lines.append("Brought in from earlier records.")
    meeting = f"; for the meeting on {day_words(item.meeting_on)}" if item.meeting_on else ""
    due = due_line(item.due_on, None, found.today) + meeting if item.answered < item.asked else ""
    return ItemLines(item.request_id, number, item.title, due, tuple(lines))


def spread_of(pack: Pack, loops: Sequence[LoopNow], *, with_missing: bool = False) -> list[str]:
    """How many agencies rate themselves at which level, dimension by dimension; never an average (4.9)."""
    lines = []
    for dimension in pack.assurance.dimensions:
        levels = [one for loop in loops for one in loop.dimensions if one.key == dimension.key]
        said = [one.self_level for one in levels if one.self_level is not None]
        parts = [f"{level.label} {said.count(level.key)}" for level in dimension.levels if level.key in said]
        missing = len(levels) - len(said)
        if parts and missing and with_missing:
            parts.append(f"still to come {missing}")
        if parts:
            lines.append(f"{dimension.label}: {', '.join(parts)}.")
    return lines


def _part(some: Sequence[LoopNow], said: str, called: Callable[[Sequence[LoopNow]], str], item: OpenItem) -> str:
    """ "two are still to come: GWH and Housing"; no names where it is everybody."""
    if not some or (len(some) == item.asked and said == TO_COME["waiting"]):
        return ""
    names = "" if len(some) == item.asked else f": {called(some)}"
    return f"{count_words(len(some))} {'is' if len(some) == 1 else 'are'} {said}{names}"


def name_of(loop: LoopNow, labels: Mapping[int, str], people: Mapping[int, str]) -> str:
    """What a list calls an addressee: the seat's label, or the name of the person who was asked."""
    if loop.seat_id is not None:
        return labels.get(loop.seat_id, "an agency that has left")
    return starting(people.get(loop.person_id or 0, UNNAMED))


async def people_in(unit: Unit, partnership: Partnership, items: Sequence[OpenItem]) -> dict[int, str]:
    """The names of the people to whom these items are addressed."""
    wanted = {one.person_id for item in items for one in item.loops if one.person_id is not None}
    return await names(unit, partnership.id, wanted) if wanted else {}


def legend_of(pack: Pack, marks: Iterable[Mark]) -> tuple[str, ...]:
    """What the letters and words of these cells mean; only those that stand there."""
    words = {one.word for one in marks}
    there = " ".join(words)
    used = words | {part.strip("()") for word in words for part in word.split(" ")}
    letters = {level.letter: level.label for one in pack.assurance.dimensions for level in one.levels}
    said = [f"{letter} {label}" for letter, label in letters.items() if letter in used and letter != label]
    lines = []
    if said:
        lines.append(f"As each agency rates itself: {', '.join(said)}.")
    if "\u2192" in there:
        lines.append(f"After an arrow: the level that the {pack.terms.group_short} assessed.")
    if "(" in there:
        lines.append("In brackets: the level of the last answer, while a new one is awaited.")
    plain = {
        "Done": "Done: answered, with nothing to rate.",
        "Later": "Later: not asked yet.",
        "Extended": "Extended: more time was agreed.",
        "No resp.": "No resp.: no response at the meeting.",
        "Vacant": "Vacant: nobody is there for the agency yet.",
        "\u2013": "A dash: for information only.",
    }
    begun_with = tuple(word.partition(" (")[0] for word in words)
    lines += [text for word, text in plain.items() if word in used or word in begun_with]
    return tuple(lines)


async def counts(unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, now: datetime) -> Counts:
    """The open items as everybody present in the group's channel may see them: counts without names.

    What is asked of single people is no business of the channel, and before the start date nothing is.
    Raises NotAllowed for whoever has no part in the group.
    """
    require(actor, "see_own_status")
    found = await open_items(unit, actor, partnership, pack, now)
    lines = []
    started = partnership.starts_on is None or partnership.starts_on <= found.today
    for item in (one for one in found.items if started and one.kind.asked.who == "seats"):
        words = counted(item.answered, item.asked)
        due = "" if item.answered == item.asked else f" Due {day_words(item.due_on)}."
        lines.append((item.title, f"{words[0].upper()}{words[1:]}.{due}"))
    return Counts(partnership.id, tuple(lines))
