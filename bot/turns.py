"""One turn: what came in, when, and who it is from in the partnership that it concerns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from structlog.contextvars import bind_contextvars

from assurance.actors import STRANGER, Actor, actor_from, actor_numbered, known_as
from assurance.healing import Pressed, teaches
from assurance.issuing import today_in
from assurance.pack import Pack
from assurance.packing import pack_of
from assurance.person_names import names
from assurance.refusals import NotAllowed, NotFound
from bot.card_marks import NOTICE_OF, mark_in
from bot.edge.incoming import Caller, Conversation, Incoming, Press
from bot.house import House
from bot.practice_places import word_for
from storage.asks import loops_of_person
from storage.contacts import practice
from storage.notices import notice
from storage.partnerships import Partnership, every_partnership, partnership, partnership_of_team, seats
from storage.people import Person, all_holdings, holdings_of
from storage.restored import was_lost
from storage.unit import Unit

PARTNERSHIP = "p"
"""The name under which every button carries its partnership's number."""
CARD_OF = "to"
"""The name under which a person's own card carries that person's number; it counts in practice only."""

NO_PARTNERSHIP_HERE = (
    "No partnership uses this team yet, and I do not know you. The support officer of your partnership can say "
    "so here: mention me and type use this team. Who the first officer is stands in my settings (LOOP_OFFICERS)."
)


LOST = (
    "The records were put back from a copy after this card was sent, so I do not know any more what it was about. "
    "Nothing was saved. Please type my returns to see what is open."
)


@dataclass(frozen=True)
class Turn:
    """One message, press or event, at one moment."""

    house: House
    caller: Caller
    conversation: Conversation
    activity_id: str
    reply_to_id: str
    now: datetime
    by_message: bool = False
    automatic: bool = False
    card_of: int | None = None
    """In practice: the number of the person for whom the pressed card was drawn."""
    notice_of: int | None = None
    """The number of the notice whose card was pressed, as the card says; untrusted."""
    shown: list[tuple[int, Pressed]] = field(default_factory=list, compare=False)
    """What `who` saw that a press shows about a delivery: the partnership's number, and the press."""
    found: dict[str, str] = field(default_factory=dict, compare=False)
    """What `who` found out on the way: "partnership", its title, where the caller belongs to several."""

    @property
    def private(self) -> bool:
        """Whether only the caller sees what is said here."""
        return self.conversation.kind == "personal"


@dataclass(frozen=True)
class Here:
    """Who acts, and in which partnership."""

    actor: Actor
    partnership: Partnership
    pack: Pack


class WhichPartnership(Exception):
    """The person belongs to several partnerships and has not said which one they mean: number and title of each."""

    def __init__(self, options: tuple[tuple[int, str], ...]) -> None:
        super().__init__("Which partnership do you mean?")
        self.options = options


def turn_of(house: House, what: Incoming | Press) -> Turn:
    """The turn that a message, an event or a press begins."""
    return Turn(
        house=house, caller=what.caller, conversation=what.conversation, activity_id=what.activity_id,
        reply_to_id=what.reply_to_id, now=house.now(), by_message=isinstance(what, Press) and what.by_message,
        automatic=isinstance(what, Press) and what.trigger == "automatic",
        card_of=mark_in(what.data, CARD_OF) if isinstance(what, Press) else None,
        notice_of=mark_in(what.data, NOTICE_OF) if isinstance(what, Press) else None,
    )  # fmt: skip


def number(data: Mapping[str, Any], name: str) -> int:
    """A record's number from a button's data, which is untrusted. Raises NotFound for anything else."""
    value = data.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**31:
        raise NotFound("This button belongs to something that I cannot find any more.")
    return value


async def who(unit: Unit, turn: Turn, partnership_id: int | None = None) -> Here:
    """Who acts in this turn: by Entra ids, or, in practice, the person whose place is taken.

    The partnership is the one that a button names, else the team's, else the one that the person chose last.
    Raises NotAllowed for a stranger, and for a guest or somebody of another tenant who holds no seat or role.
    """
    if turn.house.settings.playground:
        return await _taken_place(unit, turn, await _where(unit, turn, partnership_id))
    known = await known_as(unit, turn.caller.tenant_id, turn.caller.object_id, turn.caller.teams_id)
    where = await _where(unit, turn, partnership_id)
    if where is None and len(known) > 1 and known[0][0].chosen_at is None:
        raise WhichPartnership(tuple((its.id, its.title) for _, its in known))
    for one, its in known:
        if where is None or its.id == where.id:
            if len(known) > 1:
                turn.found["partnership"] = its.title
            pack = await pack_of(unit, its)
            held = await holdings_of(unit, its.id, one.id, today_in(pack, turn.now))
            if not held and await _only_passing(unit, turn, one):
                raise NotAllowed(STRANGER)
            await _look_at_card(unit, turn, its.id, one.id)
            bind_contextvars(partnership=its.id)
            return Here(actor_from(one, held), its, pack)
    if where is None and turn.conversation.team_id:
        raise NotAllowed(NO_PARTNERSHIP_HERE)
    raise NotAllowed(STRANGER)


async def _only_passing(unit: Unit, turn: Turn, one: Person) -> bool:
    """Whether somebody without a seat or role is from elsewhere, and was not asked anything in person either."""
    elsewhere = one.guest or one.tenant_id != turn.caller.tenant_id
    return elsewhere and not await loops_of_person(unit, one.partnership_id, one.id)


async def _look_at_card(unit: Unit, turn: Turn, partnership_id: int, person_id: int) -> None:
    """Notice, once a turn, whether the press shows where a card stands of which that was in doubt.

    Raises NotFound where the card is of records that were lost: its numbers may mean something else today.
    """
    if turn.notice_of is None or not turn.reply_to_id or "card" in turn.found:
        return
    turn.found["card"] = "looked at"
    row = await notice(unit, partnership_id, turn.notice_of)
    if row is None and await was_lost(unit, partnership_id, turn.notice_of):
        raise NotFound(LOST)
    place = turn.conversation.id.partition(";")[0]
    pressed = Pressed(turn.notice_of, person_id, place, turn.private, turn.reply_to_id)
    if row is not None and teaches(row, pressed):
        turn.shown.append((partnership_id, pressed))


async def _where(unit: Unit, turn: Turn, partnership_id: int | None) -> Partnership | None:
    if partnership_id is not None:
        named = await partnership(unit, partnership_id)
        if named is None:
            raise NotFound("This button belongs to something that I cannot find any more.")
        return named
    if turn.conversation.team_id:
        return await partnership_of_team(unit, turn.conversation.team_id)
    return None


async def _taken_place(unit: Unit, turn: Turn, where: Partnership | None) -> Here:
    """In practice there is one partnership and one user, who takes any place by typing be."""
    its = where or (await every_partnership(unit))[0]
    room = await practice(unit, its.id)
    if room is None or room.person_id is None:
        raise NotAllowed("Type be officer, be chair or be GWH first, to say whose place you take.")
    pack = await pack_of(unit, its)
    if turn.card_of is not None and turn.card_of != room.person_id:
        place = await place_of(unit, its.id, turn.card_of)
        raise NotAllowed(f"This card is for another place. Type be {place} first, then press again.")
    actor = await actor_numbered(unit, its.id, room.person_id, today_in(pack, turn.now))
    if actor is None:
        raise NotAllowed(STRANGER)
    return Here(actor, its, pack)


async def place_of(unit: Unit, partnership_id: int, person_id: int) -> str:
    """What to type after "be" to take a practice person's place: a role, a seat's short name, or their own name."""
    called = await names(unit, partnership_id, [person_id])
    shorts = {one.id: one.short for one in await seats(unit, partnership_id)}
    held = await all_holdings(unit, partnership_id)
    return word_for(person_id, held, shorts, called.get(person_id, "officer"))
