"""A migration that is cut off, such as by a stop of the machine, leaves the database as it was before it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command

from storage.migrate import configuration

CUT_OFF = """
import os, sys
from alembic import command
from alembic.ddl.impl import DefaultImpl
from storage.migrate import configuration

url, left, real = sys.argv[1], int(sys.argv[2]), DefaultImpl._exec

def change(self, *given, **named):
    global left
    done = real(self, *given, **named)
    left -= 1
    if not left:
        os._exit(9)
    return done

DefaultImpl._exec = change
command.upgrade(configuration(url), "head")
"""


def said(path: Path) -> tuple[str, list[str]]:
    """The version that a database says it has, and the tables that are there."""
    with sqlite3.connect(path) as database:
        [version] = database.execute("SELECT version_num FROM alembic_version").fetchone()
        return version, sorted(one for (one,) in database.execute("SELECT name FROM sqlite_master"))


@pytest.mark.parametrize("changes", [1, 4])
def test_a_migration_that_is_cut_off_leaves_nothing_and_can_be_run_again(changes, tmp_path):
    path = tmp_path / "loop.db"
    url = f"sqlite:///{path}"
    command.upgrade(configuration(url), "0003")
    before = said(path)
    ended = subprocess.run(
        [sys.executable, "-c", CUT_OFF, url, str(changes)], cwd=Path(__file__).parents[2], check=False
    )
    assert ended.returncode == 9
    assert said(path) == before
    command.upgrade(configuration(url), "head")
    assert said(path)[0] != before[0]
