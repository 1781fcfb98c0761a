"""Help, and what is said when something was not understood."""

from __future__ import annotations

from assurance.actors import actor_numbered
from assurance.asking import Word
from assurance.issuing import today_in
from assurance.permissions import standing
from cards.helping import help_card, unknown_card
from cards.parts import Card
from storage.notices import Notice
from storage.unit import Unit

from bot.tables import Command, Desk


async def draw_help(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """What the person who asked can type."""
    from bot.wiring import commands

    assert owed.person_id is not None
    actor = await actor_numbered(unit, desk.partnership.id, owed.person_id, today_in(desk.pack, desk.now))
    if actor is None:
        return None
    counts_as = standing(actor)
    offered = [
        (one.word.phrases[0], one.help)
        for one in commands()
        if not counts_as.isdisjoint(one.who) and (desk.partnership.practice or not one.practice)
    ]
    return help_card(offered)


async def draw_unknown(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """What might have been meant."""
    options = [(f"{word} {place}".strip(), "") for word, place in owed.subject.get("options", [])]
    return unknown_card(options)


COMMANDS = (
    Command(
        Word("help", ("help",)), "This list.", "reply.help", menu=("personal", "team")
    ),
)
NOTICES = {"reply.help": draw_help, "reply.unknown": draw_unknown}
