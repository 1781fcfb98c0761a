"""What did not close is asked again for the next meeting, with the earlier answer beside it (row 11 of 1b, B8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from assurance.calendar import Way, WorkingDays, notice_rule
from assurance.issuing import Timing, find_round, owe_channel_card, people_of, start_of, today_in, working_days
from assurance.lifecycles import allows, moved
from assurance.managed import refresh_channel
from assurance.owing import owe
from assurance.pack import Pack
from assurance.pack_in_use import asks_for
from assurance.packing import keep_form
from storage.asks import Loop, LoopDimension, Request, Round, meetings_from
from storage.endings import dimensions_to_ask_again
from storage.log import append_log
from storage.partnerships import FormVersion, Partnership
from storage.partnerships import partnership as partnership_numbered
from storage.returns import AgencyReturn, returns_of_loop
from storage.unit import Unit

AGAIN = "again"
"""What marks a request's card that asks for an update: it is not sent where the update has come by then."""


@dataclass(frozen=True)
class NextTime:
    """For which meeting an update is asked, by when, and on which day the card goes out."""

    meeting_id: int
    due_on: date
    card_on: date


def next_time(pack: Pack, working: WorkingDays, today: date, meetings: Sequence[tuple[date, int]]) -> NextTime | None:
    """When an update is due: as the pack says before the next meeting, or at short notice for it. A pure rule.

    `meetings` are those to come, soonest first, with their numbers. The card goes out with the notice that the pack
    promises; the outcome, which comes before it, already names the day.
    """
    for day, number in meetings:
        rule = notice_rule(
            today, day, None, working, due_wd_before_meeting=pack.rounds.due_wd_before_meeting,
            min_answer_wd=pack.rounds.min_answer_wd, papers_wd=pack.meetings.papers_wd,
        )  # fmt: skip
        short = next((one.due_day for one in rule.choices if one.way == Way.SHORT_NOTICE), None)
        if (due_on := rule.due_day or short) is not None:
            return NextTime(number, due_on, max(today, working.add(due_on, -pack.rounds.min_answer_wd)))
    return None


async def open_follow_ups(unit: Unit, partnership: Partnership, pack: Pack, now: datetime) -> int:
    """Ask again what did not close, as soon as the next meeting is known; gives how many agencies are asked.

    A step of the beat, and part of what follows a meeting; what is open already is left as it is.
    """
    today = today_in(pack, now)
    await partnership_numbered(unit, partnership.id, lock=True)
    by_loop: dict[int, list[tuple[LoopDimension, Loop, Request]]] = {}
    for one, loop, asked in await dimensions_to_ask_again(unit, partnership.id):
        if asks_for(pack, asked.form_key, one.dimension):
            by_loop.setdefault(loop.id, []).append((one, loop, asked))
    if not by_loop:
        return 0
    ahead = await meetings_from(unit, partnership.id, pack.groups[0].key, today, lock=True)
    coming = [(one.on, one.id) for one in ahead if one.opens_round and one.on > today]
    when = next_time(pack, working_days(pack), today, coming)
    if when is None:
        return 0
    for rows in by_loop.values():
        await ask_again(unit, partnership, pack, [one for one, _, _ in rows], rows[0][1:], when, now)
    for asked in {rows[0][2].id: rows[0][2] for rows in by_loop.values()}.values():
        await owe_channel_card(unit, partnership, asked, now)
        await refresh_channel(unit, partnership, asked, f"again:{when.meeting_id}", now)
    return len(by_loop)


async def ask_again(
    unit: Unit,
    partnership: Partnership,
    pack: Pack,
    dimensions: Sequence[LoopDimension],
    whose: tuple[Loop, Request],
    when: NextTime,
    now: datetime,
) -> None:
    """Open these dimensions of one loop in a meeting's round, and owe its people a card on the day it is time."""
    loop, asked = whose
    today = today_in(pack, now)
    collection = await find_round(unit, partnership.id, asked.group_key, Timing(when.due_on, when.meeting_id), today)
    form = await keep_form(unit, partnership.id, pack, asked.form_key)
    await _in_round(unit, loop, asked, collection, form, [one.dimension for one in dimensions], when.due_on)
    for one in dimensions:
        one.state, one.opens_on, one.due_on = "due", today, when.due_on
    loop.extended_to = None
    if allows(loop.state, "opened"):
        loop.state = moved(loop.state, "opened").state
    for person_id in await people_of(unit, loop, today):
        await _owe_card(unit, partnership, pack, asked, person_id, collection, when, now)
    await append_log(
        unit, partnership.id, at=now, person_id=None, by="clock", what="asked again", subject=f"loop:{loop.id}",
        refs={"dimensions": [one.dimension for one in dimensions], "round": collection.id},
    )  # fmt: skip


async def _in_round(
    unit: Unit, loop: Loop, asked: Request, its_round: Round, form: FormVersion, keys: Sequence[str], due_on: date
) -> None:
    """The loop's return in the round gets these dimensions as well, or a new return does."""
    earlier = await returns_of_loop(unit, loop.partnership_id, loop.id)
    current = next((one for one in earlier if one.round_id == its_round.id), None)
    if current is not None:
        current.dimensions = list(dict.fromkeys([*current.dimensions, *keys]))
        current.state, current.due_on, current.form_version_id = "awaited", max(due_on, current.due_on), form.id
        current.outcome = None
        return
    await unit.save(
        AgencyReturn(
            partnership_id=loop.partnership_id, loop_id=loop.id, request_id=asked.id, round_id=its_round.id,
            seat_id=loop.seat_id, person_id=loop.person_id, form_version_id=form.id, due_on=due_on,
            dimensions=list(keys), first=not earlier,
        )
    )  # fmt: skip


async def _owe_card(
    unit: Unit, partnership: Partnership, pack: Pack, asked: Request, person_id: int, its_round: Round,
    when: NextTime, now: datetime,
) -> None:  # fmt: skip
    hour, minute = (int(part) for part in pack.send_hours.first.split(":"))
    morning = datetime.combine(when.card_on, time(hour, minute), tzinfo=ZoneInfo(pack.timezone))
    owed = await owe(
        unit, partnership.id, f"request:{asked.id}:{person_id}:again:{its_round.id}", "request", now=now,
        subject={"request": asked.id, AGAIN: True}, about=f"request:{asked.id}", person_id=person_id,
        not_before=max(start_of(partnership, pack, now), morning), shape="form",
    )  # fmt: skip
    owed.keeps_hours = True
