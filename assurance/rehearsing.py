"""What members will see of a draft: made by issuing it in earnest, and then undoing it all."""

from __future__ import annotations

from datetime import datetime

from assurance.actors import Actor
from assurance.issuing import issue, today_in
from assurance.learning_draft import plan
from assurance.learning_plan import give_seats, new_request
from assurance.packing import pack_of
from assurance.request_view import RequestView, request_view
from storage.asks import Loop, loops_of_request
from storage.base import Conflict
from storage.partnerships import Partnership
from storage.unit import OpenUnit


class _Undo(Exception):
    def __init__(self, seen: RequestView) -> None:
        self.seen = seen


async def rehearse(
    open_unit: OpenUnit, actor: Actor, partnership: Partnership, draft_id: int, seen_by: str, now: datetime
) -> RequestView:
    """What one addressee will see, made by issuing in earnest and then undoing it all: nothing stays.

    `seen_by` is the key of a chosen agency; the first one asked where it names none. Raises StepMistakes.
    """
    try:
        return await _rehearse_once(open_unit, actor, partnership, draft_id, seen_by, now)
    except Conflict:  # something was issued at this very moment
        return await _rehearse_once(open_unit, actor, partnership, draft_id, seen_by, now)


async def _rehearse_once(
    open_unit: OpenUnit, actor: Actor, partnership: Partnership, draft_id: int, seen_by: str, now: datetime
) -> RequestView:
    try:
        async with open_unit() as unit:
            pack = await pack_of(unit, partnership)
            found, _ = await plan(unit, actor, partnership, pack, draft_id, now)
            seat_ids = await give_seats(unit, partnership, pack, draft_id, found.body.one_offs, today_in(pack, now))
            made = await issue(unit, actor, partnership, pack, new_request(found, pack, seat_ids), now)
            wanted = seat_ids.get(seen_by) or (int(seen_by) if seen_by.isdigit() else 0)
            loops = await loops_of_request(unit, partnership.id, made.id)
            shown = next((one for one in loops if one.seat_id == wanted), loops[0])
            who = Actor(partnership.id, shown.person_id or 0, _seats(shown), frozenset())
            raise _Undo(await request_view(unit, who, partnership, pack, made.id, now))
    except _Undo as undone:
        return undone.seen


def _seats(loop: Loop) -> frozenset[int]:
    return frozenset([loop.seat_id] if loop.seat_id is not None else [])
