"""What the support officer sees of one issued request, and what members are told when it changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from assurance.actors import Actor
from assurance.calendar import local_day
from assurance.learning_fields import LearningFields
from assurance.open_items import LoopNow, open_items
from assurance.pack import Pack
from assurance.permissions import require
from assurance.person_names import UNNAMED, names, starting
from assurance.refusals import NotFound, OutOfDate
from assurance.standing import PENDING, How
from storage.asks import loops_of_request, request
from storage.learning import learning_fields, learning_versions
from storage.partnerships import Partnership, seats
from storage.returns import returns_of_request
from storage.texts import texts
from storage.unit import Unit


@dataclass(frozen=True)
class ManagedSide:
    """One addressee as the officer sees it: how it stands, and why it was not reached where it was not."""

    loop_id: int
    seat_id: int | None
    name: str
    short: str
    how: How
    why_not: str
    due_on: date
    extended_to: date | None

    @property
    def pending(self) -> bool:
        """Whether an answer is still to come."""
        return self.how in PENDING


@dataclass(frozen=True)
class ManagedItem:
    """One issued request for its officer. `addable` are seats that are not asked, by number and name."""

    partnership_id: int
    request_id: int
    to: int
    title: str
    kind: str
    due_on: date
    meeting_on: date | None
    issued_on: date
    today: date
    sides: tuple[ManagedSide, ...]
    addable: tuple[tuple[int, str], ...]
    learning_id: int | None
    wording: int
    fields: LearningFields
    corrected_on: date | None
    full_request: bool
    """Whether this is urgent learning whose full request can follow (scenario 36)."""

    @property
    def asked(self) -> tuple[ManagedSide, ...]:
        """Those who are asked, and not only told."""
        return tuple(one for one in self.sides if one.how != "information")


async def managed_item(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, request_id: int, now: datetime
) -> ManagedItem:
    """One issued request as its officer sees it. Raises NotAllowed, NotFound, or OutOfDate once withdrawn."""
    require(actor, "manage_request")
    found = await request(unit, partnership.id, request_id)
    if found is None:
        raise NotFound("I cannot find that request.")
    everything = await open_items(unit, actor, partnership, pack, now)
    item = next((one for one in everything.items if one.request_id == request_id), None)
    if found.state != "open" or item is None:
        raise OutOfDate("This request has been withdrawn or has ended, so there is nothing more to change.")
    rows = await seats(unit, partnership.id)
    called = {one.id: (one.name, one.short) for one in rows}
    people = await names(unit, partnership.id, [one.person_id for one in item.loops if one.person_id])
    order = {one.id: position for position, one in enumerate(rows)}
    loops = sorted(item.loops, key=lambda one: order.get(one.seat_id or 0, 0))
    sides = tuple(_side(one, called, people) for one in loops)
    asked = {one.seat_id for one in sides if one.how != "information"}
    ended = {one.id for one in rows if one.ends_on is not None and one.ends_on < everything.today}
    number = found.learning_id
    wording = await learning_fields(unit, partnership.id, number) if number else None
    versions = await learning_versions(unit, partnership.id, number) if number else []
    corrected = [one for one in versions if one.meaning_changed]
    return ManagedItem(
        partnership_id=partnership.id, request_id=found.id, to=actor.person_id, title=found.title,
        kind=pack.kind(found.kind).name, due_on=found.due_on, meeting_on=item.meeting_on,
        issued_on=local_day(found.issued_at, pack.timezone), today=everything.today, sides=sides,
        addable=tuple(
            (one.id, one.name)
            for one in rows
            if one.id not in asked and one.id not in ended and (one.returns or one.one_off)
        ),
        learning_id=number, wording=wording[0].number if wording else 0,
        fields=LearningFields.from_json(wording[1] if wording else {}),
        corrected_on=local_day(corrected[-1].at, pack.timezone) if corrected else None,
        full_request=pack.kind(found.kind).urgent_of is not None,
    )  # fmt: skip


def _side(loop: LoopNow, called: dict[int, tuple[str, str]], people: dict[int, str]) -> ManagedSide:
    name, short = called.get(loop.seat_id or 0, ("", ""))
    if loop.person_id is not None:
        name = short = starting(people.get(loop.person_id, UNNAMED))
    return ManagedSide(
        loop_id=loop.loop_id, seat_id=loop.seat_id, name=name, short=short, how=loop.how, why_not=loop.why_not,
        due_on=loop.due_on, extended_to=loop.extended_to,
    )  # fmt: skip


@dataclass(frozen=True)
class Ended:
    """A request that no longer asks somebody, as that person may see it: withdrawn, or no longer theirs."""

    title: str
    withdrawn: bool
    reason: str
    seats: tuple[str, ...]
    answered: bool


async def ended_view(
    unit: Unit, actor: Actor, partnership: Partnership, request_id: int, loop_id: int | None = None
) -> Ended | None:
    """How a request ended for this person, or None where it still asks them, or never did.

    With a loop's number it is about that one addressee, whatever else the person is asked.
    """
    found = await request(unit, partnership.id, request_id)
    if found is None:
        return None
    own = [
        one
        for one in await loops_of_request(unit, partnership.id, found.id)
        if one.person_id == actor.person_id or (one.seat_id is not None and one.seat_id in actor.seats)
    ]
    gone = [one for one in own if one.state == "withdrawn" and loop_id in (None, one.id)]
    if found.state != "cancelled" and (not gone or (loop_id is None and len(gone) < len(own))):
        return None
    ended = own if found.state == "cancelled" else gone
    called = {one.id: one.short for one in await seats(unit, partnership.id)}
    reason = await texts(unit, partnership.id, [found.reason_text_id])
    numbers = {one.id for one in ended}
    rows = await returns_of_request(unit, partnership.id, found.id)
    return Ended(
        title=found.title,
        withdrawn=found.state == "cancelled",
        reason=reason.get(found.reason_text_id or 0, ""),
        seats=tuple(called[one.seat_id] for one in ended if one.seat_id in called),
        answered=any(one.loop_id in numbers and one.version_number for one in rows),
    )


WATCHED = ("title", "key_messages", "description", "findings", "audiences", "agreed_by", "links")


def changed_fields(before: LearningFields, after: LearningFields) -> tuple[str, ...]:
    """Which of the fields that members read differ between two wordings."""
    return tuple(name for name in WATCHED if getattr(before, name) != getattr(after, name))
