"""A meeting of the group over HTTP: what it decides about each return, and what follows (SL section 4)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select

from storage.returns import Assessment
from tests.answering import DUE, MEETING, a_request
from tests.group import a_group, button, buttons, filled, inputs, words
from tests.integrity import faults_of
from tests.meeting import (
    QUORATE,
    answers,
    came_to,
    chosen,
    close_meeting,
    enter_the_room,
    leave,
    returns_for,
    standing_of,
    the_meeting,
)

MARCH = date(2027, 3, 11)
WHY = "Half of the wards are reached; community midwifery is not yet."


async def test_self_high_assessed_low_shows_both_and_is_followed_up_and_a_concern(database_url, tmp_path):
    """Scenario 5, B9, B10: the group's level is a field of its own, beside what the agency says."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "awp")
        await answers(group, request.id, {"awp": "high"})
        meeting_id = await the_meeting(group, MEETING)
        group.clock.to(2026, 12, 10)
        card = await enter_the_room(group)
        assert "High" in words(card) and chosen(card) == [], "no level is ever chosen beforehand"
        refused = (await group.press("officer", card, "Record for this one", {"dissemination": "low"}))["value"]
        assert "does not close, in words that the agency will read" in words(refused)
        low = {"dissemination": "low", "rationale": WHY}
        done = (await group.press("officer", refused, "Record for this one", low))["value"]
        assert "High, assessed Low" in words(done)
        await close_meeting(group, meeting_id)
        state, is_open, dimensions = await standing_of(group, request.id, "awp")
        assert (state, is_open, dimensions["dissemination"]) == ("follow_up", True, ("follow_up", "low"))
        status = words(await group.say("chair", "status AWP"))
        assert "High, as the agency rates itself; Low, as the LDG assessed it" in status
        said = words(came_to(group))
        concerns = said.partition("Concerns")[2]
        assert "Low, no assurance or unable" in concerns and WHY in concerns
        told = words(group.card("awp"))
        assert "you said High; the LDG assessed Low." in told and WHY in told


async def test_a_level_for_what_was_not_asked_is_no_part_of_a_decision(sqlite_url, tmp_path):
    """A forged press could have closed a dimension that nobody had been asked about yet."""
    async with a_group(sqlite_url, tmp_path) as group:
        request = await a_request(group, "awp")
        await answers(group, request.id, {"awp": "high"})
        await the_meeting(group, MEETING)
        group.clock.to(2026, 12, 10)
        aside = {"leave_out": str((await returns_for(group, request.id, "awp"))[0].id)}
        card = (await group.press("officer", await enter_the_room(group), "Take them one by one", aside))["value"]
        record = button(card, next(one for one in buttons(card) if one.startswith("Record")))
        typed = filled(card, {"dissemination": "low", "rationale": WHY})
        level = next(name for name in typed if name.endswith(".dissemination"))
        forged = {level.replace(".dissemination", f".{name}"): "high" for name in ("impact", "nothing-of-ours")}
        done = (await group.execute("officer", record["verb"], record["data"] | typed | forged))["value"]
        assert "High, assessed Low" in words(done)
        async with group.unit() as (unit, _):
            assert [one.dimension for one in await unit.all(select(Assessment))] == ["dissemination"]
            assert await faults_of(unit) == []


async def test_what_is_below_high_is_asked_again_with_the_earlier_answer_and_high_is_not(database_url, tmp_path):
    """Scenario 6, B8: the two dimensions stand by themselves."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "awp", "cgl", "camhs")
        await answers(group, request.id, {"awp": "medium", "cgl": "high", "camhs": "high"})
        meeting_id, march = await the_meeting(group, MEETING), await the_meeting(group, MARCH)
        group.clock.to(2026, 12, 10)
        rest = await enter_the_room(group)
        aside = {"leave_out": str((await returns_for(group, request.id, "awp"))[0].id)}
        awp = (await group.press("officer", rest, "Take them one by one", aside))["value"]
        medium = {"dissemination": "medium", "rationale": WHY}
        rest = (await group.press("officer", awp, "Record, and next", medium))["value"]
        assert "Record the same for these two" in buttons(rest)
        await group.press("officer", rest, "Record the same for these two", {"dissemination": "high"})
        await close_meeting(group, meeting_id)
        assert (
            "Next: \nAn update on Assurance of Dissemination of Learning/Resources, by the end of Thursday 25 Feb"
            in (words(group.card("awp")))
        )
        rows = await returns_for(group, request.id, "awp")
        assert [row.dimensions for row in rows] == [["dissemination"], ["dissemination"]]
        assert len(await returns_for(group, request.id, "cgl")) == 1, "High is not asked again"
        before = len(group.chat("awp"))
        group.clock.to(2027, 2, 4, 12)
        await group.settle()
        assert len(group.chat("awp")) == before + 1, "the card comes with the notice that the pack promises"
        card = group.card("awp")
        assert "An update, please" in words(card) and "Your earlier answer" in words(card)
        assert {key.rpartition(".")[2] for key in inputs(card)} >= {"dissemination", "evidence"}
        assert not any(key.endswith((".impact", ".monitoring")) for key in inputs(card))
        assert march and (await standing_of(group, request.id, "awp"))[0] == "requested"
        assert (await standing_of(group, request.id, "cgl"))[0] == "moderated", "impact is still to be asked"


async def test_silence_is_a_fact_and_never_a_level(database_url, tmp_path):
    """Scenario 7, framework 4.2: no response is not Low and not None, and it is reported by itself."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "police", "awp")
        await answers(group, request.id, {"awp": "high"})
        meeting_id = await the_meeting(group, MEETING)
        await the_meeting(group, MARCH)
        group.clock.to(2026, 12, 10)
        rest = await enter_the_room(group)
        assert "POLICE" not in words(rest).upper().partition("WHAT THE LDG DECIDES")[2]
        done = (await group.press("officer", rest, "Record for this one", {"dissemination": "high"}))["value"]
        number = (await returns_for(group, request.id, "police"))[0].id
        page = (await group.press("officer", done, "Open it", {"go_to": str(number)}))["value"]
        levels = next(one for one in inputs(page).values() if one["id"].endswith(".dissemination"))
        assert [one["value"] for one in levels["choices"]] == ["unable", "ended"], "there is no level to set"
        await group.press("officer", page, "Noted, next")
        await close_meeting(group, meeting_id)
        state, is_open, dimensions = await standing_of(group, request.id, "police")
        assert (state, is_open, dimensions["dissemination"]) == ("requested", True, ("due", None))
        [first, again] = await returns_for(group, request.id, "police")
        assert (first.outcome, first.settled_at is not None, again.state) == ("no_response", True, "awaited")
        said = words(came_to(group)).partition("Concerns")[2]
        assert said.index("No response received") < said.index("Police")
        assert "Low, no assurance or unable" not in said and "Medium: further" not in said
        told = words(group.card("police"))
        assert "no response received" in told and "It is a fact, and no level" in told


async def test_unable_ends_the_asking_with_a_reason_and_offers_what_people_may_decide(database_url, tmp_path):
    """Scenario 12, framework 4.2: risk and a single agency assurance request are offered, and not made."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "housing", "awp")
        await answers(group, request.id, {"awp": "high"})
        meeting_id = await the_meeting(group, MEETING)
        await the_meeting(group, MARCH)
        group.clock.to(2026, 12, 10)
        rest = await enter_the_room(group)
        done = (await group.press("officer", rest, "Record for this one", {"dissemination": "high"}))["value"]
        number = (await returns_for(group, request.id, "housing"))[0].id
        page = (await group.press("officer", done, "Open it", {"go_to": str(number)}))["value"]
        refused = (await group.press("officer", page, "Record this", {"dissemination": "unable"}))["value"]
        assert "Please say why" in words(refused)
        why = {"dissemination": "unable", "rationale": "The service is being re-tendered."}
        await group.press("officer", refused, "Record this", why)
        await close_meeting(group, meeting_id)
        assert (await standing_of(group, request.id, "housing"))[:2] == ("unable", False)
        assert len(await returns_for(group, request.id, "housing")) == 1, "requests stop"
        told = words(group.card("housing"))
        assert "at present unable to provide assurance" in told and "The service is being re-tendered." in told
        assert "not a finding about anyone\u2019s practice" in told and "Answer now" not in buttons(
            group.card("housing")
        )
        said = words(came_to(group))
        offered = said.partition("For people to decide")[2]
        assert "Unable to provide assurance" in said and "risk register" in offered
        assert "Single Agency Assurance Request" in offered and "Nothing of this is done by itself." in offered
        form = group.card("housing", 0)
        assert "Nothing more is asked about this" in words(form) and not inputs(form)


async def test_the_chair_of_gwh_does_not_lead_on_gwh_and_another_member_is_offered(database_url, tmp_path):
    """Scenario 14, framework 4.10: refused over HTTP as well, and each decision names who led it."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        await answers(group, request.id, {"gwh": "high"})
        meeting_id = await the_meeting(group, MEETING)
        group.clock.to(2026, 12, 10)
        card = await enter_the_room(group, "chair")
        said = words(card)
        assert "This is about GWH, and you are of that organisation. It can be led by Awp, Housing and Police." in said
        led_by = next(one for one in inputs(card).values() if one["id"].endswith(".led_by"))
        assert str(group.ids["chair"]) not in [one["value"] for one in led_by["choices"]]
        forced = {"dissemination": "high", "led_by": str(group.ids["chair"])}
        refused = (await group.press("chair", card, "Record, and next", forced))["value"]
        assert "you are of that organisation" in words(refused) and "Recorded" not in words(refused)
        led = {"dissemination": "high", "led_by": str(group.ids["police"])}
        await group.press("chair", refused, "Record, and next", led)
        overview = await group.say("chair", "assess")
        page = (
            await group.press(
                "chair", overview, "Open it", {"go_to": str((await returns_for(group, request.id, "gwh"))[0].id)}
            )
        )["value"]
        assert "Led by Police; recorded by Chair." in words(page)
        await close_meeting(group, meeting_id)
        assert "GWH: led by Police" in words(came_to(group, "officer"))


@pytest.mark.parametrize(
    ("here", "quorum"),
    [
        (("gwh", "housing", "police"), "Quorate"),
        (("gwh", "housing"), "Not quorate: no Police representative"),
    ],
)
async def test_the_quorum_is_counted_live_and_names_the_gap(sqlite_url, tmp_path, here, quorum):
    """Scenario 16, E2, framework 4.11; the rules for Solihull are in tests/unit/test_quorum.py."""
    async with a_group(sqlite_url, tmp_path) as group:
        await a_request(group, "awp")
        group.clock.to(2026, 12, 10)
        form = await group.say("officer", "assess")
        assert not any(one.get("value") for one in inputs(form).values()), "nobody is ticked beforehand"
        present = ",".join(str(group.ids[key]) for key in here)
        saved = (await group.press("officer", form, "Save who is here", {"here": present}))["value"]
        assert f"{quorum}." in words(saved)
        if quorum != "Quorate":
            assert "provisional until it is confirmed by circulation" in words(saved)
            number = await seat_number(group, "police")
            more = {"here": present, "substitutes": str(number)}
            with_substitute = (await group.press("officer", saved, "Save who is here", more))["value"]
            assert "Quorate." in words(with_substitute), "a substitute of the same agency counts for it (E3)"


async def seat_number(group, key):
    from storage.partnerships import seats

    async with group.unit() as (unit, its):
        return next(one.id for one in await seats(unit, its.id) if one.slug == key)


async def test_a_vacant_seat_is_recorded_as_vacant_and_never_as_no_response(database_url, tmp_path):
    """Scenario 28, framework 4.25: it is no concern, and it is asked again."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "police", "housing")
        meeting_id = await the_meeting(group, MEETING)
        await the_meeting(group, MARCH)
        group.clock.to(2026, 12, 10)
        await enter_the_room(group)
        await leave(group, "police", date(2026, 12, 1))
        await close_meeting(group, meeting_id)
        [first, again] = await returns_for(group, request.id, "police")
        assert (first.outcome, again.state) == ("vacant", "awaited")
        said = words(came_to(group))
        silent = said.partition("No response received")[2]
        assert "Housing" in silent and "Police" not in silent
        papers = await group.say("chair", "papers")
        before = (await group.press("chair", papers, "Meeting before"))["value"]
        assert "Vacant: nobody there for the agency." in words(before)
        told = [words(group.card("police", at)).lower() for at in range(len(group.chat("police")))]
        assert not any("no response" in one for one in told), "nobody is told of a silence"


async def test_with_a_quorum_of_one_sector_missing_the_card_says_so_all_the_while(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        request = await a_request(group, "awp")
        await answers(group, request.id, {"awp": "high"})
        group.clock.to(2026, 12, 10)
        card = await enter_the_room(group, here=("chair", "gwh", "housing"))
        assert "Not quorate: no Police representative. What is recorded is provisional." in words(card)
        assert DUE < MEETING and set(QUORATE)
