"""What Teams sends, read into plain frozen values: made here and nowhere else.

Every text is checked for its type, its length and control characters, so the rooms behind the door need not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Json = dict[str, Any]
ConversationKind = Literal["personal", "group", "channel"]
Trigger = Literal["manual", "automatic"]

ID_LIMIT: Final = 1_000
NAME_LIMIT: Final = 1_000
TEXT_LIMIT: Final = 100_000
VERB_LIMIT: Final = 200
LIST_LIMIT: Final = 1_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_CONTROL_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_KINDS: Final[dict[str, ConversationKind]] = {
    "personal": "personal",
    "groupChat": "group",
    "channel": "channel",
}


class Malformed(ValueError):
    """What arrived is not what Teams sends; the text says which part is wrong."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A Teams account: `object_id` is the Entra one ("" where Teams left it out), `teams_id` the 29:… id."""

    tenant_id: str
    object_id: str
    teams_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where something was said, with all that is needed to answer there later."""

    id: str
    kind: ConversationKind
    team_id: str
    channel_id: str
    tenant_id: str
    service_url: str
    bot_id: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file or card that came with a message; `content` is empty unless it was an object."""

    content_type: str
    name: str
    url: str
    content: Json


@dataclass(frozen=True, slots=True)
class Event:
    """What a conversationUpdate or installationUpdate tells: who came or went, what was renamed…"""

    event_type: str = ""
    action: str = ""
    team_name: str = ""
    team_group_id: str = ""
    channel_name: str = ""
    members_added: tuple[Caller, ...] = ()
    members_removed: tuple[Caller, ...] = ()


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message or an event. `kind` is the activity type; `text` has the mention of the bot taken out."""

    kind: str
    activity_id: str
    conversation: Conversation
    caller: Caller
    text: str = ""
    value: Json | None = None
    attachments: tuple[Attachment, ...] = ()
    reply_to_id: str = ""
    locale: str = ""
    name: str = ""
    event: Event = field(default_factory=Event)


@dataclass(frozen=True, slots=True)
class Press:
    """A card's button pressed, or a card refreshed by itself (`trigger` is then "automatic").

    `by_message` marks a press that came as a message (Action.Submit, from a client without Action.Execute):
    its answer is posted where everyone in the conversation sees it, so nothing private may be in it.
    """

    verb: str
    data: Json
    trigger: Trigger
    activity_id: str
    conversation: Conversation
    caller: Caller
    reply_to_id: str
    locale: str
    by_message: bool = False


def read_text(record: Json, key: str, limit: int = ID_LIMIT) -> str:
    """The text under `key`, "" where it is missing; raises Malformed for any other type, or if too long."""
    value = record.get(key)
    if value is None:
        return ""
    if type(value) is not str:
        raise Malformed(f'"{key}" must be text.')
    if len(value) > limit:
        raise Malformed(f'"{key}" is longer than {limit:,} characters.')
    if not value.isprintable() and _CONTROL.search(value):
        raise Malformed(f'"{key}" holds control characters.')
    return value


def read_name(record: Json, key: str) -> str:
    """A name that people chose: control characters become spaces, and it is cut at 1,000 characters."""
    value = record.get(key)
    if value is None:
        return ""
    if type(value) is not str:
        raise Malformed(f'"{key}" must be text.')
    return value[:NAME_LIMIT] if value.isprintable() else _CONTROL.sub(" ", value[:NAME_LIMIT])


def read_object(record: Json, key: str) -> Json:
    """The object under `key`, an empty one where it is missing; raises Malformed for anything else."""
    value = record.get(key)
    if value is None:
        return {}
    if type(value) is not dict:
        raise Malformed(f'"{key}" must be an object.')
    return value


def hosting_tenant(activity: Json) -> str:
    """The tenant that hosts the conversation: `channelData.tenant.id`, else the conversation's own, else ""."""
    told = read_text(read_object(read_object(activity, "channelData"), "tenant"), "id")
    return told or read_text(read_object(activity, "conversation"), "tenantId")


def read_conversation(activity: Json) -> Conversation:
    """Where the activity belongs."""
    place = read_object(activity, "conversation")
    channel_data = read_object(activity, "channelData")
    team_id = read_text(read_object(channel_data, "team"), "id")
    identity = read_text(place, "id")
    if not identity:
        raise Malformed('"conversation.id" is missing.')
    return Conversation(
        identity,
        _kind_of(place, team_id),
        team_id,
        read_text(read_object(channel_data, "channel"), "id"),
        hosting_tenant(activity),
        read_text(activity, "serviceUrl"),
        read_text(read_object(activity, "recipient"), "id"),
    )


def _kind_of(place: Json, team_id: str) -> ConversationKind:
    """A conversation of a kind not known here counts as a group, where nothing private is said."""
    kind = read_text(place, "conversationType")
    if kind:
        return _KINDS.get(kind, "group")
    if team_id:
        return "channel"
    return "group" if place.get("isGroup") else "personal"


def read_caller(account: Json, tenant_id: str) -> Caller:
    """The account of a person; raises Malformed where it has no id."""
    teams_id = read_text(account, "id")
    if not teams_id:
        raise Malformed('An account without "id".')
    return Caller(tenant_id, read_text(account, "aadObjectId"), teams_id, read_name(account, "name"))


def read_incoming(activity: Json) -> Incoming:
    """Any activity but an invoke; raises Malformed."""
    conversation = read_conversation(activity)
    kind = read_text(activity, "type")
    value = activity.get("value")
    if type(value) is not dict:
        if value is not None and kind == "message":
            raise Malformed('"value" must be an object.')
        value = None
    return Incoming(
        kind=kind,
        activity_id=read_text(activity, "id"),
        conversation=conversation,
        caller=read_caller(read_object(activity, "from"), conversation.tenant_id),
        text=_spoken(activity, conversation.bot_id),
        value=value,
        attachments=tuple(_attachment(one) for one in _objects(activity, "attachments")),
        reply_to_id=read_text(activity, "replyToId"),
        locale=read_text(activity, "locale"),
        name=read_text(activity, "name"),
        event=_event(activity, conversation.tenant_id),
    )


def read_action(value: Any) -> tuple[str, Json, Trigger]:
    """The verb, data and trigger in the value of an `adaptiveCard/action` invoke; raises Malformed."""
    if type(value) is not dict:
        raise Malformed('"value" must be an object.')
    action = value.get("action")
    if type(action) is not dict:
        raise Malformed('"value.action" must be an object.')
    if action.get("type", "Action.Execute") != "Action.Execute":
        raise Malformed('"value.action.type" must be "Action.Execute".')
    verb = read_text(action, "verb", VERB_LIMIT)
    if not verb:
        raise Malformed('"value.action.verb" is missing.')
    trigger = value.get("trigger")
    if trigger not in ("manual", "automatic", None):
        raise Malformed('"value.trigger" must be "manual" or "automatic".')
    return verb, read_object(action, "data"), trigger or "manual"


def read_press(activity: Json, verb: str, data: Json, trigger: Trigger) -> Press:
    """The press that an invoke carries, from its frame and what `read_action` found; raises Malformed."""
    conversation = read_conversation(activity)
    return Press(
        verb,
        data,
        trigger,
        read_text(activity, "id"),
        conversation,
        read_caller(read_object(activity, "from"), conversation.tenant_id),
        read_text(activity, "replyToId"),
        read_text(activity, "locale"),
    )


def press_by_message(incoming: Incoming) -> Press | None:
    """The press in a message that an Action.Submit sent: its data carries the verb. None for the others."""
    if incoming.kind != "message" or incoming.value is None or "verb" not in incoming.value:
        return None
    verb = read_text(incoming.value, "verb", VERB_LIMIT)
    if not verb:
        return None
    data = {key: value for key, value in incoming.value.items() if key != "verb"}
    return Press(
        verb,
        data,
        "manual",
        incoming.activity_id,
        incoming.conversation,
        incoming.caller,
        incoming.reply_to_id,
        incoming.locale,
        by_message=True,
    )


def _objects(record: Json, key: str) -> list[Json]:
    value = record.get(key)
    if value is None:
        return []
    if type(value) is not list or len(value) > LIST_LIMIT or any(type(one) is not dict for one in value):
        raise Malformed(f'"{key}" must be a list of at most {LIST_LIMIT:,} objects.')
    return value


def _spoken(activity: Json, bot_id: str) -> str:
    """The text without the mention of the bot; other people's mentions leave their names."""
    text = activity.get("text")
    if text is None:
        return ""
    if type(text) is not str or len(text) > TEXT_LIMIT:
        raise Malformed(f'"text" must be text of at most {TEXT_LIMIT:,} characters.')
    for entity in _objects(activity, "entities"):
        if entity.get("type") != "mention":
            continue
        mention = read_name(entity, "text")
        if mention and read_text(read_object(entity, "mentioned"), "id") == bot_id:
            text = text.replace(mention, " ")
    text = _CONTROL_IN_TEXT.sub(" ", text.replace("&nbsp;", " ").replace("\u00a0", " "))
    return text.replace("<at>", "").replace("</at>", "").strip()


def _attachment(record: Json) -> Attachment:
    content = record.get("content")
    return Attachment(
        read_text(record, "contentType"),
        read_name(record, "name"),
        read_text(record, "contentUrl", 20_000),
        content if type(content) is dict else {},
    )


def _event(activity: Json, tenant_id: str) -> Event:
    channel_data = read_object(activity, "channelData")
    team = read_object(channel_data, "team")
    return Event(
        event_type=read_text(channel_data, "eventType"),
        action=read_text(activity, "action"),
        team_name=read_name(team, "name"),
        team_group_id=read_text(team, "aadGroupId"),
        channel_name=read_name(read_object(channel_data, "channel"), "name"),
        members_added=tuple(read_caller(one, tenant_id) for one in _objects(activity, "membersAdded")),
        members_removed=tuple(read_caller(one, tenant_id) for one in _objects(activity, "membersRemoved")),
    )
