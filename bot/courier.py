"""The courier: carries owed notices out, one claim at a time, and settles how each one ended."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from assurance.packing import pack_of
from assurance.refusals import Refusal
from cards.parts import Card
from storage.contacts import practice
from storage.notices import Notice, claim_notices, earliest_owed, notice, settle_notice
from storage.partnerships import Partnership, partnership
from storage.people import Address as AddressRow
from storage.people import address_of_person, person
from storage.unit import Unit

from bot.edge.adapter import Address
from bot.edge.answers import Say, ShowCard
from bot.edge.mishap import note_mishap
from bot.edge.outcomes import Refused, TryLater, Unsure
from bot.house import House
from bot.tables import Desk, Draw

LEASE = timedelta(seconds=90)
AT_ONCE = 8
IDLE = 5.0
TRIES = 12
_log = logging.getLogger("bot.courier")


@dataclass(frozen=True)
class Parcel:
    """A notice ready to go: its card, and where to. `activity_id` is the posted card that it replaces."""

    what: ShowCard | Say
    address: Address | None
    person_id: int | None
    teams_user: str
    activity_id: str | None = None


@dataclass(frozen=True)
class Ended:
    """How a notice ended without being sent."""

    state: str
    reason: str
    again_in: float | None = None


class Courier:
    """Delivers what is owed. Run it as a task; `wake` makes it look at once."""

    def __init__(self, house: House, notices: Mapping[str, Draw]) -> None:
        self.house = house
        self.notices = notices
        self.owner = uuid4().hex
        self._wake = asyncio.Event()
        house.wake = self._wake.set

    async def run(self) -> None:
        """Deliver until cancelled. A failure of the database is waited out."""
        while True:
            try:
                if await self.deliver_due():
                    continue
                pause = await self._pause()
            except Exception as error:
                note_mishap("The courier", error)
                pause = IDLE
            try:
                await asyncio.wait_for(self._wake.wait(), pause)
            except TimeoutError:
                pass
            self._wake.clear()

    async def deliver_due(self) -> int:
        """Claim and deliver what may go out now; gives how many were claimed."""
        now = self.house.now()
        async with self.house.open_unit() as unit:
            claimed = await claim_notices(unit, owner=self.owner, now=now, lease=LEASE, most=AT_ONCE)
        await asyncio.gather(*(self._carry(one) for one in claimed))
        return len(claimed)

    async def _pause(self) -> float:
        async with self.house.open_unit() as unit:
            next_at = await earliest_owed(unit, self.house.now())
        if next_at is None:
            return IDLE
        return min(IDLE, max(0.01, (next_at - self.house.now()).total_seconds()))

    async def _carry(self, owed: Notice) -> None:
        try:
            async with self.house.open_unit() as unit:
                parcel = await self._pack_up(unit, owed)
        except Refusal as refusal:
            parcel = Ended("skipped", refusal.text)
        except Exception as error:
            reference = note_mishap(f"A notice ({owed.kind})", error)
            parcel = Ended("refused", f"The card could not be made; reference {reference}.")
        ended = parcel if isinstance(parcel, Ended) else await self._send(owed, parcel)
        async with self.house.open_unit() as unit:
            await self._settle(unit, owed, ended)

    async def _pack_up(self, unit: Unit, owed: Notice) -> Parcel | Ended:
        """Ask whether it is still owed, and draw it as things stand now."""
        its = await partnership(unit, owed.partnership_id)
        assert its is not None
        original = await notice(unit, its.id, owed.replaces_id) if owed.replaces_id else None
        if original is not None and original.activity_id is None:
            if original.state == "sending":
                return Ended("owed", "", again_in=1.0)
            return Ended("skipped", "The card that it would refresh was not posted.")
        desk = Desk(self.house, its, await pack_of(unit, its), self.house.now(), public=_is_public(owed))
        try:
            card = await self.notices[owed.kind](unit, desk, owed)
        except Refusal as refusal:
            if owed.address is None or owed.replaces_id is not None:
                raise
            return await self._addressed(unit, its, owed, Say(refusal.text), original)
        if card is None:
            return Ended("skipped", "It was no longer needed when its turn came.")
        return await self._addressed(unit, its, owed, ShowCard(card.content, card.summary), original)

    async def _addressed(
        self, unit: Unit, its: Partnership, owed: Notice, what: ShowCard | Say, original: Notice | None
    ) -> Parcel | Ended:
        activity_id = original.activity_id if original else None
        if original is not None and original.posted_in is not None:
            base = await _address(unit, its, original, self.house)
            if isinstance(base, Ended):
                return base
            where = Address(base.service_url, original.posted_in, base.tenant_id, base.bot_id)
            return Parcel(what, where, None, "", activity_id)
        address = await _address(unit, its, owed, self.house)
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
        """Send with no transaction open. Only what surely did not happen is tried again."""
        address = parcel.address
        assert address is not None
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
                posted = await self.house.adapter.deliver(address, parcel.what)
        except TryLater as later:
            if owed.attempts >= TRIES:
                return Ended("refused", "Teams could not be reached, and we have stopped trying.")
            wait = later.after if later.after is not None else min(300.0, 2.0 ** min(owed.attempts, 8))
            return Ended("owed", later.why, again_in=wait * (1 + random.random() / 4))
        except Unsure as unsure:
            return Ended("unsure", unsure.why)
        except Refused as refused:
            return Ended("refused", refused.why)
        except Exception as error:
            return Ended("unsure", f"It failed while being sent; reference {note_mishap('A delivery', error)}.")
        return {"activity_id": posted, "posted_in": address.conversation_id}

    async def _settle(self, unit: Unit, owed: Notice, ended: Ended | dict[str, Any]) -> None:
        now = self.house.now()
        if isinstance(ended, dict):
            await settle_notice(unit, owed.id, self.owner, state="delivered", reason="", settled_at=now, **ended)
            if owed.person_id is not None and owed.address is None:
                await _note_reach(unit, owed, "reachable", ended["posted_in"], self.house)
            return
        if ended.again_in is not None:
            later = now + timedelta(seconds=ended.again_in)
            await settle_notice(unit, owed.id, self.owner, state="owed", reason=ended.reason, not_before=later)
            return
        await settle_notice(
            unit, owed.id, self.owner, state=ended.state, reason=ended.reason, settled_at=now
        )
        if ended.state == "refused" and owed.person_id is not None and owed.address is None:
            await _note_reach(unit, owed, ended.reason, None, self.house)


def _is_public(owed: Notice) -> bool:
    return owed.channel_id is not None or bool(owed.address and owed.address.get("kind") != "personal")


async def _address(unit: Unit, its: Partnership, owed: Notice, house: House) -> Address | Ended:
    """Where a notice goes. In practice, only the place now taken is posted to; the rest is an inbox."""
    if owed.address is not None:
        held = owed.address
        return Address(held["service_url"], held["conversation"], held["tenant"], held["bot"])
    bot = its.bot_id or f"28:{house.settings.app_id}"
    if owed.channel_id is not None:
        if its.service_url is None:
            return Ended("refused", "No team has been bound to this partnership yet.")
        return Address(its.service_url, owed.channel_id, its.tenant_id or "", bot)
    assert owed.person_id is not None
    if house.settings.playground:
        room = await practice(unit, its.id)
        if room is None or room.person_id != owed.person_id or not room.conversation_id:
            return Ended("delivered", "Laid in this person's practice inbox.")
        return Address(room.service_url or "", room.conversation_id, its.tenant_id or "", room.bot_id or bot)
    row = await address_of_person(unit, its.id, owed.person_id)
    service_url = (row.service_url if row else None) or its.service_url
    if service_url is None:
        return Ended("refused", "No team has been bound to this partnership yet.")
    one = await person(unit, its.id, owed.person_id)
    tenant = (row.tenant_id if row else None) or its.tenant_id or (one.tenant_id if one else None) or ""
    return Address(service_url, (row.conversation_id if row else None) or "", tenant, (row and row.bot_id) or bot)


async def _note_reach(unit: Unit, owed: Notice, reach: str, conversation: str | None, house: House) -> None:
    if house.settings.playground or owed.person_id is None:
        return
    row = await address_of_person(unit, owed.partnership_id, owed.person_id)
    if row is None:
        row = AddressRow(partnership_id=owed.partnership_id, person_id=owed.person_id)
    row.reach, row.checked_at = reach, house.now()
    row.conversation_id = conversation or row.conversation_id
    unit.add(row)


def reply_address(conversation_id: str, service_url: str, tenant: str, bot: str, kind: str) -> dict[str, str]:
    """The address of a conversation, as a reply's notice keeps it."""
    return {
        "conversation": conversation_id,
        "service_url": service_url,
        "tenant": tenant,
        "bot": bot,
        "kind": kind,
    }


__all__ = ["Card", "Courier", "reply_address"]
