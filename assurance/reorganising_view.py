"""What an officer sees before a seat is changed: what it is now, and each open return's new home (E7, scenario 28)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from assurance.actors import Actor
from assurance.dates import count_words, day_words, listing
from assurance.issuing import today_in
from assurance.pack import Pack
from assurance.people_view import open_seats
from assurance.permissions import require
from assurance.person_names import names
from assurance.quorum import Place
from assurance.refusals import NotFound
from assurance.reorganising import checked, mark_of, planned_change
from assurance.reorganising_rules import (
    END,
    ENDED,
    MERGE,
    MOVE,
    NEW,
    RENAME,
    SEAT,
    SPLIT,
    STAY,
    Change,
    disagreement,
    homes_offered,
    quorum_lost,
)
from storage.asks import Loop, Request
from storage.drafts import drafts_about
from storage.partnerships import Organisation, Partnership, Seat, organisations, seats
from storage.people import holders_of_seat
from storage.returns import AgencyReturn, returns_of_loops
from storage.seat_changes import PLANNED, SeatChange, loops_of_seat_among, running_loops_of_seat, seat_changes
from storage.unit import Unit

GONE = "I cannot find that seat any more."
STANDS = {
    "requested": "asked, no answer yet", "returned": "answered", "no_response": "no response so far",
    "moderated": "assessed, more to come", "follow_up": "to be asked again", "information": "told, not asked",
}  # fmt: skip


@dataclass(frozen=True)
class Option:
    """Something that can be chosen: what a form sends for it, and what people read."""

    key: str
    label: str


@dataclass(frozen=True)
class PlannedLine:
    """A change that is still to come, in a sentence."""

    change_id: int
    line: str


@dataclass(frozen=True)
class SeatsView:
    """Which seats can be changed, what is planned, and where the pack says otherwise of what was changed here."""

    partnership_id: int
    seats: tuple[Option, ...]
    organisations: tuple[Option, ...]
    planned: tuple[PlannedLine, ...]
    otherwise: tuple[str, ...]
    today: date


@dataclass(frozen=True)
class HomeLine:
    """One open return of the seat: what it is about, how it stands, and where it goes; `options` where to choose."""

    loop_id: int
    title: str
    stands: str
    home: str
    home_label: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class ChangePreview:
    """What would happen. `mark` names just this; nothing has been changed yet."""

    partnership_id: int
    change: Change
    seat: str
    what: str
    people: str
    homes: tuple[HomeLine, ...]
    warnings: tuple[str, ...]
    mark: str


async def seats_view(unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, now: datetime) -> SeatsView:
    """What can be changed. Raises NotAllowed for anybody but the officer."""
    require(actor, "manage_people")
    today = today_in(pack, now)
    rows, bodies = await open_seats(unit, partnership.id, today), await organisations(unit, partnership.id)
    called = {one.id: one.short for one in await seats(unit, partnership.id)}
    planned = await seat_changes(unit, partnership.id, PLANNED)
    return SeatsView(
        partnership.id, tuple(Option(str(one.id), one.name) for one in rows),
        tuple(Option(str(one.id), one.name) for one in bodies if one.retired_on is None),
        tuple(PlannedLine(one.id, what_happens(planned_change(one), called, _bodies(bodies))) for one in planned),
        await pack_differs(unit, partnership, pack), today,
    )  # fmt: skip


def _bodies(bodies: Iterable[Organisation]) -> dict[int, str]:
    return {one.id: one.name for one in bodies}


async def pack_differs(unit: Unit, partnership: Partnership, pack: Pack) -> tuple[str, ...]:
    """Where the pack says otherwise of a seat that was changed here, a sentence each."""
    rows = {one.slug: one for one in await seats(unit, partnership.id)}
    bodies = await organisations(unit, partnership.id)
    by_key, by_number = {one.slug: one.name for one in bodies}, _bodies(bodies)
    found = [
        disagreement(rows[one.key], by_number[rows[one.key].organisation_id],
                     (one.name, one.short, by_key.get(one.organisation, "")))
        for one in pack.seats if one.key in rows
    ]  # fmt: skip
    return tuple(one for one in found if one)


async def preview(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, change: Change, now: datetime
) -> ChangePreview:
    """What a change would do, before anything is changed. Raises NotAllowed, NotFound, or Mistakes by field."""
    require(actor, "manage_people")
    change = await checked(unit, partnership, pack, change, now)
    rows = {one.id: one for one in await seats(unit, partnership.id)}
    its = rows.get(change.seat_id)
    if its is None:
        raise NotFound(GONE)
    bodies = await organisations(unit, partnership.id)
    called = {one.id: one.short for one in rows.values()}
    return ChangePreview(
        partnership.id, change, its.name, what_happens(change, called, _bodies(bodies)),
        await _people_words(unit, partnership, its, change, called, today_in(pack, now)),
        await _home_lines(unit, partnership, pack, change, called, now),
        _warnings(pack, change, rows.values(), bodies), await mark_of(unit, partnership, change),
    )  # fmt: skip


def what_happens(change: Change, called: Mapping[int, str], bodies: Mapping[int, str]) -> str:
    """A change in one sentence: a pure rule."""
    since, short = f"From {day_words(change.from_on)}", called.get(change.seat_id, "the seat")
    if change.kind == RENAME:
        return f"{since}, {short} is called {change.name} ({change.short})."
    if change.kind == MOVE:
        body = change.new_organisation or bodies.get(change.organisation_id or 0, "another organisation")
        return f"{since}, {short} belongs to {body}."
    if change.kind == MERGE:
        return f"{since}, {short} is part of {called.get(change.into or 0, 'another seat')}."
    if change.kind == SPLIT:
        new = listing([f"{name} ({part})" for name, part in change.parts])
        each = "has a place of its own" if len(change.parts) == 1 else "have places of their own"
        goes = f"{short} goes on beside." if change.stays else f"{short} ends."
        return f"{since}, {new} {each}. {goes}"
    return f"{since}, {short} is no more."


async def _people_words(
    unit: Unit, partnership: Partnership, its: Seat, change: Change, called: Mapping[int, str], today: date
) -> str:
    if change.kind in (RENAME, MOVE):
        return ""
    there = await holders_of_seat(unit, partnership.id, its.id, max(today, change.from_on))
    known = await names(unit, partnership.id, there)
    who = listing([known.get(one, "somebody whose name is not known") for one in there])
    if not there:
        return f"Nobody is there for {its.short} on that day."
    if change.kind == MERGE and change.people:
        return f"{who} {_goes(there)} along to {called.get(change.into or 0, '')}."
    if change.kind == SPLIT and change.people:
        return f"{who} {'answers' if len(there) == 1 else 'answer'} for the new places too, until you seat somebody."
    if not change.ends_seat:
        return f"{who} {'stays' if len(there) == 1 else 'stay'} where they are; the new places are vacant at first."
    return f"{who}: the place ends the day before. What they answered is kept."


def _goes(some: Sequence[int]) -> str:
    return "goes" if len(some) == 1 else "go"


async def _home_lines(
    unit: Unit, partnership: Partnership, pack: Pack, change: Change, called: Mapping[int, str], now: datetime
) -> tuple[HomeLine, ...]:
    rows = await running_loops_of_seat(unit, partnership.id, change.seat_id)
    returns = await returns_of_loops(unit, partnership.id, [loop.id for loop, _ in rows])
    kept = await drafts_about(unit, partnership.id, "answer", [row.id for some in returns.values() for row in some])
    there = [one.id for one in await open_seats(unit, partnership.id, change.from_on) if one.id != change.seat_id]
    options = tuple(Option(key, home_label(key, change, called)) for key in homes_offered(change, there))
    theirs: dict[int, Loop] = {}
    if change.kind == MERGE and change.into is not None:
        theirs = await loops_of_seat_among(unit, partnership.id, change.into, [asked.id for _, asked in rows])
    found = []
    for loop, asked in rows:
        home = change.home_of(loop.id)
        label = home_label(home, change, called)
        if asked.id in theirs:
            label += ", together with what it is asked itself"
        found.append(
            HomeLine(
                loop.id, asked.title, _stands(loop, asked, returns.get(loop.id, []), kept), home, label,
                options if len(options) > 1 else (),
            )
        )  # fmt: skip
    return tuple(found)


def home_label(home: str, change: Change, called: Mapping[int, str]) -> str:
    """Where something goes, as people read it."""
    if home == STAY:
        return f"stays with {change.short or called.get(change.seat_id, '')}"
    if home == ENDED:
        return "closed: service ended or transferred"
    if home.startswith(NEW):
        return f"goes to {change.parts[int(home.removeprefix(NEW)) - 1][1]}"
    return f"goes to {called.get(int(home.removeprefix(SEAT)), '')}"


def _stands(loop: Loop, asked: Request, returns: Iterable[AgencyReturn], drafts: Mapping[int, object]) -> str:
    said = [STANDS.get(loop.state, loop.state)]
    rows = list(returns)
    if any(row.id in drafts for row in rows):
        said.append("a draft is kept")
    if loop.extended_to is not None:
        said.append(f"more time until {day_words(loop.extended_to)}")
    return ", ".join(said)


def _warnings(pack: Pack, change: Change, rows: Iterable[Seat], bodies: Iterable[Organisation]) -> tuple[str, ...]:
    """What the officer should know first: a quorum that nobody could fill any more, and what belongs in the pack."""
    slugs = {one.id: one.slug for one in bodies}
    before = [one for one in rows if one.ends_on is None or one.ends_on > change.from_on]
    after = [one for one in before if not (change.ends_seat and one.id == change.seat_id)]
    now, then = ([Place(one.slug, slugs[one.organisation_id], one.sector) for one in some] for some in (before, after))
    its = next((one for one in before if one.id == change.seat_id), None)
    if its is not None and change.kind == MOVE:
        moved = Place(its.slug, slugs.get(change.organisation_id or 0, ""), its.sector)
        then = [one for one in then if one.seat != its.slug] + [moved]
    elif its is not None and change.kind == SPLIT:
        then = [*then, Place("", slugs[its.organisation_id], its.sector)]
    lost = quorum_lost(pack.meetings.quorum, now, then)
    found = [
        f"The quorum asks for {one.label}, and nobody could count for that any more. Please have the pack changed "
        "before the next meeting."
        for one in lost
    ]  # fmt: skip
    return tuple(found)


GOES_ON = "What was asked is asked as before; drafts and agreed days are kept."
ENDS_WITH = "What was open there is asked elsewhere or closed, which is no finding about anyone. All answers are kept."


@dataclass(frozen=True)
class ChangeTold:
    """A change that was made, or could not be, for the people concerned."""

    line: str
    possible: bool
    homes: str


async def change_told(unit: Unit, partnership: Partnership, row: SeatChange) -> ChangeTold:
    """A change in words that name agencies only."""
    called = {one.id: one.short for one in await seats(unit, partnership.id)}
    change, bodies = planned_change(row), _bodies(await organisations(unit, partnership.id))
    if row.kind == RENAME:
        called[row.seat_id] = "your agency\u2019s place"
    words = what_happens(change, called, bodies)
    more = "" if row.kind == MOVE else ENDS_WITH if row.kind == END else GOES_ON
    return ChangeTold(words, row.state != "called_off", more)


def done_words(preview: ChangePreview, *, planned: bool) -> str:
    """What the officer reads after confirming."""
    number = len(preview.homes)
    if planned:
        return f"Noted. {preview.what} I do it on that day, and everything stays as it is until then."
    moved = f" {count_words(number).capitalize()} open {'request has' if number == 1 else 'requests have'} a home."
    return f"Done. {preview.what}{moved if number and preview.change.kind not in (RENAME, MOVE) else ''}"
