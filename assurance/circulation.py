"""After a meeting without quorum: its decisions are confirmed by circulation, or taken up at the next meeting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from assurance.actors import Actor
from assurance.attendance import Room, room
from assurance.concluding import PROVISIONAL, carry_on
from assurance.dates import day_words, listing
from assurance.in_session import Session, session
from assurance.owing import originals, update_of
from assurance.pack import Pack, QuorumRule
from assurance.permissions import require
from assurance.person_names import UNNAMED
from assurance.quorum import counts_for
from assurance.refusals import Mistakes, OutOfDate
from assurance.settling import note_facts, settle, standing_decisions
from assurance.tabling import tabled_at
from storage.asks import meeting
from storage.decisions import Agreement, agreements_on
from storage.log import append_log
from storage.notices import notices_about
from storage.partnerships import Partnership
from storage.partnerships import partnership as partnership_numbered
from storage.unit import Unit

CONFIRMED, CARRIED = "confirmed", "carried"


@dataclass(frozen=True)
class Gap:
    """A rule of the quorum that was not met: who may agree for it, and who did, on which day."""

    rule: str
    label: str
    may_agree: tuple[tuple[int, str], ...]
    agreed_by: str
    agreed_on: date | None


async def gaps(unit: Unit, partnership: Partnership, its: Session, there: Room) -> tuple[Gap, ...]:
    """What was missing at a meeting, and who has agreed since."""
    agreed = {one.rule: one for one in await agreements_on(unit, partnership.id, its.meeting.id)}
    found = []
    for rule in there.quorum.missing:
        one = agreed.get(rule.key)
        who = there.known.people.get(one.person_id) if one else None
        name = there.known.label(who) if who else UNNAMED if one else ""
        found.append(Gap(rule.key, rule.label, candidates(there, rule), name, one.agreed_on if one else None))
    return tuple(found)


def candidates(there: Room, rule: QuorumRule) -> tuple[tuple[int, str], ...]:
    """Everybody who would have filled a rule of the quorum, by number and name: a pure rule."""
    return tuple(
        (one.person_id, there.known.label(one))
        for one in there.known.people.values()
        if counts_for(rule, there.known.attendee(one))
    )


async def record_agreement(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, meeting_id: int, rule: str, person_id: int | None,
    agreed_on: date | None, now: datetime,
) -> None:  # fmt: skip
    """Note that somebody of a missing sector agreed to what was decided, and when. The last word counts.

    Raises NotAllowed, NotFound, OutOfDate, or Mistakes (`person`, `agreed_on`).
    """
    require(actor, "record_decisions")
    its, there = await _provisional(unit, partnership, pack, meeting_id, now)
    missing = next((one for one in there.quorum.missing if one.key == rule), None)
    if missing is None:
        raise OutOfDate("That was not missing at the meeting, so nobody needs to agree for it.")
    wrong = {}
    if person_id not in {number for number, _ in candidates(there, missing)} or person_id is None:
        wrong["person"] = "Please choose who agreed."
    if agreed_on is None or not its.meeting.on <= agreed_on <= its.today:
        wrong["agreed_on"] = "Please give the day on which they agreed, since the meeting."
    if wrong or person_id is None or agreed_on is None:
        raise Mistakes(wrong)
    agreed = await agreements_on(unit, partnership.id, meeting_id)
    row = next((one for one in agreed if one.rule == rule), None)
    if row is not None and (row.person_id, row.agreed_on) == (person_id, agreed_on):
        return
    row = row or Agreement(
        partnership_id=partnership.id, meeting_id=meeting_id, rule=rule, person_id=person_id, agreed_on=agreed_on,
        at=now,
    )  # fmt: skip
    row.person_id, row.agreed_on, row.recorded_by, row.at = person_id, agreed_on, actor.person_id, now
    await unit.save(row)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="agreed by circulation",
        subject=f"meeting:{meeting_id}",
        refs={"rule": rule, "person": person_id, "on": agreed_on.isoformat()},
    )  # fmt: skip


async def confirm(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, meeting_id: int, now: datetime
) -> Session:
    """Let the provisional decisions take effect, once somebody of each missing sector has agreed. Twice is once.

    Raises NotAllowed, NotFound, or OutOfDate, which names whose agreement is still to come.
    """
    require(actor, "confirm_decisions")
    done = await session(unit, partnership, pack, meeting_id, now)
    if done.meeting.decisions == CONFIRMED:
        return done
    its, there = await _provisional(unit, partnership, pack, meeting_id, now)
    open_still = [one.label for one in await gaps(unit, partnership, its, there) if one.agreed_on is None]
    if open_still:
        raise OutOfDate(f"Still to come: the agreement of {listing(open_still)}. Nothing has changed.")
    its.meeting.decisions = CONFIRMED
    tabled = await tabled_at(unit, partnership, pack, its)
    told = await settle(unit, partnership, pack, its, tabled, now)
    await carry_on(unit, partnership, pack, its, told, now)
    await _draw_again(unit, partnership, its, now)
    await _log(unit, actor, partnership, its, "decisions confirmed", now)
    return its


async def carry_over(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, meeting_id: int, now: datetime
) -> Session:
    """Take everything up again at the next meeting: nothing that was provisional takes effect. Twice is once.

    Raises NotAllowed, NotFound or OutOfDate.
    """
    require(actor, "confirm_decisions")
    done = await session(unit, partnership, pack, meeting_id, now)
    if done.meeting.decisions == CARRIED:
        return done
    its, _ = await _provisional(unit, partnership, pack, meeting_id, now)
    tabled = await tabled_at(unit, partnership, pack, its)
    for one in (await standing_decisions(unit, partnership, its)).values():
        one.state = CARRIED
        unit.add(one)
    its.meeting.decisions = CARRIED
    await unit.flush()
    await carry_on(unit, partnership, pack, its, await note_facts(unit, partnership, tabled, {}, now), now)
    await _draw_again(unit, partnership, its, now)
    await _log(unit, actor, partnership, its, "decisions carried over", now)
    return its


async def _provisional(
    unit: Unit, partnership: Partnership, pack: Pack, meeting_id: int, now: datetime
) -> tuple[Session, Room]:
    """A meeting whose decisions wait, locked until the unit ends. Raises NotFound or OutOfDate."""
    await partnership_numbered(unit, partnership.id, lock=True)
    await meeting(unit, partnership.id, meeting_id, lock=True)
    its = await session(unit, partnership, pack, meeting_id, now)
    if its.meeting.decisions != PROVISIONAL:
        day = day_words(its.meeting.on)
        raise OutOfDate(f"Nothing that was decided on {day} waits to be confirmed, so nothing has changed.")
    return its, await room(unit, partnership, pack, its)


async def _draw_again(unit: Unit, partnership: Partnership, its: Session, now: datetime) -> None:
    for card in originals(await notices_about(unit, partnership.id, f"concluded:{its.meeting.id}")):
        unit.add(update_of(card, f"{its.meeting.decisions}:{now.timestamp()}", now=now))


async def _log(unit: Unit, actor: Actor, partnership: Partnership, its: Session, what: str, now: datetime) -> None:
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what=what, subject=f"meeting:{its.meeting.id}",
        refs={"decisions": its.meeting.decisions},
    )  # fmt: skip
