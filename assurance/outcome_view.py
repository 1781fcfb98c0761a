"""What an agency is told after a meeting: what the group made of its answer, and what comes next. Its own alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from assurance.actors import Actor
from assurance.calendar import local_day
from assurance.decision_rules import CLOSE, ENDED, NOT_ACCEPTED, NOT_RELEVANT
from assurance.lifecycles import TERMINAL
from assurance.pack import Pack
from assurance.refusals import NotAllowed, NotFound
from assurance.standing import assessed_shown, level_shown
from storage.asks import Loop, LoopDimension, dimensions_of_loops, loops_addressed, meeting, request
from storage.decisions import SET, Decision, decisions_of_meeting
from storage.partnerships import Partnership, seat
from storage.returns import AgencyReturn, answers_of_versions, returns_of_loops, version
from storage.tabled import levels_of
from storage.texts import texts
from storage.unit import Unit


@dataclass(frozen=True)
class OutcomeLine:
    """One dimension: what the agency said of it and what the group made of that, in a sentence."""

    label: str
    sentence: str


@dataclass(frozen=True)
class OutcomeSide:
    """One agency's outcome. `state` is that of its loop; `silent`: no answer had come by the end of the meeting.

    `again`: the labels of what is asked for the next meeting, by `next_due`. `later`: what opens on its own day.
    """

    return_id: int
    seat_id: int | None
    seat: str
    short: str
    state: str
    silent: bool
    lines: tuple[OutcomeLine, ...]
    rationale: str
    good_practice: str
    concern: str
    next_step: str
    closed_because: str
    again: tuple[str, ...]
    next_due: date | None
    later: tuple[tuple[str, date], ...]

    @property
    def ended(self) -> bool:
        """Whether nothing more is asked."""
        return self.state in TERMINAL


@dataclass(frozen=True)
class OutcomeView:
    """The outcome of one item at one meeting for one person, an agency at a time."""

    partnership_id: int
    person_id: int
    request_id: int
    meeting_id: int
    meeting_on: date
    title: str
    sides: tuple[OutcomeSide, ...]
    pack: Pack


@dataclass(frozen=True)
class _Read:
    pack: Pack
    decisions: Mapping[int, Decision]
    levels: Mapping[int, Mapping[str, str]]
    words: Mapping[int, str]
    said: Mapping[int, Mapping[str, str]]


async def outcome_view(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, request_id: int, meeting_id: int, now: datetime
) -> OutcomeView:
    """What a meeting made of the answers of this person's own agencies. Raises NotFound or NotAllowed."""
    asked, held = await request(unit, partnership.id, request_id), await meeting(unit, partnership.id, meeting_id)
    if asked is None or held is None:
        raise NotFound("I cannot find that any more.")
    own = await loops_addressed(unit, partnership.id, request_id, actor.seats, actor.person_id)
    if not own:
        raise NotAllowed("This is not about your agency, so I cannot show it to you.")
    rows = await returns_of_loops(unit, partnership.id, [one.id for one in own])
    read = await _read(unit, partnership, pack, meeting_id, [row for some in rows.values() for row in some])
    states = await dimensions_of_loops(unit, partnership.id, [one.id for one in own])
    sides = []
    for loop in own:
        closed_on = local_day(held.closed_at or now, pack.timezone)
        weighed = _weighed(rows.get(loop.id, []), read, closed_on, pack)
        if weighed is not None:
            sides.append(await _side(unit, partnership, read, loop, weighed, rows[loop.id], states.get(loop.id, {})))
    return OutcomeView(partnership.id, actor.person_id, asked.id, held.id, held.on, asked.title, tuple(sides), pack)


async def _read(unit: Unit, partnership: Partnership, pack: Pack, meeting_id: int, rows: list[AgencyReturn]) -> _Read:
    every = await decisions_of_meeting(unit, partnership.id, meeting_id)
    ours = {row.id for row in rows}
    decisions = {
        one.return_id: one for one in every if one.state == SET and not one.provisional and one.return_id in ours
    }
    numbers = [
        number for one in decisions.values()
        for number in (one.rationale_text_id, one.good_practice_text_id, one.concern_text_id, one.follow_text_id)
    ]  # fmt: skip
    said: dict[int, Mapping[str, str]] = {}
    for return_id, one in decisions.items():
        its = await version(unit, partnership.id, return_id, one.version_number) if one.version_number else None
        if its is not None:
            said[return_id] = (await answers_of_versions(unit, partnership.id, [its.id])).get(its.id, {})
    return _Read(
        pack, decisions, await levels_of(unit, partnership.id, [one.id for one in decisions.values()]),
        await texts(unit, partnership.id, numbers), said,
    )  # fmt: skip


def _weighed(rows: list[AgencyReturn], read: _Read, closed_on: date, pack: Pack) -> AgencyReturn | None:
    """The return that the meeting decided on, or of which it noted that nothing had come."""
    for row in rows:
        settled_on = local_day(row.settled_at, pack.timezone) if row.settled_at else None
        if row.id in read.decisions or (row.outcome == "no_response" and settled_on == closed_on):
            return row
    return None


async def _side(
    unit: Unit,
    partnership: Partnership,
    read: _Read,
    loop: Loop,
    row: AgencyReturn,
    rows: list[AgencyReturn],
    states: Mapping[str, LoopDimension],
) -> OutcomeSide:
    decision = read.decisions.get(row.id)
    its_seat = await seat(unit, partnership.id, loop.seat_id) if loop.seat_id else None
    newer = [one for one in rows if one.id > row.id and one.state == "awaited"]
    due = newer[-1] if newer and loop.open else None
    again = [key for key, one in states.items() if loop.open and (one.state == "follow_up" or key in _asked(due))]

    def words(number: int | None) -> str:
        return read.words.get(number or 0, "")

    def label(key: str) -> str:
        return next((its.label for its in read.pack.assurance.dimensions if its.key == key), key)

    follow = words(decision.follow_text_id) if decision else ""
    closes = decision is not None and decision.follow == CLOSE
    return OutcomeSide(
        return_id=row.id, seat_id=loop.seat_id, seat=its_seat.name if its_seat else "you",
        short=its_seat.short if its_seat else "you", state=loop.state, silent=decision is None,
        lines=tuple(_lines(read, row, decision, label(key), key) for key in row.dimensions or ()) if decision else (),
        rationale=words(decision.rationale_text_id) if decision else "",
        good_practice=words(decision.good_practice_text_id) if decision else "",
        concern=words(decision.concern_text_id) if decision else "",
        next_step="" if closes else follow, closed_because=follow if closes else "",
        again=tuple(label(key) for key in again), next_due=due.due_on if due else None,
        later=tuple((label(key), one.opens_on) for key, one in states.items() if loop.open and one.state == "waiting"),
    )  # fmt: skip


def _asked(row: AgencyReturn | None) -> list[str]:
    return list(row.dimensions or ()) if row else []


def _lines(read: _Read, row: AgencyReturn, decision: Decision, label: str, key: str) -> OutcomeLine:
    own = level_shown(read.pack, key, read.said.get(row.id, {}).get(key))
    level, group = read.levels.get(decision.id, {}).get(key, ""), read.pack.terms.group_short
    plain = {
        NOT_RELEVANT: f"you said that it is not relevant to you; the {group} accepts that.",
        NOT_ACCEPTED: f"you said that it is not relevant to you; the {group} sees it otherwise, and asks again.",
    }
    said = f"you said {own.label}; " if own else ""
    return OutcomeLine(label, plain.get(level, f"{said}the {group} assessed {assessed_words(read.pack, level)}."))


def assessed_words(pack: Pack, level: str) -> str:
    """What the group decided for a dimension, as people read it."""
    plain = {
        NOT_RELEVANT: "not relevant, accepted",
        NOT_ACCEPTED: "relevant: asked again",
        ENDED: "service ended or transferred",
    }
    shown = assessed_shown(pack, level)
    return shown.label if shown else plain.get(level, "")
