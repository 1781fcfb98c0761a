"""Telling people once that something they were sent has changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from assurance.issuing import start_of
from assurance.owing import originals, owe
from assurance.pack import Pack
from storage.asks import Request
from storage.notices import Notice, notices_about
from storage.partnerships import Partnership
from storage.unit import Unit

SENT = frozenset({"sending", "delivered", "unsure"})
"""States of a notice that somebody may have seen. One still owed will be drawn as things stand then."""


async def cards_of(unit: Unit, partnership_id: int, request_id: int) -> list[Notice]:
    """The cards of a request that were posted, or may have been: people's own and the channel's."""
    about = await notices_about(unit, partnership_id, f"request:{request_id}")
    return [one for one in originals(about) if one.kind in ("request", "channel") and one.state in SENT]


async def tell(
    unit: Unit,
    partnership: Partnership,
    pack: Pack,
    request: Request,
    people: Iterable[int],
    kind: str,
    cause: str,
    subject: dict[str, Any],
    now: datetime,
) -> None:
    """Owe one line of this kind, once per cause, to each of these people who was sent a card of this request.

    Nobody is told anything before the partnership's start date.
    """
    holding = {one.person_id for one in await cards_of(unit, partnership.id, request.id)}
    for person_id in dict.fromkeys(people):
        if person_id in holding:
            await owe(
                unit,
                partnership.id,
                f"{kind.replace('_', ':', 1)}:{cause}:{person_id}",
                kind,
                now=now,
                subject=subject,
                person_id=person_id,
                not_before=start_of(partnership, pack, now),
            )
