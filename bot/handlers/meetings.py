"""Meetings: the list, an officer's new dates, and one meeting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assurance.actors import actor_numbered
from assurance.asking import Word
from assurance.dates import day_words
from assurance.issuing import today_in
from assurance.learning_rules import read_date
from assurance.meeting_fields import Typed as WhenTyped
from assurance.meeting_view import MeetingView, meeting_view
from assurance.meetings import add_meeting, meetings_view, take_out
from assurance.refusals import AskFirst, Mistakes
from bot.edge.answers import Answer, Say, ShowCard
from bot.tables import Command, Desk
from bot.turns import PARTNERSHIP, Here, Turn, number, who
from cards.identifiable import confirmed
from cards.managing import Typed
from cards.meeting import TAKE_OUT, meeting_card
from cards.meetings import (
    ADD,
    DAY,
    EXTRA,
    EXTRA_ROUND,
    LIST,
    MEETING,
    OPEN,
    PLACE,
    SORT,
    TIME,
    meetings_card,
    read_meeting,
)
from cards.parts import Card
from storage.notices import Notice
from storage.unit import Unit

PRIVATELY = "Please open this in our private chat: type meeting there."


def when_typed(values: Mapping[str, str]) -> WhenTyped:
    """A meeting's day, time and place from a form."""
    return WhenTyped(read_date(values.get(DAY, "")), values.get(TIME, ""), values.get(PLACE, ""))


def shown(made: Card) -> ShowCard:
    """A card in place of the pressed one."""
    return ShowCard(made.content, made.summary)


async def one_meeting(unit: Unit, turn: Turn, here: Here, data: Mapping[str, Any]) -> MeetingView:
    """The meeting that a button names, as the presser may see it."""
    return await meeting_view(unit, here.actor, here.partnership, here.pack, number(data, MEETING), turn.now)


async def on_list(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Show the list."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        view = await meetings_view(unit, here.actor, here.partnership, here.pack, turn.now)
        return shown(meetings_card(view, public=not turn.private))


async def on_add(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Enter a meeting, and show the list with it."""
    values = read_meeting(data)
    sort, place = values.get(SORT, ""), values.get(PLACE, "")
    typed, note = Typed(values), ""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        try:
            row = await add_meeting(
                unit, here.actor, here.partnership, here.pack, when_typed(values), turn.now,
                extra=sort in (EXTRA, EXTRA_ROUND), opens_round=sort != EXTRA,
                confirmed=confirmed(data, {"place": place}),
            )  # fmt: skip
            note, typed = f"Entered: {day_words(row.on)}.", Typed()
        except Mistakes as mistakes:
            typed = Typed(values, errors=mistakes.fields)
        except AskFirst as question:
            typed = Typed(values | {"place": place}, findings=question.findings)
        view = await meetings_view(unit, here.actor, here.partnership, here.pack, turn.now)
        return shown(meetings_card(view, note=note, typed=typed, public=not turn.private))


async def on_open(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Show one meeting."""
    if turn.by_message and not turn.private:
        return Say(PRIVATELY)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        return shown(meeting_card(await one_meeting(unit, turn, here, data)))


async def on_take_out(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Take a meeting out, and show the list without it."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        row = await take_out(unit, here.actor, here.partnership, here.pack, number(data, MEETING), turn.now)
        view = await meetings_view(unit, here.actor, here.partnership, here.pack, turn.now)
        return shown(meetings_card(view, note=f"Taken out: {day_words(row.on)}.", public=not turn.private))


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
PRESSES = {LIST: on_list, ADD: on_add, OPEN: on_open, TAKE_OUT: on_take_out}
NOTICES = {"reply.meetings": draw_meetings}
