"""Returns and their versions, the answers in them, and what the group assessed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, and_, or_
from sqlalchemy import select as select_together
from sqlmodel import SQLModel, col, select

from storage.asks import Loop, Request, Round
from storage.base import json_value, key, moment, refers
from storage.decisions import SET, Decision
from storage.partnerships import FormVersion, Seat
from storage.people import PersonName
from storage.texts import Text
from storage.unit import Unit, any_of, given


class AgencyReturn(SQLModel, table=True):
    """One loop in one round. It keeps the form version with which the round opened, and which dimensions are due.

    States: awaited, returned, moved (asked in a later round together with what is asked there). `outcome` is the
    fact that closing its meeting established where nothing had come (framework 4.25): no_response, not_reached,
    vacant or extended. A late answer leaves it as it is.
    """

    __tablename__ = "agency_return"
    __table_args__ = (
        CheckConstraint("(seat_id IS NULL) <> (person_id IS NULL)", name="one_addressee"),
        UniqueConstraint("loop_id", "round_id"),
        Index("ix_agency_return_awaited", "partnership_id", "state", "due_on"),
        Index("ix_agency_return_seat", "partnership_id", "seat_id", "request_id"),
    )
    id: int = key()
    partnership_id: int = refers("partnership.id")
    loop_id: int = refers("loop.id")
    request_id: int = refers("request.id", index=True)
    round_id: int = refers("round.id", index=True)
    seat_id: int | None = refers("seat.id", optional=True)
    person_id: int | None = refers("person.id", optional=True, index=True)
    form_version_id: int = refers("form_version.id")
    dimensions: Any = json_value()
    first: bool = True
    due_on: date
    state: str = "awaited"
    version_number: int = 0
    returned_at: datetime | None = moment(optional=True)
    late: bool = False
    outcome: str | None = None
    """What the record says where no answer had come when the meeting was closed: no_response, not_reached, vacant
    or extended (framework 4.25)."""
    settled_at: datetime | None = moment(optional=True)
    """When what the meeting made of it took effect: from then on a later answer alters nothing (B12)."""


class Version(SQLModel, table=True):
    """One submission, never altered: who, when, on which form and wording, and the hash of what was said."""

    __table_args__ = (UniqueConstraint("return_id", "number"),)
    id: int = key()
    partnership_id: int = refers("partnership.id")
    return_id: int = refers("agency_return.id")
    number: int
    form_version_id: int = refers("form_version.id")
    learning_version_id: int | None = refers("learning_version.id", optional=True)
    by_person_id: int | None = refers("person.id", optional=True)
    by_title: str = ""
    origin: str = "card"
    behalf_text_id: int | None = refers("text.id", optional=True)
    behalf_on: date | None = None
    late: bool = False
    confirmed: bool = False
    sha256: str
    at: datetime = moment()


class Answer(SQLModel, table=True):
    """One answer to one question, and, where a question is asked per listed thing, about that thing."""

    __table_args__ = (UniqueConstraint("version_id", "question", "thing"),)
    id: int = key()
    partnership_id: int = refers("partnership.id")
    version_id: int = refers("version.id")
    question: str
    thing: str = ""
    value: str | None = None
    text_id: int | None = refers("text.id", optional=True)


class Assessment(SQLModel, table=True):
    """The level that the group set for one dimension of a return: a field of its own, never a self-rating (B9).

    `level` is one of the pack's assessed levels, or what the group said instead of one: not_relevant (it accepts
    that), not_accepted (it does not, and asks again), ended (the service has ended or was transferred). Those of a
    decision stand and fall with it; those without one were brought in from earlier records.
    """

    __table_args__ = (
        Index("ix_assessment_return_id", "return_id"),
        Index("ix_assessment_decision_id", "decision_id"),
    )
    id: int = key()
    partnership_id: int = refers("partnership.id")
    return_id: int = refers("agency_return.id")
    decision_id: int | None = refers("decision.id", optional=True)
    dimension: str
    level: str
    rationale_text_id: int | None = refers("text.id", optional=True)
    origin: str = "meeting"
    recorded_by: int | None = refers("person.id", optional=True)
    at: datetime = moment()


_FIND = (
    select_together(AgencyReturn, Loop, Request, Round, FormVersion, Seat)
    .join(Loop, col(Loop.id) == AgencyReturn.loop_id)
    .join(Request, col(Request.id) == AgencyReturn.request_id)
    .join(Round, col(Round.id) == AgencyReturn.round_id)
    .join(FormVersion, col(FormVersion.id) == AgencyReturn.form_version_id)
    .outerjoin(Seat, col(Seat.id) == AgencyReturn.seat_id)
    .where(AgencyReturn.partnership_id == given("partnership_id"), AgencyReturn.id == given("return_id"))
)
_LOCKS = "FOR SHARE OF request FOR NO KEY UPDATE OF loop, agency_return"
"""The request first, as whoever changes it does: agencies do not wait for each other, and a withdrawal waits."""
_FIND_AND_LOCK = _FIND.suffix_with(_LOCKS, dialect="postgresql").execution_options(populate_existing=True)


async def find_return(
    unit: Unit, partnership_id: int, return_id: int, *, lock: bool = False
) -> tuple[AgencyReturn, Loop, Request, Round] | None:
    """A return with its loop, request and round; locked against a second answer and a withdrawal where asked."""
    query = _FIND_AND_LOCK if lock else _FIND
    rows = await unit.rows(query, partnership_id=partnership_id, return_id=return_id)
    if not rows:
        return None
    found, its_loop, its_request, its_round, its_form, its_seat = rows[0]
    unit.hold(its_form, its_seat)
    return found, its_loop, its_request, its_round


async def returns_of_request(unit: Unit, partnership_id: int, request_id: int) -> list[AgencyReturn]:
    """Every return of a request, over all rounds, oldest first."""
    return await unit.all(
        select(AgencyReturn)
        .where(AgencyReturn.partnership_id == partnership_id, AgencyReturn.request_id == request_id)
        .order_by(col(AgencyReturn.id))
    )


async def returns_of_loop(unit: Unit, partnership_id: int, loop_id: int) -> list[AgencyReturn]:
    """Every return of one loop, oldest round first."""
    return await unit.all(
        select(AgencyReturn)
        .where(AgencyReturn.partnership_id == partnership_id, AgencyReturn.loop_id == loop_id)
        .order_by(col(AgencyReturn.id))
    )


_OF_LOOPS = (
    select(AgencyReturn)
    .where(AgencyReturn.partnership_id == given("partnership_id"), col(AgencyReturn.loop_id).in_(any_of("loop_ids")))
    .order_by(col(AgencyReturn.id))
)


async def returns_of_loops(unit: Unit, partnership_id: int, loop_ids: Iterable[int]) -> dict[int, list[AgencyReturn]]:
    """Every return of these loops, by loop, oldest round first."""
    rows = await unit.all(_OF_LOOPS, partnership_id=partnership_id, loop_ids=list(loop_ids))
    found: dict[int, list[AgencyReturn]] = {}
    for row in rows:
        found.setdefault(row.loop_id, []).append(row)
    return found


Asked = tuple[AgencyReturn, Loop, Request]

WHOLE = (
    select(AgencyReturn, Loop, Request)
    .join(Loop, col(Loop.id) == AgencyReturn.loop_id)
    .join(Request, col(Request.id) == AgencyReturn.request_id)
    .order_by(col(Request.number), col(AgencyReturn.id))
)
"""Returns with their loops and requests, item by item; what follows adds which ones."""


_OF_SEAT = (
    select_together(AgencyReturn, Loop, Request)
    .join(Loop, col(Loop.id) == AgencyReturn.loop_id)
    .join(Request, col(Request.id) == AgencyReturn.request_id)
    .where(AgencyReturn.partnership_id == given("partnership_id"), AgencyReturn.seat_id == given("seat_id"))
)


async def returns_of_seat(unit: Unit, partnership_id: int, seat_id: int) -> list[Asked]:
    """Every return of one seat over all years, with its loop and request, oldest first."""
    rows = await unit.rows(_OF_SEAT, partnership_id=partnership_id, seat_id=seat_id)
    return sorted(((row, its_loop, its_request) for row, its_loop, its_request in rows), key=lambda one: one[0].id)


async def returns_of_open_loops(unit: Unit, partnership_id: int) -> list[Asked]:
    """Every return of every open loop: what `status` draws from, by request and then by return."""
    rows = await unit.rows(
        WHOLE.where(Loop.partnership_id == partnership_id, col(Loop.open).is_(True), Request.state == "open")
    )
    return [(found, its_loop, its_request) for found, its_loop, its_request in rows]


async def versions_of_return(unit: Unit, partnership_id: int, return_id: int) -> list[Version]:
    """Every version of a return, first to last."""
    return await unit.all(
        select(Version)
        .where(Version.partnership_id == partnership_id, Version.return_id == return_id)
        .order_by(col(Version.number))
    )


async def version(unit: Unit, partnership_id: int, return_id: int, number: int) -> Version | None:
    """One version of a return by its number."""
    return await unit.one(
        select(Version).where(
            Version.partnership_id == partnership_id, Version.return_id == return_id, Version.number == number
        )
    )


_NEWEST = (
    select(Version)
    .join(AgencyReturn, col(AgencyReturn.id) == Version.return_id)
    .where(
        Version.partnership_id == given("partnership_id"),
        col(Version.return_id).in_(any_of("return_ids")),
        Version.number == AgencyReturn.version_number,
    )
)


async def newest_versions(unit: Unit, partnership_id: int, return_ids: Iterable[int]) -> dict[int, Version]:
    """The newest version of each of these returns, by return."""
    rows = await unit.all(_NEWEST, partnership_id=partnership_id, return_ids=list(return_ids))
    return {row.return_id: row for row in rows}


_NEWEST_SAID = (
    select_together(Version, col(PersonName.name), col(Answer.question), col(Answer.value), col(Text.body))
    .join(AgencyReturn, col(AgencyReturn.id) == Version.return_id)
    .outerjoin(PersonName, col(PersonName.person_id) == Version.by_person_id)
    .outerjoin(Answer, col(Answer.version_id) == Version.id)
    .outerjoin(Text, col(Text.id) == Answer.text_id)
    .where(
        col(Version.partnership_id) == given("partnership_id"),
        col(Version.return_id).in_(any_of("return_ids")),
        col(Version.number) == AgencyReturn.version_number,
    )
    .order_by(col(Version.return_id), col(Answer.id))
)


async def newest_said(
    unit: Unit, partnership_id: int, return_ids: Iterable[int]
) -> dict[int, tuple[Version, str, dict[str, str]]]:
    """The newest version of each of these returns, by return: with its giver's name and what it said.

    A name or a text that was blanked is empty.
    """
    rows = await unit.rows(_NEWEST_SAID, partnership_id=partnership_id, return_ids=list(return_ids))
    found: dict[int, tuple[Version, str, dict[str, str]]] = {}
    for its_version, name, question, value, body in rows:
        *_, said = found.setdefault(its_version.return_id, (its_version, name or "", {}))
        if question is not None:
            said[question] = value if body is None else body
    return found


_ANSWERS = (
    select(Answer.version_id, Answer.question, Answer.value, Text.body)
    .outerjoin(Text, col(Text.id) == Answer.text_id)
    .where(Answer.partnership_id == given("partnership_id"), col(Answer.version_id).in_(any_of("version_ids")))
    .order_by(col(Answer.id))
)


async def answers_of_versions(unit: Unit, partnership_id: int, version_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """What each of these versions said, question by question (a blanked text is empty)."""
    rows = await unit.rows(_ANSWERS, partnership_id=partnership_id, version_ids=list(version_ids))
    said: dict[int, dict[str, str]] = {}
    for version_id, question, value, body in rows:
        said.setdefault(version_id, {})[question] = value if body is None else body
    return said


_IN_EFFECT = (
    select(Assessment)
    .outerjoin(Decision, col(Decision.id) == Assessment.decision_id)
    .where(
        Assessment.partnership_id == given("partnership_id"),
        col(Assessment.return_id).in_(any_of("return_ids")),
        or_(
            col(Assessment.decision_id).is_(None),
            and_(col(Decision.state) == SET, col(Decision.provisional).is_(False)),
        ),
    )
    .order_by(col(Assessment.id))
)


async def assessments_of_returns(unit: Unit, partnership_id: int, return_ids: Iterable[int]) -> list[Assessment]:
    """Every assessment of these returns that is in effect, oldest first: nothing undone, nothing provisional."""
    return await unit.all(_IN_EFFECT, partnership_id=partnership_id, return_ids=list(return_ids))
