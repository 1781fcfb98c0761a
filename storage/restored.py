"""After a copy was put back: what may have been sent already is in doubt, and lost numbers are not used again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, or_, text, update
from sqlmodel import col, select

from storage.notices import Notice
from storage.unit import Unit

RESTORED = "restored"
"""The kind of the notice that marks where a copy was put back. It is never sent."""
GAP = 100_000
"""So many numbers are left out: more notices than are owed between a copy and the day on which it is put back."""


async def leave_gap(unit: Unit, partnership_ids: Collection[int], now: datetime, why: str) -> int:
    """Let no notice get a number that another had in the records that were lost: old cards carry those.

    Gives the number after which the next ones follow.
    """
    highest = await unit.one(select(func.max(Notice.id))) or 0
    for number, partnership_id in enumerate(partnership_ids, start=highest + GAP):
        mark = Notice(
            id=number, partnership_id=partnership_id, key=f"{RESTORED}:{number}", kind=RESTORED, state="skipped",
            reason=why, subject={"after": highest}, owed_at=now, not_before=now,
        )  # fmt: skip
        await unit.save(mark)
    last = highest + GAP + len(partnership_ids)
    if unit.postgres:
        await unit.rows(text(f"SELECT setval(pg_get_serial_sequence('notice', 'id'), {last:d})"))
    return last


async def was_lost(unit: Unit, partnership_id: int, notice_id: int) -> bool:
    """Whether a card of this number may be one of those that were sent after the copy that was put back."""
    marks = await unit.all(select(Notice).where(Notice.partnership_id == partnership_id, Notice.kind == RESTORED))
    return any(one.subject["after"] < notice_id < one.id for one in marks)


async def doubt_owed(
    unit: Unit, partnership_id: int, now: datetime, why: str, *, but: Collection[str], after: int
) -> tuple[int, int]:
    """What is owed and may have gone out already becomes unsure, and a reply that nobody waits for any more skipped.

    That is what was due by now or was being sent, and whatever has a number above `after`. Updates, which can be
    repeated, and the kinds in `but` stay owed. Gives how many became unsure, and how many were skipped.
    """
    still = [col(Notice.partnership_id) == partnership_id, col(Notice.state).in_(("owed", "sending"))]
    posts = [*still, col(Notice.replaces_id).is_(None), col(Notice.kind).not_in(list(but))]
    due = or_(col(Notice.not_before) <= now, col(Notice.state) == "sending", col(Notice.id) > after)
    free = {"owner": None, "lease_until": None, "begun_at": None}
    ended = {"reason": why, "settled_at": now, **free}
    reply = col(Notice.address).is_not(None)
    skipped = await unit.run(update(Notice).where(*posts, reply).values(state="skipped", **ended))
    unsure = await unit.run(update(Notice).where(*posts, ~reply, due).values(state="unsure", **ended))
    await unit.run(update(Notice).where(*still, col(Notice.state) == "sending").values(state="owed", **free))
    return unsure, skipped
