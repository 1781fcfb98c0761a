"""What a report to the board tells of agencies, when it is due, and from when it may be approved. Pure rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from assurance.attendance import APOLOGIES as SENT_APOLOGIES
from assurance.attendance import PRESENT
from assurance.attendance import SUBSTITUTE as STOOD_IN
from assurance.cadence import year_of
from assurance.calendar import WorkingDays, add_months
from assurance.decision_rules import CLOSE
from assurance.figures import MISSING, TO_COME, Row
from assurance.highlight_figures import (
    ABSENT,
    APOLOGIES,
    GOOD,
    IMPACT,
    MEDIUM,
    NOT_RECEIVED,
    SILENT,
    SUBSTITUTE,
    WEAK,
    Absence,
    Flag,
    LoopNow,
)
from assurance.lifecycles import RETURNED, TERMINAL
from assurance.pack import Pack, Report

OURS = ("highlight", "loop-progress", "progress", "annual-extract")
"""The pack's reports that are made from the group's own records. Others report training or audits."""
ATTENDANCE = "attendance"
"""The pack's report of absences to the same readers: it comes as a part of the highlight report (E4)."""
SEEN_WD = 3
"""Working days for which each agency has had the sentence about itself before a report can be approved."""
PERIODS: Mapping[str, int] = {"monthly": 1, "two_monthly": 2, "quarterly": 3, "six_monthly": 6}
ANSWERED, ASKED = "answered", "asked"


@dataclass(frozen=True)
class Weighed:
    """One answer at a meeting: what was decided on it, if anything, and the numbers of the words."""

    return_id: int
    seat_id: int
    request_id: int
    silent: bool = False
    decided: bool = False
    levels: Mapping[str, str] = field(default_factory=dict)
    follow: str = ""
    good_text_id: int | None = None
    concern_text_id: int | None = None
    rationale_text_id: int | None = None
    provisional: bool = False


@dataclass(frozen=True)
class Shown:
    """That an agency was shown its sentence: a hash of what it said, and on which day."""

    mark: str
    on: date


def our_reports(pack: Pack) -> tuple[Report, ...]:
    """The reports of this pack that are made here, in the pack's order."""
    return tuple(one for one in pack.reports if one.id in OURS)


def timing(its: Report) -> Literal["meeting", "period", "asked"]:
    """When a report is drafted: after each meeting, once a period, or when somebody asks for it.

    The board's own meetings are not known here, so what is due for each of them follows ours.
    """
    if its.cadence in ("each_meeting", "each_board_meeting"):
        return "meeting"
    return "period" if its.cadence in PERIODS else "asked"


def period_ended(year_start: str, cadence: str, today: date) -> tuple[date, date]:
    """The first and the last day of the period that ended last, counted from the start of the pack's year (B19)."""
    months = PERIODS[cadence]
    first, _ = year_of(year_start, today)
    first = add_months(first, -months)
    while True:
        following = add_months(first, months)
        if add_months(following, months) > today:
            return first, following - timedelta(days=1)
        first = following


def flags_in(pack: Pack, weighed: Iterable[Weighed]) -> tuple[Flag, ...]:
    """Good practice, impact and concerns among the answers of a meeting (B10, B11).

    They follow what the group assessed, or the fact that nothing came: never what an agency says of itself.
    """
    found: list[Flag] = []
    for one in weighed:
        about = (one.return_id, one.seat_id, one.request_id)
        if not one.decided:
            found += [Flag(SILENT, *about)] if one.silent else []
            continue
        if one.good_text_id is not None:
            found.append(Flag(GOOD, *about, text_id=one.good_text_id, provisional=one.provisional))
        for sort, levels in _by_sort(pack, one.levels).items():
            words = (one.concern_text_id or one.rationale_text_id) if sort != IMPACT else None
            closed = sort == MEDIUM and one.follow == CLOSE
            found.append(
                Flag(sort, *about, levels=levels, text_id=words, provisional=one.provisional, closed=closed)
            )  # fmt: skip
    return tuple(found)


def _by_sort(pack: Pack, levels: Mapping[str, str]) -> dict[str, tuple[tuple[str, str], ...]]:
    scale = pack.assurance
    later = {one.key for one in scale.dimensions if not one.first_round}
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for dimension, level in levels.items():
        if level in scale.concern_levels:
            sort = MEDIUM if level in scale.closable_levels else WEAK
        elif level in scale.closing_levels and dimension in later:
            sort = IMPACT
        else:
            continue
        found[sort] = (*found.get(sort, ()), (dimension, level))
    return found


def not_received(rows: Iterable[Row]) -> tuple[Flag, ...]:
    """Whose answer is not there and why; nobody is named whose day has not come."""
    return tuple(
        Flag(NOT_RECEIVED, one.return_id, one.seat_id, one.request_id, how=one.how)
        for one in rows if one.how in MISSING and one.how != TO_COME
    )  # fmt: skip


def standing_row(rows: Sequence[Row]) -> Row:
    """Of one loop's answers, the oldest first, the one that says how it stands: the newest whose day has come."""
    return next((one for one in reversed(rows) if one.how != TO_COME), rows[-1])


def stands(loop_id: int, request_id: int, seat_id: int, state: str) -> LoopNow:
    """How a loop stands, in the words of a report."""
    now = state if state in TERMINAL else ANSWERED if state == RETURNED else ASKED
    return LoopNow(loop_id, request_id, seat_id, now)


def absences_in(seats: Iterable[int], rows: Iterable[tuple[int | None, str]]) -> tuple[Absence, ...]:
    """Which of these seats had no member of their own at the meeting. `rows`: seat and how, as they were noted.

    A substitute counts for the agency, and the absence stays in the report (scenario 23).
    """
    how: dict[int, set[str]] = {}
    for seat_id, noted in rows:
        if seat_id is not None:
            how.setdefault(seat_id, set()).add(noted)
    found = []
    for seat_id in seats:
        noted_here = how.get(seat_id, set())
        if PRESENT in noted_here:
            continue
        why = SUBSTITUTE if STOOD_IN in noted_here else APOLOGIES if SENT_APOLOGIES in noted_here else ABSENT
        found.append(Absence(seat_id, why))
    return tuple(found)


def unseen(wanted: Mapping[int, str], shown: Mapping[int, Shown]) -> tuple[int, ...]:
    """The agencies that have not seen their sentence as it stands now. `wanted`: a hash of it, by seat."""
    return tuple(seat for seat, mark in wanted.items() if seat not in shown or shown[seat].mark != mark)


def approvable_from(wanted: Mapping[int, str], shown: Mapping[int, Shown], working: WorkingDays) -> date | None:
    """From which day a report can be approved; None while an agency has not seen its sentence. No sentence, no wait."""
    if unseen(wanted, shown):
        return None
    days = [working.add(shown[seat].on, SEEN_WD) for seat in wanted]
    return max(days, default=date.min)
