"""`deliveries`: the officer's list of what did not surely arrive, and its buttons."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from assurance.actors import Actor, actor_numbered
from assurance.asking import Word
from assurance.deliveries import A_PAGE, deliveries_view, it_is_there, note_refusal, send_again
from assurance.issuing import today_in
from bot.edge.answers import Answer, ShowCard
from bot.tables import Command, Desk
from bot.turns import PARTNERSHIP, Turn, number, who
from cards.deliveries import AGAIN, AT_PAGE, NOTED, NOTICE, PAGE, SEVERAL, THERE, deliveries_card
from cards.parts import Card
from cards.preview import in_private_card
from storage.notices import Notice
from storage.partnerships import Partnership
from storage.unit import Unit

Data = Mapping[str, Any]
Act = Callable[[Unit, Actor, Partnership, int, datetime], Awaitable[str]]


async def draw_deliveries(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """The first page, in the officer's own chat only."""
    assert owed.person_id is not None
    actor = await actor_numbered(unit, desk.partnership.id, owed.person_id, today_in(desk.pack, desk.now))
    if actor is None:
        return None
    view = await deliveries_view(unit, actor, desk.partnership, desk.pack, desk.now)
    return in_private_card("deliveries") if desk.public else deliveries_card(view)


async def _shown(turn: Turn, data: Data, act: Act | None = None) -> Answer:
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        note = ""
        for notice_id in _chosen(data) if act else ():
            note = await act(unit, here.actor, here.partnership, notice_id, turn.now) if act else ""
        page = number(data, AT_PAGE) if AT_PAGE in data else 1
        view = await deliveries_view(unit, here.actor, here.partnership, here.pack, turn.now, page)
    made = in_private_card("deliveries") if not turn.private else deliveries_card(view, note=note)
    return ShowCard(made.content, made.summary)


def _chosen(data: Data) -> list[int]:
    """The delivery on the button, or the several of a page."""
    several = data.get(SEVERAL)
    if isinstance(several, list) and 0 < len(several) <= A_PAGE:
        return [number({NOTICE: one}, NOTICE) for one in several]
    return [number(data, NOTICE)]


async def on_there(turn: Turn, data: Data) -> Answer:
    """The officer found it."""
    return await _shown(turn, data, it_is_there)


async def on_again(turn: Turn, data: Data) -> Answer:
    """Send it again."""
    return await _shown(turn, data, send_again)


async def on_noted(turn: Turn, data: Data) -> Answer:
    """The officer knows that it was refused."""
    return await _shown(turn, data, note_refusal)


async def on_page(turn: Turn, data: Data) -> Answer:
    """Another page."""
    return await _shown(turn, data)


COMMANDS = (
    Command(
        Word("deliveries", ("deliveries", "delivery", "what was not delivered")),
        "What may not have arrived, and what Teams refused.", "reply.deliveries", who=("officer",),
    ),
)  # fmt: skip
PRESSES = {THERE: on_there, AGAIN: on_again, NOTED: on_noted, PAGE: on_page}
NOTICES = {"reply.deliveries": draw_deliveries}
