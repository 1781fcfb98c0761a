"""What happens when somebody types, presses or is added: who is it, what do they mean, who does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assurance.asking import DidYouMean, Exact, Place, Understood, understand
from assurance.owing import owe
from assurance.refusals import Refusal
from storage.notices import notice_keyed
from storage.unit import Unit

from bot.courier import reply_address
from bot.edge.answers import Answer, Fail, Say
from bot.edge.incoming import Incoming
from bot.edge.incoming import Press as Pressed
from bot.house import House
from bot.places import places_of
from bot.tables import Command, Heard, Press, Subject
from bot.turns import PARTNERSHIP, Here, Turn, WhichPartnership, turn_of, who
from bot.welcome import note_address, on_event, which_partnership

UNKNOWN_BUTTON = "This button is not in use any more. Please type help to see what I can do."


@dataclass
class Talk:
    """The two ways in: `on_press` for buttons, `on_activity` for words and events."""

    house: House
    commands: Sequence[Command]
    presses: Mapping[str, Press]
    files: Press | None = None
    _by_name: dict[str, Command] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._by_name = {one.word.name: one for one in self.commands}

    async def on_press(self, press: Pressed) -> Answer:
        """Give a button's press to its handler; a refusal is a sentence, and leaves the card as it is."""
        handler = self.presses.get(press.verb)
        if handler is None:
            return Fail(400, UNKNOWN_BUTTON)
        try:
            answer = await handler(turn_of(self.house, press), press.data)
        except WhichPartnership as question:
            return which_partnership(question.options)
        except Refusal as refusal:
            return Say(refusal.text)
        self.house.wake()
        return answer

    async def on_activity(self, incoming: Incoming) -> Answer | None:
        """Answer words with a notice that the courier posts; take note of events."""
        turn = turn_of(self.house, incoming)
        if incoming.kind != "message":
            answer = await on_event(turn, incoming)
            self.house.wake()
            return answer
        if not incoming.text.strip() and not incoming.attachments:
            return None
        try:
            async with self.house.open_unit() as unit:
                here = await who(unit, turn)
                await note_address(unit, turn, here)
                await self._hear(unit, turn, here, incoming)
        except WhichPartnership as question:
            return which_partnership(question.options)
        except Refusal as refusal:
            return Say(refusal.text)
        self.house.wake()
        return None

    async def _hear(self, unit: Unit, turn: Turn, here: Here, incoming: Incoming) -> None:
        key = reply_key(turn)
        if await notice_keyed(unit, here.partnership.id, key) is not None:
            return
        known = await places_of(unit, here)
        words = [one.word for one in self.commands if not one.practice or here.partnership.practice]
        command, heard, subject = self._choose(understand(incoming.text, words, known), incoming)
        show = command.show if command else "reply.unknown"
        if command is not None:
            subject = {"target": [[one.kind, one.key] for one in heard.target]}
            if command.do is not None:
                subject = subject | await command.do(unit, turn, here, heard)
        await reply(unit, turn, here, str(subject.pop("show", show)), subject, key)

    def _choose(
        self, understood: Understood, incoming: Incoming
    ) -> tuple[Command | None, Heard, Subject]:
        if incoming.attachments and "import" in self._by_name and _has_file(incoming):
            return self._by_name["import"], Heard(incoming=incoming), {}
        if isinstance(understood, Exact):
            heard = Heard(understood.target, understood.text, incoming)
            return self._by_name[understood.word.name], heard, {}
        if isinstance(understood, DidYouMean):
            options = [
                [word.phrases[0], place.names[0] if place else ""] for word, place in understood.options
            ]
            return None, Heard(), {"options": options}
        nearest = [[word.phrases[0], ""] for word in understood.nearest]
        return None, Heard(), {"options": nearest, "named": bool(understood.name)}


def _has_file(incoming: Incoming) -> bool:
    return any(one.content_type != "text/html" for one in incoming.attachments)


def reply_key(turn: Turn) -> str:
    """The key of the one notice that answers what was typed in this turn."""
    return f"reply:{turn.conversation.id}:{turn.activity_id}"


async def reply(unit: Unit, turn: Turn, here: Here, show: str, subject: Subject, key: str) -> None:
    """Owe a reply of a kind to whoever typed, in the conversation where they typed it."""
    place = turn.conversation
    await owe(
        unit,
        here.partnership.id,
        key,
        show,
        now=turn.now,
        subject=subject,
        about=str(subject.get("about", "")),
        person_id=here.actor.person_id,
        address=reply_address(place.id, place.service_url, place.tenant_id, place.bot_id, place.kind),
    )


__all__ = ["PARTNERSHIP", "Place", "Talk", "reply"]
