"""Work in progress: what somebody typed and has not yet sent or confirmed. Drafts alone are ever deleted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint, func
from sqlmodel import SQLModel, col, select

from storage.base import json_value, key, moment, refers
from storage.unit import Unit, any_of, given


class Draft(SQLModel, table=True):
    """A form half filled in. An answer's draft belongs to the return (its subject); others to a person."""

    __table_args__ = (UniqueConstraint("partnership_id", "kind", "subject", "owner_id"),)
    id: int = key()
    partnership_id: int = refers("partnership.id")
    kind: str
    subject: int = 0
    owner_id: int = 0
    saved_by: int | None = refers("person.id", optional=True)
    saved_at: datetime = moment()
    body: Any = json_value()


_DRAFTS = select(Draft).where(
    Draft.partnership_id == given("partnership_id"),
    Draft.kind == given("kind"),
    col(Draft.subject).in_(any_of("subjects")),
    Draft.owner_id == given("owner"),
)


async def draft(unit: Unit, partnership_id: int, kind: str, *, subject: int = 0, owner: int = 0) -> Draft | None:
    """The draft of this kind about this subject, of this owner (0: the seat's, not one person's)."""
    found = await unit.all(_DRAFTS, partnership_id=partnership_id, kind=kind, subjects=[subject], owner=owner)
    return found[0] if found else None


async def draft_numbered(unit: Unit, partnership_id: int, draft_id: int, *, lock: bool = False) -> Draft | None:
    """One draft by its number; locked against a second confirmation where asked."""
    query = select(Draft).where(Draft.partnership_id == partnership_id, Draft.id == draft_id)
    return await unit.one(query.with_for_update() if lock else query)


async def next_draft_subject(unit: Unit, partnership_id: int, kind: str, owner: int) -> int:
    """A subject that none of this owner's drafts of a kind has yet, for drafts about something new."""
    highest = await unit.one(
        select(func.max(Draft.subject)).where(
            Draft.partnership_id == partnership_id, Draft.kind == kind, Draft.owner_id == owner
        )
    )
    return int(highest or 0) + 1


async def drafts(unit: Unit, partnership_id: int, kind: str) -> list[Draft]:
    """Every draft of a kind, newest first."""
    return await unit.all(
        select(Draft)
        .where(Draft.partnership_id == partnership_id, Draft.kind == kind)
        .order_by(col(Draft.saved_at).desc())
    )


async def drafts_about(unit: Unit, partnership_id: int, kind: str, subjects: Iterable[int]) -> dict[int, Draft]:
    """The seats' drafts of a kind about these subjects, by subject."""
    rows = await unit.all(_DRAFTS, partnership_id=partnership_id, kind=kind, subjects=list(subjects), owner=0)
    return {row.subject: row for row in rows}
