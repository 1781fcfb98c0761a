"""Each partnership: its team, its people, its log; and what waits to be sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from assurance.dates import count_words, listing, moment_words
from assurance.pack import Pack
from assurance.packing import pack_of
from assurance.readiness import Readiness, Unreached, readiness
from bot.checking.findings import Finding, Looking, look, ok, wrong
from storage.leases import lease_runs
from storage.log import first_broken_entry
from storage.notices import notices_owed
from storage.partnerships import Partnership, every_partnership, partnership
from storage.unit import Unit

LATE, TOO_LATE = timedelta(minutes=10), timedelta(hours=1)
"""How long something may be owed before somebody should look, and before it is wrong."""
_ROLL_CALL: Final = "The support officer types roll call."
_NOBODY: Final = "There is no partnership in this database yet."


async def _of_each(
    at: Looking, look_at: Callable[[Unit, Partnership, Pack], Awaitable[list[Finding]]]
) -> list[Finding]:
    """Look at every partnership, each in a transaction of its own."""
    assert at.store is not None
    async with at.store.open_unit() as unit:
        numbers = [one.id for one in await every_partnership(unit) if one.pack_sha256]
    found: list[Finding] = []
    for number in numbers:
        async with at.store.open_unit() as unit:
            its = await partnership(unit, number)
            if its is not None:
                found += await look_at(unit, its, await pack_of(unit, its))
    return found


async def partnerships_ready(at: Looking) -> Sequence[Finding]:
    """Team, officers, seats and people of each partnership."""

    async def ready(unit: Unit, its: Partnership, pack: Pack) -> list[Finding]:
        stands = await readiness(unit, its, pack, at.now)
        return how_ready(its.title, stands, pack.timezone, names=at.names, practice=its.practice)

    return await _of_each(at, ready) or [ok("People", _NOBODY)]


def how_ready(title: str, stands: Readiness, timezone: str, *, names: bool, practice: bool) -> list[Finding]:
    """One partnership's lines."""
    found = []
    if not stands.bound and not practice:
        found.append(
            look("Team", f"{title} has no team yet.", "In the team, an officer types @Learning Loop use this team.")
        )
    if not stands.officers:
        found.append(wrong("Officers", f"{title} has no support officer.", "Set LOOP_OFFICERS, and start the service."))
    if stands.vacant:
        empty = f"{count_words(len(stands.vacant))} of {title}'s {count_words(stands.seats)} seats"
        said = f"Nobody is on {empty}: {listing(stands.vacant)}."
        found.append(look("Seats", said, "The support officer types people."))
    else:
        found.append(ok("Seats", f"Somebody is on each of {title}'s {count_words(stands.seats)} seats."))
    found += _reached(title, stands.unreached, names=names)
    if not practice:
        found.append(_roll_call(title, stands, timezone))
    return [*found, *_deliveries(title, stands)]


def _reached(title: str, unreached: Sequence[Unreached], *, names: bool) -> list[Finding]:
    """Who cannot be written to, by why: places, and people's names only where they were asked for."""
    if not unreached:
        return [ok("Reach", f"Everybody of {title} can be written to.")]
    found = []
    for why in dict.fromkeys(one.why for one in unreached):
        who = [one for one in unreached if one.why == why]
        told = listing([f"{one.name} ({one.place})" if names else one.place for one in who])
        people = f"{count_words(len(who)).capitalize()} {'person' if len(who) == 1 else 'people'} of {title}"
        do = _ROLL_CALL if who[0].unchecked else "Until then they are told in the channel, and by e-mail."
        found.append(look("Reach", f"{people}: {why} ({told}).", do))
    return found


def _roll_call(title: str, stands: Readiness, timezone: str) -> Finding:
    called = stands.roll_call
    if called is None:
        return look("Roll call", f"{title} has had none yet.", _ROLL_CALL)
    said = f"{title}, {moment_words(called.at, timezone)}: {called.pressed} of {called.called} have pressed."
    if called.pressed < called.called:
        return look("Roll call", said, "The support officer types roll call, and sees who has not.")
    return ok("Roll call", said)


def _deliveries(title: str, stands: Readiness) -> list[Finding]:
    if not stands.unsure and not stands.refused:
        return [ok("Deliveries", f"Nothing of {title} is in doubt.")]
    said = f"{title}: {count_words(stands.unsure)} not confirmed by Teams, {count_words(stands.refused)} refused."
    return [look("Deliveries", said, "The support officer types deliveries.")]


async def logs_whole(at: Looking) -> Sequence[Finding]:
    """Hold every log against its chain of hashes."""

    async def whole(unit: Unit, its: Partnership, _: Pack) -> list[Finding]:
        broken = await first_broken_entry(unit, its.id)
        if broken is None:
            return [ok("Log", f"{its.title}: every entry fits the one before it.")]
        do = (
            "Somebody changed the database by hand. Keep it as it is, make a copy, and look in earlier copies and "
            "exports for the entry as it was."
        )
        return [wrong("Log", f"{its.title}: entry {broken:,} does not fit the one before it.", do)]

    return await _of_each(at, whole) or [ok("Log", _NOBODY)]


async def queue_moves(at: Looking) -> Sequence[Finding]:
    """How long the oldest notice has been owed, and whether anybody is there to send it."""
    assert at.store is not None
    owed: list[datetime] = []
    waiting: list[str] = []

    async def waits(unit: Unit, its: Partnership, _: Pack) -> list[Finding]:
        due = await notices_owed(unit, its.id, at.now)
        owed.extend(one.not_before for one in due)
        waiting.extend([f"{count_words(len(due))} of {its.title}"] if due else [])
        return []

    await _of_each(at, waits)
    async with at.store.open_unit() as unit:
        somebody = await lease_runs(unit, "courier")
    return [how_it_moves(waiting, at.now - min(owed, default=at.now), somebody=somebody)]


def how_it_moves(waiting: Sequence[str], age: timedelta, *, somebody: bool) -> Finding:
    """What waits to be sent, in words; `age` is how long the oldest has waited."""
    sends = "A process of the service is sending." if somebody else "No process of the service is sending just now."
    if not waiting:
        return ok("Queue", f"Nothing waits to be sent. {sends}")
    minutes = f"{age.total_seconds() / 60:,.0f} minute{'' if 30 <= age.total_seconds() < 90 else 's'}"
    said = f"{listing(waiting)[:1].upper()}{listing(waiting)[1:]}: the oldest has waited for {minutes}. {sends}"
    do = "Look at its log: it says why it cannot send." if somebody else "Start the service."
    if age < LATE:
        return ok("Queue", said)
    return wrong("Queue", said, do) if age > TOO_LATE else look("Queue", said, do)
