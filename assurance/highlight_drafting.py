"""What the clock does for reports to the board: a draft after each meeting or once a period, and nudges (F1, B19)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from assurance.actors import Actor
from assurance.calendar import local_day
from assurance.highlight_figures import Highlights
from assurance.highlight_rules import approvable_from, our_reports, period_ended, timing
from assurance.highlight_words import marks
from assurance.highlights import about, defined, gathered, report_now, report_view
from assurance.hours import may_send
from assurance.issuing import start_of, today_in, working_days
from assurance.owing import owe
from assurance.pack import Pack
from assurance.pack import Report as PackReport
from assurance.permissions import require
from assurance.refusals import NotFound, OutOfDate
from assurance.summarising import NUDGE_WD, readers_of_drafts
from storage.asks import Meeting
from storage.log import append_log
from storage.notices import notices_about
from storage.partnerships import Partnership, partnership
from storage.reports import Report, drafts_waiting, issued_before, meetings_to_report, report_for, reports
from storage.unit import Unit

DRAFTED, NUDGE, READY = "report_draft", "report_nudge", "report_ready"
"""The kinds of notice: the draft, the one reminder that it waits, and that it can be approved from today."""


async def draft_reports(unit: Unit, its: Partnership, pack: Pack, now: datetime) -> int:
    """Draft what is due, each once whichever replica beats; gives how many drafts were made. In send hours only."""
    if not may_send(pack, now):
        return 0
    made = 0
    for one in our_reports(pack):
        when = timing(one)
        if when == "meeting" and await meetings_to_report(unit, its.id, one.id):
            await partnership(unit, its.id, lock=True)
            for meeting in await meetings_to_report(unit, its.id, one.id):
                made += await _draft(unit, its, pack, one, f"meeting:{meeting.id}", now, meeting=meeting)
        elif when == "period":
            made += await _draft_period(unit, its, pack, one, now)
    return made


async def _draft_period(unit: Unit, its: Partnership, pack: Pack, one: PackReport, now: datetime) -> int:
    """The report of the period that ended last, once, where anything was asked by its last day."""
    first, last = period_ended(pack.year_start, one.cadence, today_in(pack, now))
    key = f"{first.isoformat()}:{last.isoformat()}"
    if its.starts_on is not None and last < its.starts_on:
        return 0
    if await report_for(unit, its.id, one.id, key) is not None:
        return 0
    await partnership(unit, its.id, lock=True)
    if await report_for(unit, its.id, one.id, key) is not None:
        return 0
    return await _draft(unit, its, pack, one, key, now, last=last)


async def _draft(
    unit: Unit, its: Partnership, pack: Pack, one: PackReport, period: str, now: datetime,
    *, meeting: Meeting | None = None, last: date | None = None,
) -> int:  # fmt: skip
    """Make one draft and owe it to those who prepare and approve it; none where nothing was asked."""
    row = Report(
        partnership_id=its.id, group_key=pack.groups[0].key, kind=one.id, period=period,
        meeting_id=meeting.id if meeting else None, figures={}, drafted_at=now,
    )  # fmt: skip
    every = await reports(unit, its.id, one.id)
    found = await gathered(unit, its, pack, one, row, meeting, every, now)
    if not found.figures.rows or (last is not None and not await _asked_by(unit, its, pack, found, last)):
        return 0
    row = await unit.save(row)
    await _tell(unit, its, pack, row, DRAFTED, now)
    await append_log(
        unit, its.id, at=now, person_id=None, by="clock", what="report drafted", subject=about(row.id),
        refs={"kind": row.kind, "period": row.period, "told": len(found.flags)},
    )  # fmt: skip
    return 1


async def _asked_by(unit: Unit, its: Partnership, pack: Pack, found: Highlights, last: date) -> bool:
    """Whether anything that it tells of had been asked by the last day of its period."""
    ends = datetime.combine(last + timedelta(days=1), time(), tzinfo=ZoneInfo(pack.timezone))
    return await issued_before(unit, its.id, {one.request_id for one in found.loops}, ends)


async def start_report(unit: Unit, actor: Actor, its: Partnership, pack: Pack, kind: str, now: datetime) -> Report:
    """Draft a report that comes only when asked for; one waits at a time. Raises NotAllowed, NotFound or OutOfDate."""
    require(actor, "edit_highlights")
    one = defined(pack, kind)
    if timing(one) != "asked":
        raise NotFound("This report is drafted by itself when it is due.")
    await partnership(unit, its.id, lock=True)
    day = today_in(pack, now).isoformat()
    for there in await drafts_waiting(unit, its.id, kind):
        return there
    if (approved := await report_for(unit, its.id, kind, f"{day}:{day}")) is not None:
        return approved
    row = Report(
        partnership_id=its.id, group_key=pack.groups[0].key, kind=kind, period=f"{day}:{day}", figures={},
        drafted_at=now,
    )  # fmt: skip
    found = await gathered(unit, its, pack, one, row, None, await reports(unit, its.id, kind), now)
    if not found.figures.rows:
        raise OutOfDate("Nothing has been asked in the time that this report is about, so there is nothing to report.")
    row = await unit.save(row)
    await append_log(
        unit, its.id, at=now, person_id=actor.person_id, what="report drafted", subject=about(row.id),
        refs={"kind": row.kind, "period": row.period},
    )  # fmt: skip
    return row


async def _tell(unit: Unit, its: Partnership, pack: Pack, row: Report, kind: str, now: datetime) -> None:
    for person_id in await readers_of_drafts(unit, its, today_in(pack, now)):
        await owe(
            unit, its.id, f"{kind}:{row.id}:{person_id}", kind, now=now, subject={"report": row.id},
            about=about(row.id), person_id=person_id, not_before=start_of(its, pack, now), keeps_hours=True,
        )  # fmt: skip


async def nudge_reports(unit: Unit, its: Partnership, pack: Pack, now: datetime) -> int:
    """Say once that a draft waits to be shown to agencies, and once that it can be approved; gives how many."""
    if not may_send(pack, now):
        return 0
    due: list[tuple[Report, str]] = []
    for one in our_reports(pack):
        for row in await drafts_waiting(unit, its.id, one.id):
            told = await _told(unit, its, row)
            if _may_need(row, told) and (kind := await _nudge_for(unit, its, pack, row, now)) not in {"", *told}:
                due.append((row, kind))
    if not due:
        return 0
    await partnership(unit, its.id, lock=True)  # every replica beats
    fresh = [(row, kind) for row, kind in due if kind not in await _told(unit, its, row)]
    for row, kind in fresh:
        await _tell(unit, its, pack, row, kind, now)
    return len(fresh)


async def _told(unit: Unit, its: Partnership, row: Report) -> frozenset[str]:
    return frozenset(one.kind for one in await notices_about(unit, its.id, about(row.id)))


def _may_need(row: Report, told: Collection[str]) -> bool:
    """Whether a draft can still have to be brought to mind; its figures, the dearest part, are gathered only then."""
    return READY not in told and (NUDGE not in told or bool((row.figures or {}).get("shown")))


async def _nudge_for(unit: Unit, its: Partnership, pack: Pack, row: Report, now: datetime) -> str:
    """What is to be brought to mind about a draft today; empty where nothing is."""
    today, working = today_in(pack, now), working_days(pack)
    shown = bool((row.figures or {}).get("shown"))
    waited = working.between(local_day(row.drafted_at, pack.timezone), today) >= NUDGE_WD
    if not (shown or waited):
        return ""
    found = await report_now(unit, its, pack, row.id, now)
    view = await report_view(unit, its, pack, found)
    day = approvable_from(marks(view.agencies), found.kept.shown, working)
    if day is None:
        return NUDGE if waited else ""
    return READY if day <= today else ""
