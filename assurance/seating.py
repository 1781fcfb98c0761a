"""Putting people on seats and into roles, and ending that; nothing is deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from assurance.actors import Actor
from assurance.calendar import local_day
from assurance.handover import owe_handover
from assurance.identifiable import find
from assurance.issuing import owe_request_card, today_in
from assurance.pack import Pack
from assurance.people_view import open_seats, role_titles
from assurance.permissions import OFFICER, require
from assurance.refusals import AskFirst, Mistakes, NotFound
from storage.asks import Request
from storage.log import append_log
from storage.notices import Notice, notice_keyed
from storage.partnerships import Partnership
from storage.partnerships import partnership as partnership_numbered
from storage.people import Holding, all_holdings, holding, person
from storage.personal import is_erased
from storage.returns import returns_of_open_loops
from storage.unit import Unit

LONGEST_TITLE = 120
JUST_BEGUN = timedelta(days=21)
"""Longer than any closure: the clock looks on working mornings."""
CHOOSE_PLACE, CHOOSE_PERSON = "Please choose a seat or a role.", "Please choose a person."


@dataclass(frozen=True)
class Assignment:
    """A person in a place ("seat:4" or "role:chair") from one day to another, both included."""

    place: str
    person_id: int
    title: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


async def assign(
    unit: Unit,
    actor: Actor,
    partnership: Partnership,
    pack: Pack,
    new: Assignment,
    now: datetime,
    *,
    confirmed: bool = False,
) -> tuple[Holding, int]:
    """Put a person on a seat or in a role, and owe them what the seat is being asked; gives how many cards.

    The same assignment again changes nothing. Raises NotAllowed, Mistakes by field (place, person, title,
    starts_on, ends_on), or AskFirst where the title looks as if it identifies somebody.
    """
    require(actor, "manage_people")
    await partnership_numbered(unit, partnership.id, lock=True)
    today = today_in(pack, now)
    if find(new.title) and not confirmed:
        raise AskFirst({"title": find(new.title)})
    seat_id, role = await _place(unit, partnership.id, pack, new.place, today)
    await _check(unit, partnership.id, new, today)
    same = await _held_already(unit, partnership.id, new, seat_id, role)
    if same is not None:
        if _as_asked(same, new):
            return same, 0
        raise Mistakes({"person": "This person is there already. To change the days, end that assignment first."})
    made = await unit.save(
        Holding(
            partnership_id=partnership.id, person_id=new.person_id, seat_id=seat_id, role=role,
            title=new.title, starts_on=new.starts_on, ends_on=new.ends_on,
        )
    )  # fmt: skip
    cards = await owe_what_is_asked(
        unit, partnership, pack, made.person_id, f"holding:{made.id}", now, missed_only=False
    )
    if _holds(made, today):
        await owe_handover(unit, partnership, pack, made, now)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="seated", subject=f"holding:{made.id}",
        refs={
            "person": made.person_id, "seat": seat_id, "role": role,
            "from": new.starts_on.isoformat() if new.starts_on else None,
            "until": new.ends_on.isoformat() if new.ends_on else None,
        },
    )  # fmt: skip
    return made, cards


async def _check(unit: Unit, partnership_id: int, new: Assignment, today: date) -> None:
    """Raise Mistakes for a person who is not there, days that cannot be, or a title that is too long."""
    one = await person(unit, partnership_id, new.person_id)
    wrong = {} if one is not None and not is_erased(one) else {"person": CHOOSE_PERSON}
    wrong |= wrong_days(new.starts_on, new.ends_on, today)
    if len(new.title) > LONGEST_TITLE:
        wrong["title"] = f"Please keep the title under {LONGEST_TITLE} characters."
    if wrong:
        raise Mistakes(wrong)


async def end_assignment(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, holding_id: int, last_day: date, now: datetime
) -> Holding:
    """Set the last day of an assignment. What the person answered stays; the seat's history is untouched.

    Raises NotAllowed, NotFound, or Mistakes (last_day) for a day that cannot be.
    """
    require(actor, "manage_people")
    await partnership_numbered(unit, partnership.id, lock=True)
    held = await holding(unit, partnership.id, holding_id)
    if held is None:
        raise NotFound("I cannot find that assignment any more.")
    if held.ends_on == last_day:
        return held
    today = today_in(pack, now)
    if far := wrong_days(None, last_day, today):
        raise Mistakes({"last_day": far["ends_on"]})
    if last_day < today - timedelta(days=1) and (held.starts_on is None or held.starts_on <= today):
        raise Mistakes({"last_day": "Please choose yesterday, today or a day to come."})
    if held.role == OFFICER and not await _other_officer(unit, held, last_day):
        raise Mistakes({"last_day": "This is the only support officer. Please give the role to somebody else first."})
    before, held.ends_on = held.ends_on, last_day
    unit.add(held)
    await _end_deputies(unit, held, last_day)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="assignment ended",
        subject=f"holding:{held.id}",
        refs={
            "person": held.person_id, "seat": held.seat_id, "role": held.role, "until": last_day.isoformat(),
            "before": before.isoformat() if before else None,
        },
    )  # fmt: skip
    return held


async def _end_deputies(unit: Unit, ended: Holding, last_day: date) -> None:
    """Nobody stands in on a seat for somebody who has left it (framework 2, "while nominated")."""
    for one in await all_holdings(unit, ended.partnership_id):
        stands_in = one.stands_in_for == ended.person_id and one.seat_id == ended.seat_id
        if stands_in and one.id != ended.id and (one.ends_on is None or one.ends_on > last_day):
            one.ends_on = last_day
            unit.add(one)


async def owe_what_is_asked(
    unit: Unit,
    partnership: Partnership,
    pack: Pack,
    person_id: int,
    cause: str,
    now: datetime,
    *,
    missed_only: bool = True,
    sent_before: date | None = None,
    seat_id: int | None = None,
    keeps_hours: bool = False,
) -> int:
    """Owe a person the cards of every request that still awaits an answer from their seats; gives how many.

    A card that is on its way, that arrived (unless it may lack a seat that is new to the person: it was drawn
    `sent_before` the day on which they came to it), or that this cause has already brought, is not owed again.
    `seat_id` leaves out what only their other seats are asked. `keeps_hours`: they go out in the send hours only.
    """
    today, asked = today_in(pack, now), dict[int, Request]()
    on = {
        one.seat_id
        for one in await all_holdings(unit, partnership.id)
        if one.person_id == person_id
        and one.seat_id is not None
        and _holds(one, today)
        and seat_id in (None, one.seat_id)
    }
    if not on:
        return 0
    for row, loop, request in await returns_of_open_loops(unit, partnership.id):
        if loop.seat_id in on and row.state == "awaited":
            asked[request.id] = request
    owed = 0
    for request in asked.values():
        key = f"request:{request.id}:{person_id}"
        earlier = await notice_keyed(unit, partnership.id, key)
        if earlier is None:
            card = await owe_request_card(unit, partnership, pack, request, person_id, now)
        elif not _missed(earlier, pack, missed_only, sent_before):
            continue
        elif not await notice_keyed(unit, partnership.id, f"{key}:{cause}"):
            card = await owe_request_card(unit, partnership, pack, request, person_id, now, cause=cause)
        else:
            continue
        card.keeps_hours = keeps_hours
        owed += 1
    return owed


def _missed(earlier: Notice, pack: Pack, missed_only: bool, sent_before: date | None) -> bool:
    """Whether a card did not arrive, or arrived when it could not show a seat that is new to the person."""
    if earlier.state in ("refused", "skipped"):
        return True
    if missed_only or earlier.state not in ("delivered", "unsure"):
        return False
    sent_at = earlier.settled_at or earlier.owed_at
    return sent_before is None or local_day(sent_at, pack.timezone) < sent_before


async def welcome_starters(unit: Unit, partnership: Partnership, pack: Pack, now: datetime) -> int:
    """A step of the beat: those whose seat began in the last days get what it is asked; gives how many cards."""
    today, owed = today_in(pack, now), 0
    await partnership_numbered(unit, partnership.id, lock=True)
    every = await all_holdings(unit, partnership.id)
    for one in every:
        if one.seat_id is None or one.starts_on is None or not today - JUST_BEGUN <= one.starts_on <= today:
            continue
        before = one.starts_on - timedelta(days=1)
        went_on = any(
            (held.person_id, held.seat_id) == (one.person_id, one.seat_id) and _holds(held, before) for held in every
        )
        owed += await owe_what_is_asked(
            unit, partnership, pack, one.person_id, f"holding:{one.id}", now, missed_only=went_on,
            sent_before=one.starts_on, seat_id=one.seat_id, keeps_hours=True,
        )  # fmt: skip
        if not went_on:
            await owe_handover(unit, partnership, pack, one, now)
    return owed


def wrong_days(starts_on: date | None, ends_on: date | None, today: date) -> dict[str, str]:
    """What is wrong with the days of an assignment, by field."""
    wrong = {}
    for name, day in (("starts_on", starts_on), ("ends_on", ends_on)):
        if day is not None and not today.year - 30 <= day.year <= today.year + 20:
            wrong[name] = "Please look at the year."
    if not wrong and starts_on and ends_on and ends_on < starts_on:
        wrong["ends_on"] = "The last day is before the first day."
    return wrong


async def _place(unit: Unit, partnership_id: int, pack: Pack, place: str, today: date) -> tuple[int | None, str | None]:
    kind, _, key = place.partition(":")
    if kind == "seat" and any(str(one.id) == key for one in await open_seats(unit, partnership_id, today)):
        return int(key), None
    if kind == "role" and key in role_titles(pack):
        return None, key
    raise Mistakes({"place": CHOOSE_PLACE})


async def _held_already(
    unit: Unit, partnership_id: int, new: Assignment, seat_id: int | None, role: str | None
) -> Holding | None:
    for one in await all_holdings(unit, partnership_id):
        same = one.person_id == new.person_id and one.seat_id == seat_id and one.role == role
        if same and one.stands_in_for is None and overlaps(one, new.starts_on, new.ends_on):
            return one
    return None


def overlaps(held: Holding, starts_on: date | None, ends_on: date | None) -> bool:
    """Whether an assignment shares a day with these days (None: open at that end); one taken back has none."""
    if held.starts_on is not None and held.ends_on is not None and held.ends_on < held.starts_on:
        return False
    begins_in_time = held.starts_on is None or ends_on is None or held.starts_on <= ends_on
    ends_late_enough = held.ends_on is None or starts_on is None or held.ends_on >= starts_on
    return begins_in_time and ends_late_enough


def _as_asked(held: Holding, new: Assignment) -> bool:
    return (held.title, held.starts_on, held.ends_on) == (new.title, new.starts_on, new.ends_on)


def _holds(one: Holding, today: date) -> bool:
    return (one.starts_on is None or one.starts_on <= today) and (one.ends_on is None or one.ends_on >= today)


async def _other_officer(unit: Unit, ending: Holding, last_day: date) -> bool:
    day = last_day + timedelta(days=1)
    held = await all_holdings(unit, ending.partnership_id)
    return any(one.role == OFFICER and one.id != ending.id and _holds(one, day) for one in held)
