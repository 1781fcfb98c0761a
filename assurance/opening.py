"""What opens by itself: impact, three months after issue (framework 4.5, SL section 4)."""

from __future__ import annotations

import logging
from datetime import datetime

from assurance.calendar import impact_tabled
from assurance.hours import may_send
from assurance.issuing import (
    Timing,
    find_round,
    owe_channel_card,
    owe_request_card,
    people_of,
    today_in,
)
from assurance.managed import refresh_channel
from assurance.pack import Pack
from assurance.pack_in_use import asks_for
from assurance.packing import keep_form
from storage.asks import Loop, LoopDimension, Request, dimensions_to_open, meetings_from, request
from storage.log import append_log
from storage.partnerships import Partnership
from storage.partnerships import partnership as partnership_numbered
from storage.returns import AgencyReturn, returns_of_loop
from storage.unit import Unit

_log = logging.getLogger("assurance.opening")


async def open_due(unit: Unit, partnership: Partnership, pack: Pack, now: datetime) -> int:
    """Open every waiting dimension whose day has come, and owe the card; gives how many were opened.

    It is due at the end of its own weeks and tabled at the next meeting after that. It is not asked where
    the agency's "not relevant" was accepted, since that closes the loop. Nothing opens outside the send hours.
    """
    if not may_send(pack, now):
        return 0
    today, opened = today_in(pack, now), 0
    await partnership_numbered(unit, partnership.id, lock=True)  # every replica beats: each dimension opens once
    for dimension, loop in await dimensions_to_open(unit, partnership.id, today):
        asked = await request(unit, partnership.id, loop.request_id, lock=True)
        if asked is None or asked.state != "open":
            continue
        if not asks_for(pack, asked.form_key, dimension.dimension):
            _log.error("%s of loop %s cannot open: the pack no longer asks for it", dimension.dimension, loop.id)
            continue
        await _open_one(unit, partnership, pack, (dimension, loop, asked), now)
        opened += 1
    return opened


async def _open_one(
    unit: Unit, partnership: Partnership, pack: Pack, waiting: tuple[LoopDimension, Loop, Request], now: datetime
) -> None:
    """Ask one dimension of one loop: in the return of the round it falls into, or in a new one."""
    dimension, loop, asked = waiting
    today = today_in(pack, now)
    due_on = max(dimension.due_on, today)
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
