"""A meeting is moved, cancelled or closed: each is shown first, and done only when it is pressed a second time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from assurance.actors import actor_numbered
from assurance.calling_off import cancel_meeting, plan_cancel
from assurance.closing import close_meeting, closing_view
from assurance.dates import day_words
from assurance.form_rules import tidy
from assurance.issuing import today_in
from assurance.meeting_telling import TOLD, told_view
from assurance.moving import move_meeting, plan_move
from assurance.permissions import require
from assurance.refusals import AskFirst, Mistakes
from bot.edge.answers import Answer, Say
from bot.handlers.meetings import PRIVATELY, one_meeting, shown, when_typed
from bot.tables import Desk
from bot.turns import PARTNERSHIP, Here, Turn, number, who
from cards import meeting as cards
from cards.identifiable import SURE, confirmed
from cards.managing import Typed
from cards.meeting_told import told_card
from cards.meetings import MEETING, PLACE, read_meeting
from cards.parts import Card
from storage.notices import Notice
from storage.unit import Unit

Data = Mapping[str, Any]
Make = Callable[[Unit, Turn, Here, Data], Awaitable[Card]]


def _in_private(make: Make) -> Callable[[Turn, Data], Awaitable[Answer]]:
    """A press that is answered with a card, never where others would read it."""

    async def press(turn: Turn, data: Data) -> Answer:
        if not turn.private and turn.by_message:
            return Say(PRIVATELY)
        async with turn.house.open_unit() as unit:
            here = await who(unit, turn, number(data, PARTNERSHIP))
            return shown(await make(unit, turn, here, data))

    return press


async def _seen(turn: Turn, data: Data, make: Make) -> Answer:
    """The same, in a unit of its own: after a mistake nothing of the first is kept."""
    return await _in_private(make)(turn, data)


async def _move_form(unit: Unit, turn: Turn, here: Here, data: Data) -> Card:
    require(here.actor, "set_meetings")
    return cards.move_card(await one_meeting(unit, turn, here, data))


async def try_move(turn: Turn, data: Data) -> Answer:
    """Show what would change; or the form again, with what is wrong or unclear."""
    values = read_meeting(data)

    async def preview(unit: Unit, turn: Turn, here: Here, data: Data) -> Card:
        place = values.get(PLACE, "")
        plan = await plan_move(
            unit, here.actor, here.partnership, here.pack, number(data, MEETING), when_typed(values), turn.now,
            confirmed=confirmed(data, {"place": place}),
        )  # fmt: skip
        view = await one_meeting(unit, turn, here, data)
        if plan.to == plan.was:
            return cards.meeting_card(view, "Nothing was changed: day, time and place are as they were.")
        sure = data.get(SURE)
        return cards.move_preview_card(view, plan, sure if isinstance(sure, str) else "")

    return await _with_form(turn, data, values, preview)


async def do_move(turn: Turn, data: Data) -> Answer:
    """Move it, and show it with its new day; or the form again, where that cannot be done any more."""
    values = cards.read_move(data)

    async def move(unit: Unit, turn: Turn, here: Here, data: Data) -> Card:
        seen = data.get(cards.SEEN)
        row = await move_meeting(
            unit, here.actor, here.partnership, here.pack, number(data, MEETING), when_typed(values), turn.now,
            seen=seen if isinstance(seen, int) else None, confirmed=confirmed(data, {"place": values.get(PLACE, "")}),
        )  # fmt: skip
        view = await one_meeting(unit, turn, here, data)
        return cards.meeting_card(view, f"It is now on {day_words(row.on)}. Everyone of the group is told once.")

    return await _with_form(turn, data, values, move)


async def _with_form(turn: Turn, data: Data, values: Mapping[str, str], act: Make) -> Answer:
    """Do it; after a mistake show the form again with all that was typed."""
    try:
        return await _seen(turn, data, act)
    except Mistakes as wrong:
        typed = Typed(values, errors=wrong.fields)
    except AskFirst as asked:
        typed = Typed({**values, "place": values.get(PLACE, "")}, findings=asked.findings)

    async def again(unit: Unit, turn: Turn, here: Here, data: Data) -> Card:
        return cards.move_card(await one_meeting(unit, turn, here, data), typed)

    return await _seen(turn, data, again)


async def _cancel_form(unit: Unit, turn: Turn, here: Here, data: Data, typed: Typed | None = None) -> Card:
    plan = await plan_cancel(unit, here.actor, here.partnership, here.pack, number(data, MEETING), turn.now)
    return cards.cancel_card(await one_meeting(unit, turn, here, data), plan, typed)


async def do_cancel(turn: Turn, data: Data) -> Answer:
    """Cancel it; or show the form again with what was typed."""
    typed_reason = data.get(cards.REASON)
    reason = tidy(typed_reason[:4000]) if isinstance(typed_reason, str) else ""
    typed = Typed({cards.REASON: reason})

    async def cancel(unit: Unit, turn: Turn, here: Here, data: Data) -> Card:
        seen = data.get(cards.SEEN)
        await cancel_meeting(
            unit, here.actor, here.partnership, here.pack, number(data, MEETING), reason, turn.now,
            seen=seen if isinstance(seen, int) else None, confirmed=confirmed(data, {cards.REASON: reason}),
        )  # fmt: skip
        return cards.meeting_card(await one_meeting(unit, turn, here, data), "Everyone of the group is told once.")

    try:
        return await _seen(turn, data, cancel)
    except Mistakes as wrong:
        typed = replace(typed, errors=wrong.fields)
    except AskFirst as asked:
        typed = replace(typed, findings=asked.findings)

    async def again(unit: Unit, turn: Turn, here: Here, data: Data) -> Card:
        return await _cancel_form(unit, turn, here, data, typed)

    return await _seen(turn, data, again)


async def _closing_form(unit: Unit, turn: Turn, here: Here, data: Data) -> Card:
    closing = await closing_view(unit, here.actor, here.partnership, here.pack, number(data, MEETING), turn.now)
    return cards.closing_card(await one_meeting(unit, turn, here, data), closing)


async def _close(unit: Unit, turn: Turn, here: Here, data: Data) -> Card:
    closed = await close_meeting(unit, here.actor, here.partnership, here.pack, number(data, MEETING), turn.now)
    view = await one_meeting(unit, turn, here, data)
    return cards.meeting_card(view, cards.closed_words(closed.outcomes, repeated=closed.repeated))


async def draw_told(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """A meeting was moved or cancelled; not where it was changed again since."""
    assert owed.person_id is not None
    actor = await actor_numbered(unit, desk.partnership.id, owed.person_id, today_in(desk.pack, desk.now))
    if actor is None:
        return None
    told = await told_view(unit, actor, desk.partnership, desk.pack, owed.subject)
    return told_card(told, owed.person_id) if told else None


PRESSES = {
    cards.MOVE: _in_private(_move_form),
    cards.TRY_MOVE: try_move,
    cards.DO_MOVE: do_move,
    cards.CALL_OFF: _in_private(_cancel_form),
    cards.DO_CANCEL: do_cancel,
    cards.CLOSE: _in_private(_closing_form),
    cards.DO_CLOSE: _in_private(_close),
}
NOTICES = {TOLD: draw_told}
