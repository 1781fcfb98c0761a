"""Work in progress on an answer: kept for the seat, with who saved it, until it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from assurance.actors import Actor
from assurance.answer_form import admit, asked_in, identifiable_in
from assurance.answering import content_hash
from assurance.refusals import AskFirst, Refusal
from storage.drafts import Draft, draft
from storage.log import append_log
from storage.partnerships import Partnership
from storage.unit import Unit


class SavedMeanwhile(Refusal):
    """A colleague saved a draft that this form never showed. Nothing was stored; both can still be kept."""

    def __init__(self) -> None:
        super().__init__("A colleague saved a draft in the meantime. Please look at it first.")


async def save_draft(
    unit: Unit,
    actor: Actor,
    partnership: Partnership,
    return_id: int,
    values: Mapping[str, str],
    now: datetime,
    *,
    confirmed: bool = False,
    seen: int = 0,
) -> Draft:
    """Keep work in progress for the seat. Mistakes are allowed in a draft; case data is asked about (I2).

    `seen` is when the draft that the form showed was saved, in seconds, or 0: a colleague's draft that it did not
    show is never overwritten. Saving the same again changes nothing.
    Raises NotFound, NotAllowed, OutOfDate, AskFirst or SavedMeanwhile.
    """
    asked = await asked_in(unit, partnership.id, return_id, lock=True)
    admit(actor, asked.loop, asked.request, behalf=False)
    typed = {key: value for key, value in values.items() if key in asked.due and value}
    if not confirmed and (found := identifiable_in(asked.shown, typed)):
        raise AskFirst(found)
    kept = await draft(unit, partnership.id, "answer", subject=return_id)
    if kept is not None and kept.body == typed and kept.saved_by == actor.person_id:
        return kept
    if kept is not None and not _is_known(kept, actor, typed, seen):
        raise SavedMeanwhile
    before = content_hash(asked.row.form_version_id, asked.row.version_number, kept.body) if kept else None
    if kept is None:
        kept = Draft(partnership_id=partnership.id, kind="answer", subject=return_id, saved_at=now)
    kept.body, kept.saved_by, kept.saved_at = typed, actor.person_id, now
    await unit.save(kept)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="draft saved", subject=f"return:{return_id}",
        before=before, after=content_hash(asked.row.form_version_id, asked.row.version_number, typed),
    )  # fmt: skip
    return kept


def _is_known(kept: Draft, actor: Actor, typed: Mapping[str, str], seen: int) -> bool:
    own = kept.saved_by == actor.person_id
    return own or kept.body == typed or int(kept.saved_at.timestamp()) == seen
