"""Seats are renamed, moved, merged, split and ended; nothing is orphaned (E3, E7, scenarios 23, 28 and 30)."""

from __future__ import annotations

from datetime import date, timedelta

from assurance.actors import actor_numbered
from assurance.assess_view import assess_view
from assurance.attendance import Sent, take_attendance
from assurance.attendance_exceptions import attendance_exceptions
from assurance.beats import beat
from assurance.closing import close_meeting as close
from assurance.deputies import NewDeputy, name_deputy
from assurance.packing import pack_of
from assurance.seats_over_time import called_on
from storage.asks import Meeting
from storage.drafts import drafts_about
from storage.log import first_broken_entry, log_entries
from storage.partnerships import seats
from storage.people import Holding, all_holdings, holders_of_seat
from storage.returns import versions_of_return
from tests.answering import SAID, a_request
from tests.connector import Person
from tests.contract.test_packs_in_use import reworded
from tests.group import a_group, buttons, inputs, words
from tests.issuing import card_in
from tests.meeting import answers, close_meeting, enter_the_room, leave, the_meeting
from tests.packs.revised import revised_swindon
from tests.reorganising import changed, loops_by_seat, previewed, rows_by_seat, seat_of

RENAMED = {"name": "Great Western Hospitals Group", "short": "GWHG"}


async def logged(group, what):
    async with group.unit() as (unit, its):
        assert await first_broken_entry(unit, its.id) is None
        return [one for one in await log_entries(unit, its.id) if one.what == what]


async def test_a_renamed_seat_is_asked_under_its_new_name_and_history_keeps_the_name_of_its_time(
    database_url, tmp_path
):
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        group.clock.move(days=1)
        preview = await previewed(group, "gwh", "rename", RENAMED)
        assert "From Tuesday 3 November 2026, GWH is called Great Western Hospitals Group (GWHG)." in words(preview)
        assert (await seat_of(group, "gwh")).short == "GWH", "nothing is changed before it is confirmed"
        done = card_in(await group.press("officer", preview, "Do this"))
        assert words(done).splitlines()[1].startswith("Done.")
        for name in ("GWHG", "GWH"):
            assert "Great Western Hospitals Group" in words(await group.say("officer", f"status {name}"))
        seat = await seat_of(group, "gwh")
        async with group.unit() as (unit, its):
            before = await called_on(unit, its.id, date(2026, 11, 2))
            after = await called_on(unit, its.id, date(2026, 11, 3))
            assert (before[seat.id].short, after[seat.id].short) == ("GWH", "GWHG")
        [row] = (await rows_by_seat(group, request.id))["GWHG"]
        async with group.unit() as (unit, its):
            [version] = await versions_of_return(unit, its.id, row.id)
            assert version.by_title == "for GWH", "what was said is signed with the name of its time"
        [entry] = await logged(group, "seat renamed")
        assert entry.person_id == group.ids["officer"] and "GWHG" not in str(entry.refs)
        assert "is called" in words(group.card("gwh"))


async def test_mistakes_bring_the_form_back_with_what_was_typed(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        for kind, values, sentence in (
            ("rename", {"name": "", "short": "AWP"}, "Please give its full name"),
            ("rename", {"name": "Another", "short": "AWP"}, "Another seat is called that already."),
            ("rename", {"name": "Another", "short": "X", "from_on": "2020-01-01"}, "Please choose a day within a year"),
            ("merge", {"from_on": "2026-11-10"}, "Please choose the seat that it becomes part of."),
            ("merge", {"into": "awp", "from_on": "2026-10-01"}, "Please choose today or a day within a year."),
            ("move", {}, "Please choose an organisation, or name a new one."),
            ("split", {}, "Please name the new seat."),
            ("rename", {"name": "NHS number 943 476 5919", "short": "X"}, "could identify somebody"),
        ):
            card = await previewed(group, "gwh", kind, values)
            assert sentence in words(card), (kind, values)
            assert "Show what happens" in buttons(card)
        first = await previewed(group, "gwh", "rename", {"name": "Typed already", "short": ""})
        assert "Typed already" in words(first)


async def test_two_seats_that_were_both_asked_become_one_loop_that_keeps_both_answers(database_url, tmp_path):
    """E7, scenario 30: a person who was on both gets one message, and answers once from then on."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh", "awp", "police")
        await group.press("awp", group.card("awp"), "Send answer", SAID)
        awp_before = len(group.chat("awp"))
        preview = await previewed(group, "awp", "merge", {"into": "gwh"})
        assert "goes to GWH, together with its own answer" in words(preview)
        assert "Awp goes along to GWH." in words(preview)
        assert (await loops_by_seat(group, request.id))["AWP"].open
        await group.press("officer", preview, "Do this")
        await group.settle()
        loops = await loops_by_seat(group, request.id)
        assert loops["GWH"].open and not loops["AWP"].open
        assert (loops["AWP"].state, loops["AWP"].merged_into) == ("ended", loops["GWH"].id)
        rows = await rows_by_seat(group, request.id)
        assert [one.version_number for one in rows["AWP"]] == [1], "what was said is kept where it was said"
        seat = await seat_of(group, "gwh")
        async with group.unit() as (unit, its):
            there = await holders_of_seat(unit, its.id, seat.id, group.clock.now.date())
        assert there == [group.ids["gwh"], group.ids["awp"]]
        assert len(group.chat("awp")) > awp_before
        await answers(group, request.id, {"gwh": "high"})
        group.clock.to(2026, 12, 10)
        await the_meeting(group, date(2026, 12, 10))
        overview = await enter_the_room(group, here=("chair", "housing", "police"))
        assert "AWP" not in [line.strip() for line in words(overview).splitlines()]
        [entry] = await logged(group, "seat merged")
        assert entry.refs["loops"] == {str(loops["AWP"].id): f"seat:{seat.id}"}


async def test_the_answer_of_the_seat_that_was_merged_lies_beside_the_others_in_the_meeting(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "awp", "police")
        await answers(group, request.id, {"awp": {**SAID, "evidence": "Only at AWP."}, "police": "high"})
        await changed(group, "awp", "merge", {"into": "police"})
        group.clock.to(2026, 12, 10)
        await the_meeting(group, date(2026, 12, 10))
        await enter_the_room(group, here=("chair", "housing", "police"))
        async with group.unit() as (unit, its):
            officer = await actor_numbered(unit, its.id, group.ids["officer"], date(2026, 12, 10))
            view = await assess_view(unit, officer, its, await pack_of(unit, its), group.clock.now)
        [one] = view.every
        assert one.name == "Police"
        assert any(name.startswith("AWP, now part of it") and said == "Medium" for name, said in one.evidence)
        assert any("Only at AWP." in value for _, value in one.evidence)


async def test_what_was_open_only_at_the_seat_that_goes_is_open_at_the_one_that_stays(database_url, tmp_path):
    """Drafts and extensions go along: the return is the same one, under another seat."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "awp")
        await group.press("awp", group.card("awp"), "Save draft", {"evidence": "Half of it is done."})
        [row] = (await rows_by_seat(group, request.id))["AWP"]
        old = group.card("awp")
        gwh_before = len(group.chat("gwh"))
        await changed(group, "awp", "merge", {"into": "gwh"})
        await group.settle()
        assert set(await loops_by_seat(group, request.id)) == {"GWH"}
        [after] = (await rows_by_seat(group, request.id))["GWH"]
        assert after.id == row.id and after.state == "awaited"
        async with group.unit() as (unit, its):
            assert row.id in await drafts_about(unit, its.id, "answer", [row.id])
        assert "Half of it is done." in words(group.card("gwh")), "a colleague finds the draft"
        assert len(group.chat("gwh")) == gwh_before + 2, "one line, and one card"
        reply = await group.press("awp", old, "Send answer", SAID)
        assert "Shared at two ward huddles" in words(reply["value"]), "an earlier card still answers"


async def test_each_open_return_of_an_ended_seat_gets_the_home_that_was_chosen(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        first = await a_request(group, "housing", "gwh")
        second = await a_request(group, "housing", title="Self-neglect audit", meeting_on=None, learning=None)
        loop = (await loops_by_seat(group, second.id))["Housing"]
        preview = await previewed(group, "housing", "end", {})
        assert "closed: service ended or transferred" in words(preview).lower()
        police = (await seat_of(group, "police")).id
        [chosen] = [one for one in inputs(preview) if one.endswith(f".home.{loop.id}")]
        await group.press("officer", preview, "Do this", {chosen: f"seat:{police}"})
        await group.settle()
        gone = (await loops_by_seat(group, first.id))["Housing"]
        assert (gone.state, gone.open) == ("ended", False)
        assert (await loops_by_seat(group, second.id))["Police"].open
        assert "Self-neglect audit" in words(group.card("police"))
        status = words(await group.say("officer", "status"))
        assert "unable" not in status.lower()
        group.clock.to(2026, 12, 10)
        await the_meeting(group, date(2026, 12, 10))
        await close_meeting(group, await the_meeting(group, date(2026, 12, 10)))
        rows = (await rows_by_seat(group, first.id))["Housing"]
        assert [one.outcome for one in rows] == [None], "neither no response nor a concern (framework 4.28)"
        chair = await group.say("chair", "reopen")
        assert "Housing" not in words(chair)


async def test_part_of_a_seat_gets_a_seat_of_its_own(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        values = {"name_1": "GWH Community Midwifery", "short_1": "Midwifery", "rest": "new:1"}
        await changed(group, "gwh", "split", values)
        await group.settle()
        assert set(await loops_by_seat(group, request.id)) == {"Midwifery"}
        seat = await seat_of(group, "Midwifery")
        old = await seat_of(group, "gwh")
        assert (seat.made_here, seat.sector, seat.organisation_id) == (True, old.sector, old.organisation_id)
        assert old.ends_on is None
        async with group.unit() as (unit, its):
            assert await holders_of_seat(unit, its.id, seat.id, group.clock.now.date()) == [group.ids["gwh"]]
        reply = await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        assert "Midwifery" in words(reply["value"])


async def test_a_planned_change_comes_on_its_day_by_the_clock_and_can_be_called_off(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "awp")
        day = group.clock.now.date() + timedelta(days=7)
        done = await changed(group, "awp", "merge", {"into": "gwh", "from_on": day.isoformat()})
        assert "I do it on that day" in words(done)
        assert "AWP is part of GWH" in words(done)
        assert set(await loops_by_seat(group, request.id)) == {"AWP"}
        refused = await previewed(group, "gwh", "end", {})
        assert "planned already" in words(refused)
        off = card_in(await group.press("officer", done, "Call it off"))
        assert "It is called off" in words(off) and "AWP is part of GWH" not in words(off)
        await changed(group, "awp", "merge", {"into": "gwh", "from_on": day.isoformat()})
        group.clock.move(days=7)
        await beat(group.house.open_unit, group.clock.now)
        await beat(group.house.open_unit, group.clock.now)
        await group.settle()
        assert set(await loops_by_seat(group, request.id)) == {"GWH"}
        [entry] = await logged(group, "seat merged")
        assert (entry.by, entry.refs["planned_by"]) == ("clock", group.ids["officer"])
        told = [words(group.card("officer", at)) for at in range(-len(group.chat("officer")), 0)]
        assert sum("Done as planned." in one for one in told) == 1


async def test_what_changed_between_the_preview_and_the_press_is_shown_again(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        preview = await previewed(group, "awp", "merge", {"into": "gwh"})
        await a_request(group, "awp")
        reply = await group.press("officer", preview, "Do this")
        assert "Something changed in the meantime" in str(reply["value"])
        assert (await seat_of(group, "awp")).ends_on is None


async def test_only_the_officer_changes_seats(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        preview = await previewed(group, "awp", "merge", {"into": "gwh"})
        for who in ("gwh", "chair", "ld_lead"):
            reply = await group.press(who, preview, "Do this")
            assert "Only the support officer" in str(reply["value"])


async def test_a_person_who_leaves_makes_a_seat_vacant_and_never_a_no_response(database_url, tmp_path):
    """Scenario 28."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh", "police")
        await answers(group, request.id, {"police": "high"})
        await leave(group, "gwh", date(2026, 11, 20))
        group.clock.to(2026, 11, 25)
        assert "Nobody yet: GWH" in words(await group.say("officer", "people"))
        group.clock.to(2026, 12, 10)
        await close_meeting(group, await the_meeting(group, date(2026, 12, 10)))
        [row, *_] = (await rows_by_seat(group, request.id))["GWH"]
        assert row.outcome == "vacant"
        assert (await loops_by_seat(group, request.id))["GWH"].state != "no_response"


async def test_what_an_officer_changed_outlasts_the_pack_and_where_it_says_otherwise_is_told(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await changed(group, "gwh", "rename", RENAMED)
        await changed(group, "housing", "end", {})
        await changed(group, "police", "split", {"name_1": "Police Harm Hub", "short_1": "Harm Hub"})
        await changed(group, "awp", "move", {"new_organisation": "A new trust"})
    async with a_group(database_url, tmp_path) as group:
        assert (await seat_of(group, "gwh")).short == "GWHG", "the same pack again changes nothing"
    pack = tmp_path / "revised.toml"
    pack.write_text(revised_swindon(), encoding="utf-8")
    async with a_group(database_url, tmp_path, packs=(str(pack),)) as group:
        assert (await seat_of(group, "gwh")).short == "GWHG"
        assert (await seat_of(group, "housing")).ends_on is not None
        assert (await seat_of(group, "Harm Hub")).ends_on is None
        told = words(card_in(await group.press("officer", await group.say("officer", "people"), "Change a seat")))
        for sentence in (
            "Great Western Hospitals Group was changed here. The pack calls it",
            "Housing has ended here. The pack still lists it.", "was changed here. The pack puts it under",
        ):  # fmt: skip
            assert sentence in told
        entry = (await logged(group, "pack loaded"))[-1]
        numbers = {(await seat_of(group, key)).id for key in ("gwh", "housing", "awp")}
        assert set(entry.refs["seats_otherwise_here"]) == numbers


async def test_a_pack_that_says_the_same_by_now_is_agreed_with(database_url, tmp_path):
    """The pack calls the seat what it is called here, and has the seat that was made here as one of its own."""
    async with a_group(database_url, tmp_path) as group:
        await changed(group, "housing", "split", {"name_1": "Fire and Rescue Service", "short_1": "Fire"})
        made = await seat_of(group, "Fire")
        await changed(group, "gwh", "rename", {"name": (await seat_of(group, "gwh")).name, "short": "Great Western"})
        await changed(group, "housing", "end", {})
    pack = tmp_path / "reworded.toml"
    pack.write_text(reworded(), encoding="utf-8")
    async with a_group(database_url, tmp_path, packs=(str(pack),)) as group:
        seat = await seat_of(group, "fire")
        assert (seat.id, seat.made_here, seat.short) == (made.id, False, "Fire")
        assert not (await seat_of(group, "gwh")).named_here
        told = words(card_in(await group.press("officer", await group.say("officer", "people"), "Change a seat")))
        assert "The pack says otherwise" not in told


async def test_a_solihull_member_s_substitute_counts_for_the_agency_and_the_absence_stays_an_exception(
    database_url, tmp_path
):
    """Scenario 23: named by the member, of the same agency; the chair's report keeps the absence (E3, E4)."""
    keys = ("officer", "chair", "ld_lead", "csc", "police", "icb", "colleague")
    people = {
        key: Person(key.title(), f"{at:08d}-0000-4000-8000-000000000000", f"29:{key}", email=f"{key}@example.org")
        for at, key in enumerate(keys, 1)
    }
    async with a_group(database_url, tmp_path, packs=("solihull",), people=people, seated=False) as group:
        day = date(2026, 12, 10)
        async with group.unit() as (unit, its):
            pack = await pack_of(unit, its)
            by_slug = {one.slug: one for one in await seats(unit, its.id)}
            places = {"csc": by_slug["childrens-social-care"].id, "police": by_slug["police"].id,
                      "icb": by_slug["bsol-icb"].id}  # fmt: skip
            for key, seat_id in places.items():
                unit.add(Holding(partnership_id=its.id, person_id=group.ids[key], seat_id=seat_id))
            held = await unit.save(Meeting(partnership_id=its.id, group_key=pack.groups[0].key, on=day))
            await unit.flush()
            mine = next(one.id for one in await all_holdings(unit, its.id) if one.person_id == group.ids["police"])
            unit.add(Holding(partnership_id=its.id, person_id=group.ids["colleague"], seat_id=places["police"],
                             starts_on=date(2026, 1, 1), ends_on=date(2026, 10, 31)))  # fmt: skip
        group.clock.to(2026, 12, 7)
        async with group.unit() as (unit, its):
            member = await actor_numbered(unit, its.id, group.ids["police"], date(2026, 12, 7))
            new = NewDeputy((mine,), group.ids["colleague"], date(2026, 12, 8), day)
            await name_deputy(unit, member, its, pack, new, group.clock.now)
        group.clock.to(2026, 12, 10, 15)
        async with group.unit() as (unit, its):
            officer = await actor_numbered(unit, its.id, group.ids["officer"], day)
            here = frozenset(group.ids[key] for key in ("csc", "icb", "colleague", "chair"))
            sent = Sent(here, frozenset({group.ids["police"]}))
            there = await take_attendance(unit, officer, its, pack, held.id, sent, group.clock.now)
            assert there.quorum.met, "police, children's social care and the ICB are all represented"
            await close(unit, officer, its, pack, held.id, group.clock.now)
        async with group.unit() as (unit, its):
            found = await attendance_exceptions(unit, its, pack, date(2026, 10, 1), date(2026, 12, 31))
            [police] = [one for one in found if one.seat_id == places["police"]]
            assert (police.how, police.attended) == ("substitute", True)
            assert {places["csc"], places["icb"]}.isdisjoint({one.seat_id for one in found})
            assert "Police" in police.name and "Colleague" not in str(found), "agencies are named, never people (I1)"
