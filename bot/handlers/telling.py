"""Draws the lines that tell members what has changed about something they were sent."""

from __future__ import annotations

from datetime import date
from typing import Any

from assurance.actors import Actor, actor_numbered
from assurance.issuing import today_in
from assurance.learning_fields import LearningFields
from assurance.managed_view import changed_fields, ended_view
from assurance.refusals import NotAllowed
from assurance.request_view import RequestView, request_view
from bot.tables import Desk
from bot.turns import CARD_OF, PARTNERSHIP
from cards.parts import Card
from cards.told import corrected_card, due_card, ended_card, extended_card
from storage.learning import learning_fields
from storage.notices import Notice
from storage.unit import Unit


async def _reader(unit: Unit, desk: Desk, owed: Notice) -> Actor:
    """Who is told, as they stand today. Raises NotAllowed for somebody who has left."""
    assert owed.person_id is not None
    day = today_in(desk.pack, desk.now)
    found = await actor_numbered(unit, desk.partnership.id, owed.person_id, day)
    if found is None:
        raise NotAllowed("This person is not in the partnership any more.")
    return found


async def _view(unit: Unit, desk: Desk, owed: Notice) -> RequestView | None:
    """The request as the person sees it now, or None where it does not ask them any more."""
    actor, request_id = await _reader(unit, desk, owed), int(owed.subject["request"])
    view = await request_view(unit, actor, desk.partnership, desk.pack, request_id, desk.now)
    return view if view.state == "open" and not view.removed else None


def _data(desk: Desk, owed: Notice) -> dict[str, Any]:
    return {PARTNERSHIP: desk.partnership.id, CARD_OF: owed.person_id, "request": int(owed.subject["request"])}


async def draw_extended(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """More time was agreed; not where another day was agreed since."""
    view = await _view(unit, desk, owed)
    side = next((one for one in view.sides if one.loop_id == owed.subject["loop"]), None) if view else None
    until = date.fromisoformat(owed.subject["until"])
    if view is None or side is None or side.due_on != until:
        return None
    seats = [side.short] if side.seat_id is not None else []
    return extended_card(view.title, seats, until, _data(desk, owed))


async def draw_due(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """There is a new due day; not where it was changed again, or everything is answered by now."""
    view = await _view(unit, desk, owed)
    due_on = date.fromisoformat(owed.subject["due_on"])
    if view is None or all(one.state != "awaited" or one.due_on != due_on for one in view.sides):
        return None
    return due_card(view.title, due_on, _data(desk, owed))


async def draw_corrected(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """The meaning of the learning was corrected: the words that hold now, and which of them are new."""
    view = await _view(unit, desk, owed)
    if view is None or view.learning_id is None:
        return None
    number = int(owed.subject["version"])
    before = await learning_fields(unit, desk.partnership.id, view.learning_id, number - 1)
    after = await learning_fields(unit, desk.partnership.id, view.learning_id, number)
    if before is None or after is None:
        return None
    changed = changed_fields(LearningFields.from_json(before[1]), LearningFields.from_json(after[1]))
    answered = any(one.said is not None for one in view.sides)
    words = LearningFields.from_json(view.learning)
    return corrected_card(view.title, words, changed, answered, _data(desk, owed))


async def draw_ended(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """A request was withdrawn, or asks this agency no more; not where it asks them again by now."""
    actor = await _reader(unit, desk, owed)
    request_id, loop_id = int(owed.subject["request"]), owed.subject.get("loop")
    ended = await ended_view(unit, actor, desk.partnership, request_id, loop_id)
    return ended_card(ended) if ended else None


NOTICES = {
    "told_extended": draw_extended,
    "told_due": draw_due,
    "told_corrected": draw_corrected,
    "told_removed": draw_ended,
    "told_cancelled": draw_ended,
}
