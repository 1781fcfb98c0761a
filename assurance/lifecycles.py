"""The life of a request and of a learning item (framework 1a, 1b), as tables: pure rules decide by them.

*Overdue* is in none of them: it is a question about a date, never a state.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Lifecycle = Literal["loop", "once", "reviewed"]

NOTHING = ""
"""Before anything was asked."""
REQUESTED, RETURNED, NO_RESPONSE, MODERATED = "requested", "returned", "no_response", "moderated"
FOLLOW_UP, ASSURED, NOT_RELEVANT, UNABLE, ENDED = "follow_up", "assured", "not_relevant", "unable", "ended"
WITHDRAWN, INFORMATION, ANSWERED = "withdrawn", "information", "answered"
GROUP, MEMBER, OFFICER, CHAIR, CLOCK = "the group", "the agency", "the officer", "the chair", "the clock"


@dataclass(frozen=True)
class Transition:
    """One step: from where, what brings it about, who does it, to where, and what follows. `row` is that of 1b."""

    source: str
    trigger: str
    actor: str
    target: str
    effect: str
    row: int = 0
    drawn: str = ""
    """What the diagram calls it; empty where the diagram draws it together with a like step."""


@dataclass(frozen=True)
class Standing:
    """Where a loop stands, and whether anything more is to come from it."""

    state: str
    open: bool


T = Transition
LOOP: tuple[Transition, ...] = (
    T(NOTHING, "issued", OFFICER, REQUESTED, "a card to everybody there", 1, "issued, card sent"),
    T(NOTHING, "told", OFFICER, INFORMATION, "a card without a form", 1, "told only"),
    T(INFORMATION, "issued", OFFICER, REQUESTED, "a card to everybody there", 1, "asked after all"),
    T(REQUESTED, "answered", MEMBER, RETURNED, "a version is kept; late is marked", 2, "answered (late is marked)"),
    T(REQUESTED, "answered_once", MEMBER, ANSWERED, "a version is kept", 2, "kinds that are asked once"),
    T(RETURNED, "answered", MEMBER, RETURNED, "a further version; the earlier is kept", 6,
      "corrected, earlier version kept"),
    T(REQUESTED, "silent", OFFICER, NO_RESPONSE, "a fact, no level; a concern (B10)", 5, "meeting closed, no answer"),
    T(REQUESTED, "unasked", OFFICER, FOLLOW_UP, "not reached, or nobody there: no concern (4.25)", 5,
      "meeting closed, not reached or vacant"),
    T(RETURNED, "assessed", GROUP, MODERATED, "levels and reasons are kept, and never altered", 7,
      "the group sets levels"),
    T(REQUESTED, "assessed", GROUP, MODERATED, "another dimension of it is asked still", 7),
    T(FOLLOW_UP, "assessed", GROUP, MODERATED, "another dimension of it is asked still", 7),
    T(MODERATED, "assessed", GROUP, MODERATED, "another return of it was weighed at the same meeting", 7),
    T(MODERATED, "closed", GROUP, ASSURED, "nothing more is asked", 8, "every dimension closed"),
    T(MODERATED, "accepted", GROUP, NOT_RELEVANT, "nothing more is asked", 9, "not relevant, accepted"),
    T(MODERATED, "not_closed", CLOCK, FOLLOW_UP, "asked again for the next meeting", 10, "a dimension is not closed"),
    T(NO_RESPONSE, "not_closed", CLOCK, FOLLOW_UP, "asked again for the next meeting", 10, "at once"),
    T(FOLLOW_UP, "opened", CLOCK, REQUESTED, "the earlier answer is shown", 11, "next round opens"),
    T(MODERATED, "opened", CLOCK, REQUESTED, "impact is asked", 11, "impact opens"),
    T(RETURNED, "opened", CLOCK, REQUESTED, "impact is asked", 11, "impact opens, three months after issue"),
    T(REQUESTED, "opened", CLOCK, REQUESTED, "impact is asked as well", 11),
    T(MODERATED, "unable", GROUP, UNABLE, "a concern; nothing more is asked", 12, "determined, with a reason"),
    T(FOLLOW_UP, "unable", GROUP, UNABLE, "a concern; nothing more is asked", 12, "determined, with a reason"),
    T(MODERATED, "ended", GROUP, ENDED, "no concern; nothing more is asked", 12, "service ended or transferred"),
    T(FOLLOW_UP, "ended", GROUP, ENDED, "no concern; nothing more is asked", 12, "service ended or transferred"),
    T(REQUESTED, "transferred", OFFICER, ENDED, "its seat has gone: no concern; nothing more is asked", 12,
      "seat ended, service ended or transferred"),
    T(RETURNED, "transferred", OFFICER, ENDED, "its seat has gone: no concern; nothing more is asked", 12,
      "seat ended, service ended or transferred"),
    T(NO_RESPONSE, "transferred", OFFICER, ENDED, "its seat has gone: no concern; nothing more is asked", 12),
    T(MODERATED, "transferred", OFFICER, ENDED, "its seat has gone: no concern; nothing more is asked", 12),
    T(FOLLOW_UP, "transferred", OFFICER, ENDED, "its seat has gone: no concern; nothing more is asked", 12),
    T(ASSURED, "reopened", CHAIR, REQUESTED, "asked again, with a reason", 14, "reopened, new evidence"),
    T(NOT_RELEVANT, "reopened", CHAIR, REQUESTED, "asked again, with a reason", 14, "reopened, new evidence"),
    T(UNABLE, "reopened", CHAIR, REQUESTED, "asked again, with a reason", 14, "reopened, new evidence"),
    T(ENDED, "reopened", CHAIR, REQUESTED, "asked again, with a reason", 14, "reopened, new evidence"),
    T(REQUESTED, "withdrawn", OFFICER, WITHDRAWN, "nothing more is asked; what was said is kept", 0, "withdrawn"),
    T(RETURNED, "withdrawn", OFFICER, WITHDRAWN, "nothing more is asked; what was said is kept", 0, "withdrawn"),
    T(FOLLOW_UP, "withdrawn", OFFICER, WITHDRAWN, "nothing more is asked; what was said is kept", 0, "withdrawn"),
    T(MODERATED, "withdrawn", OFFICER, WITHDRAWN, "nothing more is asked; what was said is kept", 0),
    T(INFORMATION, "withdrawn", OFFICER, WITHDRAWN, "nothing more is told", 0),
    T(WITHDRAWN, "issued", OFFICER, REQUESTED, "a card to everybody there", 1, "asked again"),
)  # fmt: skip
"""Framework 1b. Row 3 and 4 (overdue) are no steps; row 13 (a single agency assurance request) runs beside."""

ITEM: tuple[Transition, ...] = (
    T(NOTHING, "begun", OFFICER, "draft", "kept for whoever began it"),
    T("draft", "summarised", "the originating sub-group", "summarised", "the Summary's columns are filled in"),
    T("summarised", "tabled", OFFICER, "with_group", "it lies before the group"),
    T("with_group", "issued", OFFICER, "open", "agencies are asked"),
    T("open", "closed", CHAIR, "closed", "the bot proposes once every loop has ended; the chair confirms"),
    T("closed", "reopened", CHAIR, "open", "an agency is asked again"),
    T("draft", "withdrawn", OFFICER, "withdrawn", "raised in error, with a reason"),
    T("summarised", "withdrawn", OFFICER, "withdrawn", "raised in error, with a reason"),
    T("with_group", "withdrawn", OFFICER, "withdrawn", "raised in error, with a reason"),
    T("open", "withdrawn", OFFICER, "withdrawn", "raised in error, with a reason"),
)
"""Framework 1a. A new-learning form goes through the first steps as one draft; what is stored begins as open."""

TERMINAL = frozenset({ASSURED, NOT_RELEVANT, UNABLE, ENDED, ANSWERED, WITHDRAWN, INFORMATION})
"""States from which nothing more comes by itself."""
ENDINGS = frozenset({ASSURED, NOT_RELEVANT, UNABLE, ENDED})
"""How the group's asking ends for an addressee; the chair may reopen it (row 14)."""
AWAITING = frozenset(one.source for one in LOOP if one.trigger == "answered" and one.target != one.source)
"""The states of a loop in which an answer is awaited."""


class NoSuchStep(LookupError):
    """The table has no such step: something was done in an order that the framework does not know."""


def step(state: str, trigger: str, table: Iterable[Transition] = LOOP) -> Transition:
    """The step that a trigger brings about in a state. Raises NoSuchStep where the table has none."""
    for one in table:
        if (one.source, one.trigger) == (state, trigger):
            return one
    raise NoSuchStep(f"{trigger} in {state or 'nothing'}")


def allows(state: str, trigger: str, table: Iterable[Transition] = LOOP) -> bool:
    """Whether the table has a step for this."""
    return any((one.source, one.trigger) == (state, trigger) for one in table)


def moved(state: str, *triggers: str) -> Standing:
    """Where a loop stands after these triggers, one after the other. Raises NoSuchStep."""
    for trigger in triggers:
        state = step(state, trigger).target
    return Standing(state, state not in TERMINAL)


def after_answer(lifecycle: Lifecycle, now: Standing) -> Standing:
    """Where a loop stands once an answer, or a correction of one, has come.

    `loop`: returned, and open until the group is assured. `once`: answered, and done. `reviewed`: returned,
    and open until it was reviewed. What was settled already stays settled: a late answer alters nothing.
    """
    if now.state not in AWAITING:
        return now
    return moved(now.state, "answered_once" if lifecycle == "once" else "answered")


def diagram(table: Iterable[Transition] = LOOP) -> str:
    """The table as the Mermaid diagram of the README."""
    lines = ["stateDiagram-v2"]
    for one in table:
        if one.drawn:
            lines.append(f"    {one.source or '[*]'} --> {one.target}: {one.drawn}")
    drawn = {one.target for one in table}
    lines += [f"    {state} --> [*]" for state in sorted(TERMINAL & drawn - {WITHDRAWN, INFORMATION})]
    return "\n".join(lines)
