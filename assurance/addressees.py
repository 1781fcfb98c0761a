"""Who is asked, changed after issue: agencies are added, or are no longer asked (issue deliver 6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from assurance.actors import Actor
from assurance.calendar import WorkingDays
from assurance.issuing import (
    Addressee,
    ask,
    await_return,
    owe_request_card,
    people_of,
    today_in,
    working_days,
)
from assurance.lifecycles import ENDINGS
from assurance.managed import close_cards, managed_request, refresh_channel
from assurance.pack import Pack
from assurance.packing import keep_form
from assurance.refusals import Mistakes, NotFound, OutOfDate
from assurance.telling import tell
from assurance.writing import ask_first
from storage.asks import Loop, Request, collection, loops_of_request, meeting
from storage.log import append_log
from storage.partnerships import Partnership, seats
from storage.people import holdings_of
from storage.returns import returns_of_loop
from storage.texts import text_of
from storage.unit import Unit


def newcomers_due(due_on: date, today: date, meeting_on: date | None, working: WorkingDays, min_answer_wd: int) -> date:
    """When an agency that is asked later must answer: it gets full notice, or as much as the meeting allows.

    The request's own day holds where that gives full notice (pack `min_answer_wd`). Otherwise full notice
    counts from today, but ends on the last working day before the meeting; it is never shorter than the
    others' day.
    """
    full = working.add(today, min_answer_wd)
    if due_on >= full:
        return due_on
    if meeting_on is None or meeting_on <= today:
        return full
    last = max(working.add(meeting_on, -1), today + timedelta(days=1))
    return max(min(full, last), due_on)


async def add_agencies(
    unit: Unit,
    actor: Actor,
    partnership: Partnership,
    pack: Pack,
    request_id: int,
    added: Sequence[Addressee],
    now: datetime,
    *,
    confirmed: bool = False,
) -> Request:
    """Put an issued request to further seats, or ask again those that were taken off it.

    A seat that is asked already is left as it is, so doing this twice changes nothing.
    Raises NotAllowed, NotFound, OutOfDate, Mistakes, or AskFirst for identifiable text in a "why you" line.
    """
    request = await managed_request(unit, actor, partnership, request_id, "manage_request")
    today = today_in(pack, now)
    rows = await seats(unit, partnership.id)
    known = {one.id for one in rows if one.ends_on is None or one.ends_on >= today}
    if not added or any(one.seat_id not in known for one in added):
        raise Mistakes({"agencies": "Please choose at least one agency."})
    ask_first({f"why_{one.seat_id}": one.why for one in added}, confirmed=confirmed)
    there = {one.seat_id: one for one in await loops_of_request(unit, partnership.id, request.id)}
    due_on = await _due_of_newcomers(unit, pack, request, now)
    changed = []
    for addressee in added:
        before = there.get(addressee.seat_id)
        if before is None:
            form = await keep_form(unit, partnership.id, pack, request.form_key)
            changed.append(await ask(unit, partnership, pack, request, form, addressee, now, due_on))
        elif before.state == "withdrawn" or (addressee.asked and not before.asked):
            await _ask_again(unit, partnership, pack, request, before, addressee, due_on, now)
            changed.append(before)
    if not changed:
        return request
    asked = [one.seat_id for one in changed if one.asked]
    await refresh_channel(unit, partnership, request, f"added:{now.timestamp()}", now)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="agencies added",
        subject=f"request:{request.id}",
        refs={"asked": asked, "informed": [one.seat_id for one in changed if not one.asked]},
    )  # fmt: skip
    return request


async def _due_of_newcomers(unit: Unit, pack: Pack, request: Request, now: datetime) -> date:
    its_round = await collection(unit, request.partnership_id, request.round_id)
    number = its_round.meeting_id if its_round else None
    held = await meeting(unit, request.partnership_id, number) if number else None
    return newcomers_due(
        request.due_on, today_in(pack, now), held.on if held else None, working_days(pack),
        pack.rounds.min_answer_wd,
    )  # fmt: skip


async def _ask_again(
    unit: Unit,
    partnership: Partnership,
    pack: Pack,
    request: Request,
    loop: Loop,
    addressee: Addressee,
    due_on: date,
    now: datetime,
) -> None:
    """Take a seat back onto the request, or ask one that was only told. What it said before stays."""
    if addressee.why:
        loop.why_text_id = (await unit.save(text_of(partnership.id, addressee.why))).id
    loop.asked, loop.open = addressee.asked, addressee.asked
    loop.state = "requested" if addressee.asked else "information"
    rows = await returns_of_loop(unit, partnership.id, loop.id)
    if rows and rows[-1].state == "returned":
        loop.state = "returned" if addressee.asked else loop.state
    elif rows:
        rows[-1].due_on = max(due_on, rows[-1].due_on)
    elif addressee.asked:
        form = await keep_form(unit, partnership.id, pack, request.form_key)
        await await_return(unit, pack, request, form, loop, due_on, now)
    for person_id in await people_of(unit, loop, today_in(pack, now)):
        cause = f"asked:{loop.id}:{now.timestamp()}"
        await owe_request_card(unit, partnership, pack, request, person_id, now, cause=cause)


async def remove_agency(
    unit: Unit,
    actor: Actor,
    partnership: Partnership,
    pack: Pack,
    request_id: int,
    loop_id: int,
    now: datetime,
) -> Loop:
    """Take one agency off an issued request. Its answers are kept, and it can be asked again.

    Its people are told once. The card of somebody who is asked for no other agency becomes a line to read.
    Raises NotAllowed, NotFound, OutOfDate. Removing it twice changes nothing.
    """
    request = await managed_request(unit, actor, partnership, request_id, "manage_request")
    loops = await loops_of_request(unit, partnership.id, request.id)
    gone = next((one for one in loops if one.id == loop_id), None)
    if gone is None:
        raise NotFound("I cannot find that agency on this request.")
    if gone.state == "withdrawn":
        return gone
    if gone.state in ENDINGS:
        raise OutOfDate("Nothing more is asked of this agency, so there is nothing to take back.")
    if all(one.state == "withdrawn" or one.id == gone.id for one in loops):
        raise OutOfDate("It is the only agency on this request. To stop asking, withdraw the request.")
    before, gone.state, gone.open = gone.state, "withdrawn", False
    people = await people_of(unit, gone, today_in(pack, now))
    cause = f"removed:{gone.id}:{now.timestamp()}"
    await tell(
        unit, partnership, pack, request, people, "told_removed", cause,
        {"request": request.id, "loop": gone.id}, now,
    )  # fmt: skip
    still = [one for one in loops if one.state != "withdrawn"]
    today = today_in(pack, now)
    alone = [one for one in people if not await _also_asked(unit, partnership, still, one, today)]
    await close_cards(unit, partnership, request, cause, now, people=frozenset(alone))
    await refresh_channel(unit, partnership, request, cause, now)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="agency removed",
        subject=f"loop:{gone.id}", refs={"request": request.id, "was": before},
    )  # fmt: skip
    return gone


async def _also_asked(unit: Unit, partnership: Partnership, loops: Sequence[Loop], person_id: int, day: date) -> bool:
    held = {one.seat_id for one in await holdings_of(unit, partnership.id, person_id, day)}
    return any(one.person_id == person_id or (one.seat_id and one.seat_id in held) for one in loops)
