"""The partnership's team: `use this team`, the greeting, and news of the team."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assurance.asking import Word
from assurance.permissions import may
from assurance.refusals import Refusal
from assurance.team import TEAM_NEWS, TeamPlace, note_names, use_team
from bot.edge.answers import Answer, ShowCard
from bot.edge.outcomes import Refused, TryLater, Unsure
from bot.handlers.helping import here_of
from bot.roster import read_roster
from bot.tables import Command, Desk, Heard, Subject
from bot.turns import PARTNERSHIP, Here, Turn, number, who
from cards import team as shown
from cards.parts import Card
from storage.notices import Notice
from storage.partnerships import partnership
from storage.people import people
from storage.unit import Unit

Data = Mapping[str, Any]
IN_THE_TEAM = "Please type this in the channel of the team that the partnership is to use, and mention me there."


def place_of_turn(turn: Turn) -> TeamPlace:
    """The team and channel in which something was said. Raises Refusal anywhere else."""
    place = turn.conversation
    if place.kind != "channel" or not place.team_id:
        raise Refusal(IN_THE_TEAM)
    channel = place.channel_id or place.id.partition(";")[0]
    return TeamPlace(place.team_id, "", channel, "", place.tenant_id, place.service_url, place.bot_id)


async def say_use_team(unit: Unit, turn: Turn, here: Here, _: Heard) -> Subject:
    """Bind the team where nothing stands against it; the reply says which of the three it was."""
    outcome = await use_team(unit, here.actor, here.partnership, place_of_turn(turn), turn.now)
    return {"outcome": outcome}


async def read_the_team(turn: Turn, here: Here) -> None:
    """Once the binding is saved: learn the team's name, the channel's name and the members from Teams."""
    async with turn.house.open_unit() as unit:
        its = await partnership(unit, here.partnership.id)
        if its is None or its.team_id != turn.conversation.team_id or its.service_url is None:
            return
        service_url, team_id, channel_id = its.service_url, its.team_id or "", its.channel_id
    connector = turn.house.adapter.connector
    try:
        name = str((await connector.team_details(service_url, team_id)).get("name") or "")
        channels = {str(one.get("id")): one.get("name") for one in await connector.channels(service_url, team_id)}
        async with turn.house.open_unit() as unit:
            its = await partnership(unit, here.partnership.id)
            if its is not None and its.team_id == team_id:
                channel = str(channels.get(channel_id or "") or "")
                await note_names(unit, its, name[:200], channel[:200], turn.now)
        await read_roster(turn.house, here.partnership.id, by_person=here.actor.person_id)
    except (Refused, TryLater, Unsure, Refusal):
        return  # the reply says that the members could not be read, and where to try again


async def draw_bound(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """How the binding went."""
    its = desk.partnership
    if owed.subject.get("outcome") == "ask":
        return shown.ask_instead_card(its.id, its.title, its.team_name or "")
    return await _bound(unit, desk.partnership.id, already=owed.subject.get("outcome") == "already")


async def _bound(unit: Unit, partnership_id: int, *, already: bool) -> Card:
    its = await partnership(unit, partnership_id)
    assert its is not None
    there = sum(one.in_team and not one.practice for one, _ in await people(unit, its.id))
    return shown.bound_card(its.title, there if its.roster_at else None, already=already)


async def use_instead(turn: Turn, data: Data) -> Answer:
    """The officer's consent: this team takes the other one's place."""
    async with turn.house.open_unit() as unit:
        here = await who_of(unit, turn, data)
        await use_team(unit, here.actor, here.partnership, place_of_turn(turn), turn.now, instead=True)
    await read_the_team(turn, here)
    async with turn.house.open_unit() as unit:
        made = await _bound(unit, here.partnership.id, already=False)
    return ShowCard(made.content, made.summary)


async def who_of(unit: Unit, turn: Turn, data: Data) -> Here:
    """Who presses, in the partnership that the button names."""
    return await who(unit, turn, number(data, PARTNERSHIP))


async def draw_welcome(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """The one greeting of a conversation."""
    team = bool(owed.subject.get("team"))
    bound = desk.partnership.team_id is not None and desk.partnership.team_id == owed.subject.get("team")
    reader = None if team or owed.person_id is None else await here_of(unit, desk, owed)
    officer_of = desk.partnership.id if reader is not None and may(reader.actor, "see_morning") else None
    return shown.welcome_card(desk.pack.terms.group_short, team=team, bound=bound, officer_of=officer_of)


async def draw_news(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """What happened to the team or its channel, for the officers."""
    its = desk.partnership
    return shown.news_card(str(owed.subject.get("news")), its.title, its.team_name or "")


COMMANDS = (
    Command(
        Word("use this team", ("use this team",), changes=True),
        "In your team's channel: this is the partnership's team.",
        "reply.team",
        who=("officer",),
        menu=("team",),
        do=say_use_team,
        after=read_the_team,
    ),
)
PRESSES = {shown.USE_INSTEAD: use_instead}
NOTICES = {"reply.team": draw_bound, "welcome": draw_welcome, TEAM_NEWS: draw_news}
