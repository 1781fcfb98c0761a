"""Recording in the meeting over HTTP: nothing is lost, nothing overwritten, and everything can be undone (B8-B12)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import col, select

from storage.asks import Round
from storage.decisions import decisions_of_meeting
from storage.returns import AgencyReturn, Assessment, returns_of_request
from tests.answering import MEETING, a_request
from tests.group import a_group, button, buttons, inputs, words
from tests.meeting import answers, chosen, close_meeting, enter_the_room, returns_for, standing_of, the_meeting

WHY = {"rationale": "Half of the wards are reached."}
HIGH = {"dissemination": "high"}


async def a_meeting_of(group, **said):
    """A meeting at which these seats' answers are to be weighed, on its day; gives its number and the request's."""
    request = await a_request(group, *said)
    await answers(group, request.id, {key.replace("_", "-"): one for key, one in said.items() if one})
    meeting_id = await the_meeting(group, MEETING)
    group.clock.to(2026, 12, 10)
    return meeting_id, request.id


async def recorded(group, meeting_id):
    async with group.unit() as (unit, its):
        return [(one.state, one.provisional) for one in await decisions_of_meeting(unit, its.id, meeting_id)]


async def test_a_wrong_decision_is_undone_until_the_meeting_is_closed_and_never_after(database_url, tmp_path):
    """B12: undone rows stay in the record; what has taken effect is never altered."""
    async with a_group(database_url, tmp_path) as group:
        meeting_id, _ = await a_meeting_of(group, awp="high", cgl="high")
        rest = await enter_the_room(group)
        done = (await group.press("officer", rest, "Record the same for these two", HIGH))["value"]
        number = (await recorded_numbers(group, meeting_id))[0]
        data = {"p": group.partnership_id, "decision": number}
        undone = (await group.execute("officer", "assess.undo", data))["value"]
        assert "Undone. Nothing is recorded here now." in words(undone)
        low = {"dissemination": "low", **WHY}
        again = (await group.press("officer", undone, "Record, and next", low))["value"]
        assert "High, assessed Low" in words(again)
        assert "Undo" in buttons(again), "one press takes back what was just recorded"
        once_more = (await group.press("officer", again, "Undo"))["value"]
        await group.press("officer", once_more, "Record, and next", low)
        assert sorted(await recorded(group, meeting_id)) == [
            ("set", True), ("set", True), ("undone", True), ("undone", True)
        ]  # fmt: skip
        await close_meeting(group, meeting_id)
        late = str((await group.execute("officer", "assess.undo", data))["value"])
        assert "is closed, so what was decided there stays as it is" in late
        refused = await group.press("officer", done, "Open it", {"go_to": "1"})
        assert "is closed" in str(refused["value"])


async def recorded_numbers(group, meeting_id):
    async with group.unit() as (unit, its):
        return [one.id for one in await decisions_of_meeting(unit, its.id, meeting_id)]


async def test_two_who_record_at_once_do_not_overwrite_each_other(database_url, tmp_path):
    """A decision recorded meanwhile is shown, and what was typed is kept."""
    async with a_group(database_url, tmp_path) as group:
        meeting_id, request_id = await a_meeting_of(group, gwh="high")
        officer = await enter_the_room(group)
        chair = await group.say("chair", "assess")
        await group.press("officer", officer, "Record, and next", HIGH)
        typed = {"dissemination": "low", "rationale": "Only one ward."}
        meanwhile = (await group.press("chair", chair, "Record, and next", typed))["value"]
        said = words(meanwhile)
        assert "Officer recorded a decision at 10:00, while this was open. Yours is not recorded" in said
        assert "High, assessed High" in said and "Only one ward." in said and chosen(meanwhile) == []
        assert await recorded(group, meeting_id) == [("set", True)]
        await group.press("chair", meanwhile, "Record this instead", typed)
        assert await recorded(group, meeting_id) == [("superseded", True), ("set", True)]
        row = (await returns_for(group, request_id, "gwh"))[0]
        assert row.settled_at is None


async def test_where_nothing_is_left_to_decide_the_meeting_can_be_closed_from_its_overview(sqlite_url, tmp_path):
    """The overview's last button leads to what closing will record, and that to its end."""
    async with a_group(sqlite_url, tmp_path) as group:
        await a_meeting_of(group, awp="high", cgl="high")
        rest = await enter_the_room(group)
        done = (await group.press("officer", rest, "Record the same for these two", HIGH))["value"]
        closing = (await group.press("officer", done, "Close the meeting"))["value"]
        assert "Every answer that was asked for came in." in words(closing)
        closed = (await group.press("officer", closing, "Close this meeting"))["value"]
        assert "Closed." in words(closed)
        assert "Your answer is kept." in words(group.card("awp"))


async def test_a_double_press_records_once_and_an_answer_that_changed_is_looked_at_first(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        meeting_id, request_id = await a_meeting_of(group, gwh="high")
        card = await enter_the_room(group)
        for _ in range(2):
            await group.press("officer", card, "Record, and next", HIGH)
        assert await recorded(group, meeting_id) == [("set", True)]
        page = (await group.press("officer", await group.say("officer", "assess"), "Open it", {"go_to": "1"}))["value"]
        await answers(group, request_id, {"gwh": "medium"})
        changed = (await group.press("officer", page, "Record this instead", HIGH | WHY))["value"]
        assert "GWH has changed its answer while this was open. Please look at it again." in words(changed)
        assert "Medium" in words(changed) and WHY["rationale"] in words(changed)


async def test_words_that_are_typed_and_not_recorded_are_kept_and_case_data_is_asked_about(sqlite_url, tmp_path):
    """I2, and nothing typed is lost on the way to the next return."""
    async with a_group(sqlite_url, tmp_path) as group:
        meeting_id, _ = await a_meeting_of(group, gwh="high", housing="not_relevant")
        card = await enter_the_room(group)
        on = (await group.press("officer", card, "Next, without recording", {"good_practice": "The ward huddle."}))[
            "value"
        ]
        assert words(on).startswith("SBC Housing") and "What you had typed is kept, and not recorded yet." in words(on)
        back = (await group.press("officer", on, "Back"))["value"]
        assert "The ward huddle." in words(back) and chosen(back) == []
        case = HIGH | {"good_practice": "Seen with NHS number 943 476 5919."}
        asked = (await group.press("officer", back, "Record, and next", case))["value"]
        assert "Please check before this is saved" in words(asked) and await recorded(group, meeting_id) == []
        sure = "Not about a real person: record"
        assert (await group.press("officer", asked, sure))["value"] and await recorded(group, meeting_id)


async def test_the_same_for_all_never_copies_a_self_rating_and_names_who_needs_a_reason(database_url, tmp_path):
    """B9: the names stand above it; a level is chosen by the group, and what differs needs a reason."""
    async with a_group(database_url, tmp_path) as group:
        meeting_id, _ = await a_meeting_of(
            group, awp="high", camhs="medium", cgl="low", housing="not_relevant", police=None
        )
        first = await enter_the_room(group)
        assert words(first).startswith("SBC Housing"), "not relevant is accepted or not, by itself (4.4)"
        accepted = {"dissemination": "not_relevant"}
        rest = (await group.press("officer", first, "Record, and next", accepted))["value"]
        assert "AWP, CGL and CAMHS" in words(rest).partition("the same for these three")[2] and chosen(rest) == []
        button_name = "Record the same for these three"
        nothing = (await group.press("officer", rest, button_name))["value"]
        assert "AWP, CGL and CAMHS: Please choose a level." in words(nothing)
        why = (await group.press("officer", nothing, button_name, HIGH))["value"]
        assert "CGL and CAMHS: The agency rated it otherwise." in words(why)
        assert await recorded(group, meeting_id) == [("set", True)], "all or none"
        done = (await group.press("officer", why, button_name, HIGH | {"rationale": "The audit shows it."}))["value"]
        assert "Recorded, the same for three." in words(done) and "nothing is left to decide" in words(done)
        async with group.unit() as (unit, its):
            rows = await unit.all(_assessments(its.id))
            assert [one.level for one in rows] == ["not_relevant", "high", "high", "high"]


def _assessments(partnership_id):
    return select(Assessment).where(Assessment.partnership_id == partnership_id).order_by(col(Assessment.id))


async def test_a_forged_level_and_one_that_ends_the_asking_are_refused_for_several(sqlite_url, tmp_path):
    """Unable is never decided along with others, and no level comes from outside the pack."""
    async with a_group(sqlite_url, tmp_path) as group:
        meeting_id, _ = await a_meeting_of(group, awp="high", cgl="high")
        rest = await enter_the_room(group)
        action = button(rest, "Record the same for these two")
        name = next(key for key in inputs(rest) if key.endswith(".dissemination"))
        for level, said in (("unable", "needs a decision of its own"), ("splendid", "one of those shown")):
            forged = {**action["data"], name: level, name.replace("dissemination", "rationale"): "Because."}
            reply = (await group.execute("officer", action["verb"], forged))["value"]
            assert said in words(reply) and await recorded(group, meeting_id) == []
        for verb in ("assess.record", "assess.together", "assess.undo", "attendance.save", "assess.go"):
            reply = str((await group.execute("awp", verb, {**action["data"], "return": 1, "decision": 1}))["value"])
            assert "Only the support officer or the chair" in reply and "huddles" not in reply
        assert await recorded(group, meeting_id) == []


async def test_before_the_meeting_nothing_is_recorded_unless_the_papers_are_out(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        request = await a_request(group, "awp")
        await answers(group, request.id, {"awp": "high"})
        early = words(await group.say("officer", "assess"))
        assert "From that day on I record what it decides" in early
        await group.press("officer", await group.say("officer", "papers"), "Release papers")
        assert "Who is here?" in words(await group.say("officer", "assess"))
        nobody = await group.press("officer", await group.say("officer", "assess"), "Save who is here")
        assert "Please tick who is here." in words(nobody["value"])


@pytest.mark.parametrize("follow", ["continue", "close", "propose"])
async def test_at_the_third_round_below_high_the_group_says_what_follows(sqlite_url, tmp_path, follow):
    """Framework 4.3."""
    async with a_group(sqlite_url, tmp_path) as group:
        meeting_id, request_id = await a_meeting_of(group, awp="medium")
        async with group.unit() as (unit, its):
            [row] = await returns_of_request(unit, its.id, request_id)
            for number in (1, 2):
                day = date(2026, 5, number)
                its_round = await unit.save(Round(partnership_id=its.id, group_key="ldg", opens_on=day, due_on=day))
                earlier = await unit.save(
                    AgencyReturn(
                        id=-number, partnership_id=its.id, loop_id=row.loop_id, request_id=row.request_id,
                        round_id=its_round.id, seat_id=row.seat_id, form_version_id=row.form_version_id,
                        dimensions=["dissemination"], due_on=day, state="returned", settled_at=group.clock.now,
                    )
                )  # fmt: skip
                unit.add(
                    Assessment(
                        partnership_id=its.id, return_id=earlier.id, dimension="dissemination", level="medium",
                        at=group.clock.now,
                    )
                )  # fmt: skip
        card = await enter_the_room(group)
        assert "Third round without assurance." in words(card)
        medium = {"dissemination": "medium", **WHY}
        asked = (await group.press("officer", card, "Record, and next", medium))["value"]
        assert "This is the third round without assurance. Please choose what follows." in words(asked)
        named = medium | {"follow": follow, "follow_words": "The lead visits in May."}
        done = (await group.press("officer", asked, "Record, and next", named))["value"]
        assert "Medium, assessed Medium" in words(done)
        await close_meeting(group, meeting_id)
        told = words(group.card("awp"))
        assert "The lead visits in May." in told and ("Closed by the chair" in told) is (follow == "close")
        _, _, dimensions = await standing_of(group, request_id, "awp")
        assert dimensions["dissemination"] == ("closed" if follow == "close" else "follow_up", "medium")
