"""What a meeting came to: decisions, concerns kept apart, good practice, and what waits for the chair (B10, B11)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from assurance.actors import Actor
from assurance.attendance import room
from assurance.circulation import Gap, gaps
from assurance.concluding import PROVISIONAL
from assurance.decision_rules import CLOSE, ENDED, NOT_ACCEPTED, NOT_RELEVANT
from assurance.in_session import Session, session
from assurance.outcome_view import assessed_words
from assurance.pack import Pack
from assurance.permissions import CHAIR, VICE, may, require
from assurance.tabled_view import TabledReturn, tabled_returns
from storage.partnerships import Partnership
from storage.unit import Unit

Sort = Literal["no_response", "weak", "medium"]


@dataclass(frozen=True)
class Concern:
    """One thing that a report flags (B10). The three sorts are never put together.

    no_response: a fact, without a level. weak: low, no assurance or unable. medium: further assurance is sought.
    """

    sort: Sort
    return_id: int
    name: str
    title: str
    dimension: str
    level: str
    words: str


@dataclass(frozen=True)
class ConclusionView:
    """A closed meeting for the chair and the officer. `decisions`: final, provisional, confirmed or carried."""

    partnership_id: int
    person_id: int
    meeting_id: int
    on: date
    group: str
    quorum: str
    gap: str
    decisions: str
    decided: tuple[tuple[str, str, str], ...]
    undecided: tuple[str, ...]
    concerns: tuple[Concern, ...]
    good_practice: tuple[tuple[str, str], ...]
    led_otherwise: tuple[tuple[str, str], ...]
    offers: tuple[str, ...]
    gaps: tuple[Gap, ...]
    may_confirm: bool
    may_record: bool
    today: date


async def conclusion_view(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, meeting_id: int, now: datetime
) -> ConclusionView:
    """What a closed meeting came to. Raises NotAllowed or NotFound."""
    require(actor, "record_decisions")
    its = await session(unit, partnership, pack, meeting_id, now)
    there = await room(unit, partnership, pack, its)
    found = await tabled_returns(unit, partnership, pack, its)
    concerns = concerns_in(pack, found)
    in_roles = {there.known.people[one].name for role in (CHAIR, VICE) for one in there.there
                if one in there.known.people and role in there.known.people[one].roles}  # fmt: skip
    waits = its.meeting.decisions == PROVISIONAL
    return ConclusionView(
        partnership_id=partnership.id, person_id=actor.person_id, meeting_id=meeting_id, on=its.meeting.on,
        group=pack.terms.group_short, quorum=there.quorum.words, gap=there.quorum.gap,
        decisions=its.meeting.decisions,
        decided=tuple((one.name, one.title, decided_words(pack, one)) for one in found if one.decision),
        undecided=tuple(f"{one.name}, {one.title}" for one in found if one.answered and not one.decision),
        concerns=concerns,
        good_practice=tuple(
            (one.name, one.decision.good_practice) for one in found if one.decision and one.decision.good_practice
        ),
        led_otherwise=tuple(
            (one.name, one.decision.led_by) for one in found if one.decision and one.decision.led_by not in in_roles
        ),
        offers=offers(pack, found), gaps=await gaps(unit, partnership, its, there) if waits else (),
        may_confirm=may(actor, "confirm_decisions") and waits, may_record=waits, today=its.today,
    )  # fmt: skip


async def concerns_of(unit: Unit, partnership: Partnership, pack: Pack, its: Session) -> tuple[Concern, ...]:
    """Every concern of a closed meeting, for a report; ask before calling who may read it.

    It follows what the group assessed, or the fact that nothing came: never what an agency said of itself.
    """
    return concerns_in(pack, await tabled_returns(unit, partnership, pack, its))


def concerns_in(pack: Pack, found: Iterable[TabledReturn]) -> tuple[Concern, ...]:
    """The concerns among these returns: a pure rule."""
    concerns = []
    scale = pack.assurance
    for one in found:
        if one.decision is None:
            if one.silent:
                concerns.append(Concern("no_response", one.return_id, one.name, one.title, "", "", ""))
            continue
        for line in one.lines:
            level = one.decision.levels.get(line.key, "")
            if level in scale.concern_levels:
                sort: Sort = "medium" if level in scale.closable_levels else "weak"
                words = one.decision.concern or one.decision.rationale
                shown = assessed_words(pack, level)
                concerns.append(Concern(sort, one.return_id, one.name, one.title, line.label, shown, words))
    return tuple(concerns)


def offers(pack: Pack, found: Iterable[TabledReturn]) -> tuple[str, ...]:
    """What people may now decide, by the pack: offered, and never done by itself (D1, D4, scenario 12).

    Whether an agency does not comply is the chair's judgement (4.25): it is offered from the second silence on.
    """
    events = set()
    later = {one.key for one in pack.assurance.dimensions if not one.first_round}
    for one in found:
        if one.silent:
            events |= {"no_response"} | ({"non_compliance"} if one.silent_before else set())
        if one.decision is None:
            continue
        for key, level in one.decision.levels.items():
            events.add(level)
            weak = level in pack.assurance.concern_levels and level not in pack.assurance.closable_levels
            if weak and (key in later or level in pack.assurance.ending_levels):
                events.add("not_embedded")
    return tuple(one.text for one in pack.follow_ups if events & set(one.when))


def decided_words(pack: Pack, one: TabledReturn, *, beside: bool = True) -> str:
    """What was decided about a return: "High, assessed Low", or "Low" where its own level is not to stand beside."""
    if one.decision is None:
        return ""
    said, several = [], len(one.decision.levels) > 1
    for line in one.lines:
        level = one.decision.levels.get(line.key)
        if level is None:
            continue
        plain = level in (NOT_RELEVANT, NOT_ACCEPTED, ENDED)
        own = f"{line.own}, " if line.own and beside and not plain else ""
        words = f"{own}{'assessed ' if beside and not plain else ''}{assessed_words(pack, level)}"
        closed = one.decision.follow == CLOSE and level in pack.assurance.closable_levels
        words += f", closed by the {pack.terms.chair}" if closed else ""
        said.append(f"{line.label}: {words}" if several else words)
    return "; ".join(said)
