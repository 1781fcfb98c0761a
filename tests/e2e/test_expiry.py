"""Officers are told 60, 30 and 7 days before the bot's own credential runs out, once each, and not after a renewal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from assurance.expiring import telling_due
from bot.expiry import ExpiryWatch
from scheduler.heartbeat import Heartbeat
from tests.connector import TENANT
from tests.entra import ENDS, made
from tests.group import MONDAY, Group, a_group, read, words
from tests.issuer import APP

TODAY = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("left", "due"),
    [(61, None), (60, 60), (59, 60), (31, 60), (30, 30), (8, 30), (7, 7), (1, 7), (0, 7), (-1, None)],
)
def test_the_latest_telling_whose_day_has_come_is_due(left: int, due: int | None) -> None:
    assert telling_due(TODAY + timedelta(days=left), TODAY) == due


def with_secret(group: Group, ends_on: date | None) -> None:
    group.house.settings = replace(
        group.house.settings, app_id=APP, app_tenant_id=TENANT, app_password="x", app_secret_expires=ends_on
    )


async def told(group: Group, watch: ExpiryWatch) -> list[str]:
    """What the officer is told now that was not told before, in words."""
    before = len(group.chat("officer"))
    await watch()
    await group.settle()
    return [words(read(one)) for one in group.chat("officer")[before:]]


async def test_each_telling_comes_once_over_the_months(database_url: str, tmp_path: Path) -> None:
    async with a_group(database_url, tmp_path, seated=False) as group:
        with_secret(group, TODAY + timedelta(days=70))
        found = {}
        for day in (0, 9, 10, 11, 39, 40, 42, 62, 63, 69, 70, 71):
            group.clock.now = MONDAY + timedelta(days=day, hours=2)
            watch = ExpiryWatch(group.house)
            for said in (*await told(group, watch), *await told(group, watch)):
                found[day] = said.splitlines()[0]
        assert found == {
            10: "My sign-in to Microsoft runs out in 60 days",
            42: "My sign-in to Microsoft runs out in 28 days",
            63: "My sign-in to Microsoft runs out in 7 days",
        }
        assert group.chat("chair") == []


async def test_the_watch_looks_once_an_hour_and_several_replicas_tell_once(sqlite_url: str, tmp_path: Path) -> None:
    async with a_group(sqlite_url, tmp_path, seated=False) as group:
        with_secret(group, TODAY + timedelta(days=20))
        one, other = ExpiryWatch(group.house), ExpiryWatch(group.house)
        assert [await one(), await one(), await other()] == [1, 0, 1]
        group.clock.move(hours=1)
        assert await one() == 1
        await group.settle()
        assert len(group.chat("officer")) == 1


async def test_what_was_renewed_in_the_meantime_is_not_told_any_more(sqlite_url: str, tmp_path: Path) -> None:
    async with a_group(sqlite_url, tmp_path, seated=False) as group:
        with_secret(group, TODAY + timedelta(days=20))
        await ExpiryWatch(group.house)()
        with_secret(group, TODAY + timedelta(days=700))
        await group.settle()
        assert group.chat("officer") == []


async def test_a_certificate_says_itself_when_it_ends(sqlite_url: str, tmp_path: Path) -> None:
    async with a_group(sqlite_url, tmp_path, seated=False) as group:
        (tmp_path / "bot.pem").write_bytes(made(20).pem())
        group.house.settings = replace(
            group.house.settings, app_id=APP, app_tenant_id=TENANT, app_certificate=str(tmp_path / "bot.pem")
        )
        group.clock.to(ENDS.year, ENDS.month, ENDS.day - 7)
        [said] = await told(group, ExpiryWatch(group.house))
        assert said.startswith("My sign-in to Microsoft runs out in 7 days") and "a new certificate" in said
        assert "Wednesday 31 March 2027" in said
        (tmp_path / "bot.pem").write_bytes(b"half written")
        assert await ExpiryWatch(group.house)() == 0


async def test_nothing_is_told_where_nobody_can_know(sqlite_url: str, tmp_path: Path) -> None:
    async with a_group(sqlite_url, tmp_path, seated=False) as group:
        with_secret(group, None)
        assert await ExpiryWatch(group.house)() == 0


async def test_the_heartbeat_looks_after_each_beat_and_wakes_the_courier(sqlite_url: str, tmp_path: Path) -> None:
    async with a_group(sqlite_url, tmp_path, seated=False) as group:
        with_secret(group, TODAY + timedelta(days=7))
        woken: list[bool] = []
        watch = ExpiryWatch(group.house)
        await Heartbeat(group.house.open_unit, group.house.now, lambda: woken.append(True), (watch,)).beat()
        assert woken == [True]
