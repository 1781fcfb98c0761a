"""Copies of the records: whole although people answer meanwhile; put back, nothing goes out twice (decision 20)."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import stat
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from assurance.actors import actor_numbered
from assurance.beats import beat
from assurance.packing import pack_of
from assurance.putting_back import PutBack
from assurance.roll_call import start_roll_call
from bot import restore_command
from bot.__main__ import main
from bot.backup_command import backup
from bot.edge.starting import CannotStart
from bot.restore_command import restore
from bot.settings import Settings
from bot.turns import LOST
from storage.copies import BadCopy, copy_sqlite, look_through, postgres_commands
from storage.log import append_log, first_broken_entry, log_entries
from storage.notices import notices_open
from storage.partnerships import Partnership, every_partnership
from storage.unit import Store
from tests.answering import SAID, a_request
from tests.databases import Postgres
from tests.group import MONDAY, Group, a_group, button, filled, words
from tests.teams_world import Json

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    store = Store(url)
    try:
        yield store
    finally:
        await store.close()


async def written(store: Store, times: int = 1) -> int:
    """Write to the log of the only partnership, which is made first; gives the number of the newest entry."""
    number = 0
    for _ in range(times):
        async with store.open_unit() as unit:
            every = await every_partnership(unit)
            its = every[0] if every else await unit.save(Partnership(slug="swindon", title="Swindon"))
            entry = await append_log(unit, its.id, at=NOW, person_id=None, what="answered", subject="return:1")
            number = entry.number
    return number


async def test_a_copy_taken_while_people_answer_holds_every_answer_that_was_acknowledged_before(
    sqlite_url: str, tmp_path: Path
) -> None:
    acknowledged, stop = 0, asyncio.Event()
    async with opened(sqlite_url) as store:

        async def answers() -> None:
            nonlocal acknowledged
            while not stop.is_set():
                acknowledged = await written(store)

        acknowledged = await written(store)
        answering = asyncio.create_task(answers())
        for number in range(3):
            await asyncio.sleep(0.05)
            before = acknowledged
            made = await asyncio.to_thread(copy_sqlite, file_of(sqlite_url), tmp_path / f"copy-{number}.db")
            [head] = made.heads
            assert before <= head.number <= acknowledged + 1
            async with opened(f"sqlite:///{made.path}") as copy, copy.open_unit() as unit:
                assert await first_broken_entry(unit, 1) is None
                assert (await log_entries(unit, 1))[-1].hash == head.hash
        stop.set()
        await answering
        assert acknowledged > 3, "answers went on meanwhile"


@pytest.fixture
def surroundings(monkeypatch: pytest.MonkeyPatch, sqlite_url: str, tmp_path: Path) -> Path:
    """The settings of a service whose records are the test's; gives the folder of its copies."""
    monkeypatch.setenv("LOOP_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LOOP_DATABASE_URL", sqlite_url)
    return tmp_path / "backups"


def test_backup_gives_a_private_file_with_its_instant_and_keeps_as_many_of_our_own_as_told(
    surroundings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    surroundings.mkdir()
    for day in ("20260101", "20260102", "20260103"):
        (surroundings / f"learning-loop-{day}T020000Z.db").write_bytes(b"")
    for other in ("learning-loop-before-20260101T020000Z.db", "notes.txt"):
        (surroundings / other).write_bytes(b"")
    assert main(["backup", "--keep", "2"]) == 0
    said = capsys.readouterr().out
    names = {one.name for one in surroundings.iterdir()}
    assert {"learning-loop-before-20260101T020000Z.db", "notes.txt", "learning-loop-20260103T020000Z.db"} < names
    assert len(names) == 4 and "learning-loop-20260102T020000Z.db was removed." in said
    [fresh] = names - {"learning-loop-before-20260101T020000Z.db", "notes.txt", "learning-loop-20260103T020000Z.db"}
    assert stat.S_IMODE((surroundings / fresh).stat().st_mode) == 0o600
    assert f"{fresh}, 0." in said and "MB, looked through and found whole." in said


def test_a_database_that_is_damaged_gives_no_copy_and_takes_none_away(
    surroundings: Path, sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backup"]) == 0
    damage(file_of(sqlite_url))
    assert main(["backup", "--keep", "1"]) == 2
    assert "Earlier copies were left as they are." in capsys.readouterr().err
    assert len(list(surroundings.iterdir())) == 1


def damage(file: Path) -> None:
    """Overwrite the middle of a database, as a bad disk would."""
    with closing(sqlite3.connect(file)) as whole:
        whole.execute("PRAGMA journal_mode=DELETE")
    with file.open("r+b") as pages:
        pages.seek(4096 * 3)
        pages.write(b"\xff" * 4096 * 20)


def test_on_postgresql_the_commands_are_printed_without_the_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOOP_DATABASE_URL", "postgresql://loop:hidden@db.example:5433/records")
    assert main(["backup"]) == 2
    said = capsys.readouterr().out
    assert "pg_dump --host=db.example --port=5433 --username=loop --dbname=records --format=custom" in said
    assert "pg_restore --host=db.example" in said and "restore --settle" in said and "hidden" not in said
    dump, _ = postgres_commands("postgresql+asyncpg://postgres@/records?host=/run/pg", "x")
    assert dump.startswith("pg_dump --host=/run/pg --username=postgres --dbname=records")


def settings_for(url: str, folder: Path) -> Settings:
    return Settings(data_dir=folder, database_url=url)


async def test_a_copy_that_is_not_sound_or_a_database_in_use_or_newer_is_refused_and_nothing_is_changed(
    sqlite_url: str, tmp_path: Path
) -> None:
    place, copy = file_of(sqlite_url), tmp_path / "copy.db"
    async with opened(sqlite_url) as store:
        await written(store, 3)
        copy_sqlite(place, copy)
        await written(store, 2)
        with pytest.raises(CannotStart, match="The service is running"):
            await restore(settings_for(sqlite_url, tmp_path), copy)
    with pytest.raises(CannotStart, match="2 log entries of Swindon"):
        await restore(settings_for(sqlite_url, tmp_path), copy)
    for fault, said in (
        ("UPDATE log_entry SET subject = 'return:2' WHERE number = 2", "does not fit its chain, from entry 2 on"),
        ("UPDATE alembic_version SET version_num = 'of the future'", "is from a newer version"),
        ("DELETE FROM partnership", "records that refer to others"),
    ):
        other = tmp_path / "other.db"
        shutil.copyfile(copy, other)
        with closing(sqlite3.connect(other)) as changed:
            changed.execute(fault)
            changed.commit()
        with pytest.raises(CannotStart, match=said):
            await restore(settings_for(sqlite_url, tmp_path), other, give_up_newer=True)
    damage(other)
    with pytest.raises(CannotStart, match=r"damaged|no copy that can be used"):
        await restore(settings_for(sqlite_url, tmp_path), other, give_up_newer=True)
    with pytest.raises(CannotStart, match="is the database itself"):
        await restore(settings_for(sqlite_url, tmp_path), place)
    assert look_through(place).heads[0].number == 5
    assert not [one for one in os.listdir(place.parent) if one.startswith(".")]


async def test_restoring_prints_where_the_log_ended_in_the_copy_as_backup_did_when_it_was_made(
    sqlite_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_for(sqlite_url, tmp_path)
    async with a_group(sqlite_url, tmp_path):
        pass
    assert backup(settings) == 0
    [end] = [line for line in capsys.readouterr().out.splitlines() if "its log ends with entry" in line]
    [copy] = (tmp_path / "backups").iterdir()
    await restore(settings, copy)
    assert f"  {end}\n" in capsys.readouterr().out
    assert end.partition("entry ")[2].partition(",")[0] != str(look_through(file_of(sqlite_url)).heads[0].number)


async def test_the_database_that_was_there_stays_beside_the_one_that_was_put_back_also_if_it_was_damaged(
    sqlite_url: str, tmp_path: Path
) -> None:
    place, copy = file_of(sqlite_url), tmp_path / "copy.db"
    async with opened(sqlite_url) as store:
        await written(store, 3)
        copy_sqlite(place, copy)
        await written(store, 2)
    await restore(settings_for(sqlite_url, tmp_path), copy, give_up_newer=True, now=NOW)
    assert look_through(place).heads[0].number == 3, "a partnership without a pack has nothing to settle"
    assert look_through(place.parent / "loop-before-20261102T090000Z.db").heads[0].number == 5
    damage(place)
    with pytest.raises(BadCopy):
        look_through(place)
    await restore(settings_for(sqlite_url, tmp_path), copy, now=MONDAY.replace(hour=11))
    assert look_through(place).heads[0].number == 3
    assert (place.parent / "loop-before-20261102T110000Z.db").exists()


def meanwhile(monkeypatch: pytest.MonkeyPatch, do: Callable[[], Awaitable[object]]) -> None:
    """Have something done while a copy is prepared, just before it is put in its place."""
    prepare = restore_command._prepare

    async def prepared(file: Path, part: Path, now: datetime) -> list[PutBack]:
        settled = await prepare(file, part, now)
        await do()
        return settled

    monkeypatch.setattr(restore_command, "_prepare", prepared)


async def test_a_service_that_is_started_while_a_copy_is_put_back_loses_nothing_that_it_acknowledged(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, copy = file_of(sqlite_url), tmp_path / "copy.db"
    async with opened(sqlite_url) as store:
        await written(store, 3)
        copy_sqlite(place, copy)
    starting: list[asyncio.Task[int]] = []
    async with opened(sqlite_url) as service:

        async def start() -> None:
            starting.append(asyncio.create_task(written(service)))
            await asyncio.sleep(0.5)
            assert not starting[0].done(), "it waits for the database"

        meanwhile(monkeypatch, start)
        await restore(settings_for(sqlite_url, tmp_path), copy, now=NOW)
        [outcome] = await asyncio.gather(*starting, return_exceptions=True)
    assert isinstance(outcome, Exception), "it was told that nothing was kept"
    assert look_through(place).heads[0].number == 3
    assert look_through(place.parent / "loop-before-20261102T090000Z.db").heads[0].number == 3
    async with opened(sqlite_url) as store:
        assert await written(store) == 4, "the next start is on what was put back"


async def test_a_database_that_a_service_made_while_a_copy_was_prepared_for_an_empty_place_is_left_alone(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, copy = file_of(sqlite_url), tmp_path / "copy.db"
    async with opened(sqlite_url) as store:
        await written(store, 3)
        copy_sqlite(place, copy)
        await written(store, 2)
    elsewhere = tmp_path / "elsewhere"

    async def start() -> None:
        shutil.copyfile(place, elsewhere / "loop.db")

    meanwhile(monkeypatch, start)
    with pytest.raises(CannotStart, match="Please stop every process of it"):
        await restore(settings_for(f"sqlite:///{elsewhere / 'loop.db'}", tmp_path), copy)
    assert os.listdir(elsewhere) == ["loop.db"]
    assert look_through(elsewhere / "loop.db").heads[0].number == 5


class Copies:
    """Copies a database and puts the copy back elsewhere: on SQLite by our command, else by PostgreSQL's own tools."""

    def __init__(self, url: str, folder: Path, server: Postgres | None) -> None:
        self._url, self._folder, self._server = url, folder, server
        self._file = folder / "copy"
        self._names: list[str] = []

    def take(self) -> None:
        if self._server is None:
            copy_sqlite(file_of(self._url), self._file)
        else:
            name = self._url.partition("@/")[2].partition("?")[0]
            self._server.run("pg_dump", f"--dbname={name}", "--format=custom", "--no-owner", f"--file={self._file}")

    async def put_back(self, now: datetime) -> str:
        """Gives the address of the database that was put back."""
        if self._server is None:
            url = f"sqlite:///{self._folder / 'restored.db'}"
            await restore(settings_for(url, self._folder), self._file, now=now)
            return url
        name = self._server.create()
        self._names.append(name)
        self._server.run("pg_restore", f"--dbname={name}", "--exit-on-error", "--no-owner", str(self._file))
        url = self._server.address(name)
        async with opened(url) as store, store.open_unit() as unit:
            await unit.run(text("DELETE FROM lease"))  # which the minutes that this takes would end
        await restore(settings_for(url, self._folder), None, now=now)
        return url

    def drop(self) -> None:
        for name in self._names:
            assert self._server is not None
            self._server.drop(name)


async def start_calling(group: Group) -> None:
    """A roll call whose cards are owed and have not gone out yet."""
    async with group.unit() as (unit, its):
        officer = await actor_numbered(unit, its.id, group.ids["officer"], group.clock.now.date())
        assert officer is not None
        await start_roll_call(unit, officer, its, await pack_of(unit, its), group.clock.now)


def press_on(card: Json, title: str) -> tuple[str, Json]:
    """The verb and the data that a press on this card's button sends."""
    action = button(card, title)
    return action["verb"], dict(action["data"]) | filled(card, SAID)


@pytest.mark.both_databases
async def test_put_back_the_service_goes_on_nothing_goes_out_twice_and_lost_cards_say_so(
    database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server = request.getfixturevalue("postgres_server") if database_url.startswith("postgresql") else None
    copies = Copies(database_url, tmp_path, server)
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh", "police")
        card = group.card("gwh")
        await group.press("gwh", card, "Send answer", SAID)
        before = group.card("police"), group.chat("police")[-1].id
        await start_calling(group)
        copies.take()
        await group.settle()
        await a_request(group, "gwh", title="Of the lost time", meeting_on=None)
        lost = group.card("gwh"), group.chat("gwh")[-1].id
        group.clock.to(2026, 11, 19)
        await beat(group.house.open_unit, group.clock.now)
        await group.settle()
        assert words(group.card("police")).startswith("Reminder"), "a reminder went out in the lost time too"
        moment = group.clock.now
    url = await copies.put_back(moment)
    async with a_group(url, tmp_path) as group:
        group.clock.now = moment
        await beat(group.house.open_unit, moment)
        await group.settle()
        assert group.teams.posts() == [], "what was owed in the copy, and what the clock asks for, had gone out"
        said = words(await group.say("officer", "deliveries"))
        assert "may or may not have arrived" in said and "put back from a copy" in said
        async with group.unit() as (unit, its):
            unsure = await notices_open(unit, its.id, ["unsure"], but=[], most=99, skip=0)
            assert {one.kind for one in unsure} >= {"rollcall", "rollcall.channel", "nudge"}
            assert len([one for one in unsure if one.kind == "rollcall"]) == len(group.people)
        await a_request(group, "gwh", title="Another, with the lost one's number", meeting_on=None)
        reply = await group.execute("gwh", *press_on(lost[0], "Send answer"), on=lost[1])
        assert reply["value"] == LOST
        reply = await group.execute("police", *press_on(before[0], "Send answer"), on=before[1])
        assert "Send answer" not in words(reply["value"]), "a card of before the copy goes on working"
        async with group.unit() as (unit, its):
            assert await first_broken_entry(unit, its.id) is None
            done = [one.what for one in await log_entries(unit, its.id)]
            assert "records put back" in done and done.count("answered") == 2
    copies.drop()


def grants() -> list[str]:
    """What the page on permissions gives the account for every day, without the role itself."""
    page = Path("docs/governance/permissions.md").read_text(encoding="utf-8")
    return [line.partition(";")[0].strip() for line in page.splitlines() if line.startswith("    GRANT ")]


async def give(url: str, statements: Sequence[str]) -> None:
    async with opened(url) as store, store.open_unit() as unit:
        for one in statements:
            await unit.run(text(one))


async def test_on_postgresql_the_account_for_every_day_settles_a_copy_and_what_it_lacks_is_said_in_a_sentence(
    postgres_server: Postgres, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    *but_numbers, numbers = grants()
    async with a_group(postgres_url, tmp_path):
        pass
    await give(postgres_url, ["DELETE FROM lease", "DROP ROLE IF EXISTS loop", "CREATE ROLE loop LOGIN", *but_numbers])
    ours = postgres_url.replace("postgres@", "loop@")
    monkeypatch.setenv("LOOP_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LOOP_DATABASE_URL", ours)
    try:
        assert await asyncio.to_thread(main, ["restore", "--settle"]) == 2
        said = capsys.readouterr().err
        assert "lacks a right" in said and "permissions.md" in said and said.count("\n") == 1
        async with opened(postgres_url) as store, store.open_unit() as unit:
            assert "records put back" not in [one.what for one in await log_entries(unit, 1)]
        await give(postgres_url, [numbers])
        assert await asyncio.to_thread(main, ["restore", "--settle"]) == 0
    finally:
        await give(postgres_url, ["DROP OWNED BY loop", "DROP ROLE loop"])
