"""What the papers say is held against the code: links, settings, commands, tables, permissions, hosts."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from assurance.export_sheets import LEFT_OUT
from assurance.exports_record import sheets_for
from assurance.pack_model.rhythm import Retention
from assurance.retention_rules import CLASSES, NOTICE_DAYS
from bot.__main__ import _parser
from bot.edge.addresses import TEAMS
from bot.files import _HOSTS
from bot.settings import PUBLIC_METADATA, settings_from
from storage.everything import metadata
from storage.records import every_record
from tests.contract.test_app_package import manifest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
GOVERNANCE = DOCS / "governance"
PAGES = sorted(
    [ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md"), *(ROOT / "assurance").rglob("*.md"),
     *(ROOT / "manifest").glob("*.md"), *(ROOT / "tests").rglob("*.md")]
)  # fmt: skip
LINK = re.compile(r"\]\(([^)\s]+)\)")
LONGEST_DECISION = 20
CRITERIA = {
    "1.1": (1,), "1.2": (1, 2, 3, 4, 5), "1.3": (1, 2, 3, 4, 5), "1.4": (1, 2, 3, 4, 5, 10, 11, 12, 13),
    "2.1": (1, 2, 4), "2.2": (1, 2), "2.3": (1,), "2.4": (1, 2, 3, 4, 5, 6, 7, 11), "2.5": (1, 2, 3, 4, 7, 8),
    "3.1": (1, 2), "3.2": (1, 2, 3, 4, 6), "3.3": (1, 2, 3, 4, 7, 8), "4.1": (2, 3),
}  # fmt: skip
"""The criteria of WCAG 2.2 at level A and AA, by guideline: 55 (4.1.1 was taken out of it)."""


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def rows(page: Path, heading: str = "") -> Iterator[list[str]]:
    """The cells of each row of a page's tables; only of those below a heading, where one is given."""
    part = text(page)
    if heading:
        part = part.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    for line in part.splitlines():
        if line.startswith("|") and not set(line) <= set("|-: "):
            yield [one.strip() for one in line.strip("|").split("|")]


def marked(words: str) -> set[str]:
    """What stands in backticks."""
    return set(re.findall(r"`([^`]+)`", words))


def anchors(page: Path) -> set[str]:
    """The names by which a page's headings can be linked to."""
    heads = re.findall(r"^#+ (.+)$", text(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in LINK.findall(text(page)):
        there, _, anchor = link.partition("#")
        if urlsplit(link).scheme:
            continue
        target = (page.parent / there).resolve() if there else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


class Noting(dict[str, str]):
    """An empty environment that notes what it is asked for."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.add(name)
        return default


def test_every_setting_is_explained_and_none_that_is_not_one() -> None:
    settings_from(noting := Noting())
    read = noting.asked
    table = {one for row in rows(DOCS / "running-it.md") for one in marked(row[0]) if one.startswith("LOOP_")}
    assert read == table
    said = {one for page in PAGES for one in re.findall(r"\bLOOP_[A-Z_]*[A-Z]\b", text(page))}
    assert said <= read


def commands_of(parser: argparse.ArgumentParser) -> set[str]:
    """Every command of the command line, with the words that follow it: "db", "db upgrade"."""
    found = set()
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, below in action.choices.items():
                found |= {word} | {f"{word} {more}" for more in commands_of(below)}
    return found


def test_every_command_that_a_page_names_is_one() -> None:
    known = commands_of(_parser())
    named = {
        one
        for page in PAGES
        for one in re.findall(r"python -m bot ((?:db|pack|people|person) [a-z-]+|[a-z]+)", text(page))
    }
    assert named <= known


def test_every_table_is_in_one_class_of_the_record_of_processing_and_of_the_retention_table() -> None:
    classes = []
    for page, heading in (("record-of-processing.md", "What is held"), ("retention.md", "Table by table")):
        _, *found = rows(GOVERNANCE / page, heading)
        assert sorted(name for row in found for name in marked(row[1])) == sorted(metadata.tables), page
        classes.append({row[0]: marked(row[1]) for row in found})
    assert classes[0] == classes[1]


def test_the_retention_schedule_is_that_of_the_code() -> None:
    _, *found = rows(GOVERNANCE / "retention.md", "The schedule")
    told = {name: int(row[2]) for row in found for name in marked(row[0])}
    suggested = Retention(basis="default")
    assert told == {which: getattr(suggested, f"{which}_years") for which in CLASSES}
    assert not suggested.enabled
    assert f"in {NOTICE_DAYS} days" in text(GOVERNANCE / "retention.md")


def test_the_permissions_are_those_of_the_manifest() -> None:
    made = manifest()
    [bot] = made["bots"]
    asked = {f"permissions: {one}" for one in made["permissions"]} | {f"scopes: {one}" for one in bot["scopes"]}
    asked |= {"supportsFiles: true", f"supportsChannelFeatures: {made['supportsChannelFeatures']}"}
    told = {one for row in rows(GOVERNANCE / "permissions.md", "What the app asks of Teams") for one in marked(row[0])}
    assert told == asked


def test_every_host_that_may_be_called_is_on_the_list() -> None:
    listed = {one for row in rows(GOVERNANCE / "permissions.md", "Network") for one in marked(row[1])}
    ours = {urlsplit(one).hostname for one in (*TEAMS, PUBLIC_METADATA, "https://login.microsoftonline.com")}
    ours |= {f"*{one}" for one in _HOSTS}
    assert {one for one in listed if one[0] != "P"} - {"169.254.169.254"} == ours


def test_the_exit_guide_names_every_sheet() -> None:
    part = text(GOVERNANCE / "exit-guide.md").split("## 2.")[1].split("\n\n- ")[0]
    listed = part.rsplit("\n\n", 1)[1].replace("\n", " ").rstrip(".").split(", ")
    assert sorted(listed) == sorted(named.title for _, named in sheets_for(every_record()))
    assert {"address", "draft", "practice", "log_head"} == set(LEFT_OUT), (
        "say it in the guide's list of what is not in it"
    )


def test_the_accessibility_statement_goes_through_every_criterion_once() -> None:
    page = text(GOVERNANCE / "accessibility.md")
    assert re.findall(r"^\| (\d\.\d\.\d+) ", page, re.MULTILINE) == [
        f"{guideline}.{number}" for guideline, numbers in CRITERIA.items() for number in numbers
    ]


def test_a_decision_is_one_short_page() -> None:
    lengths = {one.name: len(text(one).splitlines()) for one in (DOCS / "decisions").glob("*.md")}
    assert {name: length for name, length in lengths.items() if length > LONGEST_DECISION} == {}


def test_tests_that_a_page_names_are_there() -> None:
    there = "\n".join(text(one) for one in (ROOT / "tests").rglob("test_*.py"))
    named = {one for page in PAGES for one in re.findall(r"\btest_\w+\b(?!\.py)", text(page))}
    assert {one for one in named if f"def {one}(" not in there} == set()
