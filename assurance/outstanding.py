"""Every answer that is still owed in one partnership, and who it is that owes it: what the clock and its cards need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assurance.calendar import WorkingDays, local_day
from assurance.issuing import working_days
from assurance.pack import Kind, Pack
from storage.asks import Loop, Meeting, Request
from storage.chasers import returns_awaited
from storage.notices import Notice
from storage.partnerships import Partnership, seats
from storage.people import holdings_on
from storage.returns import AgencyReturn
from storage.standings import reach_of_requests
from storage.unit import Unit

TO_COME = frozenset({"scheduled", "held"})
"""States of a meeting at which an answer can be tabled."""
NOT_THE_REQUEST = (":press:", ":behalf:")
"""Parts of the keys of cards that show a request again, and are not the asking of it."""


@dataclass(frozen=True)
class Outstanding:
    """One answer that an agency or a person owes. `due_on` is the day that holds, an extension included."""

    return_id: int
    loop_id: int
    request_id: int
    round_id: int
    seat_id: int | None
    person_id: int | None
    kind: Kind
    title: str
    due_on: date
    extended: bool
    meeting_on: date | None
    rated: bool
    """Whether levels are asked for."""

    def late(self, today: date) -> bool:
        """Whether the day that holds has passed."""
        return today > self.due_on

    def waits(self, today: date) -> bool:
        """Whether more time was agreed and is not over: it is neither late nor asked for."""
        return self.extended and not self.late(today)


@dataclass(frozen=True)
class Places:
    """Who sits where today, and on which days each seat is at work."""

    on_seat: Mapping[int, tuple[int, ...]]
    working: Mapping[int, WorkingDays]
    everywhere: WorkingDays

    def people(self, one: Outstanding) -> tuple[int, ...]:
        """The people who may answer."""
        return (one.person_id,) if one.person_id is not None else self.on_seat.get(one.seat_id or 0, ())

    def days(self, one: Outstanding) -> WorkingDays:
        """The working days of whoever is asked, the seat's own closures left out."""
        return self.at(one.seat_id)

    def at(self, seat_id: int | None) -> WorkingDays:
        """The working days of a seat; those of the partnership for anybody else."""
        return self.working.get(seat_id or 0, self.everywhere)


@dataclass(frozen=True)
class Asked:
    """What became of one person's cards of one request: the day on which it arrived, or why none did."""

    on: date | None
    why_not: str = ""


async def outstanding(unit: Unit, partnership: Partnership, pack: Pack) -> list[Outstanding]:
    """Every answer that is still owed to the open requests of a partnership, oldest request first."""
    return [_outstanding(pack, *one) for one in await returns_awaited(unit, partnership.id)]


def _outstanding(pack: Pack, row: AgencyReturn, loop: Loop, request: Request, meeting: Meeting | None) -> Outstanding:
    return Outstanding(
        return_id=row.id, loop_id=loop.id, request_id=request.id, round_id=row.round_id, seat_id=loop.seat_id,
        person_id=loop.person_id, kind=pack.kind(request.kind), title=request.title,
        due_on=loop.extended_to or row.due_on, extended=loop.extended_to is not None,
        meeting_on=meeting.on if meeting is not None and meeting.state in TO_COME else None,
        rated=bool(row.dimensions),
    )  # fmt: skip


async def places_today(unit: Unit, partnership: Partnership, pack: Pack, today: date) -> Places:
    """Who sits where on a day, with each seat's own closures."""
    on_seat: dict[int, list[int]] = {}
    for held in await holdings_on(unit, partnership.id, today):
        if held.seat_id is not None and held.person_id not in on_seat.setdefault(held.seat_id, []):
            on_seat[held.seat_id].append(held.person_id)
    everywhere = working_days(pack)
    closed = {one.key: one.closures for one in pack.seats if one.closures}
    return Places(
        on_seat={seat_id: tuple(people) for seat_id, people in on_seat.items()},
        working={
            row.id: everywhere.also_closed(closed[row.slug])
            for row in await seats(unit, partnership.id)
            if row.slug in closed
        },
        everywhere=everywhere,
    )


async def asked_when(
    unit: Unit, partnership: Partnership, pack: Pack, owed: Iterable[Outstanding]
) -> dict[tuple[int, int], Asked]:
    """When each person was asked in each of these requests, by request and person; no row where no card was owed."""
    cards: dict[tuple[int, int], list[Notice]] = {}
    for card in await reach_of_requests(unit, partnership.id, {one.request_id for one in owed}):
        if card.person_id is not None:
            cards.setdefault((int(card.about.partition(":")[2]), card.person_id), []).append(card)
    return {key: asked_by(some, pack.timezone) for key, some in cards.items()}


def asked_by(cards: Sequence[Notice], tz: str) -> Asked:
    """When one person was asked, from all their cards of one request, oldest first: a pure rule.

    It is the day of the newest one that asked something, since a card may ask anew, as for impact. While that is on
    its way nobody counts as asked, nor does anybody whom none has reached.
    """
    asking = [one for one in cards if not any(part in one.key for part in NOT_THE_REQUEST)] or list(cards)
    if asking[-1].state in ("owed", "sending"):
        return Asked(None, "The card has not gone out yet.")
    if not any(one.state == "delivered" for one in cards):
        why = next((one.reason for one in reversed(cards) if one.reason), "")
        return Asked(None, why or "Teams did not confirm that the card arrived.")
    sent = [one for one in asking if one.state != "skipped"] or asking
    return Asked(max(local_day(one.settled_at or one.owed_at, tz) for one in sent))


def asked_on(known: Mapping[tuple[int, int], Asked], one: Outstanding, person_id: int) -> date | None:
    """The day on which this person was asked, as far as a card of it has arrived."""
    found = known.get((one.request_id, person_id))
    return found.on if found is not None else None
