"""A roll call: a harmless card to everyone in a place, to learn who can be reached (scenario 26)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from assurance.actors import Actor
from assurance.issuing import today_in
from assurance.owing import originals, owe, owe_update
from assurance.pack import Pack
from assurance.people_view import UNNAMED, role_titles
from assurance.permissions import require
from assurance.person_names import names, starting
from assurance.refusals import NotFound
from storage.contacts import RollCall, RollCallReply, roll_call, roll_call_replies
from storage.log import append_log
from storage.notices import Notice, notices_about
from storage.partnerships import Partnership, seats
from storage.partnerships import partnership as partnership_numbered
from storage.people import all_holdings, holdings_on
from storage.unit import Unit

CARD, CHANNEL_CARD, RESULT = "rollcall", "rollcall.channel", "rollcall.result"
AGAIN_AFTER = timedelta(minutes=15)
"""Typed again within this time, "roll call" shows the one that is under way."""
CHANNEL_AFTER = timedelta(minutes=1)
"""By then it is known whom the cards have not reached; only then is the channel asked."""
Outcome = Literal["pressed", "waiting", "coming", "unsure", "unreached"]


@dataclass(frozen=True)
class Called:
    """One person in a roll call: how it stands, why they were not reached, when they pressed."""

    name: str
    places: str
    outcome: Outcome
    reason: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class RollCallView:
    """How a roll call stands now."""

    partnership_id: int
    roll_call_id: int
    at: datetime
    seen_at: datetime
    timezone: str
    group: str
    people: tuple[Called, ...]
    channel: Literal["asked", "next", "none"]

    def those(self, *outcomes: Outcome) -> tuple[Called, ...]:
        """The people with whom it stands so."""
        return tuple(one for one in self.people if one.outcome in outcomes)


def about(number: int) -> str:
    """The name under which all notices of a roll call are found."""
    return f"rollcall:{number}"


async def start_roll_call(unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, now: datetime) -> RollCall:
    """Call everyone who is on a seat or in a role today, whatever is known of their reach; they are owed a card each.

    Whoever cannot be reached 1:1 is asked in the channel a little later. Raises NotAllowed.
    """
    require(actor, "roll_call")
    await partnership_numbered(unit, partnership.id, lock=True)
    newest = await roll_call(unit, partnership.id)
    if newest is not None and now - newest.at < AGAIN_AFTER:
        return newest
    made = await unit.save(RollCall(partnership_id=partnership.id, by_person_id=actor.person_id, at=now))
    held = await holdings_on(unit, partnership.id, today_in(pack, now))
    called = list(dict.fromkeys(one.person_id for one in held))
    for person_id in called:
        await owe(
            unit, partnership.id, f"{about(made.id)}:{person_id}", CARD, now=now,
            subject={"roll_call": made.id}, about=about(made.id), person_id=person_id,
        )  # fmt: skip
    if partnership.channel_id is not None:
        await owe(
            unit, partnership.id, f"{about(made.id)}:channel", CHANNEL_CARD, now=now,
            subject={"roll_call": made.id}, about=about(made.id), channel_id=partnership.channel_id,
            not_before=now + CHANNEL_AFTER,
        )  # fmt: skip
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="roll call started",
        subject=about(made.id), refs={"called": called},
    )  # fmt: skip
    return made


async def note_seen(unit: Unit, actor: Actor, roll_call_id: int, now: datetime) -> RollCall:
    """Somebody pressed "I can see this"; pressing again changes nothing. Raises NotFound."""
    found = await roll_call(unit, actor.partnership_id, roll_call_id)
    if found is None:
        raise NotFound("This roll call is over. There is nothing that you need to do.")
    if actor.person_id in await roll_call_replies(unit, actor.partnership_id, found.id):
        return found
    await unit.save(
        RollCallReply(partnership_id=actor.partnership_id, roll_call_id=found.id, person_id=actor.person_id, at=now)
    )
    for one in originals(await notices_about(unit, actor.partnership_id, about(found.id))):
        if one.person_id == actor.person_id and one.kind == CARD:
            await owe_update(unit, actor.partnership_id, one, "seen", now=now)
    await append_log(
        unit, actor.partnership_id, at=now, person_id=actor.person_id, what="roll call answered",
        subject=about(found.id),
    )  # fmt: skip
    return found


async def has_seen(unit: Unit, partnership_id: int, roll_call_id: int, person_id: int) -> bool:
    """Whether somebody has answered a roll call."""
    return person_id in await roll_call_replies(unit, partnership_id, roll_call_id)


async def channel_is_needed(unit: Unit, partnership_id: int, roll_call_id: int) -> bool:
    """Whether somebody could not be reached in their own chat and has not pressed anywhere."""
    pressed = await roll_call_replies(unit, partnership_id, roll_call_id)
    cards = originals(await notices_about(unit, partnership_id, about(roll_call_id)))
    return any(one.kind == CARD and one.state != "delivered" and one.person_id not in pressed for one in cards)


async def roll_call_view(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, roll_call_id: int, now: datetime
) -> RollCallView:
    """How a roll call stands, person by person. Raises NotAllowed for anybody but an officer, and NotFound."""
    require(actor, "roll_call")
    found = await roll_call(unit, partnership.id, roll_call_id)
    if found is None:
        raise NotFound("I cannot find that roll call.")
    pressed = await roll_call_replies(unit, partnership.id, found.id)
    cards = originals(await notices_about(unit, partnership.id, about(found.id)))
    own = {one.person_id: one for one in cards if one.kind == CARD and one.person_id is not None}
    known = await names(unit, partnership.id, own)
    where = await _places(unit, partnership, pack, found)
    people = [
        _called(card, starting(known.get(person_id, UNNAMED)), where.get(person_id, ""), pressed.get(person_id))
        for person_id, card in own.items()
    ]
    channel = next((one for one in cards if one.kind == CHANNEL_CARD), None)
    asked: Literal["asked", "next", "none"] = "none"
    if channel is not None:
        asked = "next" if channel.state in ("owed", "sending") else "asked" if channel.activity_id else "none"
    return RollCallView(
        partnership_id=partnership.id, roll_call_id=found.id, at=found.at, seen_at=now, timezone=pack.timezone,
        group=pack.terms.group_short, people=tuple(people), channel=asked,
    )  # fmt: skip


def _called(card: Notice, name: str, places: str, pressed: datetime | None) -> Called:
    if pressed is not None:
        return Called(name, places, "pressed", at=pressed)
    if card.state == "delivered":
        return Called(name, places, "waiting")
    if card.state in ("owed", "sending"):
        return Called(name, places, "coming", card.reason)
    if card.state == "unsure":
        return Called(name, places, "unsure", card.reason)
    return Called(name, places, "unreached", card.reason)


async def _places(unit: Unit, partnership: Partnership, pack: Pack, found: RollCall) -> dict[int, str]:
    """What each person held on the day of the roll call, in short."""
    short = {one.id: one.short for one in await seats(unit, partnership.id)}
    titles, day = role_titles(pack), today_in(pack, found.at)
    held: dict[int, list[str]] = {}
    for one in await all_holdings(unit, partnership.id):
        if (one.starts_on is None or one.starts_on <= day) and (one.ends_on is None or one.ends_on >= day):
            word = short.get(one.seat_id, "") if one.seat_id is not None else titles.get(one.role or "", "")
            held.setdefault(one.person_id, []).append(word)
    return {person_id: ", ".join(dict.fromkeys(filter(None, words))) for person_id, words in held.items()}
