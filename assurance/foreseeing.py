"""What would be sent at a given time, and to whom: the very steps of the beat, taken and then undone (`due --at`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from assurance.beats import STEPS
from assurance.dates import listing
from assurance.hours import day_begins, last_send_moment, may_send, next_send_moment
from assurance.issuing import today_in
from assurance.nudge_view import said_in
from assurance.pack import Pack
from assurance.packing import pack_of
from assurance.people_view import role_titles
from assurance.person_names import UNNAMED, names
from assurance.proof_of_chase import step_when
from storage.asks import open_requests
from storage.chasers import Chaser, chasers_of_notices
from storage.notices import Notice, notices_owed
from storage.partnerships import Partnership, every_partnership, partnership, seats
from storage.people import holdings_on
from storage.unit import OpenUnit, Unit

KINDS: Mapping[str, str] = {
    "request": "The request",
    "channel": "The request",
    "nudge": "A reminder",
    "nudge_by_officer": "A reminder that an officer sent",
    "ring": "The list of whom to ring",
    "plea": "A message from an agency",
    "told_answered": "That a colleague has answered",
    "told_extended": "That more time is agreed",
    "told_due": "That there is another due day",
    "told_corrected": "That the learning was corrected",
    "told_removed": "That nothing more is asked",
    "told_cancelled": "That the request was withdrawn",
    "told_deputy": "That somebody stands in",
    "told_deputy_ended": "That somebody does not stand in any more",
    "papers_out": "That the papers are out",
    "outcome": "What a meeting made of an answer",
    "concluded": "What a meeting came to",
    "close_item": "Whether an item can be closed",
    "handover": "What a new representative takes over",
    "remind_meeting": "What is to be done around a meeting",
    "remind_reviews": "Documents that are due for review",
    "summary_draft": "The draft of the summary",
    "summary_nudge": "That a summary waits for approval",
    "summary": "The summary, in the channel",
    "told_meeting": "That a meeting moved or was cancelled",
    "expiry": "That our credential runs out",
    "purge": "What has been kept for long enough",
    "told_changed": "That an answer changed after the papers",
    "report_draft": "The draft of a report",
    "report_nudge": "That a report waits",
    "report_ready": "That a report can be approved",
    "report_sentence": "What a report would say of an agency",
    "report_query": "What an agency asks about a report",
    "report": "A report",
    "told_used": "That an example went into a report",
}
"""Notice kinds in words; one that is not here reads as its own name."""


@dataclass(frozen=True)
class Foreseen:
    """One message that would be sent: its kind (and that in words), to whom, where they sit, and why."""

    kind: str
    what: str
    to: str
    place: str
    why: str


@dataclass(frozen=True)
class ForeseenIn:
    """What would be sent in one partnership by a moment of its day."""

    partnership: str
    at: datetime
    timezone: str
    messages: tuple[Foreseen, ...]


class _Undo(Exception):
    def __init__(self, seen: ForeseenIn) -> None:
        self.seen = seen


async def due_at(open_unit: OpenUnit, at: datetime) -> list[ForeseenIn]:
    """What would be sent on the day of `at`, up to then, in each partnership; sends and stores nothing.

    What would have gone out on an earlier day is taken as gone, as if nobody answers meanwhile. A time without a zone
    is read in each partnership's own.
    """
    async with open_unit() as unit:
        numbers = [one.id for one in await every_partnership(unit) if one.pack_sha256]
    return [await _foresee(open_unit, number, at) for number in numbers]


async def _foresee(open_unit: OpenUnit, partnership_id: int, at: datetime) -> ForeseenIn:
    try:
        async with open_unit() as unit:
            its = await partnership(unit, partnership_id)
            assert its is not None
            pack = await pack_of(unit, its)
            at = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(pack.timezone))
            raise _Undo(await _rehearsed(unit, its, pack, at))
    except _Undo as undone:
        return undone.seen


async def _rehearsed(unit: Unit, its: Partnership, pack: Pack, at: datetime) -> ForeseenIn:
    today = today_in(pack, at)
    before = last_send_moment(pack, today)
    if its.next_look_at is None or its.next_look_at <= before:
        await _take_steps(unit, its, pack, before)
        for gone in await notices_owed(unit, its.id, before):
            gone.state, gone.settled_at = "delivered", before
        await unit.flush()
    last = last_send_moment(pack, today + timedelta(days=1))
    for moment in [last, at] if day_begins(pack, today) < last < at else [at]:
        await _take_steps(unit, its, pack, moment)
    owed = [one for one in await notices_owed(unit, its.id, at) if _turn_has_come(one, pack, at)]
    return ForeseenIn(its.title, at, pack.timezone, await described(unit, its, pack, owed, at))


async def _take_steps(unit: Unit, its: Partnership, pack: Pack, moment: datetime) -> None:
    for step in STEPS:
        await step(unit, its, pack, moment)
        await unit.flush()


def _turn_has_come(one: Notice, pack: Pack, at: datetime) -> bool:
    """Whether it is a message of its own (not a fresh picture, not a reply), and may have gone out by then."""
    if one.replaces_id is not None or one.address is not None:
        return False
    return not one.keeps_hours or may_send(pack, at) or next_send_moment(pack, one.not_before) <= at


async def described(
    unit: Unit, its: Partnership, pack: Pack, owed: Iterable[Notice], at: datetime
) -> tuple[Foreseen, ...]:
    """These notices in words: what each is, to whom it goes, and why."""
    rows = list(owed)
    called = await names(unit, its.id, {one.person_id for one in rows if one.person_id is not None})
    places = await _places(unit, its, pack, at)
    titles = {f"request:{one.id}": one.title for one in await open_requests(unit, its.id)}
    by_return: dict[int, str] = {}
    steps: dict[int, list[Chaser]] = {}
    for chaser, title in await chasers_of_notices(unit, its.id, [row.id for row in rows]):
        steps.setdefault(chaser.notice_id or 0, []).append(chaser)
        by_return[chaser.return_id] = title
    found = [
        Foreseen(
            kind=row.kind, what=_what(row),
            to=called.get(row.person_id or 0, UNNAMED) if row.person_id else _channel(its, row),
            place=places.get(row.person_id or 0, ""),
            why=_why(steps.get(row.id, ()), by_return) or titles.get(row.about, ""),
        )
        for row in rows
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.to, one.place, one.what, one.why)))


def _channel(its: Partnership, row: Notice) -> str:
    return its.channel_name or "the channel" if row.channel_id == its.channel_id else "a channel"


def _why(steps: Iterable[Chaser], titles: Mapping[int, str]) -> str:
    """What a message is about, each with the step behind it."""
    said = []
    for one in steps:
        when = step_when(one.step)
        said.append(f"{titles.get(one.return_id, '')}{f' ({when})' if when else ''}")
    return listing(list(dict.fromkeys(said)))


def _what(row: Notice) -> str:
    if row.kind == "nudge" and any(one.listed for one in said_in(row.subject)):
        return "The list before the meeting"
    return KINDS.get(row.kind, row.kind.replace("_", " ").replace(".", " ").capitalize())


async def _places(unit: Unit, its: Partnership, pack: Pack, at: datetime) -> dict[int, str]:
    """What each person is in the partnership on the day: the seats' short names and the roles' titles."""
    shorts = {one.id: one.short for one in await seats(unit, its.id)}
    titles = role_titles(pack)
    held: dict[int, list[str]] = {}
    for one in await holdings_on(unit, its.id, today_in(pack, at)):
        held.setdefault(one.person_id, []).append(
            shorts.get(one.seat_id or 0, "") or titles.get(one.role or "", one.role or "")
        )
    return {person_id: listing(list(dict.fromkeys(some))) for person_id, some in held.items()}
