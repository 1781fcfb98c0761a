"""Owing notices: nothing is sent that was not owed first, once, under its key.

The line about it carries the id of the request or beat that caused it, and the notice's key, which the courier's lines
carry as well: so one leads to the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from assurance.lines import called, lines
from storage.notices import Notice, notice_keyed
from storage.unit import Unit

_log = lines("assurance.owing")


async def owe(
    unit: Unit,
    partnership_id: int,
    key: str,
    kind: str,
    *,
    now: datetime,
    subject: dict[str, Any],
    about: str = "",
    person_id: int | None = None,
    channel_id: str | None = None,
    address: dict[str, str] | None = None,
    replaces: Notice | None = None,
    not_before: datetime | None = None,
    shape: str = "",
    keeps_hours: bool = False,
    rank: int = 1,
) -> Notice:
    """Owe a notice of a kind under a key; owing it again gives the one that is owed already.

    It goes to the person, the channel, the address that a reply belongs to, or into the place of the
    posted card that it replaces. `about` names the record that it shows, such as "request:12", so that
    every card of a record can be found. `shape` says whether the person sees a "form" or a "receipt".
    `rank` 0: somebody waits for it, so it goes before others; 2: it follows the others about the same.
    `keeps_hours`: in the pack's send hours only.
    """
    earlier = await notice_keyed(unit, partnership_id, key)
    if earlier is not None:
        return earlier
    owed = Notice(
        partnership_id=partnership_id, key=key, kind=kind, subject=subject, about=about, person_id=person_id,
        channel_id=channel_id, address=address, owed_at=now, not_before=not_before or now,
        replaces_id=replaces.id if replaces else None, shape=shape, keeps_hours=keeps_hours, rank=rank,
    )  # fmt: skip
    if replaces is not None:
        owed.person_id, owed.channel_id, owed.address = replaces.person_id, replaces.channel_id, replaces.address
    note_owed(owed)
    return await unit.save(owed)


async def owe_update(
    unit: Unit, partnership_id: int, original: Notice, cause: str, *, now: datetime, shape: str | None = None
) -> Notice:
    """Owe a fresh picture of a card that was posted earlier. The cause makes it unique: one update per change."""
    if shape is not None:
        original.shape = shape
    return await owe(
        unit,
        partnership_id,
        f"update:{original.id}:{cause}",
        original.kind,
        now=now,
        subject=original.subject,
        replaces=original,
    )


def update_of(original: Notice, cause: str, *, now: datetime) -> Notice:
    """The same update, not yet added: for a cause that cannot have come before, such as a new version."""
    owed = Notice(
        partnership_id=original.partnership_id, key=f"update:{original.id}:{cause}", kind=original.kind,
        subject=original.subject, person_id=original.person_id, channel_id=original.channel_id,
        address=original.address, owed_at=now, not_before=now, replaces_id=original.id,
    )  # fmt: skip
    note_owed(owed)
    return owed


def note_owed(owed: Notice) -> None:
    """Write the line about a notice that is owed."""
    _log.info("A notice is owed", notice=called(owed.key), kind=owed.kind, partnership=owed.partnership_id)


def originals(notices: Iterable[Notice]) -> list[Notice]:
    """Of a record's notices, those that posted a card of their own: the ones that an update may replace."""
    return [one for one in notices if one.replaces_id is None]
