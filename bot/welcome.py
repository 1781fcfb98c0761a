"""Coming and going: the app installed or removed, people joining or leaving, teams and channels renamed."""

from __future__ import annotations

from assurance.actors import Actor, actors_known_as
from assurance.issuing import today_in
from assurance.owing import owe
from assurance.packing import pack_of
from assurance.refusals import Refusal
from assurance.roster import note_leaver
from assurance.seating import owe_what_is_asked
from assurance.team import channel_deleted, channel_renamed, team_gone, team_renamed
from bot.courier import reply_address
from bot.edge.answers import Answer, ShowCard
from bot.edge.incoming import Incoming
from bot.roster import read_roster
from bot.turns import Here, Turn
from cards.which_partnership import choice_card
from storage.base import Conflict
from storage.log import append_log
from storage.partnerships import Partnership, every_partnership, partnership_of_team
from storage.people import Address, address_of_person
from storage.unit import Unit


def which_partnership(options: tuple[tuple[int, str], ...]) -> Answer:
    """Ask which partnership a person means: a button for each."""
    asked = choice_card(options)
    return ShowCard(asked.content, asked.summary)


async def note_address(unit: Unit, turn: Turn, here: Here) -> None:
    """Remember where somebody wrote to us in private: the service address is refreshed on every message."""
    if not turn.private:
        return
    place, partnership_id = turn.conversation, here.partnership.id
    row = await address_of_person(unit, partnership_id, _person(here.actor))
    if row is None:
        row = Address(partnership_id=partnership_id, person_id=here.actor.person_id)
    row.conversation_id, row.service_url = place.id, place.service_url
    row.tenant_id, row.bot_id, row.reach, row.checked_at = place.tenant_id, place.bot_id, "reachable", turn.now
    unit.add(row)


def _person(actor: Actor) -> int:
    return actor.person_id


REMOVED = "The app was removed."
_ATTEMPTS = 2


async def on_event(turn: Turn, incoming: Incoming) -> Answer | None:
    """Take note of an event, once however often it arrives: what is noted already changes nothing.

    Two copies that arrive together meet at a unique key; the second then looks again.
    """
    if turn.house.settings.playground or incoming.kind not in ("conversationUpdate", "installationUpdate"):
        return None
    for attempt in range(_ATTEMPTS):
        try:
            if turn.conversation.kind == "personal":
                await _in_private(turn, incoming)
            elif turn.conversation.team_id:
                await _in_team(turn, incoming)
            return None
        except Conflict:
            if attempt + 1 == _ATTEMPTS:
                raise
    return None


def _app_came(incoming: Incoming) -> bool:
    bot, event = incoming.conversation.bot_id, incoming.event
    return event.action in ("add", "add-upgrade") or any(one.teams_id == bot for one in event.members_added)


def _app_went(incoming: Incoming) -> bool:
    bot, event = incoming.conversation.bot_id, incoming.event
    return event.action == "remove" or any(one.teams_id == bot for one in event.members_removed)


async def _in_private(turn: Turn, incoming: Incoming) -> None:
    """The app came to somebody, or was removed: noted in every partnership that knows them."""
    async with turn.house.open_unit() as unit:
        known = await actors_known_as(unit, turn.caller.tenant_id, turn.caller.object_id, turn.now)
        for position, (actor, _, its) in enumerate(known):
            if _app_went(incoming):
                await _note_removed(unit, turn, actor)
            elif _app_came(incoming):
                await _note_installed(unit, turn, actor, its)
                if position == 0:
                    await _greet(unit, turn, its, actor.person_id)


async def _note_installed(unit: Unit, turn: Turn, actor: Actor, its: Partnership) -> None:
    here = Here(actor, its, await pack_of(unit, its))
    row = await address_of_person(unit, its.id, actor.person_id)
    before = row.reach if row is not None else ""
    await note_address(unit, turn, here)
    if before == "reachable":
        return
    cause = f"installed:{today_in(here.pack, turn.now).isoformat()}"
    await owe_what_is_asked(unit, its, here.pack, actor.person_id, cause, turn.now)
    await append_log(
        unit, its.id, at=turn.now, person_id=actor.person_id, by="Teams", what="app installed",
        subject=f"person:{actor.person_id}",
    )  # fmt: skip


async def _note_removed(unit: Unit, turn: Turn, actor: Actor) -> None:
    row = await address_of_person(unit, actor.partnership_id, actor.person_id)
    row = row or Address(partnership_id=actor.partnership_id, person_id=actor.person_id)
    if row.reach == REMOVED:
        return
    row.reach, row.checked_at = REMOVED, turn.now
    unit.add(row)
    await append_log(
        unit, actor.partnership_id, at=turn.now, person_id=actor.person_id, by="Teams", what="app removed",
        subject=f"person:{actor.person_id}",
    )  # fmt: skip


async def _greet(unit: Unit, turn: Turn, its: Partnership, person_id: int | None) -> None:
    """Owe the one greeting of a conversation, there where the app came in."""
    place = turn.conversation
    conversation = place.id.partition(";")[0]
    await owe(
        unit, its.id, f"welcome:{conversation}", "welcome", now=turn.now, subject={"team": place.team_id},
        person_id=person_id, rank=0,
        address=reply_address(conversation, place.service_url, place.tenant_id, place.bot_id, place.kind),
    )  # fmt: skip


async def _in_team(turn: Turn, incoming: Incoming) -> None:
    """The app, a member, a channel or the team's name changed."""
    people_came = await _note_in_team(turn, incoming)
    if people_came is not None:
        try:
            await read_roster(turn.house, people_came)
        except Refusal:
            return  # the roster is read whole the next time that anybody comes or an officer asks


async def _note_in_team(turn: Turn, incoming: Incoming) -> int | None:
    """What can be noted at once; gives the partnership whose roster has to be read, if people came."""
    event, place, now = incoming.event, incoming.conversation, turn.now
    async with turn.house.open_unit() as unit:
        its = await partnership_of_team(unit, place.team_id)
        if its is None:
            if _app_came(incoming):
                await _greet_unbound(unit, turn)
            return None
        pack = await pack_of(unit, its)
        if _app_went(incoming) or event.event_type in ("teamDeleted", "teamHardDeleted"):
            await team_gone(unit, its, pack, now)
            return None
        if _app_came(incoming):
            await _greet(unit, turn, its, None)
        if event.event_type == "teamRenamed":
            await team_renamed(unit, its, event.team_name, now)
        elif event.event_type == "channelRenamed":
            await channel_renamed(unit, its, place.channel_id, event.channel_name, now)
        elif event.event_type == "channelDeleted":
            await channel_deleted(unit, its, pack, place.channel_id, now)
        for one in event.members_removed:
            await note_leaver(unit, its, one.teams_id, one.object_id, now)
        return its.id if any(one.teams_id != place.bot_id for one in event.members_added) else None


async def _greet_unbound(unit: Unit, turn: Turn) -> None:
    """A team that no partnership uses yet: the greeting says how to change that.

    A notice belongs to a partnership: to one that knows whoever added the app, else to the first one.
    """
    known = await actors_known_as(unit, turn.caller.tenant_id, turn.caller.object_id, turn.now)
    every = await every_partnership(unit)
    if known or every:
        await _greet(unit, turn, known[0][2] if known else every[0], None)
