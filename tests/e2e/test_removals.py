"""What an officer decides outweighs a removal, also after a copy was put back and in the middle of it (I2)."""

from __future__ import annotations

import asyncio
from contextvars import Context
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from assurance import purging
from assurance.actors import actor_numbered
from assurance.beats import beat
from assurance.putting_back import PutBack, put_back
from assurance.retention import WHOLE, Held, put_on_hold
from bot import restore_command
from storage.copies import copy_sqlite
from storage.log import log_entries
from storage.notices import Notice
from storage.partnerships import partnership
from storage.retention import TOLD, newest_purge
from storage.unit import Store
from tests.e2e.test_retention import AGREE, HOLD, KEEP, a_closed_year, form_choices, gone, left, told, with_a_schedule
from tests.group import Group, a_group, buttons, words
from tests.issuing import card_in
from tests.summaries import beaten
from tests.teams_world import Json


async def agreed(group: Group) -> Json:
    """A removal of Boxing Day 2027 that the officer agreed to; gives the card that says so."""
    await a_closed_year(group)
    return card_in(await group.press("officer", await told(group), AGREE))


async def hold_everything(group: Group) -> Held:
    """An officer keeps everything, in a unit of its own."""
    async with group.house.open_unit() as unit:
        its = await partnership(unit, group.partnership_id)
        assert its is not None
        actor = await actor_numbered(unit, its.id, group.ids["officer"], group.clock.now.date())
        assert actor is not None
        return await put_on_hold(unit, actor, its, WHOLE, "An inquest is open.", group.clock.now, confirmed=True)


async def settled(url: str, group: Group) -> list[PutBack]:
    store = Store(url)
    try:
        return await put_back(store.open_unit, group.clock.now)
    finally:
        await store.close()


@pytest.mark.parametrize("later", ["hold", "keep"])
async def test_a_copy_put_back_removes_nothing_that_was_held_or_called_off_since_and_an_officer_decides_anew(
    sqlite_url: str, tmp_path: Path, later: str
) -> None:
    copy = tmp_path / "copy.db"
    async with a_group(sqlite_url, tmp_path, packs=with_a_schedule(tmp_path)) as group:
        card = await agreed(group)
        copy_sqlite(Path(sqlite_url.removeprefix("sqlite:///")), copy)
        group.clock.to(2027, 12, 1, 10)
        await (hold_everything(group) if later == "hold" else group.press("officer", card, KEEP))
        group.clock.to(2027, 12, 29, 10)
        [found] = await settled(f"sqlite:///{copy}", group)
        assert found.agreed
        moment = group.clock.now
    async with a_group(f"sqlite:///{copy}", tmp_path, packs=with_a_schedule(tmp_path)) as group:
        group.clock.now = moment
        await group.say("officer", "help")
        assert (await left(group))["words"] == 7
        async with group.unit() as (unit, its):
            row = await newest_purge(unit, its.id)
            assert row is not None and (row.state, row.settled_by, row.settled_at) == (TOLD, None, None)
            entries = [one for one in await log_entries(unit, its.id) if one.what == "purge set back"]
            assert [one.subject for one in entries] == [f"purge:{row.id}"]
        await beaten(group, hours=24)
        await beaten(group)
        assert (await left(group))["words"] == 7
        async with group.unit() as (unit, _):
            sent = await unit.all(select(Notice).where(Notice.kind == purging.TELL, Notice.owed_at > moment))
            assert len(sent) == 1, "told anew, once"
        assert AGREE in buttons(group.card("officer"))
        await group.press("officer", group.card("officer"), AGREE)
        await gone(group)
        assert (await left(group))["words"] == 0


async def test_a_removal_that_had_begun_in_the_copy_keeps_its_counts_when_it_is_decided_anew(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "HANDFUL", 5)
    async with a_group(sqlite_url, tmp_path, packs=with_a_schedule(tmp_path)) as group:
        await agreed(group)
        group.clock.to(2027, 12, 29, 10)
        await beaten(group)
        assert (await settled(sqlite_url, group))[0].agreed
        assert not (await settled(sqlite_url, group))[0].agreed
        await beaten(group, hours=24)
        assert (await left(group))["words"] == 2
        stopped = words(card_in(await group.press("officer", group.card("officer"), KEEP)))
        assert "What had gone by then cannot be brought back" in stopped


def test_whoever_puts_a_copy_back_is_told_of_a_removal_that_counts_no_more(capsys: pytest.CaptureFixture[str]) -> None:
    one = PutBack("Swindon", 0, 0)
    restore_command._tell("Done.", [one])
    assert "removal" not in capsys.readouterr().out
    restore_command._tell("Done.", [replace(one, agreed=True)])
    assert (
        "Swindon: a removal was agreed to in this copy. It counts no more: an officer decides anew. "
        "Set legal holds again first."
    ) in capsys.readouterr().out


async def test_a_hold_set_in_the_middle_of_a_removal_waits_for_its_step_and_keeps_everything_after_it(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "HANDFUL", 3)
    really, holding = purging.remove_past, list[asyncio.Task[Held]]()
    async with a_group(postgres_url, tmp_path, packs=with_a_schedule(tmp_path)) as group:
        await agreed(group)
        group.clock.to(2027, 12, 29, 10)

        async def in_between(*given: Any, **more: Any) -> Any:
            if not holding:
                holding.append(asyncio.create_task(hold_everything(group), context=Context()))
                await asyncio.wait(holding, timeout=0.5)
                assert not holding[0].done(), "it would be confirmed while the removal goes on"
            return await really(*given, **more)

        monkeypatch.setattr(purging, "remove_past", in_between)
        await beat(group.house.open_unit, group.clock.now, (purging.purge_due,))
        assert (await holding[0]).begun
        after = await left(group)
        assert after["words"] == 4
        await beat(group.house.open_unit, group.clock.now, (purging.purge_due,))
        await beat(group.house.open_unit, group.clock.now, (purging.purge_due,))
        assert await left(group) == after


@pytest.mark.parametrize("typed", [False, True])
async def test_whoever_holds_something_after_a_removal_began_is_told_that_what_went_does_not_come_back(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: bool
) -> None:
    monkeypatch.setattr(purging, "HANDFUL", 5)
    async with a_group(sqlite_url, tmp_path, packs=with_a_schedule(tmp_path)) as group:
        await agreed(group)
        group.clock.to(2027, 12, 29, 10)
        await beaten(group)
        if typed:
            held = await group.say("officer", "hold Child F rapid review because an inquest is open")
        else:
            form = card_in(await group.press("officer", await group.say("officer", "retention"), HOLD))
            item = form_choices(form)[0]["value"]
            held = card_in(await group.press("officer", form, HOLD, {"item": item, "why": "An inquest is open."}))
        assert "A removal had begun by then: what had gone cannot be brought back" in words(held)
        await beaten(group)
        assert (await left(group))["words"] == 2
