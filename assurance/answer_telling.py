"""What follows from an answer: fresh copies of what is read-only, and one line to whoever has a form open."""

from __future__ import annotations

from datetime import date, datetime

from assurance.actors import Actor
from assurance.answer_form import Asked
from assurance.owing import note_owed, update_of
from storage.asks import loops_of_request
from storage.chasers import nudges_about
from storage.notices import Notice, cards_about
from storage.partnerships import Partnership
from storage.returns import Version, returns_of_request
from storage.unit import Unit

UNSENT = frozenset({"owed", "refused", "skipped"})
"""States of a card that nobody has seen; one that is still owed will be drawn as things stand then."""


async def tell_of_answer(
    unit: Unit, actor: Actor, partnership: Partnership, asked: Asked, kept: Version, day: date, now: datetime
) -> None:
    """Owe an update of the channel's card and of the answerer's own, reminders too, and a line to each colleague.

    A form that a colleague has open is never replaced, since that may wipe what they are typing. An answer that
    was entered on behalf comes without the line: `assurance.behalf` gives the seat's people a copy of their own.
    """
    loop, own = asked.loop, {actor.person_id} | ({asked.loop.person_id} if asked.loop.person_id else set())
    answers_it = loop.person_id == actor.person_id or loop.seat_id in actor.seats
    told: set[int] = set()
    owed: list[Notice] = []
    cause = f"v{kept.id}"
    about = f"request:{asked.request.id}"
    for card in await cards_about(unit, partnership.id, about, own, loop.seat_id, day):
        if card.kind == "channel":
            owed.append(update_of(card, cause, now=now))
        elif card.kind != "request" or card.state in UNSENT:
            continue
        elif card.person_id == actor.person_id and answers_it:
            card.shape = "form" if await _more_to_answer(unit, actor, asked) else "receipt"
            owed.append(update_of(card, cause, now=now))
        else:
            if card.shape == "receipt":
                owed.append(update_of(card, cause, now=now))
            if kept.origin == "on_behalf":
                continue
            if card.person_id is not None and card.person_id not in {actor.person_id, *told}:
                told.add(card.person_id)
                owed.append(_line(partnership.id, card.person_id, asked, kept, now))
    if answers_it:
        for nudge in await nudges_about(unit, partnership.id, asked.row.id, actor.person_id):
            owed.append(update_of(nudge, cause, now=now))
    await unit.write(owed)


def _line(partnership_id: int, person_id: int, asked: Asked, kept: Version, now: datetime) -> Notice:
    owed = Notice(
        partnership_id=partnership_id, key=f"told:answered:{kept.id}:{person_id}", kind="told_answered",
        subject={"return": asked.row.id, "version": kept.number}, person_id=person_id, owed_at=now,
        not_before=now,
    )  # fmt: skip
    note_owed(owed)
    return owed


async def _more_to_answer(unit: Unit, actor: Actor, asked: Asked) -> bool:
    """Whether this person still has a form of the same request to fill in, for another seat (scenario 30)."""
    if len(actor.seats) < 2:
        return False
    partnership_id, request_id = asked.row.partnership_id, asked.request.id
    own = {
        one.id
        for one in await loops_of_request(unit, partnership_id, request_id)
        if one.seat_id in actor.seats and one.asked and one.state != "withdrawn"
    }
    rows = await returns_of_request(unit, partnership_id, request_id)
    return any(one.loop_id in own and one.state == "awaited" for one in rows)
