"""Telling the group, once, that a meeting was moved or cancelled, each with what that means for their answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from assurance.actors import Actor
from assurance.issuing import people_of, start_of, today_in
from assurance.owing import owe
from assurance.pack import Pack
from assurance.permissions import ACTS
from storage.asks import Loop, Meeting, meeting
from storage.partnerships import Partnership, seat
from storage.people import holdings_on
from storage.returns import find_return
from storage.texts import texts
from storage.unit import Unit

TOLD = "told_meeting"


@dataclass(frozen=True)
class OwedAnswer:
    """One answer that the person still owes, with the day that holds for it now."""

    request_id: int
    title: str
    seat: str
    due_on: date


@dataclass(frozen=True)
class MeetingTold:
    """What one person is told about a meeting; `next_*` is where a cancelled meeting's answers go."""

    partnership_id: int
    meeting_id: int
    group: str
    word: str
    cancelled: bool
    was_on: date
    on: date
    begins_at: str | None
    place: str | None
    reason: str
    next_on: date | None
    answers: tuple[OwedAnswer, ...]


async def people_of_group(unit: Unit, partnership_id: int, day: date) -> list[int]:
    """Everybody who belongs to the group on a day: who sits on a seat, and who holds one of its roles."""
    roles = ACTS["see_meetings"][0]
    held = await holdings_on(unit, partnership_id, day)
    return list(dict.fromkeys(one.person_id for one in held if one.seat_id is not None or one.role in roles))


async def concerned(unit: Unit, changed: Iterable[tuple[Loop, int]], day: date) -> dict[int, list[int]]:
    """The people whose answers changed their due day, each with the numbers of their returns."""
    found: dict[int, list[int]] = {}
    for loop, return_id in changed:
        for person_id in await people_of(unit, loop, day):
            found.setdefault(person_id, []).append(return_id)
    return found


async def tell_group(
    unit: Unit,
    partnership: Partnership,
    pack: Pack,
    changed: Meeting,
    subject: Mapping[str, Any],
    returns: Mapping[int, Sequence[int]],
    by: Actor,
    now: datetime,
) -> int:
    """Owe everybody of the group, and whoever else is concerned, one card; gives how many. Not whoever changed it.

    A change is told once: the key holds how often the meeting has changed.
    """
    group = await people_of_group(unit, partnership.id, today_in(pack, now))
    people = [one for one in dict.fromkeys([*group, *returns]) if one != by.person_id]
    for person_id in people:
        await owe(
            unit,
            partnership.id,
            f"told:meeting:{changed.id}:{changed.moved}:{person_id}",
            TOLD,
            now=now,
            subject={"meeting": changed.id, "moved": changed.moved, **subject, "returns": returns.get(person_id, [])},
            about=f"meeting:{changed.id}",
            person_id=person_id,
            not_before=start_of(partnership, pack, now),
        )
    return len(people)


async def told_view(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, subject: Mapping[str, Any]
) -> MeetingTold | None:
    """What the person is told, as things stand now; None where the meeting has changed again since."""
    row = await meeting(unit, partnership.id, int(subject["meeting"]))
    if row is None or row.moved != subject["moved"] or row.state not in ("scheduled", "cancelled"):
        return None
    following = await meeting(unit, partnership.id, subject["next"]) if subject.get("next") else None
    reason = await texts(unit, partnership.id, [row.reason_text_id])
    return MeetingTold(
        partnership_id=partnership.id, meeting_id=row.id, group=pack.groups[0].short, word=pack.terms.meeting,
        cancelled=row.state == "cancelled", was_on=date.fromisoformat(subject["was"]), on=row.on,
        begins_at=row.begins_at, place=row.place, reason=reason.get(row.reason_text_id or 0, ""),
        next_on=following.on if following is not None and following.state == "scheduled" else None,
        answers=await _still_owed(unit, actor, partnership, subject.get("returns") or ()),
    )  # fmt: skip


async def _still_owed(
    unit: Unit, actor: Actor, partnership: Partnership, return_ids: Iterable[int]
) -> tuple[OwedAnswer, ...]:
    """Of these returns, those that are still awaited from this person, each with the day that holds now."""
    owed = []
    for return_id in return_ids:
        found = await find_return(unit, partnership.id, return_id)
        if found is None:
            continue
        row, loop, request, _ = found
        own = loop.person_id == actor.person_id or (loop.seat_id is not None and loop.seat_id in actor.seats)
        if own and loop.open and request.state == "open" and row.state == "awaited":
            its = await seat(unit, partnership.id, loop.seat_id) if loop.seat_id else None
            until = loop.extended_to or row.due_on
            owed.append(OwedAnswer(request.id, request.title, its.short if its else "you", until))
    return tuple(owed)
