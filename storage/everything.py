"""Imports every record, so that the schema is whole wherever it is compared or created."""

from storage import asks, contacts, drafts, learning, log, notices, partnerships, people, returns, texts
from storage.base import metadata

__all__ = [
    "asks", "contacts", "drafts", "learning", "log", "metadata", "notices", "partnerships", "people", "returns",
    "texts",
]  # fmt: skip
