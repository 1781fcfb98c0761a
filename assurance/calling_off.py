"""A meeting is cancelled, with a reason: its round and its answers go to the next regular one, and all are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from assurance.actors import Actor
from assurance.dates import day_words
from assurance.form_rules import tidy
from assurance.issuing import today_in, working_days
from assurance.managed import refresh_receipts
from assurance.meeting_telling import concerned, people_of_group, tell_group
from assurance.meetings import SCHEDULED
from assurance.moving import (
    Awaited,
    as_it_was_seen,
    coming_meeting,
    lock_requests,
    shift_answers,
    shift_requests,
    waiting_of,
)
from assurance.pack import Pack
from assurance.permissions import require
from assurance.refusals import Mistakes, NotFound
from assurance.rounds import open_rounds
from assurance.shifting import round_due, shift_of, shifted
from assurance.writing import ask_first
from storage.asks import Loop, Meeting, Request, Round, meeting, meetings_from, round_of_meeting
from storage.log import append_log
from storage.partnerships import Partnership
from storage.partnerships import partnership as partnership_numbered
from storage.returns import AgencyReturn
from storage.rounds import awaited_of_round, requests_of_round, returns_of_round
from storage.texts import text_of
from storage.unit import Unit

CANCELLED = "cancelled"
REASON_LENGTH = 500


@dataclass(frozen=True)
class CancelPlan:
    """What cancelling a meeting would do. `stuck`: answers hang on it, and no later meeting is there to take them."""

    meeting_id: int
    seen: int
    on: date
    next_on: date | None
    awaited: int
    returned: int
    due_on: date | None
    extended: int
    own_days: int
    told: int
    stuck: bool


async def plan_cancel(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, meeting_id: int, now: datetime
) -> CancelPlan:
    """What would happen to a meeting's answers. Raises NotAllowed, NotFound or OutOfDate."""
    require(actor, "set_meetings")
    row = await coming_meeting(unit, partnership, meeting_id)
    today = today_in(pack, now)
    following = await next_regular_meeting(unit, partnership, row, today)
    its_round = await round_of_meeting(unit, partnership.id, row.id)
    waiting = await awaited_of_round(unit, partnership.id, its_round.id) if its_round else []
    rows = await returns_of_round(unit, partnership.id, its_round.id) if its_round else []
    due_on, kept = None, []
    if its_round is not None and following is not None:
        shift = shift_of(pack, working_days(pack), row.on, following.on, its_round.due_on, today)
        moves = [shifted(waiting_of(one), shift) for one in waiting]
        kept = [one.kept for one in moves]
        due_on = max((one.due_on for one in moves if not one.kept), default=None)
    hanging = bool(rows) or bool(its_round and await requests_of_round(unit, partnership.id, its_round.id))
    people = set(await people_of_group(unit, partnership.id, today))
    return CancelPlan(
        meeting_id=row.id, seen=row.moved, on=row.on, next_on=following.on if following else None,
        awaited=len(waiting), returned=sum(one.state == "returned" for one in rows), due_on=due_on,
        extended=kept.count("extended"), own_days=kept.count("own_day"),
        told=len(people - {actor.person_id}), stuck=hanging and following is None,
    )  # fmt: skip


async def next_regular_meeting(unit: Unit, partnership: Partnership, row: Meeting, today: date) -> Meeting | None:
    """The first regular meeting after this one that is still to be held."""
    later = await meetings_from(unit, partnership.id, row.group_key, max(row.on, today))
    return next((one for one in later if one.id != row.id and one.on > row.on and not one.extra), None)


async def cancel_meeting(
    unit: Unit,
    actor: Actor,
    partnership: Partnership,
    pack: Pack,
    meeting_id: int,
    reason: str,
    now: datetime,
    *,
    seen: int | None = None,
    confirmed: bool = False,
) -> Meeting:
    """Cancel a meeting. What was to be tabled there goes to the next regular one; cancelling twice changes nothing.

    Raises NotAllowed, NotFound, OutOfDate (held already, or changed since it was `seen`), Mistakes without a reason
    or with no meeting to take its answers, and AskFirst for identifiable text in the reason.
    """
    require(actor, "set_meetings")
    await partnership_numbered(unit, partnership.id, lock=True)
    found = await meeting(unit, partnership.id, meeting_id, lock=True)
    if found is not None and found.state == CANCELLED:
        return found
    row = await coming_meeting(unit, partnership, meeting_id)
    as_it_was_seen(row, seen)
    reason = _read(reason, confirmed=confirmed)
    kept = await unit.save(text_of(partnership.id, reason))
    today = today_in(pack, now)
    following = await next_regular_meeting(unit, partnership, row, today)
    row.state, row.reason_text_id, row.moved = CANCELLED, kept.id, row.moved + 1
    changed = await _hand_on(unit, partnership, pack, row, following, now)
    subject = {"was": row.on.isoformat(), "next": following.id if following else None}
    returns = await concerned(unit, changed, today)
    told = await tell_group(unit, partnership, pack, row, subject, returns, actor, now)
    await open_rounds(unit, partnership, pack, now, actor.person_id)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="meeting cancelled",
        subject=f"meeting:{row.id}",
        refs={
            "on": row.on.isoformat(), "next": following.id if following else None, "returns": len(changed),
            "told": told,
        },
        after=kept.sha256,
    )  # fmt: skip
    return row


def _read(reason: str, *, confirmed: bool) -> str:
    reason = tidy(reason)
    if not reason:
        raise Mistakes({"reason": "Please say why, in a line that the group can read."})
    if len(reason) > REASON_LENGTH:
        raise Mistakes({"reason": f"Please keep the reason to {REASON_LENGTH:,} characters."})
    ask_first({"reason": reason}, confirmed=confirmed)
    return reason


async def _hand_on(
    unit: Unit, partnership: Partnership, pack: Pack, row: Meeting, following: Meeting | None, now: datetime
) -> list[tuple[Loop, int]]:
    """Give the round of a cancelled meeting to the one that follows; gives the loops whose due day is another now."""
    its_round = await round_of_meeting(unit, partnership.id, row.id)
    if its_round is None:
        return []
    requests = await lock_requests(unit, partnership, its_round)
    rows = await returns_of_round(unit, partnership.id, its_round.id)
    if not requests and not rows:
        await unit.remove(its_round)
        await unit.flush()
        return []
    if following is None:
        raise Mistakes({"next": no_next(row.on)})
    following = await meeting(unit, partnership.id, following.id, lock=True)
    if following is None or following.state != SCHEDULED:
        raise NotFound("I cannot find the next meeting any more. Please look at the dates again.")
    shift = shift_of(pack, working_days(pack), row.on, following.on, its_round.due_on, today_in(pack, now))
    waiting = await awaited_of_round(unit, partnership.id, its_round.id)
    changed, _ = await shift_answers(unit, partnership, waiting, shift)
    shift_requests(requests, its_round, shift)
    its_round.due_on = round_due(shift)
    await _join(unit, partnership, its_round, following, requests, waiting)
    for one in requests:
        if one.state == "open":
            await refresh_receipts(unit, partnership, one, f"meeting:{row.id}:{row.moved}", now)
    return changed


def no_next(on: date) -> str:
    """Why a meeting on which answers hang cannot be cancelled yet."""
    return (
        f"Answers are asked for the meeting on {day_words(on)}, and no later regular meeting is entered to which they "
        "could go. Please enter the next meeting first."
    )


async def _join(
    unit: Unit,
    partnership: Partnership,
    its_round: Round,
    following: Meeting,
    requests: Sequence[Request],
    waiting: Sequence[Awaited],
) -> None:
    """The whole round becomes that of the next meeting; where that has begun one of its own, its returns join it."""
    target = await round_of_meeting(unit, partnership.id, following.id)
    there: dict[int, AgencyReturn] = {}
    if target is not None:
        there = {one.loop_id: one for one in await returns_of_round(unit, partnership.id, target.id)}
        if not there and not await requests_of_round(unit, partnership.id, target.id):
            await unit.remove(target)
            await unit.flush()
            target = None
    if target is None:
        its_round.meeting_id = following.id
        await unit.flush()
        return
    for one in requests:
        if one.round_id == its_round.id:
            one.round_id = target.id
    awaited = {row.id for row, *_ in waiting}
    for row in await returns_of_round(unit, partnership.id, its_round.id):
        later = there.get(row.loop_id)
        if later is None:
            row.round_id = target.id
        elif row.id in awaited and later.state == "awaited":
            later.dimensions = [*(row.dimensions or ()), *(later.dimensions or ())]
            row.state = "moved"
    await unit.flush()
