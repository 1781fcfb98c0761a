"""Asking for a summary: that of a quarter or the newest one, as far as the person may see it (B15, B16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from assurance.actors import Actor
from assurance.dates import day_words
from assurance.issuing import today_in
from assurance.pack import Pack
from assurance.permissions import may, require
from assurance.quarters import Quarter, quarter_of
from assurance.summaries import APPROVED, SUMMARY, Rows, called, quarter_in
from storage.asks import Meeting
from storage.partnerships import Partnership
from storage.reports import Report, meetings_between, reports
from storage.unit import Unit

MOST_OFFERED = 4


@dataclass(frozen=True)
class Listed:
    """A summary that can be opened: its number, and what it is called."""

    report_id: int
    name: str


@dataclass(frozen=True)
class Found:
    """The summary to show: its number, and whether it is a draft; beside it the others of the same quarter."""

    report_id: int
    draft: bool
    others: tuple[Listed, ...] = ()


@dataclass(frozen=True)
class NoneYet:
    """There is none: why, and which there are."""

    partnership_id: int
    title: str
    text: str
    others: tuple[Listed, ...]


async def find_summary(
    unit: Unit,
    actor: Actor,
    partnership: Partnership,
    pack: Pack,
    quarter: Quarter | None,
    now: datetime,
    *,
    public: bool = False,
) -> Found | NoneYet:
    """The summary of a quarter, or the newest; a draft only for whoever may change it, and never where others see.

    Raises NotAllowed for people outside the group.
    """
    require(actor, "see_summary")
    drafts = may(actor, "edit_summary") and not public
    every = await reports(unit, partnership.id, SUMMARY)
    seen = newest_first(pack, [(row, held) for row, held in every if row.state == APPROVED or drafts])
    here = [one for one in seen if quarter is None or quarter_in(pack, *one) == quarter]
    if here:
        (row, _), *others = here
        return Found(row.id, row.state != APPROVED, _listed(pack, others))
    hidden = [row for row, held in every if quarter is None or quarter_in(pack, row, held) == quarter]
    wanted = quarter or quarter_of(pack.year_start, today_in(pack, now))
    why = await _why_none(unit, partnership, pack, wanted, now, drafted=bool(hidden))
    past = wanted.last < today_in(pack, now) and not hidden
    return NoneYet(partnership.id, f"No summary of {wanted.label}{'' if past else ' yet'}", why, _listed(pack, seen))


def newest_first(pack: Pack, rows: Rows) -> list[tuple[Report, Meeting | None]]:
    """Summaries by the day on which their period ended, the latest first."""

    def ends(one: tuple[Report, Meeting | None]) -> tuple[str, int]:
        row, held = one
        quarter = quarter_in(pack, row, held)
        last = held.on if held else quarter.last if quarter else row.drafted_at.date()
        return last.isoformat(), row.id

    return sorted(rows, key=ends, reverse=True)


def _listed(pack: Pack, rows: Sequence[tuple[Report, Meeting | None]]) -> tuple[Listed, ...]:
    return tuple(Listed(row.id, called(pack, row, held)) for row, held in rows[:MOST_OFFERED])


async def _why_none(
    unit: Unit, partnership: Partnership, pack: Pack, quarter: Quarter, now: datetime, *, drafted: bool
) -> str:
    """Why a quarter has no summary, and when one can be expected."""
    today = today_in(pack, now)
    if today < quarter.first:
        return f"{quarter.full} has not begun."
    if drafted:
        return f"The summary of {quarter.full} is being prepared. It is posted in the channel once it is approved."
    group = pack.groups[0].key
    held = await meetings_between(unit, partnership.id, group, quarter.first, quarter.last)
    if held and (today <= quarter.last or held[-1].on >= today):
        return f"The summary of {quarter.full} follows the {pack.terms.meeting} on {day_words(held[-1].on)}."
    if today <= quarter.last:
        return f"No {pack.terms.meeting} is set in {quarter.full}. A summary is drafted when the quarter ends."
    return f"None was made for {quarter.span}."
