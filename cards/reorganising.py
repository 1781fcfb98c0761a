"""A seat is changed: which and how, what is needed for that, and the preview of every open return's new home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from assurance.dates import read_day
from assurance.form_rules import one_line
from assurance.reorganising_rules import (
    END,
    ENDED,
    KINDS,
    MERGE,
    MOVE,
    NEW,
    RENAME,
    SEAT,
    SPLIT,
    STAY,
    Change,
    Kind,
)  # fmt: skip
from assurance.reorganising_view import ChangePreview, ChangeTold, HomeLine, Option, SeatsView
from cards.elements import Element, InputChoiceSet, InputDate, InputText
from cards.parts import Card, button, card, cell, heading, paragraph, problem, strong, subtle, table, title
from cards.people import CHANGE_SEAT, SHOW

OPEN: Final = CHANGE_SEAT
FIELDS, PREVIEW, CONFIRM, CALL_OFF = "seat.fields", "seat.preview", "seat.confirm", "seat.call_off"
WORDS: Mapping[Kind, str] = {
    RENAME: "It gets another name",
    MOVE: "It moves to another organisation",
    MERGE: "It becomes part of another seat",
    SPLIT: "Part of it gets a seat of its own",
    END: "It ends",
}
TITLES: Mapping[Kind, str] = {
    RENAME: "Another name", MOVE: "Another organisation", MERGE: "One of two", SPLIT: "A seat of its own",
    END: "The end of a seat",
}  # fmt: skip
MOST_CHOSEN: Final = 20
"""Open returns whose home can be chosen one by one; where there are more, they go where the rest goes."""
MOST_PLANNED: Final = 3
SPLIT_HOMES: Final = (
    Option(STAY, "They stay with the old seat"), Option(f"{NEW}1", "To the new seat"),
    Option(f"{NEW}2", "To the second new seat"),
)  # fmt: skip
CLOSED: Final = Option(ENDED, "Closed: service ended or transferred")
NAMES = ("from_on", "name", "short", "organisation", "new_organisation", "into", "name_1", "short_1", "name_2",
         "short_2", "stays", "people", "rest")  # fmt: skip


@dataclass(frozen=True)
class SeatForm:
    """What was typed or chosen, as text."""

    seat: str = ""
    kind: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    homes: Mapping[int, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """One value; empty where there is none."""
        return self.values.get(name, "")


def read_form(data: Mapping[str, Any]) -> SeatForm:
    """What a press brought: inputs of the form, and behind them what an earlier card carried along."""
    form = str(data.get("form", ""))[:20]
    carried = data.get("kept") if isinstance(data.get("kept"), Mapping) else {}
    assert isinstance(carried, Mapping)

    def typed(name: str) -> str:
        value = data.get(f"{form}.{name}", carried.get(name, ""))
        return one_line(value)[:300] if isinstance(value, str) else ""

    homes = {}
    for key, value in [*carried.items(), *data.items()]:
        number = str(key).rpartition("home.")[2]
        if "home." in str(key) and isinstance(value, str) and number.isascii() and number.isdigit():
            homes[int(number[:9])] = value[:20]
    return SeatForm(typed("seat"), typed("kind"), {name: typed(name) for name in NAMES}, homes)


def change_of(form: SeatForm, kind: Kind, seat_id: int, today: date) -> tuple[Change, dict[str, str]]:
    """The change that a form asks for, and what cannot be read in it."""
    from_on = read_day(form.get("from_on"), today)
    wrong = {} if from_on else {"from_on": "I cannot read this day. Please write it like 26/11/2026."}
    parts = tuple(
        (form.get(f"name_{n}"), form.get(f"short_{n}"))
        for n in (1, 2)
        if form.get(f"name_{n}") or form.get(f"short_{n}")
    )
    return Change(
        kind, seat_id, from_on or today, form.get("name"), form.get("short"), _number(form.get("organisation")),
        form.get("new_organisation"), _number(form.get("into")) if kind == MERGE else None, parts,
        form.get("stays") != "no", form.get("people") != "no", form.get("rest") if kind in (SPLIT, END) else "",
        form.homes if kind in (SPLIT, END) else {},
    ), wrong  # fmt: skip


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def seats_card(view: SeatsView, form: str, errors: Mapping[str, str] | None = None, told: str = "") -> Card:
    """Which seat changes, and how; what is planned, and where the pack says otherwise."""
    errors = errors or {}
    body: list[Element] = [title("Change a seat")]
    body += [paragraph(told)] if told else []
    body.append(subtle("Nothing changes before you have seen where every open request goes."))
    for name, element in (
        ("seat", _choice(f"{form}.seat", "Which seat", view.seats, "")),
        ("kind", InputChoiceSet(
            id=f"{form}.kind", label="What happens to it", style="expanded",
            choices=[{"title": WORDS[one], "value": one} for one in KINDS],
        )),
    ):  # fmt: skip
        body += [problem(errors[name])] if name in errors else []
        body.append(element)
    data = {"p": view.partnership_id, "form": form}
    if view.planned:
        body += [heading("Planned"), *(paragraph(one.line) for one in view.planned)]
    if view.otherwise:
        body += [heading("The pack says otherwise"), *(paragraph(one) for one in view.otherwise)]
        body.append(subtle("What was changed here holds. Please have the pack changed too, or change the seat back."))
    actions = [button("Next", FIELDS, data, primary=True)]
    for one in view.planned[:MOST_PLANNED]:
        named = "Call it off" if len(view.planned) == 1 else f"Call off: {one.line.split(', ', 1)[-1][:40]}"
        actions.append(button(named, CALL_OFF, {**data, "change": one.change_id}, collect=False))
    actions.append(button("Back", SHOW, {"p": view.partnership_id}, collect=False))
    return card("Change a seat: rename, move, merge, split or end it.", body, actions)


def _choice(id: str, label: str, options: tuple[Option, ...], value: str) -> InputChoiceSet:
    keys = {one.key for one in options}
    return InputChoiceSet(
        id=id, label=label, choices=[{"title": one.label, "value": one.key} for one in options],
        value=value if value in keys else None, style="compact", placeholder="Choose one",
    )  # fmt: skip


def fields_card(
    view: SeatsView, form: str, typed: SeatForm, kind: Kind, errors: Mapping[str, str] | None = None
) -> Card:
    """What is needed for this kind of change."""
    errors = errors or {}
    called = next((one.label for one in view.seats if one.key == typed.seat), "")
    body: list[Element] = [title(f"{TITLES[kind]}: {called}")]
    body += [problem(errors[name]) for name in ("seat",) if name in errors]
    for name, element in _fields(view, form, typed, kind):
        body += [problem(errors[name])] if name in errors else []
        body.append(element)
    data = {"p": view.partnership_id, "form": form, "kept": {"seat": typed.seat, "kind": kind}}
    actions = [
        button("Show what happens", PREVIEW, data, primary=True),
        button("Back", OPEN, {"p": view.partnership_id}, collect=False),
    ]
    return card(f"{WORDS[kind]}: {called}.", body, actions)


def _fields(view: SeatsView, form: str, typed: SeatForm, kind: Kind) -> list[tuple[str, Element]]:
    def text(name: str, label: str) -> tuple[str, Element]:
        return name, InputText(id=f"{form}.{name}", label=label, value=typed.get(name) or None, max_length=120)

    day = typed.get("from_on") or view.today.isoformat()
    found: list[tuple[str, Element]] = []
    others = tuple(one for one in view.seats if one.key != typed.seat)
    if kind == RENAME:
        found = [text("name", "Full name"), text("short", "Short name, for tables")]
    elif kind == MOVE:
        chosen = _choice(f"{form}.organisation", "To which organisation", view.organisations, typed.get("organisation"))
        found = [("organisation", chosen), text("new_organisation", "Or a new one, by its full name")]
    elif kind == MERGE:
        found = [("into", _choice(f"{form}.into", "Part of which seat", others, typed.get("into"))),
                 ("people", _yes_no(form, "people", "Do its people go along?", typed))]  # fmt: skip
    elif kind == SPLIT:
        found = [text("name_1", "New seat: full name"), text("short_1", "New seat: short name"),
                 text("name_2", "A second one: full name (optional)"), text("short_2", "A second one: short name"),
                 ("stays", _yes_no(form, "stays", "Does the old seat go on beside?", typed)),
                 ("people", _yes_no(form, "people", "Do its people answer for new ones at first?", typed))]  # fmt: skip
    first = InputDate(id=f"{form}.from_on", label="From which day", value=day)
    found.append(("from_on", first))
    if kind in (SPLIT, END):
        preset = typed.get("rest") or (STAY if kind == SPLIT else ENDED)
        options = SPLIT_HOMES if kind == SPLIT else (CLOSED, *(Option(f"{SEAT}{one.key}", one.label) for one in others))
        label = "Where its open requests go (you can choose for each one next)"
        found.append(("rest", _choice(f"{form}.rest", label, options, preset)))
    return found


def _yes_no(form: str, name: str, label: str, typed: SeatForm) -> InputChoiceSet:
    return InputChoiceSet(
        id=f"{form}.{name}", label=label, style="expanded", value=typed.get(name) or "yes",
        choices=[{"title": "Yes", "value": "yes"}, {"title": "No", "value": "no"}],
    )  # fmt: skip


def preview_card(view: ChangePreview, form: str, typed: SeatForm) -> Card:
    """Each open return's new home, before anything is changed."""
    body: list[Element] = [title(view.seat), paragraph(strong(view.what))]
    body += [paragraph(view.people)] if view.people else []
    body += [problem(one) for one in view.warnings]
    chosen = any(one.options for one in view.homes[:MOST_CHOSEN])
    if not view.homes:
        body.append(paragraph("Nothing is open there, so no request needs a new home."))
    elif view.change.kind in (RENAME, MOVE):
        body += [subtle("What is open stays with it. Earlier rounds keep the name of their time.")]
    else:
        body.append(heading("Where open requests go"))
        body += _choosing(view, form) if chosen else [_homes_table(view.homes)]
    kept = {"seat": typed.seat, "kind": view.change.kind} | {name: typed.get(name) for name in NAMES if typed.get(name)}
    kept |= {"rest": view.change.rest} if view.change.rest else {}
    homes = {f"home.{one.loop_id}": one.home for one in view.homes if one.options}
    data = {"p": view.partnership_id, "form": form, "kept": {**kept, **homes}}
    actions = [button("Do this", CONFIRM, {**data, "mark": view.mark}, primary=True)]
    if chosen:
        actions.append(button("Show it again", PREVIEW, data))
    actions.append(button("Change something", FIELDS, {**data, "again": True}, collect=False))
    actions.append(button("Leave it as it is", SHOW, {"p": view.partnership_id}, collect=False))
    return card(view.what, body, actions)


def _choosing(view: ChangePreview, form: str) -> list[Element]:
    found: list[Element] = []
    for one in view.homes[:MOST_CHOSEN]:
        label = f"{one.title} ({one.stands})"
        found.append(_choice(f"{form}.home.{one.loop_id}", label, _capital(one.options), one.home))
    if len(view.homes) > MOST_CHOSEN:
        found.append(_homes_table(view.homes[MOST_CHOSEN:]))
    return found


def _capital(options: tuple[Option, ...]) -> tuple[Option, ...]:
    return tuple(Option(one.key, _first(one.label)) for one in options)


def _first(text: str) -> str:
    return text[:1].upper() + text[1:]


def _homes_table(homes: tuple[HomeLine, ...]) -> Element:
    rows = [[cell(one.title, strong=True), cell(_first(one.stands)), cell(_first(one.home_label))] for one in homes]
    return table(("Request", "Now", "Then"), rows, (1, 1, 1))


def told_card(told: ChangeTold) -> Card:
    """For the people of the seats concerned: what changed, in two lines."""
    body: list[Element] = [title("A change of places"), paragraph(told.line)]
    body += [subtle(told.homes)] if told.homes else []
    return card(told.line, body)


def told_officer_card(told: ChangeTold, partnership_id: int) -> Card:
    """For the officers: a planned change was made, or could not be."""
    if told.possible:
        line = f"Done as planned. {told.line}"
    else:
        line = f"This could not be done as planned, so nothing was changed: {told.line}"
    see = button("Change a seat", OPEN, {"p": partnership_id}, primary=True, collect=False)
    return card(line, [title("A planned change of places"), paragraph(line)], [see])
