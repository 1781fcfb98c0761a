"""What a revised pack may not drop: the kinds, forms, dimensions and levels that open requests still use."""

from __future__ import annotations

from collections.abc import Iterable

from assurance.dates import listing
from assurance.pack import Pack
from assurance.refusals import Refusal
from storage.asks import LoopDimension, Request
from storage.standings import dimensions_of_open_requests, loops_of_open_requests
from storage.unit import Unit


def asks_for(pack: Pack, form_key: str, dimension: str) -> bool:
    """Whether the pack still has this form, and this dimension on it."""
    forms = [one for one in pack.forms if one.key == form_key]
    rated = {question.key for one in forms for question in one.questions if question.type == "rating"}
    return dimension in rated and any(one.key == dimension for one in pack.assurance.dimensions)


def lacking(pack: Pack, requests: Iterable[Request], dimensions: Iterable[tuple[str, LoopDimension]]) -> list[str]:
    """Everything in use that this pack lacks, in words: a pure rule. `dimensions` come each with its form's key."""
    kinds, forms = {one.key for one in pack.kinds}, {one.key for one in pack.forms}
    levels = {(one.key, level.key) for one in pack.assurance.dimensions for level in one.levels}
    assessed = {one.key for one in pack.assurance.assessed_levels}
    found = []
    for request in requests:
        found += [f"the kind “{request.kind}”"] if request.kind not in kinds else []
        found += [f"the form “{request.form_key}”"] if request.form_key not in forms else []
    for form, one in dimensions:
        if not asks_for(pack, form, one.dimension):
            found += [f"the dimension “{one.dimension}” of the form “{form}”"] if form in forms else []
        elif one.self_level is not None and (one.dimension, one.self_level) not in levels:
            found.append(f"the level “{one.self_level}” of “{one.dimension}”")
        if one.assessed_level is not None and one.assessed_level not in assessed:
            found.append(f"the assessed level “{one.assessed_level}”")
    return list(dict.fromkeys(found))


async def refuse_if_in_use(unit: Unit, partnership_id: int, pack: Pack) -> None:
    """Raises Refusal, naming all of it, where the pack drops what open requests still use."""
    pairs = await loops_of_open_requests(unit, partnership_id)
    form_of = {loop.id: asked.form_key for loop, asked in pairs}
    every = await dimensions_of_open_requests(unit, partnership_id)
    rows = [(form_of[loop_id], one) for loop_id, some in every.items() for one in some if loop_id in form_of]
    if missing := lacking(pack, {asked.id: asked for _, asked in pairs}.values(), rows):
        raise Refusal(
            f"The pack {pack.id}, version {pack.version}, leaves out what open requests still use: "
            f"{listing(missing)}. Please put it back until they are closed. Nothing was changed."
        )
