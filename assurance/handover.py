"""A new representative gets what the seat was asked, said and was told before, in one card (SL Appendix A, E7)."""

from __future__ import annotations

from datetime import datetime

from assurance.issuing import start_of
from assurance.owing import owe
from assurance.pack import Pack
from storage.partnerships import Partnership
from storage.people import Holding
from storage.returns import returns_of_open_loops
from storage.unit import Unit


async def owe_handover(unit: Unit, partnership: Partnership, pack: Pack, held: Holding, now: datetime) -> bool:
    """Owe the card, once for an assignment, where something open was answered before them; says whether it is owed."""
    if held.seat_id is None:
        return False
    rows = await returns_of_open_loops(unit, partnership.id)
    if not any(loop.seat_id == held.seat_id and row.version_number for row, loop, _ in rows):
        return False
    await owe(
        unit, partnership.id, f"handover:{held.id}", "handover", now=now,
        subject={"holding": held.id, "seat": held.seat_id}, about=f"holding:{held.id}", person_id=held.person_id,
        not_before=start_of(partnership, pack, now),
    )  # fmt: skip
    return True
