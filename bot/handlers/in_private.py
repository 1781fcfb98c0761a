"""What may not be shown where a press came from: it goes to the person's own chat instead."""

from __future__ import annotations

from assurance.owing import owe
from bot.edge.answers import Answer, Say
from bot.turns import Here, Turn
from storage.unit import Unit

SENT = "I have sent the card to you in private."


def kept_private(turn: Turn) -> bool:
    """Whether the answer to this press would be posted where others see it: a press by message, in a channel."""
    return turn.by_message and not turn.private


async def in_private(unit: Unit, turn: Turn, here: Here, request_id: int, first: str) -> Answer:
    """Owe the person their card in private, once per press, and say so in a sentence."""
    person_id = here.actor.person_id
    await owe(
        unit, here.partnership.id, f"request:{request_id}:{person_id}:press:{turn.activity_id}", "request",
        now=turn.now, subject={"request": request_id}, about=f"request:{request_id}", person_id=person_id,
        shape="form", rank=0,
    )  # fmt: skip
    return Say(f"{first} {SENT}".strip())
