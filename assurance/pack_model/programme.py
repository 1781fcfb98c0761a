"""The rest of a framework: sources of learning, reports, figures, evaluations, audits and reviews."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from assurance.pack_model.base import Cited, Frozen, Key, Option, Words

Cadence = Literal[
    "each_meeting", "each_board_meeting", "monthly", "two_monthly", "quarterly", "six_monthly", "yearly",
    "two_yearly", "three_yearly", "by_exception", "each_course", "as_needed",
]  # fmt: skip


class Source(Cited):
    """Where learning comes from and who provides it (A7)."""

    key: Key
    information: Words
    what: Words
    providers: tuple[Words, ...] = ()
    learn: tuple[Words, ...] = ()
    evaluated_by: tuple[Words, ...] = ()
    sub_groups: tuple[Words, ...] = ()


class FollowUp(Cited):
    """What people may decide after an assessment; the bot offers it and never does it by itself."""

    key: Key
    text: Words
    when: tuple[Key, ...]
    """Assessed levels, or `no_response`, `non_compliance`, `third_round`, after which it is offered."""


class Report(Cited):
    """A report: who writes it (a role), to whom, how often, under which headings."""

    id: Key
    title: Words
    by: Key | None = None
    to: tuple[Words, ...]
    cadence: Cadence
    sections: tuple[Option, ...]
    group: Key | None = None


class ActionRating(Cited):
    """How an action stands (C4); a scheme of its own, not the levels of assurance."""

    key: Literal["red", "amber", "green", "blue"]
    label: Words
    text: Words
    escalate: bool = False
    done: bool = False


class Metric(Cited):
    """A figure that a role gives with a commentary; one that is missing is missing, never zero (F4)."""

    key: Key
    label: Words
    unit: Literal["number", "percent"]
    by: Key | None = None
    to: Words | None = None
    cadence: Cadence = "quarterly"
    commentary: bool = True


class Sample(Frozen):
    """How many are asked, and whether they are drawn at random."""

    at_least: Annotated[int, Field(ge=1)] | None = None
    at_most: Annotated[int, Field(ge=1)] | None = None
    per: Words = "course"
    random: bool = False
    told_beforehand: bool = False


class Evaluation(Cited):
    """A look at training or materials. `after_months`: earliest and latest month after the course."""

    key: Key
    title: Words
    who: tuple[Words, ...]
    after_months: tuple[int, int] | None = None
    cadence: Cadence | None = None
    sample: Sample | None = None
    questions: tuple[Words, ...] = ()
    question_count: Annotated[int, Field(ge=1)] | None = None
    how: Words | None = None
    link: Annotated[str, Field(pattern=r"^https://")] | None = None
    applies_to: Words | None = None


class Audit(Cited):
    """One audit of the year's programme (H1)."""

    key: Key
    title: Words
    why: Words
    lead: Key
    year: Words
    quarter: Literal["Q1", "Q2", "Q3", "Q4"]
    sub_group: Words
    scope_date: date | None = None


class Review(Cited):
    """A document that is due to be looked at again (E12); `due` is the last day of what is written."""

    key: Key
    title: Words
    due: date
    as_written: Words
    every_months: Annotated[int, Field(ge=1, le=60)] | None = None


class Checklist(Cited):
    """Steps that somebody works through after an event (C7, C8)."""

    key: Key
    title: Words
    who: Words
    after: Words
    steps: tuple[Option, ...]


class Module(Cited):
    """A part of the framework beyond the loop that this partnership uses."""

    key: Key
    title: Words
