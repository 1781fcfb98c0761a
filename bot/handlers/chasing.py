"""Draws the messages of chasing, as things stand when they go out; and the proof of chase."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assurance.actors import Actor, actor_numbered
from assurance.issuing import today_in
from assurance.nudge_view import nudge_after, nudge_view, said_in
from assurance.permissions import may
from assurance.proof_of_chase import proof_of_chase
from assurance.request_view import request_view
from assurance.ring_list import listed_in, ring_view
from bot.edge.answers import Answer, Say, ShowCard
from bot.tables import Desk
from bot.turns import PARTNERSHIP, Turn, number, who
from cards.nudge import answered_card, nudge_card, ring_card
from cards.parts import Card
from cards.proof_of_chase import PROOF, proof_card
from cards.request import Shown, count, request_card
from storage.notices import Notice, notices_to
from storage.returns import find_return
from storage.unit import Unit

IN_PRIVATE = "Please open this in our private chat: type status there, and the agency\u2019s name."


async def draw_nudge(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """What somebody still owes; nothing where an answer, an extension or a newer message came first.

    A reminder that was posted already is drawn again once its reader has answered something in it.
    """
    actor = await _reader(unit, desk, owed)
    if actor is None:
        return None
    said = said_in(owed.subject)
    if owed.replaces_id is not None:
        after = await nudge_after(unit, actor, desk.partnership, desk.pack, said, desk.now)
        if after is not None:
            return nudge_card(after)
        return await _receipt(unit, desk, actor, {one.return_id for one in said})
    sent = await notices_to(unit, desk.partnership.id, actor.person_id, [owed.kind])
    if any(one.id > owed.id and one.replaces_id is None for one in sent):
        return None
    view = await nudge_view(unit, actor, desk.partnership, desk.pack, said, desk.now)
    return nudge_card(view) if view is not None else None


async def _receipt(unit: Unit, desk: Desk, actor: Actor, returns: set[int]) -> Card:
    """All that a reminder was about is answered: the receipt where it was one answer, else a line of thanks."""
    found = await find_return(unit, desk.partnership.id, next(iter(returns))) if len(returns) == 1 else None
    if found is None or found[0].state == "awaited":
        return answered_card(desk.partnership.id)
    view = await request_view(unit, actor, desk.partnership, desk.pack, found[2].id, desk.now)
    return request_card(view, actor.person_id, Shown(return_id=found[0].id))


async def draw_ring(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """The list of whom to ring; nothing where all of it was answered, or for whoever is no officer any more."""
    actor = await _reader(unit, desk, owed)
    if actor is None or not may(actor, "enter_on_behalf"):
        return None
    view = await ring_view(unit, actor, desk.partnership, desk.pack, listed_in(owed.subject), desk.now)
    return ring_card(view) if view is not None else None


async def _reader(unit: Unit, desk: Desk, owed: Notice) -> Actor | None:
    return await actor_numbered(unit, desk.partnership.id, owed.person_id or 0, today_in(desk.pack, desk.now))


async def show_proof(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """What was sent to one agency about what it was asked, in the place of its status."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        if not turn.private:
            return Say(IN_PRIVATE)
        view = await proof_of_chase(
            unit, here.actor, here.partnership, here.pack, number(data, "seat"), turn.now,
            page=max(1, count(data, "page")),
        )  # fmt: skip
    shown = proof_card(view)
    return ShowCard(shown.content, shown.summary)


PRESSES = {PROOF: show_proof}
NOTICES = {"nudge": draw_nudge, "ring": draw_ring}
