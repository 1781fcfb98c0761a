"""Builders and readers for the tests of reports to the board: a meeting that came to something, and its document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from docx import Document

from assurance import deciding
from assurance.actors import actor_numbered
from assurance.attendance import Sent as Here
from assurance.attendance import take_attendance
from assurance.deciding import Sent
from assurance.decision_rules import Proposed
from assurance.highlight_figures import Highlights, highlights_from_json
from assurance.highlight_sections import LABELS
from assurance.in_session import session
from assurance.packing import pack_of
from assurance.papers import release_papers
from assurance.summary_words import spread_view
from assurance.tabled_view import tabled_returns
from storage.asks import Request
from storage.partnerships import seats
from storage.reports import Report, reports
from tests.answering import MEETING, a_request
from tests.drive import takes
from tests.group import Group, read, words
from tests.meeting import QUORATE, answers, close_meeting, the_meeting
from tests.summaries import beaten
from tests.teams_world import Json

SEATS = ("gwh", "awp", "early-years", "police", "housing")
HUDDLE = "The huddle script for wards."
WHY_LOW = "Nothing was said about how staff were reached."
DECIDED: Mapping[str, Mapping[str, str]] = {
    "gwh": {"level": "high", "good_practice": HUDDLE},
    "awp": {"level": "medium", "rationale": "Two teams are still to be briefed."},
    "early-years": {"level": "low", "rationale": WHY_LOW},
}


@dataclass
class Read:
    """A document as python-docx reads it: under each heading its paragraphs and its tables, header rows apart."""

    title: str
    headings: list[str] = field(default_factory=list)
    paragraphs: dict[str, list[str]] = field(default_factory=dict)
    tables: dict[str, list[list[list[str]]]] = field(default_factory=dict)
    marked: bool = True
    """Whether each table has a header row that is marked as one, and words that stand for it."""


def read_document(content: bytes) -> Read:
    """Read a report's document, part by part."""
    document = Document(BytesIO(content))
    found, under = Read(title=""), ""
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            table = [[cell.text for cell in row.cells] for row in block.rows]
            head = block.rows[0]._tr.xpath("./w:trPr/w:tblHeader")
            said = block._tbl.xpath("./w:tblPr/w:tblDescription/@w:val")
            found.marked = found.marked and bool(head) and bool(said and said[0])
            found.tables.setdefault(under, []).append(table)
        elif block.style.name == "Title":
            found.title = block.text
        elif block.style.name.startswith("Heading"):
            under = block.text
            found.headings.append(under)
        elif block.text:
            found.paragraphs.setdefault(under, []).append(block.text)
    return found


def assert_matches(pack: Any, content: bytes, stored: Mapping[str, Any], agencies: Mapping[int, str]) -> Highlights:
    """A highlight report's document tells what its frozen figures hold: no more, and no less."""
    found, told = highlights_from_json(stored), read_document(content)
    assert told.marked, "every table has a header row and words that stand for it"
    counts = found.figures.counts
    opened = " ".join(told.paragraphs["In figures"])
    assert f"{counts.asked} answer" in opened and f"{counts.received or 'none'} received" in opened
    for why in counts.missing.values():
        assert f"Not received: {counts.not_received}" in opened and str(why) in opened
    views = [spread_view(pack, one) for one in counts.spreads]
    if views:
        [[head, *rows]] = told.tables["In figures"]
        assert len(head) == 1 + len(views)
        levels = {row[0]: row[1:] for row in rows}
        for at, view in enumerate(views):
            assert {one.label: levels[one.label][at] for one in view.bars} == {
                one.label: str(one.count) for one in view.bars
            }
    its = next(one for one in pack.reports if one.id == "highlight")
    labels = {one.key: one.label for one in its.sections}
    assert [one for one in told.headings if one in labels.values()] == list(labels.values())
    for key in LABELS:
        flags = found.flagged(key)
        label = labels.get(key, LABELS[key])
        rows = [row for table in told.tables.get(label, []) for row in table[1:]]
        rows = [row for row in rows if "shared by the agency" not in row[2]]
        assert sorted(row[0] for row in rows) == sorted(agencies[one.seat_id] for one in flags), label
        assert flags or rows == []
    return found


async def decided(
    group: Group, meeting_id: int, what: Mapping[str, Mapping[str, str]] = DECIDED, here: Iterable[str] = QUORATE
) -> None:
    """Papers are out, these people are here, and the group decides."""
    async with group.unit() as (unit, its):
        pack, now = await pack_of(unit, its), group.clock.now
        officer = await actor_numbered(unit, its.id, group.ids["officer"], now.date())
        assert officer is not None
        who = (unit, officer, its, pack)
        await release_papers(*who, meeting_id, now)
        await take_attendance(*who, meeting_id, Here(frozenset(group.ids[one] for one in here)), now)
        numbers = {one.slug: one.id for one in await seats(unit, its.id)}
        before = await session(unit, its, pack, meeting_id, now)
        there = {one.seat_id: one for one in await tabled_returns(unit, its, pack, before)}
        for key, said in what.items():
            one = there[numbers[key]]
            levels = {line.key: said["level"] for line in one.lines}
            proposed = Proposed(levels, said.get("rationale", "As heard today."), said.get("good_practice", ""))
            leads = group.ids["awp" if key == "gwh" else "chair"]
            await deciding.decide(
                *who, meeting_id, Sent(one.return_id, 0, one.version, leads, proposed, confirmed=True), now
            )


async def reported(
    group: Group,
    *seats: str,
    said: Mapping[str, Any] | None = None,
    decide: Mapping[str, Mapping[str, str]] = DECIDED,
) -> Request:
    """A meeting assessed what came, was closed, and on the morning after the draft of its report is out."""
    asked = await a_request(group, *(seats or SEATS))
    given = said or {"gwh": "high", "awp": "high", "early-years": "medium", "housing": "high"}
    await answers(group, asked.id, {key: value for key, value in given.items() if not seats or key in seats})
    group.clock.to(2026, 12, 10, 13)
    number = await the_meeting(group, MEETING)
    await decided(group, number, {key: value for key, value in decide.items() if not seats or key in seats})
    await close_meeting(group, number)
    await beaten(group, hours=21)
    return asked


async def reports_of(group: Group, kind: str = "highlight") -> list[Report]:
    """Every report of a kind, the oldest first."""
    async with group.unit() as (unit, its):
        return [one for one, _ in await reports(unit, its.id, kind)]


def cards_with(group: Group, who: str, *said: str) -> list[Json]:
    """The cards in somebody's chat, as they stand now, that say all of this, the oldest first."""
    return [card for post in group.chat(who) if all(one in words(card := read(post)) for one in said)]


def draft_of(group: Group, who: str, name: str = "Highlight report") -> Json:
    """The newest card of a report's draft in somebody's chat."""
    return cards_with(group, who, f"Draft: {name}")[-1]


async def handed(group: Group, who: str, drive: tuple[str, dict[str, bytes]]) -> tuple[str, bytes]:
    """The file that was offered to somebody last, taken into their OneDrive: its name, and what is in it."""
    url, kept = drive
    offers = [
        one for post in group.chat(who) for one in post.activity.get("attachments", [])
        if one["contentType"].endswith("file.consent")
    ]  # fmt: skip
    await takes(group, who, offers[-1], f"{url}/{len(kept)}")
    return offers[-1]["name"], kept[f"/{len(kept) - 1}"]


async def labels_of(group: Group) -> dict[int, str]:
    """What reports call each agency, by its seat."""
    from assurance.status import seat_names

    async with group.unit() as (unit, its):
        return {one.seat_id: one.label for one in await seat_names(unit, its, await pack_of(unit, its))}
