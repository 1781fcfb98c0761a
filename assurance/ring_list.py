"""The officer's list of whom to ring: who has not answered, who sits there, and what has been tried (B13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from assurance.actors import Actor
from assurance.calendar import local_day
from assurance.dates import count_words, day_words
from assurance.issuing import today_in
from assurance.outstanding import Asked, Outstanding, Places, asked_when, outstanding, places_today
from assurance.pack import Pack
from assurance.permissions import require
from assurance.person_names import names
from assurance.standing import due_words
from assurance.status import seat_names
from storage.chasers import RING, Chaser, away_on, chasers_with_notices
from storage.notices import Notice
from storage.partnerships import Partnership
from storage.unit import Unit

NO_NAME = "Somebody whose name is not known any more"
NO_CARD = "No card has been sent to them."


@dataclass(frozen=True)
class RingPerson:
    """One person who could be rung, and what has been tried: in words, and never whether it was read."""

    name: str
    tried: str


@dataclass(frozen=True)
class RingItem:
    """One answer that has not come."""

    request_id: int
    loop_id: int
    title: str
    due: str
    people: tuple[RingPerson, ...]


@dataclass(frozen=True)
class RingPlace:
    """One agency or person, with everything it has not answered."""

    name: str
    items: tuple[RingItem, ...]


@dataclass(frozen=True)
class RingView:
    """Whom to ring about what. The places stand in the pack's order."""

    partnership_id: int
    places: tuple[RingPlace, ...]

    @property
    def answers(self) -> int:
        """How many answers are awaited."""
        return sum(len(one.items) for one in self.places)


@dataclass(frozen=True)
class Known:
    """What is known of those who owe answers: who they are, what was tried with each, and who is away."""

    places: Places
    asked: Mapping[tuple[int, int], Asked]
    sent: Mapping[tuple[int, int], list[Notice]]
    away: Mapping[int, date]
    names: Mapping[int, str]
    timezone: str
    today: date


def listed_in(subject: dict[str, Any]) -> tuple[tuple[int, date], ...]:
    """The answers for which a list was owed, from its notice: the return and the due day that held."""
    return tuple((int(number), date.fromisoformat(due)) for number, due in subject["returns"])


async def ring_view(
    unit: Unit,
    actor: Actor,
    partnership: Partnership,
    pack: Pack,
    listed: Sequence[tuple[int, date]],
    now: datetime,
) -> RingView | None:
    """The list as it stands now, or None where all of it was answered or given more time. Raises NotAllowed."""
    require(actor, "enter_on_behalf")
    today = today_in(pack, now)
    late = [
        one
        for one in await outstanding(unit, partnership, pack)
        if (one.return_id, one.due_on) in listed and one.late(today)
    ]
    if not late:
        return None
    known = await known_of(unit, partnership, pack, late, today)
    by_place: dict[tuple[int | None, int | None], list[Outstanding]] = {}
    for one in late:
        by_place.setdefault((one.seat_id, one.person_id), []).append(one)
    order = {one.seat_id: (at, one.label) for at, one in enumerate(await seat_names(unit, partnership, pack))}
    last = len(order)
    found = [
        (
            order.get(seat_id or 0, (last, known.names.get(person_id or 0, NO_NAME))),
            tuple(_item(known, one) for one in some),
        )
        for (seat_id, person_id), some in by_place.items()
    ]
    found.sort(key=lambda pair: pair[0])
    return RingView(partnership.id, tuple(RingPlace(name, items) for (_, name), items in found))


async def known_of(unit: Unit, partnership: Partnership, pack: Pack, late: Sequence[Outstanding], today: date) -> Known:
    """Everything that is known of those who owe these answers."""
    places = await places_today(unit, partnership, pack, today)
    people = {person_id for one in late for person_id in places.people(one)}
    rows = await chasers_with_notices(unit, partnership.id, [one.return_id for one in late])
    return Known(
        places=places, asked=await asked_when(unit, partnership, pack, late), sent=_sent(rows),
        away=await away_on(unit, partnership.id, today), names=await names(unit, partnership.id, people),
        timezone=pack.timezone, today=today,
    )  # fmt: skip


def _sent(rows: Sequence[tuple[Chaser, Notice | None]]) -> dict[tuple[int, int], list[Notice]]:
    """The messages that reached each person about each return."""
    found: dict[tuple[int, int], list[Notice]] = {}
    for row, notice in rows:
        if row.step != RING and notice is not None and notice.state == "delivered":
            found.setdefault((row.return_id, row.person_id), []).append(notice)
    return found


def _item(known: Known, one: Outstanding) -> RingItem:
    people = tuple(
        RingPerson(known.names.get(person_id, NO_NAME), tried_with(known, one, person_id))
        for person_id in known.places.people(one)
    )
    due = f"Due {day_words(one.due_on)}, {due_words(one.due_on, known.today)}"
    return RingItem(one.request_id, one.loop_id, one.title, due, people)


def tried_with(known: Known, one: Outstanding, person_id: int) -> str:
    """What has been tried with one person, in words."""
    asked = known.asked.get((one.request_id, person_id))
    if asked is None or asked.on is None:
        tried = f"Not reached. {asked.why_not if asked else NO_CARD}"
    else:
        tried = f"The request arrived on {day_words(asked.on)}"
        sent = known.sent.get((one.return_id, person_id), [])
        if sent:
            last = max(local_day(notice.settled_at or notice.owed_at, known.timezone) for notice in sent)
            many = f"{count_words(len(sent))} reminder{'' if len(sent) == 1 else 's'}"
            tried += f", and {many} since, the last on {day_words(last)}"
        tried += "."
    if person_id in known.away:
        tried += f" Away until {day_words(known.away[person_id])}."
    return tried
