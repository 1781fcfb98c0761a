"""One beat of the clock: each partnership's due work, one short transaction per partnership and step.

What is due is derived from rows. A partnership is looked at when its time has come, or when anything was logged
since the last look; a beat that finds neither anywhere is one query, and writes nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from assurance.chasing import chase_due
from assurance.closing_items import propose_closing
from assurance.following_up import open_follow_ups
from assurance.highlight_drafting import draft_reports, nudge_reports
from assurance.hours import day_begins, may_send, next_send_moment
from assurance.issuing import today_in
from assurance.lines import failure, lines
from assurance.meeting_work import remind_meeting_work
from assurance.opening import open_due
from assurance.pack import Pack
from assurance.packing import pack_of
from assurance.purging import purge_due, tell_of_purge
from assurance.reorganising import reorganise_due
from assurance.reviews import remind_reviews
from assurance.rounds import open_rounds
from assurance.seating import welcome_starters
from assurance.summarising import nudge_summaries, summarise_quarter
from storage.partnerships import Partnership, note_look, partnership, partnerships_to_look_at
from storage.unit import OpenUnit, Unit

Step = Callable[[Unit, Partnership, Pack, datetime], Awaitable[int]]
"""Does what is due in one partnership at a moment, and gives how much that was.

Every replica beats, so a step may run twice at once, and again at any time: it locks the partnership's row before it
decides, and does nothing that was done already.
"""
STEPS: tuple[Step, ...] = (
    reorganise_due,
    open_rounds,
    open_due,
    open_follow_ups,
    welcome_starters,
    propose_closing,
    remind_meeting_work,
    remind_reviews,
    chase_due,
    summarise_quarter,
    nudge_summaries,
    draft_reports,
    nudge_reports,
    tell_of_purge,
    purge_due,
)
_log = lines("assurance.beats")


async def beat(open_unit: OpenUnit, now: datetime, steps: Sequence[Step] = STEPS) -> int:
    """Do what is due at this moment; a failure in one partnership or step does not stop the others."""
    async with open_unit() as unit:
        waiting = await partnerships_to_look_at(unit, now)
    return sum([await look(open_unit, number, newest, now, steps) for number, newest in waiting])


async def look(
    open_unit: OpenUnit, partnership_id: int, newest: int, now: datetime, steps: Sequence[Step] = STEPS
) -> int:
    """Take every step in one partnership. Where one failed, the next beat looks here again.

    `newest` is the number of the newest log entry before the first step: whatever is logged after that, by a step
    or by somebody at this very moment, is a reason to look again.
    """

    async def note(unit: Unit, its: Partnership, pack: Pack, now: datetime) -> int:
        await note_look(unit, its.id, next_look(pack, now), newest)
        return 0

    taken = [await _take(open_unit, step, partnership_id, now) for step in steps]
    if None not in taken:
        await _take(open_unit, note, partnership_id, now)
    return sum(done or 0 for done in taken)


async def _take(open_unit: OpenUnit, step: Step, partnership_id: int, now: datetime) -> int | None:
    """Take one step in a transaction of its own; None where it failed."""
    try:
        async with open_unit() as unit:
            its = await partnership(unit, partnership_id)
            return await step(unit, its, await pack_of(unit, its), now) if its is not None else 0
    except Exception as error:
        name = getattr(step, "__name__", "")
        _log.error("A step of the clock failed", step=name, partnership=partnership_id, **failure(error))
        return None


def next_look(pack: Pack, now: datetime) -> datetime:
    """When something may next fall due by the clock alone: as the send hours of a working day begin.

    It follows from the pack and the moment, and can be computed again. A day as such is waited for only where a pack
    is closed for longer than can be looked ahead.
    """
    tomorrow = day_begins(pack, today_in(pack, now) + timedelta(days=1))
    try:
        return next_send_moment(pack, tomorrow if may_send(pack, now) else now)
    except ValueError:
        return tomorrow
