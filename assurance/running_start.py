"""The running start: members, meetings, open items and latest levels, brought in from earlier records (scenario 34).

Everything is labelled as brought in. Nobody is asked about anything before the start date: what is still open
waits as a dimension with its own opening day, and opens by itself (assurance.opening).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from assurance.actors import Actor
from assurance.dates import too_far
from assurance.issuing import today_in
from assurance.pack import Kind, Pack
from assurance.packing import shown_form
from assurance.people_import import Plan
from assurance.people_list import bring_in_people, plan_people
from assurance.permissions import require
from assurance.place_names import Place
from assurance.refusals import Mistakes, Refusal
from assurance.running_start_plan import Background, StartMeeting, StartPlan, make_start_plan
from assurance.running_start_records import keep_item, start_round
from assurance.running_start_workbook import Workbook
from storage.asks import Meeting, meeting_on
from storage.learning import learning_references
from storage.log import append_log, is_logged
from storage.partnerships import Partnership, seats
from storage.partnerships import partnership as partnership_numbered
from storage.unit import Unit

BROUGHT_IN = "brought in"


@dataclass(frozen=True)
class StartPreview:
    """What a workbook would bring in, or what stands in the way."""

    partnership_id: int
    title: str
    people: Plan
    records: StartPlan
    today: date

    @property
    def mistakes(self) -> tuple[str, ...]:
        """Every bad cell, by sheet and row."""
        named = (re.sub(r"^Row (\d+):", r"Members, row \1:", one) for one in self.people.mistakes)
        return (*(one if one.startswith("Members") else f"Members: {one}" for one in named), *self.records.mistakes)

    @property
    def questions(self) -> tuple[str, ...]:
        """Every cell that may identify somebody."""
        named = (re.sub(r"^Row (\d+):", r"Members, row \1:", one) for one in self.people.questions)
        return (*named, *self.records.questions)


def kind_to_start(pack: Pack) -> Kind:
    """The kind of request as which items are brought in: the one that goes round by round and is rated.

    Raises Refusal where the pack has none.
    """
    for kind in pack.kinds:
        if kind.lifecycle == "loop" and kind.asked.who == "seats" and shown_form(pack, kind.form).dimensions:
            return kind
    raise Refusal("This partnership's pack asks for no levels, so there is nothing to bring in.")


async def preview_start(
    unit: Unit, actor: Actor | None, partnership: Partnership, pack: Pack, book: Workbook, now: datetime
) -> StartPreview:
    """What a workbook would bring in; nothing is stored. Without an actor it is the command line's.

    Raises NotAllowed for anybody but an officer.
    """
    if actor is not None:
        require(actor, "bring_in")
    today = today_in(pack, now)
    table = next((rows for name, rows in book.sheets.items() if name.strip().casefold() == "members"), [])
    written = any(any(row) for row in table[1:])
    people = await plan_people(unit, actor, partnership, pack, table, now) if written else Plan()
    form = shown_form(pack, kind_to_start(pack).form)
    background = Background(
        seats=await _places(unit, partnership, pack, today), dimensions=form.dimensions,
        references=frozenset(await learning_references(unit, partnership.id)), today=today,
    )  # fmt: skip
    records = make_start_plan(book.sheets, book.formulas, pack, background)
    return StartPreview(partnership.id, partnership.title, people, records, today)


async def _places(unit: Unit, partnership: Partnership, pack: Pack, today: date) -> tuple[Place, ...]:
    """The seats that are asked for answers, by every name that people call them."""
    called: dict[str, tuple[str, ...]] = {one.key: one.aliases for one in pack.seats}
    for alias in pack.aliases:
        if alias.seat:
            called[alias.seat] = (*called.get(alias.seat, ()), alias.text)
    return tuple(
        Place("seat", str(one.id), (one.short, one.name, *called.get(one.slug, ())))
        for one in await seats(unit, partnership.id)
        if one.returns and (one.ends_on is None or one.ends_on >= today)
    )


async def bring_in(
    unit: Unit,
    actor: Actor | None,
    partnership: Partnership,
    pack: Pack,
    book: Workbook,
    starts_on: date,
    now: datetime,
    *,
    confirmed: bool = False,
) -> StartPreview:
    """Bring in everything that a workbook holds, or nothing; the same workbook again brings in nothing new.

    `starts_on` is the first day on which anybody is asked about anything; the partnership's own start date is not
    moved once it has passed. `confirmed` is the officer's word
    that marked cells identify nobody.
    Raises NotAllowed, Mistakes for the start date, and Refusal where a cell has a mistake or needs that word.
    """
    await partnership_numbered(unit, partnership.id, lock=True)
    found = await preview_start(unit, actor, partnership, pack, book, now)
    if starts_on < found.today:
        raise Mistakes({"starts_on": "Please choose today or a later day."})
    if far := too_far(starts_on, found.today):
        raise Mistakes({"starts_on": far})
    if found.mistakes:
        raise Refusal("Some cells have mistakes, so nothing was brought in.")
    if found.questions and not confirmed:
        raise Refusal("Please say first that the marked cells identify nobody. Nothing was brought in.")
    if found.people.planned:
        table = next(rows for name, rows in book.sheets.items() if name.strip().casefold() == "members")
        await bring_in_people(unit, actor, partnership, pack, table, now, confirmed=confirmed)
    if partnership.starts_on is None or partnership.starts_on > found.today:
        partnership.starts_on = starts_on
    await _keep_meetings(unit, partnership, pack, found.records.meetings, found.today)
    await _keep_items(unit, partnership, pack, found.records, starts_on, now)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id if actor else None,
        by="person" if actor else "command line", what=BROUGHT_IN,
        subject=f"partnership:{partnership.id}", after=book.sha256,
        refs={
            "starts_on": starts_on.isoformat(), "items": len(found.records.items),
            "levels": found.records.levels, "meetings": len(found.records.meetings),
        },
    )  # fmt: skip
    return found


async def was_brought_in(unit: Unit, partnership_id: int, book: Workbook) -> bool:
    """Whether this very workbook, by its hash, was brought in before."""
    return await is_logged(unit, partnership_id, BROUGHT_IN, after=book.sha256)


async def _keep_meetings(
    unit: Unit, partnership: Partnership, pack: Pack, meetings: tuple[StartMeeting, ...], today: date
) -> None:
    group = pack.groups[0].key
    for one in meetings:
        if await meeting_on(unit, partnership.id, group, one.on) is None:
            unit.add(
                Meeting(
                    partnership_id=partnership.id, group_key=group, on=one.on, extra=one.extra,
                    opens_round=not one.extra or pack.meetings.extra_meetings_open_rounds,
                    state="scheduled" if one.on >= today else "held",
                )
            )  # fmt: skip
    await unit.flush()


async def _keep_items(
    unit: Unit, partnership: Partnership, pack: Pack, records: StartPlan, starts_on: date, now: datetime
) -> None:
    if not records.items:
        return
    first = min(one.issued_on for one in records.items)
    earlier = await start_round(unit, partnership, pack, first, starts_on)
    for item in records.items:
        await keep_item(unit, partnership, pack, kind_to_start(pack), item, earlier, starts_on, now)


__all__ = ["StartPreview", "Workbook", "bring_in", "kind_to_start", "preview_start", "was_brought_in"]
