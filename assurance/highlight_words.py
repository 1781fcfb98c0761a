"""What a report says of one agency, in one exact sentence: the agency is shown it before the report can be approved.

Agencies are named, practitioners never (I1). Pure rules.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from assurance.dates import listing
from assurance.figures import Line
from assurance.highlight_figures import (
    APOLOGIES,
    GOOD,
    IMPACT,
    MEDIUM,
    SILENT,
    SUBSTITUTE,
    Absence,
    Flag,
)
from assurance.outcome_view import assessed_words
from assurance.pack import Pack
from assurance.summary_words import WHY_MISSING, dimension_label, shortened


@dataclass(frozen=True)
class Known:
    """What figures do not hold: agencies' names by seat, items' titles by request, the words of texts, and which
    texts were chosen to be told."""

    agencies: Mapping[int, str]
    titles: Mapping[int, str]
    words: Mapping[int, str]
    picked: Collection[int] = ()

    def agency(self, seat_id: int) -> str:
        """What an agency is called."""
        return self.agencies.get(seat_id, "An agency that has left")

    def quoted(self, text_id: int | None) -> str:
        """The words of a text, where somebody chose them; a blanked one has none."""
        return shortened(self.words.get(text_id, "")) if text_id in self.picked and text_id is not None else ""


@dataclass(frozen=True)
class AgencyLine:
    """What is told of one agency. `item`: about which item; empty where it is about the meeting itself.

    `words`: the group's words, or the agency's own, where they were chosen. `return_id` is 0 without an answer.
    """

    seat_id: int
    agency: str
    item: str
    told: str
    words: str = ""
    return_id: int = 0
    text_id: int | None = None

    @property
    def reported(self) -> str:
        """What is told, with the words that were chosen."""
        return f"{self.told} \u201c{self.words}\u201d" if self.words else self.told

    @property
    def sentence(self) -> str:
        """The whole of it, as the agency reads it beforehand."""
        return f"{self.agency}, {self.item}: {self.reported}" if self.item else f"{self.agency}: {self.reported}"


def told_of(pack: Pack, known: Known, flag: Flag) -> AgencyLine:
    """One flag as it reads in the report."""
    return AgencyLine(
        flag.seat_id, known.agency(flag.seat_id), known.titles.get(flag.request_id, ""), _told(pack, flag),
        known.quoted(flag.text_id), flag.return_id, flag.text_id,
    )  # fmt: skip


def _told(pack: Pack, flag: Flag) -> str:
    if flag.sort == SILENT:
        return "No response was received."
    if flag.sort == GOOD:
        said = f"Good practice noted by the {pack.terms.group_short}."
    elif flag.how:
        why = WHY_MISSING.get(flag.how, flag.how)
        said = f"{why[0].upper()}{why[1:]}."
    else:
        levels = [f"{dimension_label(pack, key)} assessed {_level(pack, level)}" for key, level in flag.levels]
        said = listing(levels)
        if flag.closed:
            said += f"; closed by the {pack.terms.chair}"
        elif flag.sort == MEDIUM:
            said += "; further assurance is sought"
        said += "."
    return f"{said} This is provisional." if flag.provisional and flag.sort != IMPACT else said


def _level(pack: Pack, level: str) -> str:
    words = assessed_words(pack, level)
    return words if words else level.replace("_", " ")


def shared_by(known: Known, line: Line) -> AgencyLine | None:
    """Good practice in an agency's own words, only where they were chosen."""
    words = known.quoted(line.text_id)
    if not words:
        return None
    told = "Good practice shared by the agency."
    return AgencyLine(
        line.seat_id, known.agency(line.seat_id), known.titles.get(line.request_id, ""), told, words,
        text_id=line.text_id,
    )  # fmt: skip


def absence_told(pack: Pack, known: Known, one: Absence) -> AgencyLine:
    """That an agency's own member was not at the meeting."""
    said = {
        APOLOGIES: f"Apologies for the {pack.terms.meeting}.",
        SUBSTITUTE: "Its own member was absent; a substitute of the same agency attended.",
    }.get(one.how, f"Nobody attended the {pack.terms.meeting}.")
    return AgencyLine(one.seat_id, known.agency(one.seat_id), "", said)


def by_agency(lines: Iterable[AgencyLine]) -> dict[int, tuple[str, ...]]:
    """Every sentence of a report, by the agency that it is about, in the report's order."""
    found: dict[int, tuple[str, ...]] = {}
    for one in lines:
        found[one.seat_id] = (*found.get(one.seat_id, ()), one.sentence)
    return found


def marks(lines: Iterable[AgencyLine]) -> dict[int, str]:
    """A short mark of what is told of each agency: other words give another mark."""
    return {
        seat: sha256("\n".join(said).encode()).hexdigest()[:16] for seat, said in by_agency(lines).items()
    }  # fmt: skip
