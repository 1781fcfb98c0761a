"""One return as it lies before the group: what the agency says now and said the last time, and what was decided.

Whoever makes these views has asked before who may read them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from assurance.agency_status import evidence_of
from assurance.agenda import Compared, reasons
from assurance.calendar import local_day
from assurance.dates import day_words
from assurance.decision_rules import Before
from assurance.in_session import Session
from assurance.merged_answers import beside_of
from assurance.pack import Pack
from assurance.person_names import UNNAMED, names, starting
from assurance.request_view import Said, said_in
from assurance.standing import assessed_shown, level_shown
from assurance.status import seat_names
from assurance.tabling import Tabled, tabled_at
from storage.decisions import Decision, decisions_on, discuss_marks
from storage.partnerships import Partnership, Seat, seats
from storage.returns import AgencyReturn, Assessment, assessments_of_returns, returns_of_loops
from storage.tabled import levels_of
from storage.texts import texts
from storage.unit import Unit

OUTCOMES = {
    "no_response": "No response received",
    "not_reached": "Not reached",
    "vacant": "Vacant: nobody there for the agency",
    "extended": "More time agreed",
}


@dataclass(frozen=True)
class RatedLine:
    """One dimension: the agency's level now, and that of the last time beside what the group assessed then.

    The keys tell rules what the words tell people.
    """

    key: str
    label: str
    own: str
    last_own: str
    last_assessed: str
    own_key: str | None
    last_own_key: str | None
    last_assessed_key: str | None
    below: int

    @property
    def before(self) -> Before:
        """What the rules of a decision need to know."""
        return Before(self.key, self.own_key, self.below)


@dataclass(frozen=True)
class DecisionNow:
    """What is recorded about a return at this meeting, in words; `levels` by dimension, as keys."""

    decision_id: int
    levels: Mapping[str, str]
    rationale: str
    good_practice: str
    concern: str
    follow: str
    follow_words: str
    led_by: str
    recorded_by: str
    recorded_by_id: int | None
    at: datetime
    provisional: bool


@dataclass(frozen=True)
class TabledReturn:
    """A return before the group. `evidence` and `last_evidence`: question and words. `given`: when and how it came.

    `news`: what changed since the papers went out.
    """

    return_id: int
    loop_id: int
    request_id: int
    seat_id: int | None
    organisation_id: int | None
    name: str
    title: str
    answered: bool
    silent: bool
    """Whether the record says that no response was received."""
    silent_before: int
    """How often it said so of this agency and item before."""
    outcome: str
    version: int
    lines: tuple[RatedLine, ...]
    evidence: tuple[tuple[str, str], ...]
    last_evidence: tuple[tuple[str, str], ...]
    given: str
    last_given: str
    news: str
    marked_by: tuple[str, ...]
    marked_ids: tuple[int, ...]
    reasons: tuple[str, ...]
    decision: DecisionNow | None
    left_over: bool

    @property
    def before(self) -> dict[str, Before]:
        """Each dimension as the rules of a decision see it."""
        return {one.key: one.before for one in self.lines}


@dataclass(frozen=True)
class _Read:
    pack: Pack
    its: Session
    labels: Mapping[int, str]
    people: Mapping[int, str]
    rows: Mapping[int, Seat]
    earlier: Mapping[int, list[AgencyReturn]]
    said: Mapping[int, Said]
    assessed: Mapping[int, list[Assessment]]
    marks: Mapping[int, list[int]]
    beside: Mapping[int, list[tuple[str, AgencyReturn]]]
    """By return: what was said in the same round for a seat that is part of this one by now, and what it was called."""
    decided: Mapping[int, DecisionNow]


async def tabled_returns(unit: Unit, partnership: Partnership, pack: Pack, its: Session) -> list[TabledReturn]:
    """Everything before a meeting, by item and in the pack's order of agencies. Ask before who may read it."""
    found = await tabled_at(unit, partnership, pack, its)
    read = await _read(unit, partnership, pack, its, found)
    order = {seat_id: at for at, seat_id in enumerate(read.labels)}
    found.sort(key=lambda one: (one.request.number, order.get(one.loop.seat_id or 0, len(order)), one.row.id))
    return [_view(read, one) for one in found]


async def _read(unit: Unit, partnership: Partnership, pack: Pack, its: Session, found: Sequence[Tabled]) -> _Read:
    by_loop = await returns_of_loops(unit, partnership.id, {one.loop.id for one in found})
    rows = [row for some in by_loop.values() for row in some]
    beside = await beside_of(unit, partnership.id, rows)
    rows += [row for some in beside.values() for _, row in some]
    assessed: dict[int, list[Assessment]] = {}
    for one in await assessments_of_returns(unit, partnership.id, [row.id for row in rows]):
        assessed.setdefault(one.return_id, []).append(one)
    tabled = [one.row.id for one in found]
    marks = await discuss_marks(unit, partnership.id, tabled)
    standing = [one for one in await decisions_on(unit, partnership.id, tabled) if one.meeting_id == its.meeting.id]
    whom = {one for some in marks.values() for one in some} | {one.loop.person_id or 0 for one in found}
    whom |= {number or 0 for one in standing for number in (one.led_by, one.recorded_by)}
    people = await names(unit, partnership.id, whom)
    return _Read(
        pack=pack, its=its, labels={one.seat_id: one.label for one in await seat_names(unit, partnership, pack)},
        people=people, rows={one.id: one for one in await seats(unit, partnership.id)}, earlier=by_loop,
        said=await said_in(unit, partnership.id, [row for row in rows if row.version_number]), assessed=assessed,
        marks=marks, beside=beside, decided=await _decided(unit, partnership.id, standing, people),
    )  # fmt: skip


async def _decided(
    unit: Unit, partnership_id: int, standing: Iterable[Decision], people: Mapping[int, str]
) -> dict[int, DecisionNow]:
    rows = list(standing)
    levels = await levels_of(unit, partnership_id, [one.id for one in rows])
    numbers = [
        number for one in rows
        for number in (one.rationale_text_id, one.good_practice_text_id, one.concern_text_id, one.follow_text_id)
    ]  # fmt: skip
    written = await texts(unit, partnership_id, numbers)

    def words(number: int | None) -> str:
        return written.get(number or 0, "")

    return {
        one.return_id: DecisionNow(
            decision_id=one.id, levels=levels.get(one.id, {}), rationale=words(one.rationale_text_id),
            good_practice=words(one.good_practice_text_id), concern=words(one.concern_text_id), follow=one.follow,
            follow_words=words(one.follow_text_id), led_by=people.get(one.led_by or 0, UNNAMED),
            recorded_by=people.get(one.recorded_by or 0, UNNAMED), recorded_by_id=one.recorded_by, at=one.at,
            provisional=one.provisional,
        )
        for one in rows
    }  # fmt: skip


def _view(read: _Read, one: Tabled) -> TabledReturn:
    row, loop = one.row, one.loop
    before = [earlier for earlier in read.earlier.get(loop.id, []) if earlier.id < row.id]
    last = next((earlier for earlier in reversed(before) if earlier.id in read.said), None)
    said, said_last = read.said.get(row.id), read.said.get(last.id) if last else None
    lines = tuple(_line(read, key, said, said_last, before) for key in one.dimensions)
    its_seat = read.rows.get(loop.seat_id or 0)
    marked = tuple(read.marks.get(row.id, ()))
    marked_by = tuple(read.people.get(number, UNNAMED) for number in marked)
    compared = [Compared(line.key, line.own_key, line.last_own_key, line.last_assessed_key) for line in lines]
    return TabledReturn(
        return_id=row.id, loop_id=loop.id, request_id=one.request.id, seat_id=loop.seat_id,
        organisation_id=its_seat.organisation_id if its_seat else None,
        name=read.labels.get(loop.seat_id or 0) or starting(read.people.get(loop.person_id or 0, UNNAMED)),
        title=one.request.title, answered=one.answered,
        silent=row.outcome == "no_response",
        silent_before=sum(earlier.outcome == "no_response" for earlier in before),
        outcome=OUTCOMES.get(row.outcome or "", ""),
        version=row.version_number, lines=lines,
        evidence=(*(evidence_of(said) if said else ()), *_said_beside(read, row)),
        last_evidence=evidence_of(said_last) if said_last else (),
        given=_given(read, said, row), last_given=_given(read, said_last, last) if last else "",
        news=_news(read, said), marked_by=marked_by, marked_ids=marked,
        reasons=reasons(read.pack, compared, answered=one.answered, marked_by=marked_by),
        decision=read.decided.get(row.id), left_over=one.left_over,
    )  # fmt: skip


def _said_beside(read: _Read, row: AgencyReturn) -> list[tuple[str, str]]:
    """What a seat that became part of this one said in the same round, under the name that it had (E7)."""
    found = []
    for called, other in read.beside.get(row.id, ()):
        said = read.said.get(other.id)
        if said is None:
            continue
        for its in read.pack.assurance.dimensions:
            if (level := level_shown(read.pack, its.key, said.values.get(its.key))) is not None:
                found.append((f"{called}, now part of it: {its.label}", level.label))
        found += [(f"{called}: {question}", words) for question, words in evidence_of(said)]
    return found


def _line(
    read: _Read, key: str, said: Said | None, said_last: Said | None, before: Sequence[AgencyReturn]
) -> RatedLine:
    pack = read.pack
    label = next((its.label for its in pack.assurance.dimensions if its.key == key), key)
    assessed = [one for row in before for one in read.assessed.get(row.id, ()) if one.dimension == key]
    scale = pack.assurance
    below = [
        one for one in assessed
        if one.level not in scale.closing_levels and one.level in {its.key for its in scale.assessed_levels}
    ]  # fmt: skip
    own = said.values.get(key) if said else None
    last_own = said_last.values.get(key) if said_last else None
    last_assessed = assessed[-1].level if assessed else None
    own_shown, last_shown = level_shown(pack, key, own), level_shown(pack, key, last_own)
    theirs = assessed_shown(pack, last_assessed)
    return RatedLine(
        key=key, label=label, own=own_shown.label if own_shown else "", last_own=last_shown.label if last_shown else "",
        last_assessed=theirs.label if theirs else "", own_key=own, last_own_key=last_own,
        last_assessed_key=last_assessed, below=len(below),
    )  # fmt: skip


def _given(read: _Read, said: Said | None, row: AgencyReturn | None) -> str:
    """When an answer came and from whom, in one line."""
    if said is None or row is None:
        return ""
    on = day_words(said.behalf_on or local_day(said.at, read.pack.timezone))
    line = f"{starting(said.by)}, {on}"
    if said.origin == "on_behalf":
        line = f"Entered on its behalf, {on}"
    elif said.origin == "brought_in":
        line = "Brought in from earlier records"
    late = ", after the due day" if row.late else ""
    return f"{line}{late}{f', version {said.number}' if said.number > 1 else ''}"


def _news(read: _Read, said: Said | None) -> str:
    released = read.its.collection.released_at if read.its.collection else None
    if said is None or released is None or said.at <= released:
        return ""
    return "Changed since the papers went out." if said.number > 1 else "Came after the papers went out."
