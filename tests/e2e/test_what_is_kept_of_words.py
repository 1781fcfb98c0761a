"""After a whole run: where words and names may stand, and where they never do (D10, I2)."""

from __future__ import annotations

import logging
from datetime import date

import pytest

from storage.everything import metadata
from storage.log import first_broken_entry, log_entries
from storage.partnerships import seats
from tests.answering import SAID, a_request
from tests.group import a_group, buttons, inputs, read, words
from tests.issuing import CHILD_F, a_meeting, issued

pytestmark = pytest.mark.both_databases

NHS = "943 476 5919"
TYPED = {
    "evidence": "Wardhuddlesevidence was shared.",
    "monitoring": "Springauditmonitoring is planned.",
    "corrected": "Threehuddlesinstead were held.",
    "plea": "Wardmoveplea until the end of the month.",
    "meaning": "Twodaymessage replaces five.",
    "reason": "Errorwithdrawal of this request.",
    "title": "Leadnursetitle",
}


async def a_whole_run(group):
    """Issue, answer, correct, ask for time and be given it, correct the learning, put somebody on a seat, withdraw."""
    await a_meeting(group, date(2026, 12, 10))
    await issued(group)
    flagged = {**SAID, "evidence": f"The child's NHS number is {NHS}.", "monitoring": TYPED["monitoring"]}
    asked = await group.press("gwh", group.card("gwh"), "Send answer", flagged)
    assert "NHS number" in words(asked["value"])
    said = {**SAID, "evidence": TYPED["evidence"], "monitoring": TYPED["monitoring"]}
    receipt = (await group.press("gwh", group.card("gwh"), "Send answer", said))["value"]
    form = (await group.press("gwh", receipt, "Correct our answer"))["value"]
    await group.press("gwh", form, "Send answer", {"evidence": TYPED["corrected"]})
    card = group.card("awp")
    asked_for = [key for key in inputs(card) if "more_time" in key]
    small = {key: "2026-12-03" if key.endswith("until") else TYPED["plea"] for key in asked_for}
    await group.press("awp", card, "Ask for more time", small)
    plea = next(card for card in map(read, group.chat("officer")) if "asks for more time" in words(card))
    agree = next(one for one in buttons(plea) if one.startswith("Agree"))
    await group.press("officer", plea, agree)
    await put_on_a_seat(group)
    other = await a_request(group, "police", "camhs", meeting_on=None)
    data = {"p": group.partnership_id, "request": other.id}
    manage = (await group.execute("officer", "item.manage", data))["value"]
    correct = (await group.press("officer", manage, "Correct the learning"))["value"]
    await group.press("officer", correct, "Save the correction", {"key_messages": TYPED["meaning"], "sort": "meaning"})
    manage = (await group.execute("officer", "item.manage", data))["value"]
    withdraw = (await group.press("officer", manage, "Withdraw"))["value"]
    await group.press("officer", withdraw, "Withdraw the request", {"reason": TYPED["reason"]})
    await group.settle()


async def put_on_a_seat(group):
    """A second person for GWH, with a title."""
    form = (await group.execute("officer", "people.assign", {"p": group.partnership_id}))["value"]
    async with group.unit() as (unit, its):
        gwh = next(one.id for one in await seats(unit, its.id) if one.slug == "gwh")
    filled = {"place": f"seat:{gwh}", "person": str(group.ids["housing"]), "title": TYPED["title"]}
    saved = await group.press("officer", form, "Save", filled)
    assert TYPED["title"] in words(saved["value"]) or "Housing" in words(saved["value"])


async def columns(group, table):
    """Every row of a table, as one text a row."""
    async with group.unit() as (unit, _):
        return [str(tuple(row)) for row in await unit.rows(metadata.tables[table].select())]


async def test_words_and_names_stand_in_no_log_no_notice_and_no_line_of_the_service(database_url, tmp_path, caplog):
    caplog.set_level(logging.INFO)
    async with a_group(database_url, tmp_path) as group:
        await a_whole_run(group)
        async with group.unit() as (unit, its):
            entries = await log_entries(unit, its.id)
            assert await first_broken_entry(unit, its.id) is None
        done = {one.what for one in entries}
        assert len(entries) > 8 and len(done) > 6, done
        people = [one.name for one in group.people.values() if " " in one.name]
        private = [*TYPED.values(), CHILD_F["findings"], NHS, *people, "@example.org"]
        kept = "\n".join(await columns(group, "text"))
        for name in ("evidence", "monitoring", "corrected", "plea", "reason"):
            assert TYPED[name] in kept, name
        for table in ("log_entry", "notice"):
            rows = "\n".join(await columns(group, table))
            assert [one for one in private if one in rows] == [], table
        assert [one for one in private if one in caplog.text] == []
        everything = "\n".join([row for table in metadata.tables for row in await columns(group, table)])
        assert NHS not in everything and NHS.replace(" ", "") not in everything
