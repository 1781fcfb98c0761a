"""What an agency said and how the group assessed it, as it goes into a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assurance.calendar import local_day
from assurance.dates import day_words, moment_words
from assurance.export_parts import Parts
from assurance.pack import Pack
from assurance.packing import ShownForm
from assurance.said_words import RATED, shown_value
from assurance.standing import assessed_shown, timeliness
from storage.returns import AgencyReturn, Assessment, Version

SAID_INSTEAD = {
    "not_relevant": "Not relevant (accepted)",
    "not_accepted": "Not relevant was not accepted",
    "ended": "Service ended or transferred",
}
"""What the group may say instead of a level."""
MISSED = {
    "no_response": "No response received",
    "not_reached": "Not reached",
    "vacant": "Nobody was there for the agency",
    "extended": "More time was agreed",
}
"""What the record says where no answer had come when the meeting was closed (framework 4.25)."""


@dataclass(frozen=True)
class Level:
    """A level of a dimension with its criteria as they were shown, and whether it was the one chosen."""

    label: str
    criteria: tuple[str, ...]
    chosen: bool


@dataclass(frozen=True)
class Rated:
    """One dimension as it was rated: every level that could be chosen."""

    dimension: str
    key: str
    levels: tuple[Level, ...]

    @property
    def chosen(self) -> str:
        """The label of the level that was chosen."""
        return next((one.label for one in self.levels if one.chosen), "")


@dataclass(frozen=True)
class Given:
    """One submission. `evidence` is None where it was left out on purpose."""

    number: int
    when: str
    by: str
    labels: tuple[str, ...]
    criteria: str
    rated: tuple[Rated, ...]
    evidence: tuple[tuple[str, str], ...] | None


@dataclass(frozen=True)
class Assessed:
    """What the group set for one dimension. `reason` is None where it was left out on purpose."""

    dimension: str
    own: str
    level: str
    on: str
    reason: str | None


def given(
    one: Version, said: Mapping[str, str], form: ShownForm, parts: Parts, pack: Pack, behalf: str, *, evidence: bool
) -> Given:
    """One submission in words. `behalf` is the note of who gave it, where an officer entered it."""
    labels = []
    if one.origin == "on_behalf":
        day = f" on {day_words(one.behalf_on)}" if one.behalf_on else ""
        labels.append(f"Entered on the agency's behalf by the {pack.terms.officer}; given {_how(behalf, parts)}{day}.")
    elif one.origin == "brought_in":
        labels.append("Brought in from earlier records.")
    if one.late:
        labels.append("It came after the due day.")
    return Given(
        number=one.number, when=moment_words(one.at, pack.timezone), by=parts.giver(one), labels=tuple(labels),
        criteria=form.label if form.dimensions else "", rated=_rated(form, said),
        evidence=_evidence(form, said, parts) if evidence else None,
    )  # fmt: skip


def _how(behalf: str, parts: Parts) -> str:
    name, _, how = behalf.rpartition(" (")
    how = how.rstrip(")")
    if not parts.named:
        return how
    return f"by {name} {how}" if name else how


def _rated(form: ShownForm, said: Mapping[str, str]) -> tuple[Rated, ...]:
    return tuple(
        Rated(
            dimension.label, dimension.key,
            tuple(Level(one.label, one.criteria, said.get(dimension.key) == one.key) for one in dimension.levels),
        )
        for dimension in form.dimensions
        if said.get(dimension.key)
    )  # fmt: skip


def _evidence(form: ShownForm, said: Mapping[str, str], parts: Parts) -> tuple[tuple[str, str], ...]:
    return tuple(
        (one.label, parts.words(shown_value(form, one, said[one.key])))
        for one in form.form.questions
        if one.type != RATED and said.get(one.key)
    )


def assessed(
    found: Sequence[Assessment],
    said: Mapping[str, str],
    form: ShownForm,
    parts: Parts,
    pack: Pack,
    reasons: Mapping[int, str],
    *,
    evidence: bool,
) -> tuple[Assessed, ...]:
    """What the group set for a return, beside what the agency had said of itself; the oldest first."""
    labels = {one.key: one.label for one in form.dimensions}
    own = {one.key: one.chosen for one in _rated(form, said)}
    return tuple(
        Assessed(
            labels.get(one.dimension, one.dimension), own.get(one.dimension, ""), assessed_words(pack, one.level),
            day_words(local_day(one.at, pack.timezone)),
            parts.words(reasons.get(one.rationale_text_id or 0, "")) if evidence else None,
        )
        for one in found
    )  # fmt: skip


def assessed_words(pack: Pack, key: str) -> str:
    """What the group set, in words: a level of the pack, or what it said instead of one."""
    shown = assessed_shown(pack, key)
    return shown.label if shown else SAID_INSTEAD.get(key, key.replace("_", " ").capitalize())


def for_round(row: AgencyReturn, meeting_on: date | None) -> str:
    """Which round a return belongs to, as people say it: by its meeting, or by its due day."""
    return f"For the meeting on {day_words(meeting_on)}" if meeting_on else f"Due {day_words(row.due_on)}"


def came(row: AgencyReturn, first: Version | None, meeting_on: date | None, tz: str) -> str:
    """Whether a return came in time, or that it did not come: never in days late."""
    if first is None:
        outcome = str(getattr(row, "outcome", None) or "")
        return MISSED.get(outcome, "No return")
    on = first.behalf_on or local_day(row.returned_at or first.at, tz)
    return f"Received {timeliness(on, meeting_on, late=row.late)}"
