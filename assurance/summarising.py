"""What the clock does for summaries: a draft when a meeting was closed or a quarter ended, and one nudge (B15)."""

from __future__ import annotations

from datetime import date, datetime

from assurance.calendar import WorkingDays, local_day
from assurance.gathering import gather, meeting_period, quarter_period
from assurance.issuing import start_of, today_in, working_days
from assurance.owing import owe
from assurance.pack import Pack
from assurance.permissions import CHAIR, OFFICER, VICE
from assurance.quarters import Quarter, before, quarter_of
from assurance.summaries import SUMMARY, about, frozen
from assurance.summary_approving import DRAFTED, NUDGE
from storage.asks import Meeting
from storage.log import append_log
from storage.notices import notices_about
from storage.partnerships import Partnership, partnership
from storage.people import holders_of_role
from storage.reports import (
    Report,
    drafts_waiting,
    meetings_between,
    meetings_to_report,
    report_for,
    reports,
    rounds_due,
)
from storage.unit import Unit

NUDGE_WD = 5
"""Working days after which a draft that nobody approved is brought to mind, once."""
CLOSING_WD = 10
"""Working days after the end of a quarter during which we wait for a meeting in it to be closed."""


async def summarise_quarter(unit: Unit, its: Partnership, pack: Pack, now: datetime) -> int:
    """Draft what is due: for each meeting that was closed, or for the quarter that ended without one.

    Gives how many drafts were made. Each is made once, whichever replica beats.
    """
    held = await meetings_to_report(unit, its.id, SUMMARY)
    ended = await _ended_without_meeting(unit, its, pack, today_in(pack, now))
    if not held and ended is None:
        return 0
    await partnership(unit, its.id, lock=True)  # every replica beats: each draft is made once
    made = 0
    for meeting in await meetings_to_report(unit, its.id, SUMMARY):
        made += await _draft(unit, its, pack, now, meeting=meeting)
    if ended is not None and await report_for(unit, its.id, SUMMARY, ended.key) is None:
        made += await _draft(unit, its, pack, now, quarter=ended)
    return made


async def _ended_without_meeting(unit: Unit, its: Partnership, pack: Pack, today: date) -> Quarter | None:
    """The quarter that ended last, if it needs a summary of its own and something fell due in it."""
    last = before(pack.year_start, quarter_of(pack.year_start, today))
    if its.starts_on is not None and last.last < its.starts_on:
        return None
    group = pack.groups[0].key
    meetings = await meetings_between(unit, its.id, group, last.first, last.last)
    if not quarter_is_due(last, [one.state for one in meetings], today, working_days(pack)):
        return None
    if await report_for(unit, its.id, SUMMARY, last.key) is not None:
        return None
    return last if await rounds_due(unit, its.id, group, last.first, last.last, tabled=True) else None


def quarter_is_due(quarter: Quarter, meetings: list[str], today: date, working: WorkingDays) -> bool:
    """Whether a quarter needs a summary of its own: no meeting was held in it. `meetings` are their states.

    One that was to be held and has not been closed is waited for, for CLOSING_WD working days: its own summary
    says more.
    """
    if "held" in meetings or today <= quarter.last:
        return False
    return not meetings or working.between(quarter.last, today) > CLOSING_WD


async def _draft(
    unit: Unit,
    its: Partnership,
    pack: Pack,
    now: datetime,
    *,
    meeting: Meeting | None = None,
    quarter: Quarter | None = None,
) -> int:
    """Make one draft and owe it to those who see it; none where nothing was asked."""
    earlier = frozen(await reports(unit, its.id, SUMMARY))
    if meeting is not None:
        period = meeting_period(pack, meeting, earlier.values())
    else:
        assert quarter is not None
        period = quarter_period(quarter)
    figures = await gather(unit, its, pack, period, earlier, now)
    if not figures.rows:
        return 0
    row = await unit.save(
        Report(
            partnership_id=its.id, group_key=pack.groups[0].key, kind=SUMMARY, period=period.key,
            meeting_id=meeting.id if meeting else None, figures={}, drafted_at=now,
        )
    )  # fmt: skip
    await _tell(unit, its, pack, row, DRAFTED, now)
    await append_log(
        unit, its.id, at=now, person_id=None, by="clock", what="summary drafted", subject=about(row.id),
        refs={"period": row.period, "asked": figures.counts.asked},
    )  # fmt: skip
    return 1


async def readers_of_drafts(unit: Unit, its: Partnership, today: date) -> list[int]:
    """Who gets a draft: the chair, or the vice chair where nobody is the chair, and the officers."""
    chairs = await holders_of_role(unit, its.id, [CHAIR], today) or await holders_of_role(unit, its.id, [VICE], today)
    return list(dict.fromkeys((*chairs, *await holders_of_role(unit, its.id, [OFFICER], today))))


async def _tell(unit: Unit, its: Partnership, pack: Pack, row: Report, kind: str, now: datetime) -> None:
    for person_id in await readers_of_drafts(unit, its, today_in(pack, now)):
        await owe(
            unit, its.id, f"{kind}:{row.id}:{person_id}", kind, now=now, subject={"report": row.id},
            about=about(row.id), person_id=person_id, not_before=start_of(its, pack, now), keeps_hours=True,
        )  # fmt: skip


async def nudge_summaries(unit: Unit, its: Partnership, pack: Pack, now: datetime) -> int:
    """Bring to mind, once, each draft that has waited NUDGE_WD working days for approval; gives how many."""
    today, working = today_in(pack, now), working_days(pack)
    late = [
        row for row in await drafts_waiting(unit, its.id, SUMMARY)
        if working.between(local_day(row.drafted_at, pack.timezone), today) >= NUDGE_WD
    ]  # fmt: skip
    if not late:
        return 0
    await partnership(unit, its.id, lock=True)  # every replica beats
    nudged = 0
    for row in late:
        if all(one.kind != NUDGE for one in await notices_about(unit, its.id, about(row.id))):
            await _tell(unit, its, pack, row, NUDGE, now)
            nudged += 1
    return nudged
