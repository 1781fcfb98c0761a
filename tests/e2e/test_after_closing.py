"""After the meeting over HTTP: queries, late answers, follow-ups, closing an item and opening it again."""

from __future__ import annotations

from datetime import date

from assurance.beats import beat
from assurance.telling import tell_of_use
from storage.learning import learning
from storage.log import log_entries
from storage.reports import Report
from storage.returns import versions_of_return
from tests.answering import MEETING, SAID, a_request
from tests.group import a_group, buttons, inputs, words
from tests.meeting import answers, close_meeting, enter_the_room, returns_for, standing_of, the_meeting

MARCH = date(2027, 3, 11)


async def a_meeting_held(group, said, levels, *, next_on=MARCH, extra=None):
    """Issue, answer, decide the same for all, and close; gives the request's number."""
    request = await a_request(group, *said)
    await answers(group, request.id, {key: one for key, one in said.items() if one})
    meeting_id = await the_meeting(group, MEETING)
    if next_on:
        await the_meeting(group, next_on)
    group.clock.to(2026, 12, 10)
    card = await enter_the_room(group)
    name = next(one for one in buttons(card) if one.startswith("Record"))
    await group.press("officer", card, name, {"rationale": "The audit shows it.", **levels, **(extra or {})})
    await close_meeting(group, meeting_id)
    return request.id


async def test_an_agency_queries_its_outcome_and_the_officer_hears_of_it(database_url, tmp_path):
    """Query this: a question to the officer, which changes nothing that was decided."""
    async with a_group(database_url, tmp_path) as group:
        request_id = await a_meeting_held(group, {"awp": "high"}, {"dissemination": "medium"})
        outcome = group.card("awp")
        empty = (await group.press("awp", outcome, "Send to the support unit"))["value"]
        assert "Please say in a line what should be looked at." in words(empty)
        sent = await group.press("awp", empty, "Send to the support unit", {"text": "Page two lists every ward."})
        assert "The support unit has been told" in words(sent["value"])
        plea = group.card("officer")
        assert "AWP asks about its outcome" in words(plea) and "Page two lists every ward." in words(plea)
        await group.press("officer", plea, "Thank them, and settle this")
        assert (await standing_of(group, request_id, "awp"))[2]["dissemination"] == ("due", "medium")
        data = {"p": group.partnership_id, "request": request_id, "meeting": 1, "return": 1, "sort": "query", "n": 0}
        theirs = await group.execute("cgl", "outcome.query", data | {"q-1-query-n0.text": "What about AWP?"})
        assert "another agency" in str(theirs["value"]) and "Medium" not in str(theirs["value"])


async def test_an_answer_after_the_meeting_is_kept_and_alters_nothing_that_was_settled(database_url, tmp_path):
    """B12: held for the next round, as the earlier answer; "still true" copies its words, and sends nothing."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "awp", "cgl")
        await answers(group, request.id, {"cgl": "high"})
        form = group.card("awp")
        meeting_id = await the_meeting(group, MEETING)
        await the_meeting(group, MARCH)
        group.clock.to(2026, 12, 10)
        card = await enter_the_room(group)
        await group.press("officer", card, "Record for this one", {"dissemination": "high"})
        await close_meeting(group, meeting_id)
        group.clock.to(2026, 12, 14)
        late = (await group.press("awp", form, "Send answer", SAID))["value"]
        assert "Your answer is kept with the earlier meeting. Below is what is asked for the next one." in words(late)
        [first, again] = await returns_for(group, request.id, "awp")
        assert (first.outcome, first.late, first.version_number) == ("no_response", True, 1)
        assert again.state == "awaited" and (await standing_of(group, request.id, "awp"))[0] == "requested"
        assert SAID["evidence"] in words(late) and "Your earlier answer" in words(late)
        copied = (await group.press("awp", late, "Still true: use these words again"))["value"]
        evidence = next(one for key, one in inputs(copied).items() if key.endswith(".evidence"))
        level = next(one for key, one in inputs(copied).items() if key.endswith(".dissemination"))
        assert evidence["value"] == SAID["evidence"] and not level.get("value"), "the level is chosen anew"
        assert (await returns_for(group, request.id, "awp"))[1].version_number == 0, "nothing is sent"
        await group.press("awp", copied, "Send answer", {"dissemination": "high"})
        async with group.unit() as (unit, its):
            [version] = await versions_of_return(unit, its.id, again.id)
            assert not version.late
        before = len(group.chat("awp"))
        group.clock.to(2027, 2, 5, 12)
        await group.settle()
        assert len(group.chat("awp")) == before, "the card that asks for it is not sent any more"


async def test_the_follow_up_opens_when_the_next_meeting_is_entered(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request_id = await a_meeting_held(group, {"awp": "high"}, {"dissemination": "low"}, next_on=None)
        assert "for the next meeting, once its day is set" in words(group.card("awp"))
        assert (await standing_of(group, request_id, "awp"))[0] == "follow_up"
        await beat(group.house.open_unit, group.clock.now)
        assert len(await returns_for(group, request_id, "awp")) == 1
        await the_meeting(group, MARCH)
        for _ in range(2):
            await beat(group.house.open_unit, group.clock.now)
        [_, again] = await returns_for(group, request_id, "awp")
        assert (again.due_on, again.dimensions) == (date(2027, 2, 25), ["dissemination"])


async def test_an_item_is_closed_by_the_chair_when_every_loop_has_ended_and_reopened_with_new_evidence(
    database_url, tmp_path
):
    """Framework 1a and row 14: the bot proposes, the chair confirms; reopening is the chair's too."""
    async with a_group(database_url, tmp_path) as group:
        said = {"dissemination": "unable"}
        request_id = await a_meeting_held(group, {"gwh": "low"}, said)
        proposal = group.card("chair")
        assert "Close Child F rapid review?" in words(proposal) and "Unable to provide assurance" in words(proposal)
        data = {"p": group.partnership_id, "request": request_id}
        assert "Only the chair" in str((await group.execute("officer", "items.close", data))["value"])
        closed = (await group.press("chair", proposal, "Close it"))["value"]
        assert "is closed. Nothing more is asked about it." in words(closed)
        assert "Child F" not in words(await group.say("chair", "status"))
        evidence = {"q-1-new_evidence-n0.text": "A new provider starts in January."}
        await group.press("gwh", group.card("gwh"), "Tell the support unit", evidence)
        assert "GWH has new evidence" in words(group.card("officer"))
        assert "Only the chair can ask an agency again" in words(await group.say("officer", "reopen"))
        card = await group.say("chair", "reopen GWH")
        which = next(one for key, one in inputs(card).items() if key.endswith(".loop"))
        assert not which.get("value") and "unable to provide assurance" in words(card)
        chosen = {"loop": which["choices"][0]["value"]}
        why = (await group.press("chair", card, "Ask again", chosen))["value"]
        assert "Please say what is new" in words(why)
        await group.press("chair", why, "Ask again", chosen | {"reason": "A new provider starts in January."})
        assert (await standing_of(group, request_id, "gwh"))[:2] == ("requested", True)
        [first, again] = await returns_for(group, request_id, "gwh")
        assert first.settled_at and again.dimensions == ["dissemination", "impact"]
        async with group.unit() as (unit, its):
            whats = [one.what for one in await log_entries(unit, its.id)]
            assert (await learning(unit, its.id, 1)).state == "open"
            assert "item closed" in whats and "reopened" in whats
        assert "Child F" in words(await group.say("chair", "status"))


async def test_a_new_representative_gets_the_open_work_and_the_last_answers(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await a_meeting_held(group, {"gwh": "medium"}, {"dissemination": "medium", "led_by": ""})
        people = await group.say("officer", "people")
        form = (await group.press("officer", people, "Put somebody on a seat"))["value"]
        place = next(
            one["value"] for key, one_input in inputs(form).items() if key.endswith(".place")
            for one in one_input["choices"] if "Great Western" in one["title"] or "GWH" in one["title"]
        )  # fmt: skip
        await group.press("officer", form, "Save", {"place": place, "person": str(group.ids["ssu"])})
        said = "\n".join(words(group.card("ssu", at)) for at in range(len(group.chat("ssu"))))
        assert "You now answer for" in said and SAID["evidence"] in said
        assert "Medium, as the LDG assessed it" in said and "An update, please" in said


async def test_a_member_hears_once_that_their_example_went_into_a_report(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        request_id = await a_meeting_held(group, {"awp": "high"}, {"dissemination": "high"})
        number = (await returns_for(group, request_id, "awp"))[0].id
        for _ in range(2):
            async with group.unit() as (unit, its):
                report = Report(
                    id=7, partnership_id=its.id, group_key="ldg", kind="highlight", period="meeting:1",
                    drafted_at=group.clock.now,
                )  # fmt: skip
                await tell_of_use(unit, its, await _pack(unit, its), report, [number, 999], group.clock.now)
        await group.settle()
        told = [words(group.card("awp", at)) for at in range(len(group.chat("awp")))]
        line = "what you told us about Child F rapid review is in the Highlight report to the Delivery Group"
        assert sum(line in one for one in told) == 1


async def _pack(unit, its):
    from assurance.packing import pack_of

    return await pack_of(unit, its)
