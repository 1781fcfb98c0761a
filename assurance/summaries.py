"""A quarterly summary as it stands: counted anew while it is a draft, as it was frozen once it is approved (B15)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assurance.dates import day_words
from assurance.figures import BARRIERS, GOOD_PRACTICE, Figures, from_json
from assurance.gathering import Period, gather, meeting_period, quarter_period
from assurance.pack import Pack
from assurance.quarters import Quarter, quarter_keyed, quarter_of
from assurance.refusals import NotFound
from storage.asks import Meeting
from storage.partnerships import Partnership
from storage.reports import Report, report, reports
from storage.unit import Unit

SUMMARY = "summary"
DRAFT, APPROVED = "draft", "approved"
GONE = "I cannot find that summary."
Rows = Sequence[tuple[Report, Meeting | None]]


@dataclass(frozen=True)
class Chosen:
    """Which agencies' words go to the channel, by the numbers of their texts. Nothing does unless it was chosen."""

    good_practice: tuple[int, ...] = ()
    barriers: tuple[int, ...] = ()

    def to_json(self) -> dict[str, list[int]]:
        """As it is stored beside the figures."""
        return {GOOD_PRACTICE: list(self.good_practice), BARRIERS: list(self.barriers)}


@dataclass(frozen=True)
class Summary:
    """One summary with its figures, counted anew while it is a draft."""

    row: Report
    period: Period
    figures: Figures
    chosen: Chosen
    compared: str
    """What the summary with which it compares itself is called: "the summary of Thursday 10 September 2026"."""

    @property
    def approved(self) -> bool:
        """Whether its figures are frozen."""
        return self.row.state == APPROVED


def about(report_id: int) -> str:
    """What the notices of a summary are about."""
    return f"report:{report_id}"


def period_in(pack: Pack, row: Report, meeting: Meeting | None, earlier: Iterable[Figures]) -> Period:
    """The period of a report's row."""
    if meeting is not None:
        return meeting_period(pack, meeting, earlier)
    found = quarter_keyed(pack.year_start, row.period)
    if found is None:
        raise NotFound(GONE)
    return quarter_period(found)


def quarter_in(pack: Pack, row: Report, meeting: Meeting | None) -> Quarter | None:
    """The quarter that a report belongs to: that of its meeting, or the one that it is about."""
    return quarter_of(pack.year_start, meeting.on) if meeting else quarter_keyed(pack.year_start, row.period)


def called(pack: Pack, row: Report, meeting: Meeting | None) -> str:
    """What lists and buttons call a summary: its meeting's day, or its quarter."""
    if meeting is not None:
        return day_words(meeting.on)
    quarter = quarter_in(pack, row, None)
    return quarter.label if quarter else row.period


def frozen(rows: Rows) -> dict[int, Figures]:
    """The figures of those that are approved, by number, in the order of their periods."""
    found = {row.id: from_json(row.figures) for row, _ in rows if row.state == APPROVED}
    return dict(sorted(found.items(), key=lambda one: (one[1].on, one[0])))


async def summary_of(
    unit: Unit, partnership: Partnership, pack: Pack, report_id: int, now: datetime, *, lock: bool = False
) -> Summary:
    """A summary by number. It decides nothing about who may see it. Raises NotFound.

    Locked, where asked, against whoever changes or approves it at the same moment.
    """
    row = await report(unit, partnership.id, report_id, lock=lock)
    if row is None or row.kind != SUMMARY:
        raise NotFound(GONE)
    every = await reports(unit, partnership.id, SUMMARY)
    meeting = next((held for one, held in every if one.id == row.id), None)
    if row.state == APPROVED:
        period, figures = period_in(pack, row, meeting, ()), from_json(row.figures)
    else:
        earlier = frozen(every)
        period = period_in(pack, row, meeting, earlier.values())
        figures = await gather(unit, partnership, pack, period, earlier, now)
    compared = next(((one, held) for one, held in every if one.id == figures.compared), None)
    return Summary(
        row, period, figures, chosen_in(row.figures),
        f"the summary of {called(pack, *compared)}" if compared else "",
    )  # fmt: skip


def chosen_in(stored: Any) -> Chosen:
    """What was chosen, from what is stored with a draft or an approved summary."""
    kept = (stored or {}).get("chosen", {})
    return Chosen(tuple(kept.get(GOOD_PRACTICE, ())), tuple(kept.get(BARRIERS, ())))
