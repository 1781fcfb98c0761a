"""Everything that is held about one person: what is exported, and erased, on their request (UK GDPR 15 and 17)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import col, select

from storage.chasers import Absence
from storage.contacts import Plea
from storage.drafts import Draft
from storage.log import LogEntry
from storage.notices import Notice
from storage.people import Person
from storage.purging import QUERY
from storage.records import every_record, fields_of
from storage.returns import WHOLE, AgencyReturn, Asked, Version
from storage.texts import Text
from storage.unit import Unit

ERASED = "erased"
"""The tenant that stands in for the real one of an erased person."""


def is_erased(one: Person) -> bool:
    """Whether a person's data was erased: they are nobody in Teams any more, and can be written to nowhere."""
    return one.tenant_id == ERASED


async def count_rows_of(unit: Unit, partnership_id: int, person_id: int) -> dict[tuple[str, str], int]:
    """How many records of each kind point at a person, by table and column; kinds with none are left out."""
    found = {}
    for table, record in every_record().items():
        for one in fields_of(record):
            if one.points_at != "person":
                continue
            query = select(func.count()).where(
                col(record.partnership_id) == partnership_id,  # type: ignore[attr-defined]
                col(getattr(record, one.name)) == person_id,
            )
            if number := await unit.one(query):
                found[table, one.name] = int(number)
    return found


async def pleas_of(unit: Unit, partnership_id: int, person_id: int) -> list[Plea]:
    """Everything that a person told the officer, oldest first."""
    return await unit.all(
        select(Plea).where(Plea.partnership_id == partnership_id, Plea.by_person_id == person_id).order_by(col(Plea.id))
    )


async def drafts_of(unit: Unit, partnership_id: int, person_id: int) -> list[Draft]:
    """A person's own drafts, and those of an agency or the officers that they saved last."""
    return await unit.all(
        select(Draft)
        .where(
            Draft.partnership_id == partnership_id,
            or_(col(Draft.saved_by) == person_id, col(Draft.owner_id) == person_id),
        )
        .order_by(col(Draft.id))
    )


async def every_absence_of(unit: Unit, partnership_id: int, person_id: int) -> list[Absence]:
    """Every time when a person was away, over ones as well."""
    return await unit.all(
        select(Absence)
        .where(Absence.partnership_id == partnership_id, Absence.person_id == person_id)
        .order_by(col(Absence.first), col(Absence.id))
    )


async def every_notice_to(unit: Unit, partnership_id: int, person_id: int, *, lock: bool = False) -> list[Notice]:
    """Everything that was ever owed to a person, replies and fresh pictures of cards as well, oldest first.

    Locked against the courier until the unit ends, where asked.
    """
    query = select(Notice).where(Notice.partnership_id == partnership_id, Notice.person_id == person_id)
    query = query.order_by(col(Notice.id))
    return await unit.all(query.with_for_update().execution_options(populate_existing=True) if lock else query)


async def queries_of(unit: Unit, partnership_id: int, person_id: int, *, lock: bool = False) -> list[Notice]:
    """What a person asked about reports: each message that carries it to a reader; locked until the unit ends where
    asked."""
    query = select(Notice).where(Notice.partnership_id == partnership_id, Notice.kind == QUERY)
    query = query.order_by(col(Notice.id))
    rows = await unit.all(query.with_for_update().execution_options(populate_existing=True) if lock else query)
    return [one for one in rows if one.subject.get("by") == person_id]


async def versions_of(unit: Unit, partnership_id: int, person_id: int) -> list[tuple[Version, Asked]]:
    """Every answer that a person gave or entered, with its return, loop and request; oldest first."""
    rows = await unit.all(
        select(Version)
        .where(Version.partnership_id == partnership_id, Version.by_person_id == person_id)
        .order_by(col(Version.id))
    )
    numbers = {one.return_id for one in rows}
    whole = await unit.rows(
        WHOLE.where(AgencyReturn.partnership_id == partnership_id, col(AgencyReturn.id).in_(list(numbers)))
    )
    found = {asked[0].id: (asked[0], asked[1], asked[2]) for asked in whole}
    return [(one, found[one.return_id]) for one in rows]


async def versions_on_behalf(unit: Unit, partnership_id: int) -> list[Version]:
    """Every answer with a note of who gave it, where an officer entered it."""
    return await unit.all(
        select(Version)
        .where(Version.partnership_id == partnership_id, col(Version.behalf_text_id).is_not(None))
        .order_by(col(Version.id))
    )


async def text_rows(unit: Unit, partnership_id: int, numbers: Iterable[int]) -> list[Text]:
    """These texts whole, with their hashes."""
    return await unit.all(
        select(Text)
        .where(Text.partnership_id == partnership_id, col(Text.id).in_(list(numbers)))
        .order_by(col(Text.id))
    )


def _about(partnership_id: int, person_id: int, records: Iterable[str]) -> list[ColumnElement[bool]]:
    theirs = [f"person:{person_id}", *records]
    return [
        col(LogEntry.partnership_id) == partnership_id,
        or_(col(LogEntry.person_id) == person_id, col(LogEntry.subject).in_(theirs)),
    ]


async def count_log_of(unit: Unit, partnership_id: int, person_id: int, records: Iterable[str]) -> int:
    """How many entries of the log are of what a person did, or of what was done to them or to these records."""
    return await unit.one(select(func.count()).where(*_about(partnership_id, person_id, records))) or 0


async def log_of(
    unit: Unit, partnership_id: int, person_id: int, records: Iterable[str], *, after_number: int = 0, most: int = 500
) -> list[LogEntry]:
    """The next of these entries after a number, in the order of the log."""
    return await unit.all(
        select(LogEntry)
        .where(*_about(partnership_id, person_id, records), LogEntry.number > after_number)
        .order_by(col(LogEntry.number))
        .limit(most)
    )


async def entries_of(unit: Unit, partnership_id: int, what: str) -> list[LogEntry]:
    """Every entry of one sort, such as "person erased", in the order of the log."""
    return await unit.all(
        select(LogEntry)
        .where(LogEntry.partnership_id == partnership_id, LogEntry.what == what)
        .order_by(col(LogEntry.number))
    )
