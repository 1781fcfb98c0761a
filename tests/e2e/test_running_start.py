"""The running start: one workbook of earlier records, all or nothing (issue deliver 5, scenario 34)."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta

from aiohttp import web

from assurance.beats import beat
from assurance.dates import day_words
from assurance.running_start_cells import COLUMNS
from assurance.running_start_workbook import open_workbook
from bot.settings import Settings
from bot.start_command import bring_in, write_template
from storage.asks import open_requests
from storage.learning import learning_items
from storage.log import first_broken_entry, log_entries
from storage.people import people
from storage.returns import answers_of_versions, assessments_of_returns, newest_versions, returns_of_request
from tests import inbound
from tests.answering import SAID
from tests.group import a_group, buttons, read, words
from tests.pictures.keep import keep
from tests.workbooks import LEVEL_ROWS, altered, workbook

START = "2027-01-04"
BUTTON = "Earlier records, to start with"


@asynccontextmanager
async def a_shelf(content):
    """Somewhere on this machine from which an attached file is fetched; gives its address and how often it was."""
    asked = []

    async def give(_):
        asked.append(1)
        return web.Response(body=content)

    app = web.Application()
    app.router.add_get("/book.xlsx", give)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/book.xlsx", asked
    finally:
        await runner.cleanup()


async def attach(group, who, url, text=""):
    """Send a file in the 1:1 chat, as Teams does; gives the card that answers it."""
    person = group.people[who]
    group.teams.personal.setdefault(group.teams.chat_with(person), person)
    message = inbound.message(person, text, group.teams.url)
    kind = "application/vnd.microsoft.teams.file.download.info"
    message["attachments"] = [{"contentType": kind, "name": "book.xlsx", "content": {"downloadUrl": url}}]
    status, _ = await group.send(message)
    assert status in (200, 202)
    await group.settle()
    return group.card(who)


async def counts(group):
    """How much is stored of what a workbook can bring in, and how long the log is."""
    async with group.unit() as (unit, its):
        return (
            len(await people(unit, its.id)), len(await learning_items(unit, its.id, states=("open",))),
            len(await open_requests(unit, its.id)), len(await log_entries(unit, its.id)), its.starts_on,
        )  # fmt: skip


def read_bytes(path):
    """What a file holds."""
    return path.read_bytes()


def posts(group):
    """How many messages everybody but the officer has."""
    return sum(len(group.chat(who)) for who in group.people if who != "officer") + len(group.channel())


async def test_a_workbook_brings_in_everything_and_status_is_right_the_same_day(database_url, tmp_path):
    """Scenario 34."""
    async with a_group(database_url, tmp_path) as group, a_shelf(workbook()) as (url, _):
        preview = (await group.press("officer", await attach(group, "officer", url, "bring in"), BUTTON))["value"]
        keep("running start, preview", preview)
        assert "LR-1: Self-neglect audit, two agencies, next answers by Thursday 14 January 2027" in words(preview)
        before = await counts(group)
        unready = (await group.press("officer", preview, "Bring it in"))["value"]
        assert "Please choose the start date." in words(unready) and await counts(group) == before
        done = (await group.press("officer", unready, "Bring it in", {"starts_on": START}))["value"]
        keep("running start, done", done)
        assert "two items and four levels" in words(done)
        again = await group.press("officer", unready, "Bring it in", {"starts_on": START})
        assert "This workbook was brought in already." in words(again["value"])
        assert posts(group) == 0, "nobody is told or asked anything"
        status = words(await group.say("officer", "status"))
        assert "Self-neglect audit" in status and "Child E rapid review" in status
        seat = words(await group.say("officer", "status GWH"))
        assert "rought in from earlier records" in seat
        assert "Medium" in seat and "Low" in seat
        async with group.unit() as (unit, its):
            assert its.starts_on == date(2027, 1, 4) and await first_broken_entry(unit, its.id) is None
            assert all(one.brought_in for one in await open_requests(unit, its.id))
            [first, _] = await open_requests(unit, its.id)
            rows = await returns_of_request(unit, its.id, first.id)
            newest = await newest_versions(unit, its.id, [row.id for row in rows])
            said = await answers_of_versions(unit, its.id, [one.id for one in newest.values()])
            assert {one.origin for one in newest.values()} == {"brought_in"}
            assert {"dissemination": "high", "impact": "medium", "evidence": "All wards.",
                    "impact_evidence": "One audit."} in said.values()  # fmt: skip
            assessed = await assessments_of_returns(unit, its.id, [row.id for row in rows])
            assert {(one.dimension, one.level, one.origin) for one in assessed} == {
                ("dissemination", "high", "brought_in"), ("impact", "low", "brought_in"),
            }  # fmt: skip


async def test_nobody_is_asked_before_the_start_date_and_then_each_open_dimension_on_its_day(database_url, tmp_path):
    """Scenario 34: nobody is chased for anything before the start date."""
    async with a_group(database_url, tmp_path) as group, a_shelf(workbook()) as (url, _):
        preview = (await group.press("officer", await attach(group, "officer", url), BUTTON))["value"]
        await group.press("officer", preview, "Bring it in", {"starts_on": START})
        for day in (datetime(2026, 12, 1, 11, tzinfo=UTC), datetime(2027, 1, 3, 11, tzinfo=UTC)):
            group.clock.now = day
            await beat(group.house.open_unit, group.clock.now)
            await group.settle()
        assert posts(group) == 0
        assert "All your answers are in." in words(await group.say("gwh", "my returns"))
        before = posts(group)
        group.clock.to(2027, 1, 4, hour=0)
        await beat(group.house.open_unit, group.clock.now)
        await group.settle()
        assert posts(group) == before, "not at midnight either"
        group.clock.to(2027, 1, 4, hour=11)
        await beat(group.house.open_unit, group.clock.now)
        await group.settle()
        card = words(group.card("gwh"))
        assert "Child E rapid review" in card and "by the end of Thursday 14 January 2027" in card
        assert "Self-neglect audit" in words(group.card("police"))
        assert "earlier records" in words(group.card("police")) and "Briefed." in words(group.card("police"))
        assert group.chat("camhs") == [], "what was accepted as not relevant is not asked again"
        assert len(group.chat("police")) == 1, "one card, however much of one item opens on the day"
        await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        group.clock.to(2027, 2, 1, hour=11)
        await beat(group.house.open_unit, group.clock.now)
        await group.settle()
        cards = [words(read(post)) for post in group.chat("gwh")]
        [asked] = [one for one in cards if "An update, please: Self-neglect audit" in one]
        assert "by the end of Monday 22 February 2027" in asked and "One audit." in asked
        form = asked.rpartition("Your answer")[2]
        assert "How far has it changed practice?" in form and "How far has the learning been shared?" not in form


async def test_a_workbook_with_bad_cells_names_them_all_and_brings_in_nothing(database_url, tmp_path):
    levels = altered(altered(LEVEL_ROWS, 1, 1, "GHW"), 2, 6, "soon")
    members = (("GWH", "Grace Bell", "not an address", "", "", "", ""),)
    book = workbook(levels=levels, members=members)
    async with a_group(database_url, tmp_path) as group, a_shelf(book) as (url, _):
        before = await counts(group)
        card = (await group.press("officer", await attach(group, "officer", url), BUTTON))["value"]
        keep("running start, mistakes", card)
        said = words(card)
        assert "Members, row 2: “not an address” is not an e-mail address." in said
        assert "Levels, row 3: I do not know the agency “GHW” (perhaps GWH)." in said
        assert "Levels, row 4: I cannot read the day “soon”" in said
        assert buttons(card) == [] and await counts(group) == before


async def test_text_that_may_identify_somebody_needs_the_officers_word_first(database_url, tmp_path, caplog):
    """I2."""
    book = workbook(levels=altered(LEVEL_ROWS, 0, 5, "The child's NHS number is 943 476 5919."))
    async with a_group(database_url, tmp_path) as group, a_shelf(book) as (url, _):
        before = await counts(group)
        card = (await group.press("officer", await attach(group, "officer", url), BUTTON))["value"]
        assert "Levels, row 2, evidence: this looks like an NHS number." in words(card)
        data = {"p": group.partnership_id, "url": url, "name": "book.xlsx", "starts_on": START}
        sums = [part["data"]["sum"] for part in card["actions"]]
        forced = await group.execute("officer", "start.bring_in", data | {"sum": sums[0]})
        assert "identify nobody" in forced["value"] and await counts(group) == before
        done = await group.press("officer", card, "They identify nobody, bring it in", {"starts_on": START})
        assert "have been brought in" in words(done["value"]) and "943" not in caplog.text


async def test_another_file_than_the_one_looked_at_and_a_start_in_the_past_are_refused(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group, a_shelf(workbook()) as (url, _):
        preview = (await group.press("officer", await attach(group, "officer", url), BUTTON))["value"]
        past = (await group.press("officer", preview, "Bring it in", {"starts_on": "2026-11-01"}))["value"]
        assert "Please choose today or a later day." in words(past)
        async with a_shelf(workbook(meetings=())) as (other, _):
            data = dict(preview["actions"][0]["data"]) | {"url": other, "starts_on": START}
            reply = await group.execute("officer", "start.bring_in", data)
            assert reply["value"] == "The file is not the one that you looked at. Please attach it again."
        async with group.unit() as (unit, its):
            assert its.starts_on is None and not await open_requests(unit, its.id)


async def test_only_an_officer_may_bring_in_records_and_only_from_where_files_lie(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group, a_shelf(workbook()) as (url, asked):
        data = {"p": group.partnership_id, "url": url, "name": "book.xlsx", "starts_on": START, "sum": ""}
        for verb in ("start.file", "start.bring_in", "start.template"):
            for who in ("gwh", "chair"):
                reply = await group.execute(who, verb, data)
                assert reply["value"] == "Only the support officer can bring in earlier records."
        for elsewhere in ("https://example.org/book.xlsx", "file:///etc/passwd", ""):
            reply = await group.execute("officer", "start.file", data | {"url": elsewhere})
            assert "Please attach the file itself" in reply["value"]
        assert asked == []


async def test_the_officer_is_offered_an_empty_workbook(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        card = await group.say("officer", "bring in")
        keep("running start, offer", card)
        made = (await group.press("officer", card, "Make an empty workbook"))["value"]
        assert "running-start.xlsx" in words(made)
        assert (tmp_path / "exports" / "swindon" / "running-start.xlsx").read_bytes().startswith(b"PK")


async def test_the_command_line_brings_in_the_same_workbook(database_url, tmp_path, capsys):
    """`python -m bot start FILE --partnership swindon --starts-on 2027-01-04`."""
    settings = Settings(data_dir=tmp_path, database_url=database_url)
    file, bad, empty = (tmp_path / name for name in ("book.xlsx", "bad.xlsx", "empty.xlsx"))
    file.write_bytes(workbook())
    bad.write_bytes(workbook(levels=altered(LEVEL_ROWS, 0, 1, "GHW")))
    start = date.today() + timedelta(days=365)
    assert await bring_in(settings, bad, "swindon", start) == 1
    assert "Levels, row 2: I do not know the agency “GHW”" in capsys.readouterr().err
    assert await bring_in(settings, file) == 0
    assert "This would come in: two places for members, three meetings, two items" in capsys.readouterr().out
    assert await bring_in(settings, file, "swindon", start) == 0
    assert f"Nobody is asked about anything before {day_words(start)}." in capsys.readouterr().out
    assert await bring_in(settings, file, "swindon", start) == 1
    assert "LR-1 has been brought in already" in capsys.readouterr().err
    assert await bring_in(settings, file, "swindon", date(2001, 1, 1)) == 1
    assert await write_template(settings, empty) == 0
    assert open_workbook(read_bytes(empty)).sheets["Items"] == [list(COLUMNS["Items"])]
