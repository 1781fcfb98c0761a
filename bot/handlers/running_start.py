"""Bringing in earlier records: the officer attaches one workbook, looks at what it holds, and confirms once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from assurance.actors import actor_numbered
from assurance.asking import Word
from assurance.issuing import today_in
from assurance.permissions import require
from assurance.refusals import Mistakes, OutOfDate, Refusal
from assurance.running_start import StartPreview, bring_in, preview_start, was_brought_in
from assurance.running_start_workbook import FILE_NAME, Workbook, open_workbook, template
from bot.edge.answers import Answer, ShowCard
from bot.files import fetch_file
from bot.tables import Command, Desk
from bot.turns import PARTNERSHIP, Here, Turn, number, who
from cards.identifiable import SURE
from cards.parts import Card
from cards.running_start import (
    CONFIRM,
    FROM_FILE,
    TEMPLATE,
    already_card,
    done_card,
    offer_card,
    preview_card,
    read_start,
)
from storage.notices import Notice
from storage.unit import Unit

Data = Mapping[str, Any]


def _answer(shown: Card) -> ShowCard:
    return ShowCard(shown.content, shown.summary)


async def draw_offer(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """How to bring in earlier records."""
    assert owed.person_id is not None
    day = today_in(desk.pack, desk.now)
    actor = await actor_numbered(unit, desk.partnership.id, owed.person_id, day)
    if actor is None:
        return None
    require(actor, "bring_in")
    return offer_card(desk.partnership.id, owed.person_id)


async def make_template(turn: Turn, data: Data) -> Answer:
    """Make an empty workbook and say where it lies."""
    async with turn.house.open_unit() as unit:
        here = await _officer(unit, turn, data)
    folder = turn.house.settings.data_dir / "exports" / here.partnership.slug
    content = await asyncio.to_thread(template, here.pack)

    def keep() -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / FILE_NAME).write_bytes(content)

    await asyncio.to_thread(keep)
    made = f"The empty workbook is ready on the machine that runs me, as {FILE_NAME} in {folder}."
    return _answer(offer_card(here.partnership.id, here.actor.person_id, made))


async def _officer(unit: Unit, turn: Turn, data: Data) -> Here:
    if not turn.private:
        raise Refusal("Please bring in earlier records in our private chat.")
    here = await who(unit, turn, number(data, PARTNERSHIP))
    require(here.actor, "bring_in")
    return here


async def preview_file(turn: Turn, data: Data) -> Answer:
    """Show what the attached workbook would bring in; nothing of it is stored."""
    async with turn.house.open_unit() as unit:
        await _officer(unit, turn, data)
    return await _preview(turn, data, await _fetch(turn, data))


async def _preview(turn: Turn, data: Data, book: Workbook, wrong: str = "") -> Answer:
    async with turn.house.open_unit() as unit:
        here = await _officer(unit, turn, data)
        if await was_brought_in(unit, here.partnership.id, book):
            return _answer(already_card(here.partnership.starts_on))
        found = await preview_start(unit, here.actor, here.partnership, here.pack, book, turn.now)
    file = {"url": str(data.get("url", "")), "name": str(data.get("name", "")), "sum": book.sha256}
    starts_on = str(data.get("starts_on", ""))
    return _answer(preview_card(found, here.actor.person_id, file, starts_on, wrong))


async def press_bring_in(turn: Turn, data: Data) -> Answer:
    """Bring it in: checked again, whole or not at all. The workbook must be the one that was looked at."""
    async with turn.house.open_unit() as unit:
        await _officer(unit, turn, data)
    book = await _fetch(turn, data)
    if book.sha256 != data.get("sum"):
        raise OutOfDate("The file is not the one that you looked at. Please attach it again.")
    starts_on = read_start(data)
    if starts_on is None:
        return await _preview(turn, data, book, "Please choose the start date.")
    try:
        async with turn.house.open_unit() as unit:
            here = await _officer(unit, turn, data)
            if await was_brought_in(unit, here.partnership.id, book):
                return _answer(already_card(here.partnership.starts_on))
            found: StartPreview = await bring_in(
                unit, here.actor, here.partnership, here.pack, book, starts_on, turn.now,
                confirmed=data.get(SURE) == book.sha256,
            )  # fmt: skip
    except Mistakes as mistake:
        return await _preview(turn, data, book, mistake.fields.get("starts_on", mistake.text))
    return _answer(done_card(found, starts_on))


async def _fetch(turn: Turn, data: Data) -> Workbook:
    content = await fetch_file(turn.house, str(data.get("url", "")))
    return await asyncio.to_thread(open_workbook, content)


COMMANDS = (
    Command(
        Word("bring in", ("bring in", "running start")),
        "Bring in members, meetings, open items and levels from earlier records.",
        "reply.bring_in",
        who=("officer",),
    ),
)
PRESSES = {TEMPLATE: make_template, FROM_FILE: preview_file, CONFIRM: press_bring_in}
NOTICES = {"reply.bring_in": draw_offer}
FILES = (("Earlier records, to start with", FROM_FILE),)
