"""An old and a new version serve one database through a migration; with replicas only `db upgrade` migrates.

The old version is the one that knows the first migration only. Its statements are written out here as it made them:
with the columns that there were then, and no others.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.__main__ import main
from bot.edge.gate import CannotStart
from bot.running import running
from bot.settings import Settings
from storage.asks import Meeting
from storage.base import Instant, Json
from storage.claims import begin_notice, claim_notices, settle_notice
from storage.migrate import configuration, is_current, upgrade
from storage.notices import Notice, notice_keyed
from storage.partnerships import partnership_named
from storage.people import Holding
from storage.unit import Store
from tests.databases import outside_any_loop
from tests.inbound import TestGate

FIRST = "0001"
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=2)


def a_table(name: str, **columns: Any) -> sa.TableClause:
    """A table as the old version knew it."""
    return sa.table(name, *(sa.column(key, kind) for key, kind in columns.items()))


PARTNERSHIP = a_table(
    "partnership", id=sa.Integer, slug=sa.String, title=sa.String, practice=sa.Boolean, tenant_id=sa.String,
    team_id=sa.String, pack_sha256=sa.String, starts_on=sa.Date,
)  # fmt: skip
PERSON = a_table(
    "person", id=sa.Integer, partnership_id=sa.Integer, tenant_id=sa.String, object_id=sa.String, teams_id=sa.String,
    guest=sa.Boolean, in_team=sa.Boolean, practice=sa.Boolean,
)  # fmt: skip
HOLDING = a_table(
    "holding", id=sa.Integer, partnership_id=sa.Integer, person_id=sa.Integer, seat_id=sa.Integer, role=sa.String,
    title=sa.String, starts_on=sa.Date, ends_on=sa.Date,
)  # fmt: skip
MEETING = a_table(
    "meeting", id=sa.Integer, partnership_id=sa.Integer, group_key=sa.String, on=sa.Date, extra=sa.Boolean,
    opens_round=sa.Boolean, state=sa.String,
)  # fmt: skip
NOTICE = a_table(
    "notice", id=sa.Integer, partnership_id=sa.Integer, key=sa.String, kind=sa.String, door=sa.String,
    person_id=sa.Integer, channel_id=sa.String, address=Json, about=sa.String, subject=Json, replaces_id=sa.Integer,
    state=sa.String, reason=sa.String, owner=sa.String, lease_until=Instant, begun_at=Instant, not_before=Instant,
    attempts=sa.Integer, owed_at=Instant, settled_at=Instant, posted_in=sa.String, activity_id=sa.String,
    shape=sa.String,
)  # fmt: skip


class OldVersion:
    """What the old version does with its notices, its people and its meetings."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine

    async def begins(self) -> tuple[int, int]:
        """Its partnership, with one person; gives their numbers."""
        async with self.engine.begin() as connection:
            its = await connection.execute(
                sa.insert(PARTNERSHIP).values(slug="swindon", title="Swindon", practice=False, pack_sha256="")
                .returning(PARTNERSHIP.c.id)
            )  # fmt: skip
            number = its.scalar_one()
            one = await connection.execute(
                sa.insert(PERSON).values(
                    partnership_id=number, object_id="o", tenant_id="t", guest=False, in_team=True, practice=False
                ).returning(PERSON.c.id)
            )  # fmt: skip
            return number, one.scalar_one()

    async def seats_and_meets(self, number: int, person: int, on: date) -> None:
        """An officer's role, and a meeting."""
        async with self.engine.begin() as connection:
            await connection.execute(
                sa.insert(HOLDING).values(partnership_id=number, person_id=person, role="officer", title="Officer")
            )
            await connection.execute(
                sa.insert(MEETING).values(
                    partnership_id=number, group_key="ldg", on=on, extra=False, opens_round=True, state="planned"
                )
            )

    async def owes(self, number: int, person: int, key: str) -> None:
        """A card to a person."""
        values = {
            "partnership_id": number, "key": key, "kind": "request", "door": "teams", "person_id": person,
            "channel_id": None, "address": None, "about": "request:1", "subject": {"request": 1}, "replaces_id": None,
            "state": "owed", "reason": "", "owner": None, "lease_until": None, "begun_at": None, "not_before": NOW,
            "attempts": 0, "owed_at": NOW, "settled_at": None, "posted_in": None, "activity_id": None, "shape": "form",
        }  # fmt: skip
        async with self.engine.begin() as connection:
            await connection.execute(sa.insert(NOTICE).values(**values))

    async def claims(self, owner: str) -> list[str]:
        """Everything that may go out now."""
        due = sa.select(NOTICE).where(NOTICE.c.state == "owed", NOTICE.c.not_before <= NOW)
        due = due.order_by(NOTICE.c.not_before, NOTICE.c.id).limit(8)
        if self.engine.dialect.name == "postgresql":
            due = due.with_for_update(skip_locked=True)
        async with self.engine.begin() as connection:
            rows = (await connection.execute(due)).all()
            for row in rows:
                await connection.execute(
                    sa.update(NOTICE).where(NOTICE.c.id == row.id)
                    .values(state="sending", owner=owner, lease_until=LATER, attempts=row.attempts + 1)
                )  # fmt: skip
            return [row.key for row in rows]

    async def delivers(self, owner: str, key: str) -> None:
        """It begins, posts and settles."""
        mine = (NOTICE.c.key == key, NOTICE.c.state == "sending", NOTICE.c.owner == owner)
        async with self.engine.begin() as connection:
            begun = await connection.execute(sa.update(NOTICE).where(*mine).values(begun_at=NOW, lease_until=LATER))
            assert begun.rowcount == 1
            done = sa.update(NOTICE).where(*mine)
            await connection.execute(
                done.values(owner=None, lease_until=None, begun_at=None, state="delivered", reason="", settled_at=NOW,
                            activity_id=f"posted:{key}", posted_in="a:1")
            )  # fmt: skip

    async def sees(self) -> dict[str, Any]:
        """Its notices, by key: state and activity."""
        async with self.engine.connect() as connection:
            rows = (await connection.execute(sa.select(NOTICE))).all()
            return {row.key: (row.state, row.activity_id, row.subject) for row in rows}


@asynccontextmanager
async def both(url: str) -> Any:
    """An old version at work on a database, which is then migrated beside it; gives both stores."""
    outside_any_loop(lambda: command.upgrade(configuration(url), FIRST))
    old, new = Store(url), Store(url)
    try:
        yield OldVersion(old.engine), new
    finally:
        await old.close()
        await new.close()


async def test_an_old_and_a_new_version_send_from_one_queue_through_the_migration(empty_database_url):
    """Each notice is claimed by one of the two, whoever owed it; what either wrote, both can read and go on with."""
    async with both(empty_database_url) as (old, new):
        number, person = await old.begins()
        await old.seats_and_meets(number, person, date(2026, 12, 10))
        await old.owes(number, person, "before")
        assert await old.claims("old") == ["before"]
        outside_any_loop(lambda: upgrade(empty_database_url))
        await old.delivers("old", "before")
        await old.owes(number, person, "after")
        await old.seats_and_meets(number, person, date(2027, 3, 11))
        async with new.open_unit() as unit:
            its = await partnership_named(unit, "swindon")
            assert its is not None and (its.next_look_at, its.looked_number) == (None, -1)
            meetings, held = await unit.all(sa.select(Meeting)), await unit.all(sa.select(Holding))
            assert [(one.moved, one.closed_at, one.begins_at) for one in meetings] == [(0, None, None)] * 2
            assert [one.stands_in_for for one in held] == [None, None]
            first = await notice_keyed(unit, number, "before")
            assert first is not None and (first.state, first.activity_id) == ("delivered", "posted:before")
            unit.add(
                Notice(partnership_id=number, key="new", kind="request", person_id=person, subject={"request": 1},
                       not_before=NOW, owed_at=NOW, rank=0, keeps_hours=True)
            )  # fmt: skip
        async with new.open_unit() as unit:
            claimed = await claim_notices(unit, owner="new", now=NOW, lease=timedelta(minutes=2), most=1)
            assert [one.key for one in claimed] == ["new"], "somebody waits for it"
            assert await begin_notice(unit, claimed[0].id, "new", now=NOW, lease=timedelta(minutes=2))
        assert await old.claims("old") == ["after"], "what the new version has claimed is not taken by the old one"
        await old.delivers("old", "after")
        async with new.open_unit() as unit:
            assert await settle_notice(unit, claimed[0].id, "new", state="delivered", activity_id="posted:new")
            after = await notice_keyed(unit, number, "after")
            assert after is not None
            defaults = (after.rank, after.keeps_hours, after.twin_activity_id, after.noted_at)
            assert defaults == (1, False, None, None)
        assert await old.sees() == {
            key: ("delivered", f"posted:{key}", {"request": 1}) for key in ("before", "after", "new")
        }


async def test_whatever_the_migrations_add_the_old_version_can_go_on_without_it(empty_database_url):
    """No table or column that it knew is gone or has become stricter, and it need not fill in any new one."""
    async with both(empty_database_url) as (_, new):
        before = await tables_of(new)
        outside_any_loop(lambda: upgrade(empty_database_url))
        after = await tables_of(new)
        for name, known in before.items():
            columns = {one["name"]: one for one in after[name]}
            for one in known:
                now = columns.pop(one["name"])
                assert now["nullable"] or not one["nullable"], (name, one["name"])
                assert str(now["type"]) == str(one["type"]), (name, one["name"])
            for one in columns.values():
                assert one["nullable"] or one["default"] is not None, (name, one["name"])


async def tables_of(store: Store) -> dict[str, list[Any]]:
    """Every table's columns, as the database describes them."""

    def look(connection: Any) -> dict[str, list[Any]]:
        inspector = sa.inspect(connection)
        return {name: inspector.get_columns(name) for name in inspector.get_table_names() if name != "alembic_version"}

    async with store.engine.connect() as connection:
        return await connection.run_sync(look)


async def test_with_replicas_only_db_upgrade_migrates(postgres_server, tmp_path, monkeypatch, capsys):
    """A replica of the new version does not start on an old schema, and changes nothing; the command does, once."""
    name = postgres_server.create()
    url = postgres_server.address(name)
    outside_any_loop(lambda: command.upgrade(configuration(url), FIRST))
    store = Store(url)
    settings = Settings(data_dir=tmp_path, database_url=url, app_id="bot", app_tenant_id="t")

    async def starts() -> bool:
        async with running(settings, gate=TestGate(), by_hand=True):
            return True

    try:
        with pytest.raises(CannotStart, match="db upgrade"):
            await starts()
        assert not await is_current(store)
        monkeypatch.setenv("LOOP_DATABASE_URL", url)
        monkeypatch.setenv("LOOP_DATA_DIR", str(tmp_path))
        assert outside_any_loop(lambda: main(["db", "upgrade"])) == 0
        assert await is_current(store)
        assert "up to date" in capsys.readouterr().out
        assert await starts()
        assert outside_any_loop(lambda: main(["db", "upgrade"])) == 0
    finally:
        await store.close()
        postgres_server.drop(name)


async def test_on_sqlite_where_there_is_one_process_it_migrates_by_itself(tmp_path):
    url = f"sqlite:///{tmp_path / 'old.db'}"
    outside_any_loop(lambda: command.upgrade(configuration(url), FIRST))
    settings = Settings(data_dir=tmp_path, database_url=url, app_id="bot", app_tenant_id="t")
    async with running(settings, gate=TestGate(), by_hand=True) as (house, _, _):
        assert await is_current(house.store)
