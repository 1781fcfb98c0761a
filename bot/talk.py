"""What happens when somebody types, presses or is added: who is it, what do they mean, who does it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from structlog.contextvars import bind_contextvars

from assurance.asking import DidYouMean, Exact, Place, Understood, understand
from assurance.healing import believe
from assurance.owing import owe
from assurance.refusals import Refusal
from bot.card_marks import NOTICE_OF, mark_in, marked
from bot.courier import reply_address
from bot.edge.answers import Answer, Fail, Say, ShowCard
from bot.edge.incoming import Incoming
from bot.edge.incoming import Press as Pressed
from bot.edge.mishap import note_mishap
from bot.edge.visit import ended
from bot.files import file_in
from bot.fitting import LITTLE, MOST, TOO_MUCH, fits, weight
from bot.house import House
from bot.naming import named_in
from bot.places import places_of
from bot.practice_room import come_in, note_newcomer
from bot.tables import Command, Heard, Press, Subject
from bot.turns import CARD_OF, PARTNERSHIP, Here, Turn, WhichPartnership, turn_of, who
from bot.welcome import note_address, on_event, which_partnership
from storage.base import Conflict, StorageError, Unavailable
from storage.claims import FOLLOWS
from storage.notices import notice_keyed
from storage.unit import Unit

T = TypeVar("T")

NOT_HERE = "I do not show this here, where everyone would see it. Please open our own chat and type my returns."
GO_WITH_A_FILE = frozenset({"bring in"})
"""Words with which a file is still asked about: what it holds is what they are about."""
BUSY = "The records are busy at the moment. Nothing was saved; please {again} again."
AWAY = "The records are out of reach at the moment. Nothing was saved; please {again} again in a few minutes."
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
        """Give a button's press to its handler; a refusal is a sentence, and leaves the card as it is.

        What crossed somebody else's change is done once more; nothing of the first attempt was kept.
        """
        try:
            return await _once_more(lambda: self._press(press))
        except (Conflict, Unavailable) as error:
            return _not_saved(error, "press")

    async def _press(self, press: Pressed) -> Answer:
        handler = self.presses.get(press.verb)
        if handler is None:
            return Fail(400, UNKNOWN_BUTTON)
        bind_contextvars(verb=press.verb)
        turn, brought = turn_of(self.house, press), weight(press.data)
        answer = await self._answer_to(turn, press, handler) if brought <= MOST else Say(TOO_MUCH)
        await self._believe(turn)
        self.house.wake()
        if press.by_message and press.conversation.kind != "personal" and isinstance(answer, ShowCard):
            return Say(NOT_HERE)
        shown = named_in(turn, self._on_same_card(press, answer))
        return fits(shown) if brought > LITTLE else shown

    async def _answer_to(self, turn: Turn, press: Pressed, handler: Press) -> Answer:
        try:
            return await handler(turn, press.data)
        except WhichPartnership as question:
            return which_partnership(question.options)
        except Refusal as refusal:
            ended("declined")
            return Say(refusal.text)

    async def _believe(self, turn: Turn) -> None:
        """Keep what the press has shown about deliveries in doubt. It is of the past, and holds no answer up."""
        for partnership_id, pressed in turn.shown:
            try:
                async with self.house.open_unit() as unit:
                    await believe(unit, partnership_id, pressed, turn.now)
            except StorageError as error:
                note_mishap("What a press has shown", error)  # the next press shows it again

    def _on_same_card(self, press: Pressed, answer: Answer) -> Answer:
        """What replaces a card says on its buttons what that said: its notice, and in practice its person."""
        name = CARD_OF if self.house.settings.playground else NOTICE_OF
        mark = mark_in(press.data, name)
        return marked(answer, {name: mark}) if mark is not None and isinstance(answer, ShowCard) else answer

    async def on_activity(self, incoming: Incoming) -> Answer | None:
        """Answer words with a notice that the courier posts; take note of events. Crossed words as `on_press`."""
        try:
            return await _once_more(lambda: self._hear_of(incoming))
        except (Conflict, Unavailable) as error:
            if incoming.kind != "message":
                raise
            return _not_saved(error, "type it")

    async def _hear_of(self, incoming: Incoming) -> Answer | None:
        turn = turn_of(self.house, incoming)
        if incoming.kind != "message":
            came_in = self.house.settings.playground and await come_in(turn, incoming)
            answer = None if came_in else await on_event(turn, incoming)
            self.house.wake()
            return answer
        if not incoming.text.strip() and not incoming.attachments:
            return None
        try:
            if (sent := self._sent_file(turn, incoming)) is not None and self.files is not None:
                return await self.files(turn, sent)
            async with self.house.open_unit() as unit:
                here = await who(unit, turn)
                if self.house.settings.playground:
                    await note_newcomer(unit, turn, here.partnership)
                else:
                    await note_address(unit, turn, here)
                command = await self._hear(unit, turn, here, incoming)
            if command is not None and command.after is not None:
                await command.after(turn, here)
        except WhichPartnership as question:
            return which_partnership(question.options)
        except Refusal as refusal:
            ended("declined")
            return named_in(turn, Say(refusal.text))
        self.house.wake()
        return None

    def _sent_file(self, turn: Turn, incoming: Incoming) -> Mapping[str, str] | None:
        """A file sent in private, unless a command was typed with it."""
        sent = file_in(incoming) if turn.private else None
        heard = understand(incoming.text, [one.word for one in self.commands], ())
        if sent is None or (isinstance(heard, Exact) and heard.word.name not in GO_WITH_A_FILE):
            return None
        return {"url": sent.url, "name": sent.name}

    async def _hear(self, unit: Unit, turn: Turn, here: Here, incoming: Incoming) -> Command | None:
        """Owe the reply, once; gives the command, None where it was heard before or none was understood."""
        key = reply_key(turn)
        if await notice_keyed(unit, here.partnership.id, key) is not None:
            return None
        known = await places_of(unit, here)
        words = [one.word for one in self.commands if not one.practice or here.partnership.practice]
        command, heard, subject = self._choose(understand(incoming.text, words, known), incoming)
        show = command.show if command else "reply.unknown"
        if command is not None:
            bind_contextvars(word=command.word.name)
            subject = {"target": [[one.kind, one.key] for one in heard.target]}
            if command.do is not None:
                subject = subject | await command.do(unit, turn, here, heard)
        first = command is not None and command.announces
        rank = FOLLOWS if command is not None and command.follows else 0
        await reply(unit, turn, here, str(subject.pop("show", show)), subject, key, first=first, rank=rank)
        return command

    def _choose(self, understood: Understood, incoming: Incoming) -> tuple[Command | None, Heard, Subject]:
        if isinstance(understood, Exact):
            heard = Heard(understood.target, understood.text, incoming)
            return self._by_name[understood.word.name], heard, {}
        if isinstance(understood, DidYouMean):
            options = [
                [word.name, place.kind if place else "", place.key if place else ""]
                for word, place in understood.options
            ]
            return None, Heard(), {"options": options}
        nearest = [[word.name, "", ""] for word in understood.nearest]
        return None, Heard(), {"options": nearest, "named": bool(understood.name)}


async def _once_more(attempt: Callable[[], Awaitable[T]]) -> T:
    """Run a whole turn, and on a Conflict once more: what it had done was undone with its transaction."""
    try:
        return await attempt()
    except Conflict:
        return await attempt()


def _not_saved(error: Conflict | Unavailable, again: str) -> Say:
    ended("not_saved")
    note_mishap("A turn", error)
    return Say((BUSY if isinstance(error, Conflict) else AWAY).format(again=again))


def reply_key(turn: Turn) -> str:
    """The key of the one notice that answers what was typed in this turn."""
    return f"reply:{turn.conversation.id}:{turn.activity_id}"


async def reply(
    unit: Unit,
    turn: Turn,
    here: Here,
    show: str,
    subject: Subject,
    key: str,
    *,
    first: bool = False,
    rank: int = 0,
) -> None:
    """Owe a reply of a kind to whoever typed, in the conversation where they typed it.

    Somebody waits for it, so it goes before what is not a reply, unless its `rank` says otherwise; `first`: before
    other replies too.
    """
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
        not_before=turn.now - timedelta(milliseconds=1 if first else 0),
        rank=rank,
    )


__all__ = ["PARTNERSHIP", "Place", "Talk", "reply"]
