"""The Teams team of a partnership: said once by an officer, followed when it is renamed, let go when it is gone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from assurance.actors import Actor
from assurance.issuing import owe_channel_card, today_in
from assurance.owing import owe
from assurance.pack import Pack
from assurance.permissions import OFFICER, require
from assurance.refusals import NotAllowed
from storage.asks import open_requests
from storage.log import append_log
from storage.notices import notice_keyed
from storage.partnerships import Partnership, partnership_of_team
from storage.people import holders_of_role
from storage.unit import Unit

TAKEN = (
    "Another partnership uses this team already, so I have changed nothing. Each partnership needs a team of its own."
)
TEAM_NEWS = "team.news"
GONE, CHANNEL_GONE = "gone", "channel gone"


@dataclass(frozen=True)
class TeamPlace:
    """A channel of a team, and how to write to it."""

    team_id: str
    team_name: str
    channel_id: str
    channel_name: str
    tenant_id: str
    service_url: str
    bot_id: str


async def use_team(
    unit: Unit, actor: Actor, partnership: Partnership, place: TeamPlace, now: datetime, *, instead: bool = False
) -> str:
    """Bind the partnership to a team and its channel. Says what happened: "bound", "already" or "ask".

    "ask" means that another team is bound: nothing was changed, and `instead` is the officer's consent.
    Open requests get their card in the new channel. Raises NotAllowed, also where the team is another partnership's.
    """
    require(actor, "bind_team")
    holder = await partnership_of_team(unit, place.team_id)
    if holder is not None and holder.id != partnership.id:
        raise NotAllowed(TAKEN)
    if (partnership.team_id, partnership.channel_id) == (place.team_id, place.channel_id):
        partnership.service_url, partnership.bot_id = place.service_url, place.bot_id
        unit.add(partnership)
        return "already"
    if partnership.team_id not in (None, place.team_id) and not instead:
        return "ask"
    refs = {"moved": partnership.team_id is not None}
    if partnership.team_id != place.team_id:
        partnership.team_name, partnership.roster_at = place.team_name, None
    partnership.team_id, partnership.channel_id = place.team_id, place.channel_id
    partnership.channel_name, partnership.tenant_id = place.channel_name or None, place.tenant_id
    partnership.service_url, partnership.bot_id, partnership.bound_at = place.service_url, place.bot_id, now
    await unit.save(partnership)
    await owe_open_channel_cards(unit, partnership, now)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="team bound",
        subject=f"team:{partnership.id}", refs=refs,
    )  # fmt: skip
    return "bound"


async def owe_open_channel_cards(unit: Unit, partnership: Partnership, now: datetime) -> None:
    """Every open request gets its card in the channel that the partnership uses now, once."""
    for request in await open_requests(unit, partnership.id):
        earlier = await notice_keyed(unit, partnership.id, f"channel:{request.id}")
        if earlier is None:
            await owe_channel_card(unit, partnership, request, now)
        elif earlier.channel_id != partnership.channel_id:
            await owe(
                unit, partnership.id, f"channel:{request.id}:{partnership.channel_id}", "channel", now=now,
                subject={"request": request.id}, about=f"request:{request.id}", channel_id=partnership.channel_id,
            )  # fmt: skip


async def note_names(unit: Unit, partnership: Partnership, team: str, channel: str, now: datetime) -> bool:
    """Take in what Teams calls the team and its channel; False where nothing is new. No name keeps the known one."""
    known = (partnership.team_name, partnership.channel_name)
    partnership.team_name = team or partnership.team_name
    partnership.channel_name = channel or partnership.channel_name
    if (partnership.team_name, partnership.channel_name) == known:
        return False
    await _note(unit, partnership, "team and channel names read", now)
    return True


async def team_renamed(unit: Unit, partnership: Partnership, name: str, now: datetime) -> bool:
    """Follow the team's new name; False where it is known already."""
    if not name or partnership.team_name == name:
        return False
    partnership.team_name = name
    await _note(unit, partnership, "team renamed", now)
    return True


async def channel_renamed(unit: Unit, partnership: Partnership, channel_id: str, name: str, now: datetime) -> bool:
    """Follow the new name of the channel that the partnership uses; other channels do not concern it."""
    if not name or channel_id != partnership.channel_id or partnership.channel_name == name:
        return False
    partnership.channel_name = name
    await _note(unit, partnership, "channel renamed", now)
    return True


async def channel_deleted(unit: Unit, partnership: Partnership, pack: Pack, channel_id: str, now: datetime) -> bool:
    """Fall back to the team's General channel, whose id is the team's own, and tell the officers once."""
    if channel_id != partnership.channel_id or channel_id == partnership.team_id:
        return False
    partnership.channel_id, partnership.channel_name = partnership.team_id, None
    await unit.save(partnership)
    await owe_open_channel_cards(unit, partnership, now)
    await _tell_officers(unit, partnership, pack, CHANNEL_GONE, channel_id, now)
    await _note(unit, partnership, "channel deleted", now)
    return True


async def team_gone(unit: Unit, partnership: Partnership, pack: Pack, now: datetime) -> bool:
    """The app was taken out of the team, or the team was deleted: let it go, and tell the officers once."""
    if partnership.team_id is None:
        return False
    mark = f"{partnership.team_id}:{partnership.bound_at.isoformat() if partnership.bound_at else ''}"
    partnership.team_id = partnership.channel_id = partnership.channel_name = partnership.bound_at = None
    await unit.save(partnership)
    await _tell_officers(unit, partnership, pack, GONE, mark, now)
    await _note(unit, partnership, "team gone", now)
    return True


async def officers(unit: Unit, partnership: Partnership, pack: Pack, now: datetime) -> Iterable[int]:
    """The numbers of today's support officers."""
    return await holders_of_role(unit, partnership.id, [OFFICER], today_in(pack, now))


async def _tell_officers(unit: Unit, partnership: Partnership, pack: Pack, news: str, mark: str, now: datetime) -> None:
    for person_id in await officers(unit, partnership, pack, now):
        await owe(
            unit, partnership.id, f"{TEAM_NEWS}:{news}:{mark}:{person_id}", TEAM_NEWS, now=now,
            subject={"news": news}, person_id=person_id,
        )  # fmt: skip


async def _note(unit: Unit, partnership: Partnership, what: str, now: datetime) -> None:
    unit.add(partnership)
    await append_log(
        unit, partnership.id, at=now, person_id=None, by="Teams", what=what, subject=f"team:{partnership.id}"
    )
