"""The draft of a report to the board, as its chair or an officer sees it; and what each agency sees of it beforehand.

The group's reasons and anybody's good practice are told in their own words only where somebody ticked them here, and
never where they look as if they could identify a child, an adult or a case (I2). Evidence is never told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from assurance.actors import Actor
from assurance.dates import moment_words
from assurance.figures import as_bytes
from assurance.highlight_figures import GOOD, highlights_to_json
from assurance.highlight_rules import approvable_from, our_reports, timing, unseen
from assurance.highlight_words import by_agency, marks
from assurance.highlights import (
    APPROVED,
    GONE,
    ReportNow,
    ReportView,
    about,
    approver,
    called,
    drafts_first,
    every_report,
    offers_barriers,
    report_now,
    report_view,
)
from assurance.identifiable import find
from assurance.issuing import today_in, working_days
from assurance.pack import Pack
from assurance.permissions import approving, may, require
from assurance.person_names import UNNAMED, names, starting
from assurance.refusals import NotAllowed, NotFound
from assurance.status import seat_names
from assurance.summary_draft import Offered, channel_readers
from assurance.summary_words import shortened
from storage.notices import notices_about
from storage.partnerships import Partnership, seats
from storage.texts import texts
from storage.unit import Unit

MOST_LINES = 30
"""Words of one sort that a draft offers; with more, the card would come near its limit."""
QUERY = "report_query"
"""The kind of notice: what an agency asks about its sentence."""
Pairs = list[tuple[int | None, int]]


@dataclass(frozen=True)
class ReportDraft:
    """A draft as its chair or an officer sees it.

    `good` and `reasons` may be ticked, `withheld` of them look as if they could identify somebody. `unseen`: the
    agencies that have not seen their sentence so; `vacant`: nobody is there to see it. `from_day`: when it can be
    approved, once all have. `queries`: (agency, words). `by_hand`: (section, label, what is written).
    """

    view: ReportView
    people: int
    good: tuple[Offered, ...]
    reasons: tuple[Offered, ...]
    barriers: tuple[Offered, ...]
    picked: tuple[int, ...]
    withheld: int
    by_hand: tuple[tuple[str, str, str], ...]
    frozen: bool
    told: int
    unseen: tuple[str, ...]
    from_day: date | None
    today: date
    queries: tuple[tuple[str, str], ...]
    mark: str
    may_approve: bool
    approver: str
    saved: str

    @property
    def approvable(self) -> bool:
        """Whether it can be approved today."""
        return self.may_approve and not self.unseen and self.from_day is not None and self.from_day <= self.today


@dataclass(frozen=True)
class ApprovedReport:
    """A report that is approved: by whom and when, and that its document is there."""

    view: ReportView
    line: str


@dataclass(frozen=True)
class AgencySide:
    """What would be told of one agency."""

    seat_id: int
    agency: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class SentenceView:
    """What a report would tell of a person's own agencies, before it can be approved."""

    partnership_id: int
    person_id: int
    report_id: int
    name: str
    title: str
    to: str
    officer: str
    chair: str
    sides: tuple[AgencySide, ...]
    from_day: date | None
    approved: bool


@dataclass(frozen=True)
class QueryView:
    """What an agency asks about its sentence, for the officer."""

    partnership_id: int
    report_id: int
    title: str
    agency: str
    sentences: tuple[str, ...]
    text: str
    by: str
    approved: bool


@dataclass(frozen=True)
class ListedReport:
    """A report that can be opened."""

    report_id: int
    name: str
    draft: bool


@dataclass(frozen=True)
class ReportList:
    """Which reports there are for somebody, and which can be drafted by asking: (id, title)."""

    partnership_id: int
    found: tuple[ListedReport, ...]
    offers: tuple[tuple[str, str], ...]
    term: str


def offered(pack: Pack, found: ReportNow) -> set[int]:
    """Every text that may be chosen to be told in this report."""
    figures = found.found.figures
    good = any(one.key == GOOD for one in found.its.sections) or found.meeting is not None
    numbers = {one.text_id for one in figures.good_practice} if good else set()
    numbers |= {one.text_id for one in figures.barriers} if offers_barriers(found.its) else set()
    return numbers | {one.text_id for one in found.found.flags if one.text_id is not None}


async def report_draft(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, report_id: int, now: datetime
) -> ReportDraft | ApprovedReport:
    """The draft for somebody who may change it, or, once it is approved, that it is. Raises NotAllowed, NotFound."""
    require(actor, "edit_highlights")
    found = await report_now(unit, partnership, pack, report_id, now)
    view = await report_view(unit, partnership, pack, found)
    if found.approved:
        return ApprovedReport(view, await approved_line(unit, partnership, pack, found))
    agencies = {one.seat_id: one.label for one in await seat_names(unit, partnership, pack)}
    allowed = offered(pack, found)
    words = await texts(unit, partnership.id, allowed)
    figures, flags = found.found.figures, found.found.flags
    good: Pairs = [(one.text_id, one.seat_id) for one in figures.good_practice]
    good += [(one.text_id, one.seat_id) for one in found.found.flagged(GOOD)]
    reasons: Pairs = [(one.text_id, one.seat_id) for one in flags if one.sort != GOOD]
    barriers: Pairs = [(one.text_id, one.seat_id) for one in figures.barriers]
    sorts = [
        _lines((pair for pair in some if pair[0] in allowed), words, agencies) for some in (good, reasons, barriers)
    ]
    wanted = marks(view.agencies)
    named = {line.seat_id: line.agency for line in view.agencies}
    return ReportDraft(
        view=view, people=await channel_readers(unit, partnership), good=sorts[0][0], reasons=sorts[1][0],
        barriers=sorts[2][0], picked=found.kept.picked, withheld=sum(one[1] for one in sorts),
        by_hand=tuple((one.key, one.label, one.note) for one in view.sections if one.by_hand),
        frozen=found.frozen, told=len(wanted),
        unseen=tuple(named[seat] for seat in unseen(wanted, found.kept.shown)),
        from_day=approvable_from(wanted, found.kept.shown, working_days(pack)), today=today_in(pack, now),
        queries=await _queries(unit, partnership, report_id, agencies), mark=mark_of(found),
        may_approve=may(actor, approving(pack, "report")), approver=approver(pack, ""),
        saved=await _saved_line(unit, partnership, pack, found),
    )  # fmt: skip


def _lines(
    pairs: Iterable[tuple[int | None, int]], words: dict[int, str], agencies: dict[int, str]
) -> tuple[tuple[Offered, ...], int]:
    """The words that may be ticked, and how many are withheld because they may identify somebody."""
    safe: dict[int, Offered] = {}
    withheld = 0
    for text_id, seat_id in pairs:
        said = words.get(text_id or 0, "").strip()
        if not said or text_id is None or text_id in safe:
            continue
        if find(said):
            withheld += 1
            continue
        safe[text_id] = Offered(text_id, f"{agencies.get(seat_id, '')}: {shortened(said)}")
    return tuple(safe.values())[:MOST_LINES], withheld


def mark_of(found: ReportNow) -> str:
    """A short mark of everything that a draft tells: another figure or another choice gives another mark.

    That a day passed without anything new is no difference.
    """
    kept, figures = found.kept.to_json(), highlights_to_json(found.found) | {"on": ""}
    state = [figures, kept["picked"], kept["notes"], kept["shown"], found.row.commentary_text_id]
    return sha256(as_bytes({"state": state})).hexdigest()[:12]


async def _queries(
    unit: Unit, partnership: Partnership, report_id: int, agencies: dict[int, str]
) -> tuple[tuple[str, str], ...]:
    """What agencies asked about their sentences, each once."""
    asked = {
        int(one.subject["text"]): int(one.subject["seat"])
        for one in await notices_about(unit, partnership.id, about(report_id)) if one.kind == QUERY
    }  # fmt: skip
    words = await texts(unit, partnership.id, asked)
    return tuple((agencies.get(seat, ""), words[number]) for number, seat in asked.items() if words.get(number))


async def _saved_line(unit: Unit, partnership: Partnership, pack: Pack, found: ReportNow) -> str:
    if found.kept.saved_by is None or not found.kept.saved_at:
        return ""
    who = await names(unit, partnership.id, [found.kept.saved_by])
    when = moment_words(datetime.fromisoformat(found.kept.saved_at), pack.timezone)
    return f"Changed by {who.get(found.kept.saved_by, UNNAMED)} at {when}."


async def approved_line(unit: Unit, partnership: Partnership, pack: Pack, found: ReportNow) -> str:
    """Who approved a report, and when."""
    row = found.row
    assert row.approved_at is not None and row.approved_by is not None
    who = await names(unit, partnership.id, [row.approved_by])
    name = starting(who.get(row.approved_by, UNNAMED))
    return f"{name} approved it at {moment_words(row.approved_at, pack.timezone)}. Its figures stay as they are."


async def read_report(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, report_id: int, now: datetime
) -> ReportView:
    """An approved report with what it tells of each agency, for members of the group. Raises NotAllowed, NotFound."""
    require(actor, "see_agency_rows")
    found = await report_now(unit, partnership, pack, report_id, now)
    if not found.approved:
        raise NotFound(GONE)
    return await report_view(unit, partnership, pack, found)


async def sentence_view(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, report_id: int, now: datetime
) -> SentenceView:
    """What a report would tell of this person's own agencies, once it was shown. Raises NotFound, NotAllowed."""
    found = await report_now(unit, partnership, pack, report_id, now)
    if not found.frozen:
        raise NotFound("This report is being counted anew. You will be shown what it says about you.")
    view = await report_view(unit, partnership, pack, found)
    said = by_agency(view.agencies)
    own = [seat for seat in said if seat in actor.seats and seat in found.kept.shown]
    if not own:
        raise NotAllowed("This report says nothing about your agency.")
    called_ = {one.id: one.short for one in await seats(unit, partnership.id)}
    wanted = marks(view.agencies)
    return SentenceView(
        partnership.id, actor.person_id, report_id, found.its.title, view.title, found.its.to[0], pack.terms.officer,
        approver(pack, ""), tuple(AgencySide(seat, called_.get(seat, ""), said[seat]) for seat in own),
        approvable_from(wanted, found.kept.shown, working_days(pack)), found.approved,
    )  # fmt: skip


async def query_view(
    unit: Unit, partnership: Partnership, pack: Pack, report_id: int, seat_id: int, text_id: int, by: int, now: datetime
) -> QueryView:
    """What an agency asks. Ask before calling who may see it. Raises NotFound."""
    found = await report_now(unit, partnership, pack, report_id, now)
    view = await report_view(unit, partnership, pack, found)
    words = await texts(unit, partnership.id, [text_id])
    who = await names(unit, partnership.id, [by])
    agencies = {one.seat_id: one.label for one in await seat_names(unit, partnership, pack)}
    said = by_agency(view.agencies).get(seat_id, ())
    return QueryView(
        partnership.id, report_id, view.title, agencies.get(seat_id, ""), said, words.get(text_id, ""),
        who.get(by, UNNAMED), found.approved,
    )  # fmt: skip


async def report_list(unit: Unit, actor: Actor, partnership: Partnership, pack: Pack) -> ReportList:
    """Which reports somebody can open; drafts only for whoever may change them. Raises NotAllowed."""
    require(actor, "see_highlights")
    drafts = may(actor, "edit_highlights")
    every = drafts_first(await every_report(unit, partnership, pack))
    found = tuple(
        ListedReport(row.id, called(pack, row, held), row.state != APPROVED)
        for row, held in every if row.state == APPROVED or drafts
    )  # fmt: skip
    offers = tuple((one.id, one.title) for one in our_reports(pack) if timing(one) == "asked") if drafts else ()
    return ReportList(partnership.id, found, offers, pack.terms.report)
