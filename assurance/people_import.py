"""Bringing in a list of who sits where: rows are checked into a plan, and the plan is done whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from assurance.asking import find_place
from assurance.dates import listing, read_day
from assurance.identifiable import describe, find
from assurance.place_names import Place
from assurance.seating import LONGEST_TITLE, wrong_days
from assurance.sheets import MOST_ROWS, Table

COLUMNS: Final = ("agency", "name", "e-mail", "role", "title", "from", "until")
TEMPLATE: Final = (
    "agency,name,e-mail,role,title,from,until\n"
    "GWH,Amira Hassan,amira.hassan@example.org,,Named Professional,2026-11-02,\n"
    ",Ben Carter,ben.carter@example.org,chair,,,\n"
)
"""Offered to the officer: the first line names the columns, the others are examples."""
_CALLED: Final = {
    "agency": ("agency", "service", "seat", "organisation", "agency or service"),
    "name": ("name", "full name", "person"),
    "e-mail": ("e-mail", "email", "mail", "e-mail address", "email address"),
    "role": ("role",),
    "title": ("title", "job title", "post"),
    "from": ("from", "start", "starts", "start date", "from date"),
    "until": ("until", "to", "end", "ends", "end date", "until date"),
}
_ADDRESS = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+\.[^\s@,;<>\".]+")
LONGEST_NAME, LONGEST_ADDRESS = 120, 254


@dataclass(frozen=True)
class Held:
    """A place that somebody holds already, as far as an import can change it."""

    holding_id: int
    title: str
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True)
class KnownPerson:
    """Somebody the partnership knows, found by address."""

    person_id: int
    name: str
    in_team: bool
    held: Mapping[str, tuple[Held, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """What rows are checked against: the seats by all their names, the roles, and the people by address."""

    seats: tuple[Place, ...]
    shorts: Mapping[str, str]
    roles: Mapping[str, str]
    role_names: Mapping[str, str]
    people: Mapping[str, KnownPerson]
    today: date


@dataclass(frozen=True)
class Planned:
    """One assignment that the list asks for. `change` is "new", "changed" or "same"."""

    row: int
    place: str
    place_name: str
    email: str
    name: str
    person_id: int | None
    in_team: bool
    title: str
    starts_on: date | None
    ends_on: date | None
    change: str
    holding_id: int | None = None


@dataclass(frozen=True)
class Plan:
    """What a list would do. With any mistake nothing is done; `questions` need the officer's word first."""

    planned: tuple[Planned, ...] = ()
    mistakes: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()

    def those(self, change: str) -> tuple[Planned, ...]:
        """The assignments of one kind of change."""
        return tuple(one for one in self.planned if one.change == change)

    @property
    def strangers(self) -> tuple[str, ...]:
        """The names of those who are not in the team yet, each once."""
        return tuple(dict.fromkeys(one.name for one in self.planned if not one.in_team))


def make_plan(table: Table, context: Context) -> Plan:
    """Check every row of a list; each bad one is named with its row number, as a spreadsheet counts them."""
    order, wrong = _columns(table)
    if wrong:
        return Plan(mistakes=(wrong,))
    checker = _Checker(context)
    for number, cells in enumerate(table[1:], start=2):
        row = {name: cells[at] if at < len(cells) else "" for name, at in order.items()}
        if any(row.values()):
            checker.check(number, row)
    if not checker.planned and not checker.mistakes:
        return Plan(mistakes=("There are no rows below the line that names the columns.",))
    return Plan(tuple(checker.planned), tuple(checker.mistakes), tuple(checker.questions))


def _columns(table: Table) -> tuple[dict[str, int], str]:
    """Where each column stands, or the sentence that says what is wrong with the first line."""
    if not table or not any(any(row) for row in table):
        return {}, "There is nothing in the list yet."
    if len(table) > MOST_ROWS + 1:
        return {}, f"The list has more than {MOST_ROWS:,} rows. Please bring it in in parts."
    by_name = {called: name for name, all_called in _CALLED.items() for called in all_called}
    order: dict[str, int] = {}
    for at, cell in enumerate(table[0]):
        name = by_name.get(" ".join(cell.casefold().replace("_", " ").split()))
        if name in order:
            return {}, f"The first line names the column {name} twice."
        if name is not None:
            order[name] = at
    if "e-mail" not in order or not {"agency", "role"} & set(order):
        return {}, f"The first line must name the columns: {listing(COLUMNS)}."
    return order, ""


class _Checker:
    """Goes through the rows; remembers what earlier rows said, so that rows cannot contradict each other."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.planned: list[Planned] = []
        self.mistakes: list[str] = []
        self.questions: list[str] = []
        self._named: dict[str, tuple[int, str]] = {}
        self._placed: dict[tuple[str, str], int] = {}

    def check(self, number: int, row: Mapping[str, str]) -> None:
        """Take one row into the plan, or name what is wrong with it; `number` is its line in the list."""
        wrong: list[str] = []
        email, name, known = self._person(number, row, wrong)
        places = self._places(row, wrong)
        starts_on, ends_on = self._days(row, wrong)
        title = " ".join(row.get("title", "").split())
        if len(title) > LONGEST_TITLE:
            wrong.append(f"the title is longer than {LONGEST_TITLE} characters")
        for place, _ in places:
            earlier = self._placed.setdefault((email, place), number)
            if email and earlier != number:
                wrong.append(f"row {earlier} puts the same person there")
        if wrong:
            self.mistakes += [f"Row {number}: {reason}" + ("" if reason[-1] in ".?" else ".") for reason in wrong]
            return
        for kind in dict.fromkeys(one.kind for one in find(title)):
            self.questions.append(f"Row {number}: the title looks as if it holds {describe(kind)}.")
        for place, place_name in places:
            change, holding_id = _change(known, place, title, starts_on, ends_on)
            self.planned.append(
                Planned(
                    row=number, place=place, place_name=place_name, email=email, name=name,
                    person_id=known.person_id if known else None, in_team=bool(known and known.in_team),
                    title=title, starts_on=starts_on, ends_on=ends_on, change=change, holding_id=holding_id,
                )
            )  # fmt: skip

    def _person(self, number: int, row: Mapping[str, str], wrong: list[str]) -> tuple[str, str, KnownPerson | None]:
        email, name = row["e-mail"].strip().casefold(), " ".join(row.get("name", "").split())
        if not email:
            wrong.append("the e-mail address is missing")
        elif not _ADDRESS.fullmatch(email) or len(email) > LONGEST_ADDRESS:
            wrong.append(f"“{_short(row['e-mail'])}” is not an e-mail address")
        known = self.context.people.get(email)
        name = name or (known.name if known else "")
        if not name:
            wrong.append("the name is missing, and I do not know this address yet")
        elif len(name) > LONGEST_NAME or find(name):
            wrong.append("the name does not look like a name")
        row_before, earlier = self._named.setdefault(email, (number, name))
        if email and earlier.casefold() != name.casefold():
            wrong.append(f"this e-mail address stands in row {row_before} with another name")
        return email, (known.name if known and known.name else name), known

    def _places(self, row: Mapping[str, str], wrong: list[str]) -> list[tuple[str, str]]:
        agency, role = row.get("agency", ""), row.get("role", "")
        found: list[tuple[str, str]] = []
        if agency:
            seat, maybe = self._seat(agency)
            if seat is None:
                meant = f"; did you mean {_either(maybe)}?" if maybe else "."
                wrong.append(f"I do not know the agency “{_short(agency)}”{meant}".rstrip("."))
            else:
                found.append((seat, self.context.shorts[seat]))
        if role and _folded(role) not in ("member", _folded(self.context.roles.get("role:member", ""))):
            key = self.context.role_names.get(_folded(role))
            if key is None:
                known = listing(list(dict.fromkeys(self.context.roles.values())))
                wrong.append(f"I do not know the role “{_short(role)}”. The roles are: {known}")
            else:
                found.append((key, self.context.roles[key]))
        elif not agency:
            wrong.append("an agency or a role is missing")
        return found

    def _seat(self, agency: str) -> tuple[str | None, Sequence[str]]:
        found = find_place(agency, self.context.seats)
        if found.sure is not None:
            return f"seat:{found.sure.key}", ()
        return None, [self.context.shorts[f"seat:{one.key}"] for one in found.maybe[:3]]

    def _days(self, row: Mapping[str, str], wrong: list[str]) -> tuple[date | None, date | None]:
        days: dict[str, date | None] = {}
        for column in ("from", "until"):
            told = row.get(column, "")
            days[column] = read_day(told, self.context.today) if told else None
            if told and days[column] is None:
                wrong.append(f"I cannot read the day “{_short(told)}” under {column}; write it like 26/11/2026")
        said = wrong_days(days["from"], days["until"], self.context.today)
        wrong += [
            reason.rstrip(".").replace("The last", "the last").replace("Please", "please") for reason in said.values()
        ]
        return days["from"], days["until"]


def _change(
    known: KnownPerson | None, place: str, title: str, starts_on: date | None, ends_on: date | None
) -> tuple[str, int | None]:
    """Whether the list makes, changes or only repeats an assignment; days that do not meet are a second one."""
    for held in known.held.get(place, ()) if known else ():
        apart = (held.ends_on and starts_on and held.ends_on < starts_on) or (
            held.starts_on and ends_on and ends_on < held.starts_on
        )
        if apart:
            continue
        same = (held.title, held.starts_on, held.ends_on) == (title, starts_on, ends_on)
        return ("same" if same else "changed"), held.holding_id
    return "new", None


def _folded(words: str) -> str:
    return " ".join(re.sub(r"[_\-/]", " ", words.casefold()).split())


def role_names(roles: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Every way of writing a role, folded, and the role that it means."""
    return {_folded(name): key for key, names in roles.items() for name in names}


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"


def _either(names: Sequence[str]) -> str:
    return " or ".join(names)
