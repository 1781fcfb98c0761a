"""A meeting is moved, or gets another time or place: what hangs on it moves along, and the group is told once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from assurance.actors import Actor
from assurance.calendar import WorkingDays
from assurance.dates import day_words
from assurance.issuing import today_in, working_days
from assurance.managed import refresh_receipts
from assurance.meeting_fields import Typed, When, read_when
from assurance.meeting_telling import concerned, people_of_group, tell_group
from assurance.meetings import SCHEDULED, TAKEN_OUT
from assurance.pack import Pack
from assurance.permissions import require
from assurance.refusals import Mistakes, NotFound, OutOfDate
from assurance.rounds import open_rounds, round_for
from assurance.shifting import Shift, Shifted, Waiting, round_due, shift_of, shifted
from storage.asks import (
    Loop,
    Meeting,
    Request,
    Round,
    dimensions_of_loops,
    meeting,
    meeting_on,
    meetings_from,
    request,
    round_of_meeting,
)
from storage.log import append_log
from storage.partnerships import Partnership
from storage.partnerships import partnership as partnership_numbered
from storage.returns import AgencyReturn
from storage.rounds import awaited_of_round, requests_of_round, returns_of_round
from storage.unit import Unit

Awaited = tuple[AgencyReturn, Loop, Request]


@dataclass(frozen=True)
class MovePlan:
    """What moving a meeting would do. `days` are due days before and after, each with how many answers."""

    meeting_id: int
    seen: int
    was: When
    to: When
    days: tuple[tuple[date, date, int], ...]
    extended: int
    own_days: int
    due_already: int
    beyond: int
    beyond_on: date | None
    """The meeting that follows, at which answers due only after the new day are tabled, where one is set."""
    told: int
    working: bool
    after_next: date | None
    """The meeting that would come before this one then, though it comes after it now."""


async def plan_move(
    unit: Unit,
    actor: Actor,
    partnership: Partnership,
    pack: Pack,
    meeting_id: int,
    typed: Typed,
    now: datetime,
    *,
    confirmed: bool = False,
) -> MovePlan:
    """What would change, before anything does. Raises as `move_meeting`."""
    require(actor, "set_meetings")
    row = await coming_meeting(unit, partnership, meeting_id)
    today, working = today_in(pack, now), working_days(pack)
    to = read_when(typed, today, kept=row.on, confirmed=confirmed)
    await _free_day(unit, partnership, row, to)
    its_round = await round_of_meeting(unit, partnership.id, row.id)
    waiting = await awaited_of_round(unit, partnership.id, its_round.id) if its_round else []
    moves: list[Shifted] = []
    if its_round is not None and to.on != row.on:
        shift = shift_of(pack, working, row.on, to.on, its_round.due_on, today)
        moves = [shifted(waiting_of(one), shift) for one in waiting]
    later = await _later_meetings(unit, partnership, row, today)
    following = next((one.on for one in later if one.on > to.on and one.opens_round), None)
    people = set(await people_of_group(unit, partnership.id, today))
    return _plan(row, to, list(zip(waiting, moves, strict=False)), following, later, working, len(people - {
        actor.person_id
    }))  # fmt: skip


def _plan(
    row: Meeting,
    to: When,
    moves: Sequence[tuple[Awaited, Shifted]],
    following: date | None,
    later: Sequence[Meeting],
    working: WorkingDays,
    told: int,
) -> MovePlan:
    days = Counter((its[0].due_on, one.due_on) for its, one in moves if not one.kept and one.due_on != its[0].due_on)
    kept = Counter(one.kept for _, one in moves)
    beyond = sum(one.beyond for _, one in moves)
    overtaken = [one.on for one in later if row.on < one.on < to.on]
    return MovePlan(
        meeting_id=row.id, seen=row.moved, was=When(row.on, row.begins_at, row.place), to=to,
        days=tuple((before, after, number) for (before, after), number in sorted(days.items())),
        extended=kept["extended"], own_days=kept["own_day"] - beyond, due_already=kept["due_already"],
        beyond=beyond, beyond_on=following if beyond else None, told=told, working=working.is_working(to.on),
        after_next=max(overtaken, default=None),
    )  # fmt: skip


async def move_meeting(
    unit: Unit,
    actor: Actor,
    partnership: Partnership,
    pack: Pack,
    meeting_id: int,
    typed: Typed,
    now: datetime,
    *,
    seen: int | None = None,
    confirmed: bool = False,
) -> Meeting:
    """Give a meeting another day, time or place, and move what hangs on it; moving it there again changes nothing.

    Due days follow by the pack for everybody who still owes an answer and had no day of their own; the group is
    told once. `seen` is how often it had changed when the change was shown.
    Raises NotAllowed, NotFound, OutOfDate, Mistakes by field (on, at, place), or AskFirst for the place.
    """
    require(actor, "set_meetings")
    await partnership_numbered(unit, partnership.id, lock=True)
    row = await coming_meeting(unit, partnership, meeting_id, lock=True)
    today = today_in(pack, now)
    to = read_when(typed, today, kept=row.on, confirmed=confirmed)
    was = When(row.on, row.begins_at, row.place)
    if to == was:
        return row
    as_it_was_seen(row, seen)
    await _free_day(unit, partnership, row, to, clear=True)
    row.on, row.begins_at, row.place, row.moved = to.on, to.begins_at, to.place, row.moved + 1
    await unit.flush()
    changed = await _move_answers(unit, partnership, pack, row, was.on, now)
    returns = await concerned(unit, changed, today)
    told = await tell_group(unit, partnership, pack, row, {"was": was.on.isoformat()}, returns, actor, now)
    await open_rounds(unit, partnership, pack, now, actor.person_id)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="meeting moved", subject=f"meeting:{row.id}",
        refs={
            "from": was.on.isoformat(), "to": to.on.isoformat(), "at": to.begins_at, "returns": len(changed),
            "told": told,
        },
    )  # fmt: skip
    return row


async def _move_answers(
    unit: Unit, partnership: Partnership, pack: Pack, row: Meeting, old: date, now: datetime
) -> list[tuple[Loop, int]]:
    """Move the round's due day and those of its answers; gives the loops whose people have another day now."""
    its_round = await round_of_meeting(unit, partnership.id, row.id)
    if its_round is None or row.on == old:
        return []
    today = today_in(pack, now)
    shift = shift_of(pack, working_days(pack), old, row.on, its_round.due_on, today)
    requests = await lock_requests(unit, partnership, its_round)
    waiting = await awaited_of_round(unit, partnership.id, its_round.id)
    changed, beyond = await shift_answers(unit, partnership, waiting, shift)
    shift_requests(requests, its_round, shift)
    its_round.due_on = round_due(shift)
    await _to_following(unit, partnership, pack, row, beyond, today)
    for one in requests:
        if one.state == "open":
            await refresh_receipts(unit, partnership, one, f"meeting:{row.id}:{row.moved}", now)
    return changed


async def lock_requests(unit: Unit, partnership: Partnership, its_round: Round) -> list[Request]:
    """The requests of a round, each locked against an answer or a change at the same moment, always in one order."""
    locked = []
    for one in await requests_of_round(unit, partnership.id, its_round.id):
        found = await request(unit, partnership.id, one.id, lock=True)
        if found is not None:
            locked.append(found)
    return locked


def waiting_of(one: Awaited) -> Waiting:
    """An awaited return as the rule sees it."""
    row, loop, asked = one
    return Waiting(row.id, row.due_on, loop.extended_to, asked.tabled)


async def shift_answers(
    unit: Unit, partnership: Partnership, waiting: Sequence[Awaited], shift: Shift
) -> tuple[list[tuple[Loop, int]], list[AgencyReturn]]:
    """Give awaited answers their new due days. Gives the loops whose people have another day, and what is beyond."""
    dimensions = await dimensions_of_loops(unit, partnership.id, [loop.id for _, loop, _ in waiting])
    changed, beyond = [], []
    for row, loop, asked in waiting:
        before, one = row.due_on, shifted(waiting_of((row, loop, asked)), shift)
        row.due_on = one.due_on
        for dimension in dimensions.get(loop.id, {}).values():
            due_with_it = dimension.dimension in (row.dimensions or ()) and dimension.due_on == before
            if dimension.state == "due" and due_with_it:
                dimension.due_on = one.due_on
        if one.beyond:
            beyond.append(row)
        if not one.kept and one.due_on != before:
            loop.extended_to = None
            changed.append((loop, row.id))
    return changed, beyond


def shift_requests(requests: Sequence[Request], its_round: Round, shift: Shift) -> None:
    """The due day of each open request made for this round: that of who is asked in it from now on."""
    for one in requests:
        if one.state == "open" and one.round_id == its_round.id:
            one.due_on = shifted(Waiting(0, one.due_on, None, one.tabled), shift).due_on


async def _to_following(
    unit: Unit, partnership: Partnership, pack: Pack, row: Meeting, beyond: Sequence[AgencyReturn], today: date
) -> None:
    """What is due only after the meeting's new day is tabled at the next one, where one is set."""
    if not beyond:
        return
    later = await meetings_from(unit, partnership.id, row.group_key, row.on, lock=True)
    following = next((one for one in later if one.on > row.on and one.opens_round), None)
    if following is None:
        return
    target = await round_for(unit, partnership.id, pack, following, today)
    there = {one.loop_id for one in await returns_of_round(unit, partnership.id, target.id)}
    for one in beyond:
        if one.loop_id not in there:
            one.round_id = target.id


async def coming_meeting(unit: Unit, partnership: Partnership, meeting_id: int, *, lock: bool = False) -> Meeting:
    """A meeting that is still to be held. Raises NotFound, or OutOfDate where it was held or is not to come."""
    row = await meeting(unit, partnership.id, meeting_id, lock=lock)
    if row is None or row.state == TAKEN_OUT:
        raise NotFound("I cannot find that meeting any more.")
    if row.state != SCHEDULED:
        how = "has been held" if row.state == "held" else "is cancelled"
        raise OutOfDate(f"The meeting on {day_words(row.on)} {how}, so I have left it as it is.")
    return row


def as_it_was_seen(row: Meeting, seen: int | None) -> None:
    """Raises OutOfDate where a meeting was changed since somebody looked at it."""
    if seen is not None and seen != row.moved:
        raise OutOfDate("This meeting has been changed in the meantime. Please look at it again.")


async def _later_meetings(unit: Unit, partnership: Partnership, row: Meeting, today: date) -> list[Meeting]:
    held = await meetings_from(unit, partnership.id, row.group_key, today)
    return [one for one in held if one.id != row.id]


async def _free_day(unit: Unit, partnership: Partnership, row: Meeting, to: When, *, clear: bool = False) -> None:
    """Raises Mistakes where another meeting stands on the new day; one taken out gives way, where asked to `clear`."""
    there = await meeting_on(unit, partnership.id, row.group_key, to.on)
    if there is None or there.id == row.id:
        return
    if there.state != TAKEN_OUT:
        sort = {SCHEDULED: "There is a meeting", "cancelled": "A cancelled meeting stands"}
        raise Mistakes({"on": f"{sort.get(there.state, 'A meeting was held')} on {day_words(to.on)} already."})
    if clear:
        await unit.remove(there)
        await unit.flush()
