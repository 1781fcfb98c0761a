"""Meetings: the list, and an officer's new dates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assurance.actors import actor_numbered
from assurance.asking import Word
from assurance.dates import day_words
from assurance.issuing import today_in
from assurance.learning_rules import read_date
from assurance.meetings import add_meeting, meetings_view, take_out
from assurance.refusals import Mistakes
from bot.edge.answers import Answer, ShowCard
from bot.tables import Command, Desk
from bot.turns import PARTNERSHIP, Turn, number, who
from cards.meetings import ADD, DAY, EXTRA, EXTRA_ROUND, MEETING, SORT, TAKE_OUT, meetings_card, read_meeting
from cards.parts import Card
from storage.notices import Notice
from storage.unit import Unit


async def on_add(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Enter a meeting, and show the list with it."""
    typed = read_meeting(data)
    sort = typed.get(SORT, "")
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        errors, note = {}, ""
        try:
            row = await add_meeting(
                unit, here.actor, here.partnership, here.pack, read_date(typed.get(DAY, "")), turn.now,
                extra=sort in (EXTRA, EXTRA_ROUND), opens_round=sort != EXTRA,
            )  # fmt: skip
            note, typed = f"Entered: {day_words(row.on)}.", {}
        except Mistakes as mistakes:
            errors = mistakes.fields
        view = await meetings_view(unit, here.actor, here.partnership, here.pack, turn.now)
        card = meetings_card(view, note=note, errors=errors, typed=typed, public=not turn.private)
    return ShowCard(card.content, card.summary)


async def on_take_out(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Take a meeting out, and show the list without it."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        row = await take_out(unit, here.actor, here.partnership, here.pack, number(data, MEETING), turn.now)
        view = await meetings_view(unit, here.actor, here.partnership, here.pack, turn.now)
        card = meetings_card(view, note=f"Taken out: {day_words(row.on)}.", public=not turn.private)
    return ShowCard(card.content, card.summary)


async def draw_meetings(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """The meetings to come, as the person who asked may see them."""
    assert owed.person_id is not None
    actor = await actor_numbered(unit, desk.partnership.id, owed.person_id, today_in(desk.pack, desk.now))
    if actor is None:
        return None
    view = await meetings_view(unit, actor, desk.partnership, desk.pack, desk.now)
    return meetings_card(view, public=desk.public)


COMMANDS = (
    Command(
        Word("meeting", ("meeting", "meetings", "meeting dates", "next meeting")),
        "When the group meets, and what is due by when.", "reply.meetings", menu=("personal", "team"),
    ),
)  # fmt: skip
PRESSES = {ADD: on_add, TAKE_OUT: on_take_out}
NOTICES = {"reply.meetings": draw_meetings}
