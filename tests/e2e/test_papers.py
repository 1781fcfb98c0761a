"""Papers over HTTP: one view of every return, released by an act, marked to be talked about (B8, framework 2)."""

from __future__ import annotations

from storage.asks import round_of_meeting
from storage.log import log_entries
from storage.people import Holding
from tests.answering import MEETING, SAID, a_request
from tests.group import a_group, buttons, words
from tests.meeting import answers, close_meeting, enter_the_room, the_meeting

SEATS = ("gwh", "awp", "police", "housing", "camhs", "cgl", "education")


async def test_papers_open_to_members_only_when_they_are_released_and_that_is_logged(database_url, tmp_path):
    """Framework 2: before the release a member sees no other agency's answer, and the refusal tells nothing."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, *SEATS)
        await answers(group, request.id, {"gwh": "high", "awp": "low"})
        meeting_id = await the_meeting(group, MEETING)
        refused = words(await group.say("awp", "papers"))
        assert "The papers are not released yet" in refused and "GWH" not in refused and "High" not in refused
        data = {"p": group.partnership_id, "meeting": meeting_id}
        for verb in ("papers.show", "papers.release", "papers.mark"):
            reply = str((await group.execute("awp", verb, data | {"return": 1, "marked": True}))["value"])
            assert "huddles" not in reply and "High" not in reply
        papers = await group.say("officer", "papers")
        assert "Two of seven answers are here. Not released yet." in words(papers)
        assert "Release papers" in buttons(papers)
        out = (await group.press("officer", papers, "Release papers"))["value"]
        assert "LDG members can read every answer now" in words(out) and "Release papers" not in buttons(out)
        await group.press("officer", papers, "Release papers")
        posted = words(group.teams.card(group.teams.team.id))
        assert "Papers for Thursday 10 December 2026" in posted and "GWH" not in posted
        assert len(group.channel()) == 2, "the request's card, and one line about the papers"
        mine = words(await group.say("awp", "papers"))
        assert SAID["evidence"] in mine and "Released at" in mine
        async with group.unit() as (unit, its):
            assert (await round_of_meeting(unit, its.id, meeting_id)).released_at == group.clock.now
            assert [one.what for one in await log_entries(unit, its.id)].count("papers released") == 1


async def test_in_a_channel_papers_and_assess_are_offered_in_private_and_show_nothing(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        await answers(group, request.id, {"gwh": "high"})
        meeting_id = await the_meeting(group, MEETING)
        group.clock.to(2026, 12, 10)
        for typed in ("papers", "assess"):
            card = await group.say("officer", typed, in_channel=True)
            assert "huddles" not in words(card) and buttons(card) == ["Send me the details in private"]
        data = {"p": group.partnership_id, "meeting": meeting_id, "where": "overview"}
        for verb in ("papers.show", "assess.go", "attendance.show"):
            reply = str((await group.execute("officer", verb, data, in_channel=True))["value"])
            assert "our own chat" in reply and "huddles" not in reply


async def test_a_member_marks_what_to_talk_about_and_the_meeting_takes_it_first(database_url, tmp_path):
    """B8: marked ones one by one, the rest together, with the names before "the same for all" applies."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, *SEATS)
        await answers(group, request.id, dict.fromkeys(SEATS, "high"))
        await the_meeting(group, MEETING)
        await group.press("officer", await group.say("officer", "papers"), "Release papers")
        papers = await group.say("police", "papers")
        assert "Page 1 of 2" in words(papers)
        marked = (await group.press("police", papers, "Mark to discuss"))["value"]
        assert "To be discussed: marked by you." in words(marked)
        assert "Worth talking about" in words(marked) and "AWP: marked by Police" in words(marked)
        group.clock.to(2026, 12, 10)
        first = await enter_the_room(group)
        assert words(first).startswith("AWP: Child F rapid review") and "Marked by Police." in words(first)
        rest = (await group.press("officer", first, "Next, without recording"))["value"]
        assert words(rest).startswith("GWH"), "the chair is of GWH, so that one is taken by itself too"
        back = (await group.press("officer", rest, "Back"))["value"]
        assert words(back).startswith("AWP")
        together = (await group.press("officer", rest, "Next, without recording"))["value"]
        decides = words(together).partition("What the LDG decides, the same for these five")[2]
        assert "CGL, CAMHS, SBC Education, SBC Housing and Police" in decides.split("\n", 2)[1]
        unmarked = (await group.press("police", marked, "Do not discuss after all"))["value"]
        assert "marked by you" not in words(unmarked)


async def test_a_co_optee_reads_released_papers_and_marks_nothing(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        await answers(group, request.id, {"gwh": "high"})
        meeting_id = await the_meeting(group, MEETING)
        async with group.unit() as (unit, its):
            for one in await unit.all(_holdings_of(its.id, group.ids["ssu"])):
                one.ends_on = MEETING.replace(year=2025)
            unit.add(Holding(partnership_id=its.id, person_id=group.ids["ssu"], role="co_optee"))
        assert "not released yet" in words(await group.say("ssu", "papers"))
        await group.press("officer", await group.say("officer", "papers"), "Release papers")
        papers = await group.say("ssu", "papers")
        assert SAID["evidence"] in words(papers) and buttons(papers) == []
        data = {"p": group.partnership_id, "meeting": meeting_id, "return": 1, "marked": True}
        assert "Only members" in str((await group.execute("ssu", "papers.mark", data))["value"])


def _holdings_of(partnership_id, person_id):
    from sqlmodel import select

    return select(Holding).where(Holding.partnership_id == partnership_id, Holding.person_id == person_id)


async def test_an_answer_that_changes_after_the_release_is_flagged_to_the_officer_once(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh", "awp")
        await answers(group, request.id, {"gwh": "high"})
        await the_meeting(group, MEETING)
        papers = await group.say("officer", "papers")
        await group.press("officer", papers, "Release papers")
        group.clock.move(minutes=1)
        await answers(group, request.id, {"gwh": "medium"})
        assert "GWH changed its answer on Child F rapid review after the papers had gone out." in words(
            group.card("officer")
        )
        assert "Changed since the papers went out." in words(await group.say("chair", "papers"))
        await answers(group, request.id, {"awp": "high"})
        assert "AWP answered on Child F rapid review after" in words(group.card("officer"))


async def test_what_was_not_decided_comes_to_the_next_meeting(database_url, tmp_path):
    """SL section 4: nothing drops off the table."""
    from datetime import date

    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "awp", "cgl")
        await answers(group, request.id, {"awp": "high", "cgl": "high"})
        meeting_id = await the_meeting(group, MEETING)
        await the_meeting(group, date(2027, 3, 11))
        group.clock.to(2026, 12, 10)
        await enter_the_room(group)
        await close_meeting(group, meeting_id)
        group.clock.to(2027, 3, 11)
        rest = await enter_the_room(group)
        assert "The rest together: two answers" in words(rest)
        done = (await group.press("officer", rest, "Record the same for these two", {"dissemination": "high"}))["value"]
        assert "nothing is left to decide" in words(done)
