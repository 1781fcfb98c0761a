"""What one person sees of one request: decided once, here; a card cannot show what this lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from assurance.actors import Actor
from assurance.issuing import today_in
from assurance.lifecycles import ENDINGS
from assurance.pack import Pack
from assurance.packing import ShownForm, stored_form
from assurance.person_names import UNNAMED, former_giver, is_former, names
from assurance.refusals import NotAllowed, NotFound
from assurance.wording import corrected_after
from storage.asks import Loop, LoopDimension, Request, dimensions_of_loops, loops_addressed, request
from storage.drafts import drafts_about
from storage.learning import LearningVersion, learning_fields, learning_versions
from storage.partnerships import Partnership, Seat, form_version, seat
from storage.returns import (
    AgencyReturn,
    Version,
    answers_of_versions,
    newest_said,
    returns_of_loops,
    version,
)
from storage.standings import rounds_with_meetings
from storage.texts import texts
from storage.unit import Unit


@dataclass(frozen=True)
class Said:
    """One version of a return, as its own agency may read it."""

    number: int
    at: datetime
    by: str
    origin: str
    behalf: str
    late: bool
    values: Mapping[str, str]
    form: ShownForm
    version_id: int
    behalf_on: date | None = None
    """The day on which the answer was given, where an officer entered it for the agency."""
    by_id: int | None = None
    wording_id: int | None = None
    corrected_on: date | None = None
    """The day on which the meaning of the learning was corrected after this answer, if it was."""


@dataclass(frozen=True)
class DraftKept:
    """Work in progress on a return, with who saved it and when."""

    values: Mapping[str, str]
    by: str
    at: datetime
    by_id: int | None = None


@dataclass(frozen=True)
class Side:
    """One addressee's side of a request: what is due from them, and what they have said."""

    return_id: int
    loop_id: int
    seat_id: int | None
    seat: str
    short: str
    why: str
    due_on: date
    extended: bool
    state: str
    form: ShownForm
    form_version_id: int
    dimensions: tuple[str, ...]
    first: bool
    base: int
    said: Said | None
    earlier: Said | None
    draft: DraftKept | None
    impact_opens_on: date | None
    impact_due_on: date | None
    later: str = ""
    """The label of what is asked later, on `impact_opens_on`."""
    meeting_on: date | None = None
    """The meeting at which this round's answer is tabled."""
    released: bool = False
    """Whether this round's papers are out, so that the group may read the answers."""
    settled_at: datetime | None = None
    """When what the meeting made of this round's answer took effect."""
    ended: str = ""
    """How the group's asking ended for this addressee: assured, not_relevant, unable or ended; "" where it goes on."""

    @property
    def awaited(self) -> bool:
        """Whether an answer is still to come."""
        return self.state == "awaited" and not self.ended


@dataclass(frozen=True)
class RequestView:
    """A request as one person sees it; `sides` are theirs alone, `informed` the seats that are only told."""

    partnership_id: int
    request_id: int
    kind: str
    title: str
    state: str
    learning: Mapping[str, Any]
    learning_id: int | None
    learning_version: int
    context: str
    due_on: date
    tabled: str
    meeting_on: date | None
    sides: tuple[Side, ...]
    informed: tuple[tuple[str, str], ...]
    pack: Pack
    reason: str = ""
    """Why it was withdrawn, where it was."""
    released: bool = False
    """Whether the papers are out, so that the group may read the answers."""

    removed: bool = False
    """Whether the viewer's agency was taken off the request, so that nothing is asked of it any more."""

    def side(self, return_id: int) -> Side | None:
        """The viewer's own side with this return, if it is theirs."""
        return next((one for one in self.sides if one.return_id == return_id), None)


async def request_view(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, request_id: int, now: datetime
) -> RequestView:
    """A request as this person sees it. Raises NotFound, or NotAllowed for somebody whom it does not address."""
    found = await request(unit, partnership.id, request_id)
    if found is None:
        raise NotFound("I cannot find that request.")
    own = await loops_addressed(unit, partnership.id, found.id, actor.seats, actor.person_id)
    if not own:
        raise NotAllowed("This request is not addressed to your agency, so I cannot show it to you.")
    asked = [one for one in own if one.state != "withdrawn"]
    seen = await _assemble(unit, partnership, pack, found, asked or own)
    return seen if asked else replace(seen, removed=True)


async def _assemble(unit: Unit, partnership: Partnership, pack: Pack, found: Request, loops: list[Loop]) -> RequestView:
    shown = [*(one.why_text_id for one in loops), found.context_text_id, found.reason_text_id]
    why = await texts(unit, partnership.id, shown)
    item = await learning_fields(unit, partnership.id, found.learning_id) if found.learning_id else None
    own = await _own(unit, partnership.id, found, [one for one in loops if one.asked])
    if item is not None and item[0].number > 1:
        versions = await learning_versions(unit, partnership.id, item[0].learning_id)
        own = replace(own, said=_with_corrections(own.said, versions, pack.timezone))
    sides, informed = [], []
    for loop in loops:
        its_seat = await seat(unit, partnership.id, loop.seat_id) if loop.seat_id else None
        reason = why.get(loop.why_text_id, "") if loop.why_text_id else ""
        if not loop.asked:
            informed.append((its_seat.name if its_seat else "you", reason))
        elif loop.id in own.returns:
            sides.append(_side(own, pack, loop, its_seat, reason))
    released, held_on = own.rounds[found.round_id]
    return RequestView(
        partnership_id=partnership.id, request_id=found.id, kind=found.kind, title=found.title,
        state=found.state, learning=item[1] if item else {}, learning_id=found.learning_id,
        learning_version=item[0].number if item else 0,
        context=why.get(found.context_text_id, "") if found.context_text_id else "",
        due_on=found.due_on, tabled=found.tabled, meeting_on=held_on, sides=tuple(sides),
        informed=tuple(informed), pack=pack, reason=why.get(found.reason_text_id or 0, ""), released=released,
    )  # fmt: skip


@dataclass(frozen=True)
class _Own:
    """What the viewer's own loops hold, each kind of it read at once."""

    returns: Mapping[int, list[AgencyReturn]]
    said: Mapping[int, Said]
    forms: Mapping[int, ShownForm]
    dimensions: Mapping[int, Mapping[str, LoopDimension]]
    drafts: Mapping[int, DraftKept]
    rounds: Mapping[int, tuple[bool, date | None]]


async def _own(unit: Unit, partnership_id: int, found: Request, loops: list[Loop]) -> _Own:
    numbers = [one.id for one in loops]
    returns = await returns_of_loops(unit, partnership_id, numbers)
    rows = [row for several in returns.values() for row in several]
    newest = [several[-1] for several in returns.values()]
    rounds = await rounds_with_meetings(unit, partnership_id, {found.round_id, *(one.round_id for one in newest)})
    return _Own(
        returns=returns,
        said=await said_in(unit, partnership_id, [one for one in rows if one.version_number]),
        forms={one.form_version_id: await _form(unit, partnership_id, one.form_version_id) for one in newest},
        dimensions=await dimensions_of_loops(unit, partnership_id, numbers),
        drafts=await _drafts_kept(unit, partnership_id, [one.id for one in newest]),
        rounds={key: (one.released_at is not None, held_on) for key, (one, held_on) in rounds.items()},
    )


def _with_corrections(said: Mapping[int, Said], versions: list[LearningVersion], timezone: str) -> dict[int, Said]:
    """Each answer with the day on which the words to which it was given were corrected since (scenario 33)."""
    return {
        key: replace(one, corrected_on=corrected_after(versions, one.wording_id, timezone)) for key, one in said.items()
    }


async def _form(unit: Unit, partnership_id: int, form_version_id: int) -> ShownForm:
    stored = await form_version(unit, partnership_id, form_version_id)
    assert stored is not None
    return stored_form(stored)


def _side(own: _Own, pack: Pack, loop: Loop, its_seat: Seat | None, why: str) -> Side:
    *before, row = own.returns[loop.id]
    earlier = [own.said[one.id] for one in before if one.id in own.said]
    later = next((one for one in own.dimensions.get(loop.id, {}).values() if one.state == "waiting"), None)
    released, held_on = own.rounds[row.round_id]
    return Side(
        return_id=row.id, loop_id=loop.id, seat_id=loop.seat_id, seat=its_seat.name if its_seat else "you",
        short=its_seat.short if its_seat else "you", why=why, due_on=loop.extended_to or row.due_on,
        extended=loop.extended_to is not None, state=row.state, form=own.forms[row.form_version_id],
        form_version_id=row.form_version_id, dimensions=tuple(row.dimensions or ()), first=row.first,
        base=row.version_number, said=own.said.get(row.id), earlier=earlier[-1] if earlier else None,
        draft=own.drafts.get(row.id), impact_opens_on=later.opens_on if later else None,
        impact_due_on=later.due_on if later else None, later=pack.dimension(later.dimension).label if later else "",
        meeting_on=held_on, released=released, settled_at=row.settled_at,
        ended=loop.state if loop.state in ENDINGS else "",
    )  # fmt: skip


async def _drafts_kept(unit: Unit, partnership_id: int, return_ids: list[int]) -> dict[int, DraftKept]:
    kept = (await drafts_about(unit, partnership_id, "answer", return_ids)).values()
    if not kept:
        return {}
    who = await names(unit, partnership_id, [one.saved_by for one in kept if one.saved_by])
    return {
        one.subject: DraftKept(one.body, who.get(one.saved_by or 0, "a colleague"), one.saved_at, one.saved_by)
        for one in kept
    }


async def said_in(unit: Unit, partnership_id: int, rows: list[AgencyReturn]) -> dict[int, Said]:
    """The newest version of each return that has one, by return. For people who may see them: ask before calling."""
    if not rows:
        return {}
    newest = await newest_said(unit, partnership_id, [one.id for one in rows])
    notes = await texts(unit, partnership_id, [one.behalf_text_id for one, *_ in newest.values()])
    nameless = [one.by_person_id for one, name, _ in newest.values() if one.by_person_id and not name]
    gone = await names(unit, partnership_id, nameless) if nameless else {}
    found = {}
    for return_id, (one, name, values) in newest.items():
        people = {one.by_person_id: name} if one.by_person_id and name else gone
        found[return_id] = await _said(unit, partnership_id, one, values, people, notes)
    return found


async def _said(
    unit: Unit,
    partnership_id: int,
    one: Version,
    values: Mapping[str, str],
    people: Mapping[int, str],
    notes: Mapping[int, str],
) -> Said:
    form = await form_version(unit, partnership_id, one.form_version_id)
    assert form is not None
    return Said(
        number=one.number, at=one.at, by=_giver(one, people.get(one.by_person_id or 0, "")),
        origin=one.origin, behalf=notes.get(one.behalf_text_id or 0, ""), late=one.late, values=values,
        form=stored_form(form), version_id=one.id, behalf_on=one.behalf_on, by_id=one.by_person_id,
        wording_id=one.learning_version_id,
    )  # fmt: skip


def _giver(one: Version, called: str) -> str:
    """Whoever gave an answer: a name, what an erased person is called with their title, or what brought it in."""
    if is_former(called):
        return former_giver(called, one.by_title)
    return called or (one.by_title if one.by_person_id is None else "") or UNNAMED


async def said_as(unit: Unit, partnership_id: int, return_id: int, number: int) -> Said | None:
    """One version of a return by number."""
    one = await version(unit, partnership_id, return_id, number)
    if one is None:
        return None
    values = await answers_of_versions(unit, partnership_id, [one.id])
    people = await names(unit, partnership_id, [one.by_person_id] if one.by_person_id else [])
    notes = await texts(unit, partnership_id, [one.behalf_text_id])
    return await _said(unit, partnership_id, one, values.get(one.id, {}), people, notes)


async def loop_view(unit: Unit, partnership: Partnership, pack: Pack, loop_row: Loop, now: datetime) -> RequestView:
    """One addressee's side of a request, for an officer: ask before calling. Work in progress is left out."""
    found = await request(unit, partnership.id, loop_row.request_id)
    if found is None:
        raise NotFound("I cannot find that request.")
    seen = await _assemble(unit, partnership, pack, found, [loop_row])
    return replace(seen, sides=tuple(replace(one, draft=None) for one in seen.sides))


__all__ = ["DraftKept", "RequestView", "Said", "Side", "loop_view", "request_view", "said_as", "said_in", "today_in"]
