"""What opens by itself: impact, three months after issue (framework 4.5, SL section 4)."""

from __future__ import annotations

from datetime import datetime, timedelta

from assurance.issuing import (
    Timing,
    find_round,
    owe_channel_card,
    owe_request_card_again,
    people_of,
    today_in,
)
from assurance.managed import refresh_channel
from assurance.pack import Pack
from assurance.packing import keep_form
from storage.asks import dimensions_to_open, meetings_from, request
from storage.log import append_log
from storage.partnerships import Partnership
from storage.returns import AgencyReturn, returns_of_loop
from storage.unit import Unit


async def open_due(unit: Unit, partnership: Partnership, pack: Pack, now: datetime) -> int:
    """Open every waiting dimension whose day has come, and owe the card; gives how many were opened.

    It is due at the end of its own weeks and tabled at the next meeting after that. It is not asked where
    the agency's "not relevant" was accepted, since that closes the loop.
    """
    today, opened = today_in(pack, now), 0
    for dimension, loop in await dimensions_to_open(unit, partnership.id, today):
        asked = await request(unit, partnership.id, loop.request_id)
        if asked is None or asked.state != "open":
            continue
        due_on = max(dimension.due_on, today)
        meetings = await meetings_from(unit, partnership.id, asked.group_key, due_on + timedelta(days=1))
        coming = [one for one in meetings if one.opens_round]
        timing = Timing(due_on, coming[0].id if coming else None)
        collection = await find_round(unit, partnership.id, asked.group_key, timing, today)
        form = await keep_form(unit, partnership.id, pack, asked.form_key)
        dimension.state, loop.state, loop.extended_to, loop.next_on = "due", "requested", None, due_on
        earlier = await returns_of_loop(unit, partnership.id, loop.id)
        current = next((one for one in earlier if one.round_id == collection.id), None)
        if current is not None:
            current.dimensions = [*current.dimensions, dimension.dimension]
            current.state, current.due_on, current.form_version_id = "awaited", due_on, form.id
        else:
            await unit.save(
                AgencyReturn(
                    partnership_id=partnership.id, loop_id=loop.id, request_id=asked.id, round_id=collection.id,
                    seat_id=loop.seat_id, person_id=loop.person_id, form_version_id=form.id, due_on=due_on,
                    dimensions=[dimension.dimension], first=not earlier,
                )
            )  # fmt: skip
        for person_id in await people_of(unit, loop, today):
            await owe_request_card_again(unit, partnership, pack, asked, person_id, f"opened:{today}", now)
        await owe_channel_card(unit, partnership, asked, now)
        await refresh_channel(unit, partnership, asked, f"opened:{today}", now)
        await append_log(
            unit, partnership.id, at=now, person_id=None, by="clock", what="opened",
            subject=f"loop:{loop.id}", refs={"dimension": dimension.dimension},
        )  # fmt: skip
        opened += 1
    return opened
