"""Rounds open by themselves: one for each regular meeting, and for an extra one where the officer said so (1b, E1)."""

from __future__ import annotations

from datetime import date, datetime

from assurance.calendar import due_day
from assurance.issuing import today_in, working_days
from assurance.pack import Pack
from storage.asks import Meeting, Round, meeting, meetings_from, round_of_meeting
from storage.log import append_log
from storage.partnerships import Partnership
from storage.partnerships import partnership as partnership_numbered
from storage.unit import Unit


async def open_rounds(
    unit: Unit, partnership: Partnership, pack: Pack, now: datetime, person_id: int | None = None
) -> int:
    """Open the round of the next meeting for which answers are asked, where it is not open yet; gives how many.

    So it is there from the close of the meeting before, or at once for the first meeting that was entered. A beat
    step, and part of every change of the meetings; `person_id` is whoever made that change.
    """
    today = today_in(pack, now)
    coming = await _without_round(unit, partnership, pack, today)
    if coming is None:
        return 0
    await partnership_numbered(unit, partnership.id, lock=True)  # every replica beats: each round opens once
    held = await meeting(unit, partnership.id, coming.id, lock=True)
    if held is None or held.state != "scheduled" or await round_of_meeting(unit, partnership.id, held.id):
        return 0
    await _open(unit, partnership, pack, held, now, person_id)
    return 1


async def _without_round(unit: Unit, partnership: Partnership, pack: Pack, today: date) -> Meeting | None:
    for one in await meetings_from(unit, partnership.id, pack.groups[0].key, today):
        if one.opens_round:
            return one if await round_of_meeting(unit, partnership.id, one.id) is None else None
    return None


async def _open(
    unit: Unit, partnership: Partnership, pack: Pack, held: Meeting, now: datetime, person_id: int | None
) -> None:
    """Open one round. What is to be asked again in it (B8, framework 1b.11) is asked here, once its rows exist."""
    opened = await round_for(unit, partnership.id, pack, held, today_in(pack, now))
    await append_log(
        unit, partnership.id, at=now, person_id=person_id, by="person" if person_id else "clock",
        what="round opened", subject=f"round:{opened.id}",
        refs={"meeting": held.id, "due_on": opened.due_on.isoformat()},
    )  # fmt: skip


async def round_for(unit: Unit, partnership_id: int, pack: Pack, held: Meeting, today: date) -> Round:
    """The round of a meeting, made where it is not there yet, and due by the pack. The meeting is locked already."""
    found = await round_of_meeting(unit, partnership_id, held.id)
    return found or await unit.save(
        Round(
            partnership_id=partnership_id, group_key=held.group_key, meeting_id=held.id, opens_on=today,
            due_on=due_day(held.on, pack.rounds.due_wd_before_meeting, working_days(pack)),
        )
    )  # fmt: skip
