"""What has been kept for long enough goes when an officer agrees, and not before; reports still add up (I2)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select

from assurance import purging
from assurance.pack import read_shipped
from storage.asks import loops_of_request
from storage.drafts import Draft
from storage.log import LogEntry, LogHead, first_broken_entry
from storage.notices import Notice
from storage.retention import newest_purge
from storage.returns import Answer, Version
from storage.texts import Text
from tests.group import a_group, buttons, words
from tests.issuing import card_in
from tests.summaries import approved, beaten, drafted, summaries_of

AGREE, KEEP, HOLD, END = "Agree to the removal", "Keep everything this time", "Put on hold", "End this hold"
YEARS = ("returns", "evidence", "log", "deliveries", "drafts")

pytestmark = pytest.mark.both_databases


def with_a_schedule(folder):
    """Swindon's pack with a schedule of one year for everything, as a file."""
    text = read_shipped("swindon")
    head, rest = text.split("[retention]\n", 1)
    section, others = rest.split("\n\n", 1)
    kept = [line for line in section.splitlines() if not line.startswith(("enabled", *YEARS))]
    kept += ["enabled = true", *(f"{which}_years = 1" for which in YEARS)]
    path = folder / "swindon.toml"
    path.write_text(head + "[retention]\n" + "\n".join(kept) + "\n\n" + others, encoding="utf-8")
    return (str(path),)


async def a_closed_year(group):
    """Two agencies answered in autumn 2026, one did not, the summary was posted, and all of it was closed."""
    asked = await drafted(group)
    await approved(group)
    async with group.unit() as (unit, its):
        for loop in await loops_of_request(unit, its.id, asked.id):
            loop.open, loop.state = False, "assured"
        request = await unit.own(type(asked), its.id, asked.id)
        request.state = "closed"
        unit.add(
            Draft(partnership_id=its.id, kind="learning", subject=9, owner_id=1, saved_at=group.clock.now, body={})
        )
    return asked


async def told(group):
    """In September 2027 the clock says what may go from Boxing Day on; gives the officer's card."""
    group.clock.to(2027, 9, 27, 10)
    await beaten(group)
    return group.card("officer")


async def gone(group):
    """Let the clock beat until nothing more goes."""
    for _ in range(20):
        await beaten(group)
        async with group.unit() as (unit, its):
            if (await newest_purge(unit, its.id)).state == "done":
                return
    raise AssertionError("the removal did not end")


async def left(group):
    """How many words of answers, drafts, log entries and addressed messages there are."""
    async with group.unit() as (unit, _):
        words_of = await unit.all(select(Text).join(Answer, Answer.text_id == Text.id).where(Text.body != ""))
        sent = await unit.all(select(Notice).where(Notice.activity_id.is_not(None)))
        return {
            "words": len(words_of), "drafts": len(await unit.all(select(Draft))),
            "log": len(await unit.all(select(LogEntry))), "sent": len(sent),
        }  # fmt: skip


async def test_nothing_goes_before_ninety_days_nor_unless_an_officer_agrees_and_what_remains_adds_up(
    database_url, tmp_path, monkeypatch
):
    monkeypatch.setattr(purging, "HANDFUL", 5)
    async with a_group(database_url, tmp_path, packs=with_a_schedule(tmp_path)) as group:
        await a_closed_year(group)
        figures = (await summaries_of(group))[0].figures
        said = words(await group.say("chair", "how is GWH doing?"))
        before = await left(group)
        card = await told(group)
        assert "It goes from then on, if you agree" in words(card) and "Sunday 26 December 2027" in words(card)
        assert "What agencies wrote in their answers: 7 from before Saturday 26 December 2026" in words(card)
        assert (await left(group))["words"] == before["words"] == 7
        refused = await group.press("gwh", card, AGREE)
        assert refused["value"] == "Only the support officer can decide what is kept and what is removed."
        agreed = card_in(await group.press("officer", card, AGREE))
        assert "It goes from Sunday 26 December 2027 on" in words(agreed) and AGREE not in buttons(agreed)
        group.clock.to(2027, 12, 24, 10)
        await beaten(group)
        assert (await left(group))["words"] == 7, "two days too early"
        group.clock.to(2027, 12, 29, 10)
        await beaten(group)
        assert (await left(group))["words"] == 2, "a handful at a time"
        await gone(group)
        after = await left(group)
        assert after["words"] == 0 and after["drafts"] == 0 and after["sent"] < before["sent"]
        assert after["log"] < before["log"]
        assert (await summaries_of(group))[0].figures == figures
        assert words(await group.say("chair", "how is GWH doing?")) == said
        assert "High" in words(await group.say("chair", "summary Q3 2026-27"))
        async with group.unit() as (unit, its):
            assert await first_broken_entry(unit, its.id) is None
            assert all(one.by_title and len(one.sha256) == 64 for one in await unit.all(select(Version)))
            assert all(len(one.sha256) == 64 for one in await unit.all(select(Text)))
            row = await newest_purge(unit, its.id)
            assert row.removed["evidence"] == 7 and row.removed["drafts"] == 1 and row.removed["log"] > 5
        assert "The last removal ended on Wednesday 29 December 2027" in words(await group.say("officer", "retention"))


async def test_an_officer_who_stops_it_half_way_is_told_that_some_has_gone_already(sqlite_url, tmp_path, monkeypatch):
    monkeypatch.setattr(purging, "HANDFUL", 5)
    async with a_group(sqlite_url, tmp_path, packs=with_a_schedule(tmp_path)) as group:
        await a_closed_year(group)
        agreed = card_in(await group.press("officer", await told(group), AGREE))
        group.clock.to(2027, 12, 29, 10)
        await beaten(group)
        stopped = words(card_in(await group.press("officer", agreed, KEEP)))
        assert "Stopped. What had gone by then cannot be brought back; the rest stays." in stopped
        assert "Nothing goes this time" not in stopped
        await beaten(group, hours=24)
        assert (await left(group))["words"] == 2
        again = await group.press("officer", agreed, KEEP)
        assert "settled meanwhile" in str(again["value"])


async def test_where_nobody_decides_nothing_goes_and_the_officer_is_told_once_more(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path, packs=with_a_schedule(tmp_path)) as group:
        await a_closed_year(group)
        await told(group)
        about = [one for one in group.chat("officer") if "kept for long enough" in words(group.card("officer"))]
        assert about
        group.clock.to(2028, 1, 5, 10)
        await beaten(group)
        first = words(group.card("officer"))
        assert "kept for long enough" in first
        for day in (6, 7):
            group.clock.to(2028, 1, day, 10)
            await beaten(group)
        async with group.unit() as (unit, _):
            assert len(await unit.all(select(Notice).where(Notice.kind == "purge"))) == 2
        assert (await left(group))["words"] == 7
        kept = card_in(await group.press("officer", group.card("officer"), KEEP))
        assert "Nothing goes this time" in words(kept)
        await beaten(group, hours=24)
        assert (await left(group))["words"] == 7


async def test_a_hold_keeps_its_item_until_it_is_ended(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path, packs=with_a_schedule(tmp_path)) as group:
        await a_closed_year(group)
        await group.press("officer", await told(group), AGREE)
        form = card_in(await group.press("officer", await group.say("officer", "retention"), HOLD))
        mended = card_in(await group.press("officer", form, HOLD, {"item": "whole", "why": ""}))
        assert "Please say why" in words(mended)
        asked = {"item": "whole", "why": "Inquest of NHS number 943 476 5919."}
        assert "Please check" in words(card_in(await group.press("officer", form, HOLD, asked)))
        [item] = [one["value"] for one in form_choices(form) if one["value"] != "whole"]
        held = card_in(await group.press("officer", form, HOLD, {"item": item, "why": "An inquest is open."}))
        assert "Child F rapid review\n\nAn inquest is open." in words(held)
        group.clock.to(2027, 12, 29, 10)
        await gone(group)
        state = await left(group)
        assert state["words"] == 7 and state["sent"] > 0 and state["drafts"] == 0
        ended = card_in(await group.press("officer", await group.say("officer", "retention"), END))
        assert "The hold is ended." in words(ended)


def form_choices(card):
    [found] = [one["choices"] for one in card["body"] if one.get("id") == "item"]
    return found


async def test_without_a_schedule_nothing_is_told_and_the_chair_may_look(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await a_closed_year(group)
        group.clock.to(2040, 1, 4, 10)
        await beaten(group)
        async with group.unit() as (unit, its):
            assert await newest_purge(unit, its.id) is None
        seen = await group.say("chair", "retention")
        assert "Nothing is removed." in words(seen) and not buttons(seen)
        assert "seven years" in words(seen)
        assert "Only the support officer and the chair" in (await group.say("gwh", "retention"))["text"]


async def test_whatever_is_changed_in_the_log_is_named_and_so_is_a_missing_end(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await a_closed_year(group)
        async with group.unit() as (unit, its):
            entries = await unit.all(select(LogEntry).order_by(LogEntry.number))
            head = await unit.one(select(LogHead))
            assert head.number == len(entries) and await first_broken_entry(unit, its.id) is None
            entries[4].what = "nothing"
            await unit.flush()
            assert await first_broken_entry(unit, its.id) == 5
        async with group.unit() as (unit, its):
            row = await unit.one(select(LogEntry).where(LogEntry.number == 5))
            row.what = "seated" if row.hash else ""
            entries = await unit.all(select(LogEntry).order_by(LogEntry.number))
            await unit.remove(entries[-1])
            await unit.flush()
            broken = await first_broken_entry(unit, its.id)
            assert broken in (5, len(entries))


@pytest.mark.parametrize("day", [date(2027, 9, 25), date(2027, 9, 26)])
async def test_a_removal_is_told_in_send_hours_only(sqlite_url, tmp_path, day):
    async with a_group(sqlite_url, tmp_path, packs=with_a_schedule(tmp_path)) as group:
        await a_closed_year(group)
        group.clock.to(day.year, day.month, day.day, 10)
        await beaten(group)
        async with group.unit() as (unit, its):
            assert await newest_purge(unit, its.id) is None
