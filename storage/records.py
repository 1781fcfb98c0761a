"""The whole record, table by table and page by page, for whoever takes it elsewhere (exit without asking us)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import inspect
from sqlmodel import SQLModel, col, select

from storage.everything import metadata
from storage.unit import Unit

R = TypeVar("R", bound=SQLModel)


@dataclass(frozen=True)
class Field:
    """One column of a record: its name, and the table that it points at, if it does."""

    name: str
    points_at: str = ""


def every_record() -> dict[str, type[SQLModel]]:
    """Every kind of record that belongs to a partnership, by the name of its table; whoever points comes later."""
    order = [table.name for table in metadata.sorted_tables]
    found = {str(inspect(one).local_table.name): one for one in _kinds(SQLModel)}
    return {name: found[name] for name in order if "partnership_id" in metadata.tables[name].c}


def _kinds(of: type[SQLModel]) -> list[type[SQLModel]]:
    below = [one for kind in of.__subclasses__() for one in _kinds(kind)]
    return [*([of] if hasattr(of, "__table__") else []), *below]


def fields_of(record: type[SQLModel]) -> tuple[Field, ...]:
    """A record's columns, in their order."""
    table: Any = inspect(record).local_table
    return tuple(
        Field(column.name, next((key.column.table.name for key in column.foreign_keys), "")) for column in table.columns
    )


async def page_of(
    unit: Unit, partnership_id: int, record: type[R], *, after_number: int = 0, up_to: int = 2**31 - 1, most: int = 500
) -> list[R]:
    """The partnership's next records of a kind, in the order of their numbers: those above `after_number`."""
    number: Any = inspect(record).primary_key[0]
    query = select(record).where(col(record.partnership_id) == partnership_id)  # type: ignore[attr-defined]
    return await unit.all(query.where(number > after_number, number <= up_to).order_by(number).limit(most))


def number_of(row: SQLModel) -> int:
    """A record's number: what its pages are in order of."""
    return int(getattr(row, inspect(type(row)).primary_key[0].name))
