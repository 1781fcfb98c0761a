"""The officer's morning page: what waits, each with the one press that leads to where it is settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from assurance.actors import Actor
from assurance.dates import count_words, listing
from assurance.morning_answers import due_soon, not_reached, past_due, pleas_waiting, vacant
from assurance.morning_parts import Morning, Part, Section
from assurance.morning_work import absent, deliveries_open, drafts_begun, meetings_unfinished, summaries_waiting
from assurance.open_items import open_items
from assurance.pack import Pack
from assurance.permissions import require
from assurance.status import people_in, seat_names
from storage.partnerships import Partnership
from storage.people import holdings_on
from storage.unit import Unit

SECTIONS: tuple[Part, ...] = (
    pleas_waiting,
    deliveries_open,
    not_reached,
    vacant,
    past_due,
    due_soon,
    meetings_unfinished,
    summaries_waiting,
    drafts_begun,
    absent,
)
"""In the order in which they stand on the page: what others wait for comes first. An empty one is left out."""


@dataclass(frozen=True)
class MorningView:
    """The whole page; no sections where nothing waits."""

    partnership_id: int
    today: date
    sections: tuple[Section, ...]


async def morning_view(unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, now: datetime) -> MorningView:
    """What waits for the officer today. Raises NotAllowed for anybody else."""
    require(actor, "see_morning")
    found = await open_items(unit, actor, partnership, pack, now)
    morning = Morning(
        unit, actor, partnership, pack, now, found, await seat_names(unit, partnership, pack),
        await people_in(unit, partnership, found.items), await holdings_on(unit, partnership.id, found.today),
    )  # fmt: skip
    parts = [await part(morning) for part in SECTIONS]
    return MorningView(partnership.id, found.today, tuple(one for one in parts if one is not None))


def summary_words(view: MorningView) -> str:
    """The page in one sentence, for notifications and screen readers."""
    if not view.sections:
        return "Nothing waits for you this morning."
    things = "thing" if len(view.sections) == 1 else "things"
    named = listing([f"{one.name[:1].lower()}{one.name[1:]}" for one in view.sections])
    return f"{count_words(len(view.sections)).capitalize()} {things} to look at: {named}."
