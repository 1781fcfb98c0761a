"""Our Word and Excel files as pages: LibreOffice opens each, and each page has something on it.

Skipped where LibreOffice or pdftoppm is absent. With KEEP_FILES the files and their pages (PNG) are kept there, to
be looked at.
"""

import asyncio
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from assurance.actors import actor_numbered
from assurance.behalf import behalf_view
from assurance.exports_evidence import Wanted, evidence_file
from assurance.exports_learning import action_plan, summary_of_learning
from assurance.exports_record import export_record
from assurance.exports_return import return_paper
from assurance.highlights import report_now, report_view
from assurance.packing import pack_of
from bot.documents import papers
from bot.documents.highlights import report_paper
from bot.documents.request_form import request_form
from bot.documents.workbook import write_record
from storage.asks import loops_of_request
from tests.e2e.test_exports import a_life
from tests.group import a_group
from tests.highlights import reported, reports_of

ABSENT = [one for one in ("soffice", "pdftoppm") if shutil.which(one) is None]
pytestmark = [
    pytest.mark.slow, pytest.mark.skipif(bool(ABSENT), reason=f"not installed here: {', '.join(ABSENT)}")
]  # fmt: skip
BLANK = 1500
"""Bytes of a page's picture: less than this is an empty page."""


async def every_file(group, folder):
    """One of each file that we make, written to a folder."""
    asked, return_id = await a_life(group)
    async with group.unit() as (unit, its):
        pack, now = await pack_of(unit, its), group.clock.now
        actor = await actor_numbered(unit, its.id, group.ids["officer"], now.date())
        who = (unit, actor, its, pack)
        police = (await loops_of_request(unit, its.id, asked.id))[1]
        view = await behalf_view(*who, police.id, now)
        about = f"learning:{asked.learning_id}"
        made = {
            "summary": papers.learning_paper(await summary_of_learning(*who, asked.learning_id)),
            "plan": papers.learning_paper(await action_plan(*who, asked.learning_id)),
            "return": papers.return_paper(await return_paper(*who, return_id, now)),
            "evidence": papers.evidence_file(await evidence_file(*who, Wanted(about), now)),
            "redacted": papers.evidence_file(
                await evidence_file(*who, Wanted(about, names=False, evidence=False), now)
            ),
            "form": request_form(view.request, view.side),
        }
    for name, content in made.items():
        (folder / f"{name}.docx").write_bytes(content)
    await write_record(folder / "record.xlsx", await export_record(group.house.open_unit, actor, its.id, now))


def pages(folder, files):
    """Each file's pages as pictures, by LibreOffice: a list of PNG files for each file's name."""
    home = f"-env:UserInstallation=file://{folder / 'office'}"
    command = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=100)
    found = {}
    for one in files:
        last = ["-l", "4"] if one.suffix == ".xlsx" else []
        pdf = one.with_suffix(".pdf")
        subprocess.run(["pdftoppm", "-r", "60", *last, "-png", pdf, one.with_suffix("")], check=True, timeout=100)
        found[one.name] = sorted(folder.glob(f"{one.stem}-*.png"))
    return found


@pytest.fixture
def folder(tmp_path):
    """Where the files and their pages lie."""
    found = Path(os.environ.get("KEEP_FILES") or tmp_path / "files").resolve()
    found.mkdir(parents=True, exist_ok=True)
    return found


async def test_every_file_opens_and_no_page_of_it_is_blank(sqlite_url, tmp_path, folder):
    async with a_group(sqlite_url, tmp_path) as group:
        await every_file(group, folder)
    files = sorted([*folder.glob("*.docx"), *folder.glob("*.xlsx")])
    drawn = await asyncio.to_thread(pages, folder, files)
    assert {one.name for one in files} == set(drawn) and len(files) == 7
    empty = [page.name for some in drawn.values() for page in some if page.stat().st_size < BLANK]
    assert all(drawn.values()) and empty == []


async def test_a_report_to_the_board_opens_and_no_page_of_it_is_blank(sqlite_url, tmp_path, folder):
    async with a_group(sqlite_url, tmp_path) as group:
        await reported(group)
        [row] = await reports_of(group)
        async with group.unit() as (unit, its):
            pack = await pack_of(unit, its)
            found = await report_now(unit, its, pack, row.id, group.clock.now)
            view = await report_view(unit, its, pack, found, found.text_ids)
    (folder / "report.docx").write_bytes(report_paper(replace(view, commentary="A good quarter.")))
    drawn = await asyncio.to_thread(pages, folder, [folder / "report.docx"])
    assert drawn["report.docx"] and all(page.stat().st_size >= BLANK for page in drawn["report.docx"])
