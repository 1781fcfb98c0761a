"""What follows when a meeting has been closed: the one place for it, called once, within the closing transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from assurance.attendance import room
from assurance.closing_items import propose_closing
from assurance.in_session import Session
from assurance.issuing import today_in
from assurance.owing import owe
from assurance.pack import Pack
from assurance.permissions import CHAIR, OFFICER, VICE
from assurance.settling import follow, note_facts, settle, standing_decisions
from assurance.tabling import Tabled, tabled_at
from storage.asks import Meeting, Round
from storage.partnerships import Partnership
from storage.people import holders_of_role
from storage.unit import Unit

FINAL, PROVISIONAL = "final", "provisional"


async def concluded(
    unit: Unit, partnership: Partnership, pack: Pack, held: Meeting, collection: Round | None, now: datetime
) -> None:
    """Called when a meeting has just been closed, after its facts were settled (framework 1e, 4.25).

    `collection` is the meeting's round; None for an extra meeting for which no answers were asked. Where the meeting
    was not quorate its decisions are provisional: outcomes and closures wait until the chair has them confirmed by
    circulation, or takes them up at the next meeting. That an agency did not answer is a fact, and does not wait.
    """
    its = Session(held, collection, today_in(pack, now))
    tabled = await tabled_at(unit, partnership, pack, its)
    decided = await standing_decisions(unit, partnership, its)
    told: list[Tabled] = await note_facts(unit, partnership, tabled, decided, now)
    there = await room(unit, partnership, pack, its)
    held.decisions = FINAL if there.quorum.met or not decided else PROVISIONAL
    if held.decisions == FINAL:
        told += await settle(unit, partnership, pack, its, tabled, now)
    if tabled:
        await tell_leaders(unit, partnership, pack, its, now)
    await carry_on(unit, partnership, pack, its, told, now)


async def carry_on(
    unit: Unit, partnership: Partnership, pack: Pack, its: Session, told: Iterable[Tabled], now: datetime
) -> None:
    """What follows for agencies and items once something has taken effect."""
    await follow(unit, partnership, pack, its, told, now)
    await propose_closing(unit, partnership, pack, now)


async def tell_leaders(unit: Unit, partnership: Partnership, pack: Pack, its: Session, now: datetime) -> None:
    """Owe the chair and the officer what the meeting came to: what was decided, concerns, and what waits for them."""
    for person_id in await holders_of_role(unit, partnership.id, (CHAIR, VICE, OFFICER), today_in(pack, now)):
        await owe(
            unit, partnership.id, f"concluded:{its.meeting.id}:{person_id}", "concluded", now=now,
            subject={"meeting": its.meeting.id}, about=f"concluded:{its.meeting.id}", person_id=person_id,
        )  # fmt: skip
