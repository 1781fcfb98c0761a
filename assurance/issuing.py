"""Issuing: a kind is asked of its addressees, about a learning item or about nothing (B1, B2, B7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import orjson

from assurance.actors import Actor
from assurance.calendar import WorkingDays, due_day, impact_due, impact_opens, local_day
from assurance.owing import owe
from assurance.pack import Kind, Pack
from assurance.packing import keep_form, pack_of, shown_form
from assurance.permissions import require
from assurance.refusals import Mistakes, OutOfDate
from storage.asks import Loop, LoopDimension, Request, Round, meeting, next_request_number, round_of_meeting
from storage.learning import Learning, LearningVersion, next_learning_number
from storage.log import append_log
from storage.notices import Notice
from storage.partnerships import FormVersion, Partnership
from storage.people import holders_of_seat
from storage.returns import AgencyReturn
from storage.texts import text_of
from storage.unit import Unit

Tabled = Literal["papers", "short_notice", "verbal"]


@dataclass(frozen=True)
class Addressee:
    """Who is asked, a seat or a person; or only told, where `asked` is false (framework 4.27)."""

    seat_id: int | None = None
    person_id: int | None = None
    asked: bool = True
    why: str = ""


@dataclass(frozen=True)
class Timing:
    """When answers are due, at which meeting they are tabled, and how (scenario 29)."""

    due_on: date
    meeting_id: int | None = None
    tabled: Tabled = "papers"


@dataclass(frozen=True)
class NewRequest:
    """Everything that issuing needs. `learning` holds the fields of a new item; `about` names one that exists."""

    kind: str
    title: str
    addressees: tuple[Addressee, ...]
    timing: Timing
    context: str = ""
    learning: Mapping[str, Any] | None = None
    about: int | None = None


def working_days(pack: Pack) -> WorkingDays:
    """The working days of a partnership: its public holidays and its own closures left out."""
    return WorkingDays(pack.holidays.country, pack.holidays.subdivision, pack.closures)


def today_in(pack: Pack, now: datetime) -> date:
    """The day that it is in the partnership's zone."""
    return local_day(now, pack.timezone)


async def issue(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, new: NewRequest, now: datetime
) -> Request:
    """Issue a request: a loop and an awaited return per addressee, a notice per person and one for the channel.

    Raises NotAllowed for anybody but an officer, and Mistakes where there is nobody to ask or the due day has gone.
    """
    require(actor, "issue")
    today = today_in(pack, now)
    if not new.addressees:
        raise Mistakes({"addressees": "Please choose at least one agency to ask or to inform."})
    if new.timing.due_on <= today:
        raise Mistakes({"due_on": "Please choose a due day after today, so that nobody is late from the start."})
    learning_id, wording = new.about, None
    if new.learning is not None:
        learning_id, wording = await _keep_learning(unit, actor, pack, new, now)
    collection = await find_round(unit, partnership.id, pack.groups[0].key, new.timing, today, pack)
    form = await keep_form(unit, partnership.id, pack, pack.kind(new.kind).form)
    context = await unit.save(text_of(partnership.id, new.context)) if new.context else None
    request = await unit.save(
        Request(
            partnership_id=partnership.id, group_key=pack.groups[0].key,
            number=await next_request_number(unit, partnership.id), kind=new.kind,
            form_key=pack.kind(new.kind).form, title=new.title, learning_id=learning_id,
            context_text_id=context.id if context else None, tabled=new.timing.tabled, round_id=collection.id,
            due_on=new.timing.due_on, issued_at=now, issued_by=actor.person_id,
        )
    )  # fmt: skip
    for addressee in new.addressees:
        await ask(unit, partnership, pack, request, form, addressee, now)
    await owe_channel_card(unit, partnership, request, now)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="issued", subject=f"request:{request.id}",
        refs={
            "learning": learning_id, "form": form.id, "asked": sum(one.asked for one in new.addressees),
            "context": context.sha256 if context else None,
        },
        after=wording,
    )  # fmt: skip
    return request


async def _keep_learning(unit: Unit, actor: Actor, pack: Pack, new: NewRequest, now: datetime) -> tuple[int, str]:
    """The new item's number, and the hash of its first wording."""
    learning = await unit.save(
        Learning(
            partnership_id=actor.partnership_id, group_key=pack.groups[0].key,
            number=await next_learning_number(unit, actor.partnership_id), title=new.title, created_at=now,
        )
    )  # fmt: skip
    body = await unit.save(
        text_of(actor.partnership_id, orjson.dumps(dict(new.learning or {}), option=orjson.OPT_SORT_KEYS).decode())
    )
    await unit.save(
        LearningVersion(
            partnership_id=actor.partnership_id, learning_id=learning.id, number=1, text_id=body.id,
            by_person_id=actor.person_id, at=now,
        )
    )  # fmt: skip
    return learning.id, body.sha256


async def find_round(
    unit: Unit, partnership_id: int, group_key: str, timing: Timing, today: date, pack: Pack | None = None
) -> Round:
    """The round that a request's answers belong to: its meeting's, or one of its own where there is no meeting.

    A meeting's round is due on the pack's day, whatever day this request has of its own, where the pack is given.
    The meeting stays as it is until the unit ends. Raises OutOfDate where it is not to come any more.
    """
    due_on = timing.due_on
    if timing.meeting_id is not None:
        held = await meeting(unit, partnership_id, timing.meeting_id, lock=True)
        if held is None or held.state != "scheduled":
            raise OutOfDate("That meeting was taken out or cancelled in the meantime. Please look at the dates again.")
        existing = await round_of_meeting(unit, partnership_id, timing.meeting_id)
        if existing is not None:
            return existing
        if pack is not None:
            due_on = due_day(held.on, pack.rounds.due_wd_before_meeting, working_days(pack))
    return await unit.save(
        Round(
            partnership_id=partnership_id, group_key=group_key, meeting_id=timing.meeting_id, opens_on=today,
            due_on=due_on,
        )
    )  # fmt: skip


async def ask(
    unit: Unit,
    partnership: Partnership,
    pack: Pack,
    request: Request,
    form: FormVersion,
    addressee: Addressee,
    now: datetime,
    due_on: date | None = None,
) -> Loop:
    """Put an open request to one addressee, and owe the card to everybody who sits there.

    `due_on` is the addressee's own due day, where it joins later than the others; else the request's holds.
    """
    why = await unit.save(text_of(partnership.id, addressee.why)) if addressee.why else None
    loop = await unit.save(
        Loop(
            partnership_id=partnership.id, request_id=request.id, seat_id=addressee.seat_id,
            person_id=addressee.person_id, asked=addressee.asked, why_text_id=why.id if why else None,
            state="requested" if addressee.asked else "information", open=addressee.asked,
        )
    )  # fmt: skip
    if addressee.asked:
        await await_return(unit, pack, request, form, loop, due_on or request.due_on, now)
    for person_id in await people_of(unit, loop, today_in(pack, now)):
        await owe_request_card(unit, partnership, pack, request, person_id, now)
    return loop


async def await_return(
    unit: Unit, pack: Pack, request: Request, form: FormVersion, loop: Loop, due_on: date, now: datetime
) -> None:
    """Open the loop's dimensions and its first return, due by the end of a day."""
    due = await _open_dimensions(unit, pack, request, loop, due_on, now)
    await unit.save(
        AgencyReturn(
            partnership_id=loop.partnership_id, loop_id=loop.id, request_id=request.id, round_id=request.round_id,
            seat_id=loop.seat_id, person_id=loop.person_id, form_version_id=form.id, dimensions=due,
            due_on=due_on,
        )
    )  # fmt: skip


async def _open_dimensions(
    unit: Unit, pack: Pack, request: Request, loop: Loop, round_due: date, now: datetime
) -> list[str]:
    """Note each dimension of the kind's form on the loop: due in this round, or waiting for its months (4.5)."""
    kind: Kind = pack.kind(request.kind)
    today, due = today_in(pack, now), []
    for dimension in shown_form(pack, kind.form).dimensions:
        opens, due_on = today, round_due
        if not dimension.first_round:
            opens = impact_opens(today, dimension.months_wait)
            due_on = impact_due(opens, working_days(pack), dimension.due_days)
        else:
            due.append(dimension.key)
        unit.add(
            LoopDimension(
                partnership_id=loop.partnership_id, loop_id=loop.id, dimension=dimension.key, opens_on=opens,
                due_on=due_on, state="due" if dimension.first_round else "waiting",
            )
        )  # fmt: skip
    await unit.flush()
    return due


async def people_of(unit: Unit, loop: Loop, day: date) -> list[int]:
    """The people whom a loop addresses on a day: those on its seat, or the one person who was asked."""
    if loop.person_id is not None:
        return [loop.person_id]
    assert loop.seat_id is not None
    return await holders_of_seat(unit, loop.partnership_id, loop.seat_id, day)


def start_of(partnership: Partnership, pack: Pack, now: datetime) -> datetime:
    """The earliest moment at which members may be sent anything: now, or the morning of the start date."""
    if partnership.starts_on is None or partnership.starts_on < today_in(pack, now):
        return now
    hour, minute = (int(part) for part in pack.send_hours.first.split(":"))
    start = datetime(*partnership.starts_on.timetuple()[:3], tzinfo=ZoneInfo(pack.timezone))
    return max(now, start + timedelta(hours=hour, minutes=minute))


async def owe_request_card(
    unit: Unit,
    partnership: Partnership,
    pack: Pack,
    request: Request,
    person_id: int,
    now: datetime,
    *,
    cause: str = "",
) -> Notice:
    """Owe one person their card for a request: one card, however many seats they hold (scenario 30).

    A `cause` owes a new one, because something new is asked in it, such as impact.
    """
    own = f"request:{request.id}:{person_id}"
    return await owe(
        unit,
        partnership.id,
        f"{own}:{cause}" if cause else own,
        "request",
        now=now,
        subject={"request": request.id},
        about=f"request:{request.id}",
        person_id=person_id,
        not_before=start_of(partnership, pack, now),
        shape="form",
    )


async def owe_channel_card(unit: Unit, partnership: Partnership, request: Request, now: datetime) -> None:
    """Owe the group's channel its one card for a request to its seats (scenario 27), not before the start date.

    What is asked of people who hold no seat is no business of the channel.
    """
    pack = await pack_of(unit, partnership)
    asked_of = {one.key: one.asked.who for one in pack.kinds}.get(request.kind, "seats")
    if partnership.channel_id is not None and asked_of == "seats":
        await owe(
            unit,
            partnership.id,
            f"channel:{request.id}",
            "channel",
            now=now,
            subject={"request": request.id},
            about=f"request:{request.id}",
            channel_id=partnership.channel_id,
            not_before=start_of(partnership, pack, now),
        )
