"""Exports: the Summary of Learning, the plan, one answer, an evidence file, and the whole record."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from assurance.asking import Word
from assurance.evidence_scope import name_of
from assurance.exports import answers_to_choose, export_choices, learning_meant
from assurance.exports_evidence import Wanted, evidence_file
from assurance.exports_learning import LearningPaper, action_plan, summary_of_learning
from assurance.exports_record import export_record
from assurance.exports_return import return_paper
from assurance.issuing import today_in
from assurance.permissions import MEMBER, require
from assurance.refusals import Mistakes, NotAllowed, NotFound
from bot.documents import papers, word
from bot.documents.workbook import write_record
from bot.edge.answers import Answer, ShowCard
from bot.handing_over import Described, FileKind, draw_kept, draw_offer, draw_told, hand_over, take
from bot.handlers.helping import here_of
from bot.house import House
from bot.tables import Command, Desk
from bot.turns import PARTNERSHIP, Here, Turn, number, who
from cards import exports as shown
from cards.asking import Question, private_offer
from cards.exports import ANSWER, EVIDENCE, PLAN, RECORD, SUMMARY, Typed, read_typed
from cards.parts import Card
from storage.asks import request
from storage.notices import Notice
from storage.unit import Unit

Data = Mapping[str, Any]
Subject = dict[str, Any]
PRIVATELY = "Files hold what only some may see. Please type export in our own chat."
CHOOSE_FIRST = "Please choose an item or an agency first."
_ABOUT = re.compile(r"(?:learning|request|seat|organisation):\d{1,9}")


async def draw_export(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """What the person who asked may take out; in private only."""
    here = await here_of(unit, desk, owed)
    if here is None:
        return None
    if desk.public:
        return private_offer(desk.partnership.id, Question("export"), PRIVATELY)
    return shown.export_card(await export_choices(unit, here.actor, here.partnership, here.pack))


async def open_card(turn: Turn, data: Data) -> Answer:
    """The card again, on another page, or with the item of a request chosen already."""
    _only_private(turn)
    return await _shown(turn, data, read_typed(data))


async def make(turn: Turn, data: Data) -> Answer:
    """Hand over the chosen file, and say where it comes; or show what is missing."""
    _only_private(turn)
    typed, note, file = read_typed(data), "", data.get("file")
    try:
        note = await hand_over(turn, number(data, PARTNERSHIP), str(file), {**data, **typed.wanted})
    except Mistakes as wrong:
        typed = replace(typed, errors=wrong.fields)
    if file == ANSWER and typed.said("about"):
        return await _answers(turn, data, typed, note)
    return await _shown(turn, data, typed, note)


async def choose_answer(turn: Turn, data: Data) -> Answer:
    """The answers to choose from, for the item or agency that was chosen."""
    _only_private(turn)
    typed = read_typed(data)
    if not _ABOUT.fullmatch(typed.said("about")):
        return await _shown(turn, data, replace(typed, errors={"about": CHOOSE_FIRST}))
    return await _answers(turn, data, typed, "")


async def _answers(turn: Turn, data: Data, typed: Typed, note: str) -> Answer:
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        found = await export_choices(unit, here.actor, here.partnership, here.pack, _page(data))
        about = typed.said("about")
        name = await name_of(unit, here.partnership, about)
        answers = await answers_to_choose(unit, here.actor, here.partnership, here.pack, about)
    return _answer(shown.answers_card(found, answers, typed, name, note))


async def _shown(turn: Turn, data: Data, typed: Typed, note: str = "") -> Answer:
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        found = await export_choices(unit, here.actor, here.partnership, here.pack, _page(data))
        about = await _item_of(unit, here, data) if "request" in data else typed.said("about")
        if found.wide and _ABOUT.fullmatch(about):
            typed = replace(typed, values={**typed.values, "about": about})
            found = shown.with_item(found, about, await name_of(unit, here.partnership, about))
    return _answer(shown.export_card(found, typed, note))


async def _item_of(unit: Unit, here: Here, data: Data) -> str:
    """The item that a request is about, as the card names it."""
    found = await request(unit, here.partnership.id, number(data, "request"))
    if found is None:
        raise NotFound("I cannot find that request.")
    return f"request:{found.id}" if found.learning_id is None else f"learning:{found.learning_id}"


def _only_private(turn: Turn) -> None:
    if not turn.private:
        raise NotAllowed(PRIVATELY)


def _page(data: Data) -> int:
    page = data.get("page", 1)
    return page if isinstance(page, int) and not isinstance(page, bool) and 1 <= page <= 999 else 1


def _answer(made: Card) -> Answer:
    return ShowCard(made.content, made.summary)


def _about(data: Data) -> str:
    about = data.get("about")
    if not isinstance(about, str) or not _ABOUT.fullmatch(about):
        raise Mistakes({"about": CHOOSE_FIRST})
    return about


def _read_evidence(data: Data) -> Subject:
    found: Subject = {
        "about": _about(data),
        "names": data.get("names") is True,
        "evidence": data.get("evidence") is True,
    }
    for name in ("first", "last"):
        said = data.get(name) or ""
        try:
            found[name] = date.fromisoformat(said).isoformat() if said else ""
        except (TypeError, ValueError):
            raise Mistakes({name: "Please give a date, with day, month and year."}) from None
    if found["first"] and found["last"] and found["first"] > found["last"]:
        raise Mistakes({"last": "The last day is before the first. Please change one of them."})
    return found


def _wanted(subject: Subject) -> Wanted:
    first, last = (date.fromisoformat(subject[one]) if subject[one] else None for one in ("first", "last"))
    return Wanted(subject["about"], first, last, subject["names"], subject["evidence"])


async def _describe_evidence(unit: Unit, here: Here, subject: Subject, _: datetime) -> Described:
    require(here.actor, "evidence_file")
    name = await name_of(unit, here.partnership, subject["about"])
    redacted = () if subject["names"] and subject["evidence"] else ("redacted",)
    file = word.file_name(name, "evidence-file", *redacted, ending=".docx")
    return Described(file, f"the evidence file on {name}", subject["about"])


async def _make_evidence(house: House, here: Here, subject: Subject, path: Path) -> None:
    async with house.open_unit() as unit:
        paper = await evidence_file(unit, here.actor, here.partnership, here.pack, _wanted(subject), house.now())
    await asyncio.to_thread(lambda: path.write_bytes(papers.evidence_file(paper)))


def _read_learning(data: Data) -> Subject:
    return {"about": _about(data)}


async def _learning_paper(unit: Unit, here: Here, subject: Subject, file: str) -> LearningPaper:
    try:
        item = await learning_meant(unit, here.actor, here.partnership, subject["about"])
    except NotFound as missing:
        raise Mistakes({"about": missing.text}) from missing
    draw = summary_of_learning if file == SUMMARY else action_plan
    return await draw(unit, here.actor, here.partnership, here.pack, item)


def _learning_kind(file: str) -> FileKind:
    async def describe(unit: Unit, here: Here, subject: Subject, _: datetime) -> Described:
        paper = await _learning_paper(unit, here, subject, file)
        name = word.file_name(paper.title, paper.name, ending=".docx")
        return Described(name, f"the {paper.name} for {paper.title}", subject["about"])

    async def write(house: House, here: Here, subject: Subject, path: Path) -> None:
        async with house.open_unit() as unit:
            paper = await _learning_paper(unit, here, subject, file)
        await asyncio.to_thread(lambda: path.write_bytes(papers.learning_paper(paper)))

    return FileKind(_read_learning, describe, write)


def _read_answer(data: Data) -> Subject:
    if data.get("return") in (None, ""):
        raise Mistakes({"answer": "Please choose one of the answers."})
    return {"return": number(data, "return")}


async def _describe_answer(unit: Unit, here: Here, subject: Subject, now: datetime) -> Described:
    paper = await return_paper(unit, here.actor, here.partnership, here.pack, int(subject["return"]), now)
    name = word.file_name(paper.title, paper.short, "answer", ending=".docx")
    return Described(name, f"the answer of {paper.agency} on {paper.title}", f"return:{subject['return']}")


async def _make_answer(house: House, here: Here, subject: Subject, path: Path) -> None:
    async with house.open_unit() as unit:
        return_id = int(subject["return"])
        paper = await return_paper(unit, here.actor, here.partnership, here.pack, return_id, house.now())
    await asyncio.to_thread(lambda: path.write_bytes(papers.return_paper(paper)))


async def _describe_record(unit: Unit, here: Here, _: Subject, now: datetime) -> Described:
    require(here.actor, "export_record")
    day = today_in(here.pack, now).isoformat()
    name = word.file_name(here.partnership.slug, "record", day, ending=".xlsx")
    return Described(name, "the whole record as an Excel workbook", f"partnership:{here.partnership.id}")


async def _make_record(house: House, here: Here, _: Subject, path: Path) -> None:
    export = await export_record(house.open_unit, here.actor, here.partnership.id, house.now())
    await write_record(path, export)


COMMANDS = (
    Command(
        Word("export", ("export",)),
        "Take records out: an answer, an evidence file, the learning, or all of it.",
        "reply.export",
        who=("officer", "chair", "vice_chair", MEMBER),
    ),
)
PRESSES = {shown.OPEN: open_card, shown.MAKE: make, shown.ANSWERS: choose_answer}
TAKEN = {"file": take}
NOTICES = {
    "reply.export": draw_export, "export.offer": draw_offer, "export.told": draw_told, "export.kept": draw_kept,
}  # fmt: skip
FILE_KINDS = {
    EVIDENCE: FileKind(_read_evidence, _describe_evidence, _make_evidence, slow=True),
    SUMMARY: _learning_kind(SUMMARY),
    PLAN: _learning_kind(PLAN),
    ANSWER: FileKind(_read_answer, _describe_answer, _make_answer),
    RECORD: FileKind(lambda _: {}, _describe_record, _make_record, size=500_000, slow=True),
}
