"""Lists that come as files: attached in a 1:1 chat, or given to the command line (deliver 4)."""

import io
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from openpyxl import Workbook

from bot.edge.gate import CannotStart
from bot.people_command import import_people
from storage.people import all_holdings, people
from tests import inbound
from tests.group import a_group, button, buttons, read, words

ROWS = [
    ["agency", "name", "e-mail", "role", "title", "from", "until"],
    ["GWH", "Priya Nair", "priya@example.org", "", "Named nurse", "", ""],
    ["", "Sam Holt", "sam@example.org", "vice chair", "Deputy", "", ""],
]


def workbook(rows):
    book = Workbook()
    for cells in rows:
        book.active.append(cells)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


@asynccontextmanager
async def drive(content):
    """Where Teams keeps what was attached; `content` can be changed while it runs."""
    held = {"content": content}

    async def give(_):
        return web.Response(body=held["content"])

    async def elsewhere(_):
        raise web.HTTPFound("/list.xlsx")

    app = web.Application()
    app.router.add_get("/list.xlsx", give)
    app.router.add_get("/moved", elsewhere)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield held, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def attach(group, who, url, *, text="", in_channel=False):
    """Attach a file as Teams sends it; gives what the bot posts, if anything."""
    where = {"team": group.teams.team} if in_channel else {}
    sent = inbound.message(group.people[who], text, group.teams.url, **where)
    info = {"downloadUrl": url, "uniqueId": "1", "fileType": "xlsx"}
    kind = "application/vnd.microsoft.teams.file.download.info"
    sent["attachments"] = [{"contentType": kind, "name": "members.xlsx", "content": info}]
    group.teams.personal.setdefault(group.teams.chat_with(group.people[who]), group.people[who])
    before = len(group.teams.posts())
    await group.send(sent)
    await group.settle()
    fresh = group.teams.posts()[before:]
    return read(fresh[-1]) if fresh else {}


async def count(group):
    async with group.unit() as (unit, its):
        return len(await all_holdings(unit, its.id))


async def test_an_attached_workbook_is_previewed_and_brought_in(database_url, tmp_path):
    async with a_group(database_url, tmp_path, seated=False) as group, drive(workbook(ROWS)) as (_, url):
        before = await count(group)
        asked = await attach(group, "officer", f"{url}/list.xlsx")
        preview = (await group.press("officer", asked, "Members and their seats"))["value"]
        assert "GWH: Priya Nair" in words(preview) and await count(group) == before
        await group.press("officer", preview, "Bring them in")
        assert await count(group) == before + 2


async def test_a_long_file_is_read_again_when_confirmed_and_must_be_the_same(database_url, tmp_path):
    rows = ROWS[:1] + [["GWH", f"Somebody {n:04}", f"n{n}@example.org", "", "Practitioner", "", ""] for n in range(500)]
    async with a_group(database_url, tmp_path, seated=False) as group, drive(workbook(rows)) as (held, url):
        asked = await attach(group, "officer", f"{url}/list.xlsx")
        preview = (await group.press("officer", asked, "Members and their seats"))["value"]
        assert "500 new assignments" in words(preview) and "And 470 more" in words(preview)
        before, held["content"] = await count(group), workbook(ROWS)
        reply = await group.press("officer", preview, "Bring them in")
        assert "not the one that you looked at" in reply["value"] and await count(group) == before
        held["content"] = workbook(rows)
        await group.press("officer", preview, "Bring them in")
        assert await count(group) == before + 500


@pytest.mark.parametrize(
    "address",
    ["https://example.org/list.xlsx", "http://contoso.sharepoint.com/a", "https://sharepoint.com.evil.example/a",
     "https://me@contoso.sharepoint.com/a", "file:///etc/passwd", "https://169.254.169.254/", "https://[", "nothing"],
)  # fmt: skip
async def test_only_files_that_teams_keeps_are_fetched(database_url, tmp_path, address):
    async with a_group(database_url, tmp_path) as group:
        for verb in ("people.file", "people.bring_in"):
            data = {"p": group.partnership_id, "url": address, "sum": ""}
            reply = await group.execute("officer", verb, data)
            assert "attached here in Teams" in reply["value"]


async def test_a_file_that_moved_or_is_too_large_or_broken_is_refused_in_words(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group, drive(b"x" * (3 * 1024 * 1024)) as (held, url):
        data = {"p": group.partnership_id, "url": f"{url}/list.xlsx"}
        assert "larger than 2 MB" in (await group.execute("officer", "people.file", data))["value"]
        held["content"] = b"PK\x03\x04 no workbook"
        assert "could not read that file" in (await group.execute("officer", "people.file", data))["value"]
        moved = await group.execute("officer", "people.file", data | {"url": f"{url}/moved"})
        assert "attach it again" in moved["value"]


async def test_a_file_from_a_member_or_in_a_channel_is_not_taken(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group, drive(workbook(ROWS)) as (_, url):
        assert (
            "Only the support officer can bring in a file" in (await attach(group, "gwh", f"{url}/list.xlsx"))["text"]
        )
        shown = await attach(group, "officer", f"{url}/list.xlsx", text="hello", in_channel=True)
        assert "Members and their seats" not in buttons(shown)


async def test_a_command_typed_with_a_file_is_still_the_command(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group, drive(workbook(ROWS)) as (_, url):
        shown = await attach(group, "officer", f"{url}/list.xlsx", text="people")
        assert button(shown, "Put somebody on a seat")


async def test_the_command_line_brings_in_the_same_list_once_and_names_bad_rows(database_url, tmp_path, capsys):
    async with a_group(database_url, tmp_path, seated=False) as group:
        before, settings = await count(group), group.house.settings
        file = tmp_path / "members.xlsx"
        file.write_bytes(workbook(ROWS))
        assert await import_people(settings, file) == 0
        assert await count(group) == before + 2 and "New: GWH: Priya Nair" in capsys.readouterr().out
        assert await import_people(settings, file, "swindon") == 0
        assert await count(group) == before + 2 and "2 already in place." in capsys.readouterr().out
        file.write_bytes(workbook([*ROWS, ["GHW", "Jo Hill", "jo@example.org"], ["AWP", "Kit Fox", "kit@example.org"]]))
        assert await import_people(settings, file) == 1
        assert "Row 4: I do not know the agency" in capsys.readouterr().err and await count(group) == before + 2
        async with group.unit() as (unit, its):
            assert "kit@example.org" not in {name.email for _, name in await people(unit, its.id)}
        with pytest.raises(CannotStart, match="no file"):
            await import_people(settings, tmp_path / "none.csv")
        with pytest.raises(CannotStart, match="Which partnership"):
            await import_people(settings, file, "elsewhere")
