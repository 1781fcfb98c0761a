"""When what is owed counts as late: since when it could have gone, and whether that is too long ago. Rules only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from assurance.hours import may_send, window_opened
from assurance.pack import Pack
from storage.queues import Waiting

LATE: timedelta = timedelta(minutes=15)
"""A card that could go and has not gone for so long is a sign of a fault."""


def could_go_since(one: Waiting, pack: Pack, now: datetime) -> datetime | None:
    """Since when the oldest of these could have gone; None where it is not its hour.

    A trial moves the moment from which a notice may go, so of what was tried the moment counts at which it was owed.
    What keeps hours waits from the hour on at which today's began.
    """
    since = one.owed_at if one.tried else max(one.owed_at, one.may_go)
    if not one.keeps_hours:
        return min(since, now)
    return min(max(since, window_opened(pack, now)), now) if may_send(pack, now) else None


def waits(found: Iterable[Waiting], packs: Mapping[int, Pack], now: datetime) -> dict[str, timedelta]:
    """How long the oldest of each partnership that could go now has waited, by the partnership's short name."""
    longest: dict[str, timedelta] = {}
    for one in found:
        since = could_go_since(one, packs[one.partnership_id], now)
        if since is not None:
            longest[one.slug] = max(now - since, longest.get(one.slug, timedelta()))
    return longest
