"""Learning items: what a review or audit found, as it was agreed, and as it was later corrected (A1, A2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import UniqueConstraint, func
from sqlmodel import Field, SQLModel, col, select

from storage.base import key, moment, refers
from storage.texts import Text
from storage.unit import Unit


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
    return await unit.one(
        select(Learning).where(Learning.partnership_id == partnership_id, Learning.id == learning_id)
    )


async def learning_items(unit: Unit, partnership_id: int, *, states: Iterable[str]) -> list[Learning]:
    """The items in these states, oldest first."""
    return await unit.all(
        select(Learning)
        .where(Learning.partnership_id == partnership_id, col(Learning.state).in_(list(states)))
        .order_by(col(Learning.number))
    )


async def next_learning_number(unit: Unit, partnership_id: int) -> int:
    """The running number that the next item gets."""
    highest = await unit.one(
        select(func.max(Learning.number)).where(Learning.partnership_id == partnership_id)
    )
    return int(highest or 0) + 1


async def newest_wording(unit: Unit, partnership_id: int, learning_id: int) -> int | None:
    """The number in the database of an item's newest version: which wording an answer was given against."""
    return await unit.one(
        select(LearningVersion.id)
        .where(LearningVersion.partnership_id == partnership_id, LearningVersion.learning_id == learning_id)
        .order_by(col(LearningVersion.number).desc())
    )


async def learning_fields(
    unit: Unit, partnership_id: int, learning_id: int, number: int | None = None
) -> tuple[LearningVersion, dict[str, Any]] | None:
    """A version of an item (the newest, unless a number is given) with its fields."""
    query = (
        select(LearningVersion, Text)
        .join(Text, col(Text.id) == LearningVersion.text_id)
        .where(LearningVersion.partnership_id == partnership_id, LearningVersion.learning_id == learning_id)
        .order_by(col(LearningVersion.number).desc())
        .limit(1)
    )
    if number is not None:
        query = query.where(LearningVersion.number == number)
    rows = await unit.rows(query)
    if not rows:
        return None
    version, text = rows[0]
    return version, (orjson.loads(text.body) if text.body else {})


async def learning_versions(unit: Unit, partnership_id: int, learning_id: int) -> list[LearningVersion]:
    """Every wording that an item has had, first to last."""
    return await unit.all(
        select(LearningVersion)
        .where(LearningVersion.partnership_id == partnership_id, LearningVersion.learning_id == learning_id)
        .order_by(col(LearningVersion.number))
    )
