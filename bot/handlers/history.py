"""`history <seat>`: what one agency was asked and said, round by round; in private only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assurance.asking import Word
from assurance.history import history
from assurance.permissions import MEMBER, may, require
from bot.edge.answers import Answer, Say, ShowCard
from bot.handlers.helping import here_of
from bot.places import places_of
from bot.tables import Command, Desk
from bot.turns import PARTNERSHIP, Here, Turn, number, who
from cards.asking import Question, private_offer
from cards.history import HISTORY, SHOW, choose_card, history_card, of_item_card, read_choice
from cards.parts import Card
from storage.notices import Notice
from storage.partnerships import seats
from storage.unit import Unit

IN_PRIVATE = "I tell an agency's history in private, so that nothing is shown here that only some may see."
PRIVATELY = "Please ask for this in our own chat: type history there."


async def draw_history(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """One agency's history, or a question whose it is to be."""
    here = await here_of(unit, desk, owed)
    if here is None:
        return None
    kind, key = next(iter(owed.subject.get("target", [])), ("", ""))
    if desk.public:
        return private_offer(desk.partnership.id, Question(HISTORY, kind, key), IN_PRIVATE)
    if kind == "item":
        require(here.actor, "see_own_status")
        name = next((one.names[0] for one in await places_of(unit, here) if one.key == key), "This item")
        return of_item_card(desk.partnership.id, name, key)
    wanted = await _agencies(unit, here, kind, key)
    if len(wanted) != 1:
        return choose_card(desk.partnership.id, here.actor.person_id, wanted)
    page = int(owed.subject.get("page", 1))
    return history_card(await history(unit, here.actor, here.partnership, here.pack, desk.now, wanted[0][0], page))


async def _agencies(unit: Unit, here: Here, kind: str, key: str) -> list[tuple[int, str]]:
    """The agencies that are meant, or that may be chosen. Raises NotAllowed where none of them is open to the person.

    Whether an agency has a history at all is not told to somebody who may not read it.
    """
    rows = await seats(unit, here.partnership.id)
    if kind == "seat":
        wanted = [one for one in rows if str(one.id) == key]
    elif kind == "organisation":
        wanted = [one for one in rows if str(one.organisation_id) == key and one.returns]
    else:
        wanted = [one for one in rows if one.returns or one.id in here.actor.seats]
    if not may(here.actor, "see_history"):
        wanted = [one for one in wanted if one.id in here.actor.seats]
    if not wanted:
        require(here.actor, "see_history")
    return [(one.id, one.name) for one in wanted]


async def show(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """The history of the agency that was chosen."""
    if not turn.private:
        return Say(PRIVATELY)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        chosen = read_choice(data)
        if chosen is None:
            wanted = await _agencies(unit, here, "", "")
            made = choose_card(here.partnership.id, here.actor.person_id, wanted, "Please choose an agency.")
        else:
            made = history_card(await history(unit, here.actor, here.partnership, here.pack, turn.now, chosen))
    return ShowCard(made.content, made.summary)


COMMANDS = (
    Command(
        Word(HISTORY, ("history",), takes="optional target"),
        "What an agency said, round by round, and what the group made of it.",
        "reply.history",
        who=("officer", "chair", "vice_chair", MEMBER),
    ),
)
PRESSES = {SHOW: show}
NOTICES = {"reply.history": draw_history}
