"""For agencies that Teams does not reach: an e-mail to copy, a Word form, and the answer entered on their behalf."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from assurance.actors import actor_numbered
from assurance.answering import Submission
from assurance.behalf import BehalfView, behalf_choices, behalf_view, enter, mark_sent
from assurance.issuing import today_in
from assurance.refusals import AskFirst, Mistakes, NotFound
from bot.documents.request_form import file_name, request_form
from bot.edge.answers import Answer, OfferFile, Say, ShowCard
from bot.edge.visit import answered
from bot.offering import OFFERED, can_be_offered, consent, owe_file, put, write_down
from bot.tables import Desk
from bot.turns import CARD_OF, PARTNERSHIP, Here, Turn, number, who
from cards.behalf import (
    EMAIL,
    ENTER,
    FORM,
    LOOP,
    OPEN,
    SENT,
    SUBMIT,
    Typed,
    behalf_card,
    choose_card,
    email_card,
    enter_card,
    entered_card,
    file_card,
    read_answer,
)
from cards.identifiable import confirmed
from cards.parts import Card
from storage.notices import Notice
from storage.unit import Unit

ABOUT_BYTES = 40_000
"""About how large a Word form is: Teams shows it before the file is made."""


async def open_agency(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Show what can be done for one agency; ask which one where the button does not say."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        if data.get(LOOP) or data.get("loop"):
            view = await _view(unit, here, turn, data)
            return _shown(behalf_card(view, _data(here, view)))
        asked, choices = await behalf_choices(unit, here.actor, here.partnership, number(data, "request"))
        own = {PARTNERSHIP: here.partnership.id, CARD_OF: here.actor.person_id, "request": asked.id}
        return _shown(choose_card(choices, own, asked.title))


async def write_email(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Show the e-mail."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        view = await _view(unit, here, turn, data)
        return _shown(email_card(view, _data(here, view)))


async def note_sent(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Record that the e-mail was sent."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        view = await mark_sent(unit, here.actor, here.partnership, here.pack, number(data, "loop"), turn.now)
        return _shown(behalf_card(view, _data(here, view)))


async def word_form(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Offer the Word form in the officer's own chat; where Teams takes no files, write it down and say where."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        view = await _view(unit, here, turn, data)
        if await can_be_offered(unit, turn, here):
            await owe_file(unit, turn, here, "file.offer", {"loop": view.loop_id})
            return _shown(behalf_card(view, _data(here, view), OFFERED.format(what="the Word form")))
    content = await asyncio.to_thread(request_form, view.request, view.side)
    path = await write_down(turn, here, file_name(view.request, view.side), content)
    note = f"The Word form is ready on the machine that runs me, as {path.name} in {path.parent}."
    return _shown(behalf_card(view, _data(here, view), note))


async def draw_offer(unit: Unit, desk: Desk, owed: Notice) -> OfferFile | None:
    """The offer of the Word form: Teams asks the officer whether to keep it."""
    view = await _for_owner(unit, desk, owed)
    if view is None:
        return None
    context = {PARTNERSHIP: desk.partnership.id, "loop": view.loop_id}
    return OfferFile(file_name(view.request, view.side), f"The Word form for {view.side.seat}.", ABOUT_BYTES, context)


async def take_form(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """The officer takes the Word form: upload it to where Teams says, and tell how that went."""
    context, url = consent(data)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(context, PARTNERSHIP))
        view = await _view(unit, here, turn, context)
    content = await asyncio.to_thread(request_form, view.request, view.side)
    kept = await put(turn, url, content)
    async with turn.house.open_unit() as unit:
        await owe_file(unit, turn, here, "file.told", {"loop": view.loop_id, "kept": kept})
    return Say("")


async def draw_told(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """Where the Word form is now."""
    view = await _for_owner(unit, desk, owed)
    if view is None:
        return None
    name = file_name(view.request, view.side)
    return file_card(name, view.side.seat, kept=bool(owed.subject["kept"]))


async def _for_owner(unit: Unit, desk: Desk, owed: Notice) -> BehalfView | None:
    assert owed.person_id is not None
    actor = await actor_numbered(unit, desk.partnership.id, owed.person_id, today_in(desk.pack, desk.now))
    if actor is None:
        return None
    return await behalf_view(unit, actor, desk.partnership, desk.pack, int(owed.subject["loop"]), desk.now)


async def open_form(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Show the form for an answer that came in another way, with what the agency last said."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        view = await _view(unit, here, turn, data)
        said = view.side.said
        return _shown(enter_card(view, _data(here, view), Typed(values=said.values if said else {})))


async def submit(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Keep the answer; show the form again with everything typed where something is wrong or unclear."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        view = await _view(unit, here, turn, data)
    typed = read_answer(_opened_on(view, data), data)
    sure = confirmed(data, typed.words)
    own = _data(here, view)
    base = data.get("base")
    sent = Submission(
        view.side.return_id, base if isinstance(base, int) else view.side.base, typed.values, confirmed=sure
    )
    try:
        if typed.errors:
            raise Mistakes(typed.errors)
        async with turn.house.open_unit() as unit:
            await enter(unit, here.actor, here.partnership, here.pack, sent, typed.given, turn.now)
            answered("saved")
            view = await _view(unit, here, turn, data)
    except Mistakes as mistakes:
        answered("to_mend")
        return _shown(enter_card(view, own, replace(typed, errors={**mistakes.fields, **typed.errors})))
    except AskFirst as question:
        answered("asked_first")
        return _shown(enter_card(view, own, typed, question))
    return _shown(entered_card(view, own))


def _opened_on(view: BehalfView, data: Mapping[str, Any]) -> BehalfView:
    """The view with the version on which the pressed form was opened: its input names begin with it."""
    base = data.get("base")
    if not isinstance(base, int) or isinstance(base, bool) or not 0 <= base <= view.side.base:
        raise NotFound("This form belongs to something that I cannot find any more. Please open it again.")
    return replace(view, side=replace(view.side, base=base))


async def _view(unit: Unit, here: Here, turn: Turn, data: Mapping[str, Any]) -> BehalfView:
    loop_id = number(data, "loop") if "loop" in data else number(data, LOOP)
    return await behalf_view(unit, here.actor, here.partnership, here.pack, loop_id, turn.now)


def _data(here: Here, view: BehalfView) -> dict[str, Any]:
    return {
        PARTNERSHIP: here.partnership.id, CARD_OF: here.actor.person_id, "request": view.request.request_id,
        "loop": view.loop_id,
    }  # fmt: skip


def _shown(made: Card) -> Answer:
    return ShowCard(made.content, made.summary)


PRESSES = {
    OPEN: open_agency,
    EMAIL: write_email,
    SENT: note_sent,
    FORM: word_form,
    ENTER: open_form,
    SUBMIT: submit,
}
TAKEN = {"loop": take_form}
NOTICES = {"file.offer": draw_offer, "file.told": draw_told}
