"""Papers: every return that lies before a meeting, in one view; released by an act; marked to be talked about (B8).

Before the release only the officer and the chair read them; from then on members and co-optees do as well.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from assurance.actors import Actor
from assurance.calendar import due_day
from assurance.dates import day_words
from assurance.in_session import SCHEDULED, Session, present_session, session
from assurance.issuing import working_days
from assurance.owing import owe
from assurance.pack import Pack
from assurance.permissions import may, require
from assurance.refusals import NotAllowed, NotFound, OutOfDate
from assurance.seeing import may_read
from assurance.tabled_view import TabledReturn, tabled_returns
from assurance.tabling import tabled_at
from storage.asks import Meeting, collection, meetings_from, meetings_until, round_of_meeting
from storage.decisions import DiscussMark, discuss_mark
from storage.log import append_log
from storage.partnerships import Partnership
from storage.unit import Unit


@dataclass(frozen=True)
class PapersView:
    """The papers of one meeting as one person may read them. `earlier` and `later` are meetings beside it."""

    partnership_id: int
    person_id: int
    meeting_id: int
    on: date
    group: str
    returns: tuple[TabledReturn, ...]
    released_at: datetime | None
    release_by: date | None
    closed: bool
    timezone: str
    earlier: int | None
    later: int | None
    may_release: bool
    may_mark: bool
    may_decide: bool

    @property
    def asked(self) -> int:
        """How many answers are asked for."""
        return len(self.returns)

    @property
    def received(self) -> int:
        """How many have come."""
        return sum(one.answered for one in self.returns)


async def papers_view(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, now: datetime, meeting_id: int | None = None
) -> PapersView:
    """The papers of the meeting being prepared or held, or of the one named.

    Raises NotFound, or NotAllowed for somebody who may not read them, or not yet.
    """
    require(actor, "see_papers")
    if meeting_id is not None:
        its = await session(unit, partnership, pack, meeting_id, now)
    else:
        its = await _first_readable(unit, actor, partnership, pack, now)
    readable = await readable_returns(unit, actor, partnership, pack, its)
    earlier, later = await _beside(unit, actor, partnership, pack, its)
    papers_wd = pack.meetings.papers_wd
    return PapersView(
        partnership_id=partnership.id, person_id=actor.person_id, meeting_id=its.meeting.id, on=its.meeting.on,
        group=pack.terms.group_short, returns=tuple(readable),
        released_at=its.collection.released_at if its.collection else None,
        release_by=due_day(its.meeting.on, papers_wd, working_days(pack)) if papers_wd is not None else None,
        closed=its.closed, timezone=pack.timezone, earlier=earlier, later=later,
        may_release=may(actor, "release_papers") and not its.released and not its.closed and bool(readable),
        may_mark=may(actor, "mark_discuss") and not its.closed, may_decide=may(actor, "record_decisions") and its.begun,
    )  # fmt: skip


async def _first_readable(unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, now: datetime) -> Session:
    """The present meeting; for members, while its papers are not out, the last one whose papers were."""
    its = await present_session(unit, partnership, pack, now)
    if may(actor, "see_all_papers") or its.released:
        return its
    for one in await meetings_until(unit, partnership.id, pack.groups[0].key, its.today):
        its_round = await round_of_meeting(unit, partnership.id, one.id)
        if its_round is not None and its_round.released_at is not None:
            return Session(one, its_round, its.today)
    return its


async def readable_returns(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, its: Session
) -> list[TabledReturn]:
    """The returns before a meeting that this person may read. Raises NotAllowed where it is too early for them all."""
    if not may(actor, "see_all_papers") and not its.released:
        require(actor, "see_all_papers")
    kinds = {one.key: one for one in pack.kinds}
    allowed = {
        one.row.id
        for one in await tabled_at(unit, partnership, pack, its)
        if may_read(kinds[one.request.kind], actor, own=False, released=its.released)
    }
    found = [one for one in await tabled_returns(unit, partnership, pack, its) if one.return_id in allowed]
    if not may(actor, "record_decisions"):
        found = [replace(one, decision=None) for one in found]  # an agency hears its outcome first, and in private
    if not found and not may(actor, "see_all_papers"):
        raise NotAllowed("There is nothing among these papers that is open to you.")
    return found


async def _beside(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, its: Session
) -> tuple[int | None, int | None]:
    """The meetings before and after this one whose papers the person may read, by number."""
    group = pack.groups[0].key
    before = [
        one for one in await meetings_until(unit, partnership.id, group, its.meeting.on) if one.on < its.meeting.on
    ]
    ahead = [one for one in await meetings_from(unit, partnership.id, group, its.meeting.on) if one.on > its.meeting.on]

    async def readable(some: list[Meeting]) -> int | None:
        for one in some:
            its_round = await round_of_meeting(unit, partnership.id, one.id)
            if its_round is not None and (its_round.released_at is not None or may(actor, "see_all_papers")):
                return one.id
        return None

    return await readable(before), await readable(ahead)


async def release_papers(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, meeting_id: int, now: datetime
) -> Session:
    """Open every return before a meeting to the group's members, and say in the channel that they are out.

    Releasing twice changes nothing. Raises NotAllowed, NotFound or OutOfDate.
    """
    require(actor, "release_papers")
    its = await session(unit, partnership, pack, meeting_id, now)
    if its.released:
        return its
    if its.meeting.state != SCHEDULED or its.collection is None:
        raise OutOfDate(f"There is nothing to release for {day_words(its.meeting.on)}.")
    tabled = await tabled_at(unit, partnership, pack, its)
    rounds = {its.collection.id, *(one.row.round_id for one in tabled)}
    for number in sorted(rounds):
        one = await collection(unit, partnership.id, number)
        if one is not None and one.released_at is None:
            one.released_at = now
            unit.add(one)
    if partnership.channel_id is not None:
        await owe(
            unit, partnership.id, f"papers:{meeting_id}", "papers_out", now=now, subject={"meeting": meeting_id},
            about=f"meeting:{meeting_id}", channel_id=partnership.channel_id,
        )  # fmt: skip
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="papers released",
        subject=f"meeting:{meeting_id}", refs={"rounds": sorted(rounds), "returns": len(tabled)},
    )  # fmt: skip
    return its


async def mark_discuss(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, meeting_id: int, return_id: int, now: datetime,
    *, marked: bool,
) -> None:  # fmt: skip
    """Say that a return should be talked about, or take that back. Twice is once.

    Raises NotAllowed, NotFound, or OutOfDate once the meeting is closed.
    """
    require(actor, "mark_discuss")
    its = await session(unit, partnership, pack, meeting_id, now)
    if its.closed:
        raise OutOfDate("That meeting is closed, so there is nothing to mark any more.")
    if all(one.return_id != return_id for one in await readable_returns(unit, actor, partnership, pack, its)):
        raise NotFound("I cannot find that answer among those of this meeting.")
    row = await discuss_mark(unit, partnership.id, return_id, actor.person_id)
    if (row is not None and row.marked) == marked:
        return
    row = row or DiscussMark(partnership_id=partnership.id, return_id=return_id, person_id=actor.person_id, at=now)
    row.marked, row.at = marked, now
    await unit.save(row)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="marked to discuss" if marked else "unmarked",
        subject=f"return:{return_id}", refs={"meeting": meeting_id},
    )  # fmt: skip
