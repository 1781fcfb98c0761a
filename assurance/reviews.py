"""Reviews of the framework itself: an officer is told when one is near, and when it has gone by (E12, framework 4.18).

It warns and never disables anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from assurance.calendar import add_months
from assurance.hours import may_send
from assurance.issuing import today_in
from assurance.owing import owe
from assurance.pack import Pack, Review
from assurance.permissions import OFFICER
from storage.notices import notices_to
from storage.partnerships import Partnership
from storage.partnerships import partnership as partnership_numbered
from storage.people import holders_of_role
from storage.unit import Unit

REMINDER = "remind_reviews"
MONTHS_BEFORE = 1
Stage = Literal["soon", "past"]


@dataclass(frozen=True)
class ReviewDue:
    """A document that is due to be looked at again: its title, the day, and how near that is."""

    key: str
    title: str
    due: date
    stage: Stage

    @property
    def mark(self) -> str:
        """What stands for having told of this: another day in the pack is told of anew."""
        return f"{self.key}:{self.due.isoformat()}:{self.stage}"


def reviews_due(reviews: Sequence[Review], today: date) -> tuple[ReviewDue, ...]:
    """The reviews that are due within a month or have gone by, the earliest first: a pure rule."""
    found = []
    for one in reviews:
        if add_months(one.due, -MONTHS_BEFORE) <= today:
            stage: Stage = "past" if today > one.due else "soon"
            found.append(ReviewDue(one.key, one.title, one.due, stage))
    return tuple(sorted(found, key=lambda one: (one.due, one.key)))


async def remind_reviews(unit: Unit, partnership: Partnership, pack: Pack, now: datetime) -> int:
    """Owe each officer one message about the reviews they were not told of yet; gives how many. A beat step."""
    if not may_send(pack, now):
        return 0
    today, owed = today_in(pack, now), 0
    due = reviews_due(pack.reviews, today)
    if not due:
        return 0
    for person_id in dict.fromkeys(await holders_of_role(unit, partnership.id, [OFFICER], today)):
        if await _not_told(unit, partnership, due, person_id):
            await partnership_numbered(unit, partnership.id, lock=True)  # every replica beats: told once
        if fresh := await _not_told(unit, partnership, due, person_id):
            await owe(
                unit, partnership.id, f"{REMINDER}:{','.join(fresh)}:{person_id}", REMINDER, now=now,
                subject={"reviews": fresh}, person_id=person_id, keeps_hours=True,
            )  # fmt: skip
            owed += 1
    return owed


async def _not_told(unit: Unit, partnership: Partnership, due: Sequence[ReviewDue], person_id: int) -> list[str]:
    earlier = await notices_to(unit, partnership.id, person_id, [REMINDER])
    told = {mark for one in earlier for mark in one.subject["reviews"]}
    return [one.mark for one in due if one.mark not in told]


def still_due(pack: Pack, marks: Sequence[str], today: date) -> tuple[ReviewDue, ...]:
    """Of the reviews of a message, those that the pack still gives as due: a pure rule.

    What was near when it was owed, and has gone by meanwhile, is told of as gone by in a message of its own.
    """
    return tuple(one for one in reviews_due(pack.reviews, today) if one.mark in marks)
