"""`python -m bot people import FILE [--partnership NAME]`: the same list as in the chat, for those who set it up."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from assurance.packing import pack_of
from assurance.people_import import TEMPLATE, Plan
from assurance.people_list import bring_in_people
from assurance.refusals import Refusal
from assurance.sheets import Table, read_file
from assurance.workbook_package import MOST_BYTES, TOO_LARGE
from bot.command_partnership import partnership_meant
from bot.edge.gate import CannotStart
from bot.house import utc_now
from bot.running import load_packs
from bot.settings import Settings
from cards.people_import import planned_words
from storage.migrate import is_current
from storage.unit import Store


async def import_people(
    settings: Settings, file: Path | str, partnership: str | None = None, *, confirmed: bool = False
) -> int:
    """Bring in a CSV or XLSX list, whole or not at all, and print what was done; 1 where rows have mistakes.

    `confirmed` says that titles which look as if they identify somebody do not. Raises CannotStart where
    the file, the database or the partnership is not there.
    """
    try:
        table = await asyncio.to_thread(_read, Path(file))
    except Refusal as refusal:
        print(refusal.text, file=sys.stderr)
        return 1
    store = Store(settings.database_url)
    try:
        if not await is_current(store):
            raise CannotStart("The database lacks migrations. Please run python -m bot db upgrade first.")
        await load_packs(store, settings, utc_now())
        async with store.open_unit() as unit:
            its = await partnership_meant(unit, partnership)
            plan = await bring_in_people(
                unit, None, its, await pack_of(unit, its), table, utc_now(), confirmed=confirmed
            )
    except Refusal as refusal:
        print(refusal.text, file=sys.stderr)
        return 1
    finally:
        await store.close()
    return _tell(plan)


def _read(path: Path) -> Table:
    if not path.is_file():
        raise CannotStart(f"There is no file {path}. A list begins like this:\n{TEMPLATE}")
    if path.stat().st_size > MOST_BYTES:
        raise Refusal(TOO_LARGE)
    return read_file(path.read_bytes())


def _tell(plan: Plan) -> int:
    for name, change in (("New", "new"), ("Changed", "changed")):
        for one in plan.those(change):
            print(f"{name}: {planned_words(one)}")
    print(f"{len(plan.those('same'))} already in place.")
    for stranger in plan.strangers:
        print(f"Not yet in the team: {stranger}")
    return 0
