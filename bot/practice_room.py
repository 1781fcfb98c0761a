"""What happens in the practice room: the newcomer comes in, takes a place, and finds what waits there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from assurance.issuing import owe_channel_card, owe_request_card, today_in
from assurance.owing import owe
from assurance.pack import Pack
from assurance.person_names import names
from bot.courier import reply_address
from bot.edge.incoming import Incoming
from bot.places import places_of
from bot.practice_places import PracticePlace, places_in
from bot.turns import Here, Turn
from storage.asks import open_requests
from storage.contacts import Practice, practice
from storage.notices import notices_laid, notices_to
from storage.partnerships import Partnership, every_partnership, seats
from storage.people import holdings_on
from storage.returns import returns_of_open_loops
from storage.unit import Unit

UNDER_WAY = ("owed", "sending")
MOST_LAID_OUT = 12
"""Cards laid out at once when a place is taken; the rest wait until the place is taken again."""


async def come_in(turn: Turn, incoming: Incoming) -> bool:
    """Take note of where the Playground is, when its page opens; greet the newcomer. False for other events."""
    if incoming.kind != "installationUpdate" or not incoming.event.action.startswith("add"):
        return False
    async with turn.house.open_unit() as unit:
        its = (await every_partnership(unit))[0]
        if turn.private:
            await note_room(unit, turn, its)
            await greet(unit, turn, its, f"practice.first:{turn.activity_id}")
        elif turn.conversation.team_id:
            await _bind_team(unit, turn, its, incoming)
    return True


async def note_room(unit: Unit, turn: Turn, its: Partnership) -> Practice:
    """Remember the newcomer's own chat: what any practice person gets is posted there."""
    place = turn.conversation
    room = await practice(unit, its.id) or Practice(partnership_id=its.id)
    room.conversation_id, room.service_url = place.id, place.service_url
    room.bot_id, room.user_id = place.bot_id, turn.caller.teams_id
    if its.team_id is not None:
        its.service_url = place.service_url
    return await unit.save(room)


async def note_newcomer(unit: Unit, turn: Turn, its: Partnership) -> None:
    """Remember where the newcomer wrote to us in private, and greet them where the page's opening was missed."""
    if not turn.private:
        return
    before = await practice(unit, its.id)
    new_here = before is None or before.conversation_id is None
    await note_room(unit, turn, its)
    if new_here:
        await greet(unit, turn, its, f"practice.first:{turn.activity_id}")


async def greet(unit: Unit, turn: Turn, its: Partnership, key: str) -> None:
    """Owe the first card, which says what to try. It goes before the reply to a first message."""
    place = turn.conversation
    await owe(
        unit, its.id, key, "practice.first", now=turn.now, subject={},
        address=reply_address(place.id, place.service_url, place.tenant_id, place.bot_id, place.kind),
        not_before=turn.now - timedelta(milliseconds=2), rank=0,
    )  # fmt: skip


async def _bind_team(unit: Unit, turn: Turn, its: Partnership, incoming: Incoming) -> None:
    """The practice partnership belongs to the Playground's team; its channel is the one that was opened first."""
    place = turn.conversation
    if its.team_id is None:
        its.team_id, its.team_name = place.team_id, incoming.event.team_name
        its.channel_id, its.channel_name = place.channel_id or place.id, incoming.event.channel_name
        its.tenant_id, its.bot_id, its.bound_at = place.tenant_id, place.bot_id, turn.now
    its.service_url = place.service_url
    for request in await open_requests(unit, its.id):
        await owe_channel_card(unit, its, request, turn.now)


async def practice_places(unit: Unit, here: Here, now: datetime) -> list[PracticePlace]:
    """Every place that can be taken today."""
    partnership_id = here.partnership.id
    held = await holdings_on(unit, partnership_id, today_in(here.pack, now))
    called = {one.key: one.names for one in await places_of(unit, here) if one.kind == "seat"}
    rows = await seats(unit, partnership_id)
    return places_in(
        held,
        await names(unit, partnership_id, [one.person_id for one in held]),
        {one.id: (one.short, one.name, called.get(str(one.id), ())) for one in rows if one.ends_on is None},
    )


async def take_place(unit: Unit, turn: Turn, here: Here, place: PracticePlace) -> None:
    """The newcomer is this person from now on."""
    room = await practice(unit, here.partnership.id) or Practice(partnership_id=here.partnership.id)
    room.person_id = place.person_id
    await unit.save(room)


async def lay_out(unit: Unit, turn: Turn, here: Here, place: PracticePlace) -> int:
    """Owe the newcomer what waits at a place: what came while nobody sat there, and every form still to be filled in.

    Gives how many cards that is.
    """
    its, pack = here.partnership, here.pack
    awaited = await _awaited(unit, its, pack, turn, place.person_id)
    under_way = [one for one in await notices_to(unit, its.id, place.person_id, ["request"]) if one.state in UNDER_WAY]
    on_its_way = awaited & {one.subject.get("request") for one in under_way}
    awaited -= on_its_way
    shown = len(on_its_way)
    for one in (await notices_laid(unit, its.id, place.person_id))[-MOST_LAID_OUT:]:
        asked = one.subject.get("request") if one.kind == "request" else None
        if one.kind == "request" and asked not in awaited:
            continue
        awaited.discard(asked)
        one.state, one.not_before, one.settled_at, one.reason = "owed", turn.now, None, ""
        shown += 1
    for request in await open_requests(unit, its.id):
        if request.id in awaited:
            cause = f"again:{turn.activity_id}"
            await owe_request_card(unit, its, pack, request, place.person_id, turn.now, cause=cause)
            shown += 1
    return shown


async def _awaited(unit: Unit, its: Partnership, pack: Pack, turn: Turn, person_id: int) -> set[Any]:
    """The open requests that still wait for this person's answer."""
    today = today_in(pack, turn.now)
    sits = {one.seat_id for one in await holdings_on(unit, its.id, today) if one.person_id == person_id}
    return {
        request.id
        for row, loop, request in await returns_of_open_loops(unit, its.id)
        if row.state == "awaited" and (loop.person_id == person_id or (loop.seat_id and loop.seat_id in sits))
    }
