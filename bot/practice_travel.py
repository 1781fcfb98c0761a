"""Travelling through practice time: the clock goes on in steps, and at each of them what falls due is done."""

from __future__ import annotations

from datetime import datetime

from assurance.beats import beat
from assurance.calendar import local_day
from assurance.issuing import today_in, working_days
from assurance.journeys import next_stop
from assurance.pack import Pack
from assurance.packing import pack_of
from assurance.refusals import Refusal
from bot.house import House
from bot.practice import keep_meetings_ahead
from storage.contacts import practice
from storage.notices import earliest_owed
from storage.partnerships import Partnership, partnership

MOST_ROUNDS = 200
"""How often the courier is asked at one stop: far more than anything owes, so that a journey always ends."""
UNDER_WAY = "We are still on the way. Please wait until I say that we have arrived."


async def travel(house: House, partnership_id: int, until: datetime) -> None:
    """Move practice time on to a moment, stopping wherever something may fall due; all of it arrives in order.

    Practice time is kept at every stop, so that a restart goes on from there. Raises Refusal where a journey is
    under way already.
    """
    if house.journey.locked():
        raise Refusal(UNDER_WAY)
    async with house.journey:
        its, pack = await _read(house, partnership_id)
        working = working_days(pack)
        await _deliver(house)
        while (now := house.now()) < until:
            stop = next_stop(now, until, pack, working)
            await _arrive(house, its, pack, stop, new_day=local_day(stop, pack.timezone) != today_in(pack, now))


async def _read(house: House, partnership_id: int) -> tuple[Partnership, Pack]:
    async with house.open_unit() as unit:
        its = await partnership(unit, partnership_id)
        assert its is not None
        return its, await pack_of(unit, its)


async def _arrive(house: House, its: Partnership, pack: Pack, stop: datetime, *, new_day: bool) -> None:
    """Be at a stop: keep the time, look what is due there, and let all of it go out."""
    house.offset = stop - house.clock()
    async with house.open_unit() as unit:
        room = await practice(unit, its.id)
        if room is not None:
            room.offset_seconds = round(house.offset.total_seconds())
        if new_day:
            await keep_meetings_ahead(unit, its, pack, today_in(pack, stop))
    await beat(house.open_unit, house.now())
    async with house.open_unit() as unit:
        first = await earliest_owed(unit)
    if first is not None and first <= house.now():
        await _deliver(house)


async def _deliver(house: House) -> None:
    for _ in range(MOST_ROUNDS):
        if not await house.deliver():
            return
