"""What lies before a meeting: its round's returns, and what was decided on them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import col, select

from storage.decisions import SET, Decision
from storage.returns import WHOLE, AgencyReturn, Asked, Assessment
from storage.unit import Unit


async def tabled_of_round(unit: Unit, partnership_id: int, round_id: int) -> list[Asked]:
    """Every return of a round with its loop and request, item by item."""
    rows = await unit.rows(
        WHOLE.where(AgencyReturn.partnership_id == partnership_id, AgencyReturn.round_id == round_id)
    )
    return [(found, its_loop, its_request) for found, its_loop, its_request in rows]


async def returns_decided_at(unit: Unit, partnership_id: int, meeting_id: int) -> list[Asked]:
    """Every return on which a decision of this meeting stands, with its loop and request, item by item."""
    decided = select(Decision.return_id).where(
        Decision.partnership_id == partnership_id, Decision.meeting_id == meeting_id, Decision.state == SET
    )
    rows = await unit.rows(
        WHOLE.where(AgencyReturn.partnership_id == partnership_id, col(AgencyReturn.id).in_(decided))
    )
    return [(found, its_loop, its_request) for found, its_loop, its_request in rows]


async def levels_of(unit: Unit, partnership_id: int, decision_ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """What these decisions set for each dimension, by decision."""
    rows = await unit.all(
        select(Assessment)
        .where(Assessment.partnership_id == partnership_id, col(Assessment.decision_id).in_(list(decision_ids)))
        .order_by(col(Assessment.id))
    )
    found: dict[int, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row.decision_id or 0, {})[row.dimension] = row.level
    return found
