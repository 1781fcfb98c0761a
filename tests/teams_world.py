"""The people, the team and the posts of the imitated Teams, and what can go wrong there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]

TENANT = "11111111-1111-4111-8111-111111111111"
BOT = "28:bot"
FaultKind = Literal["status", "reset", "lost", "delay"]


@dataclass(slots=True)
class Person:
    """Someone in the tenant, or a guest. Without `has_app` the bot cannot open a 1:1 conversation."""

    name: str
    object_id: str
    teams_id: str
    email: str = ""
    guest: bool = False
    has_app: bool = True
    blocked: bool = False


@dataclass(slots=True)
class Posted:
    """One message as Teams shows it now; `versions` are its contents, the latest last."""

    id: str
    conversation_id: str
    reply_to: str | None
    versions: list[Json]
    deleted: bool = False

    @property
    def activity(self) -> Json:
        return self.versions[-1]


@dataclass(slots=True)
class Fault:
    """What goes wrong with one post, update or deletion; `where` names the only conversation in which it does."""

    kind: FaultKind
    status: int = 503
    code: str = ""
    retry_after: str | None = None
    seconds: float = 0.0
    where: str = ""


@dataclass(slots=True)
class Team:
    """A team: everybody is in it; the General channel has the team's own id and no name."""

    id: str = "19:team@thread.tacv2"
    name: str = "Swindon LDG"
    group_id: str = "22222222-2222-4222-8222-222222222222"
    channels: dict[str, str | None] = field(default_factory=lambda: {"19:team@thread.tacv2": None})
