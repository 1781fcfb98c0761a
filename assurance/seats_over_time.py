"""What a seat was called, and whose it was, on a day: history keeps the name of its time (E7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from storage.partnerships import Seat, seats
from storage.seat_changes import SeatName, former_names
from storage.unit import Unit


@dataclass(frozen=True)
class Called:
    """A seat's names, and the number of its organisation, on some day."""

    name: str
    short: str
    organisation_id: int


def called_then(seat: Seat, former: Iterable[SeatName], day: date) -> Called:
    """What a seat was called on a day, from its earlier names (any order): a pure rule."""
    earlier = sorted((one for one in former if one.seat_id == seat.id and one.until >= day), key=_age)
    if not earlier:
        return Called(seat.name, seat.short, seat.organisation_id)
    return Called(earlier[0].name, earlier[0].short, earlier[0].organisation_id)


def _age(one: SeatName) -> tuple[date, int]:
    return one.until, one.id


async def called_on(unit: Unit, partnership_id: int, day: date) -> dict[int, Called]:
    """What every seat of a partnership was called on a day, by the seat's number."""
    former = await former_names(unit, partnership_id)
    return {one.id: called_then(one, former, day) for one in await seats(unit, partnership_id)}


def names_before(former: Iterable[SeatName]) -> Mapping[int, tuple[str, ...]]:
    """Every earlier name and short name of each seat: people go on asking by them."""
    found: dict[int, list[str]] = {}
    for one in former:
        found.setdefault(one.seat_id, []).extend((one.short, one.name))
    return {seat_id: tuple(dict.fromkeys(names)) for seat_id, names in found.items()}


async def keep_name(unit: Unit, seat: Seat, from_on: date) -> None:
    """Keep what a seat is called now as what it was called until the day before; a second change that day adds none."""
    until = from_on - timedelta(days=1)
    if any(one.seat_id == seat.id and one.until == until for one in await former_names(unit, seat.partnership_id)):
        return
    unit.add(
        SeatName(
            partnership_id=seat.partnership_id, seat_id=seat.id, name=seat.name, short=seat.short,
            organisation_id=seat.organisation_id, until=until,
        )
    )  # fmt: skip
    await unit.flush()
