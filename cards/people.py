"""Who sits where: the table, the form that puts somebody on a seat, and the form that ends that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from assurance.dates import MONTHS, count_words, listing, moment_words, read_day
from assurance.form_rules import one_line
from assurance.identifiable import find
from assurance.people_view import Known, PeopleView, PlaceLine, Sitter
from cards.elements import Element, InputChoiceSet, InputDate, InputText, Table
from cards.identifiable import confirm_button, confirmed
from cards.parts import Card, Style, button, card, cell, paragraph, problem, subtle, table, title

SHOW, ASSIGN, FIND, SAVE = "people.show", "people.assign", "people.find", "people.save"
END, END_SAVE, ROSTER = "people.end", "people.end_save", "people.roster"
LIST = "people.list"
CHANGE_SEAT = "seat.open"
PUBLIC = "This names people, so I show it in private only. Please type people in your own chat with me."
MOST_CHOICES: Final = 150
ROWS_A_PAGE: Final = 40
MOST_LISTED: Final = 40
"""Longer lists can be searched by typing."""


def people_card(view: PeopleView, *, told: str = "", page: int = 0) -> Card:
    """Seats in the pack's order, then roles: who is there, until when, and the gaps."""
    summary = _summary(view)
    rows = _rows(view)
    pages = max(1, -(-len(rows) // ROWS_A_PAGE))
    page = min(max(page, 0), pages - 1)
    shown = rows[page * ROWS_A_PAGE : (page + 1) * ROWS_A_PAGE]
    body: list[Element] = [title(f"People of the {view.group}")]
    if told:
        body.append(paragraph(told))
    body += [paragraph(summary), subtle(_team_line(view))]
    body.append(_table(shown))
    if pages > 1:
        body.append(subtle(f"Part {page + 1} of {pages}."))
    data = {"p": view.partnership_id}
    actions = []
    if view.may_change:
        actions = [
            button("Put somebody on a seat", ASSIGN, data, primary=True),
            button("End an assignment", END, data),
            button("Bring in a list", LIST, data),
            button("Read the team again", ROSTER, data),
            button("Change a seat", CHANGE_SEAT, data),
        ]
    if pages > 1:
        actions.append(button("Next part", SHOW, {**data, "page": (page + 1) % pages}))
    return card(summary, body, actions, wide=True)


def _table(rows: Sequence[list[dict[str, Any]]]) -> Table:
    """For, who, and what is to note; where nothing is, its column is left out, so that names have room."""
    if all(row[-1] == cell("") for row in rows):
        return table(("For", "Who"), [row[:-1] for row in rows], (4, 5))
    return table(("For", "Who", "To note"), rows, (5, 5, 4))


def people_in_channel_card() -> Card:
    """What a channel sees: nothing that names anybody."""
    return card(PUBLIC, [paragraph(PUBLIC)])


def _summary(view: PeopleView) -> str:
    filled, gaps = len(view.seats) - len(view.gaps), [line.short for line in view.gaps]
    if not gaps:
        return f"Somebody is there for each of the {count_words(len(view.seats))} places."
    few = 6
    named = listing(gaps) if len(gaps) <= few else f"{listing(gaps[:few])} among others"
    return f"{_opening(filled)} of {count_words(len(view.seats))} places have somebody. Nobody yet: {named}."


def _opening(number: int) -> str:
    return count_words(number).capitalize() if number else "None"


def _team_line(view: PeopleView) -> str:
    if view.roster_at is None:
        return "I have not read a team's members yet. In your team's channel, mention me and type use this team."
    named = f"the team {view.team_name}" if view.team_name else "the team"
    return f"Members of {named} as read at {moment_words(view.roster_at, view.timezone)}."


def _rows(view: PeopleView) -> list[list[dict[str, Any]]]:
    rows = []
    for line in view.seats:
        rows += _place_rows(line, gap=True)
    for line in view.roles:
        if line.sitters or line.key in ("role:officer", "role:chair", "role:vice_chair"):
            rows += _place_rows(line, gap=False)
    return rows


def _place_rows(line: PlaceLine, *, gap: bool) -> list[list[dict[str, Any]]]:
    style: Style = "warning" if gap else "default"
    if not line.sitters:
        return [[cell(line.short, strong=True), cell("Nobody yet", style), cell("")]]
    rows = []
    for at, one in enumerate(line.sitters):
        who = f"{one.name}, {one.title}" if one.title and one.title != one.name else one.name
        rows.append([cell(line.short if at == 0 else "", strong=True), cell(who), cell(_notes(one))])
    return rows


def _notes(one: Sitter) -> str:
    said = []
    if one.stands_in_for:
        said.append(f"Stands in for {one.stands_in_for}")
    if one.coming and one.starts_on:
        said.append(f"From {day(one.starts_on)}")
    if one.ends_on:
        said.append(f"Until {day(one.ends_on)}")
    if not one.in_team:
        said.append("Not yet in the team")
    elif one.guest:
        said.append("Guest")
    if one.away_until:
        said.append(f"Away until {day(one.away_until)}")
    if one.trouble:
        said.append(f"Not reached: {one.trouble.rstrip('.')}")
    return ". ".join(said)


def day(when: date) -> str:
    """A day for a table or a list: "26 Nov 2026"."""
    return f"{when.day} {MONTHS[when.month - 1][:3]} {when.year}"


@dataclass(frozen=True)
class AssignForm:
    """What was typed into the form; `sure` says that this very title identifies nobody."""

    place: str = ""
    person: str = ""
    title: str = ""
    starts_on: str = ""
    ends_on: str = ""
    search: str = ""
    sure: bool = False

    def days(self, today: date) -> tuple[date | None, date | None]:
        """The first and the last day, None where the field is empty or cannot be read."""
        return read_day(self.starts_on, today), read_day(self.ends_on, today)


def read_assign(data: Mapping[str, Any]) -> AssignForm:
    """What a press on the form brought."""
    form = str(data.get("form", ""))[:20]

    def typed(name: str) -> str:
        value = data.get(f"{form}.{name}")
        return one_line(value)[:300] if isinstance(value, str) else ""

    job = typed("title")
    return AssignForm(
        typed("place"), typed("person"), job, typed("starts_on"), typed("ends_on"), typed("search"),
        confirmed(data, {"title": job}),
    )  # fmt: skip


def assign_card(
    view: PeopleView, form: str, typed: AssignForm, errors: Mapping[str, str] | None = None, ask: str = ""
) -> Card:
    """The form that puts a person on a seat or in a role. `form` makes the inputs' names new each time."""
    errors = errors or {}
    summary = "Put somebody on a seat or in a role."
    body: list[Element] = [
        title("Put somebody on a seat"),
        subtle("Somebody who takes a seat gets what it is being asked at once, and nothing before the start date."),
    ]
    people, most = _matching(view.known, typed), len(view.known) > MOST_CHOICES
    fields: list[tuple[str, Element]] = [("place", _places(view, form, typed))]
    if most:
        fields.append(("search", InputText(
            id=f"{form}.search", label="Part of the name", value=typed.search or None,
            placeholder="Then press Find",
        )))  # fmt: skip
    titled = InputText(id=f"{form}.title", label="Job title (optional)", value=typed.title or None, max_length=120)
    first = InputDate(id=f"{form}.starts_on", label="First day (empty: at once)", value=typed.starts_on or None)
    last = InputDate(id=f"{form}.ends_on", label="Last day (empty: open)", value=typed.ends_on or None)
    fields += [("person", _people(people, form, typed)), ("title", titled), ("starts_on", first), ("ends_on", last)]
    for name, element in fields:
        if name in errors:
            body.append(problem(errors[name]))
        body.append(element)
    if ask:
        body.insert(2, problem(ask))
    if not view.known:
        body.insert(2, problem("I know nobody yet. Read the team first, or bring in a list."))
    data = {"p": view.partnership_id, "form": form}
    actions = [button("Save", SAVE, data, primary=not ask)]
    if ask:
        found = {"title": find(typed.title)}
        actions.insert(0, confirm_button("It identifies nobody, save it", SAVE, data, found, {"title": typed.title}))
    if most:
        actions.append(button("Find", FIND, data))
    actions.append(button("Back", SHOW, {"p": view.partnership_id}, collect=False))
    return card(summary, body, actions)


def _matching(known: tuple[Known, ...], typed: AssignForm) -> list[Known]:
    """Those who fit on a card: everybody in a small team, or those whose name or address holds what was typed."""
    wanted = typed.search.casefold().split()
    found = [one for one in known if all(part in f"{one.name} {one.email}".casefold() for part in wanted)]
    chosen = [one for one in known if str(one.person_id) == typed.person and one not in found[:MOST_CHOICES]]
    return chosen + found[:MOST_CHOICES]


def _places(view: PeopleView, form: str, typed: AssignForm) -> InputChoiceSet:
    choices = [{"title": line.name, "value": line.key} for line in view.seats]
    choices += [{"title": f"Role: {line.name}", "value": line.key} for line in view.roles]
    return _choice(f"{form}.place", "Which seat or role", choices, typed.place)


def _people(known: list[Known], form: str, typed: AssignForm) -> InputChoiceSet:
    choices = [{"title": _person_words(one), "value": str(one.person_id)} for one in known]
    return _choice(f"{form}.person", "Who", choices, typed.person)


def _person_words(one: Known) -> str:
    if not one.in_team:
        return f"{one.name} (not yet in the team)"
    return f"{one.name} (guest)" if one.guest else one.name


def _choice(id: str, label: str, choices: list[dict[str, str]], value: str) -> InputChoiceSet:
    known = {one["value"] for one in choices}
    return InputChoiceSet(
        id=id,
        label=label,
        choices=choices or [{"title": "Nobody yet", "value": ""}],
        value=value if value in known else None,
        style="filtered" if len(choices) > MOST_LISTED else "compact",
        placeholder="Choose one",
    )


def end_card(view: PeopleView, form: str, today: date, errors: Mapping[str, str] | None = None) -> Card:
    """The form that sets the last day of an assignment."""
    errors = errors or {}
    choices = [
        {"title": f"{line.short}: {one.name}", "value": str(one.holding_id)}
        for line in (*view.seats, *view.roles)
        for one in line.sitters
    ]
    body: list[Element] = [
        title("End an assignment"),
        subtle("What the person has answered stays. From the day after, the seat's requests are closed to them."),
    ]
    held = _choice(f"{form}.holding", "Which one", choices[:MOST_CHOICES], "")
    last = InputDate(id=f"{form}.last_day", label="Last day", value=today.isoformat())
    for name, element in (("holding", held), ("last_day", last)):
        if name in errors:
            body.append(problem(errors[name]))
        body.append(element)
    data = {"p": view.partnership_id, "form": form}
    back = button("Back", SHOW, {"p": view.partnership_id}, collect=False)
    return card("End an assignment.", body, [button("End it", END_SAVE, data, primary=True), back])


def read_end(data: Mapping[str, Any], today: date) -> tuple[str, date | None]:
    """Which assignment, and its last day where one was given."""
    form = str(data.get("form", ""))[:20]
    held, last = data.get(f"{form}.holding"), data.get(f"{form}.last_day")
    return (held if isinstance(held, str) else ""), read_day(last, today) if isinstance(last, str) else None
