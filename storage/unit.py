"""The unit of work: one turn is one transaction, and only the outermost caller commits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.sql import Executable
from sqlmodel import SQLModel
from sqlmodel.sql.expression import SelectOfScalar

from storage.base import Conflict, NestedUnit, Unavailable

T = TypeVar("T")
R = TypeVar("R", bound=SQLModel)

_inside: ContextVar[bool] = ContextVar("inside_a_unit", default=False)


class Unit:
    """One transaction. What is added is saved when the unit ends well, and dropped when it does not."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    @property
    def postgres(self) -> bool:
        """Whether rows can be locked and skipped, which SQLite neither can nor needs."""
        return self._session.get_bind().dialect.name == "postgresql"

    def add(self, *records: SQLModel) -> None:
        """Keep these records when the unit ends."""
        self._session.add_all(records)

    async def save(self, *records: R) -> R:
        """Add the records and send them to the database now, so that they have numbers; gives the first."""
        self._session.add_all(records)
        await self.flush()
        return records[0]

    async def flush(self) -> None:
        """Send what was added to the database, within the same transaction."""
        try:
            await self._session.flush()
        except IntegrityError as error:
            raise Conflict(str(error.orig)) from error

    async def remove(self, record: SQLModel) -> None:
        """Delete one record (only drafts and their like are ever deleted)."""
        await self._session.delete(record)

    async def get(self, record: type[R], number: int, *, lock: bool = False) -> R | None:
        """One record by its number, locked until the unit ends where asked."""
        return await self._session.get(record, number, with_for_update={"key_share": False} if lock else None)

    async def one(self, query: SelectOfScalar[T]) -> T | None:
        """The only or first row of a query, or None."""
        return (await self._session.execute(query.limit(1))).scalars().first()

    async def all(self, query: SelectOfScalar[T]) -> list[T]:
        """Every row of a query that selects one thing."""
        return list((await self._session.execute(query)).scalars().all())

    async def rows(self, query: Any) -> Sequence[Any]:
        """Every row of a query that selects several things."""
        return (await self._session.execute(query)).all()

    async def run(self, statement: Executable) -> int:
        """Run an update; gives the number of rows that it changed."""
        result: Any = await self._session.execute(statement)
        return int(result.rowcount)


OpenUnit = Callable[[], AbstractAsyncContextManager[Unit]]


def _prepare_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000", "synchronous=FULL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


class Store:
    """The database: opens units of work on SQLite or PostgreSQL."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = async_url(url)
        self.sqlite = make_url(self.url).get_backend_name() == "sqlite"
        options: dict[str, Any] = {"pool_size": 1, "max_overflow": 0} if self.sqlite else {}
        if not self.sqlite:
            options = {"pool_size": pool_size, "max_overflow": 0, "pool_pre_ping": True}
        self.engine = create_async_engine(self.url, pool_timeout=60, **options)
        if self.sqlite:
            _prepare_sqlite(self.engine)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def open_unit(self) -> AsyncIterator[Unit]:
        """One transaction. Raises NestedUnit inside another, Conflict or Unavailable when it cannot be kept."""
        if _inside.get():
            raise NestedUnit("A unit of work is already open in this turn")
        mark = _inside.set(True)
        try:
            async with self._sessions() as session, session.begin():
                yield Unit(session)
        except IntegrityError as error:
            raise Conflict(str(error.orig)) from error
        except (OperationalError, InterfaceError, TimeoutError) as error:
            raise Unavailable(str(error)) from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise Unavailable(str(error)) from error
            raise
        finally:
            _inside.reset(mark)

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def async_url(url: str) -> str:
    """The same address with the driver that this program uses.

    >>> async_url("postgresql://localhost/loop")
    'postgresql+asyncpg://localhost/loop'
    """
    parsed = make_url(url)
    driver = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
    return parsed.set(drivername=driver.get(parsed.drivername, parsed.drivername)).render_as_string(False)
