"""What an officer sees while issuing: a step of the form, the preview, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from assurance.actors import Actor
from assurance.full_request import full_to_follow
from assurance.identifiable import Finding
from assurance.issuing import Addressee, today_in
from assurance.learning_draft import AlreadyIssued, Kept, find_draft
from assurance.learning_plan import Body, Options, Planned, addressed, options, with_defaults
from assurance.pack import Pack
from assurance.permissions import require
from assurance.reach import PlaceReach, places_reached
from assurance.refusals import NotFound
from assurance.timing import Due
from storage.asks import collection, loops_of_request, meeting, request
from storage.partnerships import Partnership
from storage.unit import Unit


@dataclass(frozen=True)
class FormView:
    """One step of the form for one officer. `findings` are to be taken out or vouched for (I2)."""

    partnership_id: int
    person_id: int
    draft_id: int
    step: int
    body: Body
    values: Mapping[str, str]
    offered: Options
    pack: Pack
    errors: Mapping[str, str] = field(default_factory=dict)
    findings: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class PreviewView:
    """What would be issued: to whom, by when, who is reached, and whose copy is shown."""

    partnership_id: int
    person_id: int
    draft_id: int
    digest: str
    title: str
    kind: str
    due: Due
    places: tuple[PlaceReach, ...]
    practice: bool
    empty: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]
    seen_by: str
    note: str = ""


@dataclass(frozen=True)
class IssuedView:
    """What was issued, and which agencies it does not reach. `full_next`: a full request is to follow."""

    partnership_id: int
    person_id: int
    request_id: int
    title: str
    due_on: date
    meeting_on: date | None
    tabled: str
    places: tuple[PlaceReach, ...]
    full_next: bool
    starts_on: date | None


def form_view(
    actor: Actor, pack: Pack, kept: Kept, *, step: int | None = None, errors: Mapping[str, str] | None = None
) -> FormView:
    """The step at which a draft stands, or the one named."""
    return FormView(
        partnership_id=actor.partnership_id, person_id=actor.person_id, draft_id=kept.draft_id,
        step=step or kept.body.step, body=kept.body, values=with_defaults(kept.body.values, kept.offered),
        offered=kept.offered, pack=pack, errors=errors if errors is not None else kept.mistakes,
    )  # fmt: skip


async def preview_view(
    unit: Unit,
    actor: Actor,
    partnership: Partnership,
    pack: Pack,
    found: Planned,
    draft_id: int,
    seen_by: str,
    now: datetime,
) -> PreviewView:
    """What a plan would do today, by what is known of everybody's reach."""
    offered = await options(unit, partnership, pack, found.body, now)
    asked = found.body.values.get("asked", "").split(",")
    chosen = tuple((one.key, one.short) for one in offered.seats if one.key in asked)
    unseated = [(one.name, one.short) for one in found.body.one_offs]
    seats_asked = found.kind.kind.asked.who == "seats"
    labels = dict(zip(("description", "findings", "audiences"), _columns(pack), strict=True))
    keys = [key for key, _ in chosen] if seats_asked else []
    return PreviewView(
        partnership_id=partnership.id, person_id=actor.person_id, draft_id=draft_id, digest=found.digest,
        title=found.body.values["title"], kind=found.kind.kind.name, due=found.due,
        places=await places_reached(
            unit, partnership, addressed(found, {}), offered.today, unseated if seats_asked else ()
        ),
        practice=partnership.practice,
        empty=tuple(label for name, label in labels.items() if not found.body.values.get(name)),
        choices=chosen if seats_asked else (), seen_by=seen_by if seen_by in keys else (keys[0] if keys else ""),
    )  # fmt: skip


def _columns(pack: Pack) -> tuple[str, str, str]:
    held = (*pack.summary_columns, "", "", "", "", "")
    return held[1], held[2], held[4]


async def issued_view(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, request_id: int, now: datetime
) -> IssuedView:
    """What became of an issued request, for its officer. Raises NotAllowed or NotFound."""
    require(actor, "issue")
    found = await request(unit, partnership.id, request_id)
    if found is None:
        raise NotFound("I cannot find that request.")
    loops = await loops_of_request(unit, partnership.id, found.id)
    whom = [Addressee(one.seat_id, one.person_id, one.asked) for one in loops if one.state != "withdrawn"]
    its_round = await collection(unit, partnership.id, found.round_id)
    held = its_round and its_round.meeting_id and await meeting(unit, partnership.id, its_round.meeting_id)
    today = today_in(pack, now)
    later = partnership.starts_on is not None and partnership.starts_on > today
    return IssuedView(
        partnership_id=partnership.id, person_id=actor.person_id, request_id=found.id, title=found.title,
        due_on=found.due_on, meeting_on=held.on if held else None, tabled=found.tabled,
        places=await places_reached(unit, partnership, whom, today),
        full_next=await full_to_follow(unit, partnership, pack, found),
        starts_on=partnership.starts_on if later else None,
    )  # fmt: skip


async def where_draft_stands(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, draft_id: int, now: datetime
) -> FormView | IssuedView:
    """A draft's form at its step, or what became of it once it was issued."""
    try:
        _, body = await find_draft(unit, actor, partnership, draft_id)
    except AlreadyIssued as before:
        return await issued_view(unit, actor, partnership, pack, before.request_id, now)
    kept = Kept(draft_id, body, await options(unit, partnership, pack, body, now), {})
    return form_view(actor, pack, kept)
