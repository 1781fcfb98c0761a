"""`python -m bot start FILE`: a running start from the command line, and the empty workbook for it."""

from __future__ import annotations

import asyncio
import sys
from datetime import date
from pathlib import Path

from assurance.dates import day_words
from assurance.packing import pack_of
from assurance.refusals import Mistakes, Refusal
from assurance.running_start import StartPreview, preview_start
from assurance.running_start import bring_in as bring_in_records
from assurance.running_start_workbook import Workbook, open_workbook, template
from assurance.workbook_package import MOST_BYTES, TOO_LARGE
from bot.command_partnership import partnership_meant
from bot.edge.gate import CannotStart
from bot.house import utc_now
from bot.running import load_packs
from bot.settings import Settings
from cards.running_start import totals
from storage.migrate import is_current
from storage.unit import Store


async def bring_in(
    settings: Settings,
    file: Path | str,
    partnership: str | None = None,
    starts_on: date | None = None,
    *,
    confirmed: bool = False,
) -> int:
    """Bring in a workbook, whole or not at all, and print what came in; 1 where cells have mistakes.

    Without a start date it only prints what would come in. `confirmed` says that cells which look as if they
    identify somebody do not. Raises CannotStart where the file, the database or the partnership is not there.
    """
    try:
        book = await asyncio.to_thread(_read, Path(file))
    except Refusal as refusal:
        print(refusal.text, file=sys.stderr)
        return 1
    store = Store(settings.database_url)
    try:
        if not await is_current(store):
            raise CannotStart("The database lacks migrations. Please run python -m bot db upgrade first.")
        await load_packs(store, settings, utc_now())
        return await _bring_in(store, book, partnership, starts_on, confirmed=confirmed)
    finally:
        await store.close()


async def _bring_in(
    store: Store, book: Workbook, partnership: str | None, starts_on: date | None, *, confirmed: bool
) -> int:
    async with store.open_unit() as unit:
        its = await partnership_meant(unit, partnership)
        found = await preview_start(unit, None, its, await pack_of(unit, its), book, utc_now())
    for line in (*found.mistakes, *found.questions):
        print(line, file=sys.stderr)
    if found.mistakes:
        print("Nothing was brought in. Please mend these cells first.", file=sys.stderr)
        return 1
    if found.questions and not confirmed:
        print("Nothing was brought in. Please take these out, or add --identifies-nobody.", file=sys.stderr)
        return 1
    if starts_on is None:
        print(f"This would come in: {totals(found)}. Add --starts-on and a day to bring it in.")
        return 0
    try:
        async with store.open_unit() as unit:
            its = await partnership_meant(unit, partnership)
            found = await bring_in_records(
                unit, None, its, await pack_of(unit, its), book, starts_on, utc_now(), confirmed=confirmed
            )
    except Mistakes as mistake:
        print("The start date must be today or later.", *mistake.fields.values(), file=sys.stderr)
        return 1
    except Refusal as refusal:
        print(refusal.text, file=sys.stderr)
        return 1
    _tell(found, starts_on)
    return 0


def _tell(found: StartPreview, starts_on: date) -> None:
    print(f"{found.title}. Brought in: {totals(found)}.")
    print(f"Nobody is asked about anything before {day_words(starts_on)}.")


async def write_template(settings: Settings, file: Path | str, partnership: str | None = None) -> int:
    """Write an empty workbook, with its guide in the partnership's own words."""
    store = Store(settings.database_url)
    try:
        async with store.open_unit() as unit:
            its = await partnership_meant(unit, partnership)
            pack = await pack_of(unit, its)
    finally:
        await store.close()
    await asyncio.to_thread(Path(file).write_bytes, template(pack))
    print(f"The empty workbook is in {file}.")
    return 0


def _read(path: Path) -> Workbook:
    if not path.is_file():
        raise CannotStart(f"There is no file {path}.")
    if path.stat().st_size > MOST_BYTES:
        raise Refusal(TOO_LARGE)
    return open_workbook(path.read_bytes())
