"""Builders for figures without a database: answers, periods and summaries of a group in December 2026."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from assurance.figure_changes import differences
from assurance.figures import RETURNED, Figures, Line, Rated, Row, count
from assurance.gathering import Period
from assurance.pack import Pack, read_shipped
from assurance.packing import read_pack
from assurance.quarters import quarter_of
from assurance.summaries import Chosen, Summary
from storage.asks import Meeting
from storage.reports import Report

SWINDON = read_pack(read_shipped("swindon"))
HELD = date(2026, 12, 10)
NOW = datetime(2026, 12, 11, 10, tzinfo=UTC)
BOTH = ("dissemination", "impact")


def a_row(number: int, *levels: tuple[str, str | None, str | None] | Rated, **more: Any) -> Row:
    """One answer: its dimensions as (dimension, own level, assessed level). `seat` and `item` say whose it is."""
    seat, item = more.pop("seat", number), more.pop("item", 1)
    rated = tuple(one if isinstance(one, Rated) else Rated(*one) for one in levels)
    asked = tuple(one.dimension for one in rated) or ("dissemination",)
    values = {"how": RETURNED, "in_time": True, "version": number, "learning_id": item, "asked": asked, **more}
    return Row(return_id=number, request_id=item, seat_id=seat, rated=rated, **values)


def figures(rows: Sequence[Row], **more: Any) -> Figures:
    """The figures of these answers, for a meeting on HELD unless told otherwise."""
    values = {"on": HELD.isoformat(), **more}
    return Figures(rows=tuple(rows), counts=count(rows, BOTH), **values)


def a_summary(
    found: Figures,
    pack: Pack = SWINDON,
    *,
    held: date | None = HELD,
    chosen: Chosen | None = None,
    compared: str = "",
    state: str = "approved",
    commentary: int | None = None,
) -> Summary:
    """A summary of these figures, approved unless told otherwise."""
    meeting = Meeting(id=12, partnership_id=1, group_key="ldg", on=held) if held else None
    period = Period(quarter_of(pack.year_start, held or HELD), meeting, date(2026, 9, 10))
    row = Report(
        id=5, partnership_id=1, group_key="ldg", kind="summary", period=period.key, meeting_id=None, state=state,
        figures={}, drafted_at=NOW, commentary_text_id=commentary,
    )  # fmt: skip
    return Summary(row, period, found, chosen or Chosen(), compared)


def a_full_quarter(before: Figures | None = None) -> Figures:
    """Three items, thirteen agencies, both dimensions, most of them assessed: what a real summary holds."""
    own = ("high", "medium", "high", "high", "low", "medium", "high", "not_relevant", "high", "medium")
    theirs = ("high", "medium", "medium", "high", "low", "high", "high", None, "high", "none")
    rows = []
    for item in (1, 2, 3):
        for seat in range(1, 14):
            number, at = item * 100 + seat, (seat * item) % 10
            if (seat, item) in {(3, 1), (9, 2), (13, 2), (6, 3)}:
                how = {3: "no_response", 9: "vacant", 13: "extended", 6: "not_reached"}[seat]
                rows.append(a_row(number, seat=seat, item=item, how=how, in_time=False, version=0))
                continue
            agreed = theirs[at] is None
            rated = [Rated("dissemination", own[at], theirs[at], agreed)]
            if item == 1:
                rated.append(Rated("impact", own[-at], theirs[-at] or "unable"))
            rows.append(a_row(number, *rated, seat=seat, item=item, in_time=seat != 2))
    since = differences(before.counts, count(rows, BOTH)) if before else None
    return figures(
        rows, good_practice=(Line(71, 4, 1), Line(72, 2, 2)), barriers=(Line(73, 4, 1),),
        since=since, compared=4 if before else None,
    )  # fmt: skip
