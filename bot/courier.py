"""The courier: carries owed notices out, one claim at a time, and settles how each one ended."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Any
from uuid import uuid4

from assurance.packing import pack_of
from assurance.refusals import Refusal
from bot.edge.adapter import Address
from bot.edge.answers import OfferFile, Post, Say, ShowCard
from bot.edge.mishap import note_mishap
from bot.edge.outcomes import NotSignedIn, Refused, TryLater, Unsure
from bot.house import House
from bot.naming import named_for
from bot.posting_places import Ended, address_for, note_reach, reply_address
from bot.practice_marks import for_person
from bot.tables import Desk, Draw
from storage.base import StorageError
from storage.notices import (
    Notice,
    begin_notice,
    claim_notices,
    earliest_owed,
    give_back,
    notice,
    settle_notice,
    unsettled_updates,
)
from storage.partnerships import Partnership, partnership
from storage.people import person
from storage.unit import Unit

LEASE = timedelta(seconds=90)
"""How long a claim holds: longer than the slowest sending (opening a conversation and posting, 30 s each)."""
START_WITHIN = timedelta(seconds=25)
"""After this time a claimed notice that has not been begun is given back, so that no claim outlives its lease."""
SETTLE_AFTER = (0.2, 1.0, 3.0, 9.0, 20.0)
"""Pauses in seconds between attempts to note how a sending ended: together they stay well within the lease."""
AT_ONCE = 8
IDLE = 5.0
TRIES = 12
CLOSED = frozenset({403, 404})
"""The answers of Teams that say that a person cannot be written to, now or later."""


@dataclass(frozen=True)
class Parcel:
    """A notice ready to go: its card, and where to. `activity_id` is the posted card that it replaces."""

    what: Post
    address: Address | None
    person_id: int | None
    teams_user: str
    activity_id: str | None = None


class Courier:
    """Delivers what is owed. Run it as a task; `wake` makes it look at once."""

    def __init__(self, house: House, notices: Mapping[str, Draw]) -> None:
        self.house = house
        self.notices = notices
        self.owner = uuid4().hex
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        house.wake, house.deliver = self._wake.set, self.deliver_due

    async def run(self) -> None:
        """Deliver until cancelled, and then finish what is being sent. A failure of the database is waited out."""
        while True:
            try:
                if await self.deliver_due():
                    continue
                pause = await self._pause()
            except Exception as error:
                note_mishap("The courier", error)
                pause = IDLE
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause)
            self._wake.clear()

    async def deliver_due(self) -> int:
        """Claim and deliver what may go out now; gives how many were claimed. A journey may ask for it as well."""
        async with self._one_at_a_time:
            return await self._deliver_due()

    async def _deliver_due(self) -> int:
        now = self.house.now()
        self._stopping.clear()
        async with self.house.open_unit() as unit:
            claimed = await claim_notices(unit, owner=self.owner, now=now, lease=LEASE, most=AT_ONCE)
        lanes = (self._carry_in_order(lane) for lane in self._lanes(claimed))
        work = asyncio.gather(*lanes, return_exceptions=True)
        try:
            done = await asyncio.shield(work)
        except asyncio.CancelledError:
            self._stopping.set()
            await self._give_back(claimed, await work)
            raise
        await self._give_back(claimed, done)
        for one in done:
            if isinstance(one, BaseException):
                raise one
        return len(claimed)

    async def _give_back(self, claimed: list[Notice], done: list[BaseException | None]) -> None:
        """After a lane failed, owe again what had not begun. Where even that fails, the lease brings it back."""
        if any(isinstance(one, BaseException) for one in done):
            with suppress(StorageError):
                async with self.house.open_unit() as unit:
                    await give_back(unit, self.owner, [one.id for one in claimed])

    def _lanes(self, claimed: list[Notice]) -> list[list[Notice]]:
        """What goes to the same place goes in the order in which it was owed; in practice there is one place."""
        lanes: dict[Any, list[Notice]] = {}
        for one in claimed:
            place = one.person_id or one.channel_id if one.address is None else one.address["conversation"]
            lanes.setdefault("practice" if self.house.settings.playground else place, []).append(one)
        return list(lanes.values())

    async def _carry_in_order(self, lane: list[Notice]) -> None:
        """One after the other. Where Teams asks us to wait, those behind wait as well and are not tried.

        On a stop nothing more is begun.
        """
        begun = monotonic()
        wait: float | None = None
        for one in lane:
            late = monotonic() - begun > START_WITHIN.total_seconds()
            if wait is None and (late or self._stopping.is_set()):
                wait = 0.0
            if wait is not None:
                await self._settle(one, Ended("owed", "", again_in=wait, untried=True))
                continue
            ended = await self._carry(one)
            if isinstance(ended, Ended) and ended.again_in is not None and not ended.untried:
                wait = ended.again_in

    async def _pause(self) -> float:
        async with self.house.open_unit() as unit:
            next_at = await earliest_owed(unit)
        if next_at is None:
            return IDLE
        return min(IDLE, max(0.01, (next_at - self.house.now()).total_seconds()))

    async def _carry(self, owed: Notice) -> Ended | dict[str, Any]:
        try:
            async with self.house.open_unit() as unit:
                parcel = await self._begun(unit, owed, await self._pack_up(unit, owed))
        except Refusal as refusal:
            parcel = Ended("skipped", refusal.text)
        except StorageError as error:
            note_mishap(f"A notice ({owed.kind})", error)
            parcel = Ended("owed", "The database did not answer.", again_in=IDLE, untried=True)
        except Exception as error:
            reference = note_mishap(f"A notice ({owed.kind})", error)
            parcel = Ended("refused", f"The card could not be made; reference {reference}.")
        ended = parcel if isinstance(parcel, Ended) else await self._send(owed, parcel)
        await self._settle(owed, ended)
        return ended

    async def _begun(self, unit: Unit, owed: Notice, parcel: Parcel | Ended) -> Parcel | Ended:
        """Note, in the transaction in which it was drawn, that its sending begins; unless it is not ours any more."""
        if isinstance(parcel, Ended) or await begin_notice(
            unit, owed.id, self.owner, now=self.house.now(), lease=LEASE
        ):
            return parcel
        return Ended("owed", "Another claim took it over.", again_in=0.0, untried=True)

    async def _pack_up(self, unit: Unit, owed: Notice) -> Parcel | Ended:
        """Ask whether it is still owed, and draw it as things stand now."""
        its = await partnership(unit, owed.partnership_id)
        assert its is not None
        original = await notice(unit, its.id, owed.replaces_id) if owed.replaces_id else None
        if original is not None and (not_now := await _not_now(unit, owed, original)):
            return not_now
        desk = Desk(self.house, its, await pack_of(unit, its), self.house.now(), public=_is_public(owed))
        what: Post
        try:
            card = await self.notices[owed.kind](unit, desk, owed)
        except Refusal as refusal:
            if owed.address is None or owed.replaces_id is not None:
                raise
            what = Say(refusal.text)
        else:
            if card is None:
                return Ended("skipped", "It was no longer needed when its turn came.")
            what = card if isinstance(card, OfferFile) else ShowCard(card.content, card.summary)
        if owed.person_id is not None and not desk.public:
            if isinstance(what, ShowCard | Say) and not self.house.settings.playground:
                what = await named_for(unit, its, owed.person_id, what)
            elif isinstance(what, ShowCard):
                what = for_person(what, owed.person_id)
        return await self._addressed(unit, its, owed, what, original)

    async def _addressed(
        self, unit: Unit, its: Partnership, owed: Notice, what: Post, original: Notice | None
    ) -> Parcel | Ended:
        activity_id = original.activity_id if original else None
        if original is not None and original.posted_in is not None:
            base = await address_for(unit, its, original, self.house)
            if isinstance(base, Ended):
                return base
            where = Address(base.service_url, original.posted_in, base.tenant_id, base.bot_id)
            return Parcel(what, where, None, "", activity_id)
        address = await address_for(unit, its, owed, self.house)
        if isinstance(address, Ended):
            return address
        user = ""
        if owed.person_id is not None and owed.address is None and not address.conversation_id:
            one = await person(unit, its.id, owed.person_id)
            user = (one.teams_id or one.object_id or "") if one else ""
            if not user:
                return Ended("refused", "This person is not in the team yet.")
        return Parcel(what, address, owed.person_id, user, activity_id)

    async def _send(self, owed: Notice, parcel: Parcel) -> Ended | dict[str, Any]:
        """Send with no transaction open. What may have been posted is never posted again."""
        address = parcel.address
        assert address is not None
        repeatable = True
        try:
            if not address.conversation_id:
                opened = await self.house.adapter.connector.open_personal(
                    address.service_url, address.bot_id, address.tenant_id, parcel.teams_user
                )
                address = Address(address.service_url, opened, address.tenant_id, address.bot_id)
            if parcel.activity_id is not None:
                await self.house.adapter.replace(address, parcel.activity_id, parcel.what)
                posted = parcel.activity_id
            else:
                repeatable = False
                posted = await self.house.adapter.deliver(address, parcel.what)
        except NotSignedIn as later:
            return Ended("owed", later.why, again_in=later.after, untried=True)
        except TryLater as later:
            return _again(owed, later.after, later.why)
        except Unsure as unsure:
            return _again(owed, None, unsure.why) if repeatable else Ended("unsure", unsure.why)
        except Refused as refused:
            gone = refused.status in CLOSED and parcel.activity_id is None
            return Ended("refused", refused.why, closed=gone)
        except Exception as error:
            return Ended("unsure", f"It failed while being sent; reference {note_mishap('A delivery', error)}.")
        return {"activity_id": posted, "posted_in": address.conversation_id}

    async def _settle(self, owed: Notice, ended: Ended | dict[str, Any]) -> None:
        """Note how it ended, again and again while the database is away: only then is it known that it went out."""
        for pause in SETTLE_AFTER:
            try:
                return await self._settle_now(owed, ended)
            except StorageError as error:
                note_mishap(f"Settling a notice ({owed.kind})", error)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
        await self._settle_now(owed, ended)

    async def _settle_now(self, owed: Notice, ended: Ended | dict[str, Any]) -> None:
        now, personal = self.house.now(), owed.person_id is not None and owed.address is None
        async with self.house.open_unit() as unit:
            if isinstance(ended, dict):
                values = {"state": "delivered", "reason": "", "settled_at": now, **ended}
                if await settle_notice(unit, owed.id, self.owner, **values) and personal:
                    await note_reach(unit, owed, "reachable", ended["posted_in"], self.house)
            elif ended.again_in is not None:
                later = now + timedelta(seconds=ended.again_in)
                values = {"state": "owed", "reason": ended.reason, "not_before": later}
                if ended.untried:
                    values["attempts"] = owed.attempts - 1
                await settle_notice(unit, owed.id, self.owner, **values)
            else:
                values = {"state": ended.state, "reason": ended.reason, "settled_at": now}
                if await settle_notice(unit, owed.id, self.owner, **values) and ended.closed and personal:
                    await note_reach(unit, owed, ended.reason, None, self.house)


def _again(owed: Notice, after: float | None, why: str) -> Ended:
    """Owed still, and tried again when Teams said, or after a pause that doubles; given up after many times."""
    if owed.attempts >= TRIES:
        return Ended("refused", "Teams could not be reached, and we have stopped trying.")
    wait = after if after is not None else min(300.0, 2.0 ** min(owed.attempts, 8))
    return Ended("owed", why, again_in=wait * (1 + random.random() / 4))


async def _not_now(unit: Unit, owed: Notice, original: Notice) -> Ended | None:
    """Why an update of a card does not go out now: the card never did, or another update is in its way."""
    if original.activity_id is None:
        if original.state == "sending":
            return Ended("owed", "", again_in=1.0, untried=True)
        return Ended("skipped", "The card that it would refresh was not posted.")
    others = await unsettled_updates(unit, owed.partnership_id, original.id)
    if any(one.id > owed.id for one in others):
        return Ended("skipped", "A newer picture of the same card followed.")
    if any(one.id < owed.id and one.state == "sending" for one in others):
        return Ended("owed", "", again_in=1.0, untried=True)
    return None


def _is_public(owed: Notice) -> bool:
    return owed.channel_id is not None or bool(owed.address and owed.address.get("kind") != "personal")


__all__ = ["Courier", "reply_address"]
