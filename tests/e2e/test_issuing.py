"""Issuing new learning: the form, the preview, and that it is issued once (A1-A4, B1, B2, C1, C2, I1, I2)."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from assurance.learning_fields import LearningFields
from storage.asks import collection, loops_of_request, open_requests, requests_about
from storage.learning import learning_fields, learning_items, learning_versions
from storage.log import first_broken_entry, log_entries
from storage.partnerships import seats
from storage.people import Holding
from storage.returns import returns_of_request
from storage.texts import text_by_number
from tests.group import Group, a_group, button, buttons, inputs, words
from tests.issuing import CHILD_F, a_meeting, card_in, issue_button, issued, previewed

DECEMBER, MARCH = date(2026, 12, 10), date(2027, 3, 11)


async def seat_numbers(group: Group) -> dict[str, str]:
    """The seats' keys, each with its key in the form."""
    async with group.unit() as (unit, its):
        return {one.slug: str(one.id) for one in await seats(unit, its.id)}


async def issued_count(group: Group) -> int:
    """How many requests there are."""
    async with group.unit() as (unit, its):
        return len(await open_requests(unit, its.id))


async def test_thirteen_seats_get_one_card_each_and_the_others_none(database_url, tmp_path):
    """Scenario 1."""
    async with a_group(database_url, tmp_path) as group:
        await a_meeting(group, DECEMBER)
        done = await issued(group)
        assert "Issued to 13 agencies" in words(done)
        asked = [seat.key for seat in (await group.pack()).returning_seats()]
        assert len(asked) == 13
        assert {key: len(group.chat(key)) for key in asked} == dict.fromkeys(asked, 1)
        assert not group.chat("ld_lead") and not group.chat("ld-lead") and not group.chat("ssu")
        card = words(group.card("gwh"))
        for said in ("Child F rapid review", "Follow up every emergency attendance", "Thursday 26 November 2026"):
            assert said in card
        async with group.unit() as (unit, its):
            assert await first_broken_entry(unit, its.id) is None


async def test_two_services_of_one_organisation_are_asked_separately(sqlite_url, tmp_path):
    """Scenario 13, its first half: SBC Housing and SBC Adult Social Care each get a return of their own (B7)."""
    async with a_group(sqlite_url, tmp_path) as group:
        await a_meeting(group, DECEMBER)
        await issued(group)
        assert "Housing" in words(group.card("housing")) and "ASC" in words(group.card("adult-social-care"))
        async with group.unit() as (unit, its):
            rows = await seats(unit, its.id)
            council = {one.id for one in rows if one.slug in ("housing", "adult-social-care")}
            assert len({one.organisation_id for one in rows if one.id in council}) == 1
            asked = await returns_of_request(unit, its.id, (await open_requests(unit, its.id))[0].id)
            assert len([one for one in asked if one.seat_id in council]) == 2


async def test_an_agency_reads_its_own_why_and_an_informed_one_is_asked_nothing(sqlite_url, tmp_path):
    """Framework 4.27 and B2: context for all, "why you" for one, and for information only."""
    async with a_group(sqlite_url, tmp_path) as group:
        await a_meeting(group, DECEMBER)
        key = await seat_numbers(group)
        request = {
            "context": "Three reviews in a row name missed follow-up.",
            "asked": f"{key['gwh']},{key['police']}",
            "informed": key["housing"],
            f"why_{key['gwh']}": "Two emergency attendances in March.",
        }
        done = words(await issued(group, request=request))
        assert "Issued to two agencies" in done and "For information: Housing" in done
        gwh, police = words(group.card("gwh")), words(group.card("police"))
        assert "Three reviews in a row" in gwh and "Three reviews in a row" in police
        assert "Two emergency attendances" in gwh and "Two emergency attendances" not in police
        assert not inputs(group.card("housing")) and not group.chat("awp")
        async with group.unit() as (unit, its):
            request_row = (await open_requests(unit, its.id))[0]
            assert len(await returns_of_request(unit, its.id, request_row.id)) == 2


@pytest.mark.parametrize(
    ("way", "due", "tabled", "meeting"),
    [
        ("next_meeting", date(2027, 2, 25), "papers", MARCH),
        ("short_notice", date(2026, 11, 12), "short_notice", date(2026, 11, 13)),
        ("verbal", date(2026, 11, 13), "verbal", date(2026, 11, 13)),
    ],
)
async def test_nine_working_days_before_a_meeting_the_officer_chooses_how(
    sqlite_url, tmp_path, way, due, tabled, meeting
):
    """Scenario 29: next meeting, short notice or verbal update; nobody is born overdue."""
    async with a_group(sqlite_url, tmp_path) as group:
        await a_meeting(group, date(2026, 11, 13))
        await a_meeting(group, MARCH)
        first = await group.say("officer", "new learning")
        second = card_in(await group.press("officer", first, "Next: who is asked", CHILD_F))
        assert "too near for the usual 15 working days" in words(second)
        choices = next(one for key, one in inputs(second).items() if key.endswith(".timing"))
        assert [one["value"] for one in choices["choices"]] == ["next_meeting", "short_notice", "verbal", "own_day"]
        refused = card_in(await group.press("officer", second, "Next: action plan"))
        assert "Please choose when answers are due" in words(refused)
        third = card_in(await group.press("officer", refused, "Next: action plan", {"timing": way}))
        preview = card_in(await group.press("officer", third, "Preview"))
        await group.press("officer", preview, issue_button(preview))
        async with group.unit() as (unit, its):
            request = (await open_requests(unit, its.id))[0]
            held = await collection(unit, its.id, request.round_id)
            assert (request.due_on, request.tabled) == (due, tabled)
            assert request.due_on > group.clock.now.date()
            assert held is not None and held.meeting_id == (1 if meeting != MARCH else 2)
            assert held.released_at is None


async def test_urgent_learning_goes_out_at_once_and_the_full_request_follows(database_url, tmp_path):
    """Scenario 36."""
    async with a_group(database_url, tmp_path) as group:
        await a_meeting(group, DECEMBER)
        done = await issued(group, request={"kind": "urgent"})
        card = group.card("gwh")
        asked = {name.rpartition(".")[2] for name in inputs(card)}
        assert {"received", "passed_on_to"} <= asked and "dissemination" not in asked
        assert "Wednesday 4 November 2026" in words(card)
        again = card_in(await group.press("officer", done, "Issue the full request"))
        assert CHILD_F["findings"] in words(again)
        second = card_in(
            await group.press("officer", again, "Next: who is asked", {"findings": "Families moved twice."})
        )
        third = card_in(await group.press("officer", second, "Next: action plan"))
        preview = card_in(await group.press("officer", third, "Preview"))
        await group.press("officer", preview, issue_button(preview))
        async with group.unit() as (unit, its):
            items = await learning_items(unit, its.id, states=("open",))
            assert len(items) == 1
            about = await requests_about(unit, its.id, items[0].id)
            assert [one.kind for one in about] == ["urgent", "assurance"]
            assert about[0].due_on == date(2026, 11, 4) and about[1].due_on == date(2026, 11, 26)
            version, fields = await learning_fields(unit, its.id, items[0].id)
            assert version.number == 2 and fields["findings"] == "Families moved twice."
            wordings = await learning_versions(unit, its.id, items[0].id)
            hashes = [(await text_by_number(unit, its.id, one.text_id)).sha256 for one in wordings]
            entries = await log_entries(unit, its.id)
            first = next(one for one in entries if one.what == "issued")
            added = next(one for one in entries if one.what == "learning added to")
            assert (first.after, added.before, added.after) == (hashes[0], *hashes)
            assert await first_broken_entry(unit, its.id) is None
        assert len(group.chat("gwh")) == 2
        refused = await group.press("officer", done, "Issue the full request")
        assert "has been issued already" in refused["value"]


async def test_a_preview_shows_the_very_card_that_members_get(sqlite_url, tmp_path):
    """The preview is made by the members' own card, and stores nothing of what it rehearsed."""
    async with a_group(sqlite_url, tmp_path) as group:
        await a_meeting(group, DECEMBER)
        preview = await previewed(group)
        assert await issued_count(group) == 0 and not group.chat("gwh")
        shown = words(preview)
        await group.press("officer", preview, issue_button(preview))
        text = [
            line for line in words(group.card("awp")).split("\n")
            if len(line) > 25 and not line.startswith(("Show or hide", "For example"))
        ]  # fmt: skip
        assert len(text) > 10
        missing = [line for line in text if line not in shown]
        assert not missing


async def test_a_preview_can_be_seen_as_another_agency_will(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await a_meeting(group, DECEMBER)
        key = await seat_numbers(group)
        preview = await previewed(group, request={f"why_{key['police']}": "Two calls to the address."})
        assert "What AWP will see" in words(preview) and "Two calls" not in words(preview)
        other = card_in(await group.press("officer", preview, "Show", {"seen_by": key["police"]}))
        assert "What Police will see" in words(other) and "Two calls" in words(other)


async def test_confirming_twice_and_by_two_officers_issues_once(database_url, tmp_path):
    """The draft's number is the key: the second press gets the same answer as the first."""
    async with a_group(database_url, tmp_path) as group:
        await a_meeting(group, DECEMBER)
        async with group.unit() as (unit, its):
            unit.add(Holding(partnership_id=its.id, person_id=group.ids["chair"], role="officer"))
        preview = await previewed(group)
        action = button(preview, issue_button(preview))
        both = await asyncio.gather(
            *(group.execute(who, action["verb"], action["data"]) for who in ("officer", "chair", "officer"))
        )
        assert all("Issued to 13 agencies" in words(card_in(one)) for one in both)
        assert await issued_count(group) == 1
        assert len(group.chat("gwh")) == 1
        assert "Issued: Child F" in words(group.card("officer"))


async def test_what_a_colleague_changed_after_the_preview_is_looked_at_again(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await a_meeting(group, DECEMBER)
        preview = await previewed(group)
        step = card_in(await group.press("officer", preview, "Back"))
        step = card_in(await group.press("officer", step, "Back"))
        step = card_in(await group.press("officer", step, "Back"))
        await group.press("officer", step, "Save and finish later", {"key_messages": "Ask who else visits."})
        again = card_in(await group.press("officer", preview, issue_button(preview)))
        assert "This has changed since you looked at it" in words(again) and "Ask who else visits." in words(again)
        assert await issued_count(group) == 0
        await group.press("officer", again, issue_button(again))
        assert await issued_count(group) == 1


async def test_nobody_but_an_officer_issues_and_a_forged_press_changes_nothing(sqlite_url, tmp_path):
    """Framework 2: the support officer issues. The chair and members are refused, by word and by press."""
    async with a_group(sqlite_url, tmp_path) as group:
        await a_meeting(group, DECEMBER)
        preview = await previewed(group)
        action = button(preview, issue_button(preview))
        for who in ("gwh", "chair"):
            assert "Only the support officer can issue" in (await group.say(who, "new learning"))["text"]
            for verb in ("learning.step", "learning.show", "learning.resume", "learning.throw", action["verb"]):
                forged = {**action["data"], "s": 1, "go": "next", "new.1.0.title": "Mine"}
                reply = await group.execute(who, verb, forged)
                assert "Only the support officer" in reply["value"], verb
        assert await issued_count(group) == 0
        held = await group.say("officer", "drafts")
        assert "Child F rapid review" in words(held) and "Mine" not in words(held)


async def test_a_draft_is_resumed_after_a_restart_with_everything_typed(database_url, tmp_path):
    """Cancelling loses nothing typed; drafts can be resumed."""
    async with a_group(database_url, tmp_path) as group:
        await a_meeting(group, DECEMBER)
        first = await group.say("officer", "new learning")
        second = card_in(await group.press("officer", first, "Next: who is asked", CHILD_F))
        kept = await group.press("officer", second, "Save and finish later", {"context": "Named in three reviews."})
        assert "Type drafts to go on" in words(card_in(kept))
    async with a_group(database_url, tmp_path) as group:
        listed = await group.say("officer", "drafts")
        again = card_in(await group.press("officer", listed, "Go on"))
        assert "Step 2 of 3" in words(again) and "Named in three reviews." in words(again)
        first = card_in(await group.press("officer", again, "Back"))
        for text in ("title", "findings", "key_messages", "agreed_on"):
            assert CHILD_F[text] in words(first)
        assert not group.chat("gwh")


async def test_an_old_card_does_not_undo_what_was_saved_since(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        first = await group.say("officer", "new learning")
        await group.press("officer", first, "Next: who is asked", CHILD_F)
        stale = card_in(await group.press("officer", first, "Next: who is asked", {"title": "An older title"}))
        assert "This draft was saved in the meantime" in words(stale) and "An older title" in words(stale)
        listed = await group.say("officer", "drafts")
        assert "Child F rapid review" in words(listed) and "An older title" not in words(listed)


async def test_a_mistake_shows_the_step_again_with_everything_typed(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        first = await group.say("officer", "new learning")
        typed = {**CHILD_F, "title": "", "links": "Seven minute brief http://example.org/brief"}
        again = card_in(await group.press("officer", first, "Next: who is asked", typed))
        said = words(again)
        assert "Please give it a short title" in said and "begins with https://" in said
        assert CHILD_F["findings"] in said and "http://example.org/brief" in said
        mended = {"title": "Child F", "links": "Seven minute brief https://example.org/brief"}
        assert "Step 2 of 3" in words(card_in(await group.press("officer", again, "Next: who is asked", mended)))


async def test_text_that_may_identify_somebody_is_asked_about_and_not_stored(sqlite_url, tmp_path, caplog):
    """I2: on this form too; nothing is stored or logged before the officer has confirmed."""
    number = "943 476 5919"
    async with a_group(sqlite_url, tmp_path) as group:
        first = await group.say("officer", "new learning")
        typed = {**CHILD_F, "findings": f"Seen under NHS number {number} in March."}
        asked = card_in(await group.press("officer", first, "Next: who is asked", typed))
        assert "NHS number" in words(asked) and CHILD_F["key_messages"] in words(asked)
        assert "There are no drafts" in words(await group.say("officer", "drafts"))
        async with group.unit() as (unit, its):
            assert number not in str([one.refs for one in await log_entries(unit, its.id)])
        assert number not in caplog.text
        second = card_in(await group.press("officer", asked, "Not about a real person: go on"))
        assert "Step 2 of 3" in words(second)
        why = card_in(await group.press("officer", second, "Next: action plan", {"context": "DOB 12/03/2011"}))
        assert "date of birth" in words(why)


async def test_an_agency_can_be_asked_this_time_only(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await a_meeting(group, DECEMBER)
        first = await group.say("officer", "new learning")
        second = card_in(await group.press("officer", first, "Next: who is asked", CHILD_F))
        hospice = {"new_name": "Prospect Hospice", "new_short": "Hospice"}
        added = card_in(await group.press("officer", second, "Add this agency", hospice))
        assert "Prospect Hospice" in words(added)
        third = card_in(await group.press("officer", added, "Next: action plan"))
        preview = card_in(await group.press("officer", third, "Preview"))
        assert "Hospice: nobody is on the seat yet" in words(preview)
        done = words(card_in(await group.press("officer", preview, issue_button(preview))))
        assert "Issued to 14 agencies" in done and "One agency not reached" in done
        async with group.unit() as (unit, its):
            one_off = [one for one in await seats(unit, its.id) if one.one_off]
            assert [(one.name, one.short) for one in one_off] == [("Prospect Hospice", "Hospice")]
            request = (await open_requests(unit, its.id))[0]
            assert one_off[0].id in {one.seat_id for one in await loops_of_request(unit, its.id, request.id)}


async def test_the_summary_the_handling_and_the_plan_are_kept_as_they_were_written(sqlite_url, tmp_path):
    """A1, A2, C1, C2, 4.29: all fields of the Summary of Learning, and the rows of the Action Plan."""
    async with a_group(sqlite_url, tmp_path) as group:
        await a_meeting(group, DECEMBER)
        first = await group.say("officer", "new learning")
        pack = await group.pack()
        labels = {one["label"] for one in inputs(first).values()}
        assert set(pack.summary_columns) <= labels
        summary = {**CHILD_F, "links": "Brief https://example.org/b", "embargo_on": "2026-11-20", "priority": "neglect"}
        second = card_in(await group.press("officer", first, "Next: who is asked", summary))
        third = card_in(await group.press("officer", second, "Next: action plan"))
        said = words(third)
        assert all(one.label in said for one in pack.audiences) and all(one in said for one in pack.plan_columns)
        plan = {"purpose_workforce": "Every ward knows.", "methods_workforce": "briefing,training"}
        preview = card_in(await group.press("officer", third, "Preview", plan))
        await group.press("officer", preview, issue_button(preview))
        async with group.unit() as (unit, its):
            item = (await learning_items(unit, its.id, states=("open",)))[0]
            _, body = await learning_fields(unit, its.id, item.id)
        fields = LearningFields.from_json(body)
        for name in ("title", "description", "findings", "key_messages", "audiences", "agreed_by", "handling"):
            assert getattr(fields, name) == CHILD_F[name]
        assert fields.agreed_on == date(2026, 10, 28) and fields.embargo_on == date(2026, 11, 20)
        assert [(one.audience, one.purpose, one.methods) for one in fields.plan] == [
            ("workforce", "Every ward knows.", "briefing,training")
        ]
        assert fields.links[0].url == "https://example.org/b"
        assert "Friday 20 November 2026" in words(group.card("gwh"))


async def test_in_a_channel_the_form_goes_to_the_officers_own_chat(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await group.say("officer", "new learning", in_channel=True)
        assert "Step 1 of 3" in words(group.card("officer"))
        said = [words(post.activity["attachments"][0]["content"]) for post in group.channel()]
        assert len(said) == 1 and "in our own chat" in said[0] and "Step" not in said[0]


async def test_without_a_meeting_the_officer_gives_a_day(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        preview = await previewed(group, request={"timing": "own_day", "own_day": "2026-11-27"})
        await group.press("officer", preview, issue_button(preview))
        assert "Friday 27 November 2026" in words(group.card("gwh"))
        async with group.unit() as (unit, its):
            assert (await open_requests(unit, its.id))[0].due_on == date(2026, 11, 27)


async def test_a_draft_is_thrown_away_only_after_asking(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        first = await group.say("officer", "new learning")
        await group.press("officer", first, "Save and finish later", CHILD_F)
        listed = await group.say("officer", "drafts")
        sure = card_in(await group.press("officer", listed, "Throw away"))
        assert "This cannot be undone" in words(sure) and "Go on" in buttons(await group.say("officer", "drafts"))
        empty = card_in(await group.press("officer", sure, "Throw it away"))
        assert "There are no drafts" in words(empty)


async def test_a_kind_for_the_holders_of_a_role_goes_to_them_and_to_no_seat(sqlite_url, tmp_path):
    """C6 from a pack that only tests have: no code knows strategic leads."""
    async with a_group(sqlite_url, tmp_path, packs=("tests/packs/strategic-leads.toml",)) as group:
        async with group.unit() as (unit, its):
            for who in ("awp", "cgl"):
                unit.add(Holding(partnership_id=its.id, person_id=group.ids[who], role="strategic_lead"))
        preview = await previewed(group, request={"kind": "strategic_lead"})
        assert "Two people will be asked" in words(preview)
        await group.press("officer", preview, issue_button(preview))
        assert len(group.chat("awp")) == len(group.chat("cgl")) == 1
        async with group.unit() as (unit, its):
            request = (await open_requests(unit, its.id))[0]
            loops = await loops_of_request(unit, its.id, request.id)
            assert {one.person_id for one in loops} == {group.ids["awp"], group.ids["cgl"]}
            assert all(one.seat_id is None for one in loops)
