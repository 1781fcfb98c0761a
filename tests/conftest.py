"""What every test can ask for, and on which of the two databases each runs.

What storage promises, and what depends on how rows are locked, is tested on SQLite and on PostgreSQL. Whole flows that
take `database_url` run on one of the two, always the same one for a test: half of them each. `make test BOTH=1` runs
all of them on both.
"""

from __future__ import annotations

import gc
import os
from zlib import crc32

import pytest

from tests import compiled
from tests.browser import browser, chromium, open_playground, page
from tests.databases import (
    database_url,
    empty_database_url,
    migrated_postgres,
    migrated_sqlite,
    postgres_server,
    postgres_url,
    sqlite_url,
)

compiled.remember()
gc.set_threshold(50_000, 20, 50)

BOTH = "both_databases"


def one_of_two(name: str) -> str:
    """On which database a test of this name runs where one is enough."""
    return ("sqlite", "postgres")[crc32(name.encode()) % 2]


def is_needless(item: pytest.Item) -> bool:
    """Whether this flow runs on the other database already."""
    called = getattr(item, "callspec", None)
    if called is None or "database_url" not in called.params or "e2e" not in item.path.parts:
        return False
    asked = getattr(item, "originalname", item.name)
    return not item.get_closest_marker(BOTH) and called.params["database_url"] != one_of_two(asked)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the second run of a flow, unless all are asked for or somebody names the database with -k.

    What is marked as slow begins first, so that nobody waits at the end for one that began late.
    """
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
    if os.environ.get("BOTH") or config.option.keyword:
        return
    needless = [one for one in items if is_needless(one)]
    config.hook.pytest_deselected(items=needless)
    items[:] = [one for one in items if not is_needless(one)]
