"""What opens by itself: impact, three months after issue (framework 4.5, SL section 4)."""

from __future__ import annotations

from datetime import date, datetime

from assurance.calendar import impact_due, impact_tabled
from assurance.hours import may_send
from assurance.issuing import (
    Timing,
    find_round,
    owe_channel_card,
    owe_request_card,
    people_of,
    today_in,
    working_days,
)
from assurance.lines import lines
from assurance.managed import refresh_channel
from assurance.outstanding import places_today
from assurance.pack import Pack
from assurance.pack_in_use import asks_for
from assurance.packing import keep_form
from storage.asks import Loop, LoopDimension, Request, dimensions_to_open, meetings_from, request
from storage.log import append_log
from storage.partnerships import Partnership
from storage.partnerships import partnership as partnership_numbered
from storage.returns import AgencyReturn, returns_of_loop
from storage.unit import Unit

LATE_WD = 1
"""Opening on the first working day after a weekend is as planned."""
_log = lines("assurance.opening")


async def open_due(unit: Unit, partnership: Partnership, pack: Pack, now: datetime) -> int:
    """Open every waiting dimension whose day has come, and owe the card; gives how many were opened.

    It is due at the end of its own weeks and tabled at the next meeting after that. It is not asked where
    the agency's "not relevant" was accepted, since that closes the loop. Nothing opens outside the send hours, or
    while a seat's own closure lasts.
    """
    if not may_send(pack, now):
        return 0
    today, opened = today_in(pack, now), 0
    await partnership_numbered(unit, partnership.id, lock=True)  # every replica beats: each dimension opens once
    waiting = await dimensions_to_open(unit, partnership.id, today)
    places = await places_today(unit, partnership, pack, today) if waiting else None
    for dimension, loop in waiting:
        if places is not None and not places.at(loop.seat_id).is_working(today):
            continue
        asked = await request(unit, partnership.id, loop.request_id, lock=True)
        if asked is None or asked.state != "open":
            continue
        if not asks_for(pack, asked.form_key, dimension.dimension):
            _log.error("The pack no longer asks for what is due", dimension=dimension.dimension, loop=loop.id)
            continue
        await _open_one(unit, partnership, pack, (dimension, loop, asked), now)
        opened += 1
    return opened


def due_once_open(pack: Pack, dimension: LoopDimension, today: date) -> date:
    """The day by which something that opens today is due: a pure rule.

    As planned; where it opens later than planned, after a closure or a standstill, with all of its own days from now.
    """
    working = working_days(pack)
    if working.between(dimension.opens_on, today) <= LATE_WD:
        return max(dimension.due_on, today)
    return max(dimension.due_on, impact_due(today, working, pack.dimension(dimension.dimension).due_days))


async def _open_one(
    unit: Unit, partnership: Partnership, pack: Pack, waiting: tuple[LoopDimension, Loop, Request], now: datetime
) -> None:
    """Ask one dimension of one loop: in the return of the round it falls into, or in a new one."""
    dimension, loop, asked = waiting
    today = today_in(pack, now)
    due_on = due_once_open(pack, dimension, today)
    held = await meetings_from(unit, partnership.id, asked.group_key, due_on, lock=True)
    meetings = {one.on: one.id for one in held if one.opens_round}
    tabled_on = impact_tabled(due_on, meetings)
    timing = Timing(due_on, meetings[tabled_on] if tabled_on else None)
    collection = await find_round(unit, partnership.id, asked.group_key, timing, today, pack)
    form = await keep_form(unit, partnership.id, pack, asked.form_key)
    dimension.state, loop.state, loop.extended_to = "due", "requested", None
    earlier = await returns_of_loop(unit, partnership.id, loop.id)
    current = next((one for one in earlier if one.round_id == collection.id), None)
    if current is not None:
        current.dimensions = [*current.dimensions, dimension.dimension]
        current.state, current.due_on, current.form_version_id = "awaited", due_on, form.id
        current.outcome = None
    else:
        await unit.save(
            AgencyReturn(
                partnership_id=partnership.id, loop_id=loop.id, request_id=asked.id, round_id=collection.id,
                seat_id=loop.seat_id, person_id=loop.person_id, form_version_id=form.id, due_on=due_on,
                dimensions=[dimension.dimension], first=not earlier,
            )
        )  # fmt: skip
    for person_id in await people_of(unit, loop, today):
        card = await owe_request_card(unit, partnership, pack, asked, person_id, now, cause=f"opened:{today}")
        card.keeps_hours = True
    await owe_channel_card(unit, partnership, asked, now)
    await refresh_channel(unit, partnership, asked, f"opened:{today}", now)
    await append_log(
        unit, partnership.id, at=now, person_id=None, by="clock", what="opened",
        subject=f"loop:{loop.id}", refs={"dimension": dimension.dimension},
    )  # fmt: skip
