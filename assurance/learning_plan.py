"""From a draft of new learning to what will be issued: who may be asked, by when, and what is still wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import orjson

from assurance.dates import too_far
from assurance.issuing import Addressee, NewRequest, today_in, working_days
from assurance.learning_fields import LearningFields
from assurance.learning_rules import (
    TITLE_LENGTH,
    WHY,
    mistakes_in_learning,
    read_date,
    read_links,
    read_plan,
)
from assurance.pack import Kind, Pack
from assurance.refusals import Mistakes
from assurance.timing import OWN_DAY, Due, MeetingDay, by_clock, on_own_day, ways
from storage.asks import meetings_from
from storage.partnerships import Organisation, Partnership, Seat, organisations, seats
from storage.people import holders_of_role, people
from storage.unit import Unit

NEW = "new"
"""The keys of one-off agencies that have no seat yet: new1, new2 and so on."""


@dataclass(frozen=True)
class OneOff:
    """An agency that is asked this time only."""

    name: str
    short: str
    organisation: str = ""


@dataclass(frozen=True)
class Body:
    """A draft as it is kept. `values` are the inputs as they were typed; `sure` marks texts vouched for (I2).

    `revision` grows with each saving; `about` names an existing item; `issued` the request that came of it.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    one_offs: tuple[OneOff, ...] = ()
    sure: tuple[str, ...] = ()
    step: int = 1
    revision: int = 0
    about: int | None = None
    issued: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The draft as plain values."""
        return {
            "values": dict(self.values), "sure": list(self.sure), "step": self.step,
            "one_offs": [[one.name, one.short, one.organisation] for one in self.one_offs],
            "revision": self.revision, "about": self.about, "issued": self.issued,
        }  # fmt: skip

    @classmethod
    def from_json(cls, held: Mapping[str, Any]) -> Body:
        """A draft from what `to_json` gave."""
        return cls(
            values=dict(held.get("values") or {}), sure=tuple(held.get("sure") or ()),
            one_offs=tuple(OneOff(*one) for one in held.get("one_offs") or ()),
            step=int(held.get("step") or 1), revision=int(held.get("revision") or 0),
            about=held.get("about"), issued=held.get("issued"),
        )  # fmt: skip


@dataclass(frozen=True)
class SeatOption:
    """An agency that may be chosen: its key in the form, its names, and whether it is asked as a rule."""

    key: str
    name: str
    short: str
    returns: bool


@dataclass(frozen=True)
class KindOption:
    """A kind of request that may be issued. `due` is set where it has a clock of its own."""

    kind: Kind
    due: Due | None
    role_holders: tuple[int, ...] = ()


@dataclass(frozen=True)
class Options:
    """Everything that an officer may choose from on the second step, as of one day."""

    today: date
    seats: tuple[SeatOption, ...]
    kinds: tuple[KindOption, ...]
    ways: tuple[Due, ...]
    meetings: tuple[MeetingDay, ...]
    people: tuple[tuple[str, str], ...] = ()

    def kind(self, key: str) -> KindOption | None:
        """The kind of this key; the first one where none was chosen yet."""
        if not key:
            return self.kinds[0]
        return next((one for one in self.kinds if one.kind.key == key), None)


@dataclass(frozen=True)
class Planned:
    """What a draft comes to: how it is asked, by when. `digest` changes with whatever people would see."""

    body: Body
    kind: KindOption
    due: Due
    digest: str


class StepMistakes(Mistakes):
    """What still has to be mended before issuing, and on which step."""

    def __init__(self, step: int, fields: Mapping[str, str]) -> None:
        super().__init__(fields)
        self.step = step


async def options(unit: Unit, partnership: Partnership, pack: Pack, body: Body, now: datetime) -> Options:
    """What may be chosen today, one-off agencies of this draft included."""
    today, working = today_in(pack, now), working_days(pack)
    rows = await seats(unit, partnership.id)
    choices = [
        SeatOption(str(one.id), one.name, one.short, one.returns and not one.one_off)
        for one in rows
        if (one.ends_on is None or one.ends_on >= today) and one.group_key == pack.groups[0].key
    ]
    choices += [SeatOption(f"{NEW}{n}", one.name, one.short, True) for n, one in enumerate(body.one_offs, 1)]
    held = await meetings_from(unit, partnership.id, pack.groups[0].key, today)
    coming = tuple(MeetingDay(one.id, one.on) for one in held if one.opens_round)
    kinds = []
    for kind in pack.kinds:
        holders: list[int] = []
        if kind.asked.who == "role" and kind.asked.role:
            role = pack.role(kind.asked.role).kind
            holders = await holders_of_role(unit, partnership.id, [role], today)
        kinds.append(KindOption(kind, by_clock(kind.clock, pack, working, today), tuple(holders)))
    named: tuple[tuple[str, str], ...] = ()
    if any(kind.asked.who == "people" for kind in pack.kinds):
        everybody = await people(unit, partnership.id)
        named = tuple((str(one.id), name.name) for one, name in everybody if name.name)
    return Options(today, tuple(choices), tuple(kinds), ways(pack, working, today, coming), coming, named)


def with_defaults(values: Mapping[str, str], offered: Options) -> dict[str, str]:
    """The usual choices where the officer has made none: every returning seat, the coming meeting."""
    filled = dict(values)
    filled.setdefault("kind", offered.kinds[0].kind.key)
    filled.setdefault("asked", ",".join(one.key for one in offered.seats if one.returns))
    if not filled.get("timing") and len(offered.ways) == 1:
        filled["timing"] = offered.ways[0].way
    return filled


def picked(values: Mapping[str, str], name: str) -> list[str]:
    """The keys that were chosen in an input that takes several."""
    return [key for key in (one.strip() for one in values.get(name, "").split(",")) if key]


def mistakes_in_request(values: Mapping[str, str], offered: Options, pack: Pack) -> dict[str, str]:
    """What keeps the second step from being issued, by input name."""
    wrong: dict[str, str] = {}
    kind = offered.kind(values.get("kind", ""))
    if kind is None:
        return {"kind": "Please choose one of those shown."}
    who = kind.kind.asked.who
    if who == "seats":
        wrong |= _mistakes_in_seats(values, offered)
    elif who == "role" and not kind.role_holders:
        wrong["kind"] = "Nobody holds the role that this is put to. Type people to give it to somebody first."
    elif who == "people":
        chosen = set(picked(values, "people"))
        if not chosen or not chosen <= {key for key, _ in offered.people}:
            wrong["people"] = "Please choose whom to ask."
    if isinstance(found := due_of(values, kind, offered, pack), dict):
        wrong |= found
    return wrong


def _mistakes_in_seats(values: Mapping[str, str], offered: Options) -> dict[str, str]:
    known = {one.key: one.short for one in offered.seats}
    asked, informed = picked(values, "asked"), picked(values, "informed")
    if not asked:
        return {"asked": "Please choose at least one agency to ask."}
    if not {*asked, *informed} <= known.keys():
        return {"asked": "One of these agencies has left in the meantime. Please choose again."}
    both = [known[key] for key in asked if key in informed]
    if both:
        return {"informed": f"{', '.join(both)} would be asked anyway. Please take it off one of the two lists."}
    return {}


def due_of(values: Mapping[str, str], kind: KindOption, offered: Options, pack: Pack) -> Due | dict[str, str]:
    """When answers are due by what was chosen, or a sentence for the input that has to be mended."""
    way, own = values.get("timing", ""), read_date(values.get("own_day", ""))
    if way == OWN_DAY:
        if own is None:
            return {"own_day": "Please give the day, with day, month and year."}
        if own <= offered.today:
            return {"own_day": "Please give a day after today, so that nobody is late from the start."}
        if far := too_far(own, offered.today):
            return {"own_day": far}
        return on_own_day(own, pack, working_days(pack), offered.today, offered.meetings)
    if kind.due is not None:
        return kind.due
    if values.get("own_day"):
        return {"own_day": "You gave another day as well. Please choose “Another day” above, or clear this."}
    chosen = next((one for one in offered.ways if one.way == way), None)
    if chosen is None:
        return {"timing": "Please choose when answers are due."}
    return chosen


def planned(body: Body, offered: Options, pack: Pack) -> Planned:
    """What a draft comes to today. Raises StepMistakes where it cannot be issued yet."""
    if wrong := mistakes_in_learning(body.values, pack, offered.today):
        raise StepMistakes(1, wrong)
    values = with_defaults(body.values, offered)
    if wrong := mistakes_in_request(values, offered, pack):
        raise StepMistakes(2, wrong)
    kind = offered.kind(values["kind"])
    assert kind is not None
    due = due_of(values, kind, offered, pack)
    assert isinstance(due, Due)
    said = [dict(body.to_json(), values=values, step=0, revision=0, sure=[]), str(due), kind.role_holders]
    digest = sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()[:20]
    body = Body(values, body.one_offs, body.sure, body.step, body.revision, body.about, body.issued)
    return Planned(body, kind, due, digest)


def fields_of(values: Mapping[str, str], pack: Pack) -> LearningFields:
    """The learning item that was typed. Call after `mistakes_in_learning` found none."""
    words = {
        name: values.get(name, "")
        for name in (
            "activity_type", "originator", "description", "findings", "key_messages", "audiences",
            "agreed_by", "priority", "handling",
        )
    }  # fmt: skip
    body: dict[str, Any] = {**words, "title": values.get("title", "")[:TITLE_LENGTH]}
    body["agreed_on"], body["embargo_on"] = values.get("agreed_on"), values.get("embargo_on")
    links, _ = read_links(values.get("links", ""))
    body["links"] = [{"title": one.title, "url": one.url} for one in links]
    return LearningFields.from_json(body | {"plan": [vars(one) for one in read_plan(values, pack)]})


def addressed(plan: Planned, seat_ids: Mapping[str, int]) -> tuple[Addressee, ...]:
    """Whom a plan addresses; `seat_ids` gives the seats of its one-off agencies, or leaves them out."""
    kind, values = plan.kind.kind, plan.body.values
    if kind.asked.who == "role":
        return tuple(Addressee(person_id=number) for number in plan.kind.role_holders)
    if kind.asked.who == "people":
        return tuple(Addressee(person_id=int(key)) for key in picked(values, "people"))
    found = []
    for name in ("asked", "informed"):
        for key in picked(values, name):
            seat_id = seat_ids.get(key) if key.startswith(NEW) else int(key)
            if seat_id is not None:
                found.append(Addressee(seat_id=seat_id, asked=name == "asked", why=values.get(WHY + key, "")))
    return tuple(found)


async def give_seats(
    unit: Unit, partnership: Partnership, pack: Pack, draft_id: int, one_offs: Sequence[OneOff], today: date
) -> dict[str, int]:
    """A seat for each one-off agency, with nobody on it yet; gives the seats by the keys of the form."""
    known = {one.name.casefold(): one for one in await organisations(unit, partnership.id)}
    found = {}
    for n, one in enumerate(one_offs, 1):
        name = one.organisation or one.name
        body = known.get(name.casefold())
        if body is None:
            slug = f"one-off-{draft_id}-{n}"
            body = await unit.save(Organisation(partnership_id=partnership.id, slug=slug, name=name))
            known[name.casefold()] = body
        seat = await unit.save(
            Seat(
                partnership_id=partnership.id, group_key=pack.groups[0].key, slug=f"one-off-{draft_id}-{n}",
                name=one.name, short=one.short, sector="other", organisation_id=body.id, one_off=True,
                position=1000 + n, starts_on=today,
            )
        )  # fmt: skip
        found[f"{NEW}{n}"] = seat.id
    return found


def new_request(plan: Planned, pack: Pack, seat_ids: Mapping[str, int]) -> NewRequest:
    """The plan as issuing takes it."""
    fields = fields_of(plan.body.values, pack)
    return NewRequest(
        kind=plan.kind.kind.key, title=fields.title, addressees=addressed(plan, seat_ids),
        timing=plan.due.timing(), context=plan.body.values.get("context", ""),
        learning=None if plan.body.about else fields.to_json(), about=plan.body.about,
    )  # fmt: skip
