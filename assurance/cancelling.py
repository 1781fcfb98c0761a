"""An issued request is withdrawn, with a reason: nobody is asked any more, and what was answered is kept."""

from __future__ import annotations

from datetime import datetime

from assurance.actors import Actor
from assurance.form_rules import tidy
from assurance.issuing import people_of, today_in
from assurance.managed import close_cards, managed_request, refresh_channel
from assurance.pack import Pack
from assurance.permissions import require
from assurance.pleas import end_plea
from assurance.refusals import Mistakes, NotFound
from assurance.telling import tell
from assurance.writing import ask_first
from storage.asks import Request, loops_of_request, request, requests_about
from storage.contacts import open_pleas
from storage.learning import learning
from storage.log import append_log
from storage.partnerships import Partnership
from storage.returns import returns_of_request
from storage.texts import text_of
from storage.unit import Unit

REASON_LENGTH = 1000


async def cancel_request(
    unit: Unit,
    actor: Actor,
    partnership: Partnership,
    pack: Pack,
    request_id: int,
    reason: str,
    now: datetime,
    *,
    confirmed: bool = False,
) -> Request:
    """Withdraw a request. Each card becomes read-only with the reason, and whoever was sent one is told once.

    The item of learning is withdrawn with its last open request. Withdrawing twice changes nothing.
    Raises NotAllowed, NotFound, Mistakes without a reason, and AskFirst for identifiable text in it.
    """
    require(actor, "manage_request")
    found = await request(unit, partnership.id, request_id, lock=True)
    if found is None:
        raise NotFound("I cannot find that request, so I have not changed anything.")
    if found.state == "cancelled":
        return found
    found = await managed_request(unit, actor, partnership, request_id, "manage_request")
    reason = _read(reason)
    ask_first({"reason": reason}, confirmed=confirmed)
    kept = await unit.save(text_of(partnership.id, reason))
    found.state, found.reason_text_id = "cancelled", kept.id
    people: list[int] = []
    for loop in await loops_of_request(unit, partnership.id, found.id):
        if loop.state != "withdrawn":
            people += await people_of(unit, loop, today_in(pack, now))
        loop.open = False
    await tell(unit, partnership, pack, found, people, "told_cancelled", f"{found.id}", {"request": found.id}, now)
    await close_cards(unit, partnership, found, "cancelled", now)
    await refresh_channel(unit, partnership, found, "cancelled", now)
    await _tidy_up(unit, partnership, found, now)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="withdrawn",
        subject=f"request:{found.id}", refs={"learning": found.learning_id}, after=kept.sha256,
    )  # fmt: skip
    return found


def _read(reason: str) -> str:
    reason = tidy(reason)
    if not reason:
        raise Mistakes({"reason": "Please say why, in a line that the agencies can read."})
    if len(reason) > REASON_LENGTH:
        raise Mistakes({"reason": f"Please keep the reason to {REASON_LENGTH:,} characters."})
    return reason


async def _tidy_up(unit: Unit, partnership: Partnership, found: Request, now: datetime) -> None:
    """Settle the pleas about it, and withdraw the learning where nothing else is open about it."""
    rows = await returns_of_request(unit, partnership.id, found.id)
    for one in await open_pleas(unit, partnership.id, [row.id for row in rows]):
        await end_plea(unit, partnership, one, "withdrawn", now)
    if found.learning_id is None:
        return
    item = await learning(unit, partnership.id, found.learning_id)
    others = await requests_about(unit, partnership.id, found.learning_id)
    if item is not None and all(one.state != "open" for one in others):
        item.state = "withdrawn"
