"""The meeting at work: which return is next, who leads, what may be chosen; for whoever records (B8, 4.10).

What was marked, and what needs a word of its own, is taken one by one; the rest together. Nothing is chosen
beforehand, and what an agency said of itself is only shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from assurance.actors import Actor
from assurance.affiliations import Somebody
from assurance.attendance import Room, room
from assurance.dates import day_words, listing
from assurance.deciding import alike
from assurance.decision_rules import Choice, choices, third_round, together
from assurance.in_session import Session, present_session, session
from assurance.leading import leaders, may_lead
from assurance.pack import Pack
from assurance.permissions import CHAIR, require
from assurance.quorum import Quorum
from assurance.refusals import NotFound, OutOfDate
from assurance.tabled_view import TabledReturn, tabled_returns
from storage.drafts import draft
from storage.partnerships import Partnership
from storage.unit import Unit

DRAFT = "decision"


@dataclass(frozen=True)
class AssessView:
    """A meeting for whoever records its decisions. `singles` are taken one by one, `rest` together.

    `silent` are those without an answer; nothing is decided about them unless somebody opens them.
    """

    partnership_id: int
    person_id: int
    meeting_id: int
    on: date
    pack: Pack
    quorum: Quorum
    here: tuple[str, ...]
    taken: bool
    released: bool
    singles: tuple[TabledReturn, ...]
    rest: tuple[TabledReturn, ...]
    silent: tuple[TabledReturn, ...]
    every: tuple[TabledReturn, ...]
    leader: int | None = None
    """Who leads where nothing stands against it: the chair, or else the vice chair or a statutory partner's member."""

    @property
    def decided(self) -> int:
        """How many returns have a decision."""
        return sum(one.decision is not None for one in self.every)

    @property
    def undecided(self) -> tuple[TabledReturn, ...]:
        """The answers that nothing was decided about yet."""
        return tuple(one for one in self.every if one.answered and one.decision is None)

    def named(self, return_id: int) -> TabledReturn:
        """One return of the meeting. Raises NotFound."""
        for one in self.every:
            if one.return_id == return_id:
                return one
        raise NotFound("I cannot find that answer among those of this meeting any more.")

    def after(self, return_id: int) -> TabledReturn | None:
        """The next undecided return that is taken by itself, after this one; None where none follows."""
        numbers = [one.return_id for one in self.singles]
        start = numbers.index(return_id) + 1 if return_id in numbers else 0
        waiting = [one for one in self.singles[start:] if one.decision is None and one.return_id != return_id]
        return next(iter(waiting), None)

    def beside(self, return_id: int, step: int) -> TabledReturn | None:
        """The return before or after this one among those taken one by one, decided or not."""
        numbers = [one.return_id for one in self.singles]
        if return_id not in numbers:
            return None
        at = numbers.index(return_id) + step
        return self.singles[at] if 0 <= at < len(numbers) else None


@dataclass(frozen=True)
class OneView:
    """One return with what may be chosen about it, and who may lead: the first, unless somebody else is chosen."""

    meeting: AssessView
    one: TabledReturn
    choices: Mapping[str, tuple[Choice, ...]]
    leaders: tuple[tuple[int, str], ...]
    leader: int | None
    conflict: str
    third: bool
    words: Mapping[str, str]
    """What was typed and not recorded yet, by field."""


async def assess_view(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, now: datetime, meeting_id: int | None = None
) -> AssessView:
    """The meeting that is on. Raises NotAllowed, NotFound, or OutOfDate where it is closed or has not begun."""
    require(actor, "record_decisions")
    if meeting_id is None:
        its = await present_session(unit, partnership, pack, now)
    else:
        its = await session(unit, partnership, pack, meeting_id, now)
    if not its.begun:
        raise OutOfDate(_not_now(pack, its))
    there = await room(unit, partnership, pack, its)
    return arranged(
        pack, partnership.id, actor.person_id, its, there, await tabled_returns(unit, partnership, pack, its)
    )


def _not_now(pack: Pack, its: Session) -> str:
    day = day_words(its.meeting.on)
    if its.closed:
        return f"The meeting on {day} is closed. What was decided there stays; a later decision stands beside it."
    return (
        f"The {pack.terms.group_short} meets on {day}. From that day on I record what it decides, or from when the "
        "papers are released: type papers."
    )


def arranged(
    pack: Pack, partnership_id: int, person_id: int, its: Session, there: Room, found: Sequence[TabledReturn]
) -> AssessView:
    """What is taken one by one, what together, and what has no answer: a pure rule.

    By itself goes what somebody marked, what needs a decision of its own (not relevant, the third round), and what
    another than the usual person has to lead. Those that somebody marked come first.
    """
    usual = _first(leaders(pack, there.known, there.there, None))
    marked = [one for one in found if one.marked_by]
    others = [one for one in found if not one.marked_by and one.answered]
    alone = [
        one for one in others
        if not alike(pack, one) or (usual is not None and not may_lead(usual, one.organisation_id))
    ]  # fmt: skip
    single = {one.return_id for one in (*marked, *alone)}
    known = there.known.people
    return AssessView(
        partnership_id=partnership_id, person_id=person_id, meeting_id=its.meeting.id, on=its.meeting.on, pack=pack,
        quorum=there.quorum, here=tuple(known[one].name for one in there.there if one in known), taken=there.taken,
        released=its.released, singles=(*marked, *alone),
        rest=tuple(one for one in others if one.return_id not in single and one.decision is None),
        silent=tuple(one for one in found if not one.answered), every=tuple(found),
        leader=usual.person_id if usual else None,
    )  # fmt: skip


def _first(some: Sequence[Somebody]) -> Somebody | None:
    return some[0] if some else None


async def one_view(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, now: datetime, meeting_id: int, return_id: int
) -> OneView:
    """One return of the meeting that is on. Raises as `assess_view` does."""
    whole = await assess_view(unit, actor, partnership, pack, now, meeting_id)
    one = whole.named(return_id)
    its = await session(unit, partnership, pack, meeting_id, now)
    there = await room(unit, partnership, pack, its)
    offered = leaders(pack, there.known, there.there, one.organisation_id)
    kept = await draft(unit, partnership.id, DRAFT, subject=return_id, owner=actor.person_id)
    return OneView(
        meeting=whole, one=one,
        choices={line.key: choices(pack, line.before, answered=one.answered) for line in one.lines},
        leaders=tuple((other.person_id, there.known.label(other)) for other in offered),
        leader=_leader(offered, whole), conflict=_conflict(pack, there, actor, one, offered),
        third=third_round(one.before), words=dict(kept.body) if kept else {},
    )  # fmt: skip


def _leader(offered: Sequence[Somebody], whole: AssessView) -> int | None:
    """The chair or vice chair where they may lead; else whoever led such a decision at this meeting before."""
    if not offered:
        return None
    if offered[0].roles & {CHAIR, "vice_chair"}:
        return offered[0].person_id
    by_name = {other.name: other.person_id for other in offered}
    earlier = sorted((one.decision for one in whole.every if one.decision), key=lambda one: one.at, reverse=True)
    return next((by_name[one.led_by] for one in earlier if one.led_by in by_name), offered[0].person_id)


def _conflict(pack: Pack, there: Room, actor: Actor, one: TabledReturn, offered: Sequence[Somebody]) -> str:
    """Why the chair does not lead on this return, and who may instead (scenario 14)."""
    usual = _first(leaders(pack, there.known, there.there, None))
    if usual is None or may_lead(usual, one.organisation_id):
        return ""
    who = "you are" if usual.person_id == actor.person_id else f"{usual.name} is"
    names = listing([other.name for other in offered])
    offer = f"It can be led by {names}." if names else "Nobody else who is here can lead it."
    return f"This is about {one.name}, and {who} of that organisation. {offer}"


def rest_choices(pack: Pack, some: Sequence[TabledReturn]) -> dict[str, tuple[Choice, ...]]:
    """The levels that may be set for several at once, for each dimension that any of them is asked about."""
    keys = {line.key for one in some for line in one.lines}
    return {one.key: together(pack) for one in pack.assurance.dimensions if one.key in keys}


def with_words(view: OneView, words: Mapping[str, str]) -> OneView:
    """The same, with what was typed."""
    return replace(view, words=words)
