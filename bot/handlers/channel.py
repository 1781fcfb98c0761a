"""The channel's card of a request, and the form that each addressed person gets from it, for their eyes only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assurance.channel_view import channel_view, private_card, reachable, stands_in_channel
from assurance.packing import pack_of
from assurance.refusals import NotAllowed, NotFound
from assurance.request_view import request_view
from bot.edge.answers import Answer, Say, ShowCard
from bot.tables import Desk
from bot.turns import PARTNERSHIP, Here, Turn, number, who
from cards.channel import ANSWER, REFRESH, channel_card
from cards.parts import Card
from storage.notices import Notice
from storage.partnerships import Partnership, partnership
from storage.unit import Unit

SENT_PRIVATELY = "I have sent your form to you in our own chat, where only you see it."
NO_WAY = (
    "This version of Teams cannot show your form here for you alone, and I cannot write to you in a chat of our "
    "own. Please open this channel in Teams on a computer, or ask the {officer} to send you the form by e-mail."
)
GONE = "This button belongs to something that I cannot find any more."


async def draw_channel(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """The card for everyone in the channel."""
    view = await channel_view(unit, desk.partnership, desk.pack, int(owed.subject["request"]), desk.now)
    if view is None or (owed.replaces_id is None and view.state != "open"):
        return None
    return channel_card(view)


async def refresh(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Give an addressed person their own form, and anybody else the channel's card. Changes nothing."""
    async with turn.house.open_unit() as unit:
        its = await _of_this_channel(unit, turn, data)
        try:
            here = await who(unit, turn, its.id)
            return _shown(await _own_card(unit, here, turn, data))
        except NotAllowed:
            request_id = number(data, "request")
            if not await stands_in_channel(unit, its.id, request_id):
                raise NotFound(GONE) from None
            view = await channel_view(unit, its, await pack_of(unit, its), request_id, turn.now)
            if view is None:
                raise NotFound(GONE) from None
            return _shown(channel_card(view))


async def answer_here(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """The same by hand. Where the answer would be seen by everyone, the form goes to a chat of their own."""
    async with turn.house.open_unit() as unit:
        its = await _of_this_channel(unit, turn, data)
        here = await who(unit, turn, its.id)
        made = await _own_card(unit, here, turn, data)
        if not turn.by_message or turn.private:
            return _shown(made)
        if not await reachable(unit, here.actor):
            return Say(NO_WAY.format(officer=here.pack.terms.officer))
        cause = f"asked:{turn.activity_id}"
        await private_card(unit, here.actor, here.partnership, number(data, "request"), cause, turn.now)
        return Say(SENT_PRIVATELY)


async def _own_card(unit: Unit, here: Here, turn: Turn, data: Mapping[str, Any]) -> Card:
    from cards.request import request_card

    view = await request_view(unit, here.actor, here.partnership, here.pack, number(data, "request"), turn.now)
    return request_card(view, here.actor.person_id)


async def _of_this_channel(unit: Unit, turn: Turn, data: Mapping[str, Any]) -> Partnership:
    """The partnership that the button names, if this is a channel of its team or a private chat."""
    its = await partnership(unit, number(data, PARTNERSHIP))
    if its is None:
        raise NotFound(GONE)
    place = turn.conversation
    own = place.team_id == its.team_id or place.id.split(";")[0] == its.channel_id
    if not own and not turn.private:
        raise NotFound(GONE)
    if turn.private:
        await who(unit, turn, its.id)
    return its


def _shown(made: Card) -> Answer:
    return ShowCard(made.content, made.summary)


PRESSES = {REFRESH: refresh, ANSWER: answer_here}
NOTICES = {"channel": draw_channel}
