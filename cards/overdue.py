"""The card of what is past the due date."""

from __future__ import annotations

from assurance.overdue import Overdue, OverdueItem
from cards.elements import Element
from cards.parts import Card, card, heading, paragraph, points, subtle, title

NOTHING = "Nothing is past its due date."


def overdue_card(view: Overdue) -> Card:
    """Item by item: who is past the due date, and apart from them who could not have answered."""
    name = "Your answers past the due date" if view.own else "Past the due date"
    if not view.items:
        return card(NOTHING, [title(name), paragraph(NOTHING)])
    body: list[Element] = [title(name)]
    for one in view.items:
        body += _item(one)
    if view.own:
        body.append(subtle("If something is in the way, tell us and we will help: type my returns."))
    return card(f"{name}: {len(view.items)} open {'item' if len(view.items) == 1 else 'items'}.", body)


def _item(one: OverdueItem) -> list[Element]:
    body: list[Element] = [heading(one.title), subtle(f"Due {one.due}")]
    if one.late:
        body.append(points(f"{name}: {days}" for name, days in one.late))
    if one.apart:
        body.append(paragraph("Not counted as late:", spacing="small"))
        body.append(points((f"{name}: {why}" for name, why in one.apart), spacing="none"))
    return body
