"""One person's data, taken out and erased on their request, without breaking the record (I1, I2, scenario 35)."""

import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook

from assurance.actors import actor_numbered
from assurance.answering import Behalf, Submission, answer
from assurance.beats import beat
from assurance.packing import pack_of
from bot.person_command import erase_again, export_person, list_erased
from storage.chasers import Absence
from storage.drafts import Draft
from storage.everything import metadata
from storage.log import first_broken_entry
from storage.partnerships import partnership_named
from storage.people import Person, PersonName, all_holdings, people
from storage.people import person as person_row
from storage.returns import returns_of_request, versions_of_return
from tests.answering import MEETING, SAID, a_request
from tests.drive import a_drive, takes
from tests.e2e.test_exports import chosen, handed
from tests.e2e.test_exports import everything as all_of
from tests.e2e.test_record_export import everything, rows
from tests.e2e.test_two_partnerships import two
from tests.group import a_group, buttons, inputs, people_of_swindon, words
from tests.meeting import answers, close_meeting, enter_the_room, leave, the_meeting

pytestmark = pytest.mark.both_databases
NAME, TITLE, OTHER = "Grace Quillfeather", "Named Professional", "Percival Otherman"
FORMER = "a former member of AWP"
PLEA, OWN, THEIRS, KEPT = (
    "Ward moves take us longer.",
    "Quilted evidence.",
    "Another agency's words.",
    "Half a thought.",
)
VIEWS = (
    ("officer", "status"), ("officer", "status AWP"), ("officer", "overdue"), ("chair", "history AWP"),
    ("officer", "summary"), ("officer", "people"), ("police", "my returns"),
)  # fmt: skip


def cast():
    """Everybody as always; the one who leaves, and one other, have names that stand nowhere else."""
    found = people_of_swindon()
    found["awp"].name, found["police"].name = NAME, OTHER
    return found


async def a_busy_year(group):
    """Grace asks for time, answers, has an answer entered for her, is away, starts a draft, and leaves."""
    async with group.unit() as (unit, its):
        for held in await all_holdings(unit, its.id):
            held.title = TITLE if held.person_id == group.ids["awp"] else held.title
    request = await a_request(group, "awp", "police")
    await group.say("awp", "my returns")
    card = next(one for one in (group.card("awp", at) for at in (-1, -2)) if "Ask for more time" in buttons(one))
    found = {key: PLEA if key.endswith("more_time.why") else "2026-12-03" for key in inputs(card) if "more_time" in key}
    await group.press("awp", card, "Ask for more time", found)
    await answers(group, request.id, {"awp": SAID | {"evidence": OWN}, "police": SAID | {"evidence": THEIRS}})
    spoken = await a_request(group, "awp", meeting_on=None, title="By telephone")
    async with group.unit() as (unit, its):
        officer = await actor_numbered(unit, its.id, group.ids["officer"], group.clock.now.date())
        (row,) = await returns_of_request(unit, its.id, spoken.id)
        note = Behalf(NAME, group.clock.now.date(), "by telephone", group.ids["awp"])
        sent = Submission(row.id, 0, SAID, behalf=note, confirmed=True)
        await answer(unit, officer, its, await pack_of(unit, its), sent, group.clock.now)
        mine = {"partnership_id": its.id, "saved_by": group.ids["awp"]}
        unit.add(Draft(**mine, kind="decision", owner_id=group.ids["awp"], saved_at=group.clock.now, body={"a": KEPT}))
        days = {"first": date(2026, 12, 21), "last": date(2026, 12, 23)}
        unit.add(Absence(partnership_id=its.id, person_id=group.ids["awp"], at=group.clock.now, **days))
    meeting_id = await the_meeting(group, MEETING)
    await the_meeting(group, date(2027, 3, 11))
    group.clock.to(2026, 12, 10)
    room = await enter_the_room(group)
    name = next(one for one in buttons(room) if one.startswith("Record"))
    await group.press("officer", room, name, {"rationale": "The audit shows it.", "dissemination": "high"})
    await close_meeting(group, meeting_id)
    await beat(group.house.open_unit, group.clock.now)
    await group.settle()
    await leave(group, "awp", date(2026, 12, 31))
    group.clock.to(2027, 1, 12)
    return request.id


async def shown(group, drive):
    """Everything that shows people, as words: cards, the evidence file."""
    found = {f"{who}: {text}": words(await group.say(who, text)) for who, text in VIEWS}
    card, about = await chosen(group, "officer", "Child F rapid review")
    await group.press("officer", card, "Evidence file", {"about": about})
    _, content = await handed(group, "officer", drive)
    return found | {"evidence file": all_of(Document(BytesIO(content)))}


def like(text):
    """The words, with whatever the one who left is called made the same."""
    text = re.sub(rf"{NAME}( for AWP)?|{FORMER}( \({TITLE}\))?", "*", text)
    return re.sub(r"\d+ people can see", "All can see", text)


async def kept_of(group, wanted, *, but=0):
    """In which tables any of these strings stands, in whatever column; the rows of partnership `but` are left out."""
    found = {}
    async with group.unit() as (unit, _):
        for name, table in metadata.tables.items():
            lines = await unit.rows(table.select())
            said = [str(tuple(line)) for line in lines if getattr(line, "partnership_id", None) != but]
            if hits := [one for one in wanted if one in "\n".join(said)]:
                found[name] = hits
    return found


async def test_scenario_35_a_leaver_is_erased_and_every_report_still_adds_up_with_the_role_intact(
    database_url, tmp_path
):
    people_here = cast()
    async with two(database_url, tmp_path, people=people_here) as group, a_drive() as drive:
        grace, number = group.people["awp"], group.ids["awp"]
        async with group.house.open_unit() as unit:
            theirs = await partnership_named(unit, "solihull")
            same = await unit.save(
                Person(partnership_id=theirs.id, tenant_id="elsewhere", object_id=grace.object_id, teams_id="29:there")
            )
            unit.add(PersonName(person_id=same.id, partnership_id=theirs.id, name=NAME, email=grace.email))
        request_id = await a_busy_year(group)
        before = await shown(group, drive)
        await exports_what_it_says_and_nothing_of_others(group, drive)
        card = await group.say("officer", "person data quillfeather")
        ask = (await group.press("officer", card, "Erase"))["value"]
        assert FORMER in words(ask) and "the agency's record" in words(ask) and "still in the team" in words(ask)
        done = (await group.press("officer", ask, "Erase for good"))["value"]
        assert f"person no. {number}" in words(done)
        identifying = [*NAME.split(), grace.email, grace.object_id, grace.teams_id, group.teams.chat_with(grace)]
        assert await kept_of(group, [*identifying, PLEA, KEPT], but=group.ids["solihull"]) == {}
        assert set(await kept_of(group, [NAME, grace.email, grace.object_id])) == {"person", "person_name"}
        after = await shown(group, drive)
        for view, text in before.items():
            lines = like(text).splitlines()
            assert like(after[view]).splitlines()[: len(lines)] == lines, view  # the file was itself noted in the log
        assert NAME not in "\n".join(after.values()) and f"{FORMER}, {TITLE}" in after["evidence file"]
        async with group.unit() as (unit, its):
            assert await first_broken_entry(unit, its.id) is None
            row = next(one for one in await returns_of_request(unit, its.id, request_id) if one.version_number)
            assert [(one.by_person_id, one.by_title) for one in await versions_of_return(unit, its.id, row.id)] == [
                (number, TITLE)
            ]
        await comes_back_as_somebody_new(group, number)


async def exports_what_it_says_and_nothing_of_others(group, drive):
    url, kept = drive
    card = await group.say("officer", "person data Grace")
    assert f"What is held about {NAME}" in words(card) and f"AWP, {TITLE}" in words(card)
    assert "offering you what is held about" in words((await group.press("officer", card, "Export (Excel)"))["value"])
    (offer,) = group.chat("officer")[-1].activity["attachments"]
    assert offer["name"] == f"person-{group.ids['awp']}-2027-01-12.xlsx"
    await takes(group, "officer", offer, f"{url}/person")
    book = load_workbook(BytesIO(kept["/person"]))
    who = {one["What"]: one["Value"] for one in rows(book, "Who they are")}
    assert who["Name"] == NAME and who["Entra object id"] == group.people["awp"].object_id
    assert rows(book, "Seats and roles")[0]["Title"] == TITLE
    wrote = {(one["What"], one["Text"]) for one in rows(book, "What they wrote")}
    assert {("Answer, version 1", OWN), ("Asked for more time", PLEA)} <= wrote
    assert ("Answer, version 1, entered from what they said", SAID["evidence"]) in wrote
    assert any(KEPT in text for _, text in wrote) and len(rows(book, "Away")) == 1
    assert len(rows(book, "Messages")) > 3 and {"answered", "pleaded"} <= {one["What"] for one in rows(book, "Log")}
    said = everything(book)
    assert OTHER not in said and THEIRS not in said and group.people["police"].email not in said


async def comes_back_as_somebody_new(group, number):
    """The roster still names them: a new person, with another number, and the old one stays nobody."""
    card = await group.say("officer", "people")
    await group.press("officer", card, next(one for one in buttons(card) if "team" in one.casefold()))
    async with group.unit() as (unit, its):
        [back] = [one.id for one, name in await people(unit, its.id) if name.name == NAME]
        old = await person_row(unit, its.id, number)
    assert back != number and old.tenant_id == "erased" and not old.in_team
    assert f"No. {back}" in words(await group.say("officer", f"person data {NAME}"))


async def test_who_is_on_a_seat_or_the_only_officer_is_not_erased_and_only_the_officer_may_ask(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path, people=cast()) as group:
        card = await group.say("officer", f"person data {NAME}")
        assert "Not to be erased yet" in words(card) and "still there for AWP" in words(card)
        assert buttons(card) == ["Export (Excel)"]
        data = {"p": group.partnership_id, "person": group.ids["awp"]}
        assert "still there for AWP" in words((await group.execute("officer", "person.erase", data))["value"])
        own = await group.say("officer", f"person data {group.people['officer'].email}")
        assert "is the only support officer" in words(own)
        assert "Only the support officer" in words(await group.say("chair", "person data Grace"))
        assert "shown in private only" in words(await group.say("officer", "person data Grace", in_channel=True))
        assert "nobody of that name" in words(await group.say("officer", "person data Nobody Atall"))
        assert "Please type person data with a name" in words(await group.say("officer", "person data"))
        async with group.unit() as (unit, _):
            name = await unit.get(PersonName, group.ids["police"])
            name.name = NAME
        which = await group.say("officer", f"person data {NAME}")
        assert f"{NAME}, no. {group.ids['awp']}: AWP" in words(which) and "Police" in words(which)
        picked = await group.press("officer", which, f"{NAME}, no. {group.ids['awp']}")
        assert "AWP" in words(picked["value"])


async def test_a_copy_put_back_brings_the_erased_person_back_and_the_list_erases_them_again(
    sqlite_url, tmp_path, capsys
):
    async with a_group(sqlite_url, tmp_path, people=cast()) as group:
        await leave(group, "awp", date(2026, 10, 30))
        copy = tmp_path / "copy.db"
        source = sqlite_url.partition("///")[2]
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(copy)) as kept:
            live.backup(kept)
        settings = replace(group.house.settings, database_url=f"sqlite:///{copy}")
        data = {"p": group.partnership_id, "person": group.ids["awp"]}
        await group.execute("officer", "person.erase", data)
        number, listed = group.ids["awp"], tmp_path / "erased.csv"
        assert await list_erased(group.house.settings) == 0
        listed.write_text(capsys.readouterr().out, encoding="utf-8")
        assert listed.read_text().split() == ["person,erased", "on", f"{number},2026-11-02"]
        assert await erase_again(settings, listed) == 0
        assert f"{number}: {NAME} (AWP" in (said := capsys.readouterr().out) and "Nothing was changed" in said
        assert await export_person(settings, NAME, out=tmp_path / "grace.xlsx") == 0
        assert await erase_again(settings, listed, yes=True) == 0
        assert await erase_again(settings, listed, yes=True) == 0
        assert f"{number}: erased.\n{number}: erased already." in capsys.readouterr().out
        assert await export_person(settings, NAME) == 1
