"""`remind <seat>`: what an agency owes, who sits there, what was tried, what comes by itself, and a reminder now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from assurance.actors import Actor
from assurance.calendar import local_day
from assurance.chasing import BY_HAND, had_today
from assurance.chasing_rules import LIST, Owing, rhythm_of, ring_on, steps_of
from assurance.dates import day_words
from assurance.hours import next_send_moment
from assurance.issuing import start_of, today_in
from assurance.outstanding import Outstanding, asked_on, outstanding
from assurance.owing import owe
from assurance.pack import Pack
from assurance.people_view import UNNAMED
from assurance.permissions import require
from assurance.person_names import names
from assurance.proof_of_chase import step_words
from assurance.refusals import NotFound, OutOfDate
from assurance.ring_list import Known, known_of, tried_with
from assurance.standing import due_line
from assurance.status import seat_names
from storage.chasers import BY_OFFICER, RING, Chaser, chasers_of_returns, nudges_in_rounds
from storage.drafts import drafts_about
from storage.log import append_log
from storage.notices import Notice
from storage.partnerships import Partnership, seat
from storage.partnerships import partnership as partnership_numbered
from storage.people import addresses, holdings_on
from storage.unit import Unit

FINE = frozenset({"unknown", "reachable"})
"""What is noted of somebody who can be written to, as far as is known."""


@dataclass(frozen=True)
class OwedAnswer:
    """One answer that the agency owes: what was tried with each person, and what the clock does next about it."""

    title: str
    due: str
    draft: bool
    waits: bool
    tried: tuple[tuple[str, str], ...]
    coming: tuple[tuple[date, str], ...]


@dataclass(frozen=True)
class Remindable:
    """One person on the seat. `why_not` says in words why no reminder would go to them today."""

    person_id: int
    name: str
    why_not: str = ""


@dataclass(frozen=True)
class RemindView:
    """The whole page of one seat. `sends_at`: when a reminder that is owed now would go out."""

    partnership_id: int
    seat_id: int
    name: str
    short: str
    owed: tuple[OwedAnswer, ...]
    people: tuple[Remindable, ...]
    sends_at: datetime
    now: datetime
    timezone: str

    @property
    def may_send(self) -> bool:
        """Whether there is something to remind of, and somebody to remind."""
        return any(not one.waits for one in self.owed) and any(not one.why_not for one in self.people)


@dataclass(frozen=True)
class Reminded:
    """Whom a reminder was owed to, by name, and when it goes out."""

    names: tuple[str, ...]
    sends_at: datetime


@dataclass(frozen=True)
class WhoOwes:
    """The agencies that owe something: the seat's number, its name, and how many answers."""

    partnership_id: int
    seats: tuple[tuple[int, str, int], ...]


async def remind_view(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, seat_id: int, now: datetime
) -> RemindView:
    """What one seat owes, and what can be done about it. Raises NotAllowed, or NotFound."""
    require(actor, "remind")
    its_seat = await seat(unit, partnership.id, seat_id)
    if its_seat is None:
        raise NotFound("I cannot find that agency any more.")
    today = today_in(pack, now)
    owed = [one for one in await outstanding(unit, partnership, pack) if _named_on(one, seat_id)]
    known = await known_of(unit, partnership, pack, owed, today)
    kept = await drafts_about(unit, partnership.id, "answer", [one.return_id for one in owed])
    coming = await _coming(unit, partnership, pack, owed, known, today)
    return RemindView(
        partnership_id=partnership.id, seat_id=seat_id, name=its_seat.name, short=its_seat.short,
        owed=tuple(_answer(one, known, coming, one.return_id in kept) for one in owed),
        people=await _people(unit, partnership, seat_id, known, today),
        sends_at=_goes_out(partnership, pack, now), now=now, timezone=pack.timezone,
    )  # fmt: skip


def _named_on(one: Outstanding, seat_id: int) -> bool:
    return one.seat_id == seat_id and not one.kind.anonymous


def _goes_out(partnership: Partnership, pack: Pack, now: datetime) -> datetime:
    return next_send_moment(pack, start_of(partnership, pack, now))


def _answer(
    one: Outstanding, known: Known, coming: Mapping[int, tuple[tuple[date, str], ...]], draft: bool
) -> OwedAnswer:
    people = known.places.people(one)
    return OwedAnswer(
        title=one.title, due=due_line(one.due_on, one.due_on if one.waits(known.today) else None, known.today),
        draft=draft, waits=one.waits(known.today),
        tried=tuple((known.names.get(person, UNNAMED), tried_with(known, one, person)) for person in people),
        coming=coming.get(one.return_id, ()),
    )  # fmt: skip


async def _people(
    unit: Unit, partnership: Partnership, seat_id: int, known: Known, today: date
) -> tuple[Remindable, ...]:
    """Who sits there today, and why a reminder would not go to some of them."""
    reach = await addresses(unit, partnership.id)
    there = [one for one in await holdings_on(unit, partnership.id, today) if one.seat_id == seat_id]
    called = await names(unit, partnership.id, {one.person_id for one in there})
    found: dict[int, Remindable] = {}
    for held in there:
        number, row = held.person_id, reach.get(held.person_id)
        why_not = ""
        if number in known.away:
            why_not = f"away until {day_words(known.away[number])}"
        elif await had_today(unit, partnership.id, number, today):
            why_not = "was reminded today already"
        elif row is not None and row.reach not in FINE:
            why_not = f"cannot be written to: {row.reach.rstrip('.')}"
        found.setdefault(number, Remindable(number, called.get(number, UNNAMED), why_not))
    return tuple(found.values())


async def _coming(
    unit: Unit, partnership: Partnership, pack: Pack, owed: Sequence[Outstanding], known: Known, today: date
) -> dict[int, tuple[tuple[date, str], ...]]:
    """What the clock does next about each answer, whoever on the seat it goes to, soonest first."""
    rows = await chasers_of_returns(unit, partnership.id, [one.return_id for one in owed])
    people = {person for one in owed for person in known.places.people(one)}
    rounds = {one.round_id for one in owed}
    had = await nudges_in_rounds(unit, partnership.id, people, rounds) if owed else {}
    found = {}
    for one in owed:
        steps: set[tuple[date, str]] = set()
        for person in known.places.people(one):
            left = pack.rounds.chaser_cap - had.get((person, one.round_id), 0)
            steps |= set(_steps(pack, one, known, person, rows)[: max(0, left)])
        if (ring := _ring(pack, one, known, rows)) is not None:
            steps.add(ring)
        found[one.return_id] = tuple(sorted(one for one in steps if one[0] >= today))
    return found


def _steps(pack: Pack, one: Outstanding, known: Known, person: int, rows: Sequence[Chaser]) -> list[tuple[date, str]]:
    """The reminders of one answer that are still to come for one person who was reached."""
    arrived = asked_on(known.asked, one, person)
    if arrived is None:
        return []
    owing = Owing(one.due_on, arrived, one.meeting_on, one.extended)
    done = {
        row.step for row in rows if (row.return_id, row.person_id, row.due_on) == (one.return_id, person, one.due_on)
    }
    steps = steps_of(owing, rhythm_of(pack, one.kind), known.places.days(one))
    return [(step.on, step_words(LIST if step.listed else step.name)) for step in steps if step.name not in done]


def _ring(pack: Pack, one: Outstanding, known: Known, rows: Sequence[Chaser]) -> tuple[date, str] | None:
    if any(row.step == RING and (row.return_id, row.due_on) == (one.return_id, one.due_on) for row in rows):
        return None
    owing = Owing(one.due_on, one.due_on, one.meeting_on, one.extended)
    on = ring_on(owing, rhythm_of(pack, one.kind), known.places.days(one))
    return (on, step_words(RING)) if on is not None else None


async def remind_seat(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, seat_id: int, now: datetime
) -> Reminded:
    """Owe each person of a seat who can be reminded one message about all that the seat owes, in send hours.

    Once a day and person, whoever sends it; it uses up none of the pack's steps. Raises NotAllowed, NotFound, or
    OutOfDate, with what the officer reads, where there is nothing or nobody to remind.
    """
    require(actor, "remind")
    await partnership_numbered(unit, partnership.id, lock=True)
    view = await remind_view(unit, actor, partnership, pack, seat_id, now)
    today = today_in(pack, now)
    due = [
        one for one in await outstanding(unit, partnership, pack) if _named_on(one, seat_id) and not one.waits(today)
    ]
    if not due:
        raise OutOfDate(f"{view.short} owes nothing at the moment, so I have not sent anything.")
    whom = [one for one in view.people if not one.why_not]
    if not whom:
        raise OutOfDate(why_nobody(view))
    for person in whom:
        await _owe(unit, partnership, due, person.person_id, view.sends_at, today, now)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="reminded", subject=f"seat:{seat_id}",
        refs={"people": [one.person_id for one in whom], "returns": [one.return_id for one in due]},
    )  # fmt: skip
    return Reminded(tuple(one.name for one in whom), view.sends_at)


def why_nobody(view: RemindView) -> str:
    """Why nobody on the seat can be reminded, in a sentence or two."""
    if not view.people:
        return f"Nobody is there for {view.short} at the moment, so nobody can be reminded."
    said = "; ".join(f"{one.name} {_is(one.why_not)}{one.why_not}" for one in view.people)
    return f"Nobody can be reminded now: {said}."


def _is(why_not: str) -> str:
    return "is " if why_not.startswith("away") else ""


async def _owe(
    unit: Unit,
    partnership: Partnership,
    due: Sequence[Outstanding],
    person_id: int,
    sends_at: datetime,
    today: date,
    now: datetime,
) -> Notice:
    """One message to one person, with a line for each answer that it is about."""
    step = f"{BY_OFFICER}{today.isoformat()}"
    notice = await owe(
        unit, partnership.id, f"{BY_HAND}:{person_id}:{today.isoformat()}", BY_HAND, now=now, person_id=person_id,
        subject={"steps": [[one.return_id, step, one.due_on.isoformat(), False] for one in due]},
        not_before=sends_at, keeps_hours=True,
    )  # fmt: skip
    for one in due:
        unit.add(
            Chaser(
                partnership_id=partnership.id, return_id=one.return_id, round_id=one.round_id, person_id=person_id,
                step=step, due_on=one.due_on, notice_id=notice.id, at=now,
            )
        )  # fmt: skip
    return notice


async def who_owes(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, among: frozenset[int] | None = None
) -> WhoOwes:
    """The agencies that owe answers, in the pack's order; only some seats, where given. Raises NotAllowed."""
    require(actor, "remind")
    counts: dict[int, int] = {}
    for one in await outstanding(unit, partnership, pack):
        if one.seat_id is not None and not one.kind.anonymous and (among is None or one.seat_id in among):
            counts[one.seat_id] = counts.get(one.seat_id, 0) + 1
    known = await seat_names(unit, partnership, pack)
    return WhoOwes(
        partnership.id, tuple((one.seat_id, one.label, counts[one.seat_id]) for one in known if one.seat_id in counts)
    )


def sends_today(view: RemindView) -> bool:
    """Whether a reminder would go out on the day it is."""
    return local_day(view.sends_at, view.timezone) == local_day(view.now, view.timezone)
