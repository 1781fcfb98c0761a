"""Seats are renamed, moved, merged, split and ended from a day on; nothing is orphaned, history stays (E7, 4.28)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256

import orjson

from assurance.actors import Actor
from assurance.issuing import today_in
from assurance.owing import owe
from assurance.pack import Pack
from assurance.permissions import OFFICER, require
from assurance.refusals import Mistakes, NotFound, OutOfDate
from assurance.rehoming import Rehomed, rehome
from assurance.reorganising_people import take_along, tell_and_ask
from assurance.reorganising_rules import (
    MOVE,
    NEW,
    RENAME,
    SEAT,
    SPLIT,
    Change,
    change_from,
    faults,
    with_home,
)
from assurance.seats_over_time import keep_name
from storage.log import append_log
from storage.partnerships import Organisation, Partnership, Seat, organisations, seats
from storage.partnerships import partnership as partnership_numbered
from storage.people import holders_of_role, holders_of_seat
from storage.seat_changes import (
    CALLED_OFF,
    DONE,
    PLANNED,
    SeatChange,
    former_names,
    running_loops_of_seat,
    seat_change,
    seat_changes,
)
from storage.unit import Unit

TOLD, TOLD_OFFICER = "told_seat", "told_seat_change"
LOGGED = {
    "rename": "seat renamed", "move": "seat moved", "merge": "seat merged", "split": "seat split",
    "end": "seat ended",
}  # fmt: skip


async def reorganise(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, change: Change, now: datetime, *, looked_at: str
) -> SeatChange:
    """Change a seat as it was previewed: at once, or from a day to come, when the clock does it.

    `looked_at` is the mark of what the preview showed. Raises NotAllowed, Mistakes by field, or OutOfDate where
    anything that it showed has changed since.
    """
    require(actor, "manage_people")
    await partnership_numbered(unit, partnership.id, lock=True)
    change = await checked(unit, partnership, pack, change, now)
    if await mark_of(unit, partnership, change) != looked_at:
        raise OutOfDate("Something changed in the meantime, so I have not done it. Please look at it once more.")
    row = await unit.save(
        SeatChange(
            partnership_id=partnership.id, seat_id=change.seat_id, into_seat_id=change.into, kind=change.kind,
            from_on=change.from_on, plan=change.to_json(), by_person_id=actor.person_id, at=now,
        )
    )  # fmt: skip
    if change.from_on <= today_in(pack, now):
        await _do(unit, partnership, pack, row, change, now, actor.person_id)
        return row
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="seat change planned",
        subject=f"seat:{change.seat_id}", refs=_refs(row, {}),
    )  # fmt: skip
    return row


async def checked(unit: Unit, partnership: Partnership, pack: Pack, change: Change, now: datetime) -> Change:
    """The change with a home for what is open, where it can be made. Raises Mistakes by field."""
    change = with_home(change)
    rows, bodies = await seats(unit, partnership.id), await organisations(unit, partnership.id)
    wrong = faults(change, rows, [one for one in bodies if one.retired_on is None], today_in(pack, now))
    planned = await seat_changes(unit, partnership.id, PLANNED)
    concerned = {change.seat_id, change.into}
    if any(not concerned.isdisjoint({one.seat_id, one.into_seat_id}) for one in planned):
        wrong["seat"] = "A change of this seat is planned already. Please call it off first."
    former = [one for one in await former_names(unit, partnership.id) if one.seat_id == change.seat_id]
    if change.kind in (RENAME, MOVE) and any(one.until >= change.from_on for one in former):
        wrong["from_on"] = "It was changed after this day already. Please choose a later one."
    if wrong:
        raise Mistakes(wrong)
    return change


async def mark_of(unit: Unit, partnership: Partnership, change: Change) -> str:
    """A short mark of a change and of what it would move: another open loop or another name gives another mark.

    The homes are no part of it: they are chosen on the preview itself.
    """
    loops = await running_loops_of_seat(unit, partnership.id, change.seat_id)
    rows = [one for one in await seats(unit, partnership.id) if one.id in (change.seat_id, change.into)]
    state = [
        change.kind, change.seat_id, change.into, change.from_on.isoformat(),
        {key: value for key, value in change.to_json().items() if key not in ("homes", "rest")},
        [loop.id for loop, _ in loops],
        [[one.id, one.name, one.short, one.organisation_id, str(one.ends_on)] for one in rows],
    ]  # fmt: skip
    return sha256(orjson.dumps(state, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


async def call_off(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, change_id: int, now: datetime
) -> SeatChange:
    """Take back a change that has not come yet; twice is once. Raises NotAllowed, NotFound or OutOfDate."""
    require(actor, "manage_people")
    await partnership_numbered(unit, partnership.id, lock=True)
    row = await seat_change(unit, partnership.id, change_id)
    if row is None:
        raise NotFound("I cannot find that change any more.")
    if row.state == DONE:
        raise OutOfDate("This change has been made already. To undo it, change the seat again.")
    if row.state == PLANNED:
        row.state = CALLED_OFF
        await append_log(
            unit, partnership.id, at=now, person_id=actor.person_id, what="seat change called off",
            subject=f"seat:{row.seat_id}", refs={"change": row.id},
        )  # fmt: skip
    return row


async def reorganise_due(unit: Unit, partnership: Partnership, pack: Pack, now: datetime) -> int:
    """A step of the beat: the changes whose day has come are made; gives how many.

    One that cannot be made any more is called off, and the officers are told: nothing is done by guess.
    """
    today = today_in(pack, now)
    waiting = [one for one in await seat_changes(unit, partnership.id, PLANNED) if one.from_on <= today]
    if not waiting:
        return 0
    await partnership_numbered(unit, partnership.id, lock=True)
    done = 0
    for row in await seat_changes(unit, partnership.id, PLANNED):
        if row.from_on > today:
            continue
        change = planned_change(row)
        rows, bodies = await seats(unit, partnership.id), await organisations(unit, partnership.id)
        if faults(change, rows, [one for one in bodies if one.retired_on is None], min(today, change.from_on)):
            await _cannot(unit, partnership, pack, row, now)
            continue
        await _do(unit, partnership, pack, row, change, now, None)
        done += 1
    return done


def planned_change(row: SeatChange) -> Change:
    """A stored change as the rules take it."""
    return change_from(row.kind, row.seat_id, row.from_on, row.into_seat_id, row.plan)  # type: ignore[arg-type]


async def _cannot(unit: Unit, partnership: Partnership, pack: Pack, row: SeatChange, now: datetime) -> None:
    row.state = CALLED_OFF
    await _tell_officers(unit, partnership, pack, row, now)
    await append_log(
        unit, partnership.id, at=now, person_id=None, by="clock", what="seat change not possible",
        subject=f"seat:{row.seat_id}", refs={"change": row.id},
    )  # fmt: skip


async def _tell_officers(unit: Unit, partnership: Partnership, pack: Pack, row: SeatChange, now: datetime) -> None:
    for person_id in await holders_of_role(unit, partnership.id, [OFFICER], today_in(pack, now)):
        await owe(
            unit, partnership.id, f"{TOLD_OFFICER}:{row.id}:{person_id}", TOLD_OFFICER, now=now,
            subject={"change": row.id}, person_id=person_id,
        )  # fmt: skip


async def _do(
    unit: Unit, partnership: Partnership, pack: Pack, row: SeatChange, change: Change, now: datetime, by: int | None
) -> None:
    """Make the change; `by` is None where the clock does it, for whoever planned it."""
    its = next(one for one in await seats(unit, partnership.id) if one.id == change.seat_id)
    before = await holders_of_seat(unit, partnership.id, its.id, today_in(pack, now))
    made: list[Seat] = []
    if change.kind == RENAME:
        await keep_name(unit, its, change.from_on)
        its.name, its.short, its.named_here = change.name, change.short, True
    elif change.kind == MOVE:
        body = await _organisation(unit, partnership, row, change)
        await keep_name(unit, its, change.from_on)
        its.organisation_id, its.placed_here = body.id, True
    elif change.kind == SPLIT:
        made = await _new_seats(unit, its, row, change)
    homes = {number: _home(home, made) for number, home in change.homes.items()}
    done = Rehomed()
    if change.kind not in (RENAME, MOVE):
        done = await rehome(unit, its, homes, _home(change.home_of(0), made), now)
        await take_along(unit, its, change, made)
    if change.ends_seat:
        its.ends_on = change.from_on
    row.state, row.done_at = DONE, now
    await unit.flush()
    await tell_and_ask(unit, partnership, pack, row, done, before, _concerned(its, change, made, done), now, by)
    if by is None:
        await _tell_officers(unit, partnership, pack, row, now)
    await append_log(
        unit, partnership.id, at=now, person_id=by if by is not None else row.by_person_id,
        by="person" if by is not None else "clock", what=LOGGED[change.kind], subject=f"seat:{its.id}",
        refs=_refs(row, done.homes) | {"made": [one.id for one in made]},
    )  # fmt: skip


def _home(home: str, made: list[Seat]) -> str:
    """A home by the number of its seat: a split's new seats are known from now on."""
    return f"{SEAT}{made[int(home.removeprefix(NEW)) - 1].id}" if home.startswith(NEW) else home


def _concerned(its: Seat, change: Change, made: Iterable[Seat], done: Rehomed) -> set[int]:
    """The seats whose people are told."""
    into = {change.into} if change.into is not None else set()
    return {its.id, *into, *(one.id for one in made), *done.moved_to}


def _refs(row: SeatChange, homes: Mapping[int, str]) -> dict[str, object]:
    return {
        "change": row.id, "into": row.into_seat_id, "from": row.from_on.isoformat(), "planned_by": row.by_person_id,
        "loops": {str(number): home for number, home in homes.items()},
    }  # fmt: skip


async def _organisation(unit: Unit, partnership: Partnership, row: SeatChange, change: Change) -> Organisation:
    bodies = await organisations(unit, partnership.id)
    if not change.new_organisation:
        return next(one for one in bodies if one.id == change.organisation_id)
    named = change.new_organisation.strip()
    known = next((one for one in bodies if one.name.casefold() == named.casefold()), None)
    return known or await unit.save(Organisation(partnership_id=partnership.id, slug=f"made-here-{row.id}", name=named))


async def _new_seats(unit: Unit, its: Seat, row: SeatChange, change: Change) -> list[Seat]:
    """A seat for each part: of the old one's organisation, sector and group, and next to it in every list."""
    return [
        await unit.save(
            Seat(
                partnership_id=its.partnership_id, group_key=its.group_key, slug=f"made-here-{row.id}-{number}",
                name=name, short=short, sector=its.sector, organisation_id=its.organisation_id, returns=its.returns,
                position=its.position, starts_on=change.from_on, made_here=True,
            )
        )
        for number, (name, short) in enumerate(change.parts, 1)
    ]  # fmt: skip
