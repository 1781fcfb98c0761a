"""An agency is asked again after its loop had ended, because there is new evidence (row 14 of 1b; the chair's act)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from assurance.actors import Actor
from assurance.following_up import ask_again, next_time
from assurance.form_rules import tidy
from assurance.issuing import today_in, working_days
from assurance.lifecycles import ASSURED, ENDED, ENDINGS, NOT_RELEVANT, UNABLE, allows, moved
from assurance.managed import refresh_channel
from assurance.pack import Pack
from assurance.pack_in_use import asks_for
from assurance.permissions import require
from assurance.person_names import UNNAMED, names, starting
from assurance.refusals import Mistakes, NotFound, OutOfDate
from assurance.reorganising_rules import goes_on
from assurance.status import seat_names
from assurance.writing import ask_first
from storage.asks import dimensions_of_loops, loop, meetings_from, request
from storage.endings import loops_in_states
from storage.learning import learning
from storage.log import append_log
from storage.partnerships import Partnership, seat, seats
from storage.partnerships import partnership as partnership_numbered
from storage.people import person
from storage.personal import is_erased
from storage.texts import text_of
from storage.unit import Unit

LONGEST = 1000
WORDS = {
    ASSURED: "assured",
    NOT_RELEVANT: "not relevant, accepted",
    UNABLE: "unable to provide assurance",
    ENDED: "service ended or transferred",
}


@dataclass(frozen=True)
class EndedLoop:
    """One agency's loop on one item that has ended."""

    loop_id: int
    name: str
    title: str
    how: str


@dataclass(frozen=True)
class ReopenView:
    """What can be asked again; only what is about one agency or item, where that was named."""

    partnership_id: int
    person_id: int
    loops: tuple[EndedLoop, ...]
    next_meeting: date | None


async def reopen_view(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, now: datetime,
    *, seat_ids: frozenset[int] | None = None, learning_id: int | None = None, request_id: int | None = None,
) -> ReopenView:  # fmt: skip
    """The loops that have ended, newest item first. Raises NotAllowed for anybody but the chair."""
    require(actor, "reopen")
    rows = await loops_in_states(unit, partnership.id, ENDINGS)
    labels = {one.seat_id: one.label for one in await seat_names(unit, partnership, pack)}
    people = await names(unit, partnership.id, [one.person_id for one, _ in rows if one.person_id])
    today = today_in(pack, now)
    gone = {one.id for one in await seats(unit, partnership.id) if not goes_on(one, today)}
    found = [
        EndedLoop(
            one.id, labels.get(one.seat_id or 0) or starting(people.get(one.person_id or 0, UNNAMED)),
            asked.title, WORDS[one.state],
        )
        for one, asked in rows
        if one.seat_id not in gone
        and (seat_ids is None or one.seat_id in seat_ids)
        and (learning_id is None or asked.learning_id == learning_id)
        and (request_id is None or asked.id == request_id)
    ]  # fmt: skip
    coming = await _coming(unit, partnership, pack, now)
    return ReopenView(partnership.id, actor.person_id, tuple(found), coming[0][0] if coming else None)


async def reopen(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, loop_id: int, reason: str, now: datetime,
    *, confirmed: bool = False,
) -> str:  # fmt: skip
    """Ask an agency again, for the next meeting, on everything that the item's form asks; gives the item's title.

    A closed item is open again with it. What was decided before stays as it was. Reopening twice is once.
    Raises NotAllowed, NotFound, OutOfDate, Mistakes (`reason`), or AskFirst.
    """
    require(actor, "reopen")
    await partnership_numbered(unit, partnership.id, lock=True)
    found = await loop(unit, partnership.id, loop_id)
    asked = await request(unit, partnership.id, found.request_id, lock=True) if found else None
    if found is None or asked is None:
        raise NotFound("I cannot find that any more.")
    if found.open and found.state not in ENDINGS:
        return asked.title
    its = await seat(unit, partnership.id, found.seat_id) if found.seat_id else None
    if its is not None and not goes_on(its, today_in(pack, now)):
        raise OutOfDate(f"{its.short} is no more, so it cannot be asked. Another agency can be asked instead.")
    asked_person = await person(unit, partnership.id, found.person_id) if found.person_id else None
    if asked_person is not None and is_erased(asked_person):
        raise OutOfDate("Whoever was asked has left, and cannot be asked again. An agency can be asked instead.")
    if not allows(found.state, "reopened") or asked.state not in ("open", "closed"):
        raise OutOfDate("This was withdrawn, or never asked, so there is nothing to ask again.")
    reason = tidy(reason)
    if not reason:
        raise Mistakes({"reason": "Please say what is new, in a line."})
    if len(reason) > LONGEST:
        raise Mistakes({"reason": f"Please keep it to {LONGEST:,} characters."})
    ask_first({"reason": reason}, confirmed=confirmed)
    when = next_time(pack, working_days(pack), today_in(pack, now), await _coming(unit, partnership, pack, now))
    before, standing = found.state, moved(found.state, "reopened")
    found.state, found.open = standing.state, standing.open
    item = await learning(unit, partnership.id, asked.learning_id) if asked.learning_id else None
    asked.state = "open"
    if item is not None and item.state == "closed":
        item.state = "open"
    states = (await dimensions_of_loops(unit, partnership.id, [found.id])).get(found.id, {})
    again = [one for one in states.values() if asks_for(pack, asked.form_key, one.dimension)]
    for one in again:
        one.state = "follow_up"
    await unit.flush()
    if when is not None:
        await ask_again(unit, partnership, pack, again, (found, asked), when, now)
    await refresh_channel(unit, partnership, asked, f"reopened:{found.id}:{now.timestamp()}", now)
    kept = await unit.save(text_of(partnership.id, reason))
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="reopened", subject=f"loop:{found.id}",
        refs={"was": before, "reason": kept.id}, after=kept.sha256,
    )  # fmt: skip
    return asked.title


async def _coming(unit: Unit, partnership: Partnership, pack: Pack, now: datetime) -> list[tuple[date, int]]:
    today = today_in(pack, now)
    ahead = await meetings_from(unit, partnership.id, pack.groups[0].key, today)
    return [(one.on, one.id) for one in ahead if one.opens_round and one.on > today]
