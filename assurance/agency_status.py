"""`status` of one agency or organisation: what it owes, what it said, and earlier rounds (scenario 8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from assurance.actors import Actor
from assurance.calendar import local_day
from assurance.dates import count_words, day_words, moment_words
from assurance.open_items import LoopNow, OpenItem, OpenItems, open_items
from assurance.pack import Pack
from assurance.permissions import may, require
from assurance.quiet_prompts import Answered, prompts, words_in
from assurance.refusals import NotFound
from assurance.request_view import Said, said_in
from assurance.said_words import RATED, shown_value
from assurance.standing import (
    NO_RESPONSE,
    PENDING,
    RECORDED,
    DimensionNow,
    assessed_shown,
    due_line,
    level_shown,
    missed_words,
    timeliness,
)
from assurance.status import SeatNames, seat_names, spread_of
from storage.partnerships import Partnership
from storage.returns import AgencyReturn, assessments_of_returns
from storage.unit import Unit

MOST_ITEMS = 8
"""Items on one card; more are on its next page."""
ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth")
HOW = {
    "waiting": "Not answered yet.",
    "late": "Not answered yet.",
    "not_reached": "Not reached, so not counted as late.",
    "vacant": "Nobody is there for the agency yet, so nobody could answer.",
    "extended": "Not answered yet; more time was agreed.",
    "no_response": "An answer is still welcome; it will be marked as late.",
    "information": "Sent for information only: no answer is needed.",
}


Trio = tuple[SeatNames, OpenItem, LoopNow]


@dataclass(frozen=True)
class AgencyItem:
    """One item at one agency, in words. `evidence` is empty for whoever may not read it."""

    request_id: int
    loop_id: int
    title: str
    due: str
    state: str
    levels: tuple[tuple[str, str], ...]
    answered: str
    labels: tuple[str, ...]
    history: tuple[str, ...]
    evidence: tuple[tuple[str, str], ...]
    on_behalf: bool
    """Whether the person may act for the agency here: write to it, or enter what it answers."""
    prompts: tuple[str, ...] = ()
    """What the chair may want to ask; empty for members."""


@dataclass(frozen=True)
class AgencyStatus:
    """One seat with its open items."""

    seat_id: int
    name: str
    label: str
    items: tuple[AgencyItem, ...]
    own: bool
    proof: bool = False
    """Whether the person may see what was sent to it."""


@dataclass(frozen=True)
class OrganisationStatus:
    """The seats of one organisation, each by itself, above them the spread of their levels: no average."""

    partnership_id: int
    name: str
    spread: tuple[str, ...]
    seats: tuple[AgencyStatus, ...]
    page: int
    pages: int


@dataclass(frozen=True)
class _Told:
    pack: Pack
    found: OpenItems
    said: Mapping[int, Said]
    assessed: Mapping[tuple[int, str], str]
    on_behalf: bool
    asking: bool


async def seats_status(
    unit: Unit,
    actor: Actor,
    partnership: Partnership,
    pack: Pack,
    now: datetime,
    wanted: Sequence[int],
    *,
    name: str = "",
    page: int = 1,
) -> OrganisationStatus:
    """How these seats stand, for whoever may read it.

    Raises NotAllowed where the person may read nothing of any of them, NotFound where there is no such seat.
    """
    require(actor, "see_own_status")
    known = [one for one in await seat_names(unit, partnership, pack) if one.seat_id in wanted]
    if not known:
        raise NotFound("I cannot find that agency any more.")
    found = await open_items(unit, actor, partnership, pack, now)
    if actor.seats.isdisjoint(wanted):
        _require_others(actor, found, wanted)
    pairs = [
        (seat, item, loop)
        for seat in known
        for item in found.items
        for loop in item.loops
        if loop.seat_id == seat.seat_id
    ]
    pages = max(1, -(-len(pairs) // MOST_ITEMS))
    page = min(max(page, 1), pages)
    shown = pairs[(page - 1) * MOST_ITEMS : page * MOST_ITEMS]
    told = await _told(unit, actor, partnership, pack, found, [loop for _, _, loop in shown])
    idle = page == 1 and not pairs
    found_seats = [_seat(one, shown, told, actor, empty=idle) for one in known]
    several = len(known) > 1
    return OrganisationStatus(
        partnership.id, name or known[0].name, spread(pack, pairs) if several else (),
        tuple(one for one in found_seats if one is not None), page, pages,
    )  # fmt: skip


def _require_others(actor: Actor, found: OpenItems, wanted: Sequence[int]) -> None:
    if not any(loop.seat_id in wanted for item in found.items for loop in item.loops):
        require(actor, "see_every_status")


def _seat(seat: SeatNames, shown: Sequence[Trio], told: _Told, actor: Actor, *, empty: bool) -> AgencyStatus | None:
    items = tuple(_agency_item(item, loop, told) for its, item, loop in shown if its.seat_id == seat.seat_id)
    if not items and not empty:
        return None
    return AgencyStatus(
        seat.seat_id, seat.name, seat.label, items, seat.seat_id in actor.seats, proof=may(actor, "see_proof")
    )


async def _told(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, found: OpenItems, loops: Sequence[LoopNow]
) -> _Told:
    """What was said and assessed in the returns that this person may read: `returns` hold no others."""
    rows = [row for loop in loops for row in loop.returns]
    said = await said_in(unit, partnership.id, rows) if rows else {}
    assessed = await assessments_of_returns(unit, partnership.id, [row.id for row in rows]) if rows else []
    levels = {(one.return_id, one.dimension): one.level for one in assessed}
    return _Told(pack, found, said, levels, may(actor, "enter_on_behalf"), may(actor, "see_prompts"))


def _agency_item(item: OpenItem, loop: LoopNow, told: _Told) -> AgencyItem:
    row, pack = loop.latest, told.pack
    said = told.said.get(row.id) if row else None
    state, pending = HOW.get(loop.how, ""), loop.how in PENDING
    if loop.how == "not_reached":
        state = f"{state} {loop.why_not}"
    if pending and loop.emailed_on is not None:
        state = f"{state} E-mailed by the {pack.terms.officer} on {day_words(loop.emailed_on)}."
    levels = [_level(pack, one) for one in loop.dimensions if _says_something(one, pending=pending)]
    return AgencyItem(
        request_id=item.request_id, loop_id=loop.loop_id, title=item.title,
        due=_due(loop, told) if pending else "", state=state,
        levels=tuple(levels), answered=_answered(said, row, told),
        labels=_labels(said, item), history=tuple(_past(one, told) for one in reversed(loop.returns[:-1])),
        evidence=evidence_of(said) if said else (),
        on_behalf=told.on_behalf and pending, prompts=_prompts(loop, told) if told.asking else (),
    )  # fmt: skip


def _due(loop: LoopNow, told: _Told) -> str:
    if loop.how == NO_RESPONSE:
        return missed_words(loop.missed_on)
    return due_line(loop.due_on, loop.extended_to, told.found.today)


def _prompts(loop: LoopNow, told: _Told) -> tuple[str, ...]:
    answered = []
    for row in loop.returns:
        if (said := told.said.get(row.id)) is not None:
            levels = {key: told.assessed.get((row.id, key), "") for key in row.dimensions or ()}
            words = words_in(said.form, said.values)
            answered.append(Answered(told.found.meeting_of(row) or row.due_on, said.values, levels, words))
    return prompts(told.pack, answered)


def _says_something(one: DimensionNow, *, pending: bool) -> bool:
    return bool(one.self_level or one.assessed_level or (one.opens_on and not pending))


def _level(pack: Pack, one: DimensionNow) -> tuple[str, str]:
    """A dimension and its levels: the agency's own, and beside it what the group assessed."""
    label = next((its.label for its in pack.assurance.dimensions if its.key == one.key), one.key)
    own, theirs = level_shown(pack, one.key, one.self_level), assessed_shown(pack, one.assessed_level)
    if own is None and theirs is None:
        return label, f"Asked from {day_words(one.opens_on)}" if one.opens_on else "No answer yet"
    words = f"{own.label}, as the agency rates itself" if own else "no level of its own"
    if theirs is not None:
        words += f"; {theirs.label}, as the {pack.terms.group_short} assessed it"
    return label, words + ("; a new answer is awaited" if one.due else "")


def _answered(said: Said | None, row: AgencyReturn | None, told: _Told) -> str:
    if said is None or row is None:
        return ""
    how = _in_time(said, row, told)
    when = f"{moment_words(said.at, told.pack.timezone)} by {said.by}"
    if said.number > 1 and row.returned_at is not None:
        return f"First answered at {moment_words(row.returned_at, told.pack.timezone)}, {how}; changed at {when}."
    return f"Answered at {when}, {how}."


def _in_time(said: Said, row: AgencyReturn, told: _Told) -> str:
    """When the first answer was given counts: not when it was corrected, nor when an officer typed it in."""
    given_on = said.behalf_on if said.number == 1 else None
    first = local_day(row.returned_at or said.at, told.pack.timezone)
    return timeliness(given_on or first, told.found.meeting_of(row), late=row.late)


def _labels(said: Said | None, item: OpenItem) -> tuple[str, ...]:
    """What a reader must know about where the answer came from."""
    labels = []
    if said is not None and said.origin == "on_behalf":
        given = f"; given by {said.behalf}" if said.behalf else ""
        labels.append(f"Entered on the agency's behalf{given}.")
    if item.brought_in or (said is not None and said.origin == "brought_in"):
        labels.append("Brought in from earlier records.")
    if said is not None and said.number > 1:
        which = ORDINALS[said.number] if said.number < len(ORDINALS) else f"number {count_words(said.number)}"
        labels.append(f"This is the {which} version; the earlier ones are kept.")
    return tuple(labels)


def _past(row: AgencyReturn, told: _Told) -> str:
    """One earlier round in one line."""
    meeting, pack = told.found.meeting_of(row), told.pack
    when = f"For the meeting on {day_words(meeting)}" if meeting else f"Due {day_words(row.due_on)}"
    said = told.said.get(row.id)
    if said is None:
        return f"{when}: {RECORDED.get(row.outcome or '', 'not received')}."
    parts = []
    for key in row.dimensions or ():
        own = level_shown(pack, key, said.values.get(key))
        theirs = assessed_shown(pack, told.assessed.get((row.id, key)))
        label = next((its.label for its in pack.assurance.dimensions if its.key == key), key)
        words = [own.label] if own else []
        words += [f"assessed {theirs.label}"] if theirs else []
        if words:
            parts.append(f"{label}: {', '.join(words)}")
    parts.append(f"received {_in_time(said, row, told)}")
    return f"{when}: {'; '.join(parts)}."


def evidence_of(said: Said) -> tuple[tuple[str, str], ...]:
    """What an answer says besides its levels: each question with its words, choices by their labels."""
    found = []
    for question in said.form.form.questions:
        value = said.values.get(question.key, "")
        if question.type == RATED or not value:
            continue
        found.append((question.label, shown_value(said.form, question, value)))
    return tuple(found)


def spread(pack: Pack, pairs: Sequence[Trio]) -> tuple[str, ...]:
    """For each item and dimension, how many departments stand at which level, and never an average."""
    lines = []
    for item in {item.request_id: item for _, item, _ in pairs}.values():
        loops = [loop for _, its, loop in pairs if its is item]
        lines += [f"{item.title}, {line}" for line in spread_of(pack, loops, with_missing=True)]
    return tuple(lines)
