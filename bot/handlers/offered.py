"""Somebody takes an offered file: which file it is stands in the offer's context, and its maker hands it over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assurance.refusals import NotFound
from bot.edge.answers import Answer
from bot.edge.invoke import FILE_TAKEN
from bot.handlers import behalf, exports, meeting_work
from bot.tables import Press
from bot.turns import Turn

MAKERS: Mapping[str, Press] = {**exports.TAKEN, **behalf.TAKEN, **meeting_work.TAKEN}
"""What an offer's context names -> who makes that file."""


async def take(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Hand the file over to where Teams says."""
    context = data.get("context")
    names = context if isinstance(context, Mapping) else {}
    maker = next((make for name, make in MAKERS.items() if name in names), None)
    if maker is None:
        raise NotFound("I cannot find that file any more.")
    return await maker(turn, data)


PRESSES = {FILE_TAKEN: take}
