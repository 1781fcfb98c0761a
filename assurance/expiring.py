"""Telling the officers in time that the bot's own credential runs out: the commonest end of such bots."""

from __future__ import annotations

from datetime import date, datetime

from assurance.issuing import today_in
from assurance.owing import owe
from assurance.pack import Pack
from assurance.permissions import OFFICER
from storage.partnerships import Partnership
from storage.people import holders_of_role
from storage.unit import Unit

TOLD_BEFORE = (60, 30, 7)
"""So many days before the last day the officers are told."""


def telling_due(ends_on: date, today: date) -> int | None:
    """Which of the tellings is due: the latest whose day has come, so that one missed is caught up once."""
    left = (ends_on - today).days
    return min((one for one in TOLD_BEFORE if 0 <= left <= one), default=None)


async def tell_of_expiry(unit: Unit, partnership: Partnership, pack: Pack, ends_on: date, now: datetime) -> int:
    """Owe each officer the telling that is due, once; gives how many were owed or had been."""
    step = telling_due(ends_on, today_in(pack, now))
    if step is None:
        return 0
    officers = await holders_of_role(unit, partnership.id, [OFFICER], today_in(pack, now))
    for person_id in officers:
        owed = await owe(
            unit, partnership.id, f"expiry:{ends_on.isoformat()}:{step}:{person_id}", "expiry", now=now,
            subject={"ends_on": ends_on.isoformat()}, about="expiry", person_id=person_id,
        )  # fmt: skip
        owed.keeps_hours = True
    return len(officers)
