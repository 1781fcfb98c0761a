"""More time, someone else should answer, sent to us in error: to the officer, and back (deliver 7, scenario 32)."""

from __future__ import annotations

import asyncio
from datetime import date

from storage.asks import loops_of_request
from storage.contacts import open_pleas
from storage.log import log_entries
from tests.answering import SAID, a_request
from tests.group import a_group, button, buttons, filled, inputs, read, words

LINE = "Ward moves until the end of the month."
NHS = "About the child with NHS number 943 476 5919."


async def more_time(group, card, until="2026-12-03", why=LINE):
    return await group.press("gwh", card, "Ask for more time", time_fields(card, until, why))


def time_fields(card, until="2026-12-03", why=LINE):
    """The two inputs of the small form for more time, by their ids."""
    typed = {"more_time.until": until, "more_time.why": why}
    return {key: typed[end] for key in inputs(card) for end in typed if key.endswith(end)}


async def pleas(group):
    async with group.unit() as (unit, its):
        return await open_pleas(unit, its.id)


async def test_more_time_goes_to_the_officer_and_what_was_typed_in_the_form_stays(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh")
        card = group.card("gwh")
        typed = time_fields(card) | {"evidence": SAID["evidence"]}
        reply = await group.press("gwh", card, "Ask for more time", typed)
        assert "has been told" in words(reply["value"]) and SAID["evidence"] in words(reply["value"])
        asked = words(group.card("officer"))
        for part in ("GWH asks for more time", "Child F rapid review", LINE, "Thursday 3 December 2026", "Gwh"):
            assert part in asked


async def test_two_presses_are_one_plea_and_another_date_takes_its_place(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh")
        card = group.card("gwh")
        await asyncio.gather(more_time(group, card), more_time(group, card))
        await more_time(group, card)
        assert len(await pleas(group)) == 1 and len(group.chat("officer")) == 1
        await more_time(group, card, "2026-12-04")
        assert [one.wanted_on for one in await pleas(group)] == [date(2026, 12, 4)]
        first, second = (read(post) for post in group.chat("officer"))
        assert "asked again" in words(first) and not buttons(first) and buttons(second)


async def test_granting_extends_the_due_day_and_tells_the_member_in_one_line(database_url, tmp_path):
    """Scenario 32."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        await more_time(group, group.card("gwh"))
        reply = await group.press("officer", group.card("officer"), "Agree Thursday 3 December 2026")
        assert "Another date was agreed" in words(reply["value"]) and not buttons(reply["value"])
        data = {"p": group.partnership_id, "plea": 1, "until": "2026-12-03"}
        again = await group.execute("officer", "plea.grant", data)
        assert "Another date was agreed" in words(again["value"])
        async with group.unit() as (unit, its):
            [loop] = await loops_of_request(unit, its.id, request.id)
            assert loop.extended_to == date(2026, 12, 3)
            assert [one.what for one in await log_entries(unit, its.id)].count("plea granted") == 1
        told = [words(read(post)) for post in group.chat("gwh")[1:]]
        assert len(told) == 1 and "Thursday 3 December 2026" in told[0]
        assert not buttons(group.card("officer"))


async def test_the_officer_may_agree_another_date_and_hears_when_it_is_no_help(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        await more_time(group, group.card("gwh"))
        reply = await group.press("officer", group.card("officer"), "Agree the date above", {"until": "2026-11-20"})
        assert "later day" in words(reply["value"]) and buttons(reply["value"])
        await group.press("officer", reply["value"], "Agree the date above", {"until": "2026-12-01"})
        async with group.unit() as (unit, its):
            [loop] = await loops_of_request(unit, its.id, request.id)
            assert loop.extended_to == date(2026, 12, 1)


async def test_someone_else_is_settled_with_thanks_and_told_once(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh")
        card = group.card("gwh")
        who = next(key for key in inputs(card) if key.endswith("someone_else.why"))
        await group.press("gwh", card, "Suggest someone else", {who: "The matron for children."})
        officers = group.card("officer")
        assert "The matron for children." in words(officers) and "type people" in words(officers)
        await group.press("officer", officers, "Thank them, and settle this")
        await group.press("officer", officers, "Thank them, and settle this")
        told = [words(read(post)) for post in group.chat("gwh")[1:]]
        assert len(told) == 1 and "Thank you" in told[0]


async def test_sent_in_error_reaches_the_officer_who_hears_what_to_do(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh")
        card = group.card("gwh")
        why = next(key for key in inputs(card) if key.endswith("in_error.why"))
        await group.press("gwh", card, "Tell the support unit", {why: "We handed this service over in April."})
        officers = group.card("officer")
        assert "sent in error" in words(officers) and "handed this service over" in words(officers)
        changed = await group.press("officer", officers, "Change this request")
        assert "Child F rapid review" in words(changed["value"])
        reply = await group.press("officer", officers, "Thank them, and settle this")
        assert "Settled at 09:00" in words(reply["value"])


async def test_keeping_the_date_is_told_kindly(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh")
        await more_time(group, group.card("gwh"))
        await group.press("officer", group.card("officer"), "Thank them, and keep the date")
        assert "The date stays Thursday 26 November 2026" in words(read(group.chat("gwh")[-1]))


async def test_more_time_for_what_was_answered_since_is_settled_without_a_new_date(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh")
        await more_time(group, group.card("gwh"))
        await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        reply = await group.press("officer", group.card("officer"), "Agree Thursday 3 December 2026")
        assert "They have answered since" in words(reply["value"])


async def test_a_plea_needs_a_day_that_helps_and_a_line(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh")
        reply = await more_time(group, group.card("gwh"), "2026-11-20", "")
        said = words(reply["value"])
        assert "after the one on which it is due" in said and "what is in the way" in said
        assert await pleas(group) == [] and not group.chat("officer")
        await more_time(group, reply["value"])
        assert len(await pleas(group)) == 1


async def test_a_line_that_may_identify_a_case_is_asked_about_first(database_url, tmp_path):
    """I2."""
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh")
        reply = await more_time(group, group.card("gwh"), why=NHS)
        assert "an NHS number" in words(reply["value"]) and await pleas(group) == []
        await group.press("gwh", reply["value"], "Not about a real person: send")
        assert len(await pleas(group)) == 1


async def test_only_the_agency_itself_may_plead_and_only_an_officer_may_settle(database_url, tmp_path):
    """Framework 2."""
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh")
        card = group.card("gwh")
        action = button(card, "Ask for more time")
        for who in ("police", "officer", "chair"):
            reply = await group.execute(who, action["verb"], {**action["data"], **filled(card, {})})
            assert "another agency" in str(reply["value"]), who
        await more_time(group, card)
        for who in ("gwh", "chair"):
            data = {"p": group.partnership_id, "plea": 1, "until": "2026-12-03"}
            for verb in ("plea.grant", "plea.agree", "plea.settle"):
                reply = await group.execute(who, verb, data)
                assert "Only the support officer" in reply["value"], (who, verb)
        assert len(await pleas(group)) == 1
