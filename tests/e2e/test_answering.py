"""Answering a request on its card (B3-B7, B12, B20, I2, scenarios 2, 3, 11, 17, 19, 30), over HTTP."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest
from sqlmodel import select

from assurance.actors import actor_numbered
from assurance.answering import Submission, answer
from assurance.issuing import Addressee
from assurance.opening import open_due
from assurance.packing import install_pack, pack_of
from assurance.refusals import NotAllowed
from storage.asks import Meeting, loops_of_request
from storage.asks import request as one_request
from storage.log import first_broken_entry, log_entries
from storage.partnerships import seats
from storage.returns import returns_of_request, versions_of_return
from storage.texts import Text
from tests import inbound
from tests.answering import DUE, SAID, TITLE, a_request, share_the_seat
from tests.group import a_group, button, buttons, filled, inputs, read, words
from tests.packs.revised import NEW_CRITERION, NEW_LABEL, OLD_CRITERION, OLD_LABEL, revised_swindon

pytestmark = pytest.mark.both_databases

NHS = "Shared with the ward; the child's NHS number is 943 476 5919."
OTHER = SAID | {"dissemination": "high", "evidence": "All six teams have discussed it."}


async def stored(group, request):
    """Every version of a request's returns, each with its seat."""
    async with group.unit() as (unit, its):
        found = []
        for row in await returns_of_request(unit, its.id, request.id):
            found += [(row.seat_id, one) for one in await versions_of_return(unit, its.id, row.id)]
        return found


async def return_of(group, request):
    async with group.unit() as (unit, its):
        return (await returns_of_request(unit, its.id, request.id))[0]


async def bare(group):
    """How many texts and log entries there are: what any storing would change."""
    async with group.unit() as (unit, its):
        return len(await unit.all(select(Text))), len(await log_entries(unit, its.id))


async def test_a_medium_with_evidence_becomes_a_receipt_on_the_card(database_url, tmp_path):
    """Scenario 2."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh", context="Two agencies asked how this reached the wards.")
        card = group.card("gwh")
        asked = words(card)
        for part in (TITLE, "For GWH, by the end of Thursday 26 November 2026", "Follow up every emergency attendance"):
            assert part in asked
        assert "Tuesday 2 February 2027" in asked and "Tuesday 23 February 2027" in asked
        assert OLD_CRITERION in asked and "seat" not in asked.lower() and "round" not in asked.lower()
        reply = await group.press("gwh", card, "Send answer", SAID)
        receipt = reply["value"]
        said = words(receipt)
        assert "Medium" in said and SAID["evidence"] in said and "10 December 2026" in said
        assert OLD_LABEL in said and "09:00 on Monday 2 November 2026 from you" in said
        assert not inputs(receipt) and buttons(receipt) == ["Correct our answer"]
        assert words(group.card("gwh")) == said
        [(_, version)] = await stored(group, request)
        assert (version.by_person_id, version.number, version.origin) == (group.ids["gwh"], 1, "card")


async def test_a_double_click_and_a_repeated_invoke_make_one_version(database_url, tmp_path):
    """Scenario 2: the same invoke with the same id, and with a new one, at once and later."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        card = group.card("gwh")
        action = button(card, "Send answer")
        data = {**action["data"], **filled(card, SAID)}
        replies = await asyncio.gather(
            *(group.execute("gwh", action["verb"], data, activity_id=id) for id in ("f:same", "f:same", "f:new"))
        )
        replies.append(await group.execute("gwh", action["verb"], data))
        assert len(await stored(group, request)) == 1
        assert all("Medium" in words(one["value"]) for one in replies)
        assert all(not inputs(one["value"]) for one in replies)
        assert len(group.chat("gwh")) == 1


async def test_other_content_on_the_same_form_is_the_next_version_even_if_the_first_reply_was_lost(
    database_url, tmp_path
):
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        card = group.card("gwh")
        await group.press("gwh", card, "Send answer", SAID)
        reply = await group.press("gwh", card, "Send answer", OTHER)
        assert "version 2" in words(reply["value"]) and "High" in words(reply["value"])
        again = await group.press("gwh", card, "Send answer", SAID)
        assert "stored once" in words(again["value"])
        assert [one.number for _, one in await stored(group, request)] == [1, 2]


async def test_a_wrong_seats_user_is_refused_and_nothing_is_stored(database_url, tmp_path):
    """Scenario 3."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh", "awp")
        before = await bare(group)
        for who in ("police", "awp", "officer", "chair", "ld_lead"):
            reply = await group.press(who, group.card("gwh"), "Send answer", SAID)
            assert "another agency" in reply["value"], who
            reply = await group.press(who, group.card("gwh"), "Save draft", SAID)
            assert isinstance(reply["value"], str) and "another agency" in reply["value"], who
        assert await stored(group, request) == [] and await bare(group) == before


async def test_a_refusal_never_shows_another_agencys_form_or_answer(database_url, tmp_path):
    """Scenario 3: neither a mistake nor flagged text nor an opened card is a way to read what is not theirs."""
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh", "awp")
        await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        receipt = group.card("gwh")
        data = button(receipt, "Correct our answer")["data"]
        for who in ("police", "awp"):
            for verb in ("answer.submit", "answer.correct", "answer.open", "answer.save", "plea.make"):
                reply = await group.execute(who, verb, data)
                assert SAID["evidence"] not in words(reply) if isinstance(reply["value"], dict) else reply["value"]


async def test_a_forged_request_return_or_level_is_refused_and_nothing_is_stored(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        card = group.card("gwh")
        action = button(card, "Send answer")
        data = {**action["data"], **filled(card, SAID)}
        before = await bare(group)
        for forged in ({"return": 999}, {"return": "x"}, {"return": True}, {"p": 77}, {"p": None}, {"return": 2**40}):
            reply = await group.execute("gwh", action["verb"], data | forged)
            assert isinstance(reply["value"], str) and "find" in reply["value"], forged
        level = next(key for key in data if key.endswith(".dissemination"))
        reply = await group.execute("gwh", action["verb"], data | {level: "assured"})
        assert "Please choose one of the levels shown." in words(reply["value"])
        assert SAID["evidence"] in words(reply["value"])
        assert await stored(group, request) == [] and await bare(group) == before


async def test_not_relevant_without_a_reason_is_asked_for_it_and_keeps_what_was_typed(database_url, tmp_path):
    """Scenario 11, B6."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        typed = {"dissemination": "not_relevant", "barriers": "We hold no such service."}
        reply = await group.press("gwh", group.card("gwh"), "Send answer", typed)
        again = reply["value"]
        assert "Please say why it is not relevant to you." in words(again)
        assert "We hold no such service." in words(again) and await stored(group, request) == []
        reply = await group.press("gwh", again, "Send answer", {"not_relevant_reason": "We have no wards."})
        assert "We have no wards." in words(reply["value"])
        assert len(await stored(group, request)) == 1


async def test_text_that_may_identify_a_case_is_asked_about_before_anything_is_stored(database_url, tmp_path):
    """I2: remove it, or confirm that it is not about a real person."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        before = await bare(group)
        reply = await group.press("gwh", group.card("gwh"), "Send answer", SAID | {"evidence": NHS})
        asked = reply["value"]
        assert "an NHS number" in words(asked) and "943 476 5919" in words(asked)
        assert await bare(group) == before and await stored(group, request) == []
        swapped = await group.press(
            "gwh", asked, "Not about a real person: send", {"evidence": "Born 3 March 2015, NHS 943 476 5919."}
        )
        assert "date of birth" in words(swapped["value"]) and await bare(group) == before
        reply = await group.press("gwh", asked, "Not about a real person: send")
        assert NHS in words(reply["value"])
        [(_, version)] = await stored(group, request)
        assert version.confirmed is True


async def test_flagged_text_that_was_taken_out_is_sent_without_a_confirmation(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        reply = await group.press("gwh", group.card("gwh"), "Send answer", SAID | {"evidence": NHS})
        await group.press("gwh", reply["value"], "Send answer", {"evidence": "Shared with the ward."})
        [(_, version)] = await stored(group, request)
        assert version.confirmed is False


async def test_a_correction_starts_from_the_last_answer_and_keeps_both_versions(database_url, tmp_path):
    """B12."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        reply = await group.press("gwh", group.card("gwh"), "Correct our answer")
        assert SAID["evidence"] in words(reply["value"])
        same = await group.press("gwh", reply["value"], "Send answer")
        assert "stored once" in words(same["value"])
        reply = await group.press("gwh", reply["value"], "Send answer", {"dissemination": "high"})
        assert "Corrected: this is version 2, and the earlier one is kept." in words(reply["value"])
        assert words(group.card("gwh")).count("High") >= 1 and not inputs(group.card("gwh"))
        assert [one.number for _, one in await stored(group, request)] == [1, 2]
        async with group.unit() as (unit, its):
            assert await first_broken_entry(unit, its.id) is None


async def test_two_colleagues_at_the_same_moment_make_two_versions_and_both_are_told(database_url, tmp_path):
    """Deliver 7: a colleague's open form is not replaced; their own press becomes the next version."""
    async with a_group(database_url, tmp_path) as group:
        await share_the_seat(group, "named-nurse")
        request = await a_request(group, "gwh")
        first, second = group.card("gwh"), group.card("named-nurse")
        await asyncio.gather(
            group.press("gwh", first, "Send answer", SAID), group.press("named-nurse", second, "Send answer", OTHER)
        )
        await group.settle()
        versions = [one for _, one in await stored(group, request)]
        assert [one.number for one in versions] == [1, 2]
        assert {one.by_person_id for one in versions} == {group.ids["gwh"], group.ids["named-nurse"]}
        for who, other in (("gwh", "Named Nurse"), ("named-nurse", "Gwh")):
            told = [words(read(post)) for post in group.chat(who)[1:]]
            assert any(other in one and "for GWH at 09:00" in one for one in told), (who, told)


async def test_a_colleagues_open_form_is_not_replaced_but_told_in_one_line(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await share_the_seat(group, "named-nurse")
        request = await a_request(group, "gwh")
        await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        form, line = group.chat("named-nurse")
        assert len(form.versions) == 1 and inputs(read(form))
        assert "answered for GWH at 09:00 by Gwh" in words(read(line))
        seen = await group.press("named-nurse", read(line), "See the answer")
        assert SAID["evidence"] in words(seen["value"])
        group.clock.move(minutes=5)
        reply = await group.press("named-nurse", read(form), "Send answer", OTHER)
        assert "Gwh had answered at 09:00 while this form was open" in words(reply["value"])
        assert [one.number for _, one in await stored(group, request)] == [1, 2]
        card = group.card("gwh", 0)
        assert "version 2" in words(card) and "from Named Nurse" in words(card)


async def test_an_answer_after_the_due_day_is_accepted_and_marked_late(database_url, tmp_path):
    """Deliver 12."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        group.clock.to(2026, 12, 12)
        reply = await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        assert "marked as late" in words(reply["value"])
        [(_, version)] = await stored(group, request)
        assert version.late is True


async def test_a_correction_after_the_due_day_leaves_the_answer_in_time(database_url, tmp_path):
    """Deliver 12: late as a version, but the answer itself came in time."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        group.clock.to(2026, 12, 12)
        form = await group.press("gwh", group.card("gwh"), "Correct our answer")
        await group.press("gwh", form["value"], "Send answer", {"dissemination": "low"})
        assert [one.late for _, one in await stored(group, request)] == [False, True]
        assert (await return_of(group, request)).late is False


async def test_a_withdrawn_request_takes_no_answer(database_url, tmp_path):
    """Scenario 32, 33: after cancellation the press is refused kindly."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        card = group.card("gwh")
        async with group.unit() as (unit, its):
            (await one_request(unit, its.id, request.id)).state = "cancelled"
        reply = await group.press("gwh", card, "Send answer", SAID)
        assert "withdrawn" in reply["value"] and await stored(group, request) == []


async def test_somebody_who_is_only_informed_sees_no_form(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        async with group.unit() as (unit, its):
            numbers = {one.slug: one.id for one in await seats(unit, its.id)}
        informed = Addressee(numbers["police"], asked=False, why="Your officers were first on the scene.")
        await a_request(group, "gwh", informed)
        card = group.card("police")
        assert "For information" in words(card) and "No answer is needed" in words(card)
        assert "first on the scene" in words(card) and not inputs(card) and not buttons(card)


async def test_one_person_on_two_seats_gets_one_card_and_one_answer_may_serve_both(database_url, tmp_path):
    """Scenario 30."""
    async with a_group(database_url, tmp_path) as group:
        await share_the_seat(group, "gwh", "housing")
        request = await a_request(group, "gwh", "housing")
        assert len(group.chat("gwh")) == 1
        card = group.card("gwh")
        assert "Answer for GWH" in words(card) and "Answer for Housing" in buttons(card)
        also = next(key for key in inputs(card) if ".also" in key)
        reply = await group.press("gwh", card, "Send answer", SAID | {also: "true"})
        assert "See the answer for Housing" in buttons(reply["value"])
        versions = await stored(group, request)
        assert len(versions) == 2 and len({seat for seat, _ in versions}) == 2
        assert "Housing" in words((await group.press("gwh", reply["value"], "See the answer for Housing"))["value"])


async def test_one_person_on_two_seats_may_answer_them_one_by_one(database_url, tmp_path):
    """Scenario 30: what was typed for one is kept as a draft while the other is answered."""
    async with a_group(database_url, tmp_path) as group:
        await share_the_seat(group, "gwh", "housing")
        request = await a_request(group, "gwh", "housing")
        other = (await group.press("gwh", group.card("gwh"), "Answer for Housing", SAID))["value"]
        assert "saved as a draft" in words(other) and "For Housing" in words(other)
        receipt = (await group.press("gwh", other, "Send answer", OTHER))["value"]
        assert inputs(group.card("gwh")), "the other agency's form still stands on the posted card"
        form = (await group.press("gwh", receipt, "Answer for GWH"))["value"]
        assert SAID["evidence"] in words(form) and "Draft saved by you" in words(form)
        await group.press("gwh", form, "Send answer")
        levels = {seat: one.number for seat, one in await stored(group, request)}
        assert len(levels) == 2 and set(levels.values()) == {1}


async def test_an_answer_for_another_agency_cannot_be_added_by_forging_the_toggle(database_url, tmp_path):
    """Scenario 30, scenario 3."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh", "awp")
        async with group.unit() as (unit, its):
            theirs = (await returns_of_request(unit, its.id, request.id))[1].id
        card = group.card("gwh")
        action = button(card, "Send answer")
        prefix = next(iter(inputs(card))).partition(".")[0]
        data = {**action["data"], **filled(card, SAID), f"{prefix}.also{theirs}": "true"}
        reply = await group.execute("gwh", action["verb"], data)
        assert "another agency" in reply["value"] and await stored(group, request) == []


async def test_criteria_revised_mid_cycle_leave_old_returns_their_old_wording(database_url, tmp_path):
    """Scenario 17."""
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh", "awp")
        await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        async with group.unit() as (unit, _):
            await install_pack(unit, revised_swindon(), now=group.clock.now)
        await a_request(group, "gwh", title="Self-neglect audit", meeting_on=None)
        new = words(group.card("gwh"))
        assert NEW_CRITERION in new and OLD_CRITERION not in new
        receipt = await group.press("gwh", group.card("gwh", 0), "Correct our answer")
        assert OLD_CRITERION in words(receipt["value"])
        assert OLD_LABEL in words(group.card("gwh", 0)) and OLD_CRITERION in words(group.card("awp"))
        reply = await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        assert NEW_LABEL in words(reply["value"])


async def opened(group):
    """How many dimensions the clock opens now."""
    async with group.unit() as (unit, its):
        return await open_due(unit, its, await pack_of(unit, its), group.clock.now)


async def test_impact_opens_three_months_after_issue_with_the_earlier_answer_shown(database_url, tmp_path):
    """Scenario 19: due three weeks later, tabled at the next meeting."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh", "awp")
        await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        async with group.unit() as (unit, its):
            unit.add(Meeting(partnership_id=its.id, group_key="ldg", on=date(2027, 3, 11)))
        group.clock.to(2027, 2, 1)
        assert await opened(group) == 0
        group.clock.to(2027, 2, 2)
        assert await opened(group) == 2
        assert await opened(group) == 0
        await group.settle()
        card = group.card("gwh")
        asked = words(card)
        assert "An update, please" in asked and "Tuesday 23 February 2027" in asked
        assert SAID["evidence"] in asked and "Is this still so?" in asked
        assert {key.rpartition(".")[2] for key in inputs(card)} & {"dissemination", "monitoring"} == set()
        said = {"impact": "low", "impact_evidence": "Too early to say; audit booked."}
        reply = await group.press("gwh", card, "Send answer", said)
        assert "11 March 2027" in words(reply["value"])
        async with group.unit() as (unit, its):
            rows = [one for one in await returns_of_request(unit, its.id, request.id) if one.seat_id]
            assert sorted(one.due_on for one in rows)[-1] == date(2027, 2, 23)


async def test_impact_is_not_asked_where_the_loop_is_closed(database_url, tmp_path):
    """Scenario 19, framework 4.5: not asked where "not relevant" was accepted."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        async with group.unit() as (unit, its):
            for loop in await loops_of_request(unit, its.id, request.id):
                loop.open, loop.state = False, "not_relevant"
        group.clock.to(2027, 2, 2)
        assert await opened(group) == 0


async def test_a_press_by_message_in_private_answers_too_and_in_a_channel_shows_nothing(database_url, tmp_path):
    """Action.Submit, from clients without Action.Execute."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh", "awp")
        for who, where in (("gwh", {}), ("awp", {"team": group.teams.team})):
            card = group.card(who)
            data = {**button(card, "Send answer")["fallback"]["data"], **filled(card, SAID)}
            status, _ = await group.send(
                inbound.submit(group.people[who], data, group.teams.url, on=group.chat(who)[0].id, **where)
            )
            assert status in (200, 202)
            await group.settle()
        assert len(await stored(group, request)) == 2
        assert not inputs(group.card("gwh")) and SAID["evidence"] in words(group.card("gwh"))
        said = [words(read(post)) for post in group.channel() if "1 of 2" not in words(read(post))]
        assert any("sent the card to you in private" in one for one in said)
        assert all(SAID["evidence"] not in str(post.versions) for post in group.channel())
        assert SAID["evidence"] in words(group.card("awp"))


async def test_an_answer_that_fails_in_the_use_case_stores_nothing(database_url, tmp_path):
    """One transaction: several answers are kept all together or not at all."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh", "awp")
        row = await return_of(group, request)
        async with group.unit() as (unit, its):
            pack = await pack_of(unit, its)
            actor = await actor_numbered(unit, its.id, group.ids["police"], DUE)
            try:
                await answer(unit, actor, its, pack, Submission(row.id, 0, SAID), group.clock.now)
            except NotAllowed as refusal:
                assert "another agency" in refusal.text
            else:
                raise AssertionError("it was not refused")
