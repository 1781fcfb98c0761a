"""A report to the board as it stands: counted anew until agencies are shown it, then as it was frozen (F1, B19)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from assurance.cadence import year_of
from assurance.dates import MONTHS, day_words, listing
from assurance.figures import BARRIERS
from assurance.gathering import Period, meeting_period
from assurance.highlight_figures import Highlights, highlights_from_json
from assurance.highlight_gathering import gather_meeting, gather_span
from assurance.highlight_rules import Shown, our_reports, timing
from assurance.highlight_sections import Drawn, Grid, Section, in_figures, sections_of
from assurance.highlight_words import AgencyLine, Known
from assurance.issuing import today_in
from assurance.pack import Pack
from assurance.pack import Report as PackReport
from assurance.permissions import CHAIR, OFFICER, VICE, approving
from assurance.refusals import NotFound
from assurance.status import seat_names
from storage.asks import Meeting
from storage.partnerships import Partnership
from storage.reports import Report, report, reports, titles_of
from storage.texts import texts
from storage.unit import Unit

DRAFT, APPROVED = "draft", "approved"
GONE = "I cannot find that report."
Rows = Sequence[tuple[Report, Meeting | None]]


@dataclass(frozen=True)
class Kept:
    """What is stored with a report beside its figures: what was chosen and written, and who was shown what.

    `picked`: numbers of texts that are told. `notes`: the number of the text that somebody wrote for a section.
    """

    picked: tuple[int, ...] = ()
    notes: Mapping[str, int] = field(default_factory=dict)
    shown: Mapping[int, Shown] = field(default_factory=dict)
    approved_as: str = ""
    saved_by: int | None = None
    saved_at: str = ""

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "picked": list(self.picked), "notes": dict(self.notes), "approved_as": self.approved_as,
            "shown": {str(seat): [one.mark, one.on.isoformat()] for seat, one in self.shown.items()},
            "saved_by": self.saved_by, "saved_at": self.saved_at,
        }  # fmt: skip


def kept_in(stored: Any) -> Kept:
    """The same, from what is stored; an empty report has nothing of it."""
    found = stored or {}
    return Kept(
        tuple(found.get("picked", ())), found.get("notes", {}),
        {int(seat): Shown(mark, date.fromisoformat(on)) for seat, (mark, on) in found.get("shown", {}).items()},
        found.get("approved_as", ""), found.get("saved_by"), found.get("saved_at", ""),
    )  # fmt: skip


@dataclass(frozen=True)
class ReportNow:
    """One report with its figures. `frozen`: they do not change any more, since agencies were shown them."""

    row: Report
    its: PackReport
    meeting: Meeting | None
    found: Highlights
    kept: Kept
    compared: str
    """What the report with which it compares itself is called."""
    frozen: bool

    @property
    def approved(self) -> bool:
        """Whether it is approved."""
        return self.row.state == APPROVED

    @property
    def text_ids(self) -> set[int]:
        """Every text that may stand in it."""
        figures = self.found.figures
        found = {one.text_id for one in (*figures.good_practice, *figures.barriers)}
        return found | {one.text_id for one in self.found.flags if one.text_id is not None}


@dataclass(frozen=True)
class ReportView:
    """A report as its readers see it, in the card and in the document alike. Agencies are named, nobody else."""

    partnership_id: int
    report_id: int
    kind: str
    title: str
    name: str
    partnership: str
    group: str
    board: str
    to: str
    when: str
    counted: tuple[str, ...]
    """Counts in words, which name nobody."""
    led: tuple[str, ...]
    """Who led decisions in the place of the chair and the vice chair."""
    grids: tuple[Grid, ...]
    sections: tuple[Section, ...]
    commentary: str
    approved: str
    chair: str
    member: str

    @property
    def agencies(self) -> tuple[AgencyLine, ...]:
        """Everything that is told of an agency."""
        return tuple(line for one in self.sections for line in one.agencies)


def about(report_id: int) -> str:
    """What the notices of a report are about."""
    return f"report:{report_id}"


def defined(pack: Pack, kind: str) -> PackReport:
    """The pack's report of this kind. Raises NotFound."""
    its = next((one for one in our_reports(pack) if one.id == kind), None)
    if its is None:
        raise NotFound(GONE)
    return its


def frozen_before(rows: Rows) -> dict[int, Highlights]:
    """The figures of those that are approved, by number, in the order of their periods."""
    found = {row.id: highlights_from_json(row.figures) for row, _ in rows if row.state == APPROVED}
    return dict(sorted(found.items(), key=lambda one: (one[1].figures.on, one[0])))


def span_of(row: Report) -> tuple[date, date] | None:
    """The days of a report's period, where it has one: "2026-10-01:2026-11-30"."""
    first, _, last = row.period.partition(":")
    try:
        return date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return None


def called(pack: Pack, row: Report, meeting: Meeting | None) -> str:
    """What lists and buttons call a report: "Highlight report, Thursday 10 December 2026"."""
    its = next((one for one in pack.reports if one.id == row.kind), None)
    return f"{its.title if its else row.kind}, {_when(row, meeting)}"


def _when(row: Report, meeting: Meeting | None) -> str:
    if meeting is not None:
        return day_words(meeting.on)
    span = span_of(row)
    if span is None or span[0] == span[1]:
        return day_words(span[0] if span else row.drafted_at.date())
    first, last = span
    begins = MONTHS[first.month - 1] + (f" {first.year}" if first.year != last.year else "")
    ends = f"{MONTHS[last.month - 1]} {last.year}"
    return ends if (first.year, first.month) == (last.year, last.month) else f"{begins} to {ends}"


async def report_now(
    unit: Unit, partnership: Partnership, pack: Pack, report_id: int, now: datetime, *, lock: bool = False
) -> ReportNow:
    """A report by number. It decides nothing about who may see it. Raises NotFound.

    Locked, where asked, against whoever changes or approves it at the same moment.
    """
    row = await report(unit, partnership.id, report_id, lock=lock)
    if row is None:
        raise NotFound(GONE)
    its = defined(pack, row.kind)
    every = await reports(unit, partnership.id, row.kind)
    meeting = next((held for one, held in every if one.id == row.id), None)
    fixed = "flags" in (row.figures or {})
    if fixed:
        found = highlights_from_json(row.figures)
    else:
        found = await gathered(unit, partnership, pack, its, row, meeting, every, now)
    before = next(((one, held) for one, held in every if one.id == found.figures.compared), None)
    compared = f"the report of {_when(*before)}" if before else ""
    return ReportNow(row, its, meeting, found, kept_in(row.figures), compared, fixed)


async def gathered(
    unit: Unit, partnership: Partnership, pack: Pack, its: PackReport, row: Report, meeting: Meeting | None,
    every: Rows, now: datetime,
) -> Highlights:  # fmt: skip
    """The figures of a report as they stand now."""
    earlier = frozen_before([pair for pair in every if pair[0].id != row.id])
    if meeting is not None:
        period: Period = meeting_period(pack, meeting, [one.figures for one in earlier.values()])
        return await gather_meeting(unit, partnership, pack, period, earlier, now)
    today = today_in(pack, now)
    last = [date.fromisoformat(one.figures.on) for one in earlier.values()]
    since = max(last) + timedelta(days=1) if last else begin_of(partnership, pack, row, today)
    return await gather_span(unit, partnership, pack, its, since, earlier, now)


def begin_of(partnership: Partnership, pack: Pack, row: Report, today: date) -> date:
    """The first day that the first report of a kind covers."""
    span = span_of(row)
    first = span[0] if span and span[0] != span[1] else year_of(pack.year_start, today)[0]
    return max(first, partnership.starts_on) if partnership.starts_on else first


async def report_view(
    unit: Unit, partnership: Partnership, pack: Pack, now_: ReportNow, picked: Collection[int] | None = None
) -> ReportView:
    """A report in words. For one that is not approved: ask before calling who may see it."""
    found, kept = now_.found, now_.kept
    chosen = set(kept.picked if picked is None else picked)
    words = await texts(unit, partnership.id, [*now_.text_ids, *kept.notes.values(), now_.row.commentary_text_id])
    requests = {row.request_id for row in found.figures.rows} | {flag.request_id for flag in found.flags}
    requests |= {loop.request_id for loop in found.loops}
    known = Known(
        agencies={one.seat_id: one.label for one in await seat_names(unit, partnership, pack)},
        titles=await titles_of(unit, partnership.id, requests), words=words, picked=chosen,
    )  # fmt: skip
    notes = {key: words.get(number, "") for key, number in kept.notes.items()}
    lines, grids = in_figures(Drawn(pack, found, known, now_.compared))
    terms = pack.terms
    return ReportView(
        partnership_id=partnership.id, report_id=now_.row.id, kind=now_.its.id,
        title=f"{now_.its.title}, {_when(now_.row, now_.meeting)}", name=now_.its.title, partnership=terms.partnership,
        group=terms.group, board=terms.board, to="; ".join(now_.its.to), when=_opened(pack, now_),
        counted=lines, led=_led(pack, now_, known), grids=grids,
        sections=sections_of(pack, now_.its, found, known, notes, now_.compared),
        commentary=words.get(now_.row.commentary_text_id or 0, ""),
        approved=f"Approved by the {approver(pack, kept.approved_as)}." if now_.approved else "",
        chair=terms.chair, member=terms.member,
    )  # fmt: skip


def approver(pack: Pack, role: str) -> str:
    """What the pack calls whoever approves reports, or approved this one."""
    role = role or (CHAIR if approving(pack, "report") == "approve_report" else OFFICER)
    return {CHAIR: pack.terms.chair, VICE: pack.terms.vice_chair}.get(role, pack.terms.officer)


def _opened(pack: Pack, one: ReportNow) -> str:
    if one.meeting is not None:
        return f"{pack.terms.group_short}, {day_words(one.meeting.on)}: {_quorum(pack, one)}."
    first, last = date.fromisoformat(one.found.since), date.fromisoformat(one.found.figures.on)
    return f"As things stood on {day_words(last)}; the time since {day_words(first)}."


def _quorum(pack: Pack, one: ReportNow) -> str:
    """Whether the meeting was quorate, and what became of its decisions where it was not (scenario 16)."""
    if not one.found.gap:
        return "quorate" if one.found.attended else "attendance was not noted"
    labels = [rule.label for rule in pack.meetings.quorum if rule.key in one.found.gap]
    gap = listing([f"no {label.removeprefix('a ').removeprefix('an ').removeprefix('the ')}" for label in labels])
    after = {
        "confirmed": "; its decisions were confirmed by circulation",
        "carried": f"; what it looked at is taken up again at the next {pack.terms.meeting}",
        "provisional": "; its decisions are provisional",
    }.get(one.found.decisions, "")
    return f"not quorate ({gap}){after}"


def _led(pack: Pack, one: ReportNow, known: Known) -> tuple[str, ...]:
    """Who led where the chair and the vice chair could not (framework 4.10)."""
    by: dict[int, list[str]] = {}
    for led in one.found.led:
        by.setdefault(led.by_seat_id, []).append(known.agency(led.seat_id))
    terms = pack.terms
    return tuple(
        f"In place of the {terms.chair} and the {terms.vice_chair}, a member from {known.agency(seat)} led the "
        f"decisions on {listing(list(dict.fromkeys(names)))}."
        for seat, names in by.items()
    )


def drafts_first(rows: Iterable[tuple[Report, Meeting | None]]) -> list[tuple[Report, Meeting | None]]:
    """Reports for a list: what waits for approval first, the newest first among each."""
    return sorted(rows, key=lambda one: (one[0].state == APPROVED, -one[0].id))


async def every_report(unit: Unit, partnership: Partnership, pack: Pack) -> list[tuple[Report, Meeting | None]]:
    """Every report of the pack that is made here, drafts as well."""
    found: list[tuple[Report, Meeting | None]] = []
    for its in our_reports(pack):
        found += await reports(unit, partnership.id, its.id)
    return found


def offers_barriers(its: PackReport) -> bool:
    """Whether a report has a place for barriers."""
    return any(one.key == BARRIERS for one in its.sections)


def is_for_meetings(its: PackReport) -> bool:
    """Whether a report follows each meeting."""
    return timing(its) == "meeting"
