"""Coming and going: the app installed or removed, people joining or leaving, teams and channels renamed."""

from __future__ import annotations

from assurance.actors import Actor
from storage.contacts import Practice, practice
from storage.people import Address, address_of_person
from storage.unit import Unit

from bot.edge.answers import Answer, Say
from bot.edge.incoming import Incoming
from bot.turns import Here, Turn


def which_partnership(options: tuple[tuple[int, str], ...]) -> Answer:
    """Ask which partnership a person means."""
    return Say("Which partnership do you mean: " + ", ".join(title for _, title in options) + "?")


async def note_address(unit: Unit, turn: Turn, here: Here) -> None:
    """Remember where somebody wrote to us in private: the service address is refreshed on every message."""
    if not turn.private:
        return
    place, partnership_id = turn.conversation, here.partnership.id
    if turn.house.settings.playground:
        room = await practice(unit, partnership_id) or Practice(partnership_id=partnership_id)
        room.conversation_id, room.service_url = place.id, place.service_url
        room.bot_id, room.user_id = place.bot_id, turn.caller.teams_id
        unit.add(room)
        return
    row = await address_of_person(unit, partnership_id, _person(here.actor))
    if row is None:
        row = Address(partnership_id=partnership_id, person_id=here.actor.person_id)
    row.conversation_id, row.service_url = place.id, place.service_url
    row.tenant_id, row.bot_id, row.reach, row.checked_at = place.tenant_id, place.bot_id, "reachable", turn.now
    unit.add(row)


def _person(actor: Actor) -> int:
    return actor.person_id


async def on_event(turn: Turn, incoming: Incoming) -> Answer | None:
    """Take note of an event, once however often it arrives."""
    return None
