"""What Teams would send to the bot, and a gate for tests: builders in the words of a person at a screen."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from bot.edge.gate import Refusal
from tests.connector import BOT, TENANT, Json, Person, Team

SECRET = "let-the-tests-in"
_numbers = itertools.count(1)


class TestGate:
    """Lets in who knows the shared word (header X-Test-Gate); stands where the token check will."""

    __test__ = False

    async def admit(self, headers: Mapping[str, str], activity: Json, peer: str) -> Refusal | None:
        """Refuses everyone without the word."""
        return None if headers.get("X-Test-Gate") == SECRET else Refusal(401, "The shared word is missing.")


def headers() -> dict[str, str]:
    """The headers of a request that the TestGate lets in."""
    return {"Content-Type": "application/json", "X-Test-Gate": SECRET}


def activity(kind: str, person: Person, url: str, *, team: Team | None = None, channel: str = "") -> Json:
    """The frame of an activity of this type: in the 1:1 conversation, or in a channel of `team`."""
    place: Json = {"id": f"a:{person.object_id}", "conversationType": "personal", "tenantId": TENANT}
    channel_data: Json = {"tenant": {"id": TENANT}}
    if team is not None:
        channel = channel or team.id
        place |= {"id": channel, "conversationType": "channel", "isGroup": True}
        channel_data |= {"team": {"id": team.id, "name": team.name}, "channel": {"id": channel}}
    return {
        "type": kind,
        "id": f"f:{next(_numbers)}",
        "timestamp": "2026-11-02T09:00:00.000Z",
        "channelId": "msteams",
        "serviceUrl": url,
        "from": {"id": person.teams_id, "name": person.name, "aadObjectId": person.object_id},
        "recipient": {"id": BOT, "name": "Learning Loop"},
        "conversation": place,
        "channelData": channel_data,
        "locale": "en-GB",
    }


def message(person: Person, text: str, url: str, **where: Any) -> Json:
    """A typed message; in a channel the bot is mentioned."""
    typed = activity("message", person, url, **where) | {"text": text, "textFormat": "plain"}
    if where.get("team") is not None:
        mention = "<at>Learning Loop</at>"
        entity = {"type": "mention", "text": mention, "mentioned": {"id": BOT, "name": "Learning Loop"}}
        typed |= {"text": f"{mention} {text}", "entities": [entity]}
    return typed


def press(person: Person, verb: str, data: Json, url: str, *, on: str = "", **where: Any) -> Json:
    """A press on an Action.Execute of the card whose activity id is `on`."""
    pressed = activity("invoke", person, url, **where)
    action = {"type": "Action.Execute", "verb": verb, "data": data}
    pressed |= {"name": "adaptiveCard/action", "value": {"action": action, "trigger": "manual"}}
    return pressed | ({"replyToId": on} if on else {})


def refresh(person: Person, verb: str, data: Json, url: str, *, on: str = "", **where: Any) -> Json:
    """The automatic invoke by which a card refreshes itself for one of its `refresh.userIds`."""
    asked = press(person, verb, data, url, on=on, **where)
    asked["value"]["trigger"] = "automatic"
    return asked


def submit(person: Person, data: Json, url: str, *, on: str = "", **where: Any) -> Json:
    """A press on an Action.Submit: a message that carries the data."""
    sent = activity("message", person, url, **where) | {"value": data}
    return sent | ({"replyToId": on} if on else {})


def invoke(person: Person, name: str, value: Any, url: str) -> Json:
    """An invoke of another kind."""
    return activity("invoke", person, url) | {"name": name, "value": value}
