"""Gathering the figures of a period from the records: one meeting's answers, or those of a quarter without one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from assurance.arrivals import cards_sent, emails_sent
from assurance.figure_changes import corrected_since, corrections, differences, last_told
from assurance.figures import (
    BARRIERS,
    GOOD_PRACTICE,
    LATE,
    NO_RESPONSE,
    RETURNED,
    TO_COME,
    Figures,
    Line,
    Rated,
    Row,
    count,
)
from assurance.issuing import today_in
from assurance.pack import Pack
from assurance.quarters import Quarter, quarter_of
from assurance.standing import Card, how_it_stands
from storage.asks import Loop, Meeting, Request, round_of_meeting
from storage.partnerships import Partnership
from storage.people import holdings_on
from storage.reports import answers_to, returns_numbered, returns_of_rounds, rounds_due
from storage.returns import AgencyReturn, Assessment, answers_of_versions, assessments_of_returns, newest_versions
from storage.standings import reach_of_requests
from storage.unit import Unit

WITHDRAWN, CANCELLED, MOVED, NOT_RELEVANT = "withdrawn", "cancelled", "moved", "not_relevant"
WRITTEN = frozenset({GOOD_PRACTICE, BARRIERS})
Asked = Sequence[tuple[AgencyReturn, Loop, Request]]


@dataclass(frozen=True)
class Period:
    """What a report is about: a meeting that was held, or a quarter in which none was.

    `since` is the last day that the report before it covered.
    """

    quarter: Quarter
    meeting: Meeting | None
    since: date

    @property
    def key(self) -> str:
        """What the record of the report calls it."""
        return f"meeting:{self.meeting.id}" if self.meeting else self.quarter.key

    @property
    def last(self) -> date:
        """The last day of it."""
        return self.meeting.on if self.meeting else self.quarter.last


def meeting_period(pack: Pack, meeting: Meeting, before: Iterable[Figures]) -> Period:
    """The period of a meeting, in the light of the reports that were approved before."""
    whole = quarter_of(pack.year_start, meeting.on)
    ended = [on for one in before if (on := date.fromisoformat(one.on)) < meeting.on]
    return Period(whole, meeting, max(ended, default=whole.first - timedelta(days=1)))


def quarter_period(quarter: Quarter) -> Period:
    """The period of a quarter in which no meeting was held."""
    return Period(quarter, None, quarter.first - timedelta(days=1))


async def gather(
    unit: Unit,
    partnership: Partnership,
    pack: Pack,
    period: Period,
    earlier: Mapping[int, Figures],
    now: datetime,
) -> Figures:
    """The figures of a period as they stand now. `earlier` are the approved reports by number, the oldest first."""
    group = pack.groups[0].key
    rounds = await _rounds(unit, partnership.id, group, period)
    asked = counted(pack, await returns_of_rounds(unit, partnership.id, rounds)) if rounds else []
    rows = await rows_of(unit, partnership, pack, asked, now, settled=period.meeting is not None)
    told = last_told(earlier.values())
    others = set(told) - {row.return_id for row in rows}
    again = counted(pack, await returns_numbered(unit, partnership.id, others)) if others else []
    standing = await rows_of(unit, partnership, pack, again, now, settled=False) if again else []
    lines, options = await lines_of(unit, partnership.id, rows)
    before = [number for number, one in earlier.items() if one.on < period.last.isoformat()]
    counts, corrected = count(rows, dimensions_in(pack, rows)), corrected_since(told, standing)
    return Figures(
        on=period.last.isoformat(), rows=tuple(rows), counts=counts, good_practice=lines[GOOD_PRACTICE],
        barriers=lines[BARRIERS], options=options, corrected=corrected, corrections=corrections(told, corrected),
        compared=before[-1] if before else None,
        since=differences(earlier[before[-1]].counts, counts) if before else None,
    )  # fmt: skip


def dimensions_in(pack: Pack, rows: Iterable[Row]) -> list[str]:
    """The dimensions in the pack's order, and behind them what it does not have any more."""
    used = [key for row in rows for key in row.asked]
    return list(dict.fromkeys((*(one.key for one in pack.assurance.dimensions), *used)))


async def _rounds(unit: Unit, partnership_id: int, group: str, period: Period) -> list[int]:
    """What is tabled at the meeting, and what had no meeting and fell due since the report before."""
    if period.meeting is None:
        return await rounds_due(unit, partnership_id, group, period.quarter.first, period.last, tabled=True)
    own = await round_of_meeting(unit, partnership_id, period.meeting.id)
    first = period.since + timedelta(days=1)
    loose = await rounds_due(unit, partnership_id, group, first, period.last, tabled=False)
    return [*([own.id] if own else []), *loose]


def counted(pack: Pack, asked: Asked) -> list[tuple[AgencyReturn, Loop, Request]]:
    """What a report of the group counts: what its seats were asked, not what was withdrawn, and not the urgent
    notes that a full request follows."""
    kinds = {one.key for one in pack.kinds if one.asked.who == "seats" and not one.anonymous and not one.urgent_of}
    return [
        (row, loop, request) for row, loop, request in asked
        if request.kind in kinds and row.seat_id is not None and loop.asked
        and loop.state != WITHDRAWN and request.state != CANCELLED and row.state != MOVED
    ]  # fmt: skip


@dataclass(frozen=True)
class _Known:
    """What the standing of answers is told by."""

    said: Mapping[int, Mapping[str, str]]
    versions: Mapping[int, int]
    assessed: Mapping[tuple[int, str], str]
    holders: Mapping[int, frozenset[int]]
    cards: Mapping[tuple[int, int], list[Card]]
    emailed: Mapping[int, date]


async def rows_of(
    unit: Unit, partnership: Partnership, pack: Pack, asked: Asked, now: datetime, *, settled: bool
) -> list[Row]:
    """How each answer stands. `settled`: at its meeting, where that was closed; what came later comes to the next."""
    known = await _known(unit, partnership.id, asked, today_in(pack, now))
    return [_row(pack, one, known, now, settled=settled) for one in asked]


async def _known(unit: Unit, partnership_id: int, asked: Asked, today: date) -> _Known:
    numbers = [row.id for row, _, _ in asked]
    newest = await newest_versions(unit, partnership_id, numbers)
    said = await answers_of_versions(unit, partnership_id, [one.id for one in newest.values()])
    assessed: dict[tuple[int, str], str] = {}
    found: list[Assessment] = await assessments_of_returns(unit, partnership_id, numbers)
    for one in found:
        assessed[one.return_id, one.dimension] = one.level
    awaited = {request.id for row, _, request in asked if row.state != RETURNED}
    reach = await reach_of_requests(unit, partnership_id, awaited) if awaited else []
    holders: dict[int, set[int]] = {}
    for held in await holdings_on(unit, partnership_id, today) if awaited else []:
        if held.seat_id is not None:
            holders.setdefault(held.seat_id, set()).add(held.person_id)
    return _Known(
        said={key: said.get(one.id, {}) for key, one in newest.items()},
        versions={key: one.id for key, one in newest.items()}, assessed=assessed,
        holders={seat: frozenset(people) for seat, people in holders.items()},
        cards=cards_sent(reach), emailed=emails_sent(reach),
    )  # fmt: skip


def _row(pack: Pack, asked: tuple[AgencyReturn, Loop, Request], known: _Known, now: datetime, *, settled: bool) -> Row:
    row, loop, request = asked
    assert row.seat_id is not None
    here = row.id in known.versions and not (settled and row.outcome)
    how = RETURNED if here else missing_how(row.outcome, _stands(pack, asked, known, now), held=settled)
    return Row(
        return_id=row.id, request_id=request.id, learning_id=request.learning_id, seat_id=row.seat_id, how=how,
        in_time=here and not row.late, version=known.versions[row.id] if here else 0,
        rated=_rated(row, loop, known) if here else (), asked=tuple(row.dimensions or ()),
    )  # fmt: skip


def _rated(row: AgencyReturn, loop: Loop, known: _Known) -> tuple[Rated, ...]:
    """The dimensions that were answered or assessed; one that is asked and not answered yet is no level."""
    found = []
    for key in row.dimensions or ():
        own, assessed = known.said.get(row.id, {}).get(key), known.assessed.get((row.id, key))
        agreed = assessed == NOT_RELEVANT or (loop.state == NOT_RELEVANT and own == NOT_RELEVANT)
        if own or assessed:
            found.append(Rated(key, own, assessed, agreed))
    return tuple(found)


def _stands(pack: Pack, asked: tuple[AgencyReturn, Loop, Request], known: _Known, now: datetime) -> str:
    row, loop, request = asked
    people = known.holders.get(row.seat_id or 0, frozenset())
    cards = [card for one in people for card in known.cards.get((request.id, one), ())]
    cards += [Card("delivered")] if loop.id in known.emailed else []
    return how_it_stands(
        asked=True, awaited=True, due_on=row.due_on, extended_to=loop.extended_to, holders=len(people), cards=cards,
        now=now, tz=pack.timezone,
    )  # fmt: skip


def missing_how(recorded: str | None, stands: str, *, held: bool) -> str:
    """Why an answer is not there: as it was recorded when the meeting was closed, else as it stands now.

    `held`: its meeting was. Only then is what is past its date without an answer (framework 1b, 4.25).
    """
    if recorded:
        return recorded
    if stands == LATE:
        return NO_RESPONSE if held else LATE
    return TO_COME if stands == "waiting" else stands


async def lines_of(
    unit: Unit, partnership_id: int, rows: Sequence[Row]
) -> tuple[dict[str, tuple[Line, ...]], dict[str, int]]:
    """The words that may be passed on, by question, and the barriers that were chosen from a list."""
    by_version = {row.version: row for row in rows if row.version}
    answers = await answers_to(unit, partnership_id, by_version, WRITTEN) if by_version else []
    found: dict[str, list[Line]] = {key: [] for key in WRITTEN}
    chosen: Counter[str] = Counter()
    for one in answers:
        row = by_version[one.version_id]
        if one.text_id is not None:
            found[one.question].append(Line(one.text_id, row.seat_id, row.request_id))
        elif one.question == BARRIERS and one.value:
            chosen.update(key for key in one.value.split(",") if key)
    return {key: tuple(lines) for key, lines in found.items()}, dict(chosen)
