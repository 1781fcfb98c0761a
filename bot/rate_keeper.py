"""The rate keeper: one replica at a time may send, and it sends no faster than Teams takes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import Final

from bot.edge.connector import leaving
from bot.house import House
from bot.pacing import AFTER_TAKING_OVER, Pace, Sending
from storage.claims import take_over
from storage.leases import release_lease, take_lease

NAME: Final = "courier"
LEASE: Final = 6.0
"""Seconds: a replica that was killed is followed by another within this time."""
RENEW_AT: Final = 4.0
"""With less than this left, the lease is renewed."""
MARGIN: Final = 1.5
"""With less than this left nothing more is begun, so that what left last has arrived before another begins."""
ASK_EVERY: Final = 1.0
"""How often a replica without the lease asks for it."""
A_NAP: Final = 0.5
"""However long the wait, it is looked again after so many seconds whether the lease is still held."""


class LostLease(Exception):
    """Another replica may send now; nothing was sent."""


class Held(Exception):
    """Teams asked the whole tenant to wait for so many seconds; nothing was sent."""

    def __init__(self, seconds: float) -> None:
        super().__init__("Teams asked us to wait.")
        self.seconds = seconds


class RateKeeper:
    """Who may send, and when. `paced` is False in practice, which is not Teams: then only the lease counts."""

    def __init__(
        self, house: House, owner: str, *, paced: bool, lease: float = LEASE, clock: Callable[[], float] = monotonic
    ) -> None:
        self.house = house
        self.owner = owner
        self._paced = paced
        self._clock = clock
        self.lease = lease
        self._until = 0.0
        self._ask_at = 0.0
        self._begin_at = 0.0
        self._stopped = False
        self._pace = Pace(clock())
        self._gates: dict[str, asyncio.Lock] = {}

    @property
    def holds(self) -> bool:
        """Whether this replica may begin to send."""
        now = self._clock()
        return not self._stopped and self._begin_at <= now < self._until - self._part(MARGIN)

    @property
    def ask_in(self) -> float:
        """Seconds until it is worth asking again whether it may, or time to renew what is held."""
        return min(self._part(ASK_EVERY), max(0.0, self._begin_at - self._clock(), self._ask_at - self._clock()))

    @property
    def is_mine(self) -> bool:
        """Whether the lease is this replica's, though it may still have to wait before it begins."""
        return self._clock() < self._until

    async def keep(self) -> bool:
        """Take the lease, or renew it in time; says whether this replica may begin to send."""
        now = self._clock()
        if now < self._ask_at or now < self._until - self._part(RENEW_AT):
            return self.holds
        held, self._ask_at = self.is_mine, now + self._part(ASK_EVERY)
        async with self.house.open_unit() as unit:
            got = await take_lease(unit, NAME, self.owner, lasting=timedelta(seconds=self.lease))
            if got and not held:
                await take_over(unit, self.owner)
        if got:
            self._ask_at, self._until, self._stopped = 0.0, now + self.lease, False
            if not held:
                self._pace = Pace(self._clock())
                self._begin_at = self._clock() + (AFTER_TAKING_OVER if self._paced else 0.0)
        return self.holds

    def stop(self) -> None:
        """Begin nothing more; whoever waits for a turn does not get it."""
        self._stopped = True

    async def release(self) -> None:
        """Give the lease back, so that another replica begins at once."""
        if self.is_mine:
            self._until = 0.0
            async with self.house.open_unit() as unit:
                await release_lease(unit, NAME, self.owner)

    def wait_for(self, conversation: str) -> float:
        """Seconds until this conversation takes one more."""
        return self._pace.conversation_wait(conversation, self._clock()) if self._paced and conversation else 0.0

    def held(self) -> dict[str, float]:
        """The tenants that were asked to wait for longer than a moment, and for how many seconds still."""
        found = self._pace.held(self._clock()) if self._paced else {}
        return {tenant: seconds for tenant, seconds in found.items() if seconds > A_NAP}

    async def turn(self, tenant: str, conversation: str) -> None:
        """Wait until one may be sent there, and count it: the same task must send it at once.

        Raises LostLease, or Held.
        """
        gate = self._gates.setdefault(tenant, asyncio.Lock())
        while self._paced and self.holds:
            if tenant in (held := self.held()):
                raise Held(held[tenant])
            if (wait := self.wait_for(conversation)) > 0:
                await asyncio.sleep(min(wait, A_NAP))
                continue
            async with gate:
                if (wait := self._pace.tenant_wait(tenant, self._clock())) > 0:
                    await asyncio.sleep(min(wait, A_NAP))
                if self._ready(tenant, conversation):
                    sending = self._pace.note(tenant, conversation, self._clock())
                    leaving.set(partial(self._left, tenant, sending))
                    return
        if not self.holds:
            raise LostLease

    def _part(self, seconds: float) -> float:
        """So many seconds of the usual lease, as a part of this one."""
        return seconds * self.lease / LEASE

    def _ready(self, tenant: str, conversation: str) -> bool:
        now = self._clock()
        waits = self._pace.tenant_wait(tenant, now), self._pace.conversation_wait(conversation, now)
        return self.holds and max(waits) <= 0

    def _left(self, tenant: str, sending: Sending) -> None:
        self._pace.left(tenant, sending, self._clock())

    def told_to_wait(self, tenant: str, conversation: str, seconds: float | None) -> None:
        """Teams asked to wait for so many seconds, None where it did not say."""
        self._pace.told_to_wait(tenant, conversation, seconds, self._clock())
