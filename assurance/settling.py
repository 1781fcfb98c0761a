"""What a meeting decided takes effect: each loop moves by the table of 1b, once, and never back (rows 7-12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from assurance.decision_rules import outcome
from assurance.following_up import open_follow_ups
from assurance.in_session import Session
from assurance.issuing import people_of, today_in
from assurance.lifecycles import FOLLOW_UP, MODERATED, NO_RESPONSE, TERMINAL, allows, moved
from assurance.managed import refresh_receipts
from assurance.owing import owe, owe_update
from assurance.pack import Pack
from assurance.tabling import Tabled
from assurance.telling import cards_of
from storage.asks import Loop, LoopDimension, Request, dimensions_of_loops, loops_of_request
from storage.decisions import SET, Decision, decisions_of_meeting
from storage.log import append_log
from storage.partnerships import Partnership
from storage.people import holdings_of
from storage.returns import returns_of_loops
from storage.tabled import levels_of
from storage.unit import Unit

SILENT, UNASKED = "no_response", frozenset({"not_reached", "vacant"})


async def standing_decisions(unit: Unit, partnership: Partnership, its: Session) -> dict[int, Decision]:
    """What a meeting decided and nobody undid, by return."""
    rows = await decisions_of_meeting(unit, partnership.id, its.meeting.id)
    return {one.return_id: one for one in rows if one.state == SET}


async def note_facts(
    unit: Unit, partnership: Partnership, tabled: Iterable[Tabled], decided: Mapping[int, Decision], now: datetime
) -> list[Tabled]:
    """No response is a fact, and asked again at once (rows 5 and 10); so is what never reached an agency (4.25).

    Where the group decided something about it, such as unable, that comes first. Gives those that were silent.
    """
    rows = [one for one in tabled if one.row.state == "awaited" and one.row.outcome]
    states = await dimensions_of_loops(unit, partnership.id, [one.loop.id for one in rows])
    silent = []
    for one in rows:
        trigger = "silent" if one.row.outcome == SILENT else "unasked" if one.row.outcome in UNASKED else ""
        if not trigger or one.loop.state in TERMINAL:
            continue
        if allows(one.loop.state, trigger):
            one.loop.state = moved(one.loop.state, trigger).state
        if one.row.id in decided:
            continue
        if allows(one.loop.state, "not_closed"):
            one.loop.state = moved(one.loop.state, "not_closed").state
        _ask_later(one, states.get(one.loop.id, {}))
        one.row.settled_at = now
        silent += [one] if one.row.outcome == SILENT else []
    await unit.flush()
    return silent


def _ask_later(one: Tabled, states: Mapping[str, LoopDimension]) -> None:
    for key in one.dimensions:
        if key in states and states[key].state in ("due", "returned"):
            states[key].state = "follow_up"


async def settle(
    unit: Unit, partnership: Partnership, pack: Pack, its: Session, tabled: Iterable[Tabled], now: datetime
) -> list[Tabled]:
    """Let every decision of a meeting take effect; gives the returns that it settled."""
    decided = await standing_decisions(unit, partnership, its)
    rows = [one for one in tabled if one.row.id in decided and one.row.settled_at is None]
    levels = await levels_of(unit, partnership.id, [decided[one.row.id].id for one in rows])
    states = await dimensions_of_loops(unit, partnership.id, [one.loop.id for one in rows])
    returns = await returns_of_loops(unit, partnership.id, {one.loop.id for one in rows})
    for one in rows:
        decision = decided[one.row.id]
        _settle_one(pack, one, decision, levels.get(decision.id, {}), states.get(one.loop.id, {}))
        one.row.settled_at, decision.provisional = now, False
        awaited = any(other.id > one.row.id and other.state == "awaited" for other in returns[one.loop.id])
        if awaited and one.loop.state in (MODERATED, FOLLOW_UP):
            one.loop.state = moved(one.loop.state, "opened").state
    await unit.flush()
    await append_log(
        unit, partnership.id, at=now, person_id=its.meeting.closed_by, what="decisions in effect",
        subject=f"meeting:{its.meeting.id}",
        refs={
            "decisions": [decided[one.row.id].id for one in rows],
            "loops": {str(one.loop.id): one.loop.state for one in rows},
        },
    )  # fmt: skip
    return rows


def _settle_one(
    pack: Pack, one: Tabled, decision: Decision, levels: Mapping[str, str], states: Mapping[str, LoopDimension]
) -> None:
    """One decision: the loop and each of its dimensions, as the rules say."""
    loop = one.loop
    if loop.state in TERMINAL:
        return
    found = outcome(pack, {key: its.state for key, its in states.items()}, levels, decision.follow)
    before = ("not_closed",) if loop.state == NO_RESPONSE else ()
    standing = moved(loop.state, *before, "assessed", *found.triggers)
    loop.state, loop.open, loop.extended_to = standing.state, standing.open, None
    known = {level.key for level in pack.assurance.assessed_levels}
    for key, its in states.items():
        its.state = found.dimensions.get(key, its.state)
        if key in levels:
            its.assessed_level = levels[key] if levels[key] in known else None


async def follow(
    unit: Unit, partnership: Partnership, pack: Pack, its: Session, told: Iterable[Tabled], now: datetime
) -> None:
    """What comes after: the next round is opened, each agency is told, and forms that nobody can use are closed."""
    await open_follow_ups(unit, partnership, pack, now)
    by_request: dict[int, tuple[Request, list[Loop]]] = {}
    for one in told:
        by_request.setdefault(one.request.id, (one.request, []))[1].append(one.loop)
    for asked, loops in by_request.values():
        await _tell(unit, partnership, pack, its, asked, loops, now)
        await _close_forms(unit, partnership, pack, its, asked, loops, now)
        await refresh_receipts(unit, partnership, asked, f"settled:{its.meeting.id}", now)


async def _tell(
    unit: Unit, partnership: Partnership, pack: Pack, its: Session, asked: Request, loops: Iterable[Loop], now: datetime
) -> None:
    """Owe each of these agencies' people the outcome, one card for a person and a request (scenario 30)."""
    for loop in loops:
        for person_id in await people_of(unit, loop, today_in(pack, now)):
            await owe(
                unit, partnership.id, f"outcome:{asked.id}:{its.meeting.id}:{person_id}", "outcome", now=now,
                subject={"request": asked.id, "meeting": its.meeting.id}, about=f"outcome:{asked.id}",
                person_id=person_id,
            )  # fmt: skip


async def _close_forms(
    unit: Unit, partnership: Partnership, pack: Pack, its: Session, asked: Request, loops: Iterable[Loop], now: datetime
) -> None:
    """Draw afresh the forms of those who are not asked any more: what nobody can use should not stand open."""
    today = today_in(pack, now)
    ended = {person for loop in loops if not loop.open for person in await people_of(unit, loop, today)}
    if not ended:
        return
    still = [loop for loop in await loops_of_request(unit, partnership.id, asked.id) if loop.open]
    for card in await cards_of(unit, partnership.id, asked.id):
        person_id = card.person_id
        if card.kind != "request" or person_id not in ended or person_id is None or card.shape == "receipt":
            continue
        seats = {held.seat_id for held in await holdings_of(unit, partnership.id, person_id, today)}
        if not any(loop.person_id == person_id or (loop.seat_id and loop.seat_id in seats) for loop in still):
            await owe_update(unit, partnership.id, card, f"settled:{its.meeting.id}", now=now, shape="closed")
