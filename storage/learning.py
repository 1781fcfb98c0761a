"""Learning items: what a review or audit found, as it was agreed, and as it was later corrected (A1, A2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import UniqueConstraint, func
from sqlmodel import SQLModel, col, select

from storage.base import key, moment, refers
from storage.texts import Text
from storage.unit import Unit, given

LAST = 2**31 - 1
"""Above every version's number."""


class Learning(SQLModel, table=True):
    """One learning item. Its fields lie in its versions; the title is kept here as well, for lists."""

    __table_args__ = (UniqueConstraint("partnership_id", "number"),)
    id: int = key()
    partnership_id: int = refers("partnership.id")
    group_key: str
    number: int
    title: str
    state: str = "open"
    version_number: int = 1
    brought_in: bool = False
    reference: str = ""
    """What it was called in earlier records, where it was brought in from them."""
    created_at: datetime = moment()


class LearningVersion(SQLModel, table=True):
    """One agreed wording of a learning item, never altered: all fields of the Summary, as JSON in a text."""

    __tablename__ = "learning_version"
    __table_args__ = (UniqueConstraint("learning_id", "number"),)
    id: int = key()
    partnership_id: int = refers("partnership.id")
    learning_id: int = refers("learning.id")
    number: int
    text_id: int = refers("text.id")
    meaning_changed: bool = False
    by_person_id: int | None = refers("person.id", optional=True)
    at: datetime = moment()


async def learning(unit: Unit, partnership_id: int, learning_id: int) -> Learning | None:
    """One learning item by its number in the database."""
    return await unit.one(select(Learning).where(Learning.partnership_id == partnership_id, Learning.id == learning_id))


async def learning_items(unit: Unit, partnership_id: int, *, states: Iterable[str]) -> list[Learning]:
    """The items in these states, oldest first."""
    return await unit.all(
        select(Learning)
        .where(Learning.partnership_id == partnership_id, col(Learning.state).in_(list(states)))
        .order_by(col(Learning.number))
    )


async def next_learning_number(unit: Unit, partnership_id: int) -> int:
    """The running number that the next item gets."""
    highest = await unit.one(select(func.max(Learning.number)).where(Learning.partnership_id == partnership_id))
    return int(highest or 0) + 1


_WORDING = (
    select(LearningVersion.id)
    .where(
        LearningVersion.partnership_id == given("partnership_id"),
        LearningVersion.learning_id == given("learning_id"),
        LearningVersion.number <= given("up_to"),
    )
    .order_by(col(LearningVersion.number).desc())
    .limit(1)
)


async def newest_wording(unit: Unit, partnership_id: int, learning_id: int, *, up_to: int | None = None) -> int | None:
    """The number in the database of an item's newest version: which wording an answer was given against.

    `up_to` is the number of the version that a form showed, where a newer one may have come since.
    """
    values = {"partnership_id": partnership_id, "learning_id": learning_id, "up_to": up_to or LAST}
    return await unit.one(_WORDING, **values)


_FIELDS = (
    select(LearningVersion, Text.body)
    .join(Text, col(Text.id) == LearningVersion.text_id)
    .where(
        LearningVersion.partnership_id == given("partnership_id"),
        LearningVersion.learning_id == given("learning_id"),
        LearningVersion.number <= given("up_to"),
    )
    .order_by(col(LearningVersion.number).desc())
    .limit(1)
)


async def learning_fields(
    unit: Unit, partnership_id: int, learning_id: int, number: int | None = None
) -> tuple[LearningVersion, dict[str, Any]] | None:
    """A version of an item (the newest, unless a number is given) with its fields."""
    rows = await unit.rows(
        _FIELDS, partnership_id=partnership_id, learning_id=learning_id, up_to=LAST if number is None else number
    )
    if not rows or number not in (None, rows[0][0].number):
        return None
    version, body = rows[0]
    return version, (orjson.loads(body) if body else {})


async def learning_versions(unit: Unit, partnership_id: int, learning_id: int) -> list[LearningVersion]:
    """Every wording that an item has had, first to last."""
    return await unit.all(
        select(LearningVersion)
        .where(LearningVersion.partnership_id == partnership_id, LearningVersion.learning_id == learning_id)
        .order_by(col(LearningVersion.number))
    )


async def learning_references(unit: Unit, partnership_id: int) -> set[str]:
    """What the items that were brought in were called before, in small letters."""
    rows = await unit.all(
        select(Learning.reference).where(Learning.partnership_id == partnership_id, Learning.reference != "")
    )
    return {one.casefold() for one in rows}
