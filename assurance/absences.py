"""Being away: a person is not reminded meanwhile, and the support officer knows (framework 2, B13)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from assurance.actors import Actor
from assurance.issuing import today_in
from assurance.pack import Pack
from assurance.permissions import require
from assurance.refusals import Mistakes, NotFound
from storage.chasers import Absence, absence, absences_of
from storage.log import append_log
from storage.partnerships import Partnership
from storage.partnerships import partnership as partnership_numbered
from storage.people import person
from storage.unit import Unit

LONGEST = timedelta(days=366)


async def go_away(
    unit: Unit,
    actor: Actor,
    partnership: Partnership,
    pack: Pack,
    person_id: int,
    first: date | None,
    last: date | None,
    now: datetime,
) -> Absence:
    """Note that a person is away from `first` (today, unless given) to the end of `last`.

    A person says it of themselves, an officer of anybody. Days that share a day with an absence that is noted
    already take its place; the same days again change nothing. Raises NotAllowed, NotFound or Mistakes
    ("first", "last").
    """
    if person_id != actor.person_id:
        require(actor, "set_absences")
    await partnership_numbered(unit, partnership.id, lock=True)
    if await person(unit, partnership.id, person_id) is None:
        raise NotFound("I cannot find that person any more.")
    today = today_in(pack, now)
    begins, ends = check_days(first, last, today)
    earlier = await absences_of(unit, partnership.id, person_id, today)
    crossed = [one for one in earlier if one.first <= ends and one.last >= begins]
    kept = next(iter(crossed), None)
    before = [kept.first.isoformat(), kept.last.isoformat()] if kept else None
    if kept is not None and kept.first < today:
        begins = kept.first  # what has begun stays begun
    if kept is not None and len(crossed) == 1 and (kept.first, kept.last) == (begins, ends):
        return kept
    for one in crossed[1:]:
        one.last = one.first - timedelta(days=1)
    kept = kept or Absence(partnership_id=partnership.id, person_id=person_id, first=begins, last=ends, at=now)
    kept.first, kept.last, kept.set_by, kept.at = begins, ends, actor.person_id, now
    await unit.save(kept)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="away", subject=f"person:{person_id}",
        refs={"absence": kept.id, "from": begins.isoformat(), "until": ends.isoformat(), "before": before},
    )  # fmt: skip
    return kept


def check_days(first: date | None, last: date | None, today: date) -> tuple[date, date]:
    """The days of an absence or a deputy, today where no first day is given: a pure rule. Raises Mistakes."""
    begins = first or today
    wrong: dict[str, str] = {}
    if begins < today:
        wrong["first"] = "Please choose today or a day to come."
    elif begins - today > LONGEST:
        wrong["first"] = "Please choose a day within a year."
    if last is None:
        wrong["last"] = "Please choose the last day."
    elif last < today:
        wrong["last"] = "Please choose today or a day to come."
    elif last < begins:
        wrong["last"] = "The last day is before the first day."
    elif last - begins > LONGEST:
        wrong["last"] = "Please choose a day within a year."
    if wrong or last is None:
        raise Mistakes(wrong)
    return begins, last


async def come_back(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, absence_id: int, now: datetime
) -> Absence:
    """End an absence: yesterday was its last day, and one still to come does not begin. Ended: it stays as it is.

    Raises NotAllowed or NotFound.
    """
    await partnership_numbered(unit, partnership.id, lock=True)
    found = await absence(unit, partnership.id, absence_id)
    if found is None:
        raise NotFound("I cannot find that absence any more.")
    if found.person_id != actor.person_id:
        require(actor, "set_absences")
    today = today_in(pack, now)
    if found.last < today or found.last < found.first:
        return found
    before = found.last
    found.last = (today if found.first < today else found.first) - timedelta(days=1)
    unit.add(found)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="back", subject=f"person:{found.person_id}",
        refs={"absence": found.id, "until": found.last.isoformat(), "before": before.isoformat()},
    )  # fmt: skip
    return found
