"""The officer's morning page: only what waits, and one press to where it is settled (deliver 8)."""

from __future__ import annotations

from datetime import date, timedelta

from storage.notices import Notice
from storage.people import all_holdings
from tests import inbound
from tests.answering import SAID, a_request
from tests.chasing import asked, beat_on
from tests.e2e.test_pleas import more_time
from tests.group import a_group, buttons, read, words
from tests.issuing import CHILD_F, card_in


async def leaves(group, who):
    """Somebody's seat was empty from the first of October."""
    async with group.unit() as (unit, its):
        for one in await all_holdings(unit, its.id):
            if one.person_id == group.ids[who] and one.seat_id is not None:
                one.ends_on = date(2026, 10, 1)


async def test_where_nothing_waits_the_page_says_so_and_no_more(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        for typed in ("today", "morning", "my day"):
            card = await group.say("officer", typed)
            assert words(card) == "Monday 2 November 2026\nNothing waits for you this morning.", typed


async def test_each_thing_that_waits_has_its_part_and_its_press(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await leaves(group, "camhs")
        await a_request(group, "gwh", "police", "camhs", "housing")
        await more_time(group, group.card("gwh"))
        first = await group.say("officer", "new learning")
        await group.press("officer", first, "Next: who is asked", CHILD_F | {"title": "Self-neglect audit"})
        await group.say("housing", "away until 30 November")
        await group.press("police", group.card("police"), "Send answer", SAID)
        group.clock.to(2026, 11, 20)
        card = await group.say("officer", "today")
        said = words(card)
        for part in (
            "Waiting for your answer", "GWH asks for more time for Child F rapid review",
            "until Thursday 3 December 2026", "Nobody there to answer", "CAMHS: Child F rapid review",
            "Due within a week", "Child F rapid review, by Thursday 26 November 2026: 1 of 4 has answered",
            "Begun and not issued", "Self-neglect audit, saved on Monday 2 November 2026",
            "Away today", "Housing (SBC Housing) until Monday 30 November 2026",
        ):  # fmt: skip
            assert part in said, part
        assert "Past the due date" not in said and "Not reached" not in said
        plea = card_in(await group.press("officer", card, "Answer GWH"))
        assert "GWH asks for more time" in words(plea)
        assert "People of the LDG" in words(card_in(await group.press("officer", card, "People")))
        assert "Self-neglect audit" in words(card_in(await group.press("officer", card, "Drafts")))
        assert "Child F" in words(card_in(await group.press("officer", card, "Child F rapid review")))


async def test_who_is_past_the_due_date_and_who_was_not_reached_stand_apart(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        group.people["police"].blocked = True
        await a_request(group, "gwh", "police")
        group.clock.to(2026, 11, 30)
        card = await group.say("officer", "today")
        said = words(card)
        assert "Child F rapid review, four days past the due date: GWH" in said
        assert "Police, Child F rapid review:" in said and "Not reached" in said
        assert {"GWH", "Child F rapid review"} <= set(buttons(card))
        assert "Deliveries to look at" in said and "One refused by Teams" in said
        shown = card_in(await group.press("officer", card, "Deliveries"))
        assert "blocked the app" in words(shown)


async def test_who_is_on_the_list_to_ring_leads_to_a_reminder(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await asked(group, "gwh")
        await beat_on(group, 2026, 12, 1)
        card = await group.say("officer", "today")
        assert "Child F rapid review, five days past the due date. To ring: GWH" in words(card)
        assert "Gwh was reminded today already" in words(card_in(await group.press("officer", card, "GWH")))
        group.clock.move(days=1)
        assert "Send a reminder now" in buttons(card_in(await group.press("officer", card, "GWH")))


async def test_a_meeting_to_finish_and_a_summary_to_approve_have_their_press(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh")
        group.clock.to(2026, 12, 11)
        card = await group.say("officer", "today")
        assert "Meetings to finish" in words(card) and "Thursday 10 December 2026: not closed yet" in words(card)
        meeting = card_in(await group.press("officer", card, "Meeting of Thursday 10 December 2026"))
        closing = card_in(await group.press("officer", meeting, "Close this meeting"))
        await group.press("officer", closing, next(one for one in buttons(closing) if one.startswith("Close")))
        await beat_on(group, 2026, 12, 11, 11)
        card = await group.say("officer", "today")
        said = words(card)
        assert "Thursday 10 December 2026: the minutes have not been shared" in said
        assert "Waiting for approval" in said and "The summary of Thursday 10 December 2026, drafted on" in said
        draft = card_in(await group.press("officer", card, "Summary of Thursday 10 December 2026"))
        assert "Thursday 10 December 2026" in words(draft)


async def test_the_page_is_the_officers_alone(database_url, tmp_path):
    """Framework 2."""
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh")
        await more_time(group, group.card("gwh"))
        for who in ("gwh", "chair", "ld_lead"):
            said = words(await group.say(who, "today"))
            assert "Type my returns to see what waits for you." in said, who
            reply = await group.execute(who, "plea.show", {"p": group.partnership_id, "plea": 1})
            assert "Only the support officer" in reply["value"], who


async def test_in_a_channel_it_is_offered_in_private(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        card = await group.say("officer", "today", in_channel=True)
        assert "in private only" in words(card)
        await group.press("officer", card, "Send me the details in private", in_channel=True)
        assert "Nothing waits for you this morning." in words(read(group.chat("officer")[-1]))


async def test_the_officers_greeting_leads_to_it_and_nobody_elses_does(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        for who, offered in (("officer", ["What waits for you today"]), ("gwh", [])):
            group.teams.personal[group.teams.chat_with(group.people[who])] = group.people[who]
            event = inbound.activity("installationUpdate", group.people[who], group.teams.url)
            await group.send(event | {"action": "add"})
            await group.settle()
            assert buttons(group.card(who)) == offered
        shown = card_in(await group.press("officer", group.card("officer"), "What waits for you today"))
        assert "Nothing waits for you this morning." in words(shown)


async def test_that_cards_have_stopped_going_out_is_said_to_the_officer_as_well(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        async with group.unit() as (unit, its):
            now = group.clock.now
            unit.add(
                Notice(
                    partnership_id=its.id, key="stuck", kind="request", subject={}, person_id=group.ids["gwh"],
                    owed_at=now - timedelta(minutes=20), not_before=now + timedelta(minutes=5), attempts=3,
                )
            )  # fmt: skip
        said = words(await group.say("officer", "today"))
        assert "Cards have waited for 20 minutes to go out: please tell whoever runs this service" in said
