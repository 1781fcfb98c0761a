"""Copies of a SQLite database, made while the service runs; and what a copy must be before it is put back.

PostgreSQL has its own tools for this: here are the commands for a database of that kind.
"""

from __future__ import annotations

import os
import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy.engine import make_url

from storage.base import StorageError
from storage.unit import async_url

PRIVATE: Final = 0o600
_PATIENCE: Final = 30.0


class BadCopy(StorageError):
    """A copy could not be made, or is not fit to be put back; the text says why."""


class InUse(StorageError):
    """A process has the database open."""


@dataclass(frozen=True)
class Head:
    """The end of a partnership's log in a copy: the number of its newest entry, 0 for none, and that entry's hash."""

    slug: str
    title: str
    number: int
    hash: str


@dataclass(frozen=True)
class Copied:
    """What is in a copy: the migration that it has, and the end of each partnership's log. Size in bytes."""

    path: Path
    size: int
    revision: str | None
    heads: tuple[Head, ...]


def copy_sqlite(source: Path, target: Path) -> Copied:
    """Copy a database as it is at one moment, look through the copy, and give it its name only then.

    Others may read and write meanwhile. Blocks: call it in a thread. Raises BadCopy.
    """
    part = target.with_name(f".{target.name}.part")
    with _in_our_words("The copy could not be made"):
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE))
        try:
            with closing(_opened(source)) as ours, closing(_opened(part)) as copy:
                ours.backup(copy)  # in one step, so that no write makes it begin again
                copy.execute("PRAGMA journal_mode=DELETE").fetchone()
            look_through(part)
            _keep(part)
            os.replace(part, target)
            _keep(target.parent)
        finally:
            part.unlink(missing_ok=True)
    return look_through(target)


def look_through(path: Path) -> Copied:
    """What is in a database file, once SQLite found it whole and every reference in it leads somewhere. Or BadCopy."""
    with _in_our_words(f"{path} is no copy that can be used"), closing(_opened(path, mode="ro")) as copy:
        return _looked(path, copy)


def _looked(path: Path, copy: sqlite3.Connection) -> Copied:
    with _in_our_words(f"{path} is no copy that can be used"):
        found = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise BadCopy(f"{path} is damaged: {found}")
        if copy.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise BadCopy(f"{path} has records that refer to others which are not there.")
        version = copy.execute("SELECT version_num FROM alembic_version").fetchone()
        rows = copy.execute(
            "SELECT p.slug, p.title, coalesce(h.number, 0), coalesce(h.hash, '') FROM partnership p "
            "LEFT JOIN log_head h ON h.partnership_id = p.id ORDER BY p.id"
        ).fetchall()
    return Copied(path, path.stat().st_size, version[0] if version else None, tuple(Head(*row) for row in rows))


def gather_into_one_file(path: Path) -> bool:
    """Bring what SQLite keeps beside a database into its file; False where it is damaged.

    Raises InUse where any process has it open.
    """
    try:
        with closing(_opened(path, patience=1.0)) as ours:
            return str(ours.execute("PRAGMA journal_mode=DELETE").fetchone()[0]) == "delete"
    except sqlite3.OperationalError as error:
        if "lock" in str(error) or "busy" in str(error):
            raise InUse(str(path)) from error
        return False
    except sqlite3.DatabaseError:
        return False


class Held:
    """A database's place, kept from everybody else. `there`: whether a database was in it."""

    def __init__(self, path: Path, lock: sqlite3.Connection | None, *, there: bool) -> None:
        self.path, self.there, self._lock = path, there, lock

    def look_through(self) -> Copied | None:
        """As `look_through`; None where there is no database, or none that could be held."""
        return _looked(self.path, self._lock) if self._lock else None


@contextmanager
def hold(path: Path) -> Iterator[Held]:
    """Keep a database from being opened until the end, everything of it in its one file. Raises InUse.

    Whoever opens it meanwhile waits, and what they then have is the old file, on which SQLite writes nothing once
    another has its name. A damaged database cannot be held.
    """
    if not path.exists():
        yield Held(path, None, there=False)
        return
    if not gather_into_one_file(path):
        yield Held(path, None, there=True)
        return
    with closing(_opened(path, patience=1.0, any_thread=True)) as ours:
        ours.isolation_level = None
        try:
            ours.execute("BEGIN EXCLUSIVE")
            ways = str(ours.execute("PRAGMA journal_mode").fetchone()[0])
        except sqlite3.OperationalError as error:
            raise InUse(str(path)) from error
        if ways != "delete":  # somebody opened it in between
            raise InUse(str(path))
        yield Held(path, ours, there=True)


def put_in_place(copy: Path, held: Held, at: datetime) -> Path | None:
    """Give a prepared file the place of a database, and the old one another name; gives that, if there was one.

    There is no moment without a database. Raises InUse where one came into an empty place meanwhile.
    """
    path = held.path
    if not held.there:
        try:
            os.link(copy, path)
        except FileExistsError as error:
            raise InUse(str(path)) from error
        copy.unlink()
        _keep(path.parent)
        return None
    aside = path.with_name(f"{path.stem}-before-{at:%Y%m%dT%H%M%SZ}{path.suffix}")
    for ending in ("-wal", "-shm"):  # only a damaged one still has them
        beside = path.with_name(path.name + ending)
        if beside.exists():
            beside.rename(aside.with_name(aside.name + ending))
    owner = path.stat()
    with suppress(PermissionError):
        os.chown(copy, owner.st_uid, owner.st_gid)  # whoever restores may be another than the service
    os.link(path, aside)
    os.replace(copy, path)
    _keep(path.parent)
    return aside


def postgres_commands(url: str, name: str) -> tuple[str, str]:
    """The commands that write a PostgreSQL database to a file, and bring such a file into an empty database.

    They hold no password: the tools take it from PGPASSWORD or from ~/.pgpass.
    """
    at = make_url(async_url(url))
    host = at.host or at.query.get("host")
    where = [f"--host={host}"] if isinstance(host, str) and host else []
    where += [f"--port={at.port}"] if at.port else []
    where += [f"--username={at.username}"] if at.username else []
    database, copy = f"--dbname={at.database}", f"{name}.dump"
    dump = ["pg_dump", *where, database, "--format=custom", "--no-owner", f"--file={copy}"]
    restore = ["pg_restore", *where, database, "--exit-on-error", "--no-owner", "--single-transaction", copy]
    return shlex.join(dump), shlex.join(restore)


def _opened(
    path: Path, *, mode: str = "rw", patience: float = _PATIENCE, any_thread: bool = False
) -> sqlite3.Connection:
    address = f"file:{quote(str(path))}?mode={mode}"
    return sqlite3.connect(address, uri=True, timeout=patience, check_same_thread=not any_thread)


def _keep(path: Path) -> None:
    """Have a file's content, or a folder's names, on the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def _in_our_words(what: str) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise BadCopy(f"{what}: {why}.") from error
