"""The draft of a summary, as its chair or an officer sees it: what the channel would get (scenario 9).

An agency's words are private. They go to the channel only where somebody ticked them here, and never where they
look as if they could identify a child, an adult or a case (I2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from assurance.actors import Actor
from assurance.dates import moment_words
from assurance.figures import Line, as_bytes, to_json
from assurance.identifiable import find
from assurance.pack import Pack
from assurance.permissions import CHAIR, OFFICER, VICE, approving, may, require
from assurance.person_names import UNNAMED, names, starting
from assurance.seats_over_time import called_on
from assurance.summaries import Chosen, Summary, summary_of
from assurance.summary_words import SummaryView, channel_words, shortened
from storage.partnerships import Partnership
from storage.people import people
from storage.texts import texts
from storage.unit import Unit

MOST_LINES = 30
"""Lines of one kind that a draft offers; with more, the card would come near its limit."""


@dataclass(frozen=True)
class Offered:
    """One agency's line that may be ticked: the number of its text, and how it reads."""

    text_id: int
    label: str


@dataclass(frozen=True)
class DraftView:
    """A draft as its chair or an officer sees it.

    `preview` is what the channel would get, `people` how many can see that channel. `withheld` lines look as if
    they could identify somebody and are not offered, `more` have no room. `mark` tells this state from another.
    """

    preview: SummaryView
    people: int
    good_practice: tuple[Offered, ...]
    barriers: tuple[Offered, ...]
    chosen: Chosen
    withheld: int
    more: int
    commentary: str
    mark: str
    may_approve: bool
    approver: str
    saved: str
    """Who changed it last, and when; empty where nobody did."""


@dataclass(frozen=True)
class Approved:
    """A summary that is approved: when and by whom, for those who came second."""

    preview: SummaryView
    line: str


async def summary_view(unit: Unit, partnership: Partnership, pack: Pack, summary: Summary) -> SummaryView:
    """A summary as the channel sees it. For one that is not approved: ask before calling."""
    chosen = (*summary.chosen.good_practice, *summary.chosen.barriers, summary.row.commentary_text_id)
    words = await texts(unit, partnership.id, chosen)
    shorts = await _shorts(unit, partnership, summary)
    approver = approved_as(pack, (summary.row.figures or {}).get("approved_as"))
    return channel_words(pack, summary, shorts, words, partnership_id=partnership.id, approver=approver)


async def _shorts(unit: Unit, partnership: Partnership, summary: Summary) -> dict[int, str]:
    """The seats' short names as they were on the last day that the summary is about."""
    called = await called_on(unit, partnership.id, summary.period.last)
    return {seat_id: one.short for seat_id, one in called.items()}


def approved_as(pack: Pack, role: str | None) -> str:
    """What the pack calls whoever approves, or approved; in a draft, whose part it is."""
    if role is None:
        role = CHAIR if approving(pack) == "approve_summary" else OFFICER
    return {CHAIR: pack.terms.chair, VICE: pack.terms.vice_chair}.get(role, pack.terms.officer)


async def draft_view(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, report_id: int, now: datetime
) -> DraftView | Approved:
    """The draft for somebody who may change it, or, once it is approved, that it is. Raises NotAllowed, NotFound."""
    require(actor, "edit_summary")
    summary = await summary_of(unit, partnership, pack, report_id, now)
    preview = await summary_view(unit, partnership, pack, summary)
    if summary.approved:
        return Approved(preview, await approved_line(unit, partnership, pack, summary))
    shorts = await _shorts(unit, partnership, summary)
    figures = summary.figures
    words = await texts(unit, partnership.id, [one.text_id for one in (*figures.good_practice, *figures.barriers)])
    good, kept_good = _offered(figures.good_practice, words, shorts)
    barriers, kept_barriers = _offered(figures.barriers, words, shorts)
    return DraftView(
        preview=preview, people=await channel_readers(unit, partnership), good_practice=good[:MOST_LINES],
        barriers=barriers[:MOST_LINES], chosen=summary.chosen, withheld=kept_good + kept_barriers,
        more=max(0, len(good) - MOST_LINES) + max(0, len(barriers) - MOST_LINES), commentary=preview.commentary,
        mark=mark_of(summary), may_approve=may(actor, approving(pack)), approver=approved_as(pack, None),
        saved=await _saved_line(unit, partnership, pack, summary),
    )  # fmt: skip


def _offered(
    lines: Iterable[Line], words: Mapping[int, str], shorts: Mapping[int, str]
) -> tuple[tuple[Offered, ...], int]:
    """The lines that may be ticked, and how many are withheld because they may identify somebody."""
    written = [one for one in lines if words.get(one.text_id, "").strip()]
    safe = [one for one in written if not find(words[one.text_id])]
    found = tuple(Offered(one.text_id, f"{shorts[one.seat_id]}: {shortened(words[one.text_id])}") for one in safe)
    return found, len(written) - len(safe)


async def channel_readers(unit: Unit, partnership: Partnership) -> int:
    """How many people can see the group's channel: the members of its team, as they were last read."""
    return sum(one.in_team for one, _ in await people(unit, partnership.id))


def mark_of(summary: Summary) -> str:
    """A short mark of everything that a draft would post: another figure or another choice gives another mark."""
    state = [to_json(summary.figures), summary.chosen.to_json(), summary.row.commentary_text_id]
    return sha256(as_bytes({"state": state})).hexdigest()[:12]


async def _saved_line(unit: Unit, partnership: Partnership, pack: Pack, summary: Summary) -> str:
    stored: dict[str, Any] = summary.row.figures or {}
    if "saved_by" not in stored:
        return ""
    who = await names(unit, partnership.id, [stored["saved_by"]])
    when = moment_words(datetime.fromisoformat(stored["saved_at"]), pack.timezone)
    return f"Changed by {who.get(stored['saved_by'], UNNAMED)} at {when}."


async def approved_line(unit: Unit, partnership: Partnership, pack: Pack, summary: Summary) -> str:
    row = summary.row
    assert row.approved_at is not None and row.approved_by is not None
    who = await names(unit, partnership.id, [row.approved_by])
    name = starting(who.get(row.approved_by, UNNAMED))
    return (
        f"{name} approved it at {moment_words(row.approved_at, pack.timezone)}. It is posted in the channel once, "
        "and its figures stay as they are."
    )
