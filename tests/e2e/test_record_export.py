"""The whole record as an Excel workbook: exit without asking us; one partnership's, sealed with the log's head."""

import sys
from contextlib import redirect_stdout
from datetime import datetime
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from unittest.mock import patch

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from assurance import exports_record
from assurance.exports_record import export_record
from assurance.pack import read_shipped
from bot.__main__ import main
from bot.documents.workbook import write_record
from storage.log import append_log, log_entries
from storage.people import PersonName
from tests.answering import LEARNING, SAID, a_request
from tests.drive import a_drive, takes
from tests.e2e.test_exports import a_life
from tests.e2e.test_two_partnerships import OURS, THEIRS, two
from tests.group import a_group, words

EXIT_GUIDE = Path(__file__).parents[2] / "docs" / "governance" / "exit-guide.md"
FORMULA = '=HYPERLINK("https://example.org","see")'


def rows(book, sheet):
    """The rows of a sheet, each as a mapping of its headings."""
    head, *lines = book[sheet].iter_rows(values_only=True)
    return [dict(zip(head, line, strict=True)) for line in lines]


def everything(book):
    """All that the workbook says."""
    return "\n".join(str(cell) for sheet in book for line in sheet.iter_rows(values_only=True) for cell in line if cell)


def checked(path):
    """What the check says of a workbook that the exit guide prints, run as it stands there."""
    code = EXIT_GUIDE.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    with redirect_stdout(StringIO()) as said, patch.object(sys, "argv", ["check_seal.py", str(path)]):
        exec(code, {})
    return said.getvalue().strip()


async def written(group, path, *, who="officer"):
    """The record as it is written to a file, opened again."""
    from assurance.actors import actor_numbered

    async with group.unit() as (unit, its):
        actor = await actor_numbered(unit, its.id, group.ids[who], group.clock.now.date())
    export = await export_record(group.house.open_unit, actor, its.id, group.clock.now)
    await write_record(path, export)
    return load_workbook(path)


async def test_the_whole_record_comes_as_a_workbook_with_a_guide_and_a_sheet_for_each_kind(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group, a_drive() as (url, kept):
        await a_life(group)
        reply = await group.press("officer", await group.say("officer", "export"), "Whole record (Excel)")
        assert "I am offering you the whole record as an Excel workbook in this chat" in words(reply["value"])
        (offer,) = group.chat("officer")[-1].activity["attachments"]
        assert offer["name"] == "swindon-record-2026-12-10.xlsx"
        await takes(group, "officer", offer, f"{url}/record")
        book = load_workbook(BytesIO(kept["/record"]))
        assert book.sheetnames[0] == "Guide" and len(book.sheetnames) >= 26
        for sheet in book.worksheets[1:]:
            assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref.startswith("A1:")
            assert all(cell.font.bold for cell in sheet[1]) and sheet.column_dimensions["A"].width > 5
        first, second = rows(book, "Submissions")
        assert (first["Title"], first["Return"], second["Number"]) == ("for GWH", f"{OURS}, GWH", 2)
        assert isinstance(first["At"], datetime) and rows(book, "Requests")[0]["Due"] == datetime(2026, 11, 26)
        shown = {(one["Question"], one["Answer as shown"]) for one in rows(book, "Answers")}
        assert ("dissemination", "Medium") in shown and ("monitoring", SAID["monitoring"]) in shown
        assert rows(book, "Assessments")[0]["Rationale"] == "Community midwifery was not reached."
        assert [one["Key messages"] for one in rows(book, "Learning versions")][1].endswith("within two days.")
        assert any("strong evidence" in (one["Criteria"] or "") for one in rows(book, "Forms and criteria"))
        assert {one["State"] for one in rows(book, "Notices")} == {"delivered"}
        async with group.unit() as (unit, its):
            exported = (await log_entries(unit, its.id))[-1]
        assert (exported.what, exported.after) == ("exported", sha256(kept["/record"]).hexdigest())


async def test_the_log_s_head_seals_the_workbook_and_its_hashes_can_be_worked_out_again(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await a_life(group)
        book = await written(group, tmp_path / "record.xlsx")
        log = rows(book, "Log")
        guide = everything(book).split("Learning items")[0]
        assert f"The log ends with entry {len(log)}, whose hash is {log[-1]['Hash']}" in guide
        assert "Every entry fits the one before it." in guide
        assert guide.count("entry") and "While this was being written" not in guide
        seal = log[-1]["Hash"]
        assert checked(tmp_path / "record.xlsx") == f"{len(log)} entries; the seal is {seal}. Every entry fits."


async def test_a_broken_chain_is_said_on_the_guide(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await a_request(group, "gwh")
        async with group.unit() as (unit, its):
            (await log_entries(unit, its.id))[0].what = "something else"
        book = await written(group, tmp_path / "record.xlsx")
        assert "The chain does not hold: it breaks at entry 1." in everything(book)
        assert checked(tmp_path / "record.xlsx").endswith("These do not fit: [1]")


async def test_what_is_done_meanwhile_is_named_and_stays_off_the_log_s_sheet(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await a_request(group, "gwh")
        export = await export_record(group.house.open_unit, None, group.partnership_id, group.clock.now)
        async with group.unit() as (unit, its):
            await append_log(unit, its.id, at=group.clock.now, person_id=None, what="meanwhile", subject="x:1")
        await write_record(tmp_path / "record.xlsx", export)
        book = load_workbook(tmp_path / "record.xlsx")
        assert "entries 3 to 3 were added to the log" in everything(book)
        assert "meanwhile" not in {one["What"] for one in rows(book, "Log")}


async def test_formulas_in_peoples_words_never_run(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await a_request(group, "gwh", learning=LEARNING | {"findings": "@SUM(A1)"}, context="+1 for this")
        await group.press("gwh", group.card("gwh"), "Send answer", SAID | {"evidence": FORMULA})
        book = await written(group, tmp_path / "record.xlsx")
        assert {cell.data_type for sheet in book for line in sheet.iter_rows() for cell in line} <= {"s", "n", "d"}
        assert f"'{FORMULA}" in {one["Answer as shown"] for one in rows(book, "Answers")}
        assert rows(book, "Requests")[0]["Context"] == "'+1 for this"
        assert rows(book, "Learning versions")[0]["Findings"] == "'@SUM(A1)"


async def test_names_and_addresses_stand_on_the_marked_sheet_alone(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await a_life(group)
        async with group.unit() as (unit, _):
            for one in await unit.all(select(PersonName)):
                one.name = f"Unmistakable {one.person_id}"
        book = await written(group, tmp_path / "record.xlsx")
        marked = [sheet.title for sheet in book if sheet.sheet_properties.tabColor is not None]
        assert marked == ["People (personal data)", "People's accounts"]
        assert all(one["Name"].startswith("Unmistakable") for one in rows(book, marked[0]))
        del book[marked[0]]
        assert "Unmistakable" not in everything(book) and "@example.org" not in everything(book)


async def test_the_record_is_one_partnership_s_alone(database_url, tmp_path):
    async with two(database_url, tmp_path) as group:
        await a_request(group, "gwh", title=OURS)
        said = everything(await written(group, tmp_path / "record.xlsx"))
        assert OURS in said and THEIRS not in said and "Solihull" not in said


async def test_a_long_record_is_read_page_by_page_and_each_row_comes_once(database_url, tmp_path, monkeypatch):
    monkeypatch.setattr(exports_record, "PAGE", 3)
    async with a_group(database_url, tmp_path) as group:
        await a_life(group)
        book = await written(group, tmp_path / "record.xlsx")
        assert len(rows(book, "Log")) > 3 and "Every entry fits" in everything(book)
        for sheet in ("Log", "Answers", "Seats", "Texts"):
            numbers = [one["No."] for one in rows(book, sheet)]
            assert numbers == sorted(set(numbers)) and len(numbers) > 3


async def test_what_was_answered_without_a_name_is_exported_without_one(sqlite_url, tmp_path):
    pack = tmp_path / "nameless.toml"
    text = read_shipped("swindon").replace('key = "assurance"\nname =', 'key = "assurance"\nanonymous = true\nname =')
    assert "anonymous" in text
    pack.write_text(text, encoding="utf-8")
    async with a_group(sqlite_url, tmp_path, packs=(str(pack),)) as group:
        await a_request(group, "gwh")
        await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        book = await written(group, tmp_path / "record.xlsx")
        (said,) = rows(book, "Submissions")
        assert (said["By person no."], said["Title"]) == (None, None)
        assert [one["Person no."] for one in rows(book, "Log") if one["What"] == "answered"] == [None]
        about = f"request:{rows(book, 'Requests')[0]['No.']}"
        assert {one["Person no."] for one in rows(book, "Notices") if one["About"] == about} == {None}


@pytest.mark.parametrize("where", ["", "elsewhere/ours.xlsx"])
async def test_the_command_line_writes_the_same_record_and_logs_it(sqlite_url, tmp_path, monkeypatch, capsys, where):
    import asyncio

    async with a_group(sqlite_url, tmp_path) as group:
        await a_life(group)
        monkeypatch.setenv("LOOP_DATA_DIR", str(tmp_path))
        monkeypatch.setenv("LOOP_DATABASE_URL", sqlite_url)
        out = ["--out", str(tmp_path / where)] if where else []
        assert await asyncio.to_thread(main, ["export", "--partnership", "swindon", *out]) == 0
        said = capsys.readouterr().out
        (path,) = [tmp_path / where] if where else (tmp_path / "exports" / "swindon").glob("swindon-record-*.xlsx")
        assert str(path) in said and "names and addresses" in said
        assert rows(load_workbook(path), "Learning items")[0]["Title"] == OURS
        async with group.unit() as (unit, its):
            entry = (await log_entries(unit, its.id))[-1]
        assert (entry.what, entry.by, entry.person_id) == ("exported", "command line", None)
        assert entry.after == sha256(path.read_bytes()).hexdigest()


async def test_the_command_line_names_the_partnerships_it_knows(sqlite_url, tmp_path, monkeypatch, capsys):
    import asyncio

    async with two(sqlite_url, tmp_path):
        monkeypatch.setenv("LOOP_DATA_DIR", str(tmp_path))
        monkeypatch.setenv("LOOP_DATABASE_URL", sqlite_url)
        assert await asyncio.to_thread(main, ["export"]) == 2
        assert "add --partnership and one of: swindon, solihull" in capsys.readouterr().err
