"""Practice: `travel` moves the clock forward, and runs what falls due on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from assurance.asking import Word
from assurance.journeys import NOT_UNDERSTOOD, destination, when_words
from assurance.owing import owe
from assurance.refusals import NotFound, Refusal
from bot.courier import reply_address
from bot.edge.answers import Answer, Say
from bot.practice_journey import coming_meetings, journey_view
from bot.practice_travel import UNDER_WAY, on_the_way, set_out
from bot.tables import Command, Desk, Heard, Subject
from bot.talk import reply_key
from bot.turns import PARTNERSHIP, Here, Turn, number, who
from cards.parts import Card
from cards.travel import GO, arrived_card, leaving_card, read_leap, where_to_card
from storage.notices import Notice, notice_keyed
from storage.unit import Unit

ONLY_PRACTICE = "Time can only be moved on in practice."


async def do_travel(unit: Unit, turn: Turn, here: Here, heard: Heard) -> Subject:
    """Say that we are on the way, or why not; the journey itself begins once this is saved."""
    if on_the_way(turn.house):
        return {"show": "travel.where", "said": UNDER_WAY}
    meetings = await coming_meetings(unit, here.partnership, here.pack, turn.now)
    if not heard.text.strip():
        return {"show": "travel.where", "said": f"It is now {when_words(turn.now, here.pack.timezone)}."}
    try:
        until = destination(heard.text, turn.now, here.pack, meetings)
    except Refusal as refusal:
        return {"show": "travel.where", "said": refusal.text}
    return {"until": until.isoformat()}


async def go(turn: Turn, here: Here) -> None:
    """Set out on the journey that was just said to begin; where it was heard before, or could not begin, nothing."""
    async with turn.house.open_unit() as unit:
        said = await notice_keyed(unit, here.partnership.id, reply_key(turn))
    if said is not None and "until" in said.subject:
        _set_out(turn, here, datetime.fromisoformat(said.subject["until"]))


def _set_out(turn: Turn, here: Here, until: datetime) -> None:
    """Travel; at the end the card is owed that says where we are and what happened."""
    house, begun, place = turn.house, turn.house.now(), turn.conversation

    async def arrive() -> None:
        now = house.now()
        async with house.open_unit() as unit:
            await owe(
                unit, here.partnership.id, f"travel.arrived:{place.id}:{turn.activity_id}", "travel.arrived", now=now,
                subject={"begun": begun.isoformat(), "arrived": now.isoformat()},
                address=reply_address(place.id, place.service_url, place.tenant_id, place.bot_id, place.kind),
            )  # fmt: skip
        house.wake()

    set_out(house, here.partnership.id, until, arrive)


async def press_go(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Travel on by a button; where we arrive is said in a card of its own, below what came on the way."""
    turn = replace(turn, card_of=None)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        if not (turn.house.settings.playground and here.partnership.practice):
            raise NotFound(ONLY_PRACTICE)
        wanted = read_leap(data)
        if not wanted:
            raise NotFound(NOT_UNDERSTOOD)
        meetings = await coming_meetings(unit, here.partnership, here.pack, turn.now)
        until = destination(wanted, turn.now, here.pack, meetings)
    _set_out(turn, here, until)
    return Say(f"On the way to {when_words(until, here.pack.timezone)}.")


async def draw_leaving(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """On the way."""
    return leaving_card(datetime.fromisoformat(owed.subject["until"]), desk.pack.timezone)


async def draw_where(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """Where one may go, or why the journey cannot be made."""
    meetings = await coming_meetings(unit, desk.partnership, desk.pack, desk.now)
    return where_to_card(desk.partnership.id, str(owed.subject["said"]), meeting=bool(meetings))


async def draw_arrived(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """Where we are now, and what happened on the way."""
    begun, arrived = (datetime.fromisoformat(owed.subject[name]) for name in ("begun", "arrived"))
    return arrived_card(await journey_view(unit, desk.partnership, desk.pack, begun, arrived, desk.now))


COMMANDS = (
    Command(
        Word("travel", ("travel", "travel to"), takes="text", changes=True),
        "Move practice time on and see what falls due: travel 2 weeks, travel Friday, travel to the meeting.",
        "travel.leaving", do=do_travel, after=go, practice=True, announces=True,
    ),
)  # fmt: skip
PRESSES = {GO: press_go}
NOTICES = {"travel.leaving": draw_leaving, "travel.where": draw_where, "travel.arrived": draw_arrived}
