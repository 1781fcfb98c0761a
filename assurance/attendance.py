"""Who is at a meeting: present, a substitute of the same agency, or apologies; and whether it is quorate (E2, E3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from assurance.actors import Actor
from assurance.affiliations import Affiliations, Somebody, affiliations
from assurance.in_session import Session, open_session, session
from assurance.pack import Pack
from assurance.permissions import require
from assurance.quorum import Attendee, Quorum, quorum
from assurance.refusals import Mistakes
from storage.decisions import Attendance, attendance_at
from storage.log import append_log
from storage.partnerships import Partnership
from storage.unit import Unit

PRESENT, SUBSTITUTE, APOLOGIES, NOT_SAID = "present", "substitute", "apologies", ""
HERE = frozenset({PRESENT, SUBSTITUTE})


@dataclass(frozen=True)
class Sent:
    """What an attendance form brought: people who are here, people who sent apologies, and the seats for which a
    substitute of the same agency is here whom we do not know by name."""

    present: frozenset[int]
    apologies: frozenset[int] = frozenset()
    substitutes: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Line:
    """One person, or one seat, as the attendance form lists it."""

    number: int
    label: str
    ticked: bool


@dataclass(frozen=True)
class Room:
    """Who is at a meeting, as recorded: the rows, whom they name, and whether it is quorate."""

    rows: tuple[Attendance, ...]
    known: Affiliations
    quorum: Quorum

    @property
    def taken(self) -> bool:
        """Whether anybody has been noted as present."""
        return any(one.how in HERE for one in self.rows)

    @property
    def there(self) -> list[int]:
        """The people who are here, by number, in the order of the attendance form."""
        here = {one.person_id for one in self.rows if one.how in HERE}
        return [one for one in self.known.people if one in here]


@dataclass(frozen=True)
class AttendanceView:
    """The attendance form of one meeting."""

    partnership_id: int
    person_id: int
    meeting_id: int
    on: date
    group: str
    people: tuple[Line, ...]
    apologies: tuple[Line, ...]
    substitutes: tuple[Line, ...]
    taken: bool
    quorum: Quorum
    changes: bool
    """Whether it can still be changed."""


async def room(unit: Unit, partnership: Partnership, pack: Pack, its: Session) -> Room:
    """Who is at a meeting, and whether that is a quorum."""
    known = await affiliations(unit, partnership, pack, its.meeting.on)
    rows = await attendance_at(unit, partnership.id, its.meeting.id)
    return Room(tuple(rows), known, quorum(pack.meetings.quorum, attendees(known, rows)))


def attendees(known: Affiliations, rows: Iterable[Attendance]) -> list[Attendee]:
    """Everybody who is here as the rule of quorum counts them: a person once, an unnamed substitute for a seat."""
    found, people = [], set()
    for one in rows:
        if one.how not in HERE:
            continue
        if one.person_id is None and one.seat_id in known.seats:
            found.append(Attendee(f"seat:{one.seat_id}", (known.place(one.seat_id or 0),)))
        elif one.person_id in known.people and one.person_id not in people:
            people.add(one.person_id)
            found.append(known.attendee(known.people[one.person_id or 0]))
    return found


async def attendance_view(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, meeting_id: int, now: datetime
) -> AttendanceView:
    """The form: everybody who may come, nobody ticked until somebody was. Raises NotAllowed or NotFound."""
    require(actor, "record_decisions")
    its = await session(unit, partnership, pack, meeting_id, now)
    found = await room(unit, partnership, pack, its)
    how = {one.person_id: one.how for one in found.rows if one.person_id}
    unnamed = {one.seat_id for one in found.rows if one.person_id is None and one.how == SUBSTITUTE}
    everybody = list(found.known.people.values())
    seated = [one for one in found.known.seats.values() if one.ends_on is None or one.ends_on > its.meeting.on]
    return AttendanceView(
        partnership_id=partnership.id, person_id=actor.person_id, meeting_id=its.meeting.id, on=its.meeting.on,
        group=pack.terms.group_short,
        people=_lines(found.known, everybody, {number for number, one in how.items() if one in HERE}),
        apologies=_lines(found.known, everybody, {number for number, one in how.items() if one == APOLOGIES}),
        substitutes=tuple(Line(one.id, one.short, one.id in unnamed) for one in seated if one.returns),
        taken=found.taken, quorum=found.quorum, changes=its.begun,
    )  # fmt: skip


def _lines(known: Affiliations, everybody: Sequence[Somebody], ticked: set[int | None]) -> tuple[Line, ...]:
    return tuple(Line(one.person_id, known.label(one), one.person_id in ticked) for one in everybody)


async def take_attendance(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, meeting_id: int, sent: Sent, now: datetime
) -> Room:
    """Note who is here; noting the same again changes nothing. It may be changed until the meeting is closed.

    Raises NotAllowed, NotFound, OutOfDate, or Mistakes (present, apologies).
    """
    require(actor, "record_decisions")
    its = await open_session(unit, partnership, pack, meeting_id, now)
    found = await room(unit, partnership, pack, its)
    check(found.known, sent)
    wanted = _wanted(found.known, sent)
    rows = {(one.person_id, one.seat_id): one for one in found.rows}
    changed = {key: one for key, one in rows.items() if one.how != wanted.get(key, NOT_SAID)}
    fresh = [key for key in wanted if key not in rows]
    if not changed and not fresh:
        return found
    for key, one in changed.items():
        one.how, one.recorded_by, one.at = wanted.get(key, NOT_SAID), actor.person_id, now
        unit.add(one)
    for person_id, seat_id in fresh:
        somebody = found.known.people.get(person_id or 0)
        unit.add(
            Attendance(
                partnership_id=partnership.id, meeting_id=its.meeting.id, person_id=person_id, seat_id=seat_id,
                how=wanted[person_id, seat_id], recorded_by=actor.person_id, at=now,
                stands_in_for=somebody.stands_in.get(seat_id or 0) if somebody else None,
            )
        )  # fmt: skip
    await unit.flush()
    after = await room(unit, partnership, pack, its)
    here = [one for one in after.rows if one.how in HERE]
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="attendance", subject=f"meeting:{meeting_id}",
        refs={
            "present": sorted({one.person_id for one in here if one.person_id}),
            "substitutes": sorted(one.seat_id for one in here if one.seat_id and one.how == SUBSTITUTE),
            "apologies": sorted({one.person_id for one in after.rows if one.person_id and one.how == APOLOGIES}),
            "missing": [one.key for one in after.quorum.missing],
        },
    )  # fmt: skip
    return after


def check(known: Affiliations, sent: Sent) -> None:
    """What cannot be noted: a pure rule. Raises Mistakes."""
    wrong = {}
    if not sent.present and not sent.substitutes:
        wrong["present"] = "Please tick who is here."
    if not (sent.present | sent.apologies) <= set(known.people) or not sent.substitutes <= set(known.seats):
        wrong["present"] = "Please choose from those shown."
    both = [known.people[one].name for one in sorted(sent.present & sent.apologies) if one in known.people]
    if both:
        wrong["apologies"] = f"{', '.join(both)}: here, or apologies? Please tick only one."
    if wrong:
        raise Mistakes(wrong)


def _wanted(known: Affiliations, sent: Sent) -> dict[tuple[int | None, int | None], str]:
    """A row for each seat of each person, for the person where they hold none, and for each unnamed substitute."""
    found: dict[tuple[int | None, int | None], str] = {}
    for person_id in sent.present | sent.apologies:
        one = known.people[person_id]
        for seat_id in one.seat_ids or (None,):
            here = SUBSTITUTE if seat_id in one.stands_in else PRESENT
            found[person_id, seat_id] = here if person_id in sent.present else APOLOGIES
    return found | {(None, seat_id): SUBSTITUTE for seat_id in sent.substitutes}
