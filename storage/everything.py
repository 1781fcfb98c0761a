"""Imports every record, so that the schema is whole wherever it is compared or created."""

from storage import (
    asks,
    chasers,
    contacts,
    decisions,
    drafts,
    learning,
    log,
    notices,
    partnerships,
    people,
    reports,
    retention,
    returns,
    seat_changes,
    texts,
)
from storage.base import metadata

__all__ = [
    "asks", "chasers", "contacts", "decisions", "drafts", "learning", "log", "metadata", "notices", "partnerships",
    "people", "reports", "retention", "returns", "seat_changes", "texts",
]  # fmt: skip
