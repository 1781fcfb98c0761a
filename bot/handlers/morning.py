"""The officer's morning page, on demand."""

from __future__ import annotations

from assurance.asking import Word
from assurance.morning import morning_view
from bot.handlers.helping import here_of
from bot.tables import Command, Desk
from cards.asking import Question, private_offer
from cards.morning import morning_card
from cards.parts import Card
from storage.notices import Notice
from storage.unit import Unit

TODAY = "today"
IN_PRIVATE = "This page names people, so I show it in private only."


async def draw_morning(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """What waits for the officer, in private."""
    here = await here_of(unit, desk, owed)
    if here is None:
        return None
    if desk.public:
        return private_offer(desk.partnership.id, Question(TODAY), IN_PRIVATE)
    return morning_card(await morning_view(unit, here.actor, desk.partnership, desk.pack, desk.now))


COMMANDS = (
    Command(
        Word(TODAY, (TODAY, "morning", "my day", "my morning", "morning page")),
        "What waits for you: who was not reached, what is due, and who asks for something.",
        "reply.today",
        who=("officer",),
        menu=("personal",),
    ),
)
NOTICES = {"reply.today": draw_morning}
