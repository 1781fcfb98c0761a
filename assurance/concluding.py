"""What follows when a meeting has been closed: the one place for it, called once, within the closing transaction."""

from __future__ import annotations

from datetime import datetime

from assurance.pack import Pack
from storage.asks import Meeting, Round
from storage.partnerships import Partnership
from storage.unit import Unit


async def concluded(
    unit: Unit, partnership: Partnership, pack: Pack, held: Meeting, collection: Round | None, now: datetime
) -> None:
    """Called when a meeting has just been closed, after its facts were settled (framework 1e, 4.25).

    `collection` is the meeting's round; None for an extra meeting for which no answers were asked. Nothing follows
    by itself yet: what the group assessed there, and the draft of the summary (B15), belong here.
    """
