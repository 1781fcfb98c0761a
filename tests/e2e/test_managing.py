"""After issue: correct, add, remove, re-date, extend, withdraw (issue deliver 6; scenarios 32 and 33), over HTTP."""

from __future__ import annotations

import asyncio

from storage.asks import loops_of_request, request
from storage.learning import learning, learning_versions
from storage.log import first_broken_entry, log_entries
from storage.partnerships import seats
from storage.returns import newest_versions, returns_of_request, versions_of_return
from tests.answering import SAID, a_request
from tests.group import a_group, buttons, inputs, words
from tests.pictures.keep import keep

NEW_MESSAGE = "Follow up every emergency attendance within two days."
NHS = "It concerns the child with the NHS number 943 476 5919."


async def managed(group, issued):
    """The officer's card of a request."""
    reply = await group.execute("officer", "item.manage", {"p": group.partnership_id, "request": issued.id})
    assert reply["type"].endswith("card.adaptive"), reply
    return reply["value"]


async def opened(group, issued, name):
    """The form behind one of the card's buttons."""
    reply = await group.press("officer", await managed(group, issued), name)
    return reply["value"]


async def seat_ids(group):
    async with group.unit() as (unit, its):
        return {one.slug: one.id for one in await seats(unit, its.id)}


async def loops(group, issued):
    """The loops of a request, by the seat's key."""
    by_id = {number: key for key, number in (await seat_ids(group)).items()}
    async with group.unit() as (unit, its):
        return {by_id[one.seat_id]: one for one in await loops_of_request(unit, its.id, issued.id)}


async def correct(group, issued, sort, **values):
    card = await opened(group, issued, "Correct the learning")
    return await group.press("officer", card, "Save the correction", values | {"sort": sort})


async def test_the_officer_sees_how_a_request_stands_and_a_member_does_not(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        issued = await a_request(group, "gwh", "camhs", "police")
        await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        card = await managed(group, issued)
        keep("manage, one answered", card)
        assert "1 of 3 has answered; still to come: CAMHS and Police." in words(card)
        assert "Child F rapid review" in words(card) and "Friday" not in words(card)
        refused = await group.execute("gwh", "item.manage", {"p": group.partnership_id, "request": issued.id})
        assert refused["value"] == "Only the support officer can change what was issued."


async def test_an_extension_means_not_late_and_it_stands_in_the_list(database_url, tmp_path):
    """Scenario 32: granted once, told once, not late before its day, late after it."""
    async with a_group(database_url, tmp_path) as group:
        issued = await a_request(group, "gwh", "camhs")
        form = await opened(group, issued, "Give more time")
        keep("give more time", form)
        gwh = (await loops(group, issued))["gwh"]
        given = {"loop": str(gwh.id), "until": "2026-12-04"}
        card = (await group.press("officer", form, "Give more time", given))["value"]
        await group.press("officer", form, "Give more time", given)
        assert "GWH: until Friday 4 December 2026" in words(card)
        told = words(group.card("gwh"))
        keep("told of more time", group.card("gwh"))
        assert "More time is agreed for GWH: by the end of Friday 4 December 2026." in told
        assert len(group.chat("gwh")) == 2 and len(group.chat("camhs")) == 1
        group.clock.to(2026, 12, 3)
        late = words(await group.say("officer", "overdue"))
        assert "CAMHS" in late and "Extended" in words(await group.say("officer", "status"))
        opened_again = await group.press("gwh", group.card("gwh"), "Open")
        await group.press("gwh", opened_again["value"], "Send answer", SAID)
        async with group.unit() as (unit, its):
            rows = {row.loop_id: row for row in await returns_of_request(unit, its.id, issued.id)}
            assert rows[gwh.id].state == "returned" and rows[gwh.id].late is False


async def test_an_extension_into_the_past_or_to_an_earlier_day_is_refused(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        issued = await a_request(group, "gwh", "camhs")
        form = await opened(group, issued, "Give more time")
        gwh = (await loops(group, issued))["gwh"]
        for until, said in (("2026-11-01", "after today"), ("2026-11-20", "due on"), ("", "Please give a date")):
            given = {"loop": str(gwh.id), "until": until}
            shown = (await group.press("officer", form, "Give more time", given))["value"]
            assert said in words(shown) and buttons(shown)[0] == "Give more time"
        assert (await loops(group, issued))["gwh"].extended_to is None


async def test_a_change_of_meaning_tells_everyone_once_and_keeps_earlier_answers(database_url, tmp_path):
    """Scenario 33: cards update, each member is told once, earlier answers stay against the earlier wording."""
    async with a_group(database_url, tmp_path) as group:
        issued = await a_request(group, "gwh", "camhs")
        await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        before = group.card("camhs")
        form = await opened(group, issued, "Correct the learning")
        keep("correct the learning", form)
        sent = {"key_messages": NEW_MESSAGE, "sort": "meaning"}
        done = (await group.press("officer", form, "Save the correction", sent))["value"]
        again = await group.press("officer", form, "Save the correction", sent)
        assert "The correction is saved." in words(done) and again["type"].endswith("card.adaptive")
        for who in ("gwh", "camhs"):
            assert len(group.chat(who)) == 2, who
            told = words(group.card(who))
            assert NEW_MESSAGE in told and "Please look at the key messages again." in told
        keep("told of a correction", group.card("gwh"))
        receipt = words(group.card("gwh", 0))
        assert NEW_MESSAGE in receipt
        assert "Answered before the wording was corrected on Monday 2 November 2026." in receipt
        assert group.card("camhs", 0) == before, "a form that somebody may be typing in is left alone"
        fresh = (await group.press("camhs", group.card("camhs"), "Open"))["value"]
        assert NEW_MESSAGE in words(fresh)
        await group.press("camhs", fresh, "Send answer", SAID)
        by_seat = await _wording_of_answers(group, issued)
        assert by_seat == {"gwh": 1, "camhs": 2}


async def _wording_of_answers(group, issued):
    """Which wording each seat's newest answer was given to, by the seat's key."""
    slugs = {number: key for key, number in (await seat_ids(group)).items()}
    async with group.unit() as (unit, its):
        rows = {row.id: row for row in await returns_of_request(unit, its.id, issued.id)}
        numbers = {one.id: one.number for one in await learning_versions(unit, its.id, issued.learning_id)}
        newest = await newest_versions(unit, its.id, rows)
        return {slugs[rows[key].seat_id]: numbers[one.learning_version_id] for key, one in newest.items()}


async def test_an_answer_typed_on_the_old_form_stays_against_the_words_that_it_showed(database_url, tmp_path):
    """Scenario 33."""
    async with a_group(database_url, tmp_path) as group:
        issued = await a_request(group, "gwh")
        old = group.card("gwh")
        await correct(group, issued, "meaning", key_messages=NEW_MESSAGE)
        receipt = (await group.press("gwh", old, "Send answer", SAID))["value"]
        assert "Answered before the wording was corrected" in words(receipt)
        assert await _wording_of_answers(group, issued) == {"gwh": 1}
        form = (await group.press("gwh", receipt, "Correct our answer"))["value"]
        confirmed = (await group.press("gwh", form, "Send answer"))["value"]
        assert "Answered before" not in words(confirmed)
        assert await _wording_of_answers(group, issued) == {"gwh": 2}


async def test_a_typing_error_is_put_right_silently(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        issued = await a_request(group, "gwh", "camhs")
        await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        await correct(group, issued, "typing", title="Child F: rapid review", key_messages=NEW_MESSAGE)
        assert len(group.chat("gwh")) == len(group.chat("camhs")) == 1
        receipt = words(group.card("gwh"))
        assert "Child F: rapid review" in receipt and "Answered before" not in receipt
        async with group.unit() as (unit, its):
            assert (await learning(unit, its.id, issued.learning_id)).title == "Child F: rapid review"
            versions = await learning_versions(unit, its.id, issued.learning_id)
            assert [one.meaning_changed for one in versions] == [False, False]
            entry = (await log_entries(unit, its.id))[-1]
            assert entry.what == "learning corrected" and entry.before and entry.after != entry.before
            assert await first_broken_entry(unit, its.id) is None


async def test_a_correction_must_say_whether_the_meaning_changes_and_keeps_what_was_typed(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        issued = await a_request(group, "gwh")
        card = (await correct(group, issued, "", key_messages=NEW_MESSAGE, links="Briefing http://example.org"))[
            "value"
        ]
        said = words(card)
        assert "begins with https://" in said and NEW_MESSAGE in said
        links = next(key for key in inputs(card) if key.endswith("links"))
        mended = {"links": "Briefing https://example.org/b", "sort": ""}
        card = (await group.press("officer", card, "Save the correction", {links: mended["links"]}))["value"]
        assert "Please say whether the meaning changes." in words(card) and NEW_MESSAGE in words(card)
        async with group.unit() as (unit, its):
            assert len(await learning_versions(unit, its.id, issued.learning_id)) == 1


async def test_identifiable_text_in_a_correction_is_asked_about_and_not_stored_before(database_url, tmp_path, caplog):
    """I2: asked about on every form; stored only once the officer confirmed."""
    async with a_group(database_url, tmp_path) as group:
        issued = await a_request(group, "gwh")
        card = (await correct(group, issued, "typing", findings=NHS))["value"]
        keep("correct the learning, asked about", card)
        assert "NHS number" in words(card) and "943 476 5919" not in caplog.text
        async with group.unit() as (unit, its):
            assert len(await learning_versions(unit, its.id, issued.learning_id)) == 1
        done = await group.press("officer", card, "It is not about a real person")
        assert "The correction is saved." in words(done["value"])


async def test_two_officers_who_correct_at_once_do_not_overwrite_each_other(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        issued = await a_request(group, "gwh")
        form = await opened(group, issued, "Correct the learning")
        sent = [{"title": f"Child F review {number}", "sort": "typing"} for number in (1, 2)]
        replies = await asyncio.gather(*(group.press("officer", form, "Save the correction", one) for one in sent))
        texts = [one["value"] for one in replies if isinstance(one["value"], str)]
        assert texts == ["Somebody has corrected this in the meantime. Please open it again and look first."]
        async with group.unit() as (unit, its):
            assert len(await learning_versions(unit, its.id, issued.learning_id)) == 2


async def test_an_agency_added_later_gets_the_card_with_as_much_notice_as_there_is(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        issued = await a_request(group, "gwh")
        group.clock.to(2026, 11, 19)
        form = await opened(group, issued, "Add or remove agencies")
        keep("add or remove agencies", form)
        numbers = await seat_ids(group)
        police, housing = numbers["police"], numbers["housing"]
        given = {"add_asked": str(police), "add_told": str(housing), "why": "You attended the review."}
        await group.press("officer", form, "Add them", given)
        await group.press("officer", form, "Add them", given)
        card = words(group.card("police"))
        assert "For Police, by the end of Wednesday 9 December 2026" in card
        assert "Why Police: \nYou attended the review." in card
        assert "No answer is needed" in words(group.card("housing"))
        assert len(group.chat("police")) == len(group.chat("housing")) == 1
        assert len(group.chat("gwh")) == 1, "the others are not disturbed"
        await group.press("police", group.card("police"), "Send answer", SAID)
        assert "of 2 " in words(await managed(group, issued))


async def test_an_agency_taken_off_is_told_kindly_and_can_be_asked_again(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        issued = await a_request(group, "gwh", "camhs")
        old = group.card("gwh")
        form = await opened(group, issued, "Add or remove agencies")
        gwh = (await loops(group, issued))["gwh"]
        for _ in range(2):
            await group.press("officer", form, "Stop asking", {"loop": str(gwh.id)})
        assert len(group.chat("gwh")) == 2
        assert "GWH is not asked about this any more." in words(group.card("gwh"))
        assert not inputs(group.card("gwh", 0)) and "no longer" in words(group.card("gwh", 0)).lower()
        refused = await group.press("gwh", old, "Send answer", SAID)
        assert isinstance(refused["value"], str)
        async with group.unit() as (unit, its):
            rows = await returns_of_request(unit, its.id, issued.id)
            assert all(row.version_number == 0 for row in rows)
        group.clock.move(minutes=5)
        form = await opened(group, issued, "Add or remove agencies")
        await group.press("officer", form, "Add them", {"add_asked": str((await seat_ids(group))["gwh"])})
        await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        assert "Thank you. This is GWH" in words(group.card("gwh"))


async def test_the_last_agency_cannot_be_taken_off(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        issued = await a_request(group, "gwh")
        gwh = (await loops(group, issued))["gwh"]
        data = {"p": group.partnership_id, "request": issued.id, "loop": str(gwh.id)}
        reply = await group.execute("officer", "item.remove", data)
        assert "only agency" in reply["value"] and (await loops(group, issued))["gwh"].open


async def test_a_new_due_day_reaches_those_who_have_still_to_answer_once(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        issued = await a_request(group, "gwh", "camhs")
        await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        form = await opened(group, issued, "Change the due day")
        keep("change the due day", form)
        wrong = (await group.press("officer", form, "Change the day", {"due_on": "2026-11-02"}))["value"]
        assert "after today" in words(wrong)
        for _ in range(2):
            done = (await group.press("officer", form, "Change the day", {"due_on": "2026-12-01"}))["value"]
        assert "It is now due on Tuesday 1 December 2026." in words(done)
        assert len(group.chat("gwh")) == 1 and len(group.chat("camhs")) == 2
        assert "by the end of Tuesday 1 December 2026" in words(group.card("camhs"))
        fresh = (await group.press("camhs", group.card("camhs"), "Open"))["value"]
        assert "by the end of Tuesday 1 December 2026" in words(fresh)


async def test_a_withdrawn_request_says_why_once_and_answers_are_kept(database_url, tmp_path):
    """Issue deliver 6: cancel with a reason; an answer after it is refused kindly."""
    async with a_group(database_url, tmp_path) as group:
        issued = await a_request(group, "gwh", "camhs")
        await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        old = group.card("camhs")
        form = await opened(group, issued, "Withdraw")
        keep("withdraw", form)
        wrong = (await group.press("officer", form, "Withdraw the request", {"reason": " "}))["value"]
        assert "Please say why" in words(wrong)
        reason = "The review was sent to us in error."
        for _ in range(2):
            done = await group.press("officer", form, "Withdraw the request", {"reason": reason})
            assert "It is withdrawn." in done["value"]
        for who in ("gwh", "camhs"):
            assert len(group.chat(who)) == 2
            for at in (0, 1):
                assert reason in words(group.card(who, at)) and not inputs(group.card(who, at))
        keep("told of a withdrawal", group.card("gwh"))
        refused = await group.press("camhs", old, "Send answer", SAID)
        assert "withdrawn" in refused["value"] and "Thank you" in refused["value"]
        async with group.unit() as (unit, its):
            rows = await returns_of_request(unit, its.id, issued.id)
            assert sorted(row.version_number for row in rows) == [0, 1]
            assert (await request(unit, its.id, issued.id)).state == "cancelled"
            assert (await learning(unit, its.id, issued.learning_id)).state == "withdrawn"


async def test_a_late_answer_is_accepted_and_marked_late(database_url, tmp_path):
    """Issue deliver 12: accepted after the due day and after the meeting, marked late."""
    async with a_group(database_url, tmp_path) as group:
        issued = await a_request(group, "gwh")
        group.clock.to(2026, 12, 14)
        receipt = (await group.press("gwh", group.card("gwh"), "Send answer", SAID))["value"]
        assert "after the due day. It is accepted" in words(receipt)
        async with group.unit() as (unit, its):
            [row] = await returns_of_request(unit, its.id, issued.id)
            assert row.late and (await versions_of_return(unit, its.id, row.id))[0].late


async def test_every_button_of_the_officers_card_is_refused_to_others(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        issued = await a_request(group, "gwh", "camhs")
        loop_id = str((await loops(group, issued))["camhs"].id)
        data = {
            "p": group.partnership_id, "request": issued.id, "loop": loop_id, "until": "2026-12-04", "base": 1,
            "due_on": "2026-12-04", "reason": "no", "add_asked": "1", "sort": "typing", "w1.title": "Changed",
        }  # fmt: skip
        before = await _entries(group)
        from bot.handlers.managing import PRESSES

        for verb in PRESSES:
            for who in ("gwh", "chair"):
                reply = await group.execute(who, verb, data)
                assert reply["value"] == "Only the support officer can change what was issued.", (verb, reply)
        assert await _entries(group) == before


async def _entries(group):
    async with group.unit() as (unit, its):
        return len(await log_entries(unit, its.id))
