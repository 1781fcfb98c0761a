"""Who may see what in odd places, and what start-up refuses, over HTTP and in the database."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from assurance.actors import actor_numbered
from assurance.beats import beat
from assurance.packing import pack_of
from assurance.person_data import people_meant
from assurance.pleas import NewPlea, plead
from assurance.roster import RosterMember, take_in_roster
from assurance.status import counts
from bot.edge.gate import CannotStart
from bot.running import load_packs, prepare
from storage.partnerships import every_partnership, seats
from storage.people import Holding, Person, PersonName, all_holdings, person_names
from storage.returns import returns_of_request
from tests.answering import SAID, a_request, share_the_seat
from tests.connector import TENANT
from tests.group import a_group, words
from tests.issued import issued
from tests.packs.revised import revised_swindon


async def test_a_forged_request_in_the_channels_refresh_shows_nothing(database_url, tmp_path):
    """What was never shown in the channel is not shown there by a press either."""
    async with a_group(database_url, tmp_path) as group:
        async with group.unit() as (_, its):
            its.channel_id = None
        request = await issued(group)
        assert group.channel() == []
        data = {"p": group.partnership_id, "request": request}
        for number in (request, 999):
            reply = await group.execute("ld_lead", "channel.refresh", data | {"request": number}, in_channel=True)
            assert "Child F" not in str(reply["value"]) and "cannot find" in str(reply["value"])


async def test_a_channel_counts_nothing_before_the_start_date(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await issued(group)
        async with group.unit() as (unit, its):
            pack = await pack_of(unit, its)
            actor = await actor_numbered(unit, its.id, group.ids["gwh"], group.clock.now.date())
            assert len((await counts(unit, actor, its, pack, group.clock.now)).lines) == 1
            its.starts_on = group.clock.now.date() + timedelta(days=1)
            assert (await counts(unit, actor, its, pack, group.clock.now)).lines == ()


async def test_an_answer_within_agreed_time_that_is_corrected_later_is_still_in_time(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        async with group.unit() as (unit, its):
            [row] = await returns_of_request(unit, its.id, request.id)
            from storage.asks import loop

            (await loop(unit, its.id, row.loop_id)).extended_to = date(2026, 11, 30)
        group.clock.to(2026, 11, 30)
        receipt = (await group.press("gwh", group.card("gwh"), "Send answer", SAID))["value"]
        group.clock.to(2026, 12, 2)
        form = (await group.press("gwh", receipt, "Correct our answer"))["value"]
        sent = {"evidence": "All of them have confirmed."}
        await group.press("gwh", form, "Send answer", sent)
        said = words(await group.say("officer", "status GWH"))
        assert "First answered at 10:00 on Monday 30 November 2026, in time for the papers; changed at" in said


async def test_a_second_seat_that_begins_later_brings_the_card_again_once(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await issued(group, to=("gwh", "police"))
        async with group.unit() as (unit, its):
            police = next(one.id for one in await seats(unit, its.id) if one.slug == "police")
            starts = group.clock.now.date() + timedelta(days=3)
            unit.add(Holding(partnership_id=its.id, person_id=group.ids["gwh"], seat_id=police, starts_on=starts))
        group.clock.move(hours=2)  # what comes by itself goes out in send hours
        for days, cards in ((1, 1), (2, 2), (1, 2)):
            group.clock.move(days=days)
            await beat(group.house.open_unit, group.clock.now)
            await group.settle()
            assert len(group.chat("gwh")) == cards
        assert "Police" in words(group.card("gwh"))


async def test_a_plea_is_not_shown_to_somebody_who_is_no_officer_any_more(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        async with group.unit() as (unit, its):
            pack = await pack_of(unit, its)
            actor = await actor_numbered(unit, its.id, group.ids["gwh"], group.clock.now.date())
            [row] = await returns_of_request(unit, its.id, request.id)
            new = NewPlea(row.id, "in_error", "This went to the wrong ward.")
            await plead(unit, actor, its, pack, new, group.clock.now)
            for one in await all_holdings(unit, its.id):
                if one.role == "officer":
                    one.ends_on = group.clock.now.date() - timedelta(days=1)
        await group.settle()
        assert group.chat("officer") == []


async def test_start_up_does_not_give_the_role_back_to_an_officer_who_gave_it_up(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        async with group.unit() as (unit, its):
            for one in await all_holdings(unit, its.id):
                if one.role == "officer":
                    one.ends_on = date(2026, 10, 1)
        officers = (("swindon", group.people["officer"].object_id), ("swindon", group.people["gwh"].object_id))
        group.house.settings = replace(group.house.settings, officers=officers)
        await prepare(group.house)
        async with group.unit() as (unit, its):
            held = [one for one in await all_holdings(unit, its.id) if one.role == "officer"]
        assert [(one.person_id, one.ends_on) for one in held] == [
            (group.ids["officer"], date(2026, 10, 1)), (group.ids["gwh"], None)
        ]  # fmt: skip


async def test_practice_refuses_real_records_and_real_work_refuses_practice_records(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        settings = group.house.settings
        with pytest.raises(CannotStart, match="holds the real records"):
            await load_packs(group.house.store, replace(settings, playground=True), group.clock.now)
        async with group.unit() as (_, its):
            its.practice = True
        with pytest.raises(CannotStart, match="holds the practice records"):
            await load_packs(group.house.store, settings, group.clock.now)


async def test_a_pack_that_drops_a_kind_in_use_is_refused_and_the_old_one_stays(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh")
        await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        pack = tmp_path / "revised.toml"
        renamed = re.sub(r'(?m)^(key|form|urgent_of) = "assurance"$', r'\1 = "renamed"', revised_swindon())
        pack.write_text(renamed, encoding="utf-8")
        async with group.unit() as (_, its):
            before = its.pack_sha256
        with pytest.raises(CannotStart, match="the kind “assurance” and the form “assurance”"):
            await load_packs(group.house.store, replace(group.house.settings, packs=(str(pack),)), group.clock.now)
        async with group.unit() as (unit, _):
            assert [one.pack_sha256 for one in await every_partnership(unit)] == [before]
        assert "Medium" in words(await group.say("officer", "status GWH"))


async def test_new_text_in_a_confirmed_title_is_asked_about_again(database_url, tmp_path):
    """I2: a confirmation counts for what was shown, never for what was typed since."""
    async with a_group(database_url, tmp_path) as group:
        form = (await group.press("officer", await group.say("officer", "people"), "Put somebody on a seat"))["value"]
        async with group.unit() as (unit, its):
            place = next(one.id for one in await seats(unit, its.id) if one.slug == "police")
        typed = {"place": f"seat:{place}", "person": str(group.ids["gwh"]), "title": "Nurse 943 476 5919"}
        asked = (await group.press("officer", form, "Save", typed))["value"]
        sure = "It identifies nobody, save it"
        other = (await group.press("officer", asked, sure, {"title": "Nurse 401 023 2137"}))["value"]
        assert "looks as if it holds" in words(other)
        assert "Saved" in words((await group.press("officer", other, sure))["value"])


async def test_two_rows_that_are_one_person_keep_one_row_which_gets_what_the_other_was_asked(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        async with group.unit() as (unit, its):
            other = await unit.save(Person(partnership_id=its.id))
            unit.add(PersonName(person_id=other.id, partnership_id=its.id, name="Chair", email="new@example.org"))
            police = next(one.id for one in await seats(unit, its.id) if one.slug == "police")
            unit.add(Holding(partnership_id=its.id, person_id=other.id, seat_id=police))
        await issued(group, to=("police",))
        assert group.chat("chair") == []
        chair = group.people["chair"]
        member = RosterMember(TENANT, chair.object_id, chair.teams_id, chair.name, "new@example.org", guest=False)
        async with group.unit() as (unit, its):
            await take_in_roster(unit, its, await pack_of(unit, its), [member], group.clock.now)
        await group.settle()
        assert "Child F rapid review" in words(group.card("chair"))
        async with group.unit() as (unit, its):
            [given_up] = await person_names(unit, its.id, [other.id])
            assert (given_up.name, given_up.email) == ("", ""), "a search for them must lead to the row that is kept"
            assert await people_meant(unit, None, its, chair.name) == (group.ids["chair"],)


async def test_a_number_too_great_for_the_database_is_answered_in_words(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await share_the_seat(group, "police")
        request = await a_request(group, "gwh")
        async with group.unit() as (unit, its):
            [row] = await returns_of_request(unit, its.id, request.id)
        data = {"p": group.partnership_id, "to": group.ids["gwh"], "return": row.id}
        for name in ("base", "w", "seen", "n"):
            reply = await group.execute("gwh", "answer.submit", data | {name: 2**39})
            assert reply["type"].endswith("card.adaptive") and "reference" not in str(reply["value"])
