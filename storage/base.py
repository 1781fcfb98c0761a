"""What every record shares: its column types, its names for constraints, and its errors."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import DateTime, Dialect, ForeignKey, LargeBinary, MetaData, false, text, true
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel


class StorageError(Exception):
    """Something went wrong while records were read or written."""


class Conflict(StorageError):
    """Another transaction has already written what must be unique; nothing of this one was kept."""


class Unavailable(StorageError):
    """The database could not be reached or did not answer in time; nothing was kept."""


class NotAllowed(StorageError):
    """The database's account lacks a right that this takes; nothing was kept."""


class NestedUnit(StorageError):
    """A unit of work was opened inside another; on SQLite the inner one would wait for ever."""


class Instant(TypeDecorator[datetime]):
    """A moment in UTC. Only aware datetimes go in, and only UTC ones come out, on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs its zone; store UTC")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """A small JSON value, kept as bytes so that both databases give back exactly what was stored."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else orjson.dumps(value, option=orjson.OPT_SORT_KEYS)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else orjson.loads(value)


metadata: MetaData = SQLModel.metadata
metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


def key() -> Any:
    """The primary key column of a record."""
    return Field(default=None, primary_key=True)


def refers(target: str, *, index: bool = False, optional: bool = False) -> Any:
    """A column that points at another record, such as ``refers("seat.id")``."""
    if optional:
        return Field(default=None, foreign_key=target, index=index, nullable=True)
    return Field(foreign_key=target, index=index)


def moment(*, optional: bool = False) -> Any:
    """A column that holds an instant in UTC."""
    if optional:
        return Field(default=None, sa_type=Instant, nullable=True)
    return Field(sa_type=Instant)


def flag(*, otherwise: bool = False) -> Any:
    """A yes or no that older versions of the program do not write; they leave it as `otherwise`."""
    return Field(default=otherwise, sa_column_kwargs={"server_default": true() if otherwise else false()})


def count(otherwise: int = 0) -> Any:
    """A whole number that older versions of the program do not write; they leave it as `otherwise`."""
    return Field(default=otherwise, sa_column_kwargs={"server_default": text(str(otherwise))})


def json_value(default: Any = None) -> Any:
    """A column that holds a small JSON value; no person's words belong in it."""
    return Field(default=default, sa_type=Json, nullable=True)


__all__ = ["Conflict", "ForeignKey", "Instant", "Json", "NestedUnit", "NotAllowed", "StorageError", "Unavailable"]
