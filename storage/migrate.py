"""Brings a database up to the newest schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError

from storage.base import NotAllowed, Unavailable
from storage.unit import NO_RIGHT, Store, async_url, code_of


def configuration(url: str) -> Config:
    """Alembic's settings for a database address."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = async_url(url)
    return config


@contextmanager
def reaching() -> Iterator[None]:
    """Raises Unavailable where the database cannot be reached, NotAllowed where the account lacks a right."""
    try:
        yield
    except ProgrammingError as error:
        if code_of(error) == NO_RIGHT:
            raise NotAllowed(str(error.orig)) from error
        raise
    except (OSError, OperationalError, InterfaceError) as error:
        raise Unavailable(type(error).__name__) from error


def upgrade(url: str) -> None:
    """Apply every migration that the database lacks. Blocks; call it in a thread from async code."""
    with reaching():
        command.upgrade(configuration(url), "head")


async def is_current(store: Store) -> bool:
    """Whether the database has every migration."""
    head = ScriptDirectory.from_config(configuration(store.url)).get_current_head()

    def current(connection: Connection) -> str | None:
        return MigrationContext.configure(connection).get_current_revision()

    with reaching():
        async with store.engine.connect() as connection:
            return await connection.run_sync(current) == head
