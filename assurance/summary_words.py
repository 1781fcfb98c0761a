"""A summary in words and bars, as everyone in the group's channel may see it: pure rules (B15, words.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assurance.dates import count_words, day_words
from assurance.figure_changes import AGREED
from assurance.figures import (
    BARRIERS,
    EXTENDED,
    LATE,
    NO_RESPONSE,
    NOT_REACHED,
    TO_COME,
    VACANT,
    Change,
    Corrections,
    Counts,
    Figures,
    Line,
    Spread,
)
from assurance.gathering import Period
from assurance.pack import Pack
from assurance.pack_model.scale import Style
from assurance.summaries import Summary

WHY_MISSING = {
    NO_RESPONSE: "no response",
    LATE: "past the due date",
    NOT_REACHED: "not reached",
    VACANT: "nobody in place",
    EXTENDED: "more time agreed",
    TO_COME: "still to come",
}
LONGEST_LABEL = 14
"""Characters of a level's name beside a bar; a longer one is shown by its letter."""
MOST_LETTERS = 300
"""Of one agency's words in the channel, which is no place for long reading."""
NOT_RELEVANT_AGREED = "Not relevant (agreed)"


@dataclass(frozen=True)
class Bar:
    """One level: what it is called, how many answers stand there, and the colour that goes with the word."""

    label: str
    count: int
    style: Style = "default"


@dataclass(frozen=True)
class SpreadView:
    """One dimension: on whose judgement it is counted, a bar for each level, and what is not counted there."""

    name: str
    basis: str
    bars: tuple[Bar, ...]
    rest: str = ""

    @property
    def total(self) -> int:
        """How many answers the bars share."""
        return sum(one.count for one in self.bars)


@dataclass(frozen=True)
class SummaryView:
    """A summary as the channel sees it: counts, and words only where somebody chose them. Nobody is named."""

    partnership_id: int
    report_id: int
    title: str
    when: str
    opening: str
    spreads: tuple[SpreadView, ...]
    missing: str
    changes: tuple[str, ...]
    good_practice: tuple[str, ...]
    barriers: tuple[str, ...]
    commentary: str
    approved: str
    member: str


def channel_words(
    pack: Pack,
    summary: Summary,
    shorts: Mapping[int, str],
    texts: Mapping[int, str],
    *,
    partnership_id: int,
    approver: str,
) -> SummaryView:
    """The summary in words. `shorts` are the seats' short names, `texts` the words of texts by number."""
    figures = summary.figures
    return SummaryView(
        partnership_id=partnership_id, report_id=summary.row.id, title=title_of(pack, summary.period),
        when=when_of(pack, summary.period), opening=opening(pack, figures.counts),
        spreads=tuple(spread_view(pack, one) for one in figures.counts.spreads),
        missing=missing(figures.counts), changes=changes(pack, summary),
        good_practice=passed_on(figures.good_practice, summary.chosen.good_practice, shorts, texts),
        barriers=(
            *options_chosen(pack, figures.options),
            *passed_on(figures.barriers, summary.chosen.barriers, {}, texts),
        ),
        commentary=texts.get(summary.row.commentary_text_id or 0, ""), approved=f"Approved by the {approver}.",
        member=pack.terms.member,
    )  # fmt: skip


def title_of(pack: Pack, period: Period) -> str:
    """What the summary is called at its top."""
    when = day_words(period.meeting.on) if period.meeting else period.quarter.label
    return f"{pack.terms.group_short} summary, {when}"


def when_of(pack: Pack, period: Period) -> str:
    """Which quarter it belongs to."""
    if period.meeting:
        return f"{period.quarter.full}."
    return f"{period.quarter.span}. No {pack.terms.meeting} was held in this quarter."


def opening(pack: Pack, counts: Counts) -> str:
    """What was asked, and how much came: "Three items of learning; 34 answers asked for, 31 received"."""
    items = f"{count_words(counts.items)} {'item' if counts.items == 1 else 'items'} of {pack.terms.item}"
    asked = f"{counts.asked:,} {'answer' if counts.asked == 1 else 'answers'} asked for"
    received = f"{counts.received:,} received" if counts.received else "none received"
    if counts.received:
        in_time = "all" if counts.in_time == counts.received else f"{counts.in_time:,}" if counts.in_time else "none"
        received += f", {in_time} of them in time" if counts.received > 1 else f", {_one_in_time(counts)}"
    return f"{items[0].upper()}{items[1:]}; {asked}, {received}."


def _one_in_time(counts: Counts) -> str:
    return "in time" if counts.in_time else "after the due day"


def missing(counts: Counts) -> str:
    """How many did not come, each reason by itself; empty where all came."""
    if not counts.not_received:
        return ""
    why = ", ".join(f"{WHY_MISSING[key]} {number}" for key, number in counts.missing.items())
    return f"Not received: {counts.not_received}, being followed up ({why})."


def spread_view(pack: Pack, spread: Spread) -> SpreadView:
    """One dimension with its bars. Until the group has assessed any of it, it counts what agencies say, and says so."""
    group = pack.terms.group_short
    name = dimension_label(pack, spread.dimension)
    if not spread.is_assessed:
        basis = f"As each agency rates itself; the {group} has not assessed these answers."
        return SpreadView(name, basis, tuple(_bars(pack, spread.dimension, spread.own, assessed=False)))
    bars = _bars(pack, spread.dimension, spread.assessed, assessed=True)
    if spread.agreed:
        bars.append(Bar(NOT_RELEVANT_AGREED, spread.agreed))
    rest = f"Received and not assessed yet: {spread.unassessed}." if spread.unassessed else ""
    return SpreadView(name, f"As assessed by the {group}.", tuple(bars), rest)


def _bars(pack: Pack, dimension: str, counted: Mapping[str, int], *, assessed: bool) -> list[Bar]:
    """A bar for each level of the pack, and for any that it had once."""
    known = _levels(pack, dimension, assessed=assessed)
    bars = [Bar(_short(label, letter), counted.get(key, 0), style) for key, (label, letter, style) in known.items()]
    return bars + [Bar(_plain(key), number) for key, number in counted.items() if key not in known]


def _levels(pack: Pack, dimension: str, *, assessed: bool) -> dict[str, tuple[str, str, Style]]:
    if assessed:
        return {one.key: (one.label, one.letter, one.style) for one in pack.assurance.assessed_levels}
    rated = [one for one in pack.assurance.dimensions if one.key == dimension]
    return {level.key: (level.label, level.letter, level.style) for one in rated for level in one.levels}


def _short(label: str, letter: str) -> str:
    return label if len(label) <= LONGEST_LABEL else letter


def _plain(key: str) -> str:
    return key.replace("_", " ").capitalize()


def dimension_label(pack: Pack, key: str) -> str:
    """What the pack calls a dimension; what it was kept under, where the pack does not have it any more."""
    return next((one.label for one in pack.assurance.dimensions if one.key == key), _plain(key))


def level_label(pack: Pack, change: Change) -> str:
    """What the pack calls the level that moved."""
    if change.level == AGREED:
        return NOT_RELEVANT_AGREED
    known = _levels(pack, change.dimension, assessed=change.assessed)
    return _short(*known[change.level][:2]) if change.level in known else _plain(change.level)


def changes(pack: Pack, summary: Summary) -> tuple[str, ...]:
    """What is different since the summary before, and what was corrected in what earlier summaries told."""
    return changes_told(pack, summary.figures, summary.compared, "summaries", posted=True)


def changes_told(pack: Pack, figures: Figures, compared: str, earlier: str, *, posted: bool = False) -> tuple[str, ...]:
    """The same for any report. `compared`: what the one before is called; `earlier`: what all of them are.

    `posted`: they stand in the channel, where they stay as they were.
    """
    said = []
    if figures.since is not None and compared:
        moved = _by_dimension(pack, figures.since, "{level} {way} {by}")
        said.append(f"Since {compared}: {moved or 'no change in these counts'}.")
    if figures.corrections is not None:
        stays = "What was posted then" if posted else "What was reported then"
        said.append(f"{_corrected(pack, figures.corrections, earlier)} {stays} stays as it was.")
    return tuple(said)


def _corrected(pack: Pack, found: Corrections, earlier: str) -> str:
    parts = []
    if found.answers:
        parts.append(f"{count_words(found.answers)} {'was' if found.answers == 1 else 'were'} changed")
    if found.came:
        parts.append(f"{count_words(found.came)} came after all")
    moved = _by_dimension(pack, found.changes, "{level} {by} {more}")
    return f"Of the answers in earlier {earlier}, {' and '.join(parts)}{f' ({moved})' if moved else ''}."


def _by_dimension(pack: Pack, moved: Sequence[Change], form: str) -> str:
    """The changes in words, with the dimensions' names where there are several."""
    keys = list(dict.fromkeys(one.dimension for one in moved))
    parts = []
    for key in keys:
        some = sorted((one for one in moved if one.dimension == key), key=lambda one: _rank(pack, one))
        words = ", ".join(
            form.format(
                level=level_label(pack, one), way="up" if one.by > 0 else "down", by=abs(one.by),
                more="more" if one.by > 0 else "fewer",
            )
            for one in some
        )  # fmt: skip
        parts.append(f"{dimension_label(pack, key)}: {words}" if len(keys) > 1 else words)
    return "; ".join(parts)


def _rank(pack: Pack, change: Change) -> int:
    """Where a level stands among those of the pack; what it does not have comes last."""
    known = list(_levels(pack, change.dimension, assessed=change.assessed))
    return known.index(change.level) if change.level in known else len(known)


def passed_on(
    lines: Iterable[Line], chosen: Iterable[int], shorts: Mapping[int, str], texts: Mapping[int, str]
) -> tuple[str, ...]:
    """The chosen lines, with whose they are where `shorts` says so; a blanked one is left out."""
    wanted = set(chosen)
    found = []
    for one in lines:
        words = shortened(texts.get(one.text_id, ""))
        if one.text_id in wanted and words:
            found.append(f"{words} ({shorts[one.seat_id]})" if one.seat_id in shorts else words)
    return tuple(found)


def options_chosen(pack: Pack, options: Mapping[str, int]) -> tuple[str, ...]:
    """The barriers that agencies chose from a list, the most frequent first, each with how many chose it."""
    asked = [question for form in pack.forms for question in form.questions if question.key == BARRIERS]
    labels = {option.key: option.label for question in asked for option in question.options}
    ranked = sorted(options.items(), key=lambda one: -one[1])
    return tuple(f"{labels.get(key, _plain(key))}: {number}" for key, number in ranked)


def shortened(text: str) -> str:
    """An agency's words on one line, cut between words where they are long."""
    line = " ".join(text.split())
    if len(line) <= MOST_LETTERS:
        return line
    return f"{line[:MOST_LETTERS].rpartition(' ')[0].rstrip(' .,;:')}\u2026"
