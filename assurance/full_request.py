"""After urgent learning: a draft of the full request about the same item, with what is known filled in."""

from __future__ import annotations

from datetime import datetime

from assurance.actors import Actor
from assurance.learning_draft import KIND, keep_new
from assurance.learning_fields import LearningFields
from assurance.learning_plan import Body
from assurance.learning_rules import MEASURE, METHODS, PURPOSE, WHY
from assurance.pack import Pack
from assurance.permissions import require
from assurance.refusals import NotFound, OutOfDate
from storage.asks import Request, loops_of_request, request, requests_about
from storage.drafts import drafts
from storage.learning import learning_fields
from storage.partnerships import Partnership
from storage.texts import texts
from storage.unit import Unit


async def full_to_follow(unit: Unit, partnership: Partnership, pack: Pack, urgent: Request) -> bool:
    """Whether this is urgent learning whose full request has not been issued yet."""
    full = pack.kind(urgent.kind).urgent_of
    if full is None or urgent.learning_id is None:
        return False
    return all(one.kind != full for one in await requests_about(unit, partnership.id, urgent.learning_id))


async def start_full(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, request_id: int, now: datetime
) -> int:
    """A draft of the full request that follows urgent learning (scenario 36), with what is known filled in."""
    require(actor, "issue")
    urgent = await request(unit, partnership.id, request_id)
    full = pack.kind(urgent.kind).urgent_of if urgent else None
    if urgent is None or urgent.learning_id is None or full is None:
        raise NotFound("I cannot find the urgent learning that this belongs to.")
    if not await full_to_follow(unit, partnership, pack, urgent):
        raise OutOfDate("The full request about this learning has been issued already. Type status to see it.")
    for one in await drafts(unit, partnership.id, KIND):
        held = Body.from_json(one.body)
        if held.about == urgent.learning_id and held.issued is None:
            return one.id
    item = await learning_fields(unit, partnership.id, urgent.learning_id)
    values = _typed_again(LearningFields.from_json(item[1] if item else {}))
    values |= await _addressees_again(unit, partnership, urgent)
    body = Body({**values, "kind": full}, about=urgent.learning_id)
    return (await keep_new(unit, actor, partnership, body, now)).id


def _typed_again(fields: LearningFields) -> dict[str, str]:
    held = fields.to_json()
    values = {name: value for name, value in held.items() if isinstance(value, str)}
    values["links"] = "\n".join(f"{one.title} {one.url}" for one in fields.links)
    for row in fields.plan:
        values |= {PURPOSE + row.audience: row.purpose, MEASURE + row.audience: row.measure}
        values[METHODS + row.audience] = row.methods
    return values


async def _addressees_again(unit: Unit, partnership: Partnership, urgent: Request) -> dict[str, str]:
    loops = [one for one in await loops_of_request(unit, partnership.id, urgent.id) if one.seat_id is not None]
    said = await texts(unit, partnership.id, [urgent.context_text_id, *(one.why_text_id for one in loops)])
    values = {
        "asked": ",".join(str(one.seat_id) for one in loops if one.asked and one.state != "withdrawn"),
        "informed": ",".join(str(one.seat_id) for one in loops if not one.asked),
        "context": said.get(urgent.context_text_id or 0, ""),
    }
    return values | {f"{WHY}{one.seat_id}": said.get(one.why_text_id or 0, "") for one in loops}
