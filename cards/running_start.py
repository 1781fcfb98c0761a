"""A workbook of earlier records: how to send one, what it would bring in, and what was brought in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from assurance.dates import count_words, day_words
from assurance.running_start import StartPreview
from cards.elements import Action, Element, InputDate
from cards.identifiable import SURE
from cards.parts import Card, button, card, heading, paragraph, points, problem, subtle, title

TEMPLATE, FROM_FILE, CONFIRM = "start.template", "start.file", "start.bring_in"
MOST_LINES: Final = 25


def offer_card(partnership_id: int, to: int, made: str = "") -> Card:
    """How to bring in earlier records, with a workbook to fill in."""
    summary = "Bring in members, meetings, open items and latest levels from earlier records."
    body: list[Element] = [
        title("Bring in earlier records"),
        paragraph(
            "One workbook brings in your members, meetings, open items, and each agency's latest levels. "
            "Attach it here in our chat. You see what would come in, and every cell to mend, before anything does."
        ),
        paragraph("Nobody is asked about anything before the start date that you choose."),
    ]
    if made:
        body.append(paragraph(made))
    data = {"p": partnership_id, "to": to}
    return card(summary, body, [button("Make an empty workbook", TEMPLATE, data, primary=not made, collect=False)])


def preview_card(found: StartPreview, to: int, file: Mapping[str, str], starts_on: str = "", wrong: str = "") -> Card:
    """What the workbook would bring in, or which cells stand in the way."""
    if found.mistakes:
        many = len(found.mistakes)
        count = "One cell needs" if many == 1 else f"{count_words(many).capitalize()} cells need"
        summary = f"{count} mending first. Nothing was brought in."
        body: list[Element] = [title("Please mend these first"), paragraph(summary), *_lines(found.mistakes)]
        return card(summary, [*body, subtle("Then attach the workbook again.")])
    summary = f"This would come in: {totals(found)}."
    whole = totals(found)
    body = [title("This is what would come in"), paragraph(f"{whole[:1].upper()}{whole[1:]}.")]
    body += _part("Items", [_item(found, at) for at in range(len(found.records.items))])
    body += _part("Meetings", [day_words(one.on) + (" (extra)" if one.extra else "") for one in found.records.meetings])
    people = [f"{one.place_name}: {one.name}" for one in found.people.planned if one.change != "same"]
    body += _part("Members", people)
    data: dict[str, Any] = {"p": found.partnership_id, "to": to, **file}
    name = "Bring it in"
    if found.questions:
        body += _part("Please look at these", found.questions)
        body.append(paragraph("Nothing is stored yet. Please take them out of the workbook, or confirm."))
        data, name = {**data, SURE: file["sum"]}, "They identify nobody, bring it in"
    if wrong:
        body.append(problem(wrong))
    label = "Start date: nobody is asked about anything before this day"
    body.append(InputDate(id="starts_on", label=label, value=starts_on or None))
    actions: list[Action] = [button(name, CONFIRM, data, primary=True)]
    return card(summary, body, actions)


def done_card(found: StartPreview, starts_on: date) -> Card:
    """What was brought in."""
    summary = f"Brought in: {totals(found)}."
    body: list[Element] = [
        title("Earlier records have been brought in"),
        paragraph(summary),
        paragraph(f"Nobody is asked about anything before {day_words(starts_on)}. Type status to see how all stand."),
    ]
    return card(summary, body)


def already_card(starts_on: date | None) -> Card:
    """The very same workbook was brought in before."""
    summary = "This workbook was brought in already. Nothing needed to be done again."
    body: list[Element] = [title("Brought in already"), paragraph(summary)]
    if starts_on is not None:
        body.append(paragraph(f"The start date is {day_words(starts_on)}. Type status to see how all stand."))
    return card(summary, body)


def totals(found: StartPreview) -> str:
    """How much a workbook holds, in words."""
    people = sum(one.change != "same" for one in found.people.planned)
    counts = (
        (people, "place for a member", "places for members"),
        (len(found.records.meetings), "meeting", "meetings"),
        (len(found.records.items), "item", "items"),
        (found.records.levels, "level", "levels"),
    )
    said = [f"{count_words(many)} {one if many == 1 else more}" for many, one, more in counts]
    return ", ".join(said[:-1]) + f" and {said[-1]}"


def _item(found: StartPreview, at: int) -> str:
    item = found.records.items[at]
    agencies = len({one.seat_id for one in item.levels})
    many = "one agency" if agencies == 1 else f"{count_words(agencies)} agencies"
    return f"{item.reference}: {item.title}, {many}, next answers by {day_words(item.due_on)}"


def _part(name: str, lines: Sequence[str]) -> list[Element]:
    return [heading(f"{name} ({len(lines)})", spacing="medium"), *_lines(lines)] if lines else []


def _lines(lines: Sequence[str]) -> list[Element]:
    shown: list[Element] = [points(lines[:MOST_LINES], spacing="small")]
    if len(lines) > MOST_LINES:
        shown.append(subtle(f"And {len(lines) - MOST_LINES:,} more."))
    return shown


def read_start(data: Mapping[str, Any]) -> date | None:
    """The start date that was given, or None."""
    try:
        return date.fromisoformat(str(data.get("starts_on", "")))
    except ValueError:
        return None
