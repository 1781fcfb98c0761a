"""Asking: `my returns`, `status` and `overdue`, typed or by a button; in a channel nothing that only some may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assurance.agency_status import seats_status
from assurance.asking import Word
from assurance.item_status import item_status
from assurance.my_returns import own_returns
from assurance.overdue import overdue
from assurance.owing import owe
from assurance.permissions import MEMBER, may
from assurance.refusals import NotAllowed, NotFound
from assurance.status import board, counts
from bot.courier import reply_address
from bot.edge.answers import Answer, Say, ShowCard
from bot.handlers.helping import can_be_run, every_command, here_of
from bot.places import places_of
from bot.tables import Command, Desk
from bot.turns import Here, Turn, number, who
from cards.agency_status import agency_card
from cards.asking import PRIVATE, RUN, Question, private_offer, read_question
from cards.item_status import item_card
from cards.overdue import overdue_card
from cards.parts import Card
from cards.returns_list import OPEN, returns_card
from cards.status import board_card, counts_card
from storage.notices import Notice
from storage.partnerships import organisations, seats
from storage.unit import Unit

STATUS, OVERDUE, RETURNS = "status", "overdue", "my returns"
IN_PRIVATE = "I answer this in private, so that nothing is shown here that only some may see."


async def draw_status(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """How everyone stands, or one agency, organisation or item."""
    here = await here_of(unit, desk, owed)
    if here is None:
        return None
    kind, key = next(iter(owed.subject.get("target", [])), ("", ""))
    if desk.public:
        if not kind and in_group_channel(desk, owed):
            return counts_card(await counts(unit, here.actor, desk.partnership, desk.pack, desk.now))
        return private_offer(desk.partnership.id, Question(STATUS, kind, key), IN_PRIVATE)
    page = int(owed.subject.get("page", 1))
    everyone = may(here.actor, "see_every_status")
    if kind == "item":
        view = await item_status(unit, here.actor, desk.partnership, desk.pack, desk.now, key)
        return item_card(view, overview=everyone)
    if kind:
        return await _agency(unit, desk, here, kind, key, page)
    try:
        return board_card(await board(unit, here.actor, desk.partnership, desk.pack, desk.now, page))
    except NotAllowed:
        return await _agency(unit, desk, here, "own", "", page)


async def _agency(unit: Unit, desk: Desk, here: Here, kind: str, key: str, page: int) -> Card:
    rows, name = await seats(unit, desk.partnership.id), ""
    wanted = [one.id for one in rows if str(one.id) == key]
    if kind == "own":
        wanted = sorted(here.actor.seats)
        name = "Your agencies" if len(wanted) > 1 else ""
    elif kind == "organisation":
        wanted = [one.id for one in rows if str(one.organisation_id) == key]
        name = next((one.name for one in await organisations(unit, desk.partnership.id) if str(one.id) == key), "")
    view = await seats_status(unit, here.actor, desk.partnership, desk.pack, desk.now, wanted, name=name, page=page)
    asked = Question(STATUS) if kind == "own" else Question(STATUS, kind, key)
    return agency_card(view, asked, overview=may(here.actor, "see_every_status"))


async def draw_overdue(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """Who is past the due date; a member reads only their own."""
    here = await here_of(unit, desk, owed)
    if here is None:
        return None
    if desk.public:
        return private_offer(desk.partnership.id, Question(OVERDUE), IN_PRIVATE)
    return overdue_card(await overdue(unit, here.actor, desk.partnership, desk.pack, desk.now))


async def draw_returns(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """What the person's own agencies owe and have answered."""
    here = await here_of(unit, desk, owed)
    if here is None:
        return None
    if desk.public:
        return private_offer(desk.partnership.id, Question(RETURNS), IN_PRIVATE)
    return returns_card(await own_returns(unit, here.actor, desk.partnership, desk.pack, desk.now))


def in_group_channel(desk: Desk, owed: Notice) -> bool:
    """Whether it is asked in the channel of the group itself, where counts may be shown."""
    where = str((owed.address or {}).get("conversation", "")).partition(";")[0]
    return bool(where) and where == desk.partnership.channel_id


async def run(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Answer a question that a button asks again, in the place of the card that was pressed."""
    async with turn.house.open_unit() as unit:
        here, command, notice = await _asked(unit, turn, data)
        place = turn.conversation
        notice.address = reply_address(place.id, place.service_url, place.tenant_id, place.bot_id, place.kind)
        drawn = await _draw(unit, turn, here, command.show, notice)
    return ShowCard(drawn.content, drawn.summary) if drawn else Say("There is nothing to show any more.")


async def send_in_private(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Owe the answer to the presser's 1:1 chat. Pressing twice within a minute sends it once."""
    async with turn.house.open_unit() as unit:
        here, command, notice = await _asked(unit, turn, data)
        minute = int(turn.now.timestamp()) // 60
        target = "".join(f":{kind}:{key}" for kind, key in notice.subject["target"])
        key = f"private:{here.actor.person_id}:{command.show}{target}:{minute}"
        await owe(
            unit, here.partnership.id, key, command.show, now=turn.now, subject=notice.subject,
            person_id=here.actor.person_id, rank=0,
        )  # fmt: skip
    return Say("I am sending it to you in our private chat.")


async def _asked(unit: Unit, turn: Turn, data: Mapping[str, Any]) -> tuple[Here, Command, Notice]:
    """Who asks, which command, and the notice it would be. All of it is looked up: a press is untrusted."""
    question = read_question(data)
    here = await who(unit, turn, number(data, "p"))
    known = {one.word.name: one for one in every_command(_desk(turn, here)) if can_be_run(one)}
    command = known.get(question.word)
    if command is None:
        raise NotFound("I cannot do that by a button. Please type help to see what I can do.")
    target = []
    if question.kind:
        places = [(one.kind, one.key) for one in await places_of(unit, here)]
        if (question.kind, question.key) not in places or command.word.takes == "nothing":
            raise NotFound("I cannot find that any more.")
        target = [[question.kind, question.key]]
    subject = {"target": target, "page": question.page}
    notice = Notice(
        partnership_id=here.partnership.id, key="", kind=command.show, person_id=here.actor.person_id, subject=subject
    )
    return here, command, notice


async def open_return(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Open one request's card in the place of the list, in private only."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, "p"))
        if not turn.private:
            return Say("Please open this in our private chat: type my returns there.")
        notice = Notice(
            partnership_id=here.partnership.id, key="", kind="request", person_id=here.actor.person_id,
            subject={"request": number(data, "request")},
        )  # fmt: skip
        drawn = await _draw(unit, turn, here, "request", notice)
    return ShowCard(drawn.content, drawn.summary) if drawn else Say("There is nothing to answer here any more.")


async def _draw(unit: Unit, turn: Turn, here: Here, show: str, notice: Notice) -> Card | None:
    from bot.wiring import notices

    drawn = await notices()[show](unit, _desk(turn, here), notice)
    return drawn if isinstance(drawn, Card) else None


def _desk(turn: Turn, here: Here) -> Desk:
    return Desk(turn.house, here.partnership, here.pack, turn.now, public=not turn.private)


GROUP = ("officer", "chair", "vice_chair", MEMBER)
COMMANDS = (
    Command(
        Word(RETURNS, ("my returns",)),
        "What your agency still has to answer, and what it has answered.",
        "reply.returns",
        menu=("personal", "team"),
    ),
    Command(
        Word(STATUS, ("status",), takes="optional target"),
        "How everyone stands. Add an agency, organisation or item to see just that.",
        "reply.status",
        who=GROUP,
        menu=("personal", "team"),
    ),
    Command(
        Word(OVERDUE, ("overdue",)), "What is past its due date.", "reply.overdue", who=GROUP, menu=("personal", "team")
    ),
)
PRESSES = {RUN: run, PRIVATE: send_in_private, OPEN: open_return}
NOTICES = {"reply.status": draw_status, "reply.overdue": draw_overdue, "reply.returns": draw_returns}
