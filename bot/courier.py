"""The courier: carries owed notices out, several at once, in order within each place, as fast as Teams takes them."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from uuid import uuid4

from bot.carrying import LEASE, TRIES, Carrier
from bot.edge.mishap import note_mishap
from bot.house import House
from bot.posting_places import Ended, reply_address
from bot.rate_keeper import LEASE as KEEPER_LEASE
from bot.rate_keeper import RateKeeper
from bot.tables import Draw
from storage.base import StorageError
from storage.claims import (
    A_LANE,
    claim_notices,
    conversations_known,
    earliest_owed,
    give_back,
    hold_back,
    lane_of,
)
from storage.notices import Notice

START_WITHIN = timedelta(seconds=25)
"""After this time a claimed notice that has not been begun is given back, so that no claim outlives its lease."""
AT_ONCE = 40
"""The most that are claimed and not settled yet."""
A_CLAIM = 8
"""Fewer than this are not worth a claim of their own while others are under way."""
REST_AFTER = 1.0
"""A place that takes nothing for longer than this gives its places in the queue to others."""
IDLE = 5.0
LOOK_EVERY = 0.3
"""On PostgreSQL, where another replica may owe something without our hearing of it."""
APART = 0.03


@dataclass
class Lane:
    """What goes to one place, in order. `conversation` is empty where none has been opened yet."""

    conversation: str = ""
    waiting: deque[tuple[float, Notice]] = field(default_factory=deque)
    work: asyncio.Task[None] | None = None


class Courier:
    """Delivers what is owed, where it holds the courier's lease. Run it as a task; `wake` makes it look at once."""

    def __init__(
        self, house: House, notices: Mapping[str, Draw], *, paced: bool = True, lease: float = KEEPER_LEASE
    ) -> None:
        self.house = house
        self.owner = uuid4().hex
        self.keeper = RateKeeper(house, self.owner, paced=paced, lease=lease)
        self._stopping = asyncio.Event()
        self._carrier = Carrier(house, self.owner, self.keeper, notices, self._stopping)
        self._wake = asyncio.Event()
        self._lanes: dict[str, Lane] = {}
        self._work: set[asyncio.Task[None]] = set()
        self._failed: list[BaseException] = []
        self._resting: dict[str, float] = {}
        self._after = 0
        self._look_at = 0.0
        self._look_for_lost_at = 0.0
        self._one_at_a_time = asyncio.Lock()
        house.wake, house.deliver = self._look_now, self.deliver_due

    @property
    def notices(self) -> Mapping[str, Draw]:
        """Notice kind -> who draws it."""
        return self._carrier.notices

    @notices.setter
    def notices(self, notices: Mapping[str, Draw]) -> None:
        self._carrier.notices = notices

    async def run(self) -> None:
        """Deliver until cancelled, and then finish what is being sent. A failure of the database is waited out."""
        try:
            while True:
                look = asyncio.create_task(self._go_on())
                try:
                    pause = await asyncio.shield(look)  # a stop in the middle of a claim would leave it behind
                except Exception as error:
                    note_mishap("The courier", error)
                    pause = IDLE
                except asyncio.CancelledError:
                    self.keeper.stop()
                    await asyncio.gather(look, return_exceptions=True)
                    raise
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), pause)
                self._wake.clear()
        finally:
            await self.stop()

    async def deliver_due(self, kinds: Collection[str] = ()) -> int:
        """Deliver all that may go out now, of these kinds only if any are named; gives how many were claimed.

        Nothing goes out while another replica holds the lease. A journey through practice time may ask for it while
        the courier runs.
        """
        async with self._one_at_a_time:
            return await self._deliver_due(kinds)

    async def _deliver_due(self, kinds: Collection[str]) -> int:
        self._stopping.clear()
        self._look_for_lost_at = 0.0
        total = 0
        try:
            while True:
                if await self.keeper.keep():
                    claimed = await self._claim(kinds) if self._has_room() or not self._work else 0
                    total += claimed
                    if not claimed and not self._work and not self._resting:
                        return total
                elif not self.keeper.is_mine and not self._work:
                    return total
                await self._something_happens()
        except asyncio.CancelledError:
            await self.stop()
            raise

    async def _something_happens(self) -> None:
        """Wait for a lane to end, or for the time of one that rests; raise what failed."""
        if self._work:
            await asyncio.wait(self._work, return_when=asyncio.FIRST_COMPLETED, timeout=1.0)
        else:
            rested = min(self._resting.values(), default=0.0) - monotonic()
            await asyncio.sleep(max(0.0, self.keeper.ask_in, rested))
        if self._failed:
            raise self._failed.pop()

    async def stop(self) -> None:
        """Begin nothing more, finish what is being sent, give back the rest, and let another replica begin."""
        self._stopping.set()
        self.keeper.stop()
        if self._work:
            await asyncio.wait(self._work)
        with suppress(StorageError):
            await self.keeper.release()

    async def _go_on(self) -> float:
        """One look: keep the lease, and claim where there is room. Gives the seconds until the next look."""
        if not await self.keeper.keep():
            return max(APART, self.keeper.ask_in)
        if self._failed:
            raise self._failed.pop()
        if monotonic() >= self._look_at and (self._has_room() or not self._work):
            claimed = await self._claim()
            self._look_at = monotonic() + (APART if claimed else await self._quiet_for())
        if self._work and not self._has_room():
            return 1.0
        return max(APART, min(1.0 if self._work else IDLE, self._look_at - monotonic()))

    async def _quiet_for(self) -> float:
        """How long nothing more may go out, as far as is known."""
        async with self.house.open_unit() as unit:
            next_at = await earliest_owed(unit, after=self.house.now())
        quiet = IDLE if self.house.store.sqlite else LOOK_EVERY
        if next_at is not None:
            quiet = min(quiet, (next_at - self.house.now()).total_seconds())
        quiet = min([quiet, *(until - monotonic() for until in self._resting.values()), *self.keeper.held().values()])
        return max(APART, quiet)

    def _look_now(self) -> None:
        self._look_at = 0.0
        self._wake.set()

    def _has_room(self) -> bool:
        return self._room() >= A_CLAIM

    def _room(self) -> int:
        return AT_ONCE - sum(len(lane.waiting) for lane in self._lanes.values())

    async def _claim(self, kinds: Collection[str] = ()) -> int:
        """Claim what there is room for, and set its lanes to work; gives how many were claimed."""
        room, practice = self._room(), self.house.settings.playground
        if room <= 0:
            return 0
        now = monotonic()
        self._resting = {lane: until for lane, until in self._resting.items() if until > now}
        async with self.house.open_unit() as unit:
            claimed = await claim_notices(
                unit, owner=self.owner, now=self.house.now(), lease=LEASE, most=room, after=self._after,
                but=[] if practice else [*self._lanes, *self._resting], kinds=kinds,
                each_lane=AT_ONCE if practice else A_LANE, but_tenants=self.keeper.held(),
                settle_lost=now >= self._look_for_lost_at,
            )  # fmt: skip
            known = await conversations_known(unit, claimed)
        if now >= self._look_for_lost_at:
            self._look_for_lost_at = now + IDLE / 2
        for one in claimed:
            place = "practice" if practice else lane_of(one)
            self._lanes.setdefault(place, Lane(known.get(one.id, ""))).waiting.append((now, one))
            self._after = one.partnership_id
        for place, lane in self._lanes.items():
            if lane.work is None:
                lane.work = asyncio.create_task(self._carry_in_order(place, lane))
                lane.work.add_done_callback(self._lane_ended)
                self._work.add(lane.work)
        return len(claimed)

    def _lane_ended(self, work: asyncio.Task[None]) -> None:
        self._work.discard(work)
        if not work.cancelled() and (error := work.exception()) is not None:
            self._failed.append(error)
        self._look_at = min(self._look_at, monotonic() + APART)
        self._wake.set()

    async def _carry_in_order(self, place: str, lane: Lane) -> None:
        """One after the other. Where Teams asks us to wait, those behind wait as well and are not tried.

        On a stop nothing more is begun.
        """
        try:
            while lane.waiting:
                claimed_at, one = lane.waiting[0]
                wait = self.keeper.wait_for(lane.conversation)
                if wait > REST_AFTER:
                    self._resting[place] = monotonic() + wait
                    return
                if not self.keeper.holds or monotonic() - claimed_at > START_WITHIN.total_seconds():
                    return
                if wait > 0:
                    await asyncio.sleep(wait)
                    continue
                ended = await self._carrier.carry(one)
                lane.waiting.popleft()
                if self._has_room():
                    self._wake.set()
                if isinstance(ended, Ended) and ended.again_in and not ended.untried:
                    return await self._hold_back(lane, one, ended.again_in)
        finally:
            while lane.waiting:
                await self._give_back(lane)
            del self._lanes[place]

    async def _hold_back(self, lane: Lane, like: Notice, seconds: float) -> None:
        """Let nothing in this lane go out before the one that Teams asked to wait for."""
        await self._give_back(lane)
        async with self.house.open_unit() as unit:
            await hold_back(unit, like, self.house.now() + timedelta(seconds=seconds))

    async def _give_back(self, lane: Lane) -> None:
        """Owe again what had not begun. Where even that fails, the lease brings it back."""
        left = [one.id for _, one in lane.waiting]
        lane.waiting.clear()
        with suppress(StorageError):
            async with self.house.open_unit() as unit:
                await give_back(unit, self.owner, left)


__all__ = ["LEASE", "TRIES", "Courier", "reply_address"]
