"""After issue: the officer's card of one request, and everything that can be changed about it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from assurance.addressees import add_agencies, remove_agency
from assurance.cancelling import cancel_request
from assurance.correcting import correct_learning
from assurance.dates import day_words
from assurance.extensions import grant_extension
from assurance.issuing import Addressee
from assurance.managed_view import ManagedItem, managed_item
from assurance.refusals import AskFirst, Mistakes
from assurance.rescheduling import change_due_day
from bot.edge.answers import Answer, Say, ShowCard
from bot.handlers.telling import NOTICES
from bot.turns import PARTNERSHIP, Here, Turn, number, who
from cards import managing as cards
from cards.correcting import SAVE, correction_card, read_correction
from cards.identifiable import confirmed
from cards.managing import Typed
from cards.parts import Card
from storage.unit import Unit

__all__ = ["NOTICES", "PRESSES"]

Act = Callable[[Unit, Here], Awaitable[str]]
"""A change of a request: gives the line that tells the officer what was done."""
Form = Callable[[ManagedItem, Typed], Card]
PRIVATELY = "Please open this in our private chat: type status there."


def _shown(card: Card) -> ShowCard:
    return ShowCard(card.content, card.summary)


def _exposed(turn: Turn) -> bool:
    """Whether the answer would be posted where others read it."""
    return turn.by_message and not turn.private


async def _item(unit: Unit, turn: Turn, here: Here, data: Mapping[str, Any]) -> ManagedItem:
    request_id = number(data, "request")
    return await managed_item(unit, here.actor, here.partnership, here.pack, request_id, turn.now)


def _showing(form: Callable[[ManagedItem], Card]) -> Callable[[Turn, Mapping[str, Any]], Awaitable[Answer]]:
    """A button that shows one of the officer's cards as things stand."""

    async def show(turn: Turn, data: Mapping[str, Any]) -> Answer:
        if _exposed(turn):
            return Say(PRIVATELY)
        async with turn.house.open_unit() as unit:
            here = await who(unit, turn, number(data, PARTNERSHIP))
            return _shown(form(await _item(unit, turn, here, data)))

    return show


async def _change(turn: Turn, data: Mapping[str, Any], typed: Typed, form: Form, act: Act) -> Answer:
    """Do it and show how the request stands; or show the form again with all that was typed."""
    if _exposed(turn):
        return Say(PRIVATELY)
    try:
        async with turn.house.open_unit() as unit:
            here = await who(unit, turn, number(data, PARTNERSHIP))
            done = await act(unit, here)
            return _shown(cards.manage_card(await _item(unit, turn, here, data), done))
    except Mistakes as wrong:
        typed = replace(typed, errors={**typed.errors, **wrong.fields})
    except AskFirst as asked:
        typed = replace(typed, findings=asked.findings)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        return _shown(form(await _item(unit, turn, here, data), typed))


async def press_add(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Ask or inform further agencies."""
    values = cards.read_typed(data)
    why = values.get("why", "")
    asked = cards.read_numbers(values.get("add_asked", ""))
    told = [one for one in cards.read_numbers(values.get("add_told", "")) if one not in asked]
    added = [Addressee(seat_id=one, asked=True, why=why) for one in asked]
    added += [Addressee(seat_id=one, asked=False, why=why) for one in told]

    async def act(unit: Unit, here: Here) -> str:
        await add_agencies(
            unit, here.actor, here.partnership, here.pack, number(data, "request"), added, turn.now,
            confirmed=confirmed(data, {"why": why}),
        )  # fmt: skip
        return "They have been added, and get the request now."

    return await _change(turn, data, Typed(values), cards.agencies_card, act)


async def press_remove(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Stop asking one agency."""
    values = cards.read_typed(data)

    async def act(unit: Unit, here: Here) -> str:
        loop_id = _chosen(values)
        await remove_agency(unit, here.actor, here.partnership, here.pack, number(data, "request"), loop_id, turn.now)
        return "That agency is not asked any more. Its people are told."

    return await _change(turn, data, Typed(values), cards.agencies_card, act)


def _chosen(values: Mapping[str, str]) -> int:
    picked = cards.read_numbers(values.get("loop", ""))
    if len(picked) != 1:
        raise Mistakes({"loop": "Please choose one agency."})
    return picked[0]


async def press_due(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Give everybody who has not answered another day."""
    values = cards.read_typed(data)

    async def act(unit: Unit, here: Here) -> str:
        day = cards.read_day(values.get("due_on", ""))
        if day is None:
            raise Mistakes({"due_on": "Please give a date, with day, month and year."})
        await change_due_day(unit, here.actor, here.partnership, here.pack, number(data, "request"), day, turn.now)
        return f"It is now due on {day_words(day)}."

    return await _change(turn, data, Typed(values), cards.due_card, act)


async def press_grant(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Give one agency more time."""
    values = cards.read_typed(data)

    async def act(unit: Unit, here: Here) -> str:
        day = cards.read_day(values.get("until", ""))
        if day is None:
            raise Mistakes({"until": "Please give a date, with day, month and year."})
        await grant_extension(unit, here.actor, here.partnership, here.pack, _chosen(values), day, turn.now)
        return f"More time is agreed until {day_words(day)}. Its people are told."

    return await _change(turn, data, Typed(values), cards.more_time_card, act)


async def press_cancel(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Withdraw the request."""
    if _exposed(turn):
        return Say(PRIVATELY)
    values = cards.read_typed(data)
    reason = values.get("reason", "")
    try:
        async with turn.house.open_unit() as unit:
            here = await who(unit, turn, number(data, PARTNERSHIP))
            await cancel_request(
                unit, here.actor, here.partnership, here.pack, number(data, "request"), reason, turn.now,
                confirmed=confirmed(data, {"reason": reason}),
            )  # fmt: skip
            return Say("It is withdrawn. Everybody who was sent it is told once, with your reason.")
    except Mistakes as wrong:
        typed = Typed(values, errors=wrong.fields)
    except AskFirst as asked:
        typed = Typed(values, findings=asked.findings)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        return _shown(cards.withdraw_card(await _item(unit, turn, here, data), typed))


async def press_correct(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Keep the corrected words."""
    if _exposed(turn):
        return Say(PRIVATELY)
    base = number(data, "base")
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        item = await _item(unit, turn, here, data)
    found = read_correction(data, base, item.fields)
    typed = Typed(found.values, errors=found.errors)

    async def act(unit: Unit, here: Here) -> str:
        if found.errors:
            raise Mistakes(found.errors)
        kept = await correct_learning(
            unit, here.actor, here.partnership, here.pack, number(data, "request"), found.sent, turn.now
        )
        told = " Every member who was sent it is told." if kept.meaning_changed else ""
        return f"The correction is saved.{told}"

    return await _change(turn, data, typed, correction_card, act)


PRESSES = {
    cards.MANAGE: _showing(cards.manage_card),
    cards.AGENCIES: _showing(cards.agencies_card),
    cards.DUE: _showing(cards.due_card),
    cards.MORE_TIME: _showing(cards.more_time_card),
    cards.WITHDRAW: _showing(cards.withdraw_card),
    cards.CORRECT: _showing(correction_card),
    cards.ADD: press_add,
    cards.REMOVE: press_remove,
    cards.MOVE_DUE: press_due,
    cards.GRANT: press_grant,
    cards.CANCEL: press_cancel,
    SAVE: press_correct,
}
