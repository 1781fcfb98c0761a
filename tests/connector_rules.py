"""What the imitation of the Bot connector refuses: unknown fields, bad values, too much, too often."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any

from tests.cards_schema import BadCard, assert_valid
from tests.teams_world import Json

SIZE_LIMIT = 100 * 1024
PER_CONVERSATION = ((1, 7), (2, 8), (30, 60), (3600, 1800))
PER_TENANT = ((1, 50),)
CARD = "application/vnd.microsoft.card.adaptive"
_FILES = "application/vnd.microsoft.teams.card.file.consent"
_FIELDS: dict[str, type | tuple[type, ...]] = {
    "type": str,
    "id": str,
    "channelId": str,
    "serviceUrl": str,
    "from": dict,
    "recipient": dict,
    "conversation": dict,
    "replyToId": str,
    "text": str,
    "textFormat": str,
    "summary": str,
    "importance": str,
    "locale": str,
    "inputHint": str,
    "attachmentLayout": str,
    "attachments": list,
    "suggestedActions": dict,
    "entities": list,
    "channelData": dict,
}
_CHANNEL_DATA = {"tenant", "notification", "feedbackLoop", "feedbackLoopEnabled"}
_TYPES = {"message", "typing"}
_FORMATS = {"plain", "markdown", "xml"}


def fault_in(activity: Any, conversation_id: str, bot_id: str) -> str | None:
    """What is wrong with an activity that the bot posts, or None."""
    if not isinstance(activity, dict):
        return "the body is not an object"
    for key, value in activity.items():
        if key not in _FIELDS:
            return f"unknown field {key}"
        if not isinstance(value, _FIELDS[key]):
            return f"{key} has the wrong type"
    if activity.get("type") not in _TYPES:
        return "type must be message or typing"
    if activity.get("conversation", {}).get("id", conversation_id) != conversation_id:
        return "conversation.id is another conversation's"
    if activity.get("from", {}).get("id", bot_id) != bot_id:
        return "from.id is not the bot"
    if set(activity.get("channelData", {})) - _CHANNEL_DATA:
        return "unknown field in channelData"
    return _fault_in_content(activity)


def _fault_in_content(activity: Json) -> str | None:
    if activity.get("textFormat", "plain") not in _FORMATS:
        return "unknown textFormat"
    attachments = activity.get("attachments", [])
    if activity["type"] == "message" and not activity.get("text") and not attachments:
        return "a message without text or attachments"
    for attachment in attachments:
        if not isinstance(attachment, dict) or set(attachment) - {
            "contentType",
            "content",
            "name",
            "contentUrl",
        }:
            return "unknown field in an attachment"
        if attachment.get("contentType") not in (CARD, _FILES):
            return "unknown contentType"
        if not isinstance(attachment.get("content"), dict):
            return "an attachment without content"
        if attachment["contentType"] == CARD:
            why = fault_in_card(attachment["content"])
            if why:
                return why
    return None


def fault_in_card(card: Json) -> str | None:
    """What is wrong with an Adaptive Card, by the official schema and Teams's own limits."""
    try:
        assert_valid(card)
    except BadCard as error:
        return f"the card is not valid: {error}"
    return None


def too_large(activity: Json) -> bool:
    """Whether an activity is above what Teams takes, about 100 KB counted in UTF-16."""
    return len(json.dumps(activity, ensure_ascii=False).encode("utf-16-le")) > SIZE_LIMIT


class Limits:
    """Sliding windows of (seconds, calls) per key. `clock` gives seconds."""

    def __init__(self, windows: tuple[tuple[int, int], ...], clock: Callable[[], float]) -> None:
        self._windows = windows
        self._clock = clock
        self._seen: dict[str, deque[float]] = defaultdict(deque)

    def wait_for(self, key: str) -> float:
        """Counts a call and returns 0, or returns the seconds to wait and counts nothing."""
        now = self._clock()
        seen = self._seen[key]
        while seen and seen[0] <= now - self._windows[-1][0]:
            seen.popleft()
        for seconds, calls in self._windows:
            recent = [moment for moment in seen if moment > now - seconds]
            if len(recent) >= calls:
                return recent[-calls] + seconds - now
        seen.append(now)
        return 0.0
