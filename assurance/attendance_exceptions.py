"""Who was not at meetings, for the chair's exception report (E4, scenario 23): agencies, never people (I1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from assurance.affiliations import Affiliations, affiliations
from assurance.attendance import APOLOGIES, HERE, SUBSTITUTE
from assurance.closing import HELD
from assurance.pack import Pack
from assurance.seats_over_time import called_on
from storage.asks import meetings_until
from storage.decisions import Attendance, attendance_at
from storage.partnerships import Partnership
from storage.unit import Unit

Exceptional = Literal["substitute", "apologies", "absent", "vacant"]
WORDS: dict[Exceptional, str] = {
    "substitute": "A substitute of the same agency came.",
    "apologies": "Apologies were sent.",
    "absent": "Nobody came, and nothing was said.",
    "vacant": "Vacant: nobody is on this seat.",
}


@dataclass(frozen=True)
class AttendanceException:
    """One seat at one meeting at which its own member was not. A substitute counts as attendance, and stays here."""

    meeting_id: int
    on: date
    seat_id: int
    name: str
    how: Exceptional

    @property
    def attended(self) -> bool:
        """Whether the agency was there all the same."""
        return self.how == "substitute"

    @property
    def words(self) -> str:
        """What a report says of it."""
        return WORDS[self.how]


async def attendance_exceptions(
    unit: Unit, partnership: Partnership, pack: Pack, since: date, until: date
) -> list[AttendanceException]:
    """Every absence at the meetings held in these days, both included; meeting by meeting, in the pack's order.

    A meeting at which nobody was noted is left out: that says nothing. Ask before who may read it.
    """
    found = []
    for held in reversed(await meetings_until(unit, partnership.id, pack.groups[0].key, until)):
        rows = await attendance_at(unit, partnership.id, held.id)
        if held.on < since or held.state != HELD or not any(one.how in HERE for one in rows):
            continue
        known = await affiliations(unit, partnership, pack, held.on)
        called = await called_on(unit, partnership.id, held.on)
        found += [
            AttendanceException(held.id, held.on, seat_id, called[seat_id].name, how)
            for seat_id, how in exceptions(known, rows, held.on).items()
        ]
    return found


def exceptions(known: Affiliations, rows: Iterable[Attendance], on: date) -> dict[int, Exceptional]:
    """The seats whose own member was not there, each with what the record says instead: a pure rule.

    Where several sit for one seat, one of them is enough.
    """
    noted: dict[int, set[str]] = {}
    for row in rows:
        if row.seat_id is not None:
            noted.setdefault(row.seat_id, set()).add(row.how)
    own = {seat_id for one in known.people.values() for seat_id in one.seat_ids if seat_id not in one.stands_in}
    found: dict[int, Exceptional] = {}
    for seat in known.seats.values():
        there = (seat.starts_on is None or seat.starts_on <= on) and (seat.ends_on is None or seat.ends_on > on)
        said = noted.get(seat.id, set())
        if not there or seat.one_off or "present" in said:
            continue
        if SUBSTITUTE in said:
            found[seat.id] = "substitute"
        elif seat.id not in own:
            found[seat.id] = "vacant"
        else:
            found[seat.id] = "apologies" if APOLOGIES in said else "absent"
    return found
