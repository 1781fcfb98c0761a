"""Travelling through practice time: the clock goes on in steps, and at each of them what falls due is done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from assurance.beats import beat
from assurance.calendar import local_day
from assurance.hours import day_begins, next_send_moment
from assurance.pack import Pack
from assurance.packing import pack_of
from assurance.refusals import Refusal
from bot.edge.mishap import note_mishap
from bot.house import House
from bot.practice import keep_meetings_ahead
from storage.claims import earliest_owed
from storage.contacts import practice
from storage.partnerships import partnership

AT_ONCE = 50
"""How often the clock beats and the courier is asked at one stop: far more than anything needs, so that a journey
always ends."""
UNDER_WAY = "We are still on the way. Please wait until I say that we have arrived."


def on_the_way(house: House) -> bool:
    """Whether a journey is under way."""
    return house.journey is not None and not house.journey.done()


def set_out(house: House, partnership_id: int, until: datetime, arrive: Callable[[], Awaitable[None]]) -> None:
    """Begin a journey to a moment, which goes on by itself; at its end comes `arrive`. Open no unit around it.

    Raises Refusal where another one is under way.
    """
    if on_the_way(house):
        raise Refusal(UNDER_WAY)

    async def go() -> None:
        try:
            await travel(house, partnership_id, until)
            await arrive()
        except Exception as error:
            note_mishap("A journey", error)

    house.journey = asyncio.create_task(go())


async def travel(house: House, partnership_id: int, until: datetime) -> None:
    """Move practice time on to a moment, stopping wherever something may fall due; all of it arrives in order.

    Practice time is kept at every stop, so that a restart goes on from there.
    """
    stop = house.now()
    while True:
        following = await _be_there(house, partnership_id, stop, until)
        if stop >= until:
            return
        stop = following


def next_stop(at: datetime, until: datetime, pack: Pack, owed_at: datetime | None) -> datetime:
    """The next moment at which something may go out, and never past the end: a pure rule.

    As the send hours of a working day begin, or when something that is owed by then may go out. What falls due in
    between, such as at midnight or on a Sunday, goes out at the next of these, as it would in earnest.
    """
    today = local_day(at, pack.timezone)
    mornings = (next_send_moment(pack, day_begins(pack, day)) for day in (today, today + timedelta(days=1)))
    coming = [one for one in (*mornings, owed_at) if one is not None and one > at]
    return min([*coming, until])


async def _be_there(house: House, partnership_id: int, stop: datetime, until: datetime) -> datetime:
    """Be at a stop: keep the time, do what is due there, and let all of it go out; gives the next stop."""
    if stop > house.now():
        house.offset = stop - house.clock()
    async with house.open_unit() as unit:
        its, room = await partnership(unit, partnership_id), await practice(unit, partnership_id)
        assert its is not None
        pack = await pack_of(unit, its)
        if room is not None:
            room.offset_seconds = round(house.offset.total_seconds())
        await keep_meetings_ahead(unit, its, pack, local_day(stop, pack.timezone))
    for _ in range(AT_ONCE):
        if not await beat(house.open_unit, stop) + await house.deliver():
            break
    async with house.open_unit() as unit:
        return next_stop(stop, until, pack, await earliest_owed(unit, after=stop))
