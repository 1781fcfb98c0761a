"""Telling people once that something they were sent has changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from assurance.issuing import people_of, start_of, today_in
from assurance.owing import originals, owe
from assurance.pack import Pack
from assurance.permissions import OFFICER
from storage.asks import Request
from storage.notices import Notice, notices_about
from storage.partnerships import Partnership
from storage.people import holders_of_role
from storage.reports import Report
from storage.returns import Version, find_return
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


async def tell_of_use(
    unit: Unit, partnership: Partnership, pack: Pack, report: Report, return_ids: Iterable[int], now: datetime
) -> int:
    """Tell each agency, once, that its example of good practice went into a report; gives how many people are told.

    For whoever approves the report, in the same transaction.
    """
    told = 0
    for return_id in dict.fromkeys(return_ids):
        found = await find_return(unit, partnership.id, return_id)
        if found is None:
            continue
        row, loop, _, _ = found
        for person_id in await people_of(unit, loop, today_in(pack, now)):
            await owe(
                unit, partnership.id, f"told:used:{report.id}:{row.id}:{person_id}", "told_used", now=now,
                subject={"report": report.id, "kind": report.kind, "return": row.id}, person_id=person_id,
                not_before=start_of(partnership, pack, now),
            )  # fmt: skip
            told += 1
    return told


async def tell_of_change(unit: Unit, partnership: Partnership, pack: Pack, kept: Version, now: datetime) -> None:
    """Tell the officers that an answer came, or changed, after the papers had gone out; not whoever entered it."""
    for person_id in await holders_of_role(unit, partnership.id, (OFFICER,), today_in(pack, now)):
        if person_id == kept.by_person_id:
            continue
        await owe(
            unit, partnership.id, f"told:changed:{kept.id}:{person_id}", "told_changed", now=now,
            subject={"return": kept.return_id, "version": kept.number}, person_id=person_id,
        )  # fmt: skip
