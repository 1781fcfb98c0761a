"""`person data <name>`: what is held about one person, taken out or erased on their request (UK GDPR 15 and 17)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from assurance.asking import Word
from assurance.dates import day_words
from assurance.erasing import ACT, erase
from assurance.issuing import today_in
from assurance.permissions import require
from assurance.person_data import PersonData, people_meant, people_numbered, person_data
from assurance.person_export import person_export
from assurance.refusals import NotAllowed, OutOfDate
from bot.documents import word
from bot.documents.workbook import write_person
from bot.edge.answers import Answer, ShowCard
from bot.handing_over import Described, FileKind, hand_over
from bot.handlers.helping import here_of
from bot.house import House
from bot.tables import Command, Desk, Heard
from bot.turns import PARTNERSHIP, Here, Turn, number, who
from cards import person_data as shown
from cards.parts import Card
from storage.notices import Notice
from storage.unit import Unit

Data = Mapping[str, Any]
FILE = "person"


async def look(unit: Unit, turn: Turn, here: Here, heard: Heard) -> dict[str, Any]:
    """Who is meant, by number: the name that was typed is not kept."""
    require(here.actor, ACT)
    if not turn.private:
        raise NotAllowed(shown.IN_PRIVATE)
    found = await people_meant(unit, here.actor, here.partnership, heard.text)
    return {"people": list(found), "asked": bool(heard.text.strip())}


async def draw(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """The person, or the choice between those who may be meant."""
    here = await here_of(unit, desk, owed)
    if here is None:
        return None
    require(here.actor, ACT)
    numbers = owed.subject.get("people", [])
    if len(numbers) == 1:
        return shown.person_card(await _view(unit, here, numbers[0], desk.now, desk.house))
    found = await people_numbered(unit, here.actor, here.partnership, here.pack, numbers, desk.now)
    return shown.which_card(desk.partnership.id, found, bool(owed.subject.get("asked")))


async def _view(unit: Unit, here: Here, person_id: int, now: datetime, house: House) -> PersonData:
    return await person_data(
        unit, here.actor, here.partnership, here.pack, person_id, now, officers_in(house, here.partnership.slug)
    )


def officers_in(house: House, slug: str) -> frozenset[str]:
    """The object ids that the service's settings name as officers of a partnership."""
    return frozenset(object_id for its, object_id in house.settings.officers if its == slug)


async def _open(turn: Turn, data: Data) -> tuple[Here, PersonData]:
    if not turn.private:
        raise NotAllowed(shown.IN_PRIVATE)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        return here, await _view(unit, here, number(data, shown.PERSON), turn.now, turn.house)


async def show(turn: Turn, data: Data) -> Answer:
    """One person."""
    _, view = await _open(turn, data)
    return _answer(shown.person_card(view))


async def export(turn: Turn, data: Data) -> Answer:
    """Hand over the workbook, and say where it comes."""
    here, view = await _open(turn, data)
    told = await hand_over(turn, here.partnership.id, FILE, {shown.PERSON: view.person_id})
    return _answer(shown.person_card(view, told))


async def ask(turn: Turn, data: Data) -> Answer:
    """What would go and what would stay; where something is in the way, the person again, with why."""
    _, view = await _open(turn, data)
    return _answer(shown.person_card(view) if view.why_not else shown.ask_card(view))


async def erase_now(turn: Turn, data: Data) -> Answer:
    """Erase the person; where something came in the way meanwhile, show why."""
    here, view = await _open(turn, data)
    if view.why_not:
        return _answer(shown.person_card(view))
    try:
        async with turn.house.open_unit() as unit:
            here = await who(unit, turn, here.partnership.id)
            done = await erase(
                unit, here.actor, here.partnership, here.pack, view.person_id, turn.now,
                officers=officers_in(turn.house, here.partnership.slug),
            )  # fmt: skip
    except OutOfDate as why:
        return _answer(shown.person_card(view, why.text))
    return _answer(shown.erased_card(done, day_words(today_in(here.pack, turn.now))))


def _answer(made: Card) -> Answer:
    return ShowCard(made.content, made.summary)


async def _describe(unit: Unit, here: Here, subject: dict[str, Any], now: datetime) -> Described:
    require(here.actor, ACT)
    view = await person_data(unit, here.actor, here.partnership, here.pack, int(subject[shown.PERSON]), now)
    name = file_name(view.person_id, today_in(here.pack, now).isoformat())
    return Described(name, f"what is held about {view.name}", f"person:{view.person_id}")


def file_name(person_id: int, day: str) -> str:
    """What the workbook is called: by the person's number, since the names of files are kept in many places."""
    return word.file_name("person", str(person_id), day, ending=".xlsx")


async def _make(house: House, here: Here, subject: dict[str, Any], path: Path) -> None:
    person_id = int(subject[shown.PERSON])
    await write_person(
        path, await person_export(house.open_unit, here.actor, here.partnership.id, person_id, house.now())
    )


COMMANDS = (
    Command(
        Word("person data", ("person data",), takes="text"),
        "What is held about one person, to take out or to erase on their request. Add the name.",
        "reply.person_data", who=("officer",), do=look, reads=True,
    ),
)  # fmt: skip
PRESSES = {shown.SHOW: show, shown.EXPORT: export, shown.ASK: ask, shown.ERASE: erase_now}
NOTICES = {"reply.person_data": draw}
FILE_KINDS = {
    FILE: FileKind(lambda data: {shown.PERSON: number(data, shown.PERSON)}, _describe, _make, size=200_000, slow=True)
}
