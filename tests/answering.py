"""Builders for the tests of answering: a request that was issued, and what an agency might say."""

from __future__ import annotations

from datetime import date
from typing import Any

from assurance.actors import actor_numbered
from assurance.issuing import Addressee, NewRequest, Timing, issue
from assurance.packing import pack_of
from storage.asks import Meeting, Request
from storage.partnerships import seats
from storage.people import Holding
from tests.group import Group

TITLE = "Child F rapid review"
DUE = date(2026, 11, 26)
MEETING = date(2026, 12, 10)
SAID = {
    "dissemination": "medium",
    "evidence": "Shared at two ward huddles; 40 of 55 staff have confirmed.",
    "monitoring": "A records audit in spring.",
}
LEARNING = {
    "title": TITLE,
    "description": "A rapid review of the care of a child who attended three times in October 2026.",
    "findings": "Missed follow-up after emergency attendances.",
    "key_messages": "Follow up every emergency attendance.\nRecord the voice of the child.",
    "agreed_by": "the Practice Review Group",
    "agreed_on": "2026-10-28",
    "links": [{"title": "Seven minute briefing", "url": "https://example.org/briefing"}],
    "handling": "staff",
}


async def a_request(
    group: Group,
    *addressees: Addressee | str,
    kind: str = "assurance",
    due_on: date = DUE,
    meeting_on: date | None = MEETING,
    learning: dict[str, Any] | None = LEARNING,
    **more: Any,
) -> Request:
    """Issue a request to these seats (by key) or addressees, and let the cards go out. Gives it as issued."""
    async with group.unit() as (unit, its):
        pack = await pack_of(unit, its)
        officer = await actor_numbered(unit, its.id, group.ids["officer"], group.clock.now.date())
        assert officer is not None
        numbers = {seat.slug: seat.id for seat in await seats(unit, its.id)}
        whom = tuple(one if isinstance(one, Addressee) else Addressee(numbers[one]) for one in addressees)
        held = None
        if meeting_on is not None:
            held = await unit.save(Meeting(partnership_id=its.id, group_key=pack.groups[0].key, on=meeting_on))
        timing = Timing(due_on, held.id if held else None, more.pop("tabled", "papers"))
        new = NewRequest(kind, more.pop("title", TITLE), whom, timing, learning=learning, **more)
        found = await issue(unit, officer, its, pack, new, group.clock.now)
    await group.settle()
    return found


async def share_the_seat(group: Group, who: str, seat: str = "gwh") -> None:
    """Put somebody on one more seat, by its key."""
    async with group.unit() as (unit, its):
        numbers = {one.slug: one.id for one in await seats(unit, its.id)}
        unit.add(Holding(partnership_id=its.id, person_id=group.ids[who], seat_id=numbers[seat]))
