"""When whom is reminded of what: pure rules, in working days (B13, B14, framework 3.1, scenarios 4, 10, 31, 32).

A step is one reminder of one awaited answer, on the working day to which it belongs. A step whose day has come and
that was not taken goes at the next send moment: a holiday, a closure or an absence never uses one up. Where several
have come, only the newest goes out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from assurance.calendar import WorkingDays
from assurance.pack import Kind, Pack

PRE_MEETING_WD = 5
"""Each member's own list of open answers goes out this many working days before the meeting (B14)."""
LIST = "list"
OVERTAKEN = "A newer step followed before this one could go out."
DUE_PASSED = "The due day had passed before it could go out."
MEETING_CAME = "The meeting had come before it could go out."
ENOUGH = "As many messages as the pack allows had gone to this person for this meeting."
KEPT_FOR_LIST = "The last message that the pack allows is kept for the list before the meeting."


@dataclass(frozen=True)
class Rhythm:
    """How answers of one kind are asked for again: working days before and after the due day."""

    reminder_wd: tuple[int, ...]
    quiet_wd: int
    overdue_wd: tuple[int, ...]
    ring_wd: int


@dataclass(frozen=True)
class Owing:
    """One answer that one person owes. `due_on` is the day that holds, an extension included.

    `asked_on`: the day on which this person's card arrived. `meeting_on`: where the answer is tabled.
    """

    due_on: date
    asked_on: date
    meeting_on: date | None = None
    extended: bool = False

    @property
    def before(self) -> date | None:
        """The meeting before which alone it makes sense to ask; None where it is due after the meeting, or has none."""
        return self.meeting_on if self.meeting_on is not None and self.meeting_on >= self.due_on else None


@dataclass(frozen=True)
class Step:
    """One reminder. `listed`: it is the list of open answers before the meeting."""

    name: str
    on: date
    sort: Literal["remind", "overdue"]
    listed: bool = False


@dataclass(frozen=True)
class Decision:
    """What is done today about one answer and one person: the step to take, and those passed over, each with why."""

    take: Step | None = None
    passed: tuple[tuple[Step, str], ...] = ()


def rhythm_of(pack: Pack, kind: Kind) -> Rhythm:
    """The pack's rhythm, or the kind's own where its clock has one: that is meant to follow hard on the request."""
    rounds, own = pack.rounds, kind.clock
    return Rhythm(
        reminder_wd=rounds.reminder_wd if own.reminder_wd is None else own.reminder_wd,
        quiet_wd=rounds.reminder_quiet_wd if own.reminder_wd is None else 0,
        overdue_wd=rounds.overdue_wd if own.overdue_wd is None else own.overdue_wd,
        ring_wd=rounds.officer_list_wd,
    )


def first_step_on(due_on: date, meeting_on: date | None, rhythm: Rhythm, working: WorkingDays) -> date:
    """Before this day no step about an answer can come."""
    list_on = working.add(meeting_on, -PRE_MEETING_WD) if meeting_on is not None else due_on
    return min(due_on, list_on, *(working.add(due_on, -n) for n in rhythm.reminder_wd))


def steps_of(owing: Owing, rhythm: Rhythm, working: WorkingDays) -> tuple[Step, ...]:
    """Every step about one answer, in order. `working` knows the addressee's own closures too.

    The last one after the due day is the list before the meeting. None comes on the day of the meeting or later, none
    up to the due day soon after the request came, and none within a day of the list, which says the same. Where more
    time was agreed nobody is reminded before that day, and then the steps begin anew.
    """
    found = [] if owing.extended else [_remind(owing, n, working) for n in rhythm.reminder_wd]
    found += _overdue(owing, rhythm, working)
    kept = [one for one in found if _in_time(one, owing) and not _too_soon(one, owing, rhythm, working)]
    list_on = next((one.on for one in kept if one.listed), None)
    if list_on is not None:
        kept = [one for one in kept if one.listed or abs(working.between(list_on, one.on)) > 1]
    return tuple(sorted({one.name: one for one in kept}.values(), key=lambda one: one.on))


def _remind(owing: Owing, wd: int, working: WorkingDays) -> Step:
    day = working.add(owing.due_on, -wd) if wd else working.on_or_before(owing.due_on)
    return Step(f"remind-{wd}", day, "remind")


def _overdue(owing: Owing, rhythm: Rhythm, working: WorkingDays) -> list[Step]:
    found = [Step(f"overdue+{n}", working.add(owing.due_on, n), "overdue") for n in sorted(rhythm.overdue_wd)]
    if owing.before is None:
        return found
    list_on = working.add(owing.before, -PRE_MEETING_WD)
    if owing.extended and list_on <= owing.due_on:
        return found
    name = found[-1].name if found and found[-1].on == list_on else LIST
    return [*found[:-1], Step(name, list_on, "overdue", listed=True)]


def _in_time(step: Step, owing: Owing) -> bool:
    return step.on > owing.asked_on and (owing.before is None or step.on < owing.before)


def _too_soon(step: Step, owing: Owing, rhythm: Rhythm, working: WorkingDays) -> bool:
    """Whether it would follow too soon on the request; who was asked in time hears at once that the day has passed."""
    if step.on > owing.due_on >= owing.asked_on:
        return False
    return working.between(owing.asked_on, step.on) <= rhythm.quiet_wd


def decide(steps: Sequence[Step], taken: Collection[str], owing: Owing, today: date) -> Decision:
    """What to do today, on a day on which messages may go out to this person. `taken`: what was done or passed over.

    A reminder never goes out once the due day has passed, and nothing does once the meeting has come.
    """
    pending = [one for one in steps if one.on <= today and one.name not in taken]
    if not pending:
        return Decision()
    newest = pending[-1]
    if owing.before is not None and today >= owing.before:
        return Decision(None, _all(pending, MEETING_CAME))
    if any(one.on > newest.on for one in steps if one.name in taken):
        return Decision(None, _all(pending, OVERTAKEN))
    if newest.sort == "remind" and today > owing.due_on:
        return Decision(None, (*_all(pending[:-1], OVERTAKEN), (newest, DUE_PASSED)))
    return Decision(newest, _all(pending[:-1], OVERTAKEN))


def _all(steps: Sequence[Step], why: str) -> tuple[tuple[Step, str], ...]:
    return tuple((one, why) for one in steps)


@dataclass(frozen=True)
class Candidate:
    """One answer that one person owes, in a round, with its steps and which of them were taken or passed over."""

    return_id: int
    round_id: int
    owing: Owing
    steps: tuple[Step, ...]
    taken: frozenset[str]

    def list_to_come(self, today: date) -> Step | None:
        """Its list before the meeting, as long as that is still to come."""
        return next((one for one in self.steps if one.listed and one.on > today and one.name not in self.taken), None)


@dataclass(frozen=True)
class Message:
    """One person's day: the steps that their one message takes, and those passed over, by return."""

    take: tuple[tuple[int, Step], ...] = ()
    passed: tuple[tuple[int, Step, str], ...] = ()


def message_of(
    candidates: Sequence[Candidate], had: Mapping[int, int], cap: int, today: date, tomorrow: date
) -> Message:
    """What one person is sent today about everything they owe: one message at most.

    `had` is how many messages they were owed in each round, `tomorrow` the next working day. A step of the next
    working day is taken along, and today's wait for a list that comes then, so that nobody hears from us on two days
    running. The last message that the cap allows is kept for the list before the meeting (B14, scenario 31).
    """
    decided = [(one, decide(one.steps, one.taken, one.owing, today)) for one in candidates]
    take = [(one, decision.take) for one, decision in decided if decision.take is not None]
    list_next = any(its_list.on <= tomorrow for one in candidates if (its_list := one.list_to_come(today)))
    if take and list_next and not any(step.listed for _, step in take):
        return Message()
    passed = [(one.return_id, step, why) for one, decision in decided for step, why in decision.passed]
    to_list = frozenset(one.round_id for one in candidates if one.list_to_come(today) is not None)
    over = {(one.return_id, step): _over(one, step, had, cap, to_list) for one, step in take}
    passed += [(return_id, step, why) for (return_id, step), why in over.items() if why]
    kept = [key for key, why in over.items() if not why]
    if kept:
        mine = {one.return_id for one, _ in take}
        ahead = [(one, step) for one, step in _tomorrow(candidates, today, tomorrow) if one.return_id not in mine]
        kept += [(one.return_id, step) for one, step in ahead if not _over(one, step, had, cap, to_list)]
    return Message(tuple(kept), tuple(passed))


def _tomorrow(candidates: Sequence[Candidate], today: date, tomorrow: date) -> list[tuple[Candidate, Step]]:
    """The steps that fall on the next working day, other than lists, which keep their day."""
    found = [(one, decide(one.steps, one.taken, one.owing, tomorrow).take) for one in candidates]
    return [(one, step) for one, step in found if step is not None and step.on > today and not step.listed]


def _over(one: Candidate, step: Step, had: Mapping[int, int], cap: int, to_list: Collection[int]) -> str:
    """Why one more message would be too many in a round; empty where it would not."""
    if had.get(one.round_id, 0) >= cap:
        return ENOUGH
    kept_back = one.round_id in to_list and not step.listed
    return KEPT_FOR_LIST if kept_back and had.get(one.round_id, 0) >= cap - 1 else ""


def ring_on(owing: Owing, rhythm: Rhythm, working: WorkingDays) -> date | None:
    """The day on which the officer is told whom to ring; None where the meeting comes first."""
    day = working.add(owing.due_on, rhythm.ring_wd)
    return None if owing.before is not None and day >= owing.before else day
