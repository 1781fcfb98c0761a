"""Gathering what a report to the board is made of: from one meeting, or from all loops as they stand (F1, B19)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from assurance.affiliations import Affiliations
from assurance.attendance import Room, room
from assurance.calendar import local_day
from assurance.figure_changes import differences
from assurance.figures import BARRIERS, GOOD_PRACTICE, Figures, Row, count
from assurance.gathering import Period, counted, dimensions_in, gather, lines_of, rows_of
from assurance.highlight_figures import NOT_RECEIVED, Absence, Highlights, Led
from assurance.highlight_rules import (
    ANSWERED,
    ASKED,
    ATTENDANCE,
    Weighed,
    absences_in,
    flags_in,
    not_received,
    standing_row,
)
from assurance.highlight_rules import stands as stands_so
from assurance.in_session import HELD, Session
from assurance.issuing import today_in
from assurance.lifecycles import INFORMATION, WITHDRAWN
from assurance.pack import Pack, Report
from assurance.permissions import CHAIR, VICE
from assurance.settling import standing_decisions
from assurance.tabling import Tabled, tabled_at
from storage.asks import Loop, Request, meetings_until, round_of_meeting
from storage.decisions import Decision
from storage.partnerships import Partnership
from storage.reports import loops_to_report
from storage.returns import newest_versions, returns_of_loops
from storage.tabled import levels_of
from storage.unit import Unit


async def gather_meeting(
    unit: Unit,
    partnership: Partnership,
    pack: Pack,
    period: Period,
    earlier: Mapping[int, Highlights],
    now: datetime,
) -> Highlights:
    """What a closed meeting came to. `earlier` are the approved reports of this kind by number, the oldest first."""
    assert period.meeting is not None
    its = Session(period.meeting, await round_of_meeting(unit, partnership.id, period.meeting.id), today_in(pack, now))
    base = await gather(unit, partnership, pack, period, {key: one.figures for key, one in earlier.items()}, now)
    there = await room(unit, partnership, pack, its)
    tabled = [one for one in await tabled_at(unit, partnership, pack, its) if one.loop.seat_id is not None]
    decided = await standing_decisions(unit, partnership, its)
    levels = await levels_of(unit, partnership.id, [one.id for one in decided.values()])
    weighed = [_weighed(one, decided.get(one.row.id), levels) for one in tabled]
    return Highlights(
        figures=base, since=period.since.isoformat(), decisions=its.meeting.decisions,
        gap=tuple(one.key for one in there.quorum.missing), flags=flags_in(pack, weighed),
        led=_led(there.known, tabled, decided), attended=there.taken, absences=_absences(pack, its.meeting.on, there),
    )  # fmt: skip


def _weighed(one: Tabled, decision: Decision | None, levels: Mapping[int, Mapping[str, str]]) -> Weighed:
    about = (one.row.id, one.loop.seat_id or 0, one.request.id)
    if decision is None:
        return Weighed(*about, silent=one.row.outcome == "no_response")
    return Weighed(
        *about, silent=one.row.outcome == "no_response", decided=True, levels=levels.get(decision.id, {}),
        follow=decision.follow, good_text_id=decision.good_practice_text_id,
        concern_text_id=decision.concern_text_id, rationale_text_id=decision.rationale_text_id,
        provisional=decision.provisional,
    )  # fmt: skip


def _led(known: Affiliations, tabled: Sequence[Tabled], decided: Mapping[int, Decision]) -> tuple[Led, ...]:
    """Who led where neither the chair nor the vice chair did: the agency that they sit there for (framework 4.10)."""
    found = []
    for one in tabled:
        decision = decided.get(one.row.id)
        leader = known.people.get(decision.led_by or 0) if decision else None
        if leader is None or leader.roles & {CHAIR, VICE} or not leader.seat_ids:
            continue
        found.append(Led(one.loop.seat_id or 0, leader.seat_ids[0]))
    return tuple(dict.fromkeys(found))


def _absences(pack: Pack, on: date, there: Room) -> tuple[Absence, ...]:
    """Whose own member was absent, where the pack wants it told and attendance was noted (E4)."""
    if not there.taken or not any(one.id == ATTENDANCE for one in pack.reports):
        return ()
    seats = [
        one.id for one in there.known.seats.values()
        if one.returns and (one.ends_on is None or one.ends_on > on)
    ]  # fmt: skip
    return absences_in(seats, [(one.seat_id, one.how) for one in there.rows])


async def gather_span(
    unit: Unit,
    partnership: Partnership,
    pack: Pack,
    its: Report,
    since: date,
    earlier: Mapping[int, Highlights],
    now: datetime,
) -> Highlights:
    """How every loop stands now, whatever meetings there were (B19, framework 4.6)."""
    before = list(earlier.values())[-1] if earlier else None
    also = {one.request_id for one in before.loops if one.stands in (ANSWERED, ASKED)} if before else set()
    begins = datetime.combine(since, time(), tzinfo=ZoneInfo(pack.timezone))
    group = pack.groups[0].key
    found = [
        (loop, asked) for loop, asked in await loops_to_report(unit, partnership.id, group, begins, also)
        if _goes_on(pack, loop, asked)
    ]  # fmt: skip
    rows = await _rows(unit, partnership, pack, found, now)
    lines, options = await lines_of(unit, partnership.id, rows)
    counts = count(rows, dimensions_in(pack, rows))
    figures = Figures(
        on=today_in(pack, now).isoformat(), rows=tuple(rows), counts=counts, good_practice=lines[GOOD_PRACTICE],
        barriers=lines[BARRIERS], options=options, compared=list(earlier)[-1] if earlier else None,
        since=differences(before.figures.counts, counts) if before else None,
    )  # fmt: skip
    told = any(one.key == NOT_RECEIVED for one in its.sections)
    return Highlights(
        figures=figures, since=since.isoformat(), flags=not_received(rows) if told else (),
        loops=tuple(stands_so(loop.id, asked.id, loop.seat_id or 0, loop.state) for loop, asked in found),
        news=await _news(unit, partnership, pack, rows, now),
    )  # fmt: skip


def _goes_on(pack: Pack, loop: Loop, asked: Request) -> bool:
    """Whether this is an agency that was asked, by a kind that goes on until assurance is given."""
    lifecycle = next((kind.lifecycle for kind in pack.kinds if kind.key == asked.kind), None)
    return lifecycle == "loop" and loop.asked and loop.state not in (WITHDRAWN, INFORMATION)


async def _rows(
    unit: Unit, partnership: Partnership, pack: Pack, found: Sequence[tuple[Loop, Request]], now: datetime
) -> list[Row]:
    """Each loop's answer that says how it stands."""
    returns = await returns_of_loops(unit, partnership.id, [loop.id for loop, _ in found])
    asked = counted(pack, [(row, loop, of) for loop, of in found for row in returns.get(loop.id, ())])
    if not asked:
        return []
    by_loop: dict[int, list[Row]] = {}
    for (row, _, _), made in zip(asked, await rows_of(unit, partnership, pack, asked, now, settled=False), strict=True):
        by_loop.setdefault(row.loop_id, []).append(made)
    return [standing_row(rows) for rows in by_loop.values()]


async def _news(unit: Unit, partnership: Partnership, pack: Pack, rows: Sequence[Row], now: datetime) -> int:
    """How many of these answers came, or were changed, since the last meeting that was held."""
    been = await meetings_until(unit, partnership.id, pack.groups[0].key, today_in(pack, now))
    last = next((one for one in been if one.state == HELD), None)
    if last is None:
        return 0
    newest = await newest_versions(unit, partnership.id, [row.return_id for row in rows if row.version])
    closed = last.closed_at
    return sum(
        one.at > closed if closed else local_day(one.at, pack.timezone) > last.on for one in newest.values()
    )  # fmt: skip
