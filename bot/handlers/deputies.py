"""Deputies: somebody of the same agency is named to stand in for a time, and it ends by itself (E3, E7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assurance.asking import Place, Word, find_place
from assurance.deputies import TOLD, TOLD_ENDED, NewDeputy, end_deputy, name_deputy
from assurance.deputy_view import DeputyView, deputy_news, deputy_view
from assurance.learning_rules import read_date
from assurance.person_names import names
from assurance.refusals import Mistakes
from bot.edge.answers import Answer
from bot.handlers.absences import fresh, only_private, shown_answer
from bot.handlers.helping import here_of
from bot.tables import Command, Desk, Heard, Subject
from bot.turns import PARTNERSHIP, Here, Turn, number, who
from cards import deputies as shown
from cards.parts import Card
from storage.notices import Notice
from storage.unit import Unit

Data = Mapping[str, Any]
LONGEST_NUMBER = 15


async def do_deputy(unit: Unit, turn: Turn, here: Here, heard: Heard) -> Subject:
    """The form, with the colleague chosen whose name was typed; it is done by the press on it, never by a name."""
    if not heard.text.strip() or not turn.private:
        return {}
    view = await deputy_view(unit, here.actor, here.partnership, here.pack, turn.now)
    found = find_place(heard.text, [Place("seat", str(one.person_id), (one.name,)) for one in view.colleagues])
    likely = found.sure or (found.maybe[0] if len(found.maybe) == 1 else None)
    return {"deputy": likely.key if likely else "", "named": True}


async def draw_deputy(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """Who stands in, and the form; in a channel only where to ask."""
    if desk.public:
        return shown.deputies_in_channel_card()
    here = await here_of(unit, desk, owed)
    if here is None:
        return None
    view = await deputy_view(unit, here.actor, desk.partnership, desk.pack, desk.now)
    typed = shown.DeputyForm(deputy=str(owed.subject.get("deputy", "")))
    told = ""
    if owed.subject.get("named") and view.colleagues and not typed.deputy:
        told = "I do not know a colleague by that name. Please choose one below."
    return shown.deputy_card(view, f"n{owed.id}", typed, told=told)


async def _view(unit: Unit, turn: Turn, here: Here) -> DeputyView:
    return await deputy_view(unit, here.actor, here.partnership, here.pack, turn.now)


async def open_form(turn: Turn, data: Data) -> Answer:
    """The form, empty or with those whom a search found."""
    only_private(turn, shown.IN_CHANNEL)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        view = await _view(unit, turn, here)
    return shown_answer(shown.deputy_card(view, fresh(turn), shown.read_deputy(data)))


async def name(turn: Turn, data: Data) -> Answer:
    """Name the deputy; with a mistake the form comes back with everything that was typed."""
    only_private(turn, shown.IN_CHANNEL)
    typed = shown.read_deputy(data)
    try:
        async with turn.house.open_unit() as unit:
            here = await who(unit, turn, number(data, PARTNERSHIP))
            view = await _view(unit, turn, here)
            new = NewDeputy(
                _chosen(view, typed), number_in(typed.deputy), read_date(typed.first), read_date(typed.last)
            )
            await name_deputy(unit, here.actor, here.partnership, here.pack, new, turn.now)
            called = (await names(unit, here.partnership.id, [new.deputy_id])).get(new.deputy_id, "Your colleague")
            told = shown.named_words(called)
            view = await _view(unit, turn, here)
    except Mistakes as wrong:
        async with turn.house.open_unit() as unit:
            here = await who(unit, turn, number(data, PARTNERSHIP))
            view = await _view(unit, turn, here)
        return shown_answer(shown.deputy_card(view, fresh(turn), typed, wrong.fields))
    return shown_answer(shown.deputy_card(view, fresh(turn), told=told, done=True))


def _chosen(view: DeputyView, typed: shown.DeputyForm) -> tuple[int, ...]:
    """The places that were ticked; the person's only one where there was no question."""
    if not typed.places and len(view.places) == 1 and not view.for_anyone:
        return (view.places[0].holding_id,)
    return tuple(found for one in typed.places.split(",") if (found := number_in(one.strip())))


def number_in(text: str) -> int:
    """A number that a list sent; nought, which nobody has, for anything else."""
    sound = text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER
    return int(text) if sound and int(text) < 2**31 else 0


async def end(turn: Turn, data: Data) -> Answer:
    """The deputy's time ends."""
    only_private(turn, shown.IN_CHANNEL)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        holding_id = number(data, shown.HOLDING)
        ended = await end_deputy(unit, here.actor, here.partnership, here.pack, holding_id, turn.now)
        called = (await names(unit, here.partnership.id, [ended.person_id])).get(ended.person_id, "Your colleague")
        view = await _view(unit, turn, here)
    told = f"{called} does not stand in any more, and has been told."
    return shown_answer(shown.deputy_card(view, fresh(turn), told=told, done=True))


async def draw_told(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """Somebody stands in: to whoever is concerned, unless it was taken back before it went out."""
    news = await deputy_news(unit, desk.partnership, desk.pack, owed.person_id or 0, owed.subject["holdings"], desk.now)
    return shown.told_deputy_card(news) if news and not news.ended else None


async def draw_told_ended(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """Somebody does not stand in any more."""
    news = await deputy_news(unit, desk.partnership, desk.pack, owed.person_id or 0, owed.subject["holdings"], desk.now)
    return shown.told_deputy_ended_card(news) if news and news.ended else None


COMMANDS = (
    Command(
        Word("deputy", ("deputy", "my deputy is", "my deputy", "deputies"), takes="text", changes=True),
        "Name a colleague who answers for your agency while you cannot.",
        "reply.deputy", do=do_deputy,
    ),
)  # fmt: skip
PRESSES = {shown.OPEN: open_form, shown.FIND: open_form, shown.NAME: name, shown.END: end}
NOTICES = {"reply.deputy": draw_deputy, TOLD: draw_told, TOLD_ENDED: draw_told_ended}
