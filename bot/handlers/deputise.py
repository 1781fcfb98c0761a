"""On a request: choose a colleague who answers instead, and name them as one's deputy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from assurance.answer_form import admit, asked_in
from assurance.dates import day_words
from assurance.deputies import NewDeputy, name_deputy
from assurance.deputy_view import default_days, deputy_view
from assurance.issuing import today_in
from assurance.learning_rules import read_date
from assurance.person_names import names
from assurance.refusals import Mistakes
from bot.edge.answers import Answer
from bot.handlers.deputies import number_in
from bot.handlers.pleas import card_again
from bot.turns import PARTNERSHIP, Here, Turn, number, who
from cards.deputies import chosen_person
from cards.pleas import COLLEAGUES, DEPUTISE, ColleagueChoice, read_deputise, read_plea
from storage.unit import Unit

Data = Mapping[str, Any]


async def colleagues(turn: Turn, data: Data) -> Answer:
    """The same card, with the person's colleagues to choose from; what was typed stays."""
    return await _again(turn, data)


async def _again(turn: Turn, data: Data, errors: Mapping[str, str] | None = None) -> Answer:
    chosen, last = read_deputise(data)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        choice, _ = await _choice(unit, turn, here, data, chosen, last)
        return await card_again(
            unit, turn, here, data, plea=read_plea({**data, "kind": "someone_else"}), plea_errors=errors or {},
            plea_choice=choice,
        )  # fmt: skip


async def _choice(
    unit: Unit, turn: Turn, here: Here, data: Data, chosen: str = "", last: str = ""
) -> tuple[ColleagueChoice, tuple[int, ...]]:
    """Who could stand in on the seat that was asked, and the person's own assignments there."""
    asked = await asked_in(unit, here.partnership.id, number(data, "return"))
    admit(here.actor, asked.loop, asked.request, behalf=False)
    today, seat_id = today_in(here.pack, turn.now), asked.loop.seat_id
    view = await deputy_view(unit, here.actor, here.partnership, here.pack, turn.now)
    mine = tuple(
        one.holding_id for one in view.places if one.person_id == here.actor.person_id and one.seat_id == seat_id
    )
    me = here.actor.person_id
    _, until = await default_days(unit, here.partnership.id, me, {seat_id} if seat_id else set(), today)
    people = tuple((one.person_id, chosen_person(one)) for one in view.colleagues if one.person_id != me)
    return ColleagueChoice(people if mine else (), until, chosen, last), mine


async def deputise(turn: Turn, data: Data) -> Answer:
    """Name the colleague from today, and go on with the same card."""
    chosen, last = read_deputise(data)
    try:
        async with turn.house.open_unit() as unit:
            here = await who(unit, turn, number(data, PARTNERSHIP))
            _, mine = await _choice(unit, turn, here, data)
            today: date = today_in(here.pack, turn.now)
            new = NewDeputy(mine, number_in(chosen), today, read_date(last))
            [made, *_] = await name_deputy(unit, here.actor, here.partnership, here.pack, new, turn.now)
            called = (await names(unit, here.partnership.id, [new.deputy_id])).get(new.deputy_id, "Your colleague")
            until = f" until the end of {day_words(made.ends_on)}" if made.ends_on else ""
            line = f"{called} stands in for you{until}, and has been told. You are still asked; any answer counts."
            return await card_again(unit, turn, here, data, line=line)
    except Mistakes as wrong:
        return await _again(turn, data, wrong.fields)


PRESSES = {COLLEAGUES: colleagues, DEPUTISE: deputise}
