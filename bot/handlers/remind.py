"""`remind <seat>`: what an agency owes and what was tried, and a reminder by the officer's own press (B13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assurance.asking import Word
from assurance.chasing import BY_HAND
from assurance.permissions import require
from assurance.refusals import NotAllowed
from assurance.reminding import remind_seat, remind_view, who_owes
from bot.edge.answers import Answer, ShowCard
from bot.handlers.chasing import draw_nudge
from bot.handlers.helping import here_of
from bot.tables import Command, Desk
from bot.turns import PARTNERSHIP, Here, Turn, number, who
from cards.asking import Question, private_offer
from cards.parts import Card
from cards.remind import SEAT, SEND, remind_card, sent_words, who_owes_card
from storage.asks import loops_of_request, requests_about
from storage.notices import Notice
from storage.partnerships import seats
from storage.unit import Unit

REMIND = "remind"
IN_PRIVATE = "Who owes what is shown in private only."


async def draw_remind(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """One agency's page, or the agencies that owe something."""
    here = await here_of(unit, desk, owed)
    if here is None:
        return None
    kind, key = next(iter(owed.subject.get("target", [])), ("", ""))
    if desk.public:
        return private_offer(desk.partnership.id, Question(REMIND, kind, key), IN_PRIVATE)
    require(here.actor, "remind")
    among = await _among(unit, here, kind, key)
    if among is not None and len(among) == 1:
        [seat_id] = among
        return remind_card(await remind_view(unit, here.actor, desk.partnership, desk.pack, seat_id, desk.now))
    return who_owes_card(await who_owes(unit, here.actor, desk.partnership, desk.pack, among))


async def _among(unit: Unit, here: Here, kind: str, key: str) -> frozenset[int] | None:
    """The seats that a seat, an organisation or an item stands for; None where nothing was named."""
    partnership_id = here.partnership.id
    if kind == "seat":
        return frozenset({int(key)})
    if kind == "organisation":
        return frozenset(one.id for one in await seats(unit, partnership_id) if str(one.organisation_id) == key)
    if kind == "item":
        sort, _, item = key.partition(":")
        about = [int(item)]
        if sort == "learning":
            about = [one.id for one in await requests_about(unit, partnership_id, int(item))]
        loops = [one for request in about for one in await loops_of_request(unit, partnership_id, request)]
        return frozenset(one.seat_id for one in loops if one.seat_id is not None and one.open)
    return None


async def send(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Owe the reminder, and show the page as it stands then."""
    if not turn.private:
        raise NotAllowed(f"{IN_PRIVATE} Please type remind in our own chat.")
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        seat_id = number(data, SEAT)
        done = await remind_seat(unit, here.actor, here.partnership, here.pack, seat_id, turn.now)
        view = await remind_view(unit, here.actor, here.partnership, here.pack, seat_id, turn.now)
    made = remind_card(view, sent_words(done.names, done.sends_at, turn.now, here.pack.timezone))
    return ShowCard(made.content, made.summary)


COMMANDS = (
    Command(
        Word(REMIND, (REMIND, "chase"), takes="optional target"),
        "What an agency still owes, what was tried, and a reminder now. Add the agency's name.",
        "reply.remind", who=("officer",),
    ),
)  # fmt: skip
PRESSES = {SEND: send}
NOTICES = {"reply.remind": draw_remind, BY_HAND: draw_nudge}
