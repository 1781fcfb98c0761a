"""Runs the migrations on SQLite and on PostgreSQL: each is one transaction, so that one cut off leaves nothing."""

from __future__ import annotations

import asyncio
from typing import Any

from alembic import context
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.everything import metadata


def run(connection: Connection) -> None:
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=False,
        transactional_ddl=True, transaction_per_migration=True,
    )  # fmt: skip
    with context.begin_transaction():
        context.run_migrations()


def begin_in_earnest(engine: AsyncEngine) -> None:
    """SQLite's driver begins no transaction before it changes tables, unless it is told to leave that to us."""

    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


async def connect() -> None:
    engine = create_async_engine(context.config.attributes["url"], hide_parameters=True)
    if engine.dialect.name == "sqlite":
        begin_in_earnest(engine)
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


asyncio.run(connect())
