"""What a press teaches about a delivery that was in doubt: the pressed message is there (facts: posting, unsure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assurance.owing import owe_update
from storage.log import append_log
from storage.notices import Notice, alter_notice, has_updates, notice, notice_standing
from storage.unit import Unit

MAYBE = ""
"""A twin that there may be: the notice was sent again, and which messages there are is not known yet."""


@dataclass(frozen=True)
class Pressed:
    """A message on which somebody pressed, and the notice whose card it says it is: that part is untrusted.

    Conversation and message are Teams's own word.
    """

    notice_id: int
    person_id: int
    conversation: str
    private: bool
    activity_id: str


def teaches(row: Notice, pressed: Pressed) -> bool:
    """Whether the press may show something new: it was pressed where the notice went, and that was in doubt."""
    if row.replaces_id is not None or not _went_there(row, pressed):
        return False
    if row.state == "delivered":
        return row.activity_id is None or (row.twin_activity_id == MAYBE and row.activity_id != pressed.activity_id)
    return row.state == "unsure" or (row.state in ("owed", "refused", "skipped") and row.twin_activity_id == MAYBE)


def _went_there(row: Notice, pressed: Pressed) -> bool:
    if row.address is not None:
        return str(row.address["conversation"]).partition(";")[0] == pressed.conversation
    if row.channel_id is not None:
        return row.channel_id == pressed.conversation
    known = row.posted_in in (None, pressed.conversation)
    return pressed.private and row.person_id == pressed.person_id and known


async def believe(unit: Unit, partnership_id: int, pressed: Pressed, now: datetime) -> bool:
    """Note where the card stands; says whether that was news. What is another notice's card is not believed.

    Where the card has missed a newer picture, that is owed now.
    """
    row = await notice(unit, partnership_id, pressed.notice_id)
    if row is None or not teaches(row, pressed):
        return False
    if await notice_standing(unit, partnership_id, pressed.conversation, pressed.activity_id) is not None:
        return False
    twin = row.state == "delivered" and row.activity_id is not None
    values: dict[str, object] = {"twin_activity_id": pressed.activity_id}
    if not twin:
        values = {
            "state": "delivered", "reason": "", "activity_id": pressed.activity_id, "settled_at": now,
            "posted_in": pressed.conversation,
        }  # fmt: skip
    if not await alter_notice(unit, partnership_id, row.id, [row.state], values):
        return False
    if await has_updates(unit, partnership_id, row.id):
        await owe_update(unit, partnership_id, row, f"found:{pressed.activity_id}", now=now)
    await append_log(
        unit, partnership_id, at=now, person_id=pressed.person_id, what="delivery shown by a press",
        subject=f"notice:{row.id}", refs={"twin": twin},
    )  # fmt: skip
    return True
