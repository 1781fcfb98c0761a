"""Carrying one notice: draw its card as things stand, post it with no transaction open, note how that ended."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from assurance.hours import may_send, next_send_moment
from assurance.packing import pack_of
from assurance.reach import DOOR, Tried, note_doors
from assurance.refusals import Refusal
from bot.card_marks import NOTICE_OF, marked
from bot.edge.adapter import Address
from bot.edge.answers import OfferFile, Post, Say, ShowCard
from bot.edge.mishap import note_mishap
from bot.edge.outcomes import NotSignedIn, Refused, TryLater, Unsure
from bot.house import House
from bot.naming import named_for
from bot.posting_places import BACK, Delivered, Ended, address_for, is_fresh, note_reach, row_for
from bot.practice_marks import for_person
from bot.rate_keeper import LostLease, RateKeeper
from bot.tables import Desk, Draw
from storage.base import StorageError
from storage.claims import begin_notice, settle_notice
from storage.notices import Notice, notice, unsettled_updates
from storage.partnerships import Partnership, partnership
from storage.people import person
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


@dataclass(frozen=True)
class Parcel:
    """A notice ready to go: its card, and where to. `replaces` are the posted cards whose place it takes.

    `open_for` is the person with whom a conversation has to be opened first; then there is no card yet. `fresh`:
    that the person can be written to there need not be noted again.
    """

    what: Post | None
    address: Address
    open_for: str = ""
    replaces: tuple[str, ...] = ()
    fresh: bool = False


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
        ended = await self._sent(owed)
        await self._settle(owed, ended)
        return ended

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
                try:
                    await self.keeper.turn(parcel.address.tenant_id, place)
                except LostLease:
                    return BACK
            return parcel

    async def _ready(self, owed: Notice, opened: str) -> Parcel | Ended:
        """Draw it, and note in the same transaction that its sending begins, unless it is not ours any more."""
        try:
            async with self._drawing, self.house.open_unit() as unit:
                parcel = await self._pack_up(unit, owed, opened)
                if isinstance(parcel, Ended) or parcel.open_for:
                    return parcel
                place = parcel.address.conversation_id
                now = self.house.now()
                mine = await begin_notice(unit, owed.id, self.owner, now=now, lease=LEASE, posted_in=place)
                return parcel if mine else BACK
        except Refusal as refusal:
            return Ended("skipped", refusal.text)
        except StorageError as error:
            note_mishap(f"A notice ({owed.kind})", error)
            return Ended("owed", "The database did not answer.", again_in=AWAY, untried=True)
        except Exception as error:
            reference = note_mishap(f"A notice ({owed.kind})", error)
            return Ended("refused", f"The card could not be made; reference {reference}.")

    async def _pack_up(self, unit: Unit, owed: Notice, opened: str) -> Parcel | Ended:
        """Ask whether it is still owed, and may go out now, and draw it as things stand."""
        its = await partnership(unit, owed.partnership_id)
        assert its is not None
        if owed.kind == DOOR:
            return await self._addressed(unit, its, owed, None, None, "")
        original = await notice(unit, its.id, owed.replaces_id) if owed.replaces_id else None
        if original is not None and (not_now := await _not_now(unit, owed, original)):
            return not_now
        pack, now = await pack_of(unit, its), self.house.now()
        if owed.keeps_hours and not may_send(pack, now):
            wait = (next_send_moment(pack, now) - now).total_seconds()
            return Ended("owed", "It waits for the hours in which messages go out.", again_in=wait, untried=True)
        what = await self._drawn(unit, owed, Desk(self.house, its, pack, now, public=_is_public(owed)))
        if what is None:
            return Ended("skipped", "It was no longer needed when its turn came.")
        return await self._addressed(unit, its, owed, what, original, opened)

    async def _drawn(self, unit: Unit, owed: Notice, desk: Desk) -> Post | None:
        """The card, marked with its notice's number; the sentence of a refusal, where somebody waits for a reply."""
        practice = self.house.settings.playground
        try:
            card = await self.notices[owed.kind](unit, desk, owed)
        except Refusal as refusal:
            if owed.address is None or owed.replaces_id is not None:
                raise
            what: Post = Say(refusal.text)
        else:
            if card is None:
                return None
            what = card if isinstance(card, OfferFile) else ShowCard(card.content, card.summary)
        if isinstance(what, OfferFile):
            return what
        personal = owed.person_id if not desk.public else None
        if personal is not None and practice:
            return for_person(what, personal) if isinstance(what, ShowCard) else what
        if personal is not None:
            what = await named_for(unit, desk.partnership, personal, what)
        if isinstance(what, ShowCard) and not practice:
            return marked(what, {NOTICE_OF: owed.replaces_id or owed.id})
        return what

    async def _addressed(
        self, unit: Unit, its: Partnership, owed: Notice, what: Post | None, original: Notice | None, opened: str
    ) -> Parcel | Ended:
        row = await row_for(unit, original or owed)
        address = await address_for(unit, its, original or owed, self.house, row)
        if isinstance(address, Ended):
            return address
        if original is not None:
            where = original.posted_in or address.conversation_id
            cards = tuple(one for one in (original.activity_id, original.twin_activity_id) if one)
            return Parcel(what, _in(address, where), replaces=cards, fresh=is_fresh(row, where, self.house.now()))
        if opened:
            return Parcel(what, _in(address, opened))
        to_person = owed.person_id is not None and owed.address is None
        if to_person and (owed.kind == DOOR or not address.conversation_id):
            one = await person(unit, its.id, owed.person_id or 0)
            user = (one.teams_id or one.object_id or "") if one else ""
            if not user:
                return Ended("refused", "This person is not in the team yet.")
            return Parcel(None, address, open_for=user)
        return Parcel(what, address, fresh=is_fresh(row, address.conversation_id, self.house.now()))

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
        except LostLease:
            return BACK
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
                note_mishap(f"Settling a notice ({owed.kind})", error)
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


def _in(address: Address, conversation: str) -> Address:
    return Address(address.service_url, conversation, address.tenant_id, address.bot_id)


def _again(owed: Notice, after: float | None, why: str) -> Ended:
    """Owed still, and tried again when Teams said, or after a pause that doubles; given up after many times."""
    if owed.attempts + 1 >= TRIES:
        return Ended("refused", "Teams could not be reached, and we have stopped trying.")
    wait = after if after is not None else min(300.0, 2.0 ** min(owed.attempts + 1, 8))
    return Ended("owed", why, again_in=max(0.1, min(wait, LONGEST_WAIT)) * (1 + random.random() / 4))


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
