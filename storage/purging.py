"""What has been kept for long enough: counted, and removed by handfuls. Levels, days, numbers and hashes stay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import String, cast, delete, func, literal, or_, update
from sqlmodel import col, select

from storage.asks import Loop, Meeting, Request
from storage.contacts import Plea
from storage.decisions import Decision
from storage.drafts import Draft
from storage.log import LogEntry, LogHead
from storage.notices import Notice
from storage.reports import Report
from storage.returns import AgencyReturn, Answer, Assessment, Version
from storage.texts import Text
from storage.unit import Unit

SETTLED = ("delivered", "unsure", "refused", "skipped")
OF_RETURNS = ("answer", "decision")
"""The kinds of drafts whose subject is a return."""
REOPENED, QUERY = "reopened", "report_query"
NOWHERE = ("activity_id", "twin_activity_id", "posted_in", "address", "channel_id")
"""Where a message went: the columns of a notice that are emptied."""


@dataclass(frozen=True)
class Kept:
    """What stays, however old: learning items that are on hold, and requests that were not announced."""

    items: frozenset[int] = frozenset()
    requests: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Gone:
    """What went in one go: how many, and a hash over the hashes of what they were. Of the log: up to which entry."""

    count: int
    hash: str | None = None
    log_to: int | None = None


async def count_past(unit: Unit, partnership_id: int, which: str, before: datetime, kept: Kept) -> int:
    """How many things of a class are older, and kept by nothing. While anything is on hold, log and deliveries stay."""
    if which in ("log", "deliveries") and kept.items:
        return 0
    if which == "log":
        up_to = await _last_entry_before(unit, partnership_id, before)
        old = (LogEntry.partnership_id == partnership_id, LogEntry.number <= up_to)
        return (await unit.one(select(func.count(col(LogEntry.id))).where(*old))) or 0
    if which == "deliveries":
        return (await unit.one(select(func.count(col(Notice.id))).where(*_sent(partnership_id, before)))) or 0
    if which == "drafts":
        return (await unit.one(select(func.count(col(Draft.id))).where(*_unsent(partnership_id, before, kept)))) or 0
    words = await _words(unit, partnership_id, which, before, kept)
    return (await unit.one(select(func.count(col(Text.id))).where(*words))) or 0


async def remove_past(
    unit: Unit, partnership_id: int, which: str, before: datetime, kept: Kept, *, now: datetime, most: int
) -> Gone:
    """Remove at most so many of what `count_past` counts. Hashes, keys and numbers stay."""
    if which in ("log", "deliveries") and kept.items:
        return Gone(0)
    if which == "log":
        return await _cut_log(unit, partnership_id, before, most, now)
    if which == "deliveries":
        old = select(Notice.id).where(*_sent(partnership_id, before)).order_by(col(Notice.id)).limit(most)
        rows = await unit.all(old)
        empty: dict[str, Any] = dict.fromkeys(NOWHERE) | {"reason": ""}
        await unit.run(update(Notice).where(col(Notice.id).in_(rows)).values(empty))
        return Gone(len(rows))
    if which == "drafts":
        unsent = select(Draft.id).where(*_unsent(partnership_id, before, kept)).order_by(col(Draft.id)).limit(most)
        rows = await unit.all(unsent)
        await unit.run(delete(Draft).where(col(Draft.id).in_(rows)))
        return Gone(len(rows))
    words = await _words(unit, partnership_id, which, before, kept)
    found = await unit.rows(select(Text.id, Text.sha256).where(*words).order_by(col(Text.id)).limit(most))
    await _blank(unit, partnership_id, [number for number, _ in found], now)
    return Gone(len(found), _over(digest for _, digest in found) if found else None)


def _over(hashes: Iterable[str]) -> str:
    return sha256("".join(hashes).encode()).hexdigest()


async def _blank(unit: Unit, partnership_id: int, numbers: list[int], now: datetime) -> None:
    if numbers:
        await unit.run(
            update(Text)
            .where(
                col(Text.partnership_id) == partnership_id, col(Text.id).in_(numbers), col(Text.blanked_at).is_(None)
            )
            .values(body="", blanked_at=now)
        )  # fmt: skip


def _asked(partnership_id: int, before: datetime, kept: Kept) -> Any:
    """The requests that were issued before, of which nothing more is asked, and which nothing keeps."""
    still = select(Loop.request_id).where(Loop.partnership_id == partnership_id, col(Loop.open).is_(True))
    return select(Request.id).where(
        Request.partnership_id == partnership_id,
        Request.issued_at < before,
        col(Request.id).not_in(still),
        col(Request.id).not_in(list(kept.requests)),
        or_(col(Request.learning_id).is_(None), col(Request.learning_id).not_in(list(kept.items))),
    )


async def _words(unit: Unit, partnership_id: int, which: str, before: datetime, kept: Kept) -> Any:
    asked = _asked(partnership_id, before, kept)
    if which == "evidence":
        named = _of_answers(asked, before)
    else:
        named = _around_answers(asked, before)
        if not kept.items:
            named += _beside_items(partnership_id, before)
        elsewhere = await _told_elsewhere(unit, partnership_id, asked, before, kept)
        named.append(select(Text.id).where(Text.partnership_id == partnership_id, col(Text.id).in_(elsewhere)))
    return (
        Text.partnership_id == partnership_id, col(Text.blanked_at).is_(None),
        or_(*(col(Text.id).in_(one) for one in named)),
    )  # fmt: skip


def _of_answers(asked: Any, before: datetime) -> list[Any]:
    """What agencies wrote: in their answers, and how an answer reached the officer who entered it."""
    of = (
        select(Version.id)
        .join(AgencyReturn, col(AgencyReturn.id) == Version.return_id)
        .where(col(AgencyReturn.request_id).in_(asked), Version.at < before)
    )
    return [
        select(Answer.text_id).where(col(Answer.version_id).in_(of), col(Answer.text_id).is_not(None)),
        select(Version.behalf_text_id).where(col(Version.id).in_(of), col(Version.behalf_text_id).is_not(None)),
    ]


def _around_answers(asked: Any, before: datetime) -> list[Any]:
    """What was written around them: why it was asked or withdrawn, pleas, and what the group said."""
    returns = select(AgencyReturn.id).where(col(AgencyReturn.request_id).in_(asked))
    named: list[Any] = [
        select(column).where(col(Request.id).in_(asked), column.is_not(None))
        for column in (col(Request.context_text_id), col(Request.reason_text_id))
    ]
    why = col(Loop.why_text_id)
    named.append(select(why).where(col(Loop.request_id).in_(asked), why.is_not(None)))
    plea, rationale = col(Plea.text_id), col(Assessment.rationale_text_id)
    named.append(select(plea).where(col(Plea.return_id).in_(returns), Plea.at < before, plea.is_not(None)))
    for words in ("follow_text_id", "rationale_text_id", "good_practice_text_id", "concern_text_id"):
        column: Any = getattr(Decision, words)
        said = (col(Decision.return_id).in_(returns), Decision.at < before, column.is_not(None))
        named.append(select(column).where(*said))
    levels = (col(Assessment.return_id).in_(returns), Assessment.at < before, rationale.is_not(None))
    named.append(select(rationale).where(*levels))
    return named


def _beside_items(partnership_id: int, before: datetime) -> list[Any]:
    """What belongs to no one item: why a meeting was cancelled, and what was written on a report."""
    cancelled, comment = col(Meeting.reason_text_id), col(Report.commentary_text_id)
    return [
        select(cancelled).where(
            Meeting.partnership_id == partnership_id, Meeting.on < before.date(), cancelled.is_not(None)
        ),
        select(comment).where(
            Report.partnership_id == partnership_id, col(Report.approved_at) < before, comment.is_not(None)
        ),
    ]


async def _told_elsewhere(unit: Unit, partnership_id: int, asked: Any, before: datetime, kept: Kept) -> list[int]:
    """The numbers of texts that only a log entry, a notice or a report's figures name: why an agency was asked again,
    what one asked about a report, and what was written on its sections."""
    loops = select(literal("loop:") + cast(Loop.id, String)).where(col(Loop.request_id).in_(asked))
    entries = select(LogEntry.refs).where(
        LogEntry.partnership_id == partnership_id, LogEntry.what == REOPENED, LogEntry.at < before,
        col(LogEntry.subject).in_(loops),
    )  # fmt: skip
    found = [refs.get("reason") for refs in await unit.all(entries) if isinstance(refs, dict)]
    if not kept.items:
        notices = select(Notice.subject).where(
            Notice.partnership_id == partnership_id, Notice.kind == QUERY, col(Notice.settled_at) < before
        )
        found += [subject.get("text") for subject in await unit.all(notices) if isinstance(subject, dict)]
        reports = select(Report.figures).where(
            Report.partnership_id == partnership_id, col(Report.approved_at) < before
        )
        for figures in await unit.all(reports):
            notes = figures.get("notes") if isinstance(figures, dict) else None
            found += list(notes.values()) if isinstance(notes, dict) else []
    return [one for one in found if isinstance(one, int)]


def _sent(partnership_id: int, before: datetime) -> Any:
    """Settled messages that still say where they went; never those of a request that is still open."""
    going_on = select(literal("request:") + cast(Request.id, String)).where(
        Request.partnership_id == partnership_id, Request.state == "open"
    )
    says = [getattr(Notice, name).is_not(None) for name in NOWHERE] + [col(Notice.reason) != ""]
    return (
        Notice.partnership_id == partnership_id, col(Notice.state).in_(SETTLED), col(Notice.settled_at) < before,
        or_(*says), col(Notice.about).not_in(going_on),
    )  # fmt: skip


def _unsent(partnership_id: int, before: datetime, kept: Kept) -> Any:
    """Drafts that were saved before; those of an answer or a decision about an item on hold stay."""
    held = (
        select(AgencyReturn.id)
        .join(Request, col(Request.id) == AgencyReturn.request_id)
        .where(AgencyReturn.partnership_id == partnership_id, col(Request.learning_id).in_(list(kept.items)))
    )
    free = or_(col(Draft.kind).not_in(OF_RETURNS), col(Draft.subject).not_in(held))
    return (Draft.partnership_id == partnership_id, Draft.saved_at < before, free)


async def _last_entry_before(unit: Unit, partnership_id: int, before: datetime) -> int:
    """The number up to which the whole chain is older; 0 where nothing is. The newest entry always stays."""
    younger = await unit.one(
        select(func.min(LogEntry.number)).where(LogEntry.partnership_id == partnership_id, LogEntry.at >= before)
    )
    newest = await unit.one(select(LogHead.number).where(LogHead.partnership_id == partnership_id))
    return (younger if younger is not None else newest or 1) - 1


async def _cut_log(unit: Unit, partnership_id: int, before: datetime, most: int, now: datetime) -> Gone:
    """Take entries off the beginning of the chain; its head keeps the number and hash from which it now hangs.

    The reason that only an entry knew is blanked with it. Whoever cuts says so in the log, in the same unit.
    """
    head = await unit.get(LogHead, partnership_id, lock=True)
    up_to = await _last_entry_before(unit, partnership_id, before)
    if head is None or up_to <= head.from_number:
        return Gone(0)
    up_to = min(up_to, head.from_number + most)
    going = (col(LogEntry.partnership_id) == partnership_id, col(LogEntry.number) <= up_to)
    last = await unit.one(select(LogEntry.hash).where(*going, LogEntry.number == up_to))
    if last is None:
        return Gone(0)
    reasons = [
        refs.get("reason") for refs in await unit.all(select(LogEntry.refs).where(*going, LogEntry.what == REOPENED))
    ]
    await _blank(unit, partnership_id, [one for one in reasons if isinstance(one, int)], now)
    gone = await unit.run(delete(LogEntry).where(*going))
    head.from_number, head.from_hash = up_to, last
    return Gone(gone, last, up_to)
