"""Earlier records become records of our own, each labelled as brought in: items, loops, levels, evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import orjson

from assurance.answering import content_hash
from assurance.calendar import SHORT_NOTICE_WD, impact_due, impact_opens
from assurance.issuing import Timing, find_round, working_days
from assurance.learning_fields import LearningFields
from assurance.pack import Dimension, Kind, Pack
from assurance.packing import ShownForm, keep_form, shown_form
from assurance.running_start_plan import StartItem, StartLevel, evidence_question
from storage.asks import Loop, LoopDimension, Request, Round, meetings_from, next_request_number
from storage.learning import Learning, LearningVersion, next_learning_number
from storage.partnerships import FormVersion, Partnership
from storage.returns import AgencyReturn, Answer, Assessment, Version
from storage.texts import text_of
from storage.unit import Unit

ORIGIN = "brought_in"
LABEL = "earlier records"


def noon(day: date, timezone: str) -> datetime:
    """The middle of a day of which only the date is known, in UTC."""
    return datetime.combine(day, time(12), ZoneInfo(timezone)).astimezone(UTC)


async def start_round(unit: Unit, partnership: Partnership, pack: Pack, first: date, starts_on: date) -> Round:
    """The round to which every answer from earlier records belongs: from the first issue to the start date."""
    return await unit.save(
        Round(partnership_id=partnership.id, group_key=pack.groups[0].key, opens_on=first, due_on=starts_on)
    )


async def keep_item(
    unit: Unit,
    partnership: Partnership,
    pack: Pack,
    kind: Kind,
    item: StartItem,
    earlier: Round,
    starts_on: date,
    now: datetime,
) -> Request:
    """Keep one item with its request, and how each agency stands on it. No card is owed to anybody."""
    learning, wording = await _keep_learning(unit, partnership, pack, item)
    form = await keep_form(unit, partnership.id, pack, kind.form)
    context = await unit.save(text_of(partnership.id, item.context)) if item.context else None
    collection = await _coming_round(unit, partnership, pack, max(item.due_on, starts_on), starts_on)
    request = await unit.save(
        Request(
            partnership_id=partnership.id, group_key=pack.groups[0].key,
            number=await next_request_number(unit, partnership.id), kind=kind.key, form_key=kind.form,
            title=item.title, learning_id=learning.id, context_text_id=context.id if context else None,
            round_id=collection.id, due_on=max(item.due_on, starts_on),
            issued_at=noon(item.issued_on, pack.timezone), brought_in=True,
        )
    )  # fmt: skip
    shown = shown_form(pack, kind.form)
    by_seat: dict[int, list[StartLevel]] = {}
    for level in item.levels:
        by_seat.setdefault(level.seat_id, []).append(level)
    for seat_id, levels in by_seat.items():
        loop = await _keep_loop(unit, pack, request, seat_id, levels, shown, item, starts_on)
        if any(one.self_level for one in levels):
            await _keep_return(unit, pack, loop, levels, shown, form, earlier, wording)
    return request


async def _keep_learning(
    unit: Unit, partnership: Partnership, pack: Pack, item: StartItem
) -> tuple[Learning, LearningVersion]:
    at = noon(item.issued_on, pack.timezone)
    learning = await unit.save(
        Learning(
            partnership_id=partnership.id, group_key=pack.groups[0].key, title=item.title, created_at=at,
            number=await next_learning_number(unit, partnership.id), brought_in=True, reference=item.reference,
        )
    )  # fmt: skip
    fields = LearningFields(title=item.title, activity_type=item.activity_type, key_messages=item.key_messages)
    body = await unit.save(
        text_of(partnership.id, orjson.dumps(fields.to_json(), option=orjson.OPT_SORT_KEYS).decode())
    )
    wording = await unit.save(
        LearningVersion(partnership_id=partnership.id, learning_id=learning.id, number=1, text_id=body.id, at=at)
    )
    return learning, wording


async def _coming_round(unit: Unit, partnership: Partnership, pack: Pack, due_on: date, starts_on: date) -> Round:
    """The round in which the item is asked about next: of the first meeting after its due day, if one is known."""
    day_after = due_on + timedelta(days=1)
    meetings = await meetings_from(unit, partnership.id, pack.groups[0].key, day_after, lock=True)
    coming = [one for one in meetings if one.opens_round]
    timing = Timing(due_on, coming[0].id if coming else None)
    return await find_round(unit, partnership.id, pack.groups[0].key, timing, starts_on, pack)


async def _keep_loop(
    unit: Unit,
    pack: Pack,
    request: Request,
    seat_id: int,
    levels: Sequence[StartLevel],
    shown: ShownForm,
    item: StartItem,
    starts_on: date,
) -> Loop:
    known = {one.dimension: one for one in levels}
    dimensions = [_standing(pack, one, known.get(one.key), item, starts_on) for one in shown.dimensions]
    waiting = [one for one in dimensions if one.state == "waiting"]
    ended = any(one.assessed_level in pack.assurance.ending_levels for one in levels)
    loop = await unit.save(
        Loop(
            partnership_id=request.partnership_id, request_id=request.id, seat_id=seat_id,
            state=_state(levels, ended=ended, waiting=bool(waiting)), open=bool(waiting) and not ended,
        )
    )  # fmt: skip
    for one in dimensions:
        one.partnership_id, one.loop_id = loop.partnership_id, loop.id
    unit.add(*dimensions)
    await unit.flush()
    return loop


def _state(levels: Sequence[StartLevel], *, ended: bool, waiting: bool) -> str:
    if ended:
        return "unable"
    if not waiting:
        return "assured"
    if any(one.assessed_level for one in levels):
        return "follow_up"
    return "returned" if any(one.self_level for one in levels) else "requested"


def _standing(
    pack: Pack, dimension: Dimension, level: StartLevel | None, item: StartItem, starts_on: date
) -> LoopDimension:
    """How one dimension stands: closed, or waiting for its day, which is never before the start date.

    It is due on the item's day, or with full notice where that day comes too early to answer by. A dimension of
    which nothing is known opens when it would have: at the start, or its months after issue, and has its own
    weeks then (framework 4.5).
    """
    working = working_days(pack)
    opens_on = starts_on
    if level is not None and level.next_on is not None:
        opens_on = max(level.next_on, starts_on)
    elif level is None and not dimension.first_round:
        opens_on = max(impact_opens(item.issued_on, dimension.months_wait), starts_on)
    due_on = item.due_on
    if working.between(opens_on, due_on) < SHORT_NOTICE_WD or (level is None and not dimension.first_round):
        full = working.add(opens_on, pack.rounds.min_answer_wd)
        due_on = impact_due(opens_on, working, dimension.due_days) if dimension.due_days else full
    return LoopDimension(
        partnership_id=0, loop_id=0, dimension=dimension.key, opens_on=opens_on, due_on=due_on,
        state="closed" if level is not None and level.closed else "waiting",
        self_level=level.self_level if level else None,
        assessed_level=level.assessed_level if level else None,
    )  # fmt: skip


async def _keep_return(
    unit: Unit,
    pack: Pack,
    loop: Loop,
    levels: Sequence[StartLevel],
    shown: ShownForm,
    form: FormVersion,
    earlier: Round,
    wording: LearningVersion,
) -> None:
    """One return per agency and item holds all that it had said, and what the group had assessed."""
    said = [one for one in levels if one.self_level and one.answered_on]
    day = max(one.answered_on for one in said if one.answered_on)
    at = noon(day, pack.timezone)
    row = await unit.save(
        AgencyReturn(
            partnership_id=loop.partnership_id, loop_id=loop.id, request_id=loop.request_id, round_id=earlier.id,
            seat_id=loop.seat_id, form_version_id=form.id, dimensions=[one.dimension for one in said],
            due_on=day, state="returned", version_number=1, returned_at=at, settled_at=at,
        )
    )  # fmt: skip
    values = {one.dimension: one.self_level or "" for one in said}
    written = {evidence_question(shown, one.dimension): one.evidence for one in said if one.evidence}
    version = await unit.save(
        Version(
            partnership_id=loop.partnership_id, return_id=row.id, number=1, form_version_id=form.id,
            learning_version_id=wording.id, by_title=LABEL, origin=ORIGIN, at=at, confirmed=True,
            sha256=content_hash(form.id, 0, values | written),
        )
    )  # fmt: skip
    await _keep_answers(unit, version, values, written)
    await _keep_assessments(unit, row, said, at)


async def _keep_answers(unit: Unit, version: Version, values: Mapping[str, str], written: Mapping[str, str]) -> None:
    texts = {key: text_of(version.partnership_id, text) for key, text in written.items()}
    unit.add(*texts.values())
    await unit.flush()
    for key, value in values.items():
        unit.add(Answer(partnership_id=version.partnership_id, version_id=version.id, question=key, value=value))
    for key, text in texts.items():
        unit.add(Answer(partnership_id=version.partnership_id, version_id=version.id, question=key, text_id=text.id))


async def _keep_assessments(unit: Unit, row: AgencyReturn, said: Sequence[StartLevel], at: datetime) -> None:
    """What the group had assessed; of earlier records only the day of the answer is known."""
    reasons = {one.dimension: text_of(row.partnership_id, one.rationale) for one in said if one.rationale}
    unit.add(*reasons.values())
    await unit.flush()
    for one in said:
        if one.assessed_level:
            reason = reasons.get(one.dimension)
            unit.add(
                Assessment(
                    partnership_id=row.partnership_id, return_id=row.id, dimension=one.dimension,
                    level=one.assessed_level, origin=ORIGIN, at=at, rationale_text_id=reason.id if reason else None,
                )
            )  # fmt: skip
