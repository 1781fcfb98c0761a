"""Away: a person says until when, an officer of anybody; one press comes back (B13)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from assurance.absence_view import AwayView, away_view
from assurance.absences import come_back, go_away
from assurance.asking import Word
from assurance.coming_days import read_span
from assurance.dates import day_words
from assurance.deputies import NewDeputy, name_deputy
from assurance.issuing import today_in
from assurance.learning_rules import read_date
from assurance.person_names import names
from assurance.refusals import Mistakes, NotAllowed
from bot.edge.answers import Answer, ShowCard
from bot.handlers.helping import here_of
from bot.tables import Command, Desk, Heard, Subject
from bot.turns import PARTNERSHIP, Here, Turn, number, who
from cards import absences as shown
from cards.deputies import named_words
from cards.parts import Card
from storage.notices import Notice
from storage.unit import Unit

Data = Mapping[str, Any]


async def do_away(unit: Unit, turn: Turn, here: Here, heard: Heard) -> Subject:
    """Days that were typed whole are noted at once; anything less opens the form with what could be read."""
    span = read_span(heard.text, today_in(here.pack, turn.now))
    typed: Subject = {"first": _iso(span.first), "last": _iso(span.last)}
    if not (turn.private and span.whole and span.last):
        return typed | {"form": bool(heard.text.strip())}
    me = here.actor.person_id
    try:
        await go_away(unit, here.actor, here.partnership, here.pack, me, span.first, span.last, turn.now)
    except Mistakes as wrong:
        return typed | {"form": True, "wrong": wrong.fields}
    return {}


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


async def draw_away(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """How it stands, or the form; in a channel only where to ask."""
    if desk.public:
        return shown.away_in_channel_card()
    here = await here_of(unit, desk, owed)
    if here is None:
        return None
    view = await away_view(unit, here.actor, desk.partnership, desk.pack, desk.now)
    told = owed.subject
    if told.get("form") or (not view.periods and not told.get("back")):
        typed = shown.AwayForm(first=str(told.get("first", "")), last=str(told.get("last", "")))
        return shown.away_form_card(view, f"n{owed.id}", typed, told.get("wrong", {}))
    return shown.away_card(view)


def fresh(turn: Turn) -> str:
    """A new name for a form's inputs: Teams keeps the text of old ones."""
    return "f" + sha256(f"{turn.activity_id} {turn.now.isoformat()}".encode()).hexdigest()[:8]


def only_private(turn: Turn, sentence: str) -> None:
    """Raises NotAllowed where others would read the answer."""
    if not turn.private:
        raise NotAllowed(sentence)


def shown_answer(made: Card) -> Answer:
    """The card as an answer to a press."""
    return ShowCard(made.content, made.summary)


async def _view(unit: Unit, turn: Turn, here: Here, person_id: int | None = None) -> AwayView:
    return await away_view(unit, here.actor, here.partnership, here.pack, turn.now, person_id)


async def open_form(turn: Turn, data: Data) -> Answer:
    """The form, about the person whose card it was."""
    only_private(turn, shown.IN_CHANNEL)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        view = await _view(unit, turn, here, number(data, "person"))
        typed = shown.AwayForm()
        if view.periods:
            now = view.periods[0]
            typed = shown.AwayForm(first=max(now.first, view.today).isoformat(), last=now.last.isoformat())
    return shown_answer(shown.away_form_card(view, fresh(turn), typed))


async def save(turn: Turn, data: Data) -> Answer:
    """Note the days, and who stands in; with a mistake the form comes back with everything that was typed."""
    only_private(turn, shown.IN_CHANNEL)
    typed, told = shown.read_away(data), ""
    try:
        async with turn.house.open_unit() as unit:
            here = await who(unit, turn, number(data, PARTNERSHIP))
            person_id = number({"person": typed.person}, "person") if typed.person else here.actor.person_id
            first, last = read_date(typed.first), read_date(typed.last)
            await go_away(unit, here.actor, here.partnership, here.pack, person_id, first, last, turn.now)
            if typed.deputy and person_id == here.actor.person_id:
                told = await _stands_in(unit, turn, here, typed.deputy, (first, last))
            view = await _view(unit, turn, here, person_id)
    except Mistakes as wrong:
        async with turn.house.open_unit() as unit:
            here = await who(unit, turn, number(data, PARTNERSHIP))
            view = await _view(unit, turn, here)
        return shown_answer(shown.away_form_card(view, fresh(turn), typed, wrong.fields))
    return shown_answer(shown.away_card(view, told))


async def _stands_in(unit: Unit, turn: Turn, here: Here, chosen: str, days: tuple[date | None, date | None]) -> str:
    """Name the colleague on all of the person's own seats, for the days of the absence; gives what to tell."""
    view = await _view(unit, turn, here)
    deputy_id = number({"deputy": chosen}, "deputy")
    mine = tuple(one.holding_id for one in view.deputies.places if one.person_id == here.actor.person_id)
    new = NewDeputy(mine, deputy_id, *days)
    await name_deputy(unit, here.actor, here.partnership, here.pack, new, turn.now)
    called = (await names(unit, here.partnership.id, [deputy_id])).get(deputy_id, "Your colleague")
    return named_words(called)


async def back(turn: Turn, data: Data) -> Answer:
    """The absence ends, or does not begin."""
    only_private(turn, shown.IN_CHANNEL)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        absence_id = number(data, shown.ABSENCE)
        ended = await come_back(unit, here.actor, here.partnership, here.pack, absence_id, turn.now)
        view = await _view(unit, turn, here, ended.person_id)
        begun = ended.last >= ended.first
    if not begun:
        told = "That absence is taken out."
    else:
        told = "Welcome back." if view.own else f"{view.name} is back as of {day_words(view.today)}."
    return shown_answer(shown.away_card(view, told))


COMMANDS = (
    Command(
        Word("away", ("away", "i am away", "out of office", "on leave"), takes="text", changes=True),
        "Say that you are away, such as away until 12 December: no reminders meanwhile.",
        "reply.away", menu=("personal",), do=do_away,
    ),
)  # fmt: skip
PRESSES = {shown.OPEN: open_form, shown.SAVE: save, shown.BACK: back}
NOTICES = {"reply.away": draw_away}
