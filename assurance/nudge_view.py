"""What a nudge says: every answer that one person still owes, and which of them it is sent about (B13, B14)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from assurance.actors import Actor
from assurance.issuing import today_in
from assurance.outstanding import Outstanding, outstanding, places_today
from assurance.pack import Pack
from assurance.timing import papers_day
from storage.drafts import drafts_about
from storage.partnerships import Partnership, seats
from storage.unit import Unit


@dataclass(frozen=True)
class Said:
    """One step as its notice keeps it: of which return, which step, for which due day, and whether it is the list."""

    return_id: int
    step: str
    due_on: date
    listed: bool


@dataclass(frozen=True)
class NudgeItem:
    """One answer that the person owes. `place` is the seat's short name, or empty where they are asked themselves."""

    request_id: int
    return_id: int
    title: str
    place: str
    due_on: date
    late: bool
    waits: bool
    """Whether more time was agreed, so that it is only mentioned."""
    draft: bool
    rated: bool
    meeting_on: date | None


@dataclass(frozen=True)
class NudgeView:
    """One person's open answers, what was due first; `about` are those for which the nudge is sent.

    `meeting_on` is the meeting to come at which the late ones are tabled, where it is the same for all; `papers_on`
    the day on which its papers go out, where that is still to come. `listed`: this is the list before that meeting.
    """

    partnership_id: int
    person_id: int
    items: tuple[NudgeItem, ...]
    about: frozenset[int]
    meeting_on: date | None
    papers_on: date | None
    listed: bool
    officer: str

    @property
    def asked(self) -> tuple[NudgeItem, ...]:
        """The answers that are asked for: those for which more time was agreed are left out."""
        return tuple(one for one in self.items if not one.waits)


def said_in(subject: dict[str, Any]) -> tuple[Said, ...]:
    """The steps for which a nudge was owed, from its notice."""
    return tuple(
        Said(int(number), str(step), date.fromisoformat(due), bool(listed))
        for number, step, due, listed in subject["steps"]
    )


def still_due(said: Iterable[Said], owed: Sequence[Outstanding], today: date) -> list[Said]:
    """Those steps that still hold: not answered, no other day agreed, no reminder after the day: a pure rule.

    On the day of the meeting and after it nobody is reminded of what was to be tabled there.
    """
    by_return = {one.return_id: one for one in owed}
    return [one for one in said if _holds(one, by_return.get(one.return_id), today)]


def _holds(said: Said, one: Outstanding | None, today: date) -> bool:
    if one is None or one.due_on != said.due_on or one.waits(today):
        return False
    if one.meeting_on is not None and one.meeting_on >= one.due_on and today >= one.meeting_on:
        return False
    return not (said.step.startswith("remind") and one.late(today))


async def nudge_view(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, said: Sequence[Said], now: datetime
) -> NudgeView | None:
    """What a nudge shows this person now, or None where nothing for which it was owed is still to be asked."""
    today = today_in(pack, now)
    mine = [one for one in await outstanding(unit, partnership, pack) if _is_mine(actor, one)]
    about = still_due(said, mine, today)
    if not about:
        return None
    listed = any(one.listed for one in about)
    return await _view(unit, actor, partnership, pack, mine, frozenset(one.return_id for one in about), today, listed)


async def nudge_after(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, said: Sequence[Said], now: datetime
) -> NudgeView | None:
    """What a nudge that was posted becomes once something in it was answered; None where all of it was."""
    today, wanted = today_in(pack, now), {one.return_id for one in said}
    mine = [one for one in await outstanding(unit, partnership, pack) if _is_mine(actor, one)]
    about = frozenset(one.return_id for one in mine if one.return_id in wanted and not one.waits(today))
    listed = any(one.listed for one in said)
    return await _view(unit, actor, partnership, pack, mine, about, today, listed) if about else None


def _is_mine(actor: Actor, one: Outstanding) -> bool:
    return one.person_id == actor.person_id or (one.seat_id is not None and one.seat_id in actor.seats)


async def _view(
    unit: Unit,
    actor: Actor,
    partnership: Partnership,
    pack: Pack,
    mine: Sequence[Outstanding],
    about: frozenset[int],
    today: date,
    listed: bool,
) -> NudgeView:
    places = await places_today(unit, partnership, pack, today)
    shown = [one for one in mine if one.return_id in about or places.days(one).is_working(today)]
    kept = await drafts_about(unit, partnership.id, "answer", [one.return_id for one in shown])
    shorts = {one.id: one.short for one in await seats(unit, partnership.id)}
    items = [
        NudgeItem(
            request_id=one.request_id, return_id=one.return_id, title=one.title,
            place=shorts.get(one.seat_id or 0, ""), due_on=one.due_on, late=one.late(today), waits=one.waits(today),
            draft=one.return_id in kept, rated=one.rated, meeting_on=one.meeting_on,
        )
        for one in sorted(shown, key=lambda one: (one.return_id not in about, one.due_on, one.request_id))
    ]  # fmt: skip
    meetings = {one.meeting_on for one in items if one.return_id in about}
    meeting_on = meetings.pop() if len(meetings) == 1 else None
    meeting_on = meeting_on if meeting_on is not None and meeting_on >= today else None
    papers_on = papers_day(pack, meeting_on) if meeting_on is not None else None
    return NudgeView(
        partnership_id=partnership.id, person_id=actor.person_id, items=tuple(items), about=about,
        meeting_on=meeting_on, papers_on=papers_on if papers_on is not None and papers_on > today else None,
        listed=listed and meeting_on is not None, officer=pack.terms.officer,
    )  # fmt: skip
