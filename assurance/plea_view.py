"""What an officer reads of a plea, and the person who made it of its end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from assurance.pack import Pack
from assurance.person_names import UNNAMED, names
from assurance.refusals import NotFound
from storage.contacts import Plea, plea
from storage.partnerships import Partnership, seat
from storage.returns import find_return
from storage.texts import texts
from storage.unit import Unit


@dataclass(frozen=True)
class PleaView:
    """A plea with what it is about. `problem` is what was wrong with the date that an officer chose."""

    partnership_id: int
    plea_id: int
    request_id: int
    kind: str
    state: str
    addressee: str
    title: str
    by: str
    due_on: date
    wanted_on: date | None
    text: str
    settled_at: datetime | None
    timezone: str
    officer: str
    problem: str = ""
    chosen: str = ""
    """The date that an officer chose and that cannot be agreed, as it was typed."""

    def but(self, problem: str, chosen: str) -> PleaView:
        """The same, with what has to be mended."""
        return replace(self, problem=problem, chosen=chosen if problem else "")


async def plea_view(unit: Unit, partnership: Partnership, pack: Pack, plea_id: int) -> PleaView:
    """One plea. Ask before calling who may see it: an officer, or whoever made it. Raises NotFound."""
    one = await plea(unit, partnership.id, plea_id)
    found = await find_return(unit, partnership.id, one.return_id) if one else None
    if one is None or found is None:
        raise NotFound("I cannot find that message any more.")
    row, loop, request, _ = found
    its_seat = await seat(unit, partnership.id, loop.seat_id) if loop.seat_id else None
    who = await names(unit, partnership.id, [one.by_person_id])
    by = who.get(one.by_person_id, UNNAMED)
    said = await texts(unit, partnership.id, [one.text_id])
    return PleaView(
        partnership_id=partnership.id, plea_id=one.id, request_id=request.id, kind=one.kind, state=one.state,
        addressee=its_seat.short if its_seat else by, title=request.title, by=by,
        due_on=loop.extended_to or row.due_on, wanted_on=one.wanted_on, text=said.get(one.text_id or 0, ""),
        settled_at=one.settled_at, timezone=pack.timezone, officer=pack.terms.officer,
    )  # fmt: skip


__all__ = ["Plea", "PleaView", "plea_view"]
