"""Work in progress on an answer: kept for the seat, resumed after a restart, never with text that was not checked."""

from __future__ import annotations

import asyncio

from storage.drafts import drafts
from tests.answering import SAID, a_request, share_the_seat
from tests.group import a_group, button, filled, inputs, words

NHS = "Shared with the ward; the child's NHS number is 943 476 5919."
HALF = {"evidence": "Shared at one huddle so far."}


async def kept(group):
    async with group.unit() as (unit, its):
        return await drafts(unit, its.id, "answer")


async def test_a_half_finished_answer_is_saved_and_the_form_goes_on(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh")
        reply = await group.press("gwh", group.card("gwh"), "Save draft", HALF)
        again = reply["value"]
        assert "Draft saved at 09:00" in words(again) and HALF["evidence"] in words(again)
        assert set(inputs(again)).isdisjoint(inputs(group.card("gwh"))), "Teams sends every input again"
        await group.press("gwh", again, "Send answer", SAID)
        assert await kept(group) == []


async def test_a_draft_is_there_again_after_a_restart(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh")
        card = group.card("gwh")
        await group.press("gwh", card, "Save draft", HALF)
    async with a_group(database_url, tmp_path) as group:
        data = {key: button(card, "Send answer")["data"][key] for key in ("p", "to", "request")}
        resumed = (await group.execute("gwh", "answer.open", data))["value"]
        assert HALF["evidence"] in words(resumed) and "Draft saved by you at 09:00" in words(resumed)


async def test_a_colleague_goes_on_from_the_draft_and_sees_who_saved_it(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await share_the_seat(group, "named-nurse", "gwh")
        await a_request(group, "gwh")
        await group.press("gwh", group.card("gwh"), "Save draft", HALF)
        data = button(group.card("named-nurse"), "Send answer")["data"]
        where = {key: data[key] for key in ("p", "to", "request")}
        opened = (await group.execute("named-nurse", "answer.open", where))["value"]
        assert "Draft saved by Gwh at 09:00" in words(opened)
        reply = await group.press("named-nurse", opened, "Send answer", SAID)
        assert "from you" in words(reply["value"]) and await kept(group) == []


async def test_a_colleagues_draft_that_was_not_shown_is_not_thrown_away(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await share_the_seat(group, "named-nurse", "gwh")
        await a_request(group, "gwh")
        await group.press("named-nurse", group.card("named-nurse"), "Save draft", HALF)
        group.clock.move(minutes=5)
        await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        assert [one.body for one in await kept(group)] == [HALF]
        data = button(group.card("named-nurse", 0), "Send answer")["data"]
        form = (await group.execute("named-nurse", "answer.correct", data))["value"]
        assert HALF["evidence"] in words(form)
        form = (await group.press("gwh", group.card("gwh"), "Correct our answer"))["value"]
        assert SAID["evidence"] in words(form)


async def test_a_draft_with_text_that_may_identify_a_case_is_asked_about_first(database_url, tmp_path):
    """I2."""
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh")
        asked = (await group.press("gwh", group.card("gwh"), "Save draft", {"evidence": NHS}))["value"]
        assert "an NHS number" in words(asked) and await kept(group) == []
        await group.press("gwh", asked, "Not about a real person: save")
        assert [one.body for one in await kept(group)] == [{"evidence": NHS}]


async def test_a_draft_is_nobody_elses_to_save_or_to_read(database_url, tmp_path):
    """Scenario 3."""
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh", "awp")
        card = group.card("gwh")
        await group.press("gwh", card, "Save draft", HALF)
        action = button(card, "Save draft")
        for who in ("police", "awp", "officer"):
            reply = await group.execute(who, action["verb"], {**action["data"], **filled(card, SAID)})
            assert "another agency" in reply["value"], who
        assert [one.body for one in await kept(group)] == [HALF]


async def test_a_draft_that_a_form_never_showed_is_not_overwritten_until_it_was_read(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await share_the_seat(group, "named-nurse", "gwh")
        await a_request(group, "gwh")
        await group.press("named-nurse", group.card("named-nurse"), "Save draft", HALF)
        group.clock.move(minutes=5)
        again = (await group.press("gwh", group.card("gwh"), "Save draft", SAID))["value"]
        assert "Named Nurse saved a draft at 09:00" in words(again)
        assert HALF["evidence"] in words(again) and SAID["evidence"] in words(again)
        assert [one.body for one in await kept(group)] == [HALF]
        reply = await group.press("gwh", again, "Keep mine instead")
        assert "Draft saved at 09:05" in words(reply["value"])
        assert [one.body for one in await kept(group)] == [SAID]


async def test_two_colleagues_saving_at_the_same_moment_leave_one_draft(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await share_the_seat(group, "named-nurse", "gwh")
        await a_request(group, "gwh")
        replies = await asyncio.gather(
            group.press("gwh", group.card("gwh"), "Save draft", HALF),
            group.press("named-nurse", group.card("named-nurse"), "Save draft", SAID),
        )
        said = sorted("Draft saved" in words(one["value"]) for one in replies)
        assert said == [False, True], "the second is asked first"
        assert len(await kept(group)) == 1
