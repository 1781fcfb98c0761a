"""For tests of meetings: one opened from the list, moved, cancelled or closed as an officer or chair does it."""

from __future__ import annotations

from datetime import date

from assurance.beats import beat
from storage.asks import Meeting, meeting_on
from storage.returns import AgencyReturn, returns_of_request
from tests.group import Group, read, walk, words
from tests.issuing import card_in
from tests.teams_world import Json, Posted

DECEMBER, MARCH = date(2026, 12, 10), date(2027, 3, 11)


async def opened_by(group: Group, who: str, position: int = 0) -> Json:
    """The card of one meeting of the list, opened by somebody."""
    card = await group.say(who, "meeting")
    found = [one for one in walk(card) if one.get("title") == "Open"][position]
    return card_in(await group.execute(who, found["verb"], found["data"]))


async def move_preview(group: Group, **to: str) -> Json:
    """What moving the first meeting of the list would change: `on`, `at` and `place` as they are typed."""
    form = card_in(await group.press("officer", await opened_by(group, "officer"), "Move or change it"))
    typed = {f"meeting_{name}": value for name, value in to.items()}
    return card_in(await group.press("officer", form, "See what changes", typed))


async def moved(group: Group, day: date) -> Json:
    """The first meeting of the list, moved to another day; gives its card."""
    preview = await move_preview(group, on=day.isoformat())
    return card_in(await group.press("officer", preview, "Move the meeting"))


async def cancelled(group: Group, reason: str = "Half the group is at the inspection.") -> Json:
    """The first meeting of the list, cancelled; gives what the officer sees."""
    form = card_in(await group.press("officer", await opened_by(group, "officer"), "Cancel it"))
    return card_in(await group.press("officer", form, "Cancel the meeting", {"reason": reason}))


async def closed(group: Group, who: str = "officer") -> Json:
    """The first meeting of the list, closed; gives its card."""
    preview = card_in(await group.press(who, await opened_by(group, who), "Close this meeting"))
    return card_in(await group.press(who, preview, "Close this meeting"))


async def beaten(group: Group) -> None:
    """One beat of the clock, and everything delivered that it owed."""
    await beat(group.house.open_unit, group.clock.now)
    await group.settle()


async def the_meeting(group: Group, day: date) -> Meeting | None:
    """The group's meeting on a day."""
    async with group.unit() as (unit, its):
        return await meeting_on(unit, its.id, "ldg", day)


async def returns(group: Group, request_id: int) -> list[AgencyReturn]:
    """Every return of a request, oldest first."""
    async with group.unit() as (unit, its):
        return await returns_of_request(unit, its.id, request_id)


def chat_words(group: Group, who: str) -> list[str]:
    """What each card in somebody's chat says now, oldest first; offers of files are left out."""
    return [words(one) for one in _cards(group, who)]


def about(group: Group, who: str, text: str) -> list[Json]:
    """The cards in somebody's chat that say this."""
    return [one for one in _cards(group, who) if text in words(one)]


def _cards(group: Group, who: str) -> list[Json]:
    offers = {one.id for one in group.chat(who) if _is_file(one)}
    return [read(one) for one in group.chat(who) if one.id not in offers]


def _is_file(post: Posted) -> bool:
    return any("file" in one["contentType"] for one in post.activity.get("attachments", []))
