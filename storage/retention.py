"""What has been kept for long enough: counted, and removed by handfuls; what a legal hold keeps; who agreed to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, String, cast, delete, func, literal, or_, update
from sqlmodel import SQLModel, col, select

from storage.asks import Loop, Meeting, Request
from storage.base import json_value, key, moment, refers
from storage.contacts import Plea
from storage.decisions import Decision
from storage.drafts import Draft
from storage.learning import Learning
from storage.log import LogEntry, LogHead
from storage.notices import Notice
from storage.reports import Report
from storage.returns import AgencyReturn, Answer, Version
from storage.texts import Text
from storage.unit import Unit

TOLD, APPROVED, KEPT, DONE = "told", "approved", "kept", "done"
SETTLED = ("delivered", "unsure", "refused", "skipped")


class LegalHold(SQLModel, table=True):
    """Nothing of one learning item (or, without one, of the whole partnership) is removed until it is ended."""

    __tablename__ = "legal_hold"
    __table_args__ = (Index("ix_legal_hold_partnership", "partnership_id", "ended_at"),)
    id: int = key()
    partnership_id: int = refers("partnership.id")
    learning_id: int | None = refers("learning.id", optional=True)
    reason_text_id: int = refers("text.id")
    by_person_id: int | None = refers("person.id", optional=True)
    at: datetime = moment()
    ended_at: datetime | None = moment(optional=True)
    ended_by: int | None = refers("person.id", optional=True)


class Purge(SQLModel, table=True):
    """What would go, from which day on. States: told, approved, kept (an officer kept everything), done.

    `before`: by class of data, the day before which a thing must have been settled. `counts`: how many there were when
    it was told; `removed`: how many went. Both stay when the things themselves are gone.
    """

    __table_args__ = (Index("ix_purge_partnership", "partnership_id", "state"),)
    id: int = key()
    partnership_id: int = refers("partnership.id")
    state: str = TOLD
    before: Any = json_value()
    counts: Any = json_value()
    removed: Any = json_value()
    from_on: date
    told_at: datetime = moment()
    settled_by: int | None = refers("person.id", optional=True)
    settled_at: datetime | None = moment(optional=True)
    ended_at: datetime | None = moment(optional=True)


async def newest_purge(unit: Unit, partnership_id: int, *, lock: bool = False) -> Purge | None:
    """The last purge that was told, whatever became of it; locked against a second press where asked."""
    query = select(Purge).where(Purge.partnership_id == partnership_id).order_by(col(Purge.id).desc()).limit(1)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return await unit.one(query)


async def holds(unit: Unit, partnership_id: int) -> list[LegalHold]:
    """The holds that stand, the oldest first."""
    return await unit.all(
        select(LegalHold)
        .where(LegalHold.partnership_id == partnership_id, col(LegalHold.ended_at).is_(None))
        .order_by(col(LegalHold.id))
    )


async def hold_numbered(unit: Unit, partnership_id: int, hold_id: int) -> LegalHold | None:
    """One hold by number, locked until the unit ends."""
    return await unit.one(
        select(LegalHold)
        .where(LegalHold.partnership_id == partnership_id, LegalHold.id == hold_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


async def all_learning(unit: Unit, partnership_id: int) -> list[Learning]:
    """Every learning item, the newest first."""
    return await unit.all(
        select(Learning).where(Learning.partnership_id == partnership_id).order_by(col(Learning.id).desc())
    )


def _free(held: Collection[int]) -> Any:
    """That a request's learning is not held."""
    return or_(col(Request.learning_id).is_(None), col(Request.learning_id).not_in(list(held)))


def _of_answers(partnership_id: int, before: datetime, held: Collection[int]) -> Any:
    """The numbers of what agencies wrote in answers of closed loops."""
    of = (
        select(Version.id)
        .join(AgencyReturn, col(AgencyReturn.id) == Version.return_id)
        .join(Loop, col(Loop.id) == AgencyReturn.loop_id)
        .join(Request, col(Request.id) == Loop.request_id)
        .where(Version.partnership_id == partnership_id, Version.at < before, col(Loop.open).is_(False), _free(held))
    )
    return or_(
        col(Text.id).in_(
            select(Answer.text_id).where(col(Answer.version_id).in_(of), col(Answer.text_id).is_not(None))
        ),
        col(Text.id).in_(
            select(Version.behalf_text_id).where(col(Version.id).in_(of), col(Version.behalf_text_id).is_not(None))
        ),
    )


def _around_answers(partnership_id: int, before: datetime, held: Collection[int]) -> Any:
    """The numbers of what was written around them: notes, pleas, reasons, what the group said, comments on reports."""
    still = select(Loop.request_id).where(Loop.partnership_id == partnership_id, col(Loop.open).is_(True))
    asked = select(Request.id).where(
        Request.partnership_id == partnership_id, Request.issued_at < before, col(Request.id).not_in(still), _free(held)
    )
    returns = select(AgencyReturn.id).where(col(AgencyReturn.request_id).in_(asked))
    named = [
        select(column).where(col(Request.id).in_(asked), column.is_not(None))
        for column in (col(Request.context_text_id), col(Request.reason_text_id))
    ]
    named.append(
        select(col(Loop.why_text_id)).where(col(Loop.request_id).in_(asked), col(Loop.why_text_id).is_not(None))
    )
    named.append(
        select(col(Plea.text_id)).where(
            col(Plea.return_id).in_(returns), Plea.at < before, col(Plea.text_id).is_not(None)
        )
    )
    for words in ("follow_text_id", "rationale_text_id", "good_practice_text_id", "concern_text_id"):
        column: Any = getattr(Decision, words)
        named.append(
            select(column).where(col(Decision.return_id).in_(returns), Decision.at < before, column.is_not(None))
        )
    if not held:
        cancelled = col(Meeting.reason_text_id)
        named.append(
            select(cancelled).where(
                Meeting.partnership_id == partnership_id, Meeting.on < before.date(), cancelled.is_not(None)
            )
        )
        comment = col(Report.commentary_text_id)
        named.append(
            select(comment).where(
                Report.partnership_id == partnership_id, col(Report.approved_at) < before, comment.is_not(None)
            )
        )
    return or_(*(col(Text.id).in_(one) for one in named))


def _words(partnership_id: int, which: str, before: datetime, held: Collection[int]) -> Any:
    of = _of_answers if which == "evidence" else _around_answers
    return (
        Text.partnership_id == partnership_id, col(Text.blanked_at).is_(None), of(partnership_id, before, held),
    )  # fmt: skip


def _sent(partnership_id: int, before: datetime) -> Any:
    """Settled messages that still say where they went; never those of a request that is still open."""
    going_on = select(literal("request:") + cast(Request.id, String)).where(
        Request.partnership_id == partnership_id, Request.state == "open"
    )
    says = (
        col(Notice.activity_id).is_not(None), col(Notice.posted_in).is_not(None), col(Notice.address).is_not(None),
        col(Notice.channel_id).is_not(None), col(Notice.reason) != "",
    )  # fmt: skip
    return (
        Notice.partnership_id == partnership_id, col(Notice.state).in_(SETTLED), col(Notice.settled_at) < before,
        or_(*says), col(Notice.about).not_in(going_on),
    )  # fmt: skip


async def _last_entry_before(unit: Unit, partnership_id: int, before: datetime) -> int:
    """The number up to which the whole chain is older; 0 where nothing is. The newest entry always stays."""
    younger = await unit.one(
        select(func.min(LogEntry.number)).where(LogEntry.partnership_id == partnership_id, LogEntry.at >= before)
    )
    newest = await unit.one(select(LogHead.number).where(LogHead.partnership_id == partnership_id))
    return (younger if younger is not None else newest or 1) - 1


async def count_past(unit: Unit, partnership_id: int, which: str, before: datetime, held: Collection[int]) -> int:
    """How many things of a class are older, and held by nothing. While anything is held, log and deliveries stay."""
    if which in ("log", "deliveries") and held:
        return 0
    if which == "log":
        up_to = await _last_entry_before(unit, partnership_id, before)
        old = (LogEntry.partnership_id == partnership_id, LogEntry.number <= up_to)
        counted = await unit.one(select(func.count(col(LogEntry.id))).where(*old))
    elif which == "deliveries":
        counted = await unit.one(select(func.count(col(Notice.id))).where(*_sent(partnership_id, before)))
    elif which == "drafts":
        older = (Draft.partnership_id == partnership_id, Draft.saved_at < before)
        counted = await unit.one(select(func.count(col(Draft.id))).where(*older))
    else:
        words = _words(partnership_id, which, before, held)
        counted = await unit.one(select(func.count(col(Text.id))).where(*words))
    return counted or 0


async def remove_past(
    unit: Unit, partnership_id: int, which: str, before: datetime, held: Collection[int], *, now: datetime, most: int
) -> int:
    """Remove at most so many of what `count_past` counts; gives how many went. Hashes, keys and numbers stay."""
    if which in ("log", "deliveries") and held:
        return 0
    if which == "log":
        return await _cut_log(unit, partnership_id, before, most)
    if which == "deliveries":
        rows = await unit.all(
            select(Notice.id).where(*_sent(partnership_id, before)).order_by(col(Notice.id)).limit(most)
        )
        nowhere: Mapping[str, Any] = dict.fromkeys(
            ("activity_id", "twin_activity_id", "posted_in", "address", "channel_id")
        ) | {"reason": ""}
        await unit.run(update(Notice).where(col(Notice.id).in_(rows)).values(nowhere))
        return len(rows)
    if which == "drafts":
        older = (Draft.partnership_id == partnership_id, Draft.saved_at < before)
        rows = await unit.all(select(Draft.id).where(*older).order_by(col(Draft.id)).limit(most))
        await unit.run(delete(Draft).where(col(Draft.id).in_(rows)))
        return len(rows)
    words = _words(partnership_id, which, before, held)
    rows = await unit.all(select(Text.id).where(*words).order_by(col(Text.id)).limit(most))
    await unit.run(update(Text).where(col(Text.id).in_(rows)).values(body="", blanked_at=now))
    return len(rows)


async def _cut_log(unit: Unit, partnership_id: int, before: datetime, most: int) -> int:
    """Take entries off the beginning of the chain; its head keeps the number and hash from which it now hangs."""
    head = await unit.get(LogHead, partnership_id, lock=True)
    up_to = await _last_entry_before(unit, partnership_id, before)
    if head is None or up_to <= head.from_number:
        return 0
    up_to = min(up_to, head.from_number + most)
    last = await unit.one(
        select(LogEntry.hash).where(LogEntry.partnership_id == partnership_id, LogEntry.number == up_to)
    )
    if last is None:
        return 0
    gone = await unit.run(
        delete(LogEntry).where(col(LogEntry.partnership_id) == partnership_id, col(LogEntry.number) <= up_to)
    )
    head.from_number, head.from_hash = up_to, last
    return gone
