"""People: who sits where, putting somebody on a seat, ending that, and bringing in a list."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

import orjson

from assurance.actors import actor_numbered
from assurance.asking import Word
from assurance.dates import count_words
from assurance.identifiable import describe
from assurance.issuing import today_in
from assurance.people_list import bring_in_people, plan_people
from assurance.people_view import PeopleView, people_view
from assurance.permissions import require
from assurance.person_names import names
from assurance.refusals import AskFirst, Mistakes, NotAllowed, OutOfDate, Refusal
from assurance.seating import CHOOSE_PERSON, Assignment, assign, end_assignment
from assurance.sheets import Table, as_text, read_file, read_text
from bot.edge.answers import Answer, ShowCard
from bot.files import fetch_file
from bot.roster import read_roster
from bot.tables import Command, Desk, Press
from bot.turns import PARTNERSHIP, Here, Turn, number, who
from cards import people as shown
from cards import people_import as lists
from cards.identifiable import SURE
from cards.parts import Card
from storage.notices import Notice
from storage.unit import Unit

Data = Mapping[str, Any]


def _answer(made: Card) -> Answer:
    return ShowCard(made.content, made.summary)


def privately(handler: Press) -> Press:
    """The handler, for the person's own chat only: its cards name people."""

    async def answer(turn: Turn, data: Data) -> Answer:
        if not turn.private:
            raise NotAllowed(shown.PUBLIC)
        return await handler(turn, data)

    return answer


def _fresh(turn: Turn) -> str:
    """A new name for a form's inputs: Teams keeps the text of old ones."""
    return "f" + sha256(f"{turn.activity_id} {turn.now.isoformat()}".encode()).hexdigest()[:8]


async def _view(unit: Unit, turn: Turn, here: Here) -> PeopleView:
    return await people_view(unit, here.actor, here.partnership, here.pack, turn.now)


async def draw_people(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """The table, in private only."""
    if desk.public:
        return shown.people_in_channel_card()
    assert owed.person_id is not None
    actor = await actor_numbered(unit, desk.partnership.id, owed.person_id, today_in(desk.pack, desk.now))
    if actor is None:
        return None
    return shown.people_card(await people_view(unit, actor, desk.partnership, desk.pack, desk.now))


async def show(turn: Turn, data: Data) -> Answer:
    """The table again, or its next part."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        view = await _view(unit, turn, here)
    page = data.get("page")
    return _answer(shown.people_card(view, page=page if isinstance(page, int) else 0))


async def open_assign(turn: Turn, data: Data) -> Answer:
    """The empty form, or the form again with those whom a search found."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        require(here.actor, "manage_people")
        view = await _view(unit, turn, here)
    return _answer(shown.assign_card(view, _fresh(turn), shown.read_assign(data)))


async def save_assign(turn: Turn, data: Data) -> Answer:
    """Put the person there; with a mistake the form comes back with everything that was typed."""
    typed = shown.read_assign(data)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        today = today_in(here.pack, turn.now)
        view = await _view(unit, turn, here)
        try:
            starts_on, ends_on = _days(typed, today)
            chosen = int(typed.person) if typed.person.isascii() and typed.person.isdigit() else 0
            if not 0 < chosen < 2**31:
                raise Mistakes({"person": CHOOSE_PERSON})
            new = Assignment(typed.place, chosen, typed.title, starts_on, ends_on)
            held, cards = await assign(
                unit, here.actor, here.partnership, here.pack, new, turn.now, confirmed=typed.sure
            )
        except Mistakes as wrong:
            return _answer(shown.assign_card(view, _fresh(turn), typed, wrong.fields))
        except AskFirst as ask:
            said = ", ".join(dict.fromkeys(describe(one.kind) for one in ask.findings["title"]))
            question = f"The job title looks as if it holds {said}. Please take it out, or say that it is not."
            return _answer(shown.assign_card(view, _fresh(turn), typed, {"title": question}, ask=question))
        view = await _view(unit, turn, here)
        name = (await names(unit, here.partnership.id, [held.person_id])).get(held.person_id, "This person")
    place = next(one for one in (*view.seats, *view.roles) if one.key == typed.place)
    sent = "" if not cards else " One request is on its way." if cards == 1 else (
        f" {count_words(cards).capitalize()} requests are on their way."
    )  # fmt: skip
    return _answer(shown.people_card(view, told=f"Saved: {name} for {place.name}.{sent}"))


def _days(typed: shown.AssignForm, today: date) -> tuple[date | None, date | None]:
    days = typed.days(today)
    wrong = {
        name: "I cannot read this day. Please write it like 26/11/2026."
        for name, text, day in zip(("starts_on", "ends_on"), (typed.starts_on, typed.ends_on), days, strict=True)
        if text and day is None
    }
    if wrong:
        raise Mistakes(wrong)
    return days


async def open_end(turn: Turn, data: Data) -> Answer:
    """The form that ends an assignment."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        require(here.actor, "manage_people")
        view = await _view(unit, turn, here)
    return _answer(shown.end_card(view, _fresh(turn), today_in(here.pack, turn.now)))


async def save_end(turn: Turn, data: Data) -> Answer:
    """Set the last day."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        today = today_in(here.pack, turn.now)
        chosen, last_day = shown.read_end(data, today)
        view = await _view(unit, turn, here)
        wrong = {} if chosen.isascii() and chosen.isdigit() else {"holding": "Please choose an assignment."}
        if last_day is None:
            wrong["last_day"] = "Please give the last day."
        if wrong or last_day is None:
            return _answer(shown.end_card(view, _fresh(turn), today, wrong))
        try:
            held = number({"holding": chosen}, "holding")
            await end_assignment(unit, here.actor, here.partnership, here.pack, held, last_day, turn.now)
        except Mistakes as mistakes:
            return _answer(shown.end_card(view, _fresh(turn), today, mistakes.fields))
        view = await _view(unit, turn, here)
    return _answer(shown.people_card(view, told=f"Saved: the last day is {shown.day(last_day)}."))


async def read_team(turn: Turn, data: Data) -> Answer:
    """Read the team's members again."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        require(here.actor, "manage_people")
    taken = await read_roster(turn.house, here.partnership.id, by_person=here.actor.person_id)
    async with turn.house.open_unit() as unit:
        view = await _view(unit, turn, await who(unit, turn, here.partnership.id))
    told = f"I have read the team: {count_words(taken.members)} members, {count_words(len(taken.joined))} new"
    return _answer(shown.people_card(view, told=f"{told}, {count_words(len(taken.left))} gone."))


async def open_list(turn: Turn, data: Data) -> Answer:
    """The box to paste a list into."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        require(here.actor, "manage_people")
    return _answer(lists.list_card(here.partnership.id, _fresh(turn)))


async def preview(turn: Turn, data: Data) -> Answer:
    """What the pasted list would change."""
    text = lists.read_list(data)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        require(here.actor, "manage_people")
        if len(text) > lists.LONGEST_LIST:
            raise Refusal("This list is too long to paste. Please attach it as a file in this chat.")
        if not text.strip():
            return _answer(lists.list_card(here.partnership.id, _fresh(turn), wrong="Please paste some rows first."))
        plan = await plan_people(unit, here.actor, here.partnership, here.pack, read_text(text), turn.now)
    return _answer(lists.preview_card(here.partnership.id, _fresh(turn), plan, text))


async def preview_file(turn: Turn, data: Data) -> Answer:
    """What an attached file would change. A file too long for a card is fetched again when it is confirmed."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        require(here.actor, "manage_people")
    table = await _fetch_table(turn, data)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, here.partnership.id)
        plan = await plan_people(unit, here.actor, here.partnership, here.pack, table, turn.now)
    text = as_text(table)
    if len(text) <= lists.LONGEST_LIST:
        return _answer(lists.preview_card(here.partnership.id, _fresh(turn), plan, text))
    file = {"url": str(data["url"]), "name": str(data.get("name", "")), "sum": _digest(table)}
    return _answer(lists.preview_card(here.partnership.id, _fresh(turn), plan, "", file))


async def bring_in(turn: Turn, data: Data) -> Answer:
    """Do what the preview showed: checked again, whole or not at all."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        require(here.actor, "manage_people")
    if "url" in data:
        table = await _fetch_table(turn, data)
        if _digest(table) != data.get("sum"):
            raise OutOfDate("The file is not the one that you looked at. Please attach it again.")
        text, looked_at = "", lists.list_mark("", {"sum": _digest(table)})
    else:
        text = lists.read_list(data)[: lists.LONGEST_LIST]
        table, looked_at = read_text(text), lists.list_mark(text)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, here.partnership.id)
        plan = await plan_people(unit, here.actor, here.partnership, here.pack, table, turn.now)
        sure = data.get(SURE) == looked_at
        if plan.mistakes or (plan.questions and not sure):
            return _answer(lists.preview_card(here.partnership.id, _fresh(turn), plan, text or as_text(table)))
        await bring_in_people(unit, here.actor, here.partnership, here.pack, table, turn.now, confirmed=sure)
    return _answer(lists.done_card(here.partnership.id, plan))


async def _fetch_table(turn: Turn, data: Data) -> Table:
    content = await fetch_file(turn.house, str(data.get("url", "")))
    return await asyncio.to_thread(read_file, content)


def _digest(table: Table) -> str:
    return sha256(orjson.dumps(table)).hexdigest()


COMMANDS = (
    Command(
        Word("people", ("people", "who sits where")),
        "Who sits where, and where nobody does yet.",
        "reply.people",
        who=("officer", "chair", "vice_chair"),
        menu=("personal",),
    ),
)
PRESSES = {
    verb: privately(handler)
    for verb, handler in {
        shown.SHOW: show, shown.ASSIGN: open_assign, shown.FIND: open_assign, shown.SAVE: save_assign,
        shown.END: open_end, shown.END_SAVE: save_end, shown.ROSTER: read_team, shown.LIST: open_list,
        lists.PREVIEW: preview, lists.FROM_FILE: preview_file, lists.CONFIRM: bring_in,
    }.items()
}  # fmt: skip
NOTICES = {"reply.people": draw_people}
FILES = (("Members and their seats", lists.FROM_FILE),)
