"""For agencies that Teams does not reach: an e-mail to copy, a Word form, and the answer entered on their behalf."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from assurance.answering import Submission
from assurance.behalf import BehalfView, behalf_choices, behalf_view, enter, mark_sent
from assurance.refusals import AskFirst, Mistakes, NotFound
from bot.documents.request_form import file_name, request_form
from bot.edge.answers import Answer, ShowCard
from bot.handing_over import Described, FileKind, hand_over
from bot.house import House
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
    read_answer,
)
from cards.identifiable import confirmed
from cards.parts import Card
from storage.unit import Unit

WORD_FORM = "form"


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
    """Hand the officer the Word form, and say where it comes."""
    note = await hand_over(turn, number(data, PARTNERSHIP), WORD_FORM, data)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        view = await _view(unit, here, turn, data)
        return _shown(behalf_card(view, _data(here, view), note))


def _read_form(data: Mapping[str, Any]) -> dict[str, Any]:
    return {"loop": _loop_id(data)}


async def _describe_form(unit: Unit, here: Here, subject: dict[str, Any], now: datetime) -> Described:
    view = await behalf_view(unit, here.actor, here.partnership, here.pack, int(subject["loop"]), now)
    return Described(file_name(view.request, view.side), f"the Word form for {view.side.seat}", f"loop:{view.loop_id}")


async def _make_form(house: House, here: Here, subject: dict[str, Any], path: Path) -> None:
    async with house.open_unit() as unit:
        loop_id = int(subject["loop"])
        view = await behalf_view(unit, here.actor, here.partnership, here.pack, loop_id, house.now())
    await asyncio.to_thread(lambda: path.write_bytes(request_form(view.request, view.side)))


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
            view = await _view(unit, here, turn, data)
    except Mistakes as mistakes:
        return _shown(enter_card(view, own, replace(typed, errors={**mistakes.fields, **typed.errors})))
    except AskFirst as question:
        return _shown(enter_card(view, own, typed, question))
    return _shown(entered_card(view, own))


def _opened_on(view: BehalfView, data: Mapping[str, Any]) -> BehalfView:
    """The view with the version on which the pressed form was opened: its input names begin with it."""
    base = data.get("base")
    if not isinstance(base, int) or isinstance(base, bool) or not 0 <= base <= view.side.base:
        raise NotFound("This form belongs to something that I cannot find any more. Please open it again.")
    return replace(view, side=replace(view.side, base=base))


async def _view(unit: Unit, here: Here, turn: Turn, data: Mapping[str, Any]) -> BehalfView:
    return await behalf_view(unit, here.actor, here.partnership, here.pack, _loop_id(data), turn.now)


def _loop_id(data: Mapping[str, Any]) -> int:
    return number(data, "loop") if "loop" in data else number(data, LOOP)


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
FILE_KINDS = {WORD_FORM: FileKind(_read_form, _describe_form, _make_form)}
