"""`history <seat>` over HTTP: every round with both levels, cited; who may read it; quiet prompts (B16, scenario 8)."""

from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta

import pytest

from cards.history import SHOW
from storage.asks import Meeting, Round, loop, request
from storage.chasers import Chaser
from storage.notices import Notice
from storage.partnerships import seats
from storage.returns import AgencyReturn, Answer, Assessment, Version, returns_of_request
from storage.texts import text_of
from tests.answering import SAID, a_request
from tests.e2e.test_asking import rows_of
from tests.group import a_group, buttons, inputs, words

REFUSED = "The history of an agency is open to the chair and the support officer, and to the agency itself."
EARLIER = (date(2026, 3, 12), date(2026, 6, 11), date(2026, 9, 10))


async def a_past_round(group, asked, day, level, *, assessed="medium", words="Two short words.", late=False):
    """An earlier round of the first addressee of a request, answered and assessed."""
    async with group.unit() as (unit, its):
        first = (await returns_of_request(unit, its.id, asked.id))[0]
        at = datetime(day.year, day.month, day.day, 10, tzinfo=UTC) - timedelta(days=20)
        held = await unit.save(Meeting(partnership_id=its.id, group_key="ldg", on=day, state="held"))
        when = await unit.save(
            Round(partnership_id=its.id, group_key="ldg", meeting_id=held.id, opens_on=at.date(), due_on=at.date())
        )
        row = await unit.save(
            AgencyReturn(
                partnership_id=its.id, loop_id=first.loop_id, request_id=asked.id, round_id=when.id,
                seat_id=first.seat_id, form_version_id=first.form_version_id, dimensions=["dissemination"],
                due_on=at.date(), state="returned" if level else "awaited", version_number=1 if level else 0,
                returned_at=at if level else None, late=late,
            )
        )  # fmt: skip
        if not level:
            return row.id
        said = await unit.save(
            Version(
                partnership_id=its.id, return_id=row.id, number=1, form_version_id=row.form_version_id,
                by_person_id=group.ids["gwh"], by_title="Named Professional", late=late, sha256="0" * 64, at=at,
            )
        )  # fmt: skip
        text = await unit.save(text_of(its.id, words))
        unit.add(Answer(partnership_id=its.id, version_id=said.id, question="dissemination", value=level))
        unit.add(Answer(partnership_id=its.id, version_id=said.id, question="evidence", text_id=text.id))
        if assessed:
            unit.add(
                Assessment(
                    partnership_id=its.id, return_id=row.id, dimension="dissemination", level=assessed,
                    at=at + timedelta(days=20),
                )
            )  # fmt: skip
        return row.id


@asynccontextmanager
async def a_group_with_a_past(database_url, tmp_path):
    """GWH was asked in four rounds: Medium, none, Medium (late), and now."""
    async with a_group(database_url, tmp_path) as group:
        asked = await a_request(group, "gwh", "police")
        await a_past_round(group, asked, EARLIER[0], "medium", assessed="low")
        await a_past_round(group, asked, EARLIER[1], "")
        await a_past_round(group, asked, EARLIER[2], "high", assessed="low", late=True)
        yield group, asked


async def test_history_shows_every_round_with_both_levels_and_cites_the_return_and_its_date(database_url, tmp_path):
    async with a_group_with_a_past(database_url, tmp_path) as (group, _):
        card = await group.say("chair", "history GWH")
        said = words(card)
        assert "History: Great Western Hospital" in said
        assert rows_of(card) == [
            ["When", "Own", "LDG", "Came"],
            ["Meeting Thu 12 Mar 2026", "M", "L", "Fri 20 Feb 2026, in time for the papers (return 3)"],
            ["Meeting Thu 11 Jun 2026", "\u2013", "\u2013", "No return (return 4)"],
            ["Meeting Thu 10 Sep 2026", "H", "L", "Fri 21 Aug 2026, for the meeting (return 5)"],
            ["Meeting Thu 10 Dec 2026", "\u2013", "\u2013", "Waiting (return 1)"],
        ]
        assert "return 3, answered at 10:00 on Friday 20 February 2026 by Gwh, Named Professional" in said
        assert "Meeting Thu 11 Jun 2026: return 4, no return." in said and "H High, M Medium, L Low." in said
        assert "Round" not in said and "seat" not in said
        assert "assessed as Low on Thursday 12 March 2026" in said


async def test_what_was_closed_or_withdrawn_is_part_of_the_history(database_url, tmp_path):
    async with a_group_with_a_past(database_url, tmp_path) as (group, asked):
        async with group.unit() as (unit, its):
            (await request(unit, its.id, asked.id)).state = "closed"
            (row, *_) = await returns_of_request(unit, its.id, asked.id)
            its_loop = await loop(unit, its.id, row.loop_id)
            its_loop.state, its_loop.open = "unable", False
        said = words(await group.say("officer", "history of the great western hospital"))
        assert "Child F rapid review" in said and "Now: at present unable to provide assurance." in said


async def test_a_reminder_is_told_with_its_day_where_it_arrived(sqlite_url, tmp_path):
    async with a_group_with_a_past(sqlite_url, tmp_path) as (group, asked):
        async with group.unit() as (unit, its):
            (row, *_) = await returns_of_request(unit, its.id, asked.id)
            for state, day in (("delivered", 19), ("refused", 20)):
                at = datetime(2026, 11, day, 11, tzinfo=UTC)
                sent = await unit.save(
                    Notice(
                        partnership_id=its.id, key=f"chase:{day}", kind="chaser", person_id=group.ids["gwh"],
                        subject={}, state=state, owed_at=at, not_before=at, settled_at=at,
                    )
                )  # fmt: skip
                unit.add(
                    Chaser(
                        partnership_id=its.id, return_id=row.id, round_id=row.round_id, person_id=group.ids["gwh"],
                        step=f"remind-{day}", due_on=row.due_on, notice_id=sent.id, at=at,
                    )
                )  # fmt: skip
        said = words(await group.say("officer", "history GWH"))
        assert "Reminded on Thu 19 Nov 2026." in said


@pytest.mark.parametrize("who", ["police", "ld_lead"])
async def test_others_are_refused_with_a_sentence_that_tells_nothing(database_url, tmp_path, who):
    async with a_group_with_a_past(database_url, tmp_path) as (group, _):
        refused = await group.say(who, "history GWH")
        assert refused == {"text": REFUSED}
        assert await group.say(who, "history AWP") == refused  # of whom nothing was asked
        async with group.unit() as (unit, its):
            numbers = {one.slug: one.id for one in await seats(unit, its.id)}
        for seat in (numbers["gwh"], numbers["awp"], 99999):
            data = {"p": group.partnership_id, "history.seat": str(seat)}
            assert (await group.execute(who, SHOW, data))["value"] == REFUSED


async def test_a_member_reads_their_own_agency_s_history_without_prompts(database_url, tmp_path):
    async with a_group_with_a_past(database_url, tmp_path) as (group, _):
        said = words(await group.say("gwh", "history"))
        assert "in time for the papers" in said and "you may want to ask" not in said
        status = words(await group.say("gwh", "status GWH"))
        assert "you may want to ask" not in status


async def test_the_chair_reads_quiet_prompts_in_history_and_in_the_agency_s_status(database_url, tmp_path):
    async with a_group_with_a_past(database_url, tmp_path) as (group, _):
        for question in ("history GWH", "status GWH"):
            said = words(await group.say("chair", question))
            assert "High by the agency, Low as assessed; you may want to ask." in said, question
        await group.press("gwh", group.card("gwh"), "Send answer", SAID | {"evidence": "Done.", "monitoring": "Yes."})
        for who in ("chair", "officer"):
            assert "Short answer; you may want to ask." in words(await group.say(who, "history GWH"))
        for post in (*group.chat("gwh"), *group.channel()):
            assert "you may want to ask" not in str(post.versions)


async def test_in_the_channel_history_is_offered_in_private(sqlite_url, tmp_path):
    async with a_group_with_a_past(sqlite_url, tmp_path) as (group, _):
        await group.say("chair", "help")
        card = await group.say("chair", "history GWH", in_channel=True)
        assert buttons(card) == ["Send me the details in private"] and "return 3" not in words(card)
        await group.press("chair", card, "Send me the details in private", in_channel=True)
        assert "in time for the papers" in words(group.card("chair"))


async def test_without_a_name_the_chair_chooses_and_an_organisation_offers_its_own(sqlite_url, tmp_path):
    async with a_group_with_a_past(sqlite_url, tmp_path) as (group, _):
        card = await group.say("chair", "history")
        (field,) = inputs(card).values()
        gwh = next(one["value"] for one in field["choices"] if "Great Western" in one["title"])
        shown = await group.press("chair", card, "Show the history", {"seat": gwh})
        assert "History: Great Western Hospital" in words(shown["value"])
        nothing = await group.press("chair", card, "Show the history")
        assert "Please choose an agency." in words(nothing["value"])
        council = inputs(await group.say("chair", "history SBC"))["history.seat"]["choices"]
        assert 1 < len(council) < len(field["choices"])


async def test_an_item_s_name_leads_to_its_status(sqlite_url, tmp_path):
    async with a_group_with_a_past(sqlite_url, tmp_path) as (group, _):
        card = await group.say("chair", "history Child F rapid review")
        assert "History is kept for each agency" in words(card)
        status = await group.press("chair", card, "Show how it stands")
        assert "for the meeting on Thursday 10 December 2026" in words(status["value"])


async def test_long_histories_are_paged_the_newest_first(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        for number in range(1, 9):
            await a_request(group, "gwh", title=f"Item {number}", learning=None, meeting_on=None)
        card = await group.say("chair", "history GWH")
        assert "Page 1 of 3" in words(card) and "Item 8" in words(card) and "Item 5" not in words(card)
        second = (await group.press("chair", card, "Next page"))["value"]
        assert "Item 5" in words(second) and buttons(second) == ["Earlier page", "Next page"]


async def test_of_an_agency_that_was_asked_nothing_it_says_that_there_is_no_return(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        said = words(await group.say("chair", "history AWP"))
        assert "Nothing has been asked of this agency yet, so there is no return." in said


async def test_a_leaver_s_title_stays_in_the_history(sqlite_url, tmp_path):
    """Scenario 35: roles intact after leavers are erased."""
    from storage.people import PersonName

    async with a_group_with_a_past(sqlite_url, tmp_path) as (group, _):
        async with group.unit() as (unit, _):
            name = await unit.get(PersonName, group.ids["gwh"])
            name.name, name.blanked_at = "", group.clock.now
        said = words(await group.say("chair", "history GWH"))
        assert "by a former member of GWH, Named Professional" in said and "Gwh" not in said
