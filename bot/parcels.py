"""Packing up: a notice's card as things stand when it goes out, and where it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assurance.erasing import REASON
from assurance.hours import may_send, next_send_moment
from assurance.packing import pack_of
from assurance.reach import DOOR
from assurance.refusals import Refusal
from bot.card_marks import NOTICE_OF, marked
from bot.edge.adapter import Address
from bot.edge.answers import OfferFile, Post, Say, ShowCard
from bot.house import House
from bot.naming import named_for
from bot.posting_places import Ended, address_for, is_fresh, row_for
from bot.practice_marks import for_person
from bot.tables import Desk, Draw
from storage.notices import OVERTAKEN, Notice, notice, unsettled_updates
from storage.partnerships import Partnership, partnership
from storage.people import person
from storage.personal import is_erased
from storage.unit import Unit


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
    overtakes: tuple[int, ...] = ()


async def pack_up(unit: Unit, house: House, notices: Mapping[str, Draw], owed: Notice, opened: str) -> Parcel | Ended:
    """Ask whether it is still owed, and may go out now, and draw it as things stand.

    `opened`: its conversation, where that was opened just now.
    Raises Refusal where the addressee may not see it any more.
    """
    its = await partnership(unit, owed.partnership_id)
    assert its is not None
    if owed.kind == DOOR:
        return await _addressed(unit, house, its, owed, None, None, "")
    original = await notice(unit, its.id, owed.replaces_id) if owed.replaces_id else None
    overtakes: tuple[int, ...] = ()
    if original is not None:
        others = await unsettled_updates(unit, its.id, original.id)
        if not_now := _not_now(owed, original, others):
            return not_now
        overtakes = tuple(one.id for one in others if one.state == "owed")
    pack, now = await pack_of(unit, its), house.now()
    if owed.keeps_hours and not may_send(pack, now):
        wait = (next_send_moment(pack, now) - now).total_seconds()
        return Ended("owed", "It waits for the hours in which messages go out.", again_in=wait, untried=True)
    what = await _drawn(unit, notices, owed, Desk(house, its, pack, now, public=_is_public(owed)))
    if what is None:
        return Ended("skipped", "It was no longer needed when its turn came.")
    found = await _addressed(unit, house, its, owed, what, original, opened)
    return replace(found, overtakes=overtakes) if isinstance(found, Parcel) else found


async def _drawn(unit: Unit, notices: Mapping[str, Draw], owed: Notice, desk: Desk) -> Post | None:
    """The card, marked with its notice's number; the sentence of a refusal, where somebody waits for a reply."""
    practice = desk.house.settings.playground
    try:
        card = await notices[owed.kind](unit, desk, owed)
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
    unit: Unit, house: House, its: Partnership, owed: Notice, what: Post | None, original: Notice | None, opened: str
) -> Parcel | Ended:
    row = await row_for(unit, original or owed)
    address = await address_for(unit, its, original or owed, house, row)
    if isinstance(address, Ended):
        return address
    if original is not None:
        where = original.posted_in or address.conversation_id
        cards = tuple(one for one in (original.activity_id, original.twin_activity_id) if one)
        return Parcel(what, _in(address, where), replaces=cards, fresh=is_fresh(row, where, house.now()))
    if opened:
        return Parcel(what, _in(address, opened))
    to_person = owed.person_id is not None and owed.address is None
    if to_person and (owed.kind == DOOR or not address.conversation_id):
        one = await person(unit, its.id, owed.person_id or 0)
        if one is not None and is_erased(one):
            return Ended("skipped", REASON)
        user = (one.teams_id or one.object_id or "") if one else ""
        if not user:
            return Ended("refused", "This person is not in the team yet.")
        return Parcel(None, address, open_for=user)
    return Parcel(what, address, fresh=is_fresh(row, address.conversation_id, house.now()))


def _in(address: Address, conversation: str) -> Address:
    return Address(address.service_url, conversation, address.tenant_id, address.bot_id)


def _not_now(owed: Notice, original: Notice, others: Sequence[Notice]) -> Ended | None:
    """Why an update of a card does not go out now: the card never did, or another update is in its way.

    `others` are the updates of the same card that are owed or were claimed: a pure rule.
    """
    if original.activity_id is None:
        if original.state == "sending":
            return Ended("owed", "", again_in=1.0, untried=True)
        return Ended("skipped", "The card that it would refresh was not posted.")
    if any(one.id > owed.id for one in others if one.state == "sending" or owed.attempts):
        return Ended("skipped", OVERTAKEN)  # what failed before gives way to one that has all its tries before it
    if any(one.id < owed.id for one in others if one.state == "sending"):
        return Ended("owed", "", again_in=1.0, untried=True)
    return None


def _is_public(owed: Notice) -> bool:
    return owed.channel_id is not None or bool(owed.address and owed.address.get("kind") != "personal")
