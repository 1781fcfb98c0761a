"""Issuing as an officer does it, card by card, for tests that need something issued."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from storage.asks import Meeting
from tests.group import Group
from tests.teams_world import Json

CHILD_F: Mapping[str, str] = {
    "title": "Child F rapid review",
    "originator": "practice-review-group",
    "activity_type": "rapid-review",
    "description": "Rapid review after a serious incident, September to October 2026.",
    "findings": "Emergency attendances were not followed up when families moved.",
    "key_messages": "Ask who else visits the home. Follow up every emergency attendance within five days.",
    "audiences": "Ward staff, health visitors, social workers.",
    "agreed_by": "Practice Review Group",
    "agreed_on": "2026-10-28",
    "handling": "staff",
}


async def a_meeting(group: Group, day: date, *, extra: bool = False, opens_round: bool = True) -> int:
    """A meeting of the group, already entered."""
    async with group.unit() as (unit, its):
        held = await unit.save(
            Meeting(partnership_id=its.id, group_key="ldg", on=day, extra=extra, opens_round=opens_round)
        )
        return held.id


def card_in(reply: Json) -> Json:
    """The card that a press was answered with."""
    assert reply["type"].endswith("card.adaptive"), reply
    return dict(reply["value"])


async def previewed(
    group: Group,
    *,
    summary: Mapping[str, str] = CHILD_F,
    request: Mapping[str, str] | None = None,
    plan: Mapping[str, str] | None = None,
) -> Json:
    """The preview that an officer comes to by filling in the three steps."""
    first = await group.say("officer", "new learning")
    second = card_in(await group.press("officer", first, "Next: who is asked", summary))
    third = card_in(await group.press("officer", second, "Next: action plan", request or {}))
    return card_in(await group.press("officer", third, "Preview", plan or {}))


def issue_button(card: Json) -> str:
    """The title of the button that issues."""
    return next(one["title"] for one in card["actions"] if one["title"].startswith("Issue"))


async def issued(group: Group, **how: Mapping[str, str]) -> Json:
    """The card that an officer sees after issuing."""
    preview = await previewed(group, **how)
    return card_in(await group.press("officer", preview, issue_button(preview)))
