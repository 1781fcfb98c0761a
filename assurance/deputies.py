"""Deputies: somebody of the same agency stands in on a seat for a time, and is asked what it is asked (E3, E7).

A deputy answers and attends for the agency while nominated, and nothing else (framework 2, "Substitute").
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from assurance.absences import check_days
from assurance.actors import Actor
from assurance.colleagues import colleagues_of, known
from assurance.issuing import start_of, today_in
from assurance.owing import owe
from assurance.pack import Pack
from assurance.permissions import OFFICER, may, require
from assurance.refusals import Mistakes, NotAllowed, NotFound, OutOfDate
from assurance.seating import overlaps, owe_what_is_asked
from storage.log import append_log
from storage.partnerships import Partnership, seats
from storage.partnerships import partnership as partnership_numbered
from storage.people import Holding, all_holdings, holders_of_role, holders_of_seat, holding, people
from storage.unit import Unit

TOLD, TOLD_ENDED = "told_deputy", "told_deputy_ended"
CHOOSE_SEAT, CHOOSE_PERSON = "Please choose for whom.", "Please choose a person."
ONLY_OWN = "You can name a deputy for your own agency only. The support officer can do it for others."
AS_DEPUTY = "You are a deputy there yourself. Whoever you stand in for, or the support officer, can name another one."


@dataclass(frozen=True)
class NewDeputy:
    """Who stands in, in which assignments of others (numbers of holdings), from which day to which."""

    places: tuple[int, ...]
    deputy_id: int
    first: date | None
    last: date | None


async def name_deputy(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, new: NewDeputy, now: datetime
) -> list[Holding]:
    """Put a deputy beside somebody on each seat chosen, owe them what it is asked, and tell those concerned once.

    A deputy who is named again for the same person gets the new days. The same again changes nothing.
    Raises NotAllowed, NotFound, OutOfDate, or Mistakes ("places", "deputy", "first", "last").
    """
    await partnership_numbered(unit, partnership.id, lock=True)
    today = today_in(pack, now)
    held = await all_holdings(unit, partnership.id)
    places = [_place(one, held, today) for one in dict.fromkeys(new.places)]
    if not places:
        raise Mistakes({"places": CHOOSE_SEAT})
    for one in places:
        check_who(actor, one)
    begins, ends = check_days(new.first, new.last, today)
    await _check_person(unit, actor, partnership, places, held, new.deputy_id, (begins, ends), today)
    made = [await _put(unit, one, held, new.deputy_id, within(one, begins, ends)) for one in places]
    changed = [one for one, was_so in made if not was_so]
    if changed:
        await _tell(unit, actor, partnership, pack, changed, TOLD, now)
        for one in changed:
            await owe_what_is_asked(
                unit, partnership, pack, one.person_id, f"holding:{one.id}", now, missed_only=False, seat_id=one.seat_id
            )
        await _log(unit, partnership, actor, changed, "deputy named", now)
    return [one for one, _ in made]


def check_who(actor: Actor, place: Holding) -> None:
    """Whether the actor may name a deputy in this place: a pure rule. Raises NotAllowed."""
    if may(actor, "name_deputies"):
        return
    if place.stands_in_for is not None:
        raise NotAllowed(AS_DEPUTY)
    if place.person_id != actor.person_id or place.seat_id is None:
        raise NotAllowed(ONLY_OWN)


def _place(number: int, held: Sequence[Holding], today: date) -> Holding:
    found = next((one for one in held if one.id == number), None)
    if found is None or found.seat_id is None:
        raise NotFound("I cannot find that seat any more.")
    if found.ends_on is not None and found.ends_on < today:
        raise OutOfDate("This person does not sit there any more, so nobody can stand in for them.")
    return found


async def _check_person(
    unit: Unit,
    actor: Actor,
    partnership: Partnership,
    places: Sequence[Holding],
    held: Sequence[Holding],
    deputy_id: int,
    days: tuple[date, date],
    today: date,
) -> None:
    """Raise Mistakes unless this person may stand in at every place: of the same agency, and not there already."""
    rows = await seats(unit, partnership.id)
    shorts = {one.id: one.short for one in rows}
    everybody = await people(unit, partnership.id)
    if deputy_id not in {one.person_id for one in known(everybody)}:
        raise Mistakes({"deputy": CHOOSE_PERSON})
    body_of = {one.id: one.organisation_id for one in rows}
    for place in places:
        assert place.seat_id is not None
        if place.stands_in_for is not None:
            raise Mistakes({"places": "A deputy cannot have a deputy. Please choose whoever is represented."})
        if place.person_id == deputy_id:
            raise Mistakes({"deputy": "Nobody can stand in for themselves. Please choose a colleague."})
        if any(
            one.person_id == deputy_id
            and one.seat_id == place.seat_id
            and one.stands_in_for != place.person_id
            and overlaps(one, *days)
            for one in held
        ):
            raise Mistakes({"deputy": f"This person answers for {shorts[place.seat_id]} already."})
        if not may(actor, "name_deputies"):
            own = colleagues_of(body_of[place.seat_id], rows, held, everybody, today)
            if deputy_id not in {one.person_id for one in own}:
                raise Mistakes({"deputy": "Please choose a colleague of the same agency."})


def within(place: Holding, begins: date, ends: date) -> tuple[date, date]:
    """The days as far as the person who is represented sits there: a pure rule. Raises Mistakes where they do not."""
    begins = max(begins, place.starts_on or begins)
    ends = min(ends, place.ends_on or ends)
    if ends < begins:
        raise Mistakes({"first": "Nobody has to stand in then: whoever is represented does not sit there."})
    return begins, ends


async def _put(
    unit: Unit, place: Holding, held: Iterable[Holding], deputy_id: int, days: tuple[date, date]
) -> tuple[Holding, bool]:
    """The deputy's assignment, and whether it was there with just these days already."""
    begins, ends = days
    same = (deputy_id, place.seat_id, place.person_id)
    for one in held:
        if (one.person_id, one.seat_id, one.stands_in_for) == same and overlaps(one, begins, ends):
            if (one.starts_on, one.ends_on) == (begins, ends):
                return one, True
            one.starts_on, one.ends_on = _moved(one, begins), ends
            unit.add(one)
            return one, False
    made = Holding(
        partnership_id=place.partnership_id, person_id=deputy_id, seat_id=place.seat_id, starts_on=begins,
        ends_on=ends, stands_in_for=place.person_id,
    )  # fmt: skip
    return await unit.save(made), False


def _moved(one: Holding, begins: date) -> date:
    """The first day of an assignment that gets new days: what has begun stays begun."""
    return min(one.starts_on, begins) if one.starts_on is not None else begins


async def end_deputy(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, holding_id: int, now: datetime
) -> Holding:
    """End a deputy's time: yesterday was the last day, and one to come does not begin. Ended: it stays as it is.

    Raises NotAllowed or NotFound.
    """
    await partnership_numbered(unit, partnership.id, lock=True)
    found = await holding(unit, partnership.id, holding_id)
    if found is None or found.stands_in_for is None:
        raise NotFound("I cannot find that deputy any more.")
    if found.stands_in_for != actor.person_id:
        require(actor, "name_deputies")
    today = today_in(pack, now)
    if found.ends_on is not None and (found.ends_on < today or over_before_it_began(found)):
        return found
    begun = found.starts_on is None or found.starts_on < today
    found.ends_on = (today if begun or found.starts_on is None else found.starts_on) - timedelta(days=1)
    unit.add(found)
    await _tell(unit, actor, partnership, pack, [found], TOLD_ENDED, now)
    await _log(unit, partnership, actor, [found], "deputy ended", now)
    return found


def over_before_it_began(one: Holding) -> bool:
    """Whether an assignment was taken back before its first day."""
    return one.starts_on is not None and one.ends_on is not None and one.ends_on < one.starts_on


async def _tell(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, made: Sequence[Holding], kind: str, now: datetime
) -> None:
    """One line to each person concerned but the one who did it, before what the seat is asked comes."""
    today = today_in(pack, now)
    concerned = [one.person_id for one in made]
    concerned += [one.stands_in_for for one in made if one.stands_in_for is not None]
    concerned += await holders_of_role(unit, partnership.id, [OFFICER], today)
    if kind == TOLD:
        for one in made:
            if one.seat_id is not None:
                concerned += await holders_of_seat(unit, partnership.id, one.seat_id, today)
    cause = ":".join(f"{one.id}-{one.starts_on}-{one.ends_on}" for one in made)
    for person_id in dict.fromkeys(concerned):
        if person_id != actor.person_id:
            await owe(
                unit, partnership.id, f"{kind}:{cause}:{person_id}", kind, now=now, person_id=person_id,
                subject={"holdings": [one.id for one in made]}, not_before=start_of(partnership, pack, now),
            )  # fmt: skip


async def _log(
    unit: Unit, partnership: Partnership, actor: Actor, made: Sequence[Holding], what: str, now: datetime
) -> None:
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what=what, subject=f"holding:{made[0].id}",
        refs={
            "person": made[0].person_id,
            "for": [[one.stands_in_for, one.seat_id, str(one.starts_on), str(one.ends_on)] for one in made],
        },
    )  # fmt: skip
