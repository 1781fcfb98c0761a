"""`history <seat>`: every round of one agency, open and closed, cited by its return and date (B16, scenario 8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from assurance.actors import Actor
from assurance.calendar import local_day
from assurance.dates import day_words, listing, short_day
from assurance.evidence_scope import open_to
from assurance.evidence_told import TO_NOBODY_THERE, state_words
from assurance.export_parts import parts_of
from assurance.export_reading import Read, read_returns
from assurance.export_said import MISSED, assessed_words
from assurance.issuing import today_in
from assurance.pack import Pack
from assurance.permissions import may, require
from assurance.quiet_prompts import Answered, prompts, words_in
from assurance.refusals import NotFound
from assurance.standing import Mark, assessed_shown, level_shown, timeliness
from storage.asks import Loop, Request
from storage.histories import (
    chasers_of_returns,
    count_requests_of_seat,
    requests_numbered,
    requests_of_seat,
    returns_of_seat,
)
from storage.partnerships import Partnership, seat
from storage.unit import Unit

MOST_ITEMS, MOST_ROUNDS = 3, 6
"""Items on one card, more are on its next page; and rounds of one item, earlier ones are in the evidence file."""
NOTHING = Mark("\u2013")
WAITING, NO_RETURN = "Waiting", "No return"


@dataclass(frozen=True)
class RoundTold:
    """One round of one dimension: the agency's own level and, beside it, the one that the group assessed."""

    when: str
    own: Mark
    assessed: Mark
    came: str


@dataclass(frozen=True)
class DimensionTold:
    """One dimension of an item, round by round; without a name where nothing is rated."""

    name: str
    rounds: tuple[RoundTold, ...]


@dataclass(frozen=True)
class ItemHistory:
    """One item at one agency, the oldest round first. `sources` say who answered, when, in which return.

    `prompts` are empty for whoever is not to see them.
    """

    request_id: int
    title: str
    stands: str
    dimensions: tuple[DimensionTold, ...]
    sources: tuple[str, ...]
    prompts: tuple[str, ...]
    earlier: int = 0
    """How many rounds came before those that are shown."""


@dataclass(frozen=True)
class History:
    """One page of an agency's history, the newest item first; `whole` is how many items there are."""

    partnership_id: int
    seat_id: int
    name: str
    items: tuple[ItemHistory, ...]
    group: str
    legend: str
    whole: int
    page: int
    pages: int


async def history(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, now: datetime, seat_id: int, page: int = 1
) -> History:
    """One agency's history, for chair, vice, officer and its own people.

    Raises NotAllowed for others, whatever there is to see, and NotFound where there is no such agency.
    """
    own = seat_id in actor.seats
    if not own:
        require(actor, "see_history")
    found = await seat(unit, partnership.id, seat_id)
    if found is None:
        raise NotFound("I cannot find that agency any more.")
    whole = await count_requests_of_seat(unit, partnership.id, seat_id)
    pages = max(1, -(-whole // MOST_ITEMS))
    page = min(max(page, 1), pages)
    numbers = await requests_of_seat(unit, partnership.id, seat_id, skip=(page - 1) * MOST_ITEMS, most=MOST_ITEMS)
    asked = await requests_numbered(unit, partnership.id, numbers)
    pairs = [
        (row, loop)
        for row, loop in await returns_of_seat(unit, partnership.id, seat_id, numbers)
        if open_to(pack, actor, asked[row.request_id], own=own)
    ]
    parts = await parts_of(unit, partnership, pack, named=True)
    read = await read_returns(unit, partnership, pack, [row for row, _ in pairs], parts, evidence=False)
    reminded = await _reminded(unit, partnership, pack, read)
    asking, today = may(actor, "see_prompts"), today_in(pack, now)
    items = []
    for number in numbers:
        loop = next((its for row, its in pairs if row.request_id == number), None)
        if loop is not None:
            rounds = sorted((read[row.id] for row, _ in pairs if row.request_id == number), key=_in_order)
            items.append(_item(pack, asked[number], loop, rounds, reminded, today, asking=asking))
    group, legend = pack.terms.group_short, _legend(pack, items)
    return History(partnership.id, seat_id, found.name, tuple(items), group, legend, whole, page, pages)


def _legend(pack: Pack, items: Sequence[ItemHistory]) -> str:
    """What the letters mean that stand on the page."""
    rounds = [each for one in items for its in one.dimensions for each in its.rounds]
    there = {mark.word for each in rounds for mark in (each.own, each.assessed)}
    labels = {level.letter: level.label for one in pack.assurance.dimensions for level in one.levels}
    labels |= {one.letter: one.label for one in pack.assurance.assessed_levels}
    return ", ".join(f"{letter} {label}" for letter, label in labels.items() if letter in there and letter != label)


def _in_order(one: Read) -> tuple[date, int]:
    return one.meeting_on or one.row.due_on, one.row.id


async def _reminded(
    unit: Unit, partnership: Partnership, pack: Pack, numbers: Mapping[int, Read]
) -> dict[int, list[date]]:
    """The days on which somebody of the agency was reminded of a return, as far as the card arrived."""
    days: dict[int, set[date]] = {}
    for one, notice in await chasers_of_returns(unit, partnership.id, numbers):
        if one.step not in TO_NOBODY_THERE and notice is not None and notice.state == "delivered" and notice.settled_at:
            days.setdefault(one.return_id, set()).add(local_day(notice.settled_at, pack.timezone))
    return {number: sorted(some) for number, some in days.items()}


def _item(
    pack: Pack,
    asked: Request,
    loop: Loop,
    rounds: Sequence[Read],
    reminded: Mapping[int, list[date]],
    today: date,
    *,
    asking: bool,
) -> ItemHistory:
    issued_on = day_words(today_in(pack, asked.issued_at))
    brought = "Brought in from earlier records, issued" if asked.brought_in else "Issued"
    used = {key for one in rounds[-MOST_ROUNDS:] for key in one.row.dimensions or ()}
    shown = rounds[-MOST_ROUNDS:]
    dimensions = [
        DimensionTold(its.label, tuple(_rated(pack, one, its.key, today) for one in shown if _rates(one, its.key)))
        for its in pack.assurance.dimensions
        if its.key in used
    ]
    return ItemHistory(
        asked.id, asked.title, f"{brought} on {issued_on}. Now: {_stands(asked, loop)}.",
        tuple(dimensions) or (DimensionTold("", tuple(_rated(pack, one, "", today) for one in shown)),),
        tuple(_source(pack, one, reminded.get(one.row.id, ()), today) for one in shown),
        prompts(pack, [_answered(one) for one in rounds if one.given]) if asking else (), len(rounds) - len(shown),
    )  # fmt: skip


def _rates(one: Read, key: str) -> bool:
    return key in (one.row.dimensions or ())


def _stands(asked: Request, loop: Loop) -> str:
    words = "Withdrawn" if asked.state == "cancelled" else state_words(loop)
    return words[:1].lower() + words[1:]


def _rated(pack: Pack, one: Read, key: str, today: date) -> RoundTold:
    """One round in marks. Where nothing was said there is none: never a level, and never a guess (framework 4.2)."""
    own, theirs = level_shown(pack, key, one.values.get(key)), NOTHING
    for level in one.levels:
        if level.dimension == key:
            shown = assessed_shown(pack, level.level)
            theirs = Mark(shown.letter, shown.style) if shown else Mark(assessed_words(pack, level.level))
    return RoundTold(
        _when(one), Mark(own.letter, own.style) if own else NOTHING, theirs,
        f"{_came(pack, one, today)} (return {one.row.id})",
    )  # fmt: skip


def _when(one: Read) -> str:
    day, _ = _in_order(one)
    return f"{'Meeting' if one.meeting_on else 'Due'} {short_day(day)} {day.year}"


def _came(pack: Pack, one: Read, today: date) -> str:
    if not one.versions:
        outcome = str(getattr(one.row, "outcome", None) or "")
        return MISSED.get(outcome) or (NO_RETURN if _in_order(one)[0] < today else WAITING)
    first = one.versions[0]
    on = first.behalf_on or local_day(one.row.returned_at or first.at, pack.timezone)
    return f"{short_day(on)} {on.year}, {timeliness(on, one.meeting_on, late=one.row.late)}"


def _source(pack: Pack, one: Read, reminded: Sequence[date], today: date) -> str:
    """Where a round is read from: its return, who answered when, under which title, and the reminders."""
    if one.given:
        newest = one.given[-1]
        said = f"return {one.row.id}, answered at {newest.when} by {newest.by}"
        said += f", version {newest.number}" if newest.number > 1 else ""
        lines = [said, *(label.rstrip(".") for label in newest.labels)]
    else:
        lines = [f"return {one.row.id}, {_came(pack, one, today).lower()}"]
    lines += [f"{level.dimension} assessed as {level.level} on {level.on}" for level in one.assessed]
    if reminded:
        lines.append(f"Reminded on {listing([f'{short_day(day)} {day.year}' for day in reminded])}")
    return f"{_when(one)}: {'. '.join(lines)}."


def _answered(one: Read) -> Answered:
    return Answered(
        one.meeting_on or one.row.due_on, one.values, {level.dimension: level.level for level in one.levels},
        words_in(one.form, one.values),
    )  # fmt: skip
