"""`python -m bot due --at TIME`: what would be sent at that time and to whom. It sends nothing and stores nothing."""

from __future__ import annotations

from datetime import datetime

from assurance.dates import moment_words
from assurance.foreseeing import Foreseen, ForeseenIn, due_at
from bot.edge.gate import CannotStart
from bot.settings import Settings
from storage.migrate import is_current
from storage.unit import Store


async def show_due(settings: Settings, at: datetime) -> int:
    """Print it, partnership by partnership. Raises CannotStart where the database is not up to date."""
    store = Store(settings.database_url)
    try:
        if not await is_current(store):
            raise CannotStart("The database lacks migrations. Please run python -m bot db upgrade first.")
        found = await due_at(store.open_unit, at)
    finally:
        await store.close()
    if not found:
        print("There is no partnership in this database yet.")
    for one in found:
        print("\n".join(due_lines(one)))
    return 0


def due_lines(found: ForeseenIn) -> list[str]:
    """One partnership's part of what is printed."""
    head = f"{found.partnership}, up to {moment_words(found.at, found.timezone)}:"
    return [head, *([f"  {_line(one)}" for one in found.messages] or ["  Nothing would be sent."])]


def _line(one: Foreseen) -> str:
    whom = f"{one.to} ({one.place})" if one.place else one.to
    return f"{one.what}, to {whom}{': ' if one.why else ''}{one.why}"
