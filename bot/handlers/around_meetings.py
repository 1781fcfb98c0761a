"""Draws what is told around a meeting: a handover, an answer that changed after the papers, an example in a report."""

from __future__ import annotations

from assurance.agency_status import seats_status
from assurance.refusals import NotAllowed, NotFound
from assurance.request_view import said_as
from bot.handlers.helping import here_of
from bot.tables import Desk
from cards.agency_status import agency_card
from cards.asking import Question
from cards.parts import Card
from cards.status import STATUS
from cards.told_after import changed_card, used_card
from storage.notices import Notice
from storage.partnerships import seat
from storage.returns import find_return
from storage.unit import Unit

WELCOME = (
    "Here is what is open, what was answered before you, and how it was assessed. What is to answer has its own card."
)


async def draw_handover(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """What a new representative takes over; nothing for whoever does not sit there any more."""
    here = await here_of(unit, desk, owed)
    seat_id = int(owed.subject["seat"])
    if here is None or seat_id not in here.actor.seats:
        return None
    try:
        view = await seats_status(unit, here.actor, desk.partnership, desk.pack, desk.now, [seat_id])
    except (NotAllowed, NotFound):
        return None
    return agency_card(view, Question(STATUS, "seat", str(seat_id)), overview=False, welcome=WELCOME)


async def draw_changed(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """For the officer: whose answer changed after the papers went out; nothing once it changed again."""
    here = await here_of(unit, desk, owed)
    found = await find_return(unit, desk.partnership.id, int(owed.subject["return"]))
    if here is None or not here.actor.has("officer") or found is None:
        return None
    row, loop, asked, _ = found
    said = await said_as(unit, desk.partnership.id, row.id, int(owed.subject["version"]))
    if said is None or said.number != row.version_number:
        return None
    its_seat = await seat(unit, desk.partnership.id, loop.seat_id) if loop.seat_id else None
    place = (its_seat.id, its_seat.short) if its_seat else None
    return changed_card(desk.partnership.id, place, asked.title, said.number, said.by)


async def draw_used(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """For a member: their example went into a report."""
    found = await find_return(unit, desk.partnership.id, int(owed.subject["return"]))
    if found is None:
        return None
    terms, kind = desk.pack.terms, str(owed.subject["kind"])
    its = next((one for one in desk.pack.reports if one.id == kind), None)
    return used_card(found[2].title, its.title if its else terms.report, its.to[0] if its and its.to else terms.board)


NOTICES = {"handover": draw_handover, "told_changed": draw_changed, "told_used": draw_used}
