"""A list of people: the box to paste it into, and the preview of what it would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from assurance.dates import count_words, listing
from assurance.people_import import COLUMNS, TEMPLATE, Plan, Planned
from cards.elements import Element, InputText
from cards.identifiable import SURE, mark
from cards.parts import Card, button, card, fold, heading, paragraph, points, problem, subtle, title
from cards.people import SHOW, day

PREVIEW, CONFIRM, FROM_FILE = "people.preview", "people.bring_in", "people.file"
LONGEST_LIST: Final = 16_000
"""Characters that can be pasted: a card must stay under 80 KB."""
MOST_LINES: Final = 30


def list_card(partnership_id: int, form: str, text: str = "", wrong: str = "") -> Card:
    """Where a list is pasted, with the template to start from."""
    summary = "Bring in a list of who sits where."
    example = [paragraph(line) for line in TEMPLATE.strip().splitlines()]
    body: list[Element] = [
        title("Bring in a list"),
        paragraph(
            f"Paste the rows below. The first line names the columns: {listing(COLUMNS)}. Or attach an Excel "
            "workbook or a CSV file in this chat. You see what would change before anything does."
        ),
        *fold("Template to copy", example, f"{form}.template", framed=True),
    ]
    if wrong:
        body.append(problem(wrong))
    body.append(_box(form, text))
    body.append(subtle("An agency puts the person on its seat; a role gives them the role; a row may do both."))
    data = {"p": partnership_id, "form": form}
    back = button("Back", SHOW, {"p": partnership_id}, collect=False)
    return card(summary, body, [button("Show what would change", PREVIEW, data, primary=True), back])


def list_mark(text: str, file: Mapping[str, str] | None = None) -> str:
    """The mark of the list that an officer looked at: a list that was altered since is asked about again."""
    return mark(file["sum"] if file else text)


def _box(form: str, text: str) -> InputText:
    return InputText(
        id=f"{form}.list", label="The list", value=text or None, is_multiline=True, max_length=LONGEST_LIST,
        placeholder=TEMPLATE.splitlines()[0],
    )  # fmt: skip


def read_list(data: Mapping[str, Any]) -> str:
    """The text that was pasted."""
    value = data.get(f"{str(data.get('form', ''))[:20]}.list")
    return value if isinstance(value, str) else ""


def preview_card(partnership_id: int, form: str, plan: Plan, text: str, file: Mapping[str, str] | None = None) -> Card:
    """What a list would change, or which rows stand in the way. A long file stays where it is; see `file`."""
    data: dict[str, Any] = {"p": partnership_id, "form": form, **(file or {})}
    back = button("Back", SHOW, {"p": partnership_id}, collect=False)
    again = button("Check again", PREVIEW, data, primary=bool(plan.mistakes))
    kept: list[Element] = []
    if not file:
        kept = [_box(form, text)] if plan.mistakes else fold("Show the list", [_box(form, text)], f"{form}.kept")
    if plan.mistakes:
        summary = f"{_rows(len(plan.mistakes))} to mend first. Nothing was changed."
        body: list[Element] = [title("Please mend these first"), paragraph(summary), *_lines(plan.mistakes), *kept]
        return card(summary, body, [back] if file else [again, back])
    new, changed, same = plan.those("new"), plan.those("changed"), plan.those("same")
    if not new and not changed:
        summary = "Everything in this list is in place already. There is nothing to change."
        return card(summary, [title("Nothing to change"), paragraph(summary), *kept], [back])
    many = count_words(len(changed)) if changed else "none"
    summary = f"This list would make {_many(len(new), 'new assignment')} and change {many}."
    body = [title("This is what would change"), paragraph(summary)]
    body += _part("New", [planned_words(one) for one in new]) + _part(
        "Changed", [planned_words(one) for one in changed]
    )
    if plan.strangers:
        body += _part("Not yet in the team", [*plan.strangers])
        body.append(subtle("They are matched by their address when they join the team."))
    if same:
        body.append(subtle(f"{count_words(len(same)).capitalize()} already in place."))
    name = "Bring them in"
    if plan.questions:
        body += [heading("Please look at these"), *_lines(plan.questions)]
        data, name = {**data, SURE: list_mark(text, file)}, "They identify nobody, bring them in"
    actions = [button(name, CONFIRM, data, primary=True), *([] if file else [again]), back]
    return card(summary, [*body, *kept], actions)


def done_card(partnership_id: int, plan: Plan) -> Card:
    """What was brought in."""
    new, changed = len(plan.those("new")), len(plan.those("changed"))
    summary = f"Brought in: {_many(new, 'new assignment')}, {count_words(changed) if changed else 'none'} changed."
    body: list[Element] = [title("The list has been brought in"), paragraph(summary)]
    if plan.strangers:
        body.append(paragraph(f"Not yet in the team: {listing(plan.strangers[:MOST_LINES])}."))
    return card(summary, body, [button("Show people", SHOW, {"p": partnership_id}, primary=True)])


def which_file_card(partnership_id: int, offers: Sequence[tuple[str, str]], file: Mapping[str, str]) -> Card:
    """A file came: what is in it? Each offer is a name and the button's verb."""
    summary = "Thank you, I have your file. What is in it?"
    data = {"p": partnership_id, "url": file["url"], "name": file["name"]}
    actions = [button(name, verb, data, primary=at == 0) for at, (name, verb) in enumerate(offers)]
    return card(summary, [title("What is in this file?"), paragraph(file["name"] or "Your file")], actions)


def _part(name: str, lines: Sequence[str]) -> list[Element]:
    return [heading(f"{name} ({len(lines)})"), *_lines(lines)] if lines else []


def _lines(lines: Sequence[str]) -> list[Element]:
    shown: list[Element] = [points(lines[:MOST_LINES], spacing="small")]
    if len(lines) > MOST_LINES:
        shown.append(subtle(f"And {len(lines) - MOST_LINES:,} more."))
    return shown


def planned_words(one: Planned) -> str:
    """One assignment in a line: where, who, from when until when."""
    said = [f"{one.place_name}: {one.name} ({one.email})"]
    if one.title:
        said.append(one.title)
    if one.starts_on:
        said.append(f"from {day(one.starts_on)}")
    if one.ends_on:
        said.append(f"until {day(one.ends_on)}")
    return ", ".join(said)


def _many(number: int, word: str) -> str:
    return f"{count_words(number)} {word}{'' if number == 1 else 's'}"


def _rows(number: int) -> str:
    return "There is one thing" if number == 1 else f"There are {count_words(number)} things"
