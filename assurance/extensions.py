"""Extensions: an agency is given more time for what it owes, and is neither late nor chased until then."""

from __future__ import annotations

from datetime import date, datetime

from assurance.actors import Actor
from assurance.dates import day_words, too_far
from assurance.issuing import people_of, today_in
from assurance.pack import Pack
from assurance.permissions import require
from assurance.refusals import Mistakes, NotFound, OutOfDate
from assurance.telling import tell
from storage.asks import Loop, Request, loop, request
from storage.log import append_log
from storage.partnerships import Partnership
from storage.returns import AgencyReturn, returns_of_loop
from storage.unit import Unit


async def grant_extension(
    unit: Unit,
    actor: Actor,
    partnership: Partnership,
    pack: Pack,
    loop_id: int,
    until: date,
    now: datetime,
) -> Loop:
    """Give one addressee until the end of `until` for what it owes; its people are told once (scenario 32).

    Granting the same day again changes nothing. The agency's due day is now `until`, so it is not late before
    then, and it stands in every list of open answers as extended.
    Raises NotAllowed, NotFound, OutOfDate where nothing is awaited from it, and Mistakes for a day that does
    not help.
    """
    require(actor, "manage_request")
    given = await loop(unit, partnership.id, loop_id)
    asked = await request(unit, partnership.id, given.request_id, lock=True) if given else None
    if given is None or asked is None:
        raise NotFound("I cannot find that request, so I have not changed anything.")
    if given.extended_to == until:
        return given
    owed = await _awaited(unit, asked, given)
    check_day(until, given.extended_to or owed.due_on, today_in(pack, now))
    before, given.extended_to = given.extended_to, until
    people = await people_of(unit, given, today_in(pack, now))
    subject = {"request": asked.id, "loop": given.id, "until": until.isoformat()}
    cause = f"{given.id}:{owed.id}:{until.isoformat()}"
    await tell(unit, partnership, pack, asked, people, "told_extended", cause, subject, now)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="extended", subject=f"loop:{given.id}",
        refs={
            "request": asked.id, "return": owed.id, "from": (before or owed.due_on).isoformat(),
            "until": until.isoformat(),
        },
    )  # fmt: skip
    return given


def check_day(until: date, due_on: date, today: date) -> None:
    """An extension ends after today and after the day that holds now, not years off: a pure rule. Raises Mistakes."""
    if until <= today:
        raise Mistakes({"until": "Please choose a day after today."})
    if until <= due_on:
        due = day_words(due_on)
        raise Mistakes({"until": f"The answer is due on {due} already. Please choose a later day."})
    if far := too_far(until, today):
        raise Mistakes({"until": far})


async def _awaited(unit: Unit, asked: Request, given: Loop) -> AgencyReturn:
    """The return that the addressee still owes."""
    rows = await returns_of_loop(unit, asked.partnership_id, given.id)
    if asked.state != "open" or not given.open or not rows:
        raise OutOfDate("This agency is not being asked at the moment, so there is nothing to extend.")
    if rows[-1].state != "awaited":
        raise OutOfDate("This agency has answered already, so there is nothing to extend.")
    return rows[-1]
