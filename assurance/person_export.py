"""One person's data, sheet by sheet, as they may ask for it (UK GDPR article 15). Nothing of others stands in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from assurance.actors import Actor
from assurance.deliveries import what_is_sent
from assurance.erasing import ACT
from assurance.export_rows import Cell, Columns
from assurance.export_sheets import LEFT_OUT, SHEETS, Named
from assurance.exports_record import Sheet, naive
from assurance.foreseeing import KINDS
from assurance.pack import Pack
from assurance.packing import pack_of, stored_form
from assurance.people_view import role_titles
from assurance.permissions import require
from assurance.person_data import holding_subjects, named_answers
from assurance.person_names import names
from assurance.refusals import NotFound
from assurance.said_words import shown_value
from storage.asks import Request, loops_of_request
from storage.histories import requests_numbered
from storage.log import LogEntry
from storage.notices import Notice
from storage.partnerships import Partnership, form_version, partnership, seats
from storage.people import Holding, Person, address_of_person, all_holdings, person, person_names
from storage.personal import (
    count_rows_of,
    drafts_of,
    entries_of,
    every_absence_of,
    every_notice_to,
    log_of,
    pleas_of,
    queries_of,
    versions_of,
    versions_on_behalf,
)
from storage.records import page_of
from storage.returns import Asked, Version, answers_of_versions, find_return, returns_of_request
from storage.texts import texts
from storage.unit import OpenUnit, Unit

PLEAS = {
    "more_time": "Asked for more time", "someone_else": "Said who should answer", "in_error": "Sent in error",
    "query": "A question about an outcome", "new_evidence": "What has changed since",
}  # fmt: skip
Line = list[Cell]
EVERY = 1_000_000


@dataclass
class PersonExport:
    """One person's data on its way out: read every sheet."""

    partnership: Partnership
    pack: Pack
    now: datetime
    name: str
    sheets: list[Sheet] = field(default_factory=list)

    def add(self, title: str, about: str, headings: Mapping[str, int], rows: Iterable[Line]) -> None:
        """One sheet whose rows are known. `headings` are its columns with their widths in characters."""
        self._add(title, about, headings, _one_page(list(rows)))

    def _add(self, title: str, about: str, headings: Mapping[str, int], pages: AsyncIterator[list[Line]]) -> None:
        columns = Columns(tuple(headings), tuple(headings.values()))
        self.sheets.append(Sheet(Named(title, about), columns, pages, personal=True))

    def add_log(self, headings: Mapping[str, int], pages: AsyncIterator[list[Line]]) -> None:
        """The log's sheet, which is read page by page."""
        self._add("Log", "What they did, or what was done about them; times are in UTC.", headings, pages)


async def person_export(
    open_unit: OpenUnit, actor: Actor | None, partnership_id: int, person_id: int, now: datetime
) -> PersonExport:
    """What is held about one person. Without an actor it is the command line's. Raises NotAllowed, NotFound."""
    if actor is not None:
        require(actor, ACT)
    async with open_unit() as unit:
        its, one = await partnership(unit, partnership_id), await person(unit, partnership_id, person_id)
        if its is None or one is None:
            raise NotFound("I cannot find that person.")
        pack = await pack_of(unit, its)
        called = (await names(unit, its.id, [one.id])).get(one.id, f"Person {one.id}")
        found = PersonExport(its, pack, now, called)
        held = [row for row in await all_holdings(unit, its.id) if row.person_id == one.id]
        nameless = await _nameless(unit, pack, its.id)
        shorts = {row.id: row.name for row in await seats(unit, its.id)}
        found.add("Who they are", "What says who they are.", {"What": 30, "Value": 60}, await _who(unit, one))
        found.add(
            "Seats and roles", "One seat or role, and the days on which it was held.",
            {"Place": 40, "Title": 40, "From": 14, "To": 14, "As": 20}, _places(held, shorts, pack),
        )  # fmt: skip
        found.add(
            "What they wrote",
            "One text of theirs: part of an answer, a line to the officer, a question about a report, or a draft.",
            {"At (UTC)": 18, "What": 30, "Item": 40, "For": 30, "Question": 40, "Text": 60},
            await _wrote(unit, pack, one, shorts, nameless),
        )  # fmt: skip
        found.add("Away", "Days on which they were away.", {"First day": 14, "Last day": 14}, [
            [row.first, row.last] for row in await every_absence_of(unit, its.id, one.id)
        ])  # fmt: skip
        found.add(
            "Messages", "One message or card to them, and what became of it; cards are not kept.",
            {"At (UTC)": 18, "What": 50, "About": 40, "State": 14, "Why": 50}, await _messages(unit, one, nameless),
        )  # fmt: skip
        found.add(
            "Elsewhere", "How many records of each kind name them, by number only.",
            {"Kind of record": 40, "As": 30, "How many": 12}, await _elsewhere(unit, one),
        )  # fmt: skip
    found.add_log(
        {"No.": 8, "At (UTC)": 18, "By": 20, "What": 30, "About": 24},
        _log(open_unit, one, holding_subjects(held), nameless),
    )
    return found


async def _nameless(unit: Unit, pack: Pack, partnership_id: int) -> frozenset[str]:
    """What was asked for without a name, and its returns, such as "return:12": who answered is told to nobody."""
    kinds, found = {one.key for one in pack.kinds if one.anonymous}, []
    for one in await page_of(unit, partnership_id, Request, most=EVERY) if kinds else ():
        if one.kind in kinds:
            found.append(f"request:{one.id}")
            found += [f"return:{row.id}" for row in await returns_of_request(unit, partnership_id, one.id)]
            found += [f"loop:{row.id}" for row in await loops_of_request(unit, partnership_id, one.id)]
    return frozenset(found)


async def _one_page(rows: list[Line]) -> AsyncIterator[list[Line]]:
    if rows:
        yield rows


async def _who(unit: Unit, one: Person) -> list[Line]:
    rows = await person_names(unit, one.partnership_id, [one.id])
    address = await address_of_person(unit, one.partnership_id, one.id)
    said: list[tuple[str, Cell]] = [("Number", one.id)]
    said += [pair for row in rows for pair in (("Name", row.name), ("E-mail address", row.email))]
    said += [
        ("Entra object id", one.object_id), ("Entra tenant id", one.tenant_id), ("Teams id", one.teams_id),
        ("Guest", "yes" if one.guest else "no"), ("In the team", "yes" if one.in_team else "no"),
    ]  # fmt: skip
    if address is not None:
        said += [("Chat in Teams", address.conversation_id), ("Can be written to", address.reach)]
        said += [("Last tried (UTC)", naive(address.checked_at))] if address.checked_at else []
    return [[name, value] for name, value in said if value]


def _places(held: Sequence[Holding], seat_names: Mapping[int, str], pack: Pack) -> list[Line]:
    titles = role_titles(pack)
    return [
        [
            seat_names.get(one.seat_id or 0) or titles.get(one.role or "", one.role or ""), one.title, one.starts_on,
            one.ends_on, "a deputy" if one.stands_in_for is not None else "",
        ]
        for one in held
    ]  # fmt: skip


async def _wrote(
    unit: Unit, pack: Pack, one: Person, seat_names: Mapping[int, str], nameless: frozenset[str]
) -> list[Line]:
    said = [*await _answers(unit, pack, one, seat_names), *await _lines(unit, one)]
    return [*said, *await _queries(unit, one, seat_names), *await _drafts(unit, one, nameless)]


async def _answers(unit: Unit, pack: Pack, one: Person, seat_names: Mapping[int, str]) -> list[Line]:
    """Their answers, question by question, and those that an officer entered from what they said."""
    given = named_answers(pack, await versions_of(unit, one.partnership_id, one.id))
    given += named_answers(pack, await _entered_for(unit, one))
    said = await answers_of_versions(unit, one.partnership_id, [row.id for row, _ in given])
    found: list[Line] = []
    for row, (its, _, request) in given:
        stored = await form_version(unit, one.partnership_id, row.form_version_id)
        assert stored is not None
        form, values = stored_form(stored), said.get(row.id, {})
        what = f"Answer, version {row.number}"
        if row.origin == "on_behalf":
            what += ", entered for the agency" if row.by_person_id == one.id else ", entered from what they said"
        for question in form.form.questions:
            if value := values.get(question.key):
                found.append([
                    naive(row.at), what, request.title, seat_names.get(its.seat_id or 0, "themselves"), question.label,
                    shown_value(form, question, value),
                ])  # fmt: skip
    return found


async def _entered_for(unit: Unit, one: Person) -> list[tuple[Version, Asked]]:
    entered = await entries_of(unit, one.partnership_id, "entered on behalf")
    notes = {row.refs.get("given") for row in entered if row.refs.get("gave") == one.id}
    found = []
    for row in await versions_on_behalf(unit, one.partnership_id):
        whole = await find_return(unit, one.partnership_id, row.return_id) if row.behalf_text_id in notes else None
        if whole is not None:
            found.append((row, (whole[0], whole[1], whole[2])))
    return found


async def _lines(unit: Unit, one: Person) -> list[Line]:
    pleas = await pleas_of(unit, one.partnership_id, one.id)
    words = await texts(unit, one.partnership_id, [row.text_id for row in pleas])
    found: list[Line] = []
    for row in pleas:
        whole = await find_return(unit, one.partnership_id, row.return_id)
        title = whole[2].title if whole is not None else ""
        found.append([naive(row.at), PLEAS.get(row.kind, row.kind), title, "", "", words.get(row.text_id or 0, "")])
    return found


async def _queries(unit: Unit, one: Person, seat_names: Mapping[int, str]) -> list[Line]:
    """What they asked about reports, each once, whoever it was sent to."""
    asked = {int(row.subject["text"]): row for row in await queries_of(unit, one.partnership_id, one.id)}
    words = await texts(unit, one.partnership_id, asked)
    return [
        [
            naive(row.owed_at), "Asked about a report", "", seat_names.get(row.subject["seat"], ""), "",
            words.get(text, ""),
        ]
        for text, row in asked.items()
    ]  # fmt: skip


async def _drafts(unit: Unit, one: Person, nameless: frozenset[str]) -> list[Line]:
    return [
        [naive(row.saved_at), "Draft", "", "", "", orjson.dumps(row.body).decode()]
        for row in await drafts_of(unit, one.partnership_id, one.id)
        if row.kind != "answer" or f"return:{row.subject}" not in nameless
    ]


async def _messages(unit: Unit, one: Person, nameless: frozenset[str]) -> list[Line]:
    every = await every_notice_to(unit, one.partnership_id, one.id)
    rows = [row for row in every if row.replaces_id is None or row.about not in nameless]
    numbers = {number for row in rows if (number := _request_of(row)) is not None}
    titles = {number: its.title for number, its in (await requests_numbered(unit, one.partnership_id, numbers)).items()}
    return [
        [
            naive(row.settled_at or row.owed_at), KINDS.get(row.kind) or what_is_sent(row.kind),
            titles.get(_request_of(row) or 0, ""), row.state, row.reason,
        ]
        for row in rows
    ]  # fmt: skip


def _request_of(row: Notice) -> int | None:
    kind, _, number = row.about.partition(":")
    return int(number) if kind == "request" and number.isdigit() else None


async def _elsewhere(unit: Unit, one: Person) -> list[Line]:
    """By kind of record and column. Answers are left out: who gave one without a name is told to nobody."""
    return [
        [SHEETS[table].title if table in SHEETS else table, column.replace("_", " ").removesuffix(" id"), number]
        for (table, column), number in (await count_rows_of(unit, one.partnership_id, one.id)).items()
        if table not in (*LEFT_OUT, "version")
    ]


async def _log(
    open_unit: OpenUnit, one: Person, subjects: Sequence[str], nameless: frozenset[str]
) -> AsyncIterator[list[Line]]:
    last = 0
    while True:
        async with open_unit() as unit:
            rows = await log_of(unit, one.partnership_id, one.id, subjects, after_number=last)
        if not rows:
            return
        last = rows[-1].number
        yield [_entry(row, one) for row in rows if row.subject not in nameless]


def _entry(row: LogEntry, one: Person) -> Line:
    by = "themselves" if row.person_id == one.id else "somebody else" if row.person_id else f"the {row.by}"
    return [row.number, naive(row.at), by, row.what, row.subject]
