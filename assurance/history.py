"""`history <seat>`: every round of one agency, open and closed, cited by its return and date (B16, scenario 8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from assurance.actors import Actor
from assurance.calendar import local_day
from assurance.dates import day_words, listing, short_day
from assurance.evidence_scope import open_to
from assurance.evidence_told import SENT_STEPS, state_words
from assurance.export_parts import parts_of
from assurance.export_reading import Read, read_returns
from assurance.export_said import MISSED
from assurance.issuing import today_in
from assurance.pack import Pack
from assurance.permissions import may, require
from assurance.quiet_prompts import Answered, prompts, words_in
from assurance.refusals import NotFound
from assurance.standing import DimensionNow, Mark, mark
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

MOST_ITEMS = 6
"""Items on one card; more are on its next page."""
NOT_ASKED, NO_RETURN, WAITING = Mark("\u2013"), Mark("No return"), Mark("Waiting")


@dataclass(frozen=True)
class RoundTold:
    """One round: a mark for each dimension, when the answer came, and who gave it, with the return it is read from."""

    round: str
    marks: tuple[Mark, ...]
    came: str
    source: str


@dataclass(frozen=True)
class ItemHistory:
    """One item at one agency, the oldest round first. `prompts` are empty for whoever is not to see them."""

    request_id: int
    title: str
    stands: str
    dimensions: tuple[str, ...]
    rounds: tuple[RoundTold, ...]
    prompts: tuple[str, ...]


@dataclass(frozen=True)
class History:
    """One page of an agency's history, the newest item first; `whole` is how many items there are."""

    partnership_id: int
    seat_id: int
    name: str
    items: tuple[ItemHistory, ...]
    group: str
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
            rounds = [read[row.id] for row, _ in pairs if row.request_id == number]
            items.append(_item(pack, asked[number], loop, rounds, reminded, today, asking=asking))
    return History(partnership.id, seat_id, found.name, tuple(items), pack.terms.group_short, whole, page, pages)


async def _reminded(
    unit: Unit, partnership: Partnership, pack: Pack, numbers: Mapping[int, Read]
) -> dict[int, list[date]]:
    """The days on which somebody of the agency was reminded of a return, as far as the card arrived."""
    days: dict[int, set[date]] = {}
    for one, notice in await chasers_of_returns(unit, partnership.id, numbers):
        if one.step not in SENT_STEPS and notice is not None and notice.state == "delivered" and notice.settled_at:
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
    used = {key for one in rounds for key in one.row.dimensions or ()}
    dimensions = [one for one in pack.assurance.dimensions if one.key in used]
    keys = [one.key for one in dimensions]
    issued_on = day_words(today_in(pack, asked.issued_at))
    brought = "Brought in from earlier records" if asked.brought_in else "Issued"
    return ItemHistory(
        asked.id, asked.title, f"{brought}, {issued_on}. {_stands(asked, loop)}.",
        tuple(one.label for one in dimensions),
        tuple(_round(pack, one, keys, reminded.get(one.row.id, ()), today) for one in rounds),
        prompts(pack, [_answered(one) for one in rounds if one.given]) if asking else (),
    )  # fmt: skip


def _stands(asked: Request, loop: Loop) -> str:
    if asked.state == "cancelled":
        return "Withdrawn"
    return state_words(loop)


def _round(pack: Pack, one: Read, keys: Sequence[str], reminded: Sequence[date], today: date) -> RoundTold:
    day = one.meeting_on or one.row.due_on
    name = f"{'Meeting' if one.meeting_on else 'Due'} {short_day(day)} {day.year}"
    missing = _missing(one, today)
    own = {key: one.values.get(key) for key in keys}
    theirs = {level.dimension: level.level for level in one.levels}
    marks = tuple(
        NOT_ASKED if key not in (one.row.dimensions or ())
        else missing or mark(pack, "answered", DimensionNow(key, self_level=own[key], assessed_level=theirs.get(key)))
        for key in keys
    ) or ((missing or Mark("Done")),)  # fmt: skip
    return RoundTold(name, marks, _came(one, missing), _source(one, reminded))


def _missing(one: Read, today: date) -> Mark | None:
    """What stands where nothing was said: never a level, and never a guess (framework 4.2)."""
    if one.given:
        return None
    outcome = str(getattr(one.row, "outcome", None) or "")
    if outcome in MISSED:
        return Mark(MISSED[outcome])
    return NO_RETURN if (one.meeting_on or one.row.due_on) < today else WAITING


def _came(one: Read, missing: Mark | None) -> str:
    return missing.word if missing is not None else one.came


def _source(one: Read, reminded: Sequence[date]) -> str:
    """Where this is read from: the return by number, who answered when, under which title, and the reminders."""
    if one.given:
        newest = one.given[-1]
        said = f"Return {one.row.id}, answered at {newest.when} by {newest.by}"
        said += f", version {newest.number}" if newest.number > 1 else ""
        lines = [said, *(label.rstrip(".") for label in newest.labels)]
    else:
        lines = [f"Return {one.row.id}: nothing was received"]
    lines += [f"{level.dimension} assessed as {level.level} on {level.on}" for level in one.assessed]
    if reminded:
        lines.append(f"Reminded on {listing([f'{short_day(day)} {day.year}' for day in reminded])}")
    return f"{'. '.join(lines)}."


def _answered(one: Read) -> Answered:
    return Answered(
        one.meeting_on or one.row.due_on, one.values, {level.dimension: level.level for level in one.levels},
        words_in(one.form, one.values),
    )  # fmt: skip
