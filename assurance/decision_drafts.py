"""What somebody typed about a return and did not record yet: kept for them, so that going on loses nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from assurance.actors import Actor
from assurance.assess_view import DRAFT
from assurance.decision_rules import LENGTHS
from assurance.form_rules import tidy
from assurance.permissions import require
from assurance.refusals import NotFound
from assurance.writing import ask_first
from storage.drafts import Draft, draft
from storage.log import append_log
from storage.partnerships import Partnership
from storage.returns import find_return
from storage.unit import Unit


async def keep_words(
    unit: Unit, actor: Actor, partnership: Partnership, return_id: int, typed: Mapping[str, str], now: datetime,
    *, confirmed: bool = False,
) -> bool:  # fmt: skip
    """Keep the words of a decision that was not recorded; says whether there is anything kept. Levels are not kept.

    Raises NotAllowed, NotFound, or AskFirst for identifiable text (I2).
    """
    require(actor, "record_decisions")
    if await find_return(unit, partnership.id, return_id) is None:
        raise NotFound("I cannot find that answer any more.")
    words = {key: tidy(text) for key, text in typed.items() if key in LENGTHS and tidy(text)}
    ask_first(words, confirmed=confirmed)
    kept = await draft(unit, partnership.id, DRAFT, subject=return_id, owner=actor.person_id)
    if (dict(kept.body) if kept else {}) == words:
        return bool(words)
    kept = kept or Draft(
        partnership_id=partnership.id, kind=DRAFT, subject=return_id, owner_id=actor.person_id, saved_at=now
    )
    kept.body, kept.saved_by, kept.saved_at = words, actor.person_id, now
    await unit.save(kept)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="draft saved", subject=f"return:{return_id}",
        refs={"about": "decision"},
    )  # fmt: skip
    return bool(words)


async def drop_words(unit: Unit, actor: Actor, partnership: Partnership, return_id: int) -> None:
    """The words have served: a decision was recorded."""
    kept = await draft(unit, partnership.id, DRAFT, subject=return_id, owner=actor.person_id)
    if kept is not None:
        await unit.remove(kept)
