"""Our own adapter on botbuilder's BotAdapter: its turns and middleware, our connector and our JSON."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final

from botbuilder.core import BotAdapter, TurnContext
from botbuilder.schema import (
    Activity,
    ActivityTypes,
    Attachment,
    ChannelAccount,
    ConversationAccount,
    ConversationReference,
    ResourceResponse,
)
from msrest.serialization import Model

from bot.edge.answers import CARD_TYPE, CONSENT_TYPE, Answer, Fail, OfferFile, Post, Say, ShowCard
from bot.edge.connector import Connector
from bot.edge.incoming import Conversation, Incoming
from bot.edge.outcomes import Refused, TryLater

CHANNEL: Final = "msteams"
_SILENT = frozenset({ActivityTypes.trace, "delay"})


@dataclass(frozen=True, slots=True)
class Address:
    """All that is needed to write to a conversation (botbuilder's own reference loses the tenant)."""

    service_url: str
    conversation_id: str
    tenant_id: str
    bot_id: str

    @classmethod
    def of(cls, conversation: Conversation) -> Address:
        """The address of the conversation from which something came."""
        return cls(conversation.service_url, conversation.id, conversation.tenant_id, conversation.bot_id)


class TeamsAdapter(BotAdapter):  # type: ignore[misc]
    """Carries turns in and messages out. `connector` must be open while it is used."""

    def __init__(self, connector: Connector) -> None:
        super().__init__()
        self.connector = connector

    async def send_activities(self, context: TurnContext, activities: list[Activity]) -> list[ResourceResponse]:
        """Posts each activity in turn and returns their ids; see the connector for how it can fail."""
        posted = []
        for activity in activities:
            if activity.type in _SILENT:
                posted.append(ResourceResponse(id=""))
                continue
            if activity.type == ActivityTypes.invoke_response:
                context.turn_state[self._INVOKE_RESPONSE_KEY] = activity
                posted.append(ResourceResponse(id=""))
                continue
            identity = await self.connector.post(
                activity.service_url, activity.conversation.id, as_json(activity), activity.reply_to_id
            )
            posted.append(ResourceResponse(id=identity))
        return posted

    async def update_activity(self, context: TurnContext, activity: Activity) -> ResourceResponse:
        """Puts `activity` in the place of the posted one with its id."""
        await self.connector.update(activity.service_url, activity.conversation.id, activity.id, as_json(activity))
        return ResourceResponse(id=activity.id)

    async def delete_activity(self, context: TurnContext, reference: ConversationReference) -> None:
        """Takes the referred activity back."""
        await self.connector.delete(reference.service_url, reference.conversation.id, reference.activity_id)

    async def deliver(self, address: Address, what: Post) -> str:
        """Posts a card or a sentence and returns its activity id; raises TryLater, Unsure or Refused."""
        identity = ""

        async def send(turn: TurnContext) -> None:
            nonlocal identity
            posted = await turn.send_activity(_message(what))
            identity = posted.id

        await self._on_our_own(address, send)
        return identity

    async def replace(self, address: Address, activity_id: str, what: Post) -> None:
        """Puts a card or a sentence in the place of a posted one; raises as `deliver`, may be repeated."""
        message = _message(what)
        message.id = activity_id

        async def send(turn: TurnContext) -> None:
            await turn.update_activity(message)

        await self._on_our_own(address, send)

    async def take_back(self, address: Address, activity_id: str) -> None:
        """Deletes what was posted; raises as `deliver`."""

        async def send(turn: TurnContext) -> None:
            await turn.delete_activity(activity_id)

        await self._on_our_own(address, send)

    async def take_turn(self, incoming: Incoming, handle: Callable[[], Awaitable[Answer | None]]) -> None:
        """Runs one incoming activity through the middleware, and posts what `handle` answers as the reply."""

        async def turn(context: TurnContext) -> None:
            answer = await handle()
            if answer is not None:
                await _reply(context, answer)

        await self.run_pipeline(TurnContext(self, _received(incoming)), turn)

    async def _on_our_own(self, address: Address, logic: Callable[[TurnContext], Awaitable[None]]) -> None:
        reference = ConversationReference(
            bot=ChannelAccount(id=address.bot_id),
            conversation=ConversationAccount(id=address.conversation_id, tenant_id=address.tenant_id),
            channel_id=CHANNEL,
            service_url=address.service_url,
        )

        async def unprompted(context: TurnContext) -> None:
            # The continuation carries a made-up id, which would turn the post into a reply to nothing.
            context.activity.id = None
            await logic(context)

        await self.continue_conversation(reference, unprompted)


async def _reply(context: TurnContext, answer: Answer) -> None:
    message = _message(Say(answer.text) if isinstance(answer, Fail) else answer)
    try:
        await context.send_activity(message)
    except TryLater as later:
        await asyncio.sleep(min(later.after or 1.0, 5.0))
        await context.send_activity(message)


async def replace_pressed(adapter: TeamsAdapter, incoming: Incoming, answer: ShowCard) -> None:
    """Shows the answer to an Action.Submit in the place of the pressed card, or below it if that is gone."""
    address = Address.of(incoming.conversation)
    try:
        await adapter.replace(address, incoming.reply_to_id, answer)
    except Refused:
        await adapter.deliver(address, answer)


def _message(what: Post) -> Activity:
    if isinstance(what, OfferFile):
        return Activity(type=ActivityTypes.message, attachments=[_offer(what)], summary=what.description)
    if isinstance(what, Say):
        return Activity(type=ActivityTypes.message, text=what.text, text_format="plain")
    card = Attachment(content_type=CARD_TYPE, content=what.card)
    return Activity(type=ActivityTypes.message, attachments=[card], summary=what.summary or None)


def _offer(what: OfferFile) -> Attachment:
    content = {
        "description": what.description, "sizeInBytes": what.size, "acceptContext": what.context,
        "declineContext": what.context,
    }  # fmt: skip
    return Attachment(content_type=CONSENT_TYPE, name=what.name, content=content)


def _received(incoming: Incoming) -> Activity:
    place = incoming.conversation
    return Activity(
        type=incoming.kind,
        id=incoming.activity_id or None,
        name=incoming.name or None,
        channel_id=CHANNEL,
        service_url=place.service_url,
        from_property=ChannelAccount(
            id=incoming.caller.teams_id,
            name=incoming.caller.name,
            aad_object_id=incoming.caller.object_id or None,
        ),
        conversation=ConversationAccount(id=place.id, conversation_type=_TYPES[place.kind], tenant_id=place.tenant_id),
        recipient=ChannelAccount(id=place.bot_id),
        text=incoming.text,
        value=incoming.value,
        locale=incoming.locale or None,
        reply_to_id=incoming.reply_to_id or None,
        channel_data={"tenant": {"id": place.tenant_id}},
    )


_TYPES: Final = {"personal": "personal", "group": "groupChat", "channel": "channel"}
_KEYS: Final = {"tenantID": "tenantId"}


def as_json(value: Any) -> Any:
    """An Activity, or a part of one, as plain JSON values without msrest. Dicts (cards) pass as they are."""
    if isinstance(value, Model):
        record = dict(value.additional_properties or {})
        for name, how in value._attribute_map.items():
            part = getattr(value, name, None)
            if part is not None:
                record[_KEYS.get(how["key"], how["key"])] = as_json(part)
        return record
    if isinstance(value, list | tuple):
        return [as_json(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value
