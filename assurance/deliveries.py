"""`deliveries`: what may or may not have arrived, what Teams refused, and what an officer makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from assurance.actors import Actor
from assurance.dates import moment_words
from assurance.healing import MAYBE
from assurance.issuing import today_in
from assurance.pack import Pack
from assurance.permissions import require
from assurance.person_names import names, starting
from assurance.reach import DOOR
from assurance.refusals import NotFound
from storage.asks import request
from storage.log import append_log
from storage.notices import Notice, alter_notice, count_notices_open, notice, notices_open
from storage.partnerships import Partnership, seats
from storage.people import holdings_on
from storage.unit import Unit

A_PAGE = 5
UNSURE, REFUSED = "unsure", "refused"
OPEN = (UNSURE, REFUSED)
UNNAMED = "Somebody whose name is not known any more"
SETTLED = "That was settled in the meantime. This is how it stands now."
WORDS: Mapping[str, str] = {
    "request": "The card that asks for an answer",
    "channel": "The card in the channel",
    "plea": "What a member asked for",
    "told_plea": "The answer to what a member asked for",
    "told_answered": "The line that a colleague has answered",
    "learning_form": "The form for new learning",
    "file.offer": "The offer of a Word form",
    "welcome": "The greeting",
}
"""What the kinds of notices are to an officer; a reply is what was typed for, and all else is a message."""
_BEGINS: Mapping[str, str] = {
    "reply.": "The reply to what was typed", "told_": "The line about a change", "rollcall": "The roll call's card",
    "roll_call": "The roll call's card", "summary": "The quarterly summary", "chase": "A reminder",
    "practice.": "A practice card",
}  # fmt: skip


@dataclass(frozen=True)
class DeliveryRow:
    """One delivery: to whom, what, when it ended so, and why in plain words. `again`: it was sent again before."""

    notice_id: int
    unsure: bool
    whom: str
    what: str
    when: str
    reason: str
    again: bool


@dataclass(frozen=True)
class DeliveriesView:
    """A page of what is open, the unsure first, with how many there are of each."""

    partnership_id: int
    unsure: int
    refused: int
    rows: tuple[DeliveryRow, ...]
    page: int
    pages: int


async def count_open(unit: Unit, partnership_id: int) -> tuple[int, int]:
    """How many deliveries are unsure, and how many were refused and not looked at yet."""
    found = await count_notices_open(unit, partnership_id, OPEN, but=[DOOR])
    return found.get(UNSURE, 0), found.get(REFUSED, 0)


async def deliveries_view(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, now: datetime, page: int = 1
) -> DeliveriesView:
    """A page of what is unsure or was refused, oldest first; the last page where there are not so many.

    Raises NotAllowed for anybody but an officer.
    """
    require(actor, "settle_deliveries")
    unsure, refused = await count_open(unit, partnership.id)
    pages = max(1, -(-(unsure + refused) // A_PAGE))
    page = min(max(1, page), pages)
    found = await notices_open(unit, partnership.id, OPEN, but=[DOOR], most=A_PAGE, skip=(page - 1) * A_PAGE)
    people = await _people(unit, partnership, pack, now)
    rows = [await _row(unit, partnership, pack, one, people) for one in found]
    return DeliveriesView(partnership.id, unsure, refused, tuple(rows), page, pages)


async def _people(unit: Unit, partnership: Partnership, pack: Pack, now: datetime) -> dict[int, str]:
    """Everybody who holds a seat today, with its short name."""
    shorts = {one.id: one.short for one in await seats(unit, partnership.id)}
    held: dict[int, list[str]] = {}
    for one in await holdings_on(unit, partnership.id, today_in(pack, now)):
        held.setdefault(one.person_id, []).extend([shorts[one.seat_id]] if one.seat_id in shorts else [])
    return {person_id: ", ".join(dict.fromkeys(places)) for person_id, places in held.items()}


async def _row(unit: Unit, partnership: Partnership, pack: Pack, one: Notice, places: Mapping[int, str]) -> DeliveryRow:
    if one.channel_id is not None:
        whom = f"The channel of the {pack.terms.group_short}"
    else:
        called = await names(unit, partnership.id, [one.person_id] if one.person_id else [])
        name, place = starting(called.get(one.person_id or 0, UNNAMED)), places.get(one.person_id or 0, "")
        whom = f"{name} ({place})" if place else name
    what, number = what_is_sent(one.kind), one.subject.get("request") if isinstance(one.subject, dict) else None
    asked = await request(unit, partnership.id, number) if isinstance(number, int) else None
    if one.replaces_id is not None:
        what = f"A newer picture of: {what[0].lower()}{what[1:]}"
    return DeliveryRow(
        one.id, one.state == UNSURE, whom, f"{what}, {asked.title}" if asked else what,
        moment_words(one.settled_at or one.owed_at, pack.timezone), one.reason, one.twin_activity_id is not None,
    )  # fmt: skip


def what_is_sent(kind: str) -> str:
    """What a kind of notice is, in an officer's words."""
    return WORDS.get(kind) or next((words for start, words in _BEGINS.items() if kind.startswith(start)), "A message")


async def it_is_there(unit: Unit, actor: Actor, partnership: Partnership, notice_id: int, now: datetime) -> str:
    """An officer found the card where it was to be. Until a press on it shows which message it is, it is not updated.

    Gives what to say. Raises NotAllowed, and NotFound.
    """
    values = {"state": "delivered", "reason": "An officer found it there.", "settled_at": now}
    done = await _settle(unit, actor, partnership, notice_id, UNSURE, values, "delivery confirmed", now)
    return "Noted: it is there." if done else SETTLED


async def send_again(unit: Unit, actor: Actor, partnership: Partnership, notice_id: int, now: datetime) -> str:
    """Owe it again, once however often that is pressed. If both arrive, they work as one.

    Gives what to say. Raises NotAllowed, and NotFound.
    """
    values = {
        "state": "owed", "reason": "", "not_before": now, "settled_at": None, "attempts": 0, "activity_id": None,
        "twin_activity_id": MAYBE,
    }  # fmt: skip
    done = await _settle(unit, actor, partnership, notice_id, UNSURE, values, "sent again", now)
    return "It goes out again now. If both arrive, either can be used." if done else SETTLED


async def note_refusal(unit: Unit, actor: Actor, partnership: Partnership, notice_id: int, now: datetime) -> str:
    """An officer has taken note that it was refused, and need not see it again.

    Gives what to say. Raises NotAllowed, and NotFound.
    """
    done = await _settle(unit, actor, partnership, notice_id, REFUSED, {"noted_at": now}, "refusal noted", now)
    return "Noted." if done else SETTLED


async def _settle(
    unit: Unit,
    actor: Actor,
    partnership: Partnership,
    notice_id: int,
    state: str,
    values: dict[str, Any],
    what: str,
    now: datetime,
) -> bool:
    """Change it, and log that, if it still is in this state; of two officers at once, one finds it so."""
    require(actor, "settle_deliveries")
    if await notice(unit, partnership.id, notice_id) is None:
        raise NotFound("This button belongs to something that I cannot find any more.")
    if not await alter_notice(unit, partnership.id, notice_id, [state], values):
        return False
    await append_log(unit, partnership.id, at=now, person_id=actor.person_id, what=what, subject=f"notice:{notice_id}")
    return True
