"""A meeting without quorum over HTTP: everything is provisional until it is confirmed, or taken up again (4.11, E2)."""

from __future__ import annotations

from datetime import date

from tests.answering import MEETING, a_request
from tests.group import a_group, buttons, words
from tests.meeting import answers, came_to, close_meeting, enter_the_room, returns_for, standing_of, the_meeting

NO_POLICE = ("chair", "awp", "housing")
MARCH = date(2027, 3, 11)
HIGH = {"dissemination": "high"}


async def held_without_the_police(group):
    """AWP High and Housing silent, decided by a meeting without the police; gives the request and the meeting."""
    request = await a_request(group, "awp", "housing")
    await answers(group, request.id, {"awp": "medium"})
    meeting_id = await the_meeting(group, MEETING)
    await the_meeting(group, MARCH)
    group.clock.to(2026, 12, 10)
    rest = await enter_the_room(group, here=NO_POLICE)
    typed = {"dissemination": "low", "rationale": "One ward only."}
    await group.press("officer", rest, "Record for this one", typed)
    await close_meeting(group, meeting_id)
    return request.id, meeting_id


async def test_after_an_inquorate_meeting_outcomes_and_closures_wait_and_silence_does_not(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        cards = len(group.chat("awp"))
        request_id, _ = await held_without_the_police(group)
        said = words(came_to(group))
        assert "Not quorate: no Police representative. One decided. Provisional: outcomes and closures wait." in said
        assert "Decided, provisional: no Police representative" in said
        assert len(group.chat("awp")) == cards + 1, "nobody is told an outcome"
        assert (await standing_of(group, request_id, "awp"))[0] == "returned"
        assert "assessed" not in words(await group.say("awp", "status"))
        assert (await standing_of(group, request_id, "housing"))[0] == "requested", "a fact is asked again at once"
        assert "no response received" in words(group.card("housing"))


async def test_the_chair_confirms_once_each_missing_sector_has_agreed(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request_id, meeting_id = await held_without_the_police(group)
        card = came_to(group)
        assert "Confirm what was decided" not in buttons(card)
        data = {"p": group.partnership_id, "meeting": meeting_id}
        early = str((await group.execute("chair", "circulation.confirm", data))["value"])
        assert "Still to come: the agreement of a Police representative" in early
        assert "Only the chair" in str((await group.execute("officer", "circulation.confirm", data))["value"])
        officer = came_to(group, "officer")
        group.clock.to(2026, 12, 14)
        named = {"person": str(group.ids["police"]), "agreed_on": "2026-12-20"}
        wrong = (await group.press("officer", officer, "Record this agreement", named))["value"]
        assert "Please give the day on which they agreed" in words(wrong)
        named["agreed_on"] = "2026-12-14"
        agreed = (await group.press("officer", wrong, "Record this agreement", named))["value"]
        assert "Police, Police agreed on Monday 14 December 2026" in words(agreed)
        await group.execute("chair", "circulation.confirm", data)
        assert "Confirmed by circulation." in words(came_to(group))
        assert (await standing_of(group, request_id, "awp"))[0] == "requested"
        told = words(group.card("awp"))
        assert "you said Medium; the LDG assessed Low." in told and "One ward only." in told
        [_, again] = await returns_for(group, request_id, "awp")
        assert again.state == "awaited"
        before = len(group.chat("awp"))
        await group.execute("chair", "circulation.confirm", data)
        assert len(group.chat("awp")) == before, "confirming twice is once"


async def test_carried_over_nothing_takes_effect_and_the_next_meeting_takes_it_up_again(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request_id, meeting_id = await held_without_the_police(group)
        carried = (await group.press("chair", came_to(group), "Carry over to the next meeting"))["value"]
        assert "Carried over. Nothing of it has taken effect." in words(carried) and buttons(carried) == []
        assert (await standing_of(group, request_id, "awp"))[0] == "returned"
        data = {"p": group.partnership_id, "meeting": meeting_id}
        late = str((await group.execute("chair", "circulation.confirm", data))["value"])
        assert "waits to be confirmed" in late
        group.clock.to(2027, 3, 11)
        rest = await enter_the_room(group)
        assert "AWP" in words(rest)
        await group.press("officer", rest, "Record for this one", HIGH | {"rationale": "All wards by now."})
        await close_meeting(group, await the_meeting(group, MARCH))
        assert (await standing_of(group, request_id, "awp"))[2]["dissemination"] == ("closed", "high")
        assert "you said Medium; the LDG assessed High." in words(group.card("awp"))
