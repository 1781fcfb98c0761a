"""Chasing: who has not answered gets one message however much they owe; then the officer gets a list (B13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from assurance.chasing_rules import (
    Candidate,
    Owing,
    Step,
    first_step_on,
    message_of,
    rhythm_of,
    ring_on,
    steps_of,
)
from assurance.hours import may_send
from assurance.issuing import today_in
from assurance.outstanding import Asked, Outstanding, Places, asked_on, asked_when, outstanding, places_today
from assurance.owing import owe
from assurance.pack import Pack
from assurance.permissions import OFFICER
from storage.chasers import RING, Chaser, away_on, chasers_of_returns, nudges_in_rounds
from storage.log import append_log
from storage.notices import Notice, notice_keyed
from storage.partnerships import Partnership
from storage.partnerships import partnership as partnership_numbered
from storage.people import holders_of_role
from storage.unit import Unit

BY_HAND = "nudge_by_officer"
"""The kind of a reminder that an officer sends."""
Taken = Mapping[tuple[int, int, date], frozenset[str]]
"""The steps that were taken or passed over, by return, person and due day."""


@dataclass(frozen=True)
class _Day:
    """One partnership on one day, as chasing needs it."""

    unit: Unit
    partnership: Partnership
    pack: Pack
    now: datetime
    today: date
    places: Places
    taken: Taken
    asked: Mapping[tuple[int, int], Asked]


async def chase_due(unit: Unit, partnership: Partnership, pack: Pack, now: datetime) -> int:
    """A step of the beat: owe what is due to be said today about answers that have not come; gives how many notices.

    Nobody is reminded before the start date, while away, or of a card that never reached them: of that the officer's
    list tells (framework 4.25). What cannot go today stays due.
    """
    today = today_in(pack, now)
    if not may_send(pack, now) or (partnership.starts_on is not None and today < partnership.starts_on):
        return 0
    await partnership_numbered(unit, partnership.id, lock=True)  # every replica beats: each step is taken once
    places = await places_today(unit, partnership, pack, today)
    tomorrow = places.everywhere.add(today, 1)
    owed = [one for one in await outstanding(unit, partnership, pack) if places.days(one).is_working(today)]
    begun = [one for one in owed if tomorrow >= _first_on(one, pack, places)]
    if not begun:
        return 0
    taken = _taken(await chasers_of_returns(unit, partnership.id, [one.return_id for one in begun]))
    asked = await asked_when(unit, partnership, pack, begun)
    day = _Day(unit, partnership, pack, now, today, places, taken, asked)
    nudges, passed = await _nudge(day, begun)
    lists = await _list_whom_to_ring(day, begun)
    if nudges or passed or lists:
        await append_log(
            unit, partnership.id, at=now, person_id=None, by="clock", what="chased",
            subject=f"partnership:{partnership.id}",
            refs={"nudges": [one.id for one in nudges], "passed": passed, "ring": [one.id for one in lists]},
        )  # fmt: skip
    return len(nudges) + len(lists)


def _first_on(one: Outstanding, pack: Pack, places: Places) -> date:
    """The first day on which anything may be said about it."""
    return first_step_on(one.due_on, one.meeting_on, rhythm_of(pack, one.kind), places.days(one))


def _taken(rows: list[Chaser]) -> Taken:
    found: dict[tuple[int, int, date], set[str]] = {}
    for row in rows:
        found.setdefault((row.return_id, row.person_id, row.due_on), set()).add(row.step)
    return {key: frozenset(names) for key, names in found.items()}


async def _nudge(day: _Day, begun: list[Outstanding]) -> tuple[list[Notice], int]:
    """Owe each person their one message of today; gives the messages, and how many steps were passed over."""
    unit, partnership_id = day.unit, day.partnership.id
    owed_by = await _candidates(day, begun)
    by_return = {one.return_id: one for one in begun}
    had = await nudges_in_rounds(unit, partnership_id, owed_by, {one.round_id for one in begun}) if owed_by else {}
    tomorrow = day.places.everywhere.add(day.today, 1)
    owed, passed = [], 0
    for person_id, candidates in owed_by.items():
        so_far = {one.round_id: had.get((person_id, one.round_id), 0) for one in candidates}
        message = message_of(candidates, so_far, day.pack.rounds.chaser_cap, day.today, tomorrow)
        key = nudge_key(person_id, day.today)
        if message.take and await had_today(unit, partnership_id, person_id, day.today):
            continue  # one message a day: what has fallen due since goes with the next
        if message.take:
            take = [(by_return[return_id], step) for return_id, step in message.take]
            owed.append(await _owe_nudge(day, person_id, key, take))
        for return_id, step, why in message.passed:
            unit.add(_row(day, by_return[return_id], person_id, step.name, reason=why))
        passed += len(message.passed)
    return owed, passed


def nudge_key(person_id: int, day: date) -> str:
    """The key of the one message that a person gets on a day."""
    return f"nudge:{person_id}:{day.isoformat()}"


async def had_today(unit: Unit, partnership_id: int, person_id: int, day: date) -> bool:
    """Whether a person was owed a reminder on a day already, by the clock or by an officer."""
    own, officers = nudge_key(person_id, day), f"{BY_HAND}:{person_id}:{day.isoformat()}"
    return any([await notice_keyed(unit, partnership_id, key) is not None for key in (own, officers)])


async def _candidates(day: _Day, begun: list[Outstanding]) -> dict[int, list[Candidate]]:
    """What each person could be reminded of: those who are away, or whom no card has reached, are left out."""
    away = await away_on(day.unit, day.partnership.id, day.today)
    found: dict[int, list[Candidate]] = {}
    for one in begun:
        for person_id in day.places.people(one):
            arrived = asked_on(day.asked, one, person_id)
            if arrived is None or person_id in away:
                continue
            owing = Owing(one.due_on, arrived, one.meeting_on, one.extended)
            steps = steps_of(owing, rhythm_of(day.pack, one.kind), day.places.days(one))
            done = day.taken.get((one.return_id, person_id, one.due_on), frozenset())
            found.setdefault(person_id, []).append(Candidate(one.return_id, one.round_id, owing, steps, done))
    return found


async def _owe_nudge(day: _Day, person_id: int, key: str, take: list[tuple[Outstanding, Step]]) -> Notice:
    steps = [[one.return_id, step.name, one.due_on.isoformat(), step.listed] for one, step in take]
    notice = await owe(
        day.unit, day.partnership.id, key, "nudge", now=day.now, subject={"steps": steps}, person_id=person_id
    )
    notice.keeps_hours = True
    for one, step in take:
        day.unit.add(_row(day, one, person_id, step.name, notice=notice))
    return notice


def _row(
    day: _Day, one: Outstanding, person_id: int, step: str, *, notice: Notice | None = None, reason: str = ""
) -> Chaser:
    return Chaser(
        partnership_id=day.partnership.id, return_id=one.return_id, round_id=one.round_id, person_id=person_id,
        step=step, due_on=one.due_on, state="owed" if notice else "skipped", reason=reason,
        notice_id=notice.id if notice else None, at=day.now,
    )  # fmt: skip


async def _list_whom_to_ring(day: _Day, begun: list[Outstanding]) -> list[Notice]:
    """Owe each officer one list of those whom to ring: each late answer stands on it once for each due day."""
    late = [one for one in begun if not one.kind.anonymous and _ring_now(day, one)]
    owed = []
    for officer in await holders_of_role(day.unit, day.partnership.id, [OFFICER], day.today) if late else ():
        new = [one for one in late if RING not in day.taken.get((one.return_id, officer, one.due_on), ())]
        key = f"ring:{officer}:{day.today.isoformat()}"
        if not new or await notice_keyed(day.unit, day.partnership.id, key):
            continue
        notice = await owe(
            day.unit, day.partnership.id, key, "ring", now=day.now, person_id=officer,
            subject={"returns": [[one.return_id, one.due_on.isoformat()] for one in new]},
        )  # fmt: skip
        notice.keeps_hours = True
        for one in new:
            day.unit.add(_row(day, one, officer, RING, notice=notice))
        owed.append(notice)
    return owed


def _ring_now(day: _Day, one: Outstanding) -> bool:
    owing = Owing(one.due_on, one.due_on, one.meeting_on, one.extended)
    on = ring_on(owing, rhythm_of(day.pack, one.kind), day.places.days(one))
    return on is not None and on <= day.today and (owing.before is None or day.today < owing.before)
