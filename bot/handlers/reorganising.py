"""A seat is renamed, moved, merged, split or ended: asked in three cards, and shown before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assurance.refusals import Mistakes
from assurance.reorganising import TOLD, TOLD_OFFICER, call_off, reorganise
from assurance.reorganising_rules import KINDS, Change, Kind
from assurance.reorganising_view import SeatsView, change_told, done_words, preview, seats_view
from bot.edge.answers import Answer
from bot.handlers.absences import fresh, shown_answer
from bot.handlers.people import privately
from bot.tables import Desk
from bot.turns import PARTNERSHIP, Here, Turn, number, who
from cards import reorganising as shown
from cards.parts import Card
from storage.notices import Notice
from storage.seat_changes import PLANNED, seat_change
from storage.unit import Unit

Data = Mapping[str, Any]


async def _view(unit: Unit, turn: Turn, here: Here) -> SeatsView:
    return await seats_view(unit, here.actor, here.partnership, here.pack, turn.now)


async def show(turn: Turn, data: Data) -> Answer:
    """Which seat, and what happens to it."""
    async with turn.house.open_unit() as unit:
        view = await _view(unit, turn, await who(unit, turn, number(data, PARTNERSHIP)))
    return shown_answer(shown.seats_card(view, fresh(turn)))


def _wanted(view: SeatsView, typed: shown.SeatForm) -> tuple[Kind, int]:
    """The kind and the seat. Raises Mistakes where either was not chosen from what was shown."""
    kind = next((one for one in KINDS if one == typed.kind), None)
    wrong = {} if kind else {"kind": "Please choose what happens to it."}
    if typed.seat not in {one.key for one in view.seats}:
        wrong["seat"] = "Please choose a seat."
    if wrong or kind is None:
        raise Mistakes(wrong)
    return kind, int(typed.seat)


async def fields(turn: Turn, data: Data) -> Answer:
    """The form for what was chosen, or again with what was typed."""
    typed = shown.read_form(data)
    async with turn.house.open_unit() as unit:
        view = await _view(unit, turn, await who(unit, turn, number(data, PARTNERSHIP)))
    try:
        kind, _ = _wanted(view, typed)
    except Mistakes as wrong:
        return shown_answer(shown.seats_card(view, fresh(turn), wrong.fields))
    return shown_answer(shown.fields_card(view, fresh(turn), typed, kind))


def _change(view: SeatsView, typed: shown.SeatForm) -> Change:
    kind, seat_id = _wanted(view, typed)
    change, wrong = shown.change_of(typed, kind, seat_id, view.today)
    if wrong:
        raise Mistakes(wrong)
    return change


async def look(turn: Turn, data: Data) -> Answer:
    """What would happen; with a mistake the form comes back with everything that was typed."""
    typed = shown.read_form(data)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        view = await _view(unit, turn, here)
        try:
            seen = await preview(unit, here.actor, here.partnership, here.pack, _change(view, typed), turn.now)
        except Mistakes as wrong:
            return _again(turn, view, typed, wrong)
    return shown_answer(shown.preview_card(seen, fresh(turn), typed))


def _again(turn: Turn, view: SeatsView, typed: shown.SeatForm, wrong: Mistakes) -> Answer:
    kind = next((one for one in KINDS if one == typed.kind), None)
    if kind is None or typed.seat not in {one.key for one in view.seats}:
        return shown_answer(shown.seats_card(view, fresh(turn), wrong.fields))
    return shown_answer(shown.fields_card(view, fresh(turn), typed, kind, wrong.fields))


async def confirm(turn: Turn, data: Data) -> Answer:
    """Do what the preview showed, with the homes that were chosen on it."""
    typed = shown.read_form(data)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        view = await _view(unit, turn, here)
        try:
            change, mark = _change(view, typed), str(data.get("mark", ""))
            seen = await preview(unit, here.actor, here.partnership, here.pack, change, turn.now)
            row = await reorganise(unit, here.actor, here.partnership, here.pack, change, turn.now, looked_at=mark)
        except Mistakes as wrong:
            return _again(turn, view, typed, wrong)
        view = await _view(unit, turn, here)
    told = done_words(seen, planned=row.state == PLANNED)
    return shown_answer(shown.seats_card(view, fresh(turn), told=told))


async def take_back(turn: Turn, data: Data) -> Answer:
    """Call off what is planned."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        await call_off(unit, here.actor, here.partnership, here.pack, number(data, "change"), turn.now)
        view = await _view(unit, turn, here)
    return shown_answer(shown.seats_card(view, fresh(turn), told="It is called off. Everything stays as it is."))


async def draw_told(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """For the people of the seats concerned."""
    row = await seat_change(unit, desk.partnership.id, int(owed.subject["change"]))
    return shown.told_card(await change_told(unit, desk.partnership, row)) if row else None


async def draw_told_officer(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """For the officers, where the clock did it or could not."""
    row = await seat_change(unit, desk.partnership.id, int(owed.subject["change"]))
    told = await change_told(unit, desk.partnership, row) if row else None
    return shown.told_officer_card(told, desk.partnership.id) if told else None


PRESSES = {
    verb: privately(handler)
    for verb, handler in {
        shown.OPEN: show, shown.FIELDS: fields, shown.PREVIEW: look, shown.CONFIRM: confirm,
        shown.CALL_OFF: take_back,
    }.items()
}  # fmt: skip
NOTICES = {TOLD: draw_told, TOLD_OFFICER: draw_told_officer}
