"""The due day of an issued request is changed, for everybody who has still to answer."""

from __future__ import annotations

from datetime import date, datetime

from assurance.actors import Actor
from assurance.dates import too_far
from assurance.issuing import people_of, today_in
from assurance.managed import managed_request, refresh_channel
from assurance.pack import Pack
from assurance.refusals import Mistakes
from assurance.telling import tell
from storage.asks import Loop, Request, dimensions_of_loops, loops_of_request
from storage.log import append_log
from storage.partnerships import Partnership
from storage.returns import AgencyReturn, returns_of_request
from storage.unit import Unit


async def change_due_day(
    unit: Unit,
    actor: Actor,
    partnership: Partnership,
    pack: Pack,
    request_id: int,
    due_on: date,
    now: datetime,
) -> Request:
    """Give everybody who has not answered a new due day; they are told once, those who answered are not.

    The round and its meeting stay as they are, since other requests share them. A later extension is kept.
    Raises NotAllowed, NotFound, OutOfDate, and Mistakes for today, a day that has gone, or one years off.
    """
    request = await managed_request(unit, actor, partnership, request_id, "manage_request")
    if due_on <= today_in(pack, now):
        raise Mistakes({"due_on": "Please choose a day after today, so that nobody is late from the start."})
    if far := too_far(due_on, today_in(pack, now)):
        raise Mistakes({"due_on": far})
    awaited = await _awaited(unit, partnership, request)
    if due_on == request.due_on and all(row.due_on == due_on for _, row in awaited):
        return request
    before, request.due_on = request.due_on, due_on
    dimensions = await dimensions_of_loops(unit, partnership.id, [loop.id for loop, _ in awaited])
    people: list[int] = []
    for loop, row in awaited:
        row.due_on = due_on
        for one in dimensions.get(loop.id, {}).values():
            if one.state == "due":
                one.due_on = due_on
        if loop.extended_to is not None and loop.extended_to > due_on:
            continue
        loop.extended_to = None
        people += await people_of(unit, loop, today_in(pack, now))
    cause = f"{request.id}:{due_on.isoformat()}:{now.timestamp()}"
    subject = {"request": request.id, "due_on": due_on.isoformat()}
    await tell(unit, partnership, pack, request, people, "told_due", cause, subject, now)
    await refresh_channel(unit, partnership, request, f"due:{cause}", now)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="due day changed",
        subject=f"request:{request.id}",
        refs={"from": before.isoformat(), "to": due_on.isoformat(), "awaited": len(awaited)},
    )  # fmt: skip
    return request


async def _awaited(unit: Unit, partnership: Partnership, request: Request) -> list[tuple[Loop, AgencyReturn]]:
    """The open loops whose newest return is still awaited, each with that return."""
    newest = {row.loop_id: row for row in await returns_of_request(unit, partnership.id, request.id)}
    return [
        (loop, newest[loop.id])
        for loop in await loops_of_request(unit, partnership.id, request.id)
        if loop.open and loop.id in newest and newest[loop.id].state == "awaited"
    ]
