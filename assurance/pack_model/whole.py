"""A partnership's pack, whole."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Protocol, TypeVar

from pydantic import Field

from assurance.pack_model.asking import Form, Kind
from assurance.pack_model.base import Cited, CitedOption, Key, Words
from assurance.pack_model.people import Alias, Closure, Group, Organisation, Role, Seat, Terms
from assurance.pack_model.programme import (
    ActionRating,
    Audit,
    Checklist,
    Evaluation,
    FollowUp,
    Metric,
    Module,
    Report,
    Review,
    Source,
)
from assurance.pack_model.rhythm import Holidays, Meetings, Retention, Rounds, SendHours
from assurance.pack_model.scale import AssessedLevel, Assurance, Dimension, Level


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


_K = TypeVar("_K", bound=_Keyed)


def _find(rows: Iterable[_K], key: str, what: str) -> _K:
    for row in rows:
        if row.key == key:
            return row
    raise LookupError(f'The pack has no {what} "{key}".')


class Pack(Cited):
    """Everything that differs between partnerships: words, seats, scale, questions, dates, reports (I3)."""

    id: Key
    title: Words
    version: Words
    source_date: date
    historic: bool = False
    timezone: str
    year_start: Annotated[str, Field(pattern=r"^\d\d-\d\d$")] = "04-01"
    """The first day of the reporting year, as month-day."""

    terms: Terms
    groups: Annotated[tuple[Group, ...], Field(min_length=1)]
    organisations: tuple[Organisation, ...]
    seats: tuple[Seat, ...] = ()
    roles: tuple[Role, ...]
    aliases: tuple[Alias, ...] = ()

    holidays: Holidays
    closures: tuple[Closure, ...] = ()
    meetings: Meetings
    rounds: Rounds
    send_hours: SendHours
    retention: Retention

    assurance: Assurance
    kinds: tuple[Kind, ...]
    forms: tuple[Form, ...]

    originators: tuple[CitedOption, ...] = ()
    activity_types: tuple[CitedOption, ...] = ()
    audiences: tuple[CitedOption, ...] = ()
    methods: tuple[CitedOption, ...] = ()
    evidence_types: tuple[CitedOption, ...] = ()
    priorities: tuple[CitedOption, ...] = ()
    enquiry_lines: tuple[CitedOption, ...] = ()
    summary_header: Words | None = None
    summary_columns: tuple[Words, ...]
    plan_columns: tuple[Words, ...]

    sources: tuple[Source, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    reports: tuple[Report, ...] = ()
    action_ratings: tuple[ActionRating, ...] = ()
    metrics: tuple[Metric, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()
    audits: tuple[Audit, ...] = ()
    reviews: tuple[Review, ...] = ()
    checklists: tuple[Checklist, ...] = ()
    modules: tuple[Module, ...] = ()

    def group(self, key: str) -> Group:
        """The group of this key; LookupError where there is none, as in all lookups below."""
        return _find(self.groups, key, "group")

    def organisation(self, key: str) -> Organisation:
        """The organisation of this key."""
        return _find(self.organisations, key, "organisation")

    def seat(self, key: str) -> Seat:
        """The seat of this key."""
        return _find(self.seats, key, "seat")

    def role(self, key: str) -> Role:
        """The role of this key."""
        return _find(self.roles, key, "role")

    def form(self, key: str) -> Form:
        """The form of this key."""
        return _find(self.forms, key, "form")

    def kind(self, key: str) -> Kind:
        """The kind of request of this key."""
        return _find(self.kinds, key, "kind")

    def dimension(self, key: str) -> Dimension:
        """The dimension of this key."""
        return _find(self.assurance.dimensions, key, "dimension")

    def level(self, dimension: str, key: str) -> Level:
        """The level of this key in a dimension: what an agency may give itself."""
        return _find(self.dimension(dimension).levels, key, "level")

    def assessed_level(self, key: str) -> AssessedLevel:
        """The level of this key that the group may set."""
        return _find(self.assurance.assessed_levels, key, "assessed level")

    def report(self, id: str) -> Report:
        """The report of this id."""
        for report in self.reports:
            if report.id == id:
                return report
        raise LookupError(f'The pack has no report "{id}".')

    def returning_seats(self) -> tuple[Seat, ...]:
        """The seats that are asked for answers, in the pack's order."""
        return tuple(seat for seat in self.seats if seat.returns)

    def seats_of(self, organisation: str) -> tuple[Seat, ...]:
        """The seats of one organisation, in the pack's order."""
        return tuple(seat for seat in self.seats if seat.organisation == organisation)
