"""Meetings, rounds, requests and loops: what is asked of whom, and by when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, func, or_, update
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.base import count, key, moment, refers
from storage.unit import Unit, any_of, given


class Meeting(SQLModel, table=True):
    """A meeting of a group, on a day (E1). `opens_round`: answers are asked for it.

    States: scheduled, held, cancelled (with a reason), taken_out (entered by mistake). `moved`: how often its day,
    time, place or state changed since people could know of it. `begins_at` is a time of day in the partnership's
    zone, such as "14:00".
    """

    __table_args__ = (UniqueConstraint("partnership_id", "group_key", "on"),)
    id: int = key()
    partnership_id: int = refers("partnership.id")
    group_key: str
    on: date
    extra: bool = False
    opens_round: bool = True
    state: str = "scheduled"
    begins_at: str | None = None
    place: str | None = None
    moved: int = count()
    closed_at: datetime | None = moment(optional=True)
    closed_by: int | None = refers("person.id", optional=True)
    minutes_shared_on: date | None = None
    recording_deleted_on: date | None = None
    decisions: str = Field(default="open", sa_column_kwargs={"server_default": "open"})
    """What became of what was decided there: open (until it is closed), final, provisional (it was not quorate),
    confirmed (by circulation), carried (taken up again at the next meeting)."""
    reason_text_id: int | None = refers("text.id", optional=True)


class Round(SQLModel, table=True):
    """One collection, with an opening day, a due day and perhaps a meeting. Papers are released or not."""

    __table_args__ = (UniqueConstraint("partnership_id", "meeting_id"),)
    id: int = key()
    partnership_id: int = refers("partnership.id", index=True)
    group_key: str
    meeting_id: int | None = refers("meeting.id", optional=True, index=True)
    opens_on: date
    due_on: date
    released_at: datetime | None = moment(optional=True)


class Request(SQLModel, table=True):
    """A kind, asked about a subject. Its addressees are its loops."""

    __table_args__ = (
        UniqueConstraint("partnership_id", "number"),
        Index("ix_request_open", "partnership_id", "state"),
    )
    id: int = key()
    partnership_id: int = refers("partnership.id")
    group_key: str
    number: int
    kind: str
    form_key: str
    title: str
    learning_id: int | None = refers("learning.id", optional=True, index=True)
    context_text_id: int | None = refers("text.id", optional=True)
    state: str = "open"
    tabled: str = "papers"
    round_id: int = refers("round.id")
    due_on: date
    issued_at: datetime = moment()
    issued_by: int | None = refers("person.id", optional=True)
    reason_text_id: int | None = refers("text.id", optional=True)
    brought_in: bool = False


class Loop(SQLModel, table=True):
    """One request put to one addressee, a seat or a person, across rounds (framework 1b)."""

    __table_args__ = (
        CheckConstraint("(seat_id IS NULL) <> (person_id IS NULL)", name="one_addressee"),
        UniqueConstraint("request_id", "seat_id"),
        UniqueConstraint("request_id", "person_id"),
        Index("ix_loop_open", "partnership_id", "open", "request_id"),
    )
    id: int = key()
    partnership_id: int = refers("partnership.id")
    request_id: int = refers("request.id")
    seat_id: int | None = refers("seat.id", optional=True, index=True)
    person_id: int | None = refers("person.id", optional=True, index=True)
    asked: bool = True
    why_text_id: int | None = refers("text.id", optional=True)
    state: str = "requested"
    open: bool = True
    extended_to: date | None = None
    merged_into: int | None = refers("loop.id", optional=True, index=True)
    """The loop of the same request under which it goes on, where two seats that were both asked became one (E7)."""


class LoopDimension(SQLModel, table=True):
    """How one dimension of a loop stands: when it opens and is due, and the latest levels (B3, B4, B9)."""

    __tablename__ = "loop_dimension"
    __table_args__ = (
        UniqueConstraint("loop_id", "dimension"),
        Index("ix_loop_dimension_opens", "partnership_id", "state", "opens_on"),
    )
    id: int = key()
    partnership_id: int = refers("partnership.id")
    loop_id: int = refers("loop.id")
    dimension: str
    state: str = "due"
    opens_on: date
    due_on: date
    self_level: str | None = None
    assessed_level: str | None = None


async def meetings_from(
    unit: Unit, partnership_id: int, group_key: str, day: date, *, lock: bool = False
) -> list[Meeting]:
    """The group's meetings that are still to be held, from a day on, soonest first; kept as they are where locked."""
    query = (
        select(Meeting)
        .where(
            Meeting.partnership_id == partnership_id,
            Meeting.group_key == group_key,
            Meeting.on >= day,
            Meeting.state == "scheduled",
        )
        .order_by(col(Meeting.on))
    )
    return await unit.all(_kept_as_it_is(query) if lock else query)


async def meetings_until(unit: Unit, partnership_id: int, group_key: str, day: date) -> list[Meeting]:
    """The group's meetings up to and with a day, held ones and those that nobody has closed yet, latest first."""
    return await unit.all(
        select(Meeting)
        .where(
            Meeting.partnership_id == partnership_id,
            Meeting.group_key == group_key,
            Meeting.on <= day,
            col(Meeting.state).in_(("scheduled", "held")),
        )
        .order_by(col(Meeting.on).desc())
    )


def _kept_as_it_is(query: SelectOfScalar[Meeting]) -> SelectOfScalar[Meeting]:
    return query.with_for_update(key_share=True).execution_options(populate_existing=True)


async def meeting(unit: Unit, partnership_id: int, meeting_id: int, *, lock: bool = False) -> Meeting | None:
    """One meeting by number; locked where asked, so that it is not taken out while something is issued for it."""
    query = select(Meeting).where(Meeting.partnership_id == partnership_id, Meeting.id == meeting_id)
    return await unit.one(_kept_as_it_is(query) if lock else query)


async def meeting_on(unit: Unit, partnership_id: int, group_key: str, day: date) -> Meeting | None:
    """The group's meeting on a day."""
    return await unit.one(
        select(Meeting).where(
            Meeting.partnership_id == partnership_id, Meeting.group_key == group_key, Meeting.on == day
        )
    )


async def round_of_meeting(unit: Unit, partnership_id: int, meeting_id: int) -> Round | None:
    """The round whose returns are tabled at a meeting."""
    return await unit.one(select(Round).where(Round.partnership_id == partnership_id, Round.meeting_id == meeting_id))


async def collection(unit: Unit, partnership_id: int, round_id: int) -> Round | None:
    """One round by number."""
    return await unit.one(select(Round).where(Round.partnership_id == partnership_id, Round.id == round_id))


async def request(unit: Unit, partnership_id: int, request_id: int, *, lock: bool = False) -> Request | None:
    """One request by number; locked until the unit ends against a second change at the same moment, where asked."""
    if not lock:
        return await unit.own(Request, partnership_id, request_id)
    query = select(Request).where(Request.partnership_id == partnership_id, Request.id == request_id)
    return await unit.one(query.with_for_update().execution_options(populate_existing=True))


async def open_requests(unit: Unit, partnership_id: int) -> list[Request]:
    """Every open request, oldest first."""
    return await unit.all(
        select(Request)
        .where(Request.partnership_id == partnership_id, Request.state == "open")
        .order_by(col(Request.number))
    )


async def requests_about(unit: Unit, partnership_id: int, learning_id: int) -> list[Request]:
    """Every request that was made about a learning item."""
    return await unit.all(
        select(Request)
        .where(Request.partnership_id == partnership_id, Request.learning_id == learning_id)
        .order_by(col(Request.number))
    )


async def next_request_number(unit: Unit, partnership_id: int) -> int:
    """The running number that the next request gets."""
    highest = await unit.one(select(func.max(Request.number)).where(Request.partnership_id == partnership_id))
    return int(highest or 0) + 1


async def loop(unit: Unit, partnership_id: int, loop_id: int) -> Loop | None:
    """One loop by number."""
    return await unit.one(select(Loop).where(Loop.partnership_id == partnership_id, Loop.id == loop_id))


async def loops_of_person(unit: Unit, partnership_id: int, person_id: int) -> list[Loop]:
    """Every loop that addresses this one person, open or closed, oldest first."""
    return await unit.all(
        select(Loop).where(Loop.partnership_id == partnership_id, Loop.person_id == person_id).order_by(col(Loop.id))
    )


async def loops_of_request(unit: Unit, partnership_id: int, request_id: int) -> list[Loop]:
    """Every loop of a request, in the order in which its addressees were asked."""
    return await unit.all(
        select(Loop).where(Loop.partnership_id == partnership_id, Loop.request_id == request_id).order_by(col(Loop.id))
    )


_ADDRESSED = (
    select(Loop)
    .where(
        Loop.partnership_id == given("partnership_id"),
        Loop.request_id == given("request_id"),
        or_(col(Loop.seat_id).in_(any_of("seat_ids")), col(Loop.person_id) == given("person_id")),
    )
    .order_by(col(Loop.id))
)


async def loops_addressed(
    unit: Unit, partnership_id: int, request_id: int, seat_ids: Iterable[int], person_id: int
) -> list[Loop]:
    """The loops of a request that are put to any of these seats, or to this person."""
    return await unit.all(
        _ADDRESSED, partnership_id=partnership_id, request_id=request_id, seat_ids=list(seat_ids), person_id=person_id
    )


_DIMENSIONS = (
    select(LoopDimension)
    .where(LoopDimension.partnership_id == given("partnership_id"), col(LoopDimension.loop_id).in_(any_of("loop_ids")))
    .order_by(col(LoopDimension.id))
)


async def dimensions_of_loops(
    unit: Unit, partnership_id: int, loop_ids: Iterable[int]
) -> dict[int, dict[str, LoopDimension]]:
    """How each dimension of these loops stands, by loop and dimension."""
    rows = await unit.all(_DIMENSIONS, partnership_id=partnership_id, loop_ids=list(loop_ids))
    found: dict[int, dict[str, LoopDimension]] = {}
    for row in rows:
        found.setdefault(row.loop_id, {})[row.dimension] = row
    return found


async def note_self_levels(
    unit: Unit, partnership_id: int, loop_id: int, levels: Mapping[str, str], *, late: bool = False
) -> int:
    """Keep what an agency said of each dimension that is asked; what waits or is settled stays. Gives how many.

    `late`: it was silent at the meeting and says so now. What is asked again stays asked.
    """
    kept = 0
    for dimension, level in levels.items():
        kept += await unit.run(
            update(LoopDimension)
            .where(
                col(LoopDimension.partnership_id) == partnership_id,
                col(LoopDimension.loop_id) == loop_id,
                col(LoopDimension.dimension) == dimension,
                col(LoopDimension.state).in_(("due", "follow_up") if late else ("due", "returned")),
            )
            .values(self_level=level, **({} if late else {"state": "returned"}))
        )
    return kept


async def dimensions_to_open(unit: Unit, partnership_id: int, day: date) -> list[tuple[LoopDimension, Loop]]:
    """The waiting dimensions of open loops whose opening day has come (framework 4.5)."""
    rows = await unit.rows(
        select(LoopDimension, Loop)
        .join(Loop, col(Loop.id) == LoopDimension.loop_id)
        .where(
            LoopDimension.partnership_id == partnership_id,
            LoopDimension.state == "waiting",
            LoopDimension.opens_on <= day,
            col(Loop.open).is_(True),
        )
        .order_by(col(LoopDimension.id))
    )
    return [(one, its_loop) for one, its_loop in rows]
