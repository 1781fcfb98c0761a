"""Scenario 9: the quarterly summary, from the draft to its one post, and what opens for members only (B15)."""

from __future__ import annotations

import asyncio
from datetime import date

from assurance.pack import read_shipped
from storage.asks import loops_of_request
from storage.notices import notices_about
from storage.partnerships import seats
from storage.people import Holding, all_holdings
from tests.answering import SAID, a_request
from tests.group import a_group, button, buttons, filled, inputs, words
from tests.issuing import card_in
from tests.summaries import (
    ANSWERS,
    APPROVE,
    HUDDLE,
    QUIZ,
    RELEASING,
    SAVE,
    TABLE,
    answered,
    approved,
    assessed,
    beaten,
    cards_about,
    closed,
    draft_of,
    drafted,
    summaries_in,
    summaries_of,
)


def ticks(card, name):
    """The numbers of the lines that a draft offers, by what they say."""
    [found] = [one for key, one in inputs(card).items() if key.endswith(f".{name}")]
    return {one["title"]: one["value"] for one in found["choices"]}


async def test_scenario_9_a_draft_becomes_exactly_one_post_whose_rows_open_for_members_only(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await drafted(group)
        draft = draft_of(group, "chair")
        said = words(draft)
        assert "Draft: LDG summary, Thursday 10 December 2026" in said and "Not posted yet" in said
        assert "One item of learning; 3 answers asked for, 2 received, all of them in time." in said
        assert "Not received: 1, being followed up (no response 1)." in said
        assert "As each agency rates itself; the LDG has not assessed these answers." in said
        assert words(draft_of(group, "officer")).startswith("Draft: ") and not summaries_in(group)
        done = words(await approved(group, good=ticks(draft, "good")[f"GWH: {HUDDLE}"]))
        assert "Chair approved it at 11:00 on Friday 11 December 2026" in done
        [posted] = summaries_in(group)
        told = words(posted)
        assert f"{HUDDLE} (GWH)" in told and QUIZ not in told and RELEASING not in told
        assert "Approved by the chair." in told and "Police" not in told
        assert not [one.name for one in group.people.values() if one.name != "Chair" and one.name in told]
        for _ in range(3):
            await beaten(group, hours=30)
        assert len(summaries_in(group)) == 1 and len(await summaries_of(group)) == 1
        opened = card_in(await group.press("gwh", posted, TABLE, in_channel=True))
        assert all(one in words(opened) for one in ("GWH", "AWP", "Police", "No resp.", "H", "M"))
        back = card_in(await group.press("gwh", opened, "Back to the summary", in_channel=True))
        assert back == posted
        refused = await group.press("ld_lead", posted, TABLE, in_channel=True)
        assert refused["value"] == "The full table opens for members of the group only."
        assert len(summaries_in(group)) == 1


async def test_scenario_9_a_correction_after_posting_changes_nothing_posted_and_shows_as_a_change_in_the_next(
    database_url, tmp_path
):
    async with a_group(database_url, tmp_path) as group:
        await drafted(group)
        await approved(group)
        [before] = summaries_in(group)
        frozen = (await summaries_of(group))[0].figures
        receipt = group.card("awp")
        form = card_in(await group.press("awp", receipt, "Correct our answer"))
        await group.press("awp", form, "Send answer", {**SAID, "dissemination": "high"})
        await beaten(group, hours=24)
        assert summaries_in(group) == [before] and (await summaries_of(group))[0].figures == frozen
        assert words(await group.say("chair", "summary")) == words(before)
        group.clock.to(2027, 1, 4)
        only = {"gwh": {"dissemination": "high"}, "awp": {"dissemination": "low"}}
        await answered(group, "gwh", "awp", answers=only, meeting_on=date(2027, 3, 11), due_on=date(2027, 2, 25))
        await closed(group, date(2027, 3, 11))
        await beaten(group, hours=20)
        told = words(draft_of(group, "chair"))
        assert "Since the summary of Thursday 10 December 2026: Medium down 1, Low up 1." in told
        assert "Of the answers in earlier summaries, one was changed (High 1 more, Medium 1 fewer)." in told
        assert "What was posted then stays as it was." in told


async def test_once_the_group_has_assessed_its_levels_are_counted_and_a_self_rating_never_is_one_of_them(
    sqlite_url, tmp_path
):
    async with a_group(sqlite_url, tmp_path) as group:
        asked = await answered(group, "gwh", "awp", "police")
        await assessed(group, asked, "gwh", "medium")
        await closed(group)
        await beaten(group, hours=20)
        said = words(draft_of(group, "chair"))
        assert "As assessed by the LDG." in said and "Received and not assessed yet: 1." in said
        await approved(group)
        figures = (await summaries_of(group))[0].figures
        [spread] = figures["counts"]["spreads"]
        assert spread["assessed"] == {"medium": 1} and spread["self"] == {"high": 1, "medium": 1}
        table = words(card_in(await group.press("police", summaries_in(group)[0], TABLE, in_channel=True)))
        assert "H \u2192 M" in table


async def test_whoever_comes_second_sees_that_it_was_approved_and_nothing_is_posted_twice(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await make_vice(group, "ld_lead")
        await drafted(group)
        chairs = draft_of(group, "chair")
        draft = card_in(await group.press("officer", draft_of(group, "officer"), SAVE))
        action = button(chairs, APPROVE)
        both = [group.execute(who, action["verb"], filled_with(chairs, action)) for who in ("chair", "ld_lead")]
        first, second = await asyncio.gather(*both)
        names = [words(card_in(one)) for one in (first, second)]
        assert all("approved it at" in one for one in names) and names[0] == names[1]
        assert len(summaries_in(group)) == 1
        assert "approved it at" in words(cards_about(group, "officer")[0]) and APPROVE not in buttons(draft)
        late = card_in(await group.press("officer", draft, SAVE))
        assert "approved it at" in words(late)


async def test_what_is_approved_is_what_was_seen_and_nothing_typed_is_lost(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await drafted(group)
        old = draft_of(group, "chair")
        form = card_in(await group.press("awp", group.card("awp"), "Correct our answer"))
        await group.press("awp", form, "Send answer", {**SAID, "dissemination": "low"})
        again = card_in(await group.press("chair", old, APPROVE, {"commentary": "Thank you all."}))
        assert "It has changed since this card was drawn" in words(again) and not summaries_in(group)
        assert "Thank you all." in words(again)
        await group.press("chair", again, APPROVE)
        assert "Thank you all." in words(summaries_in(group)[0])


async def test_an_officer_edits_and_previews_and_the_chair_approves(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await drafted(group)
        draft = draft_of(group, "officer")
        assert APPROVE not in buttons(draft) and "The chair approves it" in words(draft)
        chosen = {"barriers": ticks(draft, "barriers")[f"GWH: {RELEASING}"], "commentary": "A good quarter."}
        saved = card_in(await group.press("officer", draft, SAVE, chosen))
        assert "Saved. This is how it would look now." in words(saved) and "Common barrier" in words(saved)
        data = button(draft_of(group, "chair"), APPROVE)["data"]
        refused = await group.execute("officer", "summary.approve", data)
        assert refused["value"] == "Only the chair or vice chair can approve a summary."
        fresh = await group.say("chair", "summary")
        assert "Changed by Officer at 11:00 on Friday 11 December 2026." in words(fresh)
        await group.press("chair", fresh, APPROVE)
        told = words(summaries_in(group)[0])
        assert RELEASING in told and f"{RELEASING} (GWH)" not in told and "A good quarter." in told


async def test_words_that_could_identify_somebody_are_never_offered_and_a_comment_is_asked_about(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        telling = {"dissemination": "high", "good_practice": "NHS number 943 476 5919 was used as an example"}
        await answered(group, "gwh", "awp", answers={"awp": ANSWERS["awp"]})
        asked = card_in(await group.press("gwh", group.card("gwh"), "Send answer", {**SAID, **telling}))
        sure = next(one for one in buttons(asked) if one.startswith("Not about a real person"))
        await group.press("gwh", asked, sure)
        await closed(group)
        await beaten(group, hours=20)
        draft = draft_of(group, "chair")
        assert list(ticks(draft, "good")) == [f"AWP: {QUIZ}"] and "943" not in words(draft)
        assert "One more line is not offered" in words(draft)
        typed = {"commentary": "Thanks to the team of 943 476 5919"}
        checked = card_in(await group.press("chair", draft, APPROVE, typed))
        assert "Please check before this is saved" in words(checked) and not summaries_in(group)
        await group.press("chair", checked, APPROVE, {"commentary": "Thanks to the team."})
        assert "Thanks to the team." in words(summaries_in(group)[0])


async def test_where_no_meeting_was_held_the_quarters_end_brings_a_draft_once(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await answered(group, "gwh", "awp", meeting_on=None)
        group.clock.to(2026, 12, 31, 12)
        await beaten(group)
        assert not await summaries_of(group)
        group.clock.to(2027, 1, 4, 12)
        await beaten(group)
        await beaten(group, hours=24)
        [row] = await summaries_of(group)
        assert row.period == "2026-27 Q3" and row.meeting_id is None
        said = words(draft_of(group, "chair"))
        assert "Draft: LDG summary, Q3 2026-27" in said and "No meeting was held in this quarter." in said
        assert [one.key for one in await notices_of(group, row.id) if one.person_id == group.ids["chair"]] == [
            f"summary_draft:{row.id}:{group.ids['chair']}"
        ]


async def test_a_quarter_in_which_nothing_was_asked_or_a_meeting_was_held_needs_no_summary_of_its_own(
    sqlite_url, tmp_path
):
    async with a_group(sqlite_url, tmp_path) as group:
        group.clock.to(2026, 10, 1, 12)
        await beaten(group)
        assert not await summaries_of(group)
        group.clock.to(2026, 11, 2)
        await drafted(group)
        group.clock.to(2027, 1, 4)
        await beaten(group)
        assert [one.period for one in await summaries_of(group)] == ["meeting:1"]


async def test_a_draft_that_nobody_approves_is_brought_to_mind_once_after_five_working_days(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await drafted(group)
        chats = len(cards_about(group, "chair"))
        group.clock.to(2026, 12, 17)
        await beaten(group)
        assert len(cards_about(group, "chair")) == chats
        group.clock.to(2026, 12, 18)
        for _ in range(3):
            await beaten(group, hours=1)
        assert len(cards_about(group, "chair")) == chats + 1
        nudge = draft_of(group, "chair")
        assert "The draft waits for your approval" in words(nudge)
        assert "The draft waits for the chair's approval" in words(draft_of(group, "officer"))
        await group.press("chair", card_in(await group.press("chair", nudge, "Look at the draft")), APPROVE)
        assert len(summaries_in(group)) == 1
        group.clock.to(2027, 1, 5)
        await beaten(group)
        assert len(cards_about(group, "chair")) == chats + 1


async def notices_of(group, report_id):
    async with group.unit() as (unit, its):
        return await notices_about(unit, its.id, f"report:{report_id}")


async def make_vice(group, who):
    async with group.unit() as (unit, its):
        unit.add(Holding(partnership_id=its.id, person_id=group.ids[who], role="vice_chair", title="Vice chair"))


def filled_with(card, action):
    return {**action["data"], **filled(card, {})}


async def test_where_the_partnerships_document_names_no_chair_an_officer_approves(sqlite_url, tmp_path):
    changed = tmp_path / "swindon.toml"
    text = read_shipped("swindon")
    for key in ("chair", "vice-chair"):
        text = text.replace(f'source = "SL App A"\nkey = "{key}"', f'basis = "default"\nkey = "{key}"')
    changed.write_text(text, encoding="utf-8")
    async with a_group(sqlite_url, tmp_path, packs=(str(changed),)) as group:
        await drafted(group)
        assert APPROVE in buttons(draft_of(group, "officer"))
        await approved(group, "officer")
        assert "Approved by the support unit." in words(summaries_in(group)[0])


async def test_without_a_channel_nothing_is_approved(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await drafted(group)
        async with group.unit() as (_, its):
            its.channel_id = None
        told = words(card_in(await group.press("chair", draft_of(group, "chair"), APPROVE, {"commentary": "Thanks."})))
        assert "There is no channel to post it in yet" in told and "Thanks." in told
        assert [one.state for one in await summaries_of(group)] == ["draft"]


async def test_what_did_not_come_is_told_apart_by_reason(sqlite_url, tmp_path):
    """B10, framework 4.25, scenarios 28 and 32: vacant and agreed time are never no response."""
    async with a_group(sqlite_url, tmp_path) as group:
        asked = await answered(group, "gwh", "awp", "police", "cgl", "camhs", answers={"gwh": ANSWERS["gwh"]})
        async with group.unit() as (unit, its):
            numbers = {one.slug: one.id for one in await seats(unit, its.id)}
            for loop in await loops_of_request(unit, its.id, asked.id):
                if loop.seat_id == numbers["awp"]:
                    loop.extended_to = date(2027, 1, 29)
            for held in await all_holdings(unit, its.id):
                if held.seat_id == numbers["police"]:
                    held.ends_on = date(2026, 11, 30)
            for notice in await notices_about(unit, its.id, f"request:{asked.id}"):
                if notice.person_id == group.ids["cgl"]:
                    notice.state, notice.reason = "refused", "Blocked."
        await closed(group)
        await beaten(group, hours=20)
        told = "(no response 1, not reached 1, nobody in place 1, more time agreed 1)."
        assert told in words(draft_of(group, "chair"))
        assert (await rows_of(group, asked)) == {
            "gwh": "returned", "awp": "extended", "police": "vacant", "cgl": "not_reached", "camhs": "no_response",
        }  # fmt: skip


async def test_withdrawn_and_urgent_requests_are_not_counted(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        asked = await answered(group, "gwh", "awp", "police")
        await a_request(group, "gwh", kind="urgent", meeting_on=None)
        async with group.unit() as (unit, its):
            numbers = {one.slug: one.id for one in await seats(unit, its.id)}
            for loop in await loops_of_request(unit, its.id, asked.id):
                if loop.seat_id == numbers["police"]:
                    loop.state, loop.open = "withdrawn", False
        await closed(group)
        await beaten(group, hours=20)
        assert set(await rows_of(group, asked)) == {"gwh", "awp"}


async def rows_of(group, asked):
    """How each agency stands in the approved figures, by its key."""
    await approved(group)
    [row] = await summaries_of(group)
    async with group.unit() as (unit, its):
        slugs = {one.id: one.slug for one in await seats(unit, its.id)}
    assert {one["request"] for one in row.figures["rows"]} == {asked.id}
    return {slugs[one["seat"]]: one["how"] for one in row.figures["rows"]}
