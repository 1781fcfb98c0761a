"""More time, someone else, sent to us in error: from the member's small form to the officer's answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assurance.actors import actor_numbered
from assurance.answer_form import asked_in
from assurance.issuing import today_in
from assurance.permissions import may, require
from assurance.plea_view import plea_view
from assurance.pleas import NewPlea, grant, plead, settle
from assurance.refusals import AskFirst, Mistakes, NotAllowed
from assurance.request_view import request_view
from bot.edge.answers import Answer, ShowCard
from bot.handlers.answering import NOT_YOURS
from bot.handlers.in_private import in_private, kept_private
from bot.tables import Desk
from bot.turns import PARTNERSHIP, Here, Turn, number, who
from cards.identifiable import confirmed
from cards.parts import Card
from cards.plea_card import AGREE, GRANT, SETTLE, SHOW, plea_card, told_plea_card
from cards.pleas import PLEAD, read_plea
from cards.request import Shown, count, read_answer, request_card
from storage.notices import Notice
from storage.unit import Unit

LONGEST_DATE = 10
PRIVATELY = "Please open this in our private chat: type today there."


async def make(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Keep what a member asks for, and go on with the same card: what they had typed in the form stays."""
    said = read_plea(data)
    try:
        async with turn.house.open_unit() as unit:
            here = await who(unit, turn, number(data, PARTNERSHIP))
            new = NewPlea(
                number(data, "return"), said.kind, said.text, said.until, confirmed(data, {"text": said.text})
            )
            await plead(unit, here.actor, here.partnership, here.pack, new, turn.now)
            line = f"Thank you. The {here.pack.terms.officer} has been told, and will come back to you."
            return await card_again(unit, turn, here, data, line=line)
    except (Mistakes, AskFirst) as refusal:
        async with turn.house.open_unit() as unit:
            here = await who(unit, turn, number(data, PARTNERSHIP))
            errors = refusal.fields if isinstance(refusal, Mistakes) else {}
            check = refusal.findings if isinstance(refusal, AskFirst) else {}
            return await card_again(unit, turn, here, data, plea=said, plea_errors=errors, plea_check=check)


async def card_again(unit: Unit, turn: Turn, here: Here, data: Mapping[str, Any], **more: Any) -> Answer:
    """The same request's card with all that was typed in it, and what is new in it."""
    asked = await asked_in(unit, here.partnership.id, number(data, "return"))
    view = await request_view(unit, here.actor, here.partnership, here.pack, asked.request.id, turn.now)
    if view.side(asked.row.id) is None:
        raise NotAllowed(NOT_YOURS)
    if kept_private(turn):
        return await in_private(unit, turn, here, asked.request.id, str(more.get("line", "")))
    if count(data, "nudge"):  # a reminder holds no form, so nothing was typed that would have to stay
        return _as_answer(request_card(view, here.actor.person_id, Shown(return_id=asked.row.id, **more)))
    typed = read_answer(asked.shown, asked.due, (asked.row.form_version_id, asked.row.id), data)
    shown = Shown(
        return_id=asked.row.id, correcting=True, values=typed.values, also=typed.also,
        tries=count(data, "n") + 1, seen=count(data, "seen"), **more,
    )  # fmt: skip
    return _as_answer(request_card(view, here.actor.person_id, shown))


async def draw_plea(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """The officer's card of a plea; nothing for whoever is no officer any more when it is drawn."""
    reader = owed.person_id or 0
    actor = await actor_numbered(unit, desk.partnership.id, reader, today_in(desk.pack, desk.now))
    if actor is None or not may(actor, "settle_pleas"):
        return None
    view = await plea_view(unit, desk.partnership, desk.pack, owed.subject["plea"])
    return plea_card(view, reader)


async def draw_told(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """The line for whoever made the plea."""
    return told_plea_card(await plea_view(unit, desk.partnership, desk.pack, owed.subject["plea"]))


async def agree(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Agree the date that was asked for, or another one."""
    problem, until = "", data.get("until")
    day = until if isinstance(until, str) and len(until) <= LONGEST_DATE else ""
    try:
        async with turn.house.open_unit() as unit:
            here = await who(unit, turn, number(data, PARTNERSHIP))
            await grant(unit, here.actor, here.partnership, here.pack, number(data, "plea"), day, turn.now)
    except Mistakes as refusal:
        problem = refusal.fields.get("until", refusal.text)
    return await _officers_card(turn, data, problem, day)


async def thank(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Settle it with thanks."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        await settle(unit, here.actor, here.partnership, number(data, "plea"), turn.now)
    return await _officers_card(turn, data)


async def show(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """A plea's card, opened from a list; in private only, since it names people."""
    if not turn.private:
        raise NotAllowed(PRIVATELY)
    return await _officers_card(turn, data)


async def _officers_card(turn: Turn, data: Mapping[str, Any], problem: str = "", chosen: str = "") -> Answer:
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        require(here.actor, "settle_pleas")
        view = await plea_view(unit, here.partnership, here.pack, number(data, "plea"))
        return _as_answer(plea_card(view.but(problem, chosen), here.actor.person_id))


def _as_answer(made: Card) -> Answer:
    return ShowCard(made.content, made.summary)


PRESSES = {PLEAD: make, GRANT: agree, AGREE: agree, SETTLE: thank, SHOW: show}
NOTICES = {"plea": draw_plea, "told_plea": draw_told}
