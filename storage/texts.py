"""Words that people wrote, in rows of their own, which can be blanked without breaking the record (I2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from sqlmodel import SQLModel, col, select

from storage.base import key, moment, refers
from storage.unit import Unit, any_of, given


class Text(SQLModel, table=True):
    """One piece of text with its hash. Blanking removes the words and keeps the hash."""

    id: int = key()
    partnership_id: int = refers("partnership.id")
    body: str
    sha256: str
    blanked_at: datetime | None = moment(optional=True)


def text_of(partnership_id: int, body: str) -> Text:
    """A new text, hashed."""
    return Text(partnership_id=partnership_id, body=body, sha256=sha256(body.encode()).hexdigest())


async def text_by_number(unit: Unit, partnership_id: int, text_id: int) -> Text | None:
    """One text with its hash."""
    return await unit.one(select(Text).where(Text.partnership_id == partnership_id, Text.id == text_id))


_BODIES = select(Text.id, Text.body).where(
    Text.partnership_id == given("partnership_id"), col(Text.id).in_(any_of("numbers"))
)


async def texts(unit: Unit, partnership_id: int, numbers: Iterable[int | None]) -> dict[int, str]:
    """The words of these texts by number; a blanked one is empty."""
    wanted = {number for number in numbers if number is not None}
    if not wanted:
        return {}
    found = await unit.rows(_BODIES, partnership_id=partnership_id, numbers=list(wanted))
    return {number: body for number, body in found}
