"""Whoever belongs to several partnerships sees in each private answer which one it is about."""

from __future__ import annotations

from bot.edge.answers import Answer, Say, ShowCard
from bot.turns import Turn
from cards.which_partnership import with_partnership
from storage.partnerships import Partnership
from storage.people import belongs_to_several
from storage.unit import Unit


async def named_for(unit: Unit, its: Partnership, person_id: int, what: ShowCard | Say) -> ShowCard | Say:
    """The card or sentence with its partnership's name, where the person belongs to more than one."""
    return _named(its.title, what) if await belongs_to_several(unit, its.id, person_id) else what


def named_in(turn: Turn, answer: Answer) -> Answer:
    """What is answered in this turn, with the partnership's name, where `who` found that there are several."""
    name = turn.found.get("partnership")
    if name is None or not turn.private or not isinstance(answer, ShowCard | Say):
        return answer
    return _named(name, answer)


def _named(name: str, what: ShowCard | Say) -> ShowCard | Say:
    if isinstance(what, Say):
        return Say(f"{name}: {what.text}")
    return ShowCard(with_partnership(what.card, name), f"{name}: {what.summary}")
