"""Recording what the group decides in its meeting, and undoing it until the meeting is closed (B8-B12, row 7 of 1b).

A level is never chosen here: it is what the group said, led by somebody of another organisation, recorded by an
officer or the chair.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from assurance.actors import Actor
from assurance.attendance import Room, room
from assurance.dates import listing, time_words
from assurance.decision_rules import Proposed, faults, set_aside, third_round, together
from assurance.form_rules import tidy
from assurance.in_session import Session, open_session
from assurance.leading import leaders, may_lead
from assurance.pack import Pack
from assurance.permissions import require
from assurance.refusals import Mistakes, NotFound, OutOfDate, Refusal
from assurance.tabled_view import TabledReturn, tabled_returns
from assurance.writing import ask_first
from storage.asks import meeting
from storage.decisions import SET, Decision, decision
from storage.log import append_log
from storage.partnerships import Partnership
from storage.returns import Assessment, find_return
from storage.texts import Text, text_of
from storage.unit import Unit

UNDONE, SUPERSEDED = "undone", "superseded"


class DecidedMeanwhile(Refusal):
    """Somebody recorded something else, or the agency changed its answer, while a form was open. Nothing was kept."""


@dataclass(frozen=True)
class Sent:
    """What one form brought: what the group decided about a return, who led it, and what the form had shown.

    `seen` is the number of the decision that it showed, or 0; `version` that of the agency's answer.
    """

    return_id: int
    seen: int
    version: int
    led_by: int | None
    proposed: Proposed
    confirmed: bool = False


@dataclass(frozen=True)
class _Occasion:
    unit: Unit
    actor: Actor
    partnership: Partnership
    pack: Pack
    its: Session
    room: Room
    now: datetime


async def decide(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, meeting_id: int, sent: Sent, now: datetime
) -> Decision:
    """Record what the group decided about one return. The same again is the same decision.

    Raises NotAllowed, NotFound, OutOfDate, Mistakes by field, AskFirst, or DecidedMeanwhile.
    """
    on, found = await _begin(unit, actor, partnership, pack, meeting_id, now)
    return await _record(on, _named(found, sent.return_id), sent)


async def decide_together(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, meeting_id: int, sent: Sequence[Sent], now: datetime
) -> list[Decision]:
    """Record the same for several returns, all or none. Those that need a word of their own are refused.

    Raises as `decide` does; Mistakes name the agencies whose returns are in the way.
    """
    on, found = await _begin(unit, actor, partnership, pack, meeting_id, now)
    wrong: dict[str, list[str]] = {}
    for one in sent:
        each = _named(found, one.return_id)
        allowed = {choice.key for choice in together(pack)}
        if not alike(pack, each) or not set(one.proposed.levels.values()) <= allowed:
            wrong.setdefault("alone", []).append(each.name)
        for name, text in faults(pack, each.before, _tidied(each, one.proposed), answered=each.answered).items():
            wrong.setdefault(f"{name}\n{text}", []).append(each.name)
    if wrong:
        raise Mistakes(_together(wrong))
    return [await _record(on, _named(found, one.return_id), one) for one in sent]


def alike(pack: Pack, one: TabledReturn) -> bool:
    """Whether a return may be decided together with others: answered, a level to set, no third round. A pure rule."""
    return one.answered and not third_round(one.before) and not any(set_aside(pack, its) for its in one.before.values())


def _together(wrong: Mapping[str, Sequence[str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for mark, agencies in wrong.items():
        name, _, text = mark.partition("\n")
        text = text or "needs a decision of its own: please take it one by one."
        found[name] = f"{found.get(name, '')} {listing(list(dict.fromkeys(agencies)))}: {text}".strip()
    return found


async def _begin(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, meeting_id: int, now: datetime
) -> tuple[_Occasion, dict[int, TabledReturn]]:
    require(actor, "record_decisions")
    its = await open_session(unit, partnership, pack, meeting_id, now)
    there = await room(unit, partnership, pack, its)
    if not there.taken:
        raise OutOfDate("Please note first who is here: type assess.")
    on = _Occasion(unit, actor, partnership, pack, its, there, now)
    return on, {one.return_id: one for one in await tabled_returns(unit, partnership, pack, its)}


def _named(found: Mapping[int, TabledReturn], return_id: int) -> TabledReturn:
    if return_id not in found:
        raise NotFound("I cannot find that answer among those of this meeting any more.")
    return found[return_id]


async def _record(on: _Occasion, one: TabledReturn, sent: Sent) -> Decision:
    proposed = _tidied(one, sent.proposed)
    now = one.decision
    if now is not None and now.decision_id != sent.seen:
        if now.recorded_by_id == on.actor.person_id and _same(one, proposed):
            again = await decision(on.unit, on.partnership.id, now.decision_id)
            assert again is not None
            return again
        at = time_words(now.at, on.pack.timezone)
        raise DecidedMeanwhile(f"{now.recorded_by} recorded a decision at {at}, while this was open.")
    await find_return(on.unit, on.partnership.id, one.return_id, lock=True)
    if sent.version != one.version:
        raise DecidedMeanwhile(f"{one.name} has changed its answer while this was open. Please look at it again.")
    check_leader(on, one, sent.led_by)
    if wrong := faults(on.pack, one.before, proposed, answered=one.answered):
        raise Mistakes(wrong)
    ask_first(proposed.words, confirmed=sent.confirmed)
    if now is not None:
        await _set_aside(on, now.decision_id, SUPERSEDED)
    return await _keep(on, one, proposed, sent)


def _tidied(one: TabledReturn, proposed: Proposed) -> Proposed:
    """What was sent, as it is kept: a level for what is not asked here is no part of the decision."""
    return replace(
        proposed, rationale=tidy(proposed.rationale), good_practice=tidy(proposed.good_practice),
        concern=tidy(proposed.concern), follow_words=tidy(proposed.follow_words),
        levels={key: level for key, level in proposed.levels.items() if level and key in one.before},
    )  # fmt: skip


def _same(one: TabledReturn, proposed: Proposed) -> bool:
    now = one.decision
    return now is not None and proposed == Proposed(
        dict(now.levels), now.rationale, now.good_practice, now.concern, now.follow, now.follow_words
    )


def check_leader(on: _Occasion, one: TabledReturn, led_by: int | None) -> None:
    """Whether this person may lead the decision: present, and of another organisation (4.10). Raises Mistakes."""
    offered = leaders(on.pack, on.room.known, on.room.there, one.organisation_id)
    if led_by is not None and any(led_by == other.person_id for other in offered):
        return
    names = listing([other.name for other in offered])
    who = on.room.known.people.get(led_by or 0)
    if who is not None and not may_lead(who, one.organisation_id):
        whose = "you are" if who.person_id == on.actor.person_id else f"{who.name} is"
        offer = f" It can be led by {names}." if names else " Nobody else who is here can lead it."
        raise Mistakes({"led_by": f"This is about {one.name}, and {whose} of that organisation.{offer}"})
    offer = (
        f"Please choose who leads this decision: {names}."
        if names
        else ("Nobody who is here can lead this decision. Please look at who is noted as present.")
    )
    raise Mistakes({"led_by": offer})


async def _keep(on: _Occasion, one: TabledReturn, proposed: Proposed, sent: Sent) -> Decision:
    unit, number = on.unit, on.partnership.id
    words: dict[str, Text] = {key: text_of(number, text) for key, text in proposed.words.items() if text}
    unit.add(*words.values())
    await unit.flush()

    def text(key: str) -> int | None:
        return words[key].id if key in words else None

    kept = await unit.save(
        Decision(
            partnership_id=number, meeting_id=on.its.meeting.id, return_id=one.return_id, version_number=one.version,
            led_by=sent.led_by, recorded_by=on.actor.person_id, provisional=True, follow=proposed.follow,
            follow_text_id=text("follow_words"), rationale_text_id=text("rationale"),
            good_practice_text_id=text("good_practice"), concern_text_id=text("concern"), at=on.now,
        )
    )  # fmt: skip
    for key, level in proposed.levels.items():
        unit.add(
            Assessment(
                partnership_id=number, return_id=one.return_id, decision_id=kept.id, dimension=key, level=level,
                rationale_text_id=text("rationale"), recorded_by=on.actor.person_id, at=on.now,
            )
        )  # fmt: skip
    await append_log(
        unit, number, at=on.now, person_id=on.actor.person_id, what="decided", subject=f"return:{one.return_id}",
        refs={
            "decision": kept.id, "meeting": on.its.meeting.id, "levels": dict(proposed.levels),
            "led_by": sent.led_by, "follow": proposed.follow, "version": one.version,
            "words": {key: row.sha256 for key, row in words.items()},
        },
    )  # fmt: skip
    return kept


async def _set_aside(on: _Occasion, decision_id: int, state: str) -> None:
    row = await decision(on.unit, on.partnership.id, decision_id)
    if row is not None:
        row.state, row.undone_by = state, on.actor.person_id
        on.unit.add(row)


async def undo(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, decision_id: int, now: datetime
) -> Decision:
    """Take back what was recorded, as long as the meeting is not closed. Twice is once.

    Raises NotAllowed, NotFound or OutOfDate.
    """
    require(actor, "record_decisions")
    found = await decision(unit, partnership.id, decision_id)
    its_meeting = await meeting(unit, partnership.id, found.meeting_id) if found else None
    if found is None or its_meeting is None:
        raise NotFound("I cannot find that decision any more.")
    its = await open_session(unit, partnership, pack, found.meeting_id, now)
    if found.state == UNDONE:
        return found
    if found.state != SET:
        raise OutOfDate("Another decision was recorded in its place meanwhile. Please look at that one.")
    found.state, found.undone_by = UNDONE, actor.person_id
    unit.add(found)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="decision undone",
        subject=f"return:{found.return_id}", refs={"decision": found.id, "meeting": its.meeting.id},
    )  # fmt: skip
    return found
