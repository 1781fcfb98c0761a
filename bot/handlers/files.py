"""A file that was sent in private: ask what is in it, and hand it to whoever reads that kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assurance.permissions import may
from assurance.refusals import NotAllowed
from bot.edge.answers import Answer, ShowCard
from bot.turns import Turn, who
from bot.welcome import note_address
from cards.people_import import which_file_card

NOT_YOURS = "Only the support officer can bring in a file. If it belongs to an answer, please put a link to it there."


async def take_file(turn: Turn, file: Mapping[str, Any]) -> Answer:
    """Ask what is in the file; nothing is fetched or kept before a button is pressed."""
    from bot.wiring import file_readers

    async with turn.house.open_unit() as unit:
        here = await who(unit, turn)
        if not turn.house.settings.playground:
            await note_address(unit, turn, here)
        if not may(here.actor, "manage_people"):
            raise NotAllowed(NOT_YOURS)
    shown = which_file_card(here.partnership.id, file_readers(), file)
    return ShowCard(shown.content, shown.summary)
