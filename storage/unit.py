"""The unit of work: one turn is one transaction, and only the outermost caller commits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

import asyncpg
from sqlalchemy import bindparam, event, insert, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.sql import Executable
from sqlmodel import SQLModel
from sqlmodel.sql.expression import SelectOfScalar

from storage.base import Conflict, NestedUnit, NotAllowed, Unavailable

T = TypeVar("T")
R = TypeVar("R", bound=SQLModel)

_inside: ContextVar[bool] = ContextVar("inside_a_unit", default=False)
CROSSED = frozenset({"40001", "40P01"})
"""What PostgreSQL calls a transaction that crossed another: serialization failure, deadlock. It may be run again."""
NO_RIGHT = "42501"
"""What PostgreSQL calls a right that an account lacks."""
AWAY = ("08", "28", "3D", "53", "57P", "55P03")
"""How PostgreSQL's codes begin when it is away, full or stopping, does not let us in, or kept us waiting too long."""


class Unit:
    """One transaction. What is added is saved when the unit ends well, and dropped when it does not."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._held: list[SQLModel] = []
        self._last: list[Callable[[], Awaitable[object]]] = []

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
        """One record by its number, locked until the unit ends where asked; others may still refer to it."""
        return await self._session.get(record, number, with_for_update={"key_share": True} if lock else None)

    def last(self, do: Callable[[], Awaitable[object]]) -> None:
        """Do this when all else is done, just before the unit is kept: for what locks others out meanwhile."""
        self._last.append(do)

    async def finish(self) -> None:
        """Do what was left to the end. Only the store calls it."""
        for do in self._last:
            await do()

    async def own(self, record: type[R], partnership_id: int, number: int) -> R | None:
        """A partnership's record by its number, or None where it is another's. Within a unit it is read once."""
        found = await self._session.get(record, number)
        if found is None or getattr(found, "partnership_id", None) != partnership_id:
            return None
        self._held.append(found)
        return found

    def hold(self, *records: SQLModel | None) -> None:
        """Keep records that were read along with others, so that `own` need not read them again."""
        self._held += [one for one in records if one is not None]

    async def write(self, records: Sequence[SQLModel]) -> None:
        """Write records of one kind at once, after what was added; their numbers are not read back."""
        if records:
            await self.flush()
            columns = [one.key for one in inspect(type(records[0])).column_attrs if one.key != "id"]
            rows = [{name: getattr(one, name) for name in columns} for one in records]
            await self._session.execute(insert(inspect(type(records[0])).local_table), rows)

    async def one(self, query: SelectOfScalar[T], **values: Any) -> T | None:
        """The only or first row of a query, or None. `values` are those of a query that was built beforehand."""
        limited = query if values else query.limit(1)
        return (await self._session.execute(limited, values or None)).scalars().first()

    async def all(self, query: SelectOfScalar[T], **values: Any) -> list[T]:
        """Every row of a query that selects one thing."""
        return list((await self._session.execute(query, values or None)).scalars().all())

    async def rows(self, query: Any, **values: Any) -> Sequence[Any]:
        """Every row of a query that selects several things."""
        return (await self._session.execute(query, values or None)).all()

    async def run(self, statement: Executable, **values: Any) -> int:
        """Run an update; gives the number of rows that it changed. `values` as in `one`."""
        result: Any = await self._session.execute(statement, values or None)
        return int(result.rowcount)


def given(name: str) -> Any:
    """A value that a query built beforehand gets when it runs. Building costs as much as running: what every
    answer asks is built once."""
    return bindparam(name)


def any_of(name: str) -> Any:
    """A list of values that a query built beforehand gets when it runs."""
    return bindparam(name, expanding=True)


OpenUnit = Callable[[], AbstractAsyncContextManager[Unit]]


def _prepare_sqlite(engine: AsyncEngine, *, reading: bool) -> None:
    pragmas = ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000", "synchronous=FULL")

    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("busy_timeout=10000", "query_only=ON") if reading else pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _read_only(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


class Store:
    """The database: opens units of work on SQLite or PostgreSQL.

    `reading`: nothing can be written through it, and on SQLite it holds up nobody who writes.
    """

    def __init__(self, url: str, *, pool_size: int = 10, reading: bool = False) -> None:
        self.url = async_url(url)
        self.sqlite = make_url(self.url).get_backend_name() == "sqlite"
        options: dict[str, Any] = {"pool_size": 1, "max_overflow": 0} if self.sqlite else {}
        if not self.sqlite:
            options = {"pool_size": pool_size, "max_overflow": 0, "pool_pre_ping": True}
        self.engine = create_async_engine(self.url, pool_timeout=60, hide_parameters=True, **options)
        if self.sqlite:
            _prepare_sqlite(self.engine, reading=reading)
        elif reading:
            _read_only(self.engine)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def open_unit(self) -> AsyncIterator[Unit]:
        """One transaction. Raises NestedUnit inside another, Conflict or Unavailable when it cannot be kept."""
        if _inside.get():
            raise NestedUnit("A unit of work is already open in this turn")
        mark = _inside.set(True)
        try:
            async with self._sessions() as session, session.begin():
                unit = Unit(session)
                yield unit
                await unit.finish()
        except DBAPIError as error:
            raise _in_our_words(error) from error
        except (OSError, PoolTimeout, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise Unavailable(type(error).__name__) from error
        finally:
            _inside.reset(mark)

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def _in_our_words(error: DBAPIError) -> Exception:
    """Conflict where the transaction met another, Unavailable where the database is away, NotAllowed, or itself."""
    code = code_of(error)
    if code == NO_RIGHT:
        return NotAllowed(str(error.orig))
    if isinstance(error, IntegrityError) or code in CROSSED:
        return Conflict(str(error.orig))
    away = isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated
    return Unavailable(str(error)) if away or code.startswith(AWAY) else error


def code_of(error: DBAPIError) -> str:
    """PostgreSQL's code for an error; "" where there is none, as on SQLite."""
    return str(getattr(error.orig, "sqlstate", None) or "")


def async_url(url: str) -> str:
    """The same address with the driver that this program uses.

    >>> async_url("postgresql://localhost/loop")
    'postgresql+asyncpg://localhost/loop'
    """
    parsed = make_url(url)
    driver = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
    return parsed.set(drivername=driver.get(parsed.drivername, parsed.drivername)).render_as_string(False)
