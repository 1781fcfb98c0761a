"""Reports: the only cards whose figures are kept, so that a later correction shows as a change (B15, F1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

from storage.base import json_value, key, moment, refers


class Report(SQLModel, table=True):
    """One report of a group for a period: a draft, then approved, with its figures as they stood.

    `kind` is "summary", or the id of one of the pack's reports. `period` is a key such as "2026-27 Q3" or
    "meeting:12". `figures` holds counts, keys and numbers of texts, never words. States: draft, approved.
    """

    __table_args__ = (UniqueConstraint("partnership_id", "kind", "period"),)
    id: int = key()
    partnership_id: int = refers("partnership.id")
    group_key: str
    kind: str
    period: str
    meeting_id: int | None = refers("meeting.id", index=True, optional=True)
    state: str = "draft"
    figures: Any = json_value()
    commentary_text_id: int | None = refers("text.id", optional=True)
    drafted_at: datetime = moment()
    approved_at: datetime | None = moment(optional=True)
    approved_by: int | None = refers("person.id", optional=True)
