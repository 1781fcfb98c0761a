"""A meeting gets another day: which answers get another due day with it, and which keep their own. Pure rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from assurance.calendar import WorkingDays, due_day
from assurance.pack import Pack

Kept = Literal["", "extended", "own_day", "due_already"]
VERBAL, SHORT_NOTICE = "verbal", "short_notice"


@dataclass(frozen=True)
class Waiting:
    """One answer that is awaited for a meeting: its due day, a later one that was agreed, and how it is tabled."""

    return_id: int
    due_on: date
    extended_to: date | None
    tabled: str


@dataclass(frozen=True)
class Shift:
    """A meeting's old and new day, with the due days that belong to each. `usual` are those that move along."""

    old: date
    new: date
    usual: frozenset[date]
    due_on: date
    today: date
    earliest: date
    """The first working day after today: a new due day never lies before it."""


@dataclass(frozen=True)
class Shifted:
    """What becomes of one awaited answer. `kept` says why it does not move, where it does not.

    `beyond`: it is due only after the new day, so it is tabled at the meeting that follows.
    """

    return_id: int
    due_on: date
    kept: Kept
    beyond: bool = False


def shift_of(pack: Pack, working: WorkingDays, old: date, new: date, round_due: date, today: date) -> Shift:
    """The shift of a meeting from one day to another, by the pack; `round_due` is the due day of its round."""
    before = pack.rounds.due_wd_before_meeting
    return Shift(
        old=old, new=new, usual=frozenset({due_day(old, before, working), round_due}),
        due_on=due_day(new, before, working), today=today, earliest=working.add(today, 1),
    )  # fmt: skip


def round_due(shift: Shift) -> date:
    """The due day of the meeting's round on its new day, for what is asked in it from now on."""
    return max(shift.due_on, shift.earliest)


def shifted(one: Waiting, shift: Shift) -> Shifted:
    """Where an awaited answer's due day goes when its meeting moves.

    It goes along where it was the round's due day, or the meeting's own for a verbal update. A day of its own that
    was agreed stays, and so does an extension beyond the new due day. Nobody who still had time is late at once:
    the new day is never before tomorrow's work; who was late already keeps the old day rather than a later one.
    """
    verbal = one.tabled == VERBAL and one.due_on == shift.old
    if not verbal and (one.tabled == SHORT_NOTICE or one.due_on not in shift.usual):
        return Shifted(one.return_id, one.due_on, "own_day", beyond=_until(one, one.due_on) > shift.new)
    wanted = shift.new if verbal else shift.due_on
    if wanted <= shift.today:
        if one.due_on <= shift.today:
            more_time = _until(one, one.due_on) > shift.today
            return Shifted(one.return_id, one.due_on, "extended" if more_time else "due_already")
        wanted = shift.earliest
    if one.extended_to is not None and one.extended_to > wanted:
        return Shifted(one.return_id, wanted, "extended")
    return Shifted(one.return_id, wanted, "")


def all_shifted(waiting: Iterable[Waiting], shift: Shift) -> tuple[Shifted, ...]:
    """What becomes of everything that is awaited for the meeting."""
    return tuple(shifted(one, shift) for one in waiting)


def _until(one: Waiting, due_on: date) -> date:
    return max(due_on, one.extended_to or due_on)
