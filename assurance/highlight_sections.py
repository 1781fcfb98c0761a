"""A report to the board in the pack's own sections, drawn from its figures alone: pure rules (F1-F3, F9, B19, E4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from assurance.dates import count_words, listing
from assurance.figures import BARRIERS
from assurance.highlight_figures import GOOD, IMPACT, MEDIUM, NOT_RECEIVED, SILENT, SORTS, WEAK, Highlights
from assurance.highlight_rules import ANSWERED, ASKED, ATTENDANCE
from assurance.highlight_words import AgencyLine, Known, absence_told, shared_by, told_of
from assurance.lifecycles import ASSURED, ENDED, NOT_RELEVANT, UNABLE
from assurance.pack import Option, Pack, Report
from assurance.summary_words import changes_told, missing, opening, options_chosen, passed_on, spread_view

LABELS = {
    GOOD: "Good practice",
    IMPACT: "Positive impact on practice",
    SILENT: "No response",
    WEAK: "Low, no assurance or unable to provide assurance",
    MEDIUM: "Medium: further assurance sought",
    NOT_RECEIVED: "Not received",
}
"""What a part is called where the pack has no heading for what is told there; nothing is left out for that."""
STANDS = {
    ASSURED: "Assured",
    NOT_RELEVANT: "Not relevant",
    UNABLE: "Unable",
    ENDED: "Ended",
    ANSWERED: "Answered",
    ASKED: "Still asked",
}
LEVEL = "Level"
NOTHING_WRITTEN = "Nothing was brought in for this report."


@dataclass(frozen=True)
class Grid:
    """A table of figures with its header row; `about` says in words what it holds."""

    about: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """One part of a report. `count`: how many things are told in it; None for what is not counted.

    `by_hand`: somebody writes it, and `note` is what they wrote.
    """

    key: str
    label: str
    lines: tuple[str, ...] = ()
    agencies: tuple[AgencyLine, ...] = ()
    grids: tuple[Grid, ...] = ()
    count: int | None = None
    by_hand: bool = False
    note: str = ""


@dataclass(frozen=True)
class Drawn:
    """What sections are drawn from."""

    pack: Pack
    found: Highlights
    known: Known
    compared: str


def sections_of(
    pack: Pack, its: Report, found: Highlights, known: Known, notes: Mapping[str, str], compared: str
) -> tuple[Section, ...]:
    """The sections of a report: the pack's, then what has no heading there and would be left out otherwise."""
    drawn = Drawn(pack, found, known, compared)
    made = [_section(drawn, one, notes) for one in its.sections]
    named = {one.key for one in its.sections}
    made += [_flagged(drawn, key, LABELS[key]) for key in SORTS if key not in named and found.flagged(key)]
    if found.absences and (extra := next((one for one in pack.reports if one.id == ATTENDANCE), None)):
        made += [_attendance(drawn, extra)]
    if "changes" not in named and (told := changes_told(pack, found.figures, compared, "reports")):
        made.append(Section("changes", "Since the last report", lines=told))
    return tuple(made)


def _section(drawn: Drawn, option: Option, notes: Mapping[str, str]) -> Section:
    if option.key in SORTS:
        return _flagged(drawn, option.key, option.label)
    if build := _BUILDERS.get(option.key):
        lines, grids = build(drawn)
        return Section(option.key, option.label, lines=lines, grids=grids)
    note = notes.get(option.key, "")
    return Section(
        option.key, option.label, lines=() if note else (NOTHING_WRITTEN,), by_hand=True, note=note
    )  # fmt: skip


def _flagged(drawn: Drawn, key: str, label: str) -> Section:
    told = [told_of(drawn.pack, drawn.known, one) for one in drawn.found.flagged(key)]
    if key == GOOD:
        shared = (shared_by(drawn.known, line) for line in drawn.found.figures.good_practice)
        told += [one for one in shared if one is not None]
    order = {seat: at for at, seat in enumerate(drawn.known.agencies)}
    told.sort(key=lambda one: order.get(one.seat_id, len(order)))
    return Section(key, label, lines=() if told else ("None.",), agencies=tuple(told), count=len(told))


def _attendance(drawn: Drawn, its: Report) -> Section:
    told = tuple(absence_told(drawn.pack, drawn.known, one) for one in drawn.found.absences)
    return Section(ATTENDANCE, its.title, agencies=told, count=len(told))


Made = tuple[tuple[str, ...], tuple[Grid, ...]]


def in_figures(drawn: Drawn) -> Made:
    """What was asked and received, why not, and the spread of levels: counts alone, and nobody is named."""
    counts = drawn.found.figures.counts
    bases, grids = _spreads(drawn)
    return (opening(drawn.pack, counts), *(one for one in (missing(counts),) if one), *bases), grids


def _spreads(drawn: Drawn, *, first: bool | None = None) -> Made:
    """A row for each level, a column for each dimension, and on whose judgement they are counted.

    `first`: only the dimensions that are asked in the first round, or only the later ones.
    """
    early = {one.key for one in drawn.pack.assurance.dimensions if one.first_round}
    chosen = [
        one for one in drawn.found.figures.counts.spreads if first is None or (one.dimension in early) == first
    ]  # fmt: skip
    views = [spread_view(drawn.pack, one) for one in chosen]
    if not views:
        return (), ()
    counted = [{bar.label: bar.count for bar in view.bars} for view in views]
    for one, column in zip(chosen, counted, strict=True):
        if one.is_assessed and one.unassessed:
            column["Not assessed yet"] = one.unassessed
    labels = list(dict.fromkeys(label for column in counted for label in column))
    rows = [(label, *(str(column[label]) if label in column else "" for column in counted)) for label in labels]
    names = [view.name for view in views]
    bases = list(dict.fromkeys(view.basis for view in views))
    said = bases if len(bases) == 1 else [f"{view.name}: {view.basis}" for view in views]
    about = f"How many answers stand at which level: {listing(names)}"
    return tuple(said), (Grid(about, (LEVEL, *names), tuple(rows)),)


def _how_much(drawn: Drawn) -> Made:
    return (opening(drawn.pack, drawn.found.figures.counts),), ()


def _how_well(drawn: Drawn) -> Made:
    why = missing(drawn.found.figures.counts)
    bases, grids = _spreads(drawn, first=True)
    return (*((why,) if why else ()), *bases), grids


def _difference(drawn: Drawn) -> Made:
    bases, grids = _spreads(drawn, first=False)
    return bases or ("Nothing has been told about impact on practice yet.",), grids


def _activity(drawn: Drawn) -> Made:
    rows = drawn.found.figures.rows
    titles = drawn.known.titles
    items = list(dict.fromkeys(titles[one.request_id] for one in rows if one.request_id in titles))
    about = f"{drawn.pack.terms.item[0].upper()}{drawn.pack.terms.item[1:]} considered: {'; '.join(items)}."
    return ((about,) if items else ("Nothing was before the group.",)), ()


def _loops(drawn: Drawn) -> Made:
    loops = drawn.found.loops
    items = list(dict.fromkeys(one.request_id for one in loops))
    used = [key for key in STANDS if any(one.stands == key for one in loops)]
    rows = tuple(
        (
            drawn.known.titles.get(item, ""),
            *(str(sum(one.request_id == item and one.stands == key for one in loops)) for key in used),
        )
        for item in items
    )  # fmt: skip
    agencies = f"{drawn.pack.terms.agency} answers"
    grid = Grid(f"How many {agencies} stand where, for each item", ("Item", *(STANDS[key] for key in used)), rows)
    still = sum(one.stands in (ANSWERED, ASKED) for one in loops)
    what = f"{_capital(count_words(len(items)))} {'item' if len(items) == 1 else 'items'} of {drawn.pack.terms.item}"
    ended = "none has ended" if still == len(loops) else f"{count_words(len(loops) - still)} ended"
    times = f"{count_words(len(loops))} {'time' if len(loops) == 1 else 'times'}"
    line = f"{what}, asked of agencies {times}: {ended}, {count_words(still)} still open."
    return (line,), (grid,) if items else ()


def _changes(drawn: Drawn) -> Made:
    said = list(changes_told(drawn.pack, drawn.found.figures, drawn.compared, "reports"))
    if drawn.found.news:
        answers = f"{count_words(drawn.found.news)} {'answer' if drawn.found.news == 1 else 'answers'}"
        said.append(f"Since the last {drawn.pack.terms.meeting}: {answers} came.")
    return tuple(said) or ("This is the first of these reports, and nothing has come since.",), ()


def _barriers(drawn: Drawn) -> Made:
    figures = drawn.found.figures
    told = (
        *options_chosen(drawn.pack, figures.options),
        *passed_on(figures.barriers, drawn.known.picked, {}, drawn.known.words),
    )
    return told or ("None were chosen for this report.",), ()


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


_BUILDERS: Mapping[str, Callable[[Drawn], Made]] = {
    "how_much": _how_much,
    "how_well": _how_well,
    "difference": _difference,
    "activity": _activity,
    "progress": _loops,
    "loops": _loops,
    "changes": _changes,
    BARRIERS: _barriers,
}
