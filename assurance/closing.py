"""A meeting is closed: it was held, and for each answer that had not come the fact is settled (1e, framework 4.25)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from assurance.actors import Actor
from assurance.arrivals import cards_sent, emails_sent
from assurance.concluding import concluded
from assurance.dates import day_words
from assurance.issuing import today_in
from assurance.meetings import SCHEDULED, TAKEN_OUT
from assurance.moving import Awaited, lock_requests
from assurance.pack import Pack
from assurance.permissions import require
from assurance.person_names import UNNAMED, names, starting
from assurance.refusals import NotFound, OutOfDate
from assurance.rounds import open_rounds
from assurance.standing import NO_RESPONSE, Card, Outcome, outcome_of
from assurance.status import seat_names
from storage.asks import Meeting, meeting, round_of_meeting
from storage.log import append_log
from storage.partnerships import Partnership
from storage.partnerships import partnership as partnership_numbered
from storage.people import holdings_on
from storage.rounds import awaited_of_round, returns_of_round
from storage.standings import reach_of_requests
from storage.unit import Unit

HELD = "held"
OUTCOMES: tuple[Outcome, ...] = ("no_response", "not_reached", "vacant", "extended")


@dataclass(frozen=True)
class ClosingView:
    """What closing a meeting would record: by outcome, each addressee with the titles of what it has not answered."""

    meeting_id: int
    on: date
    answered: int
    outcomes: tuple[tuple[Outcome, tuple[tuple[str, tuple[str, ...]], ...]], ...]


@dataclass(frozen=True)
class Closed:
    """A closed meeting, how many answers got each outcome, and whether it had been closed before."""

    held: Meeting
    outcomes: dict[str, int]
    repeated: bool


async def closing_view(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, meeting_id: int, now: datetime
) -> ClosingView:
    """What would be recorded, before anything is. Raises NotAllowed, NotFound or OutOfDate."""
    require(actor, "close_meeting")
    row = await _to_close(unit, partnership, pack, meeting_id, now)
    its_round = await round_of_meeting(unit, partnership.id, row.id)
    if its_round is None:
        return ClosingView(row.id, row.on, 0, ())
    waiting = await _settled_here(unit, partnership, pack, its_round.id)
    outcomes = await _outcomes(unit, partnership, waiting, row.on)
    rows = await returns_of_round(unit, partnership.id, its_round.id)
    labels = {one.seat_id: (at, one.label) for at, one in enumerate(await seat_names(unit, partnership, pack))}
    people = await names(unit, partnership.id, [loop.person_id for _, loop, _ in waiting if loop.person_id])
    found: dict[Outcome, dict[tuple[int, str], list[str]]] = {}
    for (_, loop, asked), outcome in zip(waiting, outcomes, strict=True):
        whose = labels.get(loop.seat_id or 0) or (len(labels), starting(people.get(loop.person_id or 0, UNNAMED)))
        found.setdefault(outcome, {}).setdefault(whose, []).append(asked.title)
    return ClosingView(
        meeting_id=row.id, on=row.on, answered=sum(one.state == "returned" for one in rows),
        outcomes=tuple(
            (outcome, tuple((whose[1], tuple(titles)) for whose, titles in sorted(found[outcome].items())))
            for outcome in OUTCOMES
            if outcome in found
        ),
    )  # fmt: skip


async def close_meeting(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, meeting_id: int, now: datetime
) -> Closed:
    """Record that a meeting was held, and what was not received by then; closing it again changes nothing.

    "No response" is a fact and never a level; the loop stays open, and an answer that comes later is taken and
    marked as late. Where nobody could be reached or sat there, or more time was agreed, the record says that instead.
    Raises NotAllowed, NotFound, or OutOfDate before its day, and where it was cancelled.
    """
    require(actor, "close_meeting")
    await partnership_numbered(unit, partnership.id, lock=True)
    row = await meeting(unit, partnership.id, meeting_id, lock=True)
    if row is not None and row.state == HELD:
        return Closed(row, {}, repeated=True)
    row = await _to_close(unit, partnership, pack, meeting_id, now)
    row.state, row.closed_at, row.closed_by = HELD, now, actor.person_id
    its_round = await round_of_meeting(unit, partnership.id, row.id)
    settled: Counter[str] = Counter()
    if its_round is not None:
        await lock_requests(unit, partnership, its_round)
        waiting = await _settled_here(unit, partnership, pack, its_round.id)
        outcomes = await _outcomes(unit, partnership, waiting, row.on)
        settled.update(outcomes)
        for (its, loop, _), outcome in zip(waiting, outcomes, strict=True):
            its.outcome = outcome
            if outcome == NO_RESPONSE:
                loop.state = NO_RESPONSE
    await unit.flush()
    await open_rounds(unit, partnership, pack, now, actor.person_id)
    log = partial(
        append_log, unit, partnership.id, at=now, person_id=actor.person_id, what="meeting closed",
        subject=f"meeting:{row.id}", refs={"on": row.on.isoformat(), **settled},
    )  # fmt: skip
    unit.last(log)
    await concluded(unit, partnership, pack, row, its_round, now)
    return Closed(row, dict(settled), repeated=False)


async def _to_close(unit: Unit, partnership: Partnership, pack: Pack, meeting_id: int, now: datetime) -> Meeting:
    """The meeting, where it can be closed now: it is to be held, and its day has come."""
    row = await meeting(unit, partnership.id, meeting_id)
    if row is None or row.state == TAKEN_OUT:
        raise NotFound("I cannot find that meeting any more.")
    if row.state == HELD:
        raise OutOfDate(f"The meeting on {day_words(row.on)} is closed already, so nothing has changed.")
    if row.state != SCHEDULED:
        raise OutOfDate(f"The meeting on {day_words(row.on)} is cancelled, so there is nothing to close.")
    if row.on > today_in(pack, now):
        raise OutOfDate(f"The meeting is on {day_words(row.on)}. It can be closed from that day on.")
    return row


async def _settled_here(unit: Unit, partnership: Partnership, pack: Pack, round_id: int) -> list[Awaited]:
    """What is awaited in the round of kinds that go on until assured: the others have a clock of their own."""
    looping = {one.key for one in pack.kinds if one.lifecycle == "loop"}
    found = await awaited_of_round(unit, partnership.id, round_id)
    return [one for one in found if one[2].kind in looping and one[1].asked]


async def _outcomes(
    unit: Unit, partnership: Partnership, waiting: Sequence[Awaited], meeting_on: date
) -> list[Outcome]:
    """The fact about each awaited answer, in the same order: from who sat there that day, and what reached them."""
    asked = {row.request_id for row, *_ in waiting}
    reach = await reach_of_requests(unit, partnership.id, asked) if asked else []
    cards, emailed = cards_sent(reach), emails_sent(reach)
    on_seat: dict[int, set[int]] = {}
    for held in await holdings_on(unit, partnership.id, meeting_on):
        if held.seat_id is not None:
            on_seat.setdefault(held.seat_id, set()).add(held.person_id)
    found = []
    for row, loop, _ in waiting:
        people = {loop.person_id} if loop.person_id else on_seat.get(loop.seat_id or 0, set())
        sent = [one for person_id in people for one in cards.get((row.request_id, person_id), ())]
        sent += [Card("delivered")] if loop.id in emailed else []
        found.append(
            outcome_of(
                holders=len(people), cards=sent, due_on=row.due_on, extended_to=loop.extended_to,
                meeting_on=meeting_on,
            )
        )  # fmt: skip
    return found
