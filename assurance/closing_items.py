"""An item is closed once every agency's loop has ended: the bot proposes, the chair confirms (framework 1a)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from assurance.actors import Actor
from assurance.issuing import today_in
from assurance.lifecycles import ASSURED, ENDED, NOT_RELEVANT, UNABLE, WITHDRAWN
from assurance.managed import refresh_channel
from assurance.owing import originals, owe, owe_update
from assurance.pack import Pack
from assurance.permissions import CHAIR, VICE, require
from assurance.refusals import NotFound, OutOfDate
from storage.asks import Loop, Request, loops_of_request, request, requests_about
from storage.learning import learning
from storage.log import append_log
from storage.notices import notice_keyed, notices_about
from storage.partnerships import Partnership
from storage.partnerships import partnership as partnership_numbered
from storage.people import holders_of_role
from storage.returns import returns_of_request
from storage.standings import loops_of_open_requests
from storage.unit import Unit

CLOSED = "closed"
ORDER = (ASSURED, NOT_RELEVANT, UNABLE, ENDED)


@dataclass(frozen=True)
class ItemView:
    """An item whose loops have all ended: how many in which way. `state`: open, closed, or pending again."""

    partnership_id: int
    request_id: int
    title: str
    counts: tuple[tuple[str, int], ...]
    state: str


def has_ended(loops: Sequence[Loop]) -> bool:
    """Whether nothing more is to come from any agency of a request; somebody must have been asked. A pure rule."""
    asked = [one for one in loops if one.asked and one.state != WITHDRAWN]
    return bool(asked) and not any(one.open for one in asked)


async def propose_closing(unit: Unit, partnership: Partnership, pack: Pack, now: datetime) -> int:
    """A step of the beat: propose to the chair each item that has ended; gives how many cards are owed.

    Once for each time that it came to an end: one that is reopened and ends again is proposed again.
    """
    by_request: dict[int, tuple[Request, list[Loop]]] = {}
    for loop, asked in await loops_of_open_requests(unit, partnership.id):
        by_request.setdefault(asked.id, (asked, []))[1].append(loop)
    lifecycles = {one.key: one.lifecycle for one in pack.kinds}
    ended = [asked for asked, loops in by_request.values() if lifecycles.get(asked.kind) == "loop" and has_ended(loops)]
    if not ended:
        return 0
    await partnership_numbered(unit, partnership.id, lock=True)  # every replica beats: each is proposed once
    proposed = 0
    for asked in ended:
        rounds = len(await returns_of_request(unit, partnership.id, asked.id))
        for person_id in await holders_of_role(unit, partnership.id, (CHAIR, VICE), today_in(pack, now)):
            key = f"close:{asked.id}:{rounds}:{person_id}"
            if await notice_keyed(unit, partnership.id, key) is not None:
                continue
            await owe(
                unit, partnership.id, key, "close_item", now=now, subject={"request": asked.id},
                about=f"close:{asked.id}", person_id=person_id,
            )  # fmt: skip
            proposed += 1
    return proposed


async def item_view(unit: Unit, actor: Actor, partnership: Partnership, request_id: int) -> ItemView:
    """What the chair confirms. Raises NotAllowed or NotFound."""
    require(actor, "close_items")
    found = await request(unit, partnership.id, request_id)
    if found is None:
        raise NotFound("I cannot find that item any more.")
    loops = await loops_of_request(unit, partnership.id, request_id)
    counts = Counter(one.state for one in loops if one.asked and one.state != WITHDRAWN)
    state = CLOSED if found.state == CLOSED else "open" if has_ended(loops) and found.state == "open" else "pending"
    shown = tuple((key, counts[key]) for key in ORDER if counts[key])
    return ItemView(partnership.id, found.id, found.title, shown, state)


async def close_item(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, request_id: int, now: datetime
) -> Request:
    """Close a request whose loops have all ended, and its item with its last one. Closing twice is once.

    Raises NotAllowed, NotFound, or OutOfDate where an agency is being asked again by now.
    """
    require(actor, "close_items")
    found = await request(unit, partnership.id, request_id, lock=True)
    if found is None:
        raise NotFound("I cannot find that item any more.")
    if found.state == CLOSED:
        return found
    if found.state != "open" or not has_ended(await loops_of_request(unit, partnership.id, request_id)):
        raise OutOfDate("Something is still being asked about this, so I have left it open.")
    found.state = CLOSED
    item = await learning(unit, partnership.id, found.learning_id) if found.learning_id else None
    if item is not None:
        others = [one for one in await requests_about(unit, partnership.id, item.id) if one.state == "open"]
        ended = [one for one in others if has_ended(await loops_of_request(unit, partnership.id, one.id))]
        if len(ended) == len(others):
            item.state = CLOSED
            for one in others:
                one.state = CLOSED
    await refresh_channel(unit, partnership, found, f"closed:{now.timestamp()}", now)
    for card in originals(await notices_about(unit, partnership.id, f"close:{found.id}")):
        await owe_update(unit, partnership.id, card, f"closed:{now.timestamp()}", now=now)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="item closed", subject=f"request:{found.id}",
        refs={"learning": found.learning_id, "item": item.state if item else None},
    )  # fmt: skip
    return found
