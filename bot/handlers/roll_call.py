"""The roll call: started by an officer, pressed by everybody else, looked at until it is complete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assurance.actors import actor_numbered
from assurance.asking import Word
from assurance.issuing import today_in
from assurance.owing import owe
from assurance.roll_call import (
    CARD,
    CHANNEL_CARD,
    RESULT,
    about,
    channel_is_needed,
    has_seen,
    note_seen,
    roll_call_view,
    start_roll_call,
)
from bot.edge.answers import Answer, Say, ShowCard
from bot.tables import Command, Desk, Heard, Subject
from bot.turns import PARTNERSHIP, Here, Turn, number, who
from cards import roll_call as shown
from cards.parts import Card
from storage.notices import Notice
from storage.unit import Unit

Data = Mapping[str, Any]


async def call(unit: Unit, turn: Turn, here: Here, _: Heard) -> Subject:
    """Start a roll call, or show the one under way; typed in a channel, the names go to the officer's own chat."""
    made = await start_roll_call(unit, here.actor, here.partnership, here.pack, turn.now)
    if not turn.private:
        await owe(
            unit, here.partnership.id, f"{about(made.id)}:result:{turn.activity_id}", RESULT, now=turn.now,
            subject={"roll_call": made.id}, person_id=here.actor.person_id,
        )  # fmt: skip
    return {"roll_call": made.id}


async def draw_result(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """How it stands: by name in private, in numbers elsewhere."""
    assert owed.person_id is not None
    actor = await actor_numbered(unit, desk.partnership.id, owed.person_id, today_in(desk.pack, desk.now))
    if actor is None:
        return None
    number_ = int(owed.subject["roll_call"])
    view = await roll_call_view(unit, actor, desk.partnership, desk.pack, number_, desk.now)
    return shown.result_in_channel_card(view) if desk.public else shown.result_card(view)


async def draw_card(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """The card to press, or the thanks once it was pressed."""
    assert owed.person_id is not None
    roll_call_id = int(owed.subject["roll_call"])
    if await has_seen(unit, desk.partnership.id, roll_call_id, owed.person_id):
        return shown.seen_card()
    return shown.roll_call_card(desk.partnership.id, roll_call_id, desk.pack.terms.group_short)


async def draw_channel_card(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """Only where somebody could not be reached in a chat of their own."""
    roll_call_id = int(owed.subject["roll_call"])
    if not await channel_is_needed(unit, desk.partnership.id, roll_call_id):
        return None
    return shown.roll_call_channel_card(desk.partnership.id, roll_call_id, desk.pack.terms.group_short)


async def seen(turn: Turn, data: Data) -> Answer:
    """Somebody can see it. In a channel the card stays for the others."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        await note_seen(unit, here.actor, number(data, "roll_call"), turn.now)
    if not turn.private:
        return Say(shown.THANKS)
    made = shown.seen_card()
    return ShowCard(made.content, made.summary)


async def look_again(turn: Turn, data: Data) -> Answer:
    """The officer's list as it stands now."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        view = await roll_call_view(unit, here.actor, here.partnership, here.pack, number(data, "roll_call"), turn.now)
    made = shown.result_card(view) if turn.private else shown.result_in_channel_card(view)
    return ShowCard(made.content, made.summary)


COMMANDS = (
    Command(
        Word("roll call", ("roll call", "rollcall"), changes=True),
        "Send a harmless card to everyone, to learn who can be reached.",
        RESULT,
        who=("officer",),
        do=call,
    ),
)
PRESSES = {shown.SEEN: seen, shown.REFRESH: look_again}
NOTICES = {CARD: draw_card, CHANNEL_CARD: draw_channel_card, RESULT: draw_result}
