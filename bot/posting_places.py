"""Where a notice goes, and what its delivery tells about whether a person can be reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from assurance.reach import REACHABLE
from bot.edge.adapter import Address
from bot.house import House
from storage.contacts import practice
from storage.notices import Notice
from storage.partnerships import Partnership
from storage.people import Address as AddressRow
from storage.people import address_of_person, person
from storage.unit import Unit

FRESH = timedelta(hours=12)
"""For so long it is not noted anew that somebody can still be written to."""


@dataclass(frozen=True)
class Ended:
    """How a notice ended without being sent.

    `again_in`: it is owed still, and tried again after so many seconds; `untried`: this was no attempt, and with
    `again_in` 0 it keeps its place in the queue. `closed`: the person cannot be written to, so that others should
    know.
    """

    state: str
    reason: str
    again_in: float | None = None
    untried: bool = False
    closed: bool = False


@dataclass(frozen=True)
class Delivered:
    """A notice that was carried out: the posted message, and the conversation in which it stands.

    `fresh`: that the person can be written to there was known already.
    """

    activity_id: str | None
    posted_in: str
    fresh: bool = False


BACK = Ended("owed", "", again_in=0.0, untried=True)
"""Given back as it was: nothing was tried."""
GONE = Ended("gone", "Another claim has it.")
"""It is not ours any more, and whoever has it settles it."""


async def row_for(unit: Unit, owed: Notice) -> AddressRow | None:
    """What is known of where a person can be written to, for a notice that goes to one."""
    if owed.address is not None or owed.channel_id is not None or owed.person_id is None:
        return None
    return await address_of_person(unit, owed.partnership_id, owed.person_id)


def is_fresh(row: AddressRow | None, conversation: str, now: datetime) -> bool:
    """Whether it was learnt today already that the person can be written to in this conversation."""
    if row is None or row.reach != REACHABLE or row.conversation_id != conversation or row.checked_at is None:
        return False
    return timedelta() <= now - row.checked_at < FRESH


async def address_for(
    unit: Unit, its: Partnership, owed: Notice, house: House, row: AddressRow | None
) -> Address | Ended:
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
    service_url = (row.service_url if row else None) or its.service_url
    if service_url is None:
        return Ended("refused", "No team has been bound to this partnership yet.")
    tenant = (row.tenant_id if row else None) or its.tenant_id or ""
    if not tenant:
        one = await person(unit, its.id, owed.person_id)
        tenant = (one.tenant_id if one else None) or ""
    return Address(service_url, (row.conversation_id if row else None) or "", tenant, (row and row.bot_id) or bot)


async def note_reach(unit: Unit, owed: Notice, reach: str, conversation: str | None, house: House) -> None:
    """Keep whether a person can be written to. A conversation that is closed is opened anew next time."""
    if house.settings.playground or owed.person_id is None:
        return
    row = await address_of_person(unit, owed.partnership_id, owed.person_id)
    if row is None:
        row = AddressRow(partnership_id=owed.partnership_id, person_id=owed.person_id)
    row.reach, row.checked_at, row.conversation_id = reach, house.now(), conversation
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
