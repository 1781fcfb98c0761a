"""The people of a seat that changes: who goes along, who is told, and who gets what is asked of them now (E7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from assurance.issuing import owe_request_card, people_of, start_of, today_in
from assurance.managed import close_cards, refresh_receipts
from assurance.owing import owe
from assurance.pack import Pack
from assurance.rehoming import Rehomed
from assurance.reorganising_rules import END, Change
from assurance.seating import overlaps, owe_what_is_asked
from storage.asks import Request, loops_of_request
from storage.partnerships import Partnership, Seat
from storage.people import Holding, all_holdings, holders_of_seat
from storage.seat_changes import SeatChange
from storage.unit import Unit


async def take_along(unit: Unit, its: Seat, change: Change, made: Iterable[Seat]) -> None:
    """Those on the seat come to the seats that go on for it, where that was said; where the seat ends, so do they."""
    held = await all_holdings(unit, its.partnership_id)
    sitting = [one for one in held if one.seat_id == its.id and _still(one, change.from_on)]
    into = [change.into] if change.into is not None else [one.id for one in made]
    if change.people and change.kind != END:
        for seat_id in into:
            there = [one for one in held if one.seat_id == seat_id]
            unit.add(*(_along(one, seat_id, change.from_on) for one in sitting if not _on_it(one, there, change)))
    if change.ends_seat:
        for one in sitting:
            one.ends_on = change.from_on - timedelta(days=1)
    await unit.flush()


def _along(one: Holding, seat_id: int, day: date) -> Holding:
    return Holding(
        partnership_id=one.partnership_id, person_id=one.person_id, seat_id=seat_id, title=one.title,
        starts_on=max(day, one.starts_on or day), ends_on=one.ends_on, stands_in_for=one.stands_in_for,
    )  # fmt: skip


def _on_it(one: Holding, there: Iterable[Holding], change: Change) -> bool:
    first = max(change.from_on, one.starts_on or change.from_on)
    return any(other.person_id == one.person_id and overlaps(other, first, one.ends_on) for other in there)


def _still(one: Holding, day: date) -> bool:
    taken_back = one.starts_on is not None and one.ends_on is not None and one.ends_on < one.starts_on
    return not taken_back and (one.ends_on is None or one.ends_on >= day)


async def tell_and_ask(
    unit: Unit,
    partnership: Partnership,
    pack: Pack,
    row: SeatChange,
    done: Rehomed,
    before: Iterable[int],
    concerned: Iterable[int],
    now: datetime,
    by: int | None,
) -> None:
    """One line to everybody of the seats concerned, then the cards of what is asked of them now and was not before.

    The cards of those who are not asked any more become a few lines to read. Whoever made the change is told by the
    answer to their press.
    """
    today, was_there = today_in(pack, now), list(before)
    people = list(was_there)
    for seat_id in concerned:
        people += await holders_of_seat(unit, partnership.id, seat_id, today)
    for person_id in dict.fromkeys(one for one in people if one != by):
        await owe(
            unit, partnership.id, f"told:seat:{row.id}:{person_id}", "told_seat", now=now, subject={"change": row.id},
            person_id=person_id, not_before=start_of(partnership, pack, now),
        )  # fmt: skip
    await _ask(unit, partnership, pack, row, done, was_there, now)
    for asked in done.requests.values():
        still = await _asked_people(unit, asked, today)
        gone = frozenset(one for one in was_there if one not in still)
        await close_cards(unit, partnership, asked, f"seat:{row.id}", now, people=gone)
        await refresh_receipts(unit, partnership, asked, f"seat:{row.id}", now)


async def _ask(
    unit: Unit, partnership: Partnership, pack: Pack, row: SeatChange, done: Rehomed, before: list[int], now: datetime
) -> None:
    """The cards of what is asked of a seat now; somebody who came along gets them under the seat's new name."""
    today = today_in(pack, now)
    for holding in await all_holdings(unit, partnership.id):
        new = holding.seat_id in done.moved_to and holding.person_id in before and holding.starts_on == row.from_on
        if new and holding.seat_id is not None:
            await owe_what_is_asked(
                unit, partnership, pack, holding.person_id, f"holding:{holding.id}", now, missed_only=False,
                seat_id=holding.seat_id,
            )  # fmt: skip
    for seat_id, requests in done.moved_to.items():
        for person_id in await holders_of_seat(unit, partnership.id, seat_id, today):
            if person_id in before:
                continue
            for number in sorted(requests):
                asked = done.requests[number]
                await owe_request_card(unit, partnership, pack, asked, person_id, now, cause=f"seat:{row.id}")


async def _asked_people(unit: Unit, asked: Request, today: date) -> set[int]:
    """Everybody whom a request still asks, or tells, something."""
    loops = await loops_of_request(unit, asked.partnership_id, asked.id)
    found: set[int] = set()
    for loop in loops:
        if loop.open or loop.state == "information":
            found.update(await people_of(unit, loop, today))
    return found
