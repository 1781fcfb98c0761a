"""Carrying one notice: draw its card as things stand, post it with no transaction open, note how that ended."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from time import monotonic
from typing import Any

from structlog.contextvars import bound_contextvars

from assurance.lines import called, lines
from assurance.reach import DOOR, Tried, note_doors
from assurance.refusals import Refusal
from bot.edge.adapter import Address
from bot.edge.answers import Post
from bot.edge.mishap import note_mishap
from bot.edge.outcomes import NotSignedIn, Refused, TryLater, Unsure
from bot.house import House
from bot.parcels import Parcel, pack_up
from bot.posting_places import BACK, GONE, Delivered, Ended, note_reach
from bot.rate_keeper import Held, LostLease, RateKeeper
from bot.tables import Draw
from storage.base import StorageError
from storage.claims import begin_notice, settle_notice
from storage.notices import Notice, overtake
from storage.unit import Unit

LEASE = timedelta(seconds=90)
"""How long a claim holds: longer than the slowest sending (opening a conversation and posting, 30 s each)."""
SETTLE_AFTER = (0.2, 1.0, 3.0, 9.0, 20.0)
"""Pauses in seconds between attempts to note how a sending ended: together they stay well within the lease."""
AT_THE_GATE = 8
"""So few are begun and wait for their turn to be sent: of what was begun nobody knows, after a kill, whether it was."""
RECORDING = 4
"""So many transactions of the courier run at once, so that no press waits long for a connection."""
AWAY = 5.0
TRIES = 12
LONGEST_WAIT = 3600.0
CLOSED = frozenset({403, 404})
"""The answers of Teams that say that a person cannot be written to, now or later."""
_log = lines("bot.courier")


class Carrier:
    """Carries claimed notices, each to its end. `stopping` says that waiting for the database should be short."""

    def __init__(
        self, house: House, owner: str, keeper: RateKeeper, notices: Mapping[str, Draw], stopping: asyncio.Event
    ) -> None:
        self.house = house
        self.owner = owner
        self.keeper = keeper
        self.notices = notices
        self._stopping = stopping
        self._gate = asyncio.Semaphore(AT_THE_GATE)
        self._drawing = asyncio.Semaphore(RECORDING)
        self._noting = asyncio.Semaphore(RECORDING)

    async def carry(self, owed: Notice) -> Ended | Delivered:
        """Bring one claimed notice to its end, and settle it."""
        began = monotonic()
        with bound_contextvars(notice=called(owed.key), partnership=owed.partnership_id):
            try:
                ended = await self._sent(owed)
            except LostLease:
                ended = BACK
            except Held as held:
                ended = Ended("owed", str(held), again_in=held.seconds, untried=True)
            if ended is not GONE:
                await self._settle(owed, ended)
            if ended is not GONE and ended is not BACK:
                self._tell(owed, ended, monotonic() - began)
        return ended

    def _tell(self, owed: Notice, ended: Ended | Delivered, seconds: float) -> None:
        """Count how it ended, and write the line that leads from the notice's key to its delivery."""
        state = "delivered" if isinstance(ended, Delivered) else "later" if ended.again_in is not None else ended.state
        self.house.meter.sent(owed.kind, state)
        ms = round(seconds * 1000, 1)
        _log.info("A notice was carried", kind=owed.kind, state=state, attempt=owed.attempts + 1, ms=ms)

    async def _sent(self, owed: Notice) -> Ended | Delivered:
        parcel = await self._at_the_gate(owed, "")
        if isinstance(parcel, Parcel) and parcel.open_for:
            door = await self._open(owed, parcel)
            if isinstance(door, Ended) or owed.kind == DOOR:
                return door
            parcel = await self._at_the_gate(owed, door.posted_in)
        return parcel if isinstance(parcel, Ended) else await self._send(owed, parcel)

    async def _at_the_gate(self, owed: Notice, opened: str) -> Parcel | Ended:
        """Draw it and wait for its turn: what this gives must be sent at once. `opened`: the conversation, if new."""
        async with self._gate:
            parcel = await self._ready(owed, opened)
            if isinstance(parcel, Parcel):
                place = f"open:{parcel.open_for}" if parcel.open_for else parcel.address.conversation_id
                await self.keeper.turn(parcel.address.tenant_id, place)
            return parcel

    async def _ready(self, owed: Notice, opened: str) -> Parcel | Ended:
        """Draw it, and note in the same transaction that its sending begins, unless it is not ours any more."""
        try:
            async with self._drawing, self.house.open_unit() as unit:
                parcel = await pack_up(unit, self.house, self.notices, owed, opened)
                if isinstance(parcel, Ended) or parcel.open_for:
                    return parcel
                place = parcel.address.conversation_id
                now = self.house.now()
                if not await begin_notice(unit, owed.id, self.owner, now=now, lease=LEASE, posted_in=place):
                    return GONE
                if parcel.overtakes:
                    await overtake(unit, owed.partnership_id, parcel.overtakes, now)
                return parcel
        except Refusal as refusal:
            return Ended("skipped", refusal.text)
        except StorageError as error:
            note_mishap("A notice", error, kind=owed.kind)
            return Ended("owed", "The database did not answer.", again_in=AWAY, untried=True)
        except Exception as error:
            reference = note_mishap("A notice", error, kind=owed.kind)
            return Ended("refused", f"The card could not be made; reference {reference}.")

    async def _open(self, owed: Notice, parcel: Parcel) -> Ended | Delivered:
        """Open the conversation with a person, which posts nothing and can be repeated."""
        at = parcel.address
        try:
            opened = await self.house.adapter.connector.open_personal(
                at.service_url, at.bot_id, at.tenant_id, parcel.open_for
            )
            return Delivered(None, opened)
        except TryLater as later:
            return self._later(owed, later, at, f"open:{parcel.open_for}")
        except Unsure as unsure:
            return _again(owed, None, unsure.why)
        except Refused as refused:
            return Ended("refused", refused.why, closed=refused.status in CLOSED)
        except Exception as error:
            return _again(owed, None, f"It failed; reference {note_mishap('Opening a conversation', error)}.")

    async def _send(self, owed: Notice, parcel: Parcel) -> Ended | Delivered:
        """Send with no transaction open. What may have been posted is never posted again on a guess."""
        at, what = parcel.address, parcel.what
        assert what is not None
        try:
            if parcel.replaces:
                await self._replace(at, parcel.replaces, what)
                return Delivered(parcel.replaces[0], at.conversation_id, parcel.fresh)
            return Delivered(await self.house.adapter.deliver(at, what), at.conversation_id, parcel.fresh)
        except (LostLease, Held):
            raise
        except TryLater as later:
            return self._later(owed, later, at, at.conversation_id)
        except Unsure as unsure:
            return _again(owed, None, unsure.why) if parcel.replaces else Ended("unsure", unsure.why)
        except Refused as refused:
            gone = refused.status in CLOSED and not parcel.replaces
            return Ended("refused", refused.why, closed=gone)
        except Exception as error:
            return Ended("unsure", f"It failed while being sent; reference {note_mishap('A delivery', error)}.")

    async def _replace(self, at: Address, cards: tuple[str, ...], what: Post) -> None:
        """Put the new picture in the place of the card, and of its twin. Only where every one is gone is it refused."""
        refusals: list[Refused] = []
        for activity_id in cards:
            if activity_id != cards[0]:
                await self.keeper.turn(at.tenant_id, at.conversation_id)
            try:
                await self.house.adapter.replace(at, activity_id, what)
            except Refused as refused:
                refusals.append(refused)
        if len(refusals) == len(cards):
            raise refusals[0]

    def _later(self, owed: Notice, later: TryLater, at: Address, place: str) -> Ended:
        if isinstance(later, NotSignedIn):
            return Ended("owed", later.why, again_in=later.after or AWAY, untried=True)
        if later.too_fast:
            self.keeper.told_to_wait(at.tenant_id, place, later.after)
        return _again(owed, later.after, later.why)

    async def _settle(self, owed: Notice, ended: Ended | Delivered) -> None:
        """Note how it ended, again and again while the database is away: only then is it known that it went out."""
        for pause in SETTLE_AFTER:
            try:
                return await self._settle_now(owed, ended)
            except StorageError as error:
                note_mishap("Settling a notice", error, kind=owed.kind)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
        await self._settle_now(owed, ended)

    async def _settle_now(self, owed: Notice, ended: Ended | Delivered) -> None:
        now = self.house.now()
        async with self._noting, self.house.open_unit() as unit:
            if isinstance(ended, Ended) and ended.again_in is not None:
                values: dict[str, Any] = {"state": "owed", "reason": ended.reason}
                if not ended.untried:
                    values["attempts"] = owed.attempts + 1
                if ended.again_in > 0:
                    values["not_before"] = now + timedelta(seconds=ended.again_in)
                await settle_notice(unit, owed.id, self.owner, **values)
                return
            values = {"attempts": owed.attempts + 1, "settled_at": now}
            if isinstance(ended, Delivered):
                values |= {
                    "state": "delivered", "reason": "", "activity_id": ended.activity_id, "posted_in": ended.posted_in,
                }  # fmt: skip
            else:
                values |= {"state": ended.state, "reason": ended.reason}
            if await settle_notice(unit, owed.id, self.owner, **values):
                await self._note_reach(unit, owed, ended)

    async def _note_reach(self, unit: Unit, owed: Notice, ended: Ended | Delivered) -> None:
        """What this has taught about whether the person can be written to; about nobody else, and no team."""
        if owed.person_id is None or owed.address is not None:
            return
        if owed.kind == DOOR:
            tried = Tried(ended.posted_in) if isinstance(ended, Delivered) else Tried(why=ended.reason)
            await note_doors(unit, owed.partnership_id, {owed.person_id: tried}, self.house.now())
        elif isinstance(ended, Delivered) and not ended.fresh:
            await note_reach(unit, owed, "reachable", ended.posted_in, self.house)
        elif isinstance(ended, Ended) and ended.closed:
            await note_reach(unit, owed, ended.reason, None, self.house)


def _again(owed: Notice, after: float | None, why: str) -> Ended:
    """Owed still, and tried again when Teams said, or after a pause that doubles; given up after many times."""
    if owed.attempts + 1 >= TRIES:
        return Ended("refused", "Teams could not be reached, and we have stopped trying.")
    wait = after if after is not None else min(300.0, 2.0 ** min(owed.attempts + 1, 8))
    return Ended("owed", why, again_in=max(0.1, min(wait, LONGEST_WAIT)) * (1 + random.random() / 4))
