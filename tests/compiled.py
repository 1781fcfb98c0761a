"""One memory of compiled queries for all tests of a worker: each test opens a database of its own, and would compile
every query anew, which takes longer than running it. The service itself opens its database once.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import CreateEnginePlugin, Engine, event
from sqlalchemy.dialects import plugins
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine

from storage import unit

NAME = "one_memory"
_first: dict[str, Engine] = {}


class OneMemory(CreateEnginePlugin):
    """Gives every further engine of a driver the dialect and the memory of the first: the memory's keys name both."""

    def update_url(self, url: URL) -> URL:
        """Nothing of it is in the address."""
        return url

    def engine_created(self, engine: Engine) -> None:
        """The first is taken once it has connected, since its dialect knows the database only then."""
        driver = engine.dialect.driver
        if driver in _first:
            shared: Any = engine
            first: Any = _first[driver]
            shared.dialect, shared._compiled_cache = first.dialect, first._compiled_cache
        else:
            event.listen(engine, "connect", lambda *_: _first.setdefault(driver, engine))


def remember() -> None:
    """From now on, what this process opens shares one memory."""
    plugins.register(NAME, __name__, "OneMemory")
    changed: Any = unit
    changed.create_async_engine = partial(create_async_engine, plugins=[NAME])
