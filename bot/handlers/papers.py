"""Papers: one view of every return before a meeting, their release, and what members want to talk about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assurance.asking import Word
from assurance.dates import day_words
from assurance.papers import mark_discuss, papers_view, release_papers
from assurance.refusals import NotAllowed
from bot.edge.answers import Answer, ShowCard
from bot.handlers.asking import IN_PRIVATE
from bot.handlers.helping import here_of
from bot.tables import Command, Desk
from bot.turns import PARTNERSHIP, Here, Turn, number, who
from cards.asking import PRIVATE, Question, ask_button, private_offer
from cards.papers import MARK, MARKED, MEETING, RELEASE, RETURN, SHOW, out_card, papers_card, read_page
from cards.parts import Card
from storage.asks import meeting
from storage.notices import Notice
from storage.unit import Unit

PAPERS = "papers"
ONLY_PRIVATE = "Papers are shown in our own chat only. Please type papers there."
READERS = ("officer", "chair", "vice_chair", "member", "co_optee")


async def draw_papers(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """The papers of the meeting being prepared; in private only."""
    here = await here_of(unit, desk, owed)
    if here is None:
        return None
    if desk.public:
        return private_offer(desk.partnership.id, Question(PAPERS), IN_PRIVATE)
    return papers_card(await papers_view(unit, here.actor, desk.partnership, desk.pack, desk.now))


async def draw_out(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """In the channel: the papers are out. It names no agency."""
    held = await meeting(unit, desk.partnership.id, int(owed.subject["meeting"]))
    if held is None or held.state not in ("scheduled", "held"):
        return None
    offer = ask_button("Send me the papers in private", desk.partnership.id, Question(PAPERS), verb=PRIVATE)
    return out_card(desk.pack.terms.group_short, day_words(held.on), offer)


async def show(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Another page, or another meeting."""
    async with turn.house.open_unit() as unit:
        here = await _here(unit, turn, data)
        return await _papers(unit, turn, here, data)


async def release(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Release the papers, and show them as they are now."""
    async with turn.house.open_unit() as unit:
        here = await _here(unit, turn, data)
        await release_papers(unit, here.actor, here.partnership, here.pack, number(data, MEETING), turn.now)
        members = f"{here.pack.terms.group_short} members"
        return await _papers(unit, turn, here, data, f"The papers are out: {members} can read every answer now.")


async def mark(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Mark a return to be talked about, or take that back."""
    async with turn.house.open_unit() as unit:
        here = await _here(unit, turn, data)
        await mark_discuss(
            unit, here.actor, here.partnership, here.pack, number(data, MEETING), number(data, RETURN), turn.now,
            marked=data.get(MARKED) is not False,
        )  # fmt: skip
        return await _papers(unit, turn, here, data)


async def _papers(unit: Unit, turn: Turn, here: Here, data: Mapping[str, Any], note: str = "") -> Answer:
    view = await papers_view(unit, here.actor, here.partnership, here.pack, turn.now, number(data, MEETING))
    made = papers_card(view, read_page(data), note)
    return ShowCard(made.content, made.summary)


async def _here(unit: Unit, turn: Turn, data: Mapping[str, Any]) -> Here:
    here = await who(unit, turn, number(data, PARTNERSHIP))
    if not turn.private:
        raise NotAllowed(ONLY_PRIVATE)
    return here


COMMANDS = (
    Command(
        Word(PAPERS, ("papers", "meeting papers", "papers for the meeting")),
        "Every answer for the coming meeting, in one view.", "reply.papers", who=READERS, menu=("personal",),
    ),
)  # fmt: skip
PRESSES = {SHOW: show, RELEASE: release, MARK: mark}
NOTICES = {"reply.papers": draw_papers, "papers_out": draw_out}
