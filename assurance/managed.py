"""What every change after issue shares: which request, and what its posted cards become."""

from __future__ import annotations

from datetime import datetime

from assurance.actors import Actor
from assurance.owing import owe_update
from assurance.permissions import require
from assurance.refusals import NotFound, OutOfDate
from assurance.telling import cards_of
from storage.asks import Request, request
from storage.partnerships import Partnership
from storage.unit import Unit


async def managed_request(unit: Unit, actor: Actor, partnership: Partnership, request_id: int, act: str) -> Request:
    """The open request that is to be changed, locked against a second change at the same moment.

    Raises NotAllowed for anybody but an officer, NotFound, and OutOfDate where it was withdrawn or has ended.
    """
    require(actor, act)
    found = await request(unit, partnership.id, request_id, lock=True)
    if found is None:
        raise NotFound("I cannot find that request, so I have not changed anything.")
    if found.state != "open":
        raise OutOfDate("This request has been withdrawn or has ended, so I have not changed anything.")
    return found


async def close_cards(
    unit: Unit,
    partnership: Partnership,
    request: Request,
    cause: str,
    now: datetime,
    *,
    people: frozenset[int] | None = None,
) -> None:
    """Owe the end of posted cards, of all people or of some: each becomes a few lines to read, with no form.

    A form is replaced here although somebody may be typing in it, since it can no longer be sent.
    """
    for card in await cards_of(unit, partnership.id, request.id):
        if card.kind == "request" and (people is None or card.person_id in people):
            await owe_update(unit, partnership.id, card, cause, now=now, shape="closed")


async def refresh_channel(unit: Unit, partnership: Partnership, request: Request, cause: str, now: datetime) -> None:
    """Owe a fresh picture of the request's card in the group's channel."""
    for card in await cards_of(unit, partnership.id, request.id):
        if card.kind == "channel":
            await owe_update(unit, partnership.id, card, cause, now=now)


async def refresh_receipts(unit: Unit, partnership: Partnership, request: Request, cause: str, now: datetime) -> None:
    """Owe fresh pictures of what is only read: receipts and the channel's card.

    A form is left alone, since it may hold somebody's typing.
    """
    for card in await cards_of(unit, partnership.id, request.id):
        if card.kind == "channel" or card.shape == "receipt":
            await owe_update(unit, partnership.id, card, cause, now=now)
