"""`python -m bot person export | erased | erase-again`: one person's data, from a shell (UK GDPR 15 and 17).

A copy of the database that is older than an erasure brings the erased person back. `erased` writes the list that is
kept apart from the copies; after a restore `erase-again` does what is on it once more.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assurance.calendar import local_day
from assurance.erasing import WHAT, erase
from assurance.exports import note_export
from assurance.packing import pack_of
from assurance.person_data import people_meant, people_numbered, person_data
from assurance.person_export import person_export
from assurance.refusals import Refusal
from bot.command_files import written
from bot.command_partnership import partnership_meant
from bot.documents.workbook import write_person
from bot.edge.gate import CannotStart
from bot.handlers.person_data import FILE, file_name
from bot.house import utc_now
from bot.settings import Settings
from storage.migrate import is_current
from storage.partnerships import Partnership
from storage.personal import entries_of
from storage.unit import Store, Unit

COLUMNS = ("person", "erased on")
KEEP = "It holds personal data: keep it where only those may read it who may, and delete it once it was handed over."


@dataclass(frozen=True)
class Listed:
    """One line of the list: a person's number, and the day on which they were erased."""

    person_id: int
    on: date


async def export_person(
    settings: Settings, person: str, partnership: str | None = None, out: Path | str | None = None
) -> int:
    """Write what is held about one person to a workbook, note it in the log, and print where it is.

    `person` is a name, an e-mail address, an Entra object id, or a number. Gives 1 where nobody, or several people,
    are meant. Raises CannotStart where the database or the partnership is not there, or the file cannot be written.
    """
    async with _opened(settings) as store:
        now = utc_now()
        async with store.open_unit() as unit:
            its = await partnership_meant(unit, partnership)
            pack = await pack_of(unit, its)
            numbers: Sequence[int] = await people_meant(unit, None, its, person)
            if not numbers and person.isascii() and person.isdigit() and len(person) < 10:
                numbers = [int(person)]
            found = await people_numbered(unit, None, its, pack, numbers, now)
        if len(found) != 1:
            print("Nobody is known by that." if not found else "Which one? Please give the number:", file=sys.stderr)
            for one in found:
                print(f"{one.person_id}: {one.name}, {one.where}", file=sys.stderr)
            return 1
        [one] = found
        name = file_name(one.person_id, local_day(now, pack.timezone).isoformat())
        path = Path(out) if out else settings.data_dir / "exports" / its.slug / name
        found_here = await person_export(store.open_unit, None, its.id, one.person_id, now)
        digest = await written(path, write_person(path, found_here))
        async with store.open_unit() as unit:
            await note_export(
                unit, its.id, None, file=FILE, subject=f"person:{one.person_id}", refs={}, digest=digest, now=now
            )
    print(f"What is held about {one.name} is in {path}.")
    print(KEEP)
    return 0


async def list_erased(settings: Settings, partnership: str | None = None, since: date | None = None) -> int:
    """Print who was erased since a day, by number: the list for `erase-again`. Raises CannotStart."""
    async with _opened(settings) as store, store.open_unit() as unit:
        its = await partnership_meant(unit, partnership)
        zone = (await pack_of(unit, its)).timezone
        entries = await entries_of(unit, its.id, WHAT)
    lines = [(one.subject.partition(":")[2], local_day(one.at, zone)) for one in entries]
    print(",".join(COLUMNS))
    for number, on in lines:
        if since is None or on >= since:
            print(f"{number},{on.isoformat()}")
    return 0


async def erase_again(
    settings: Settings,
    file: Path | str,
    partnership: str | None = None,
    since: date | None = None,
    *,
    yes: bool = False,
) -> int:
    """After a restore: show whom the list would erase, and with `yes` erase them; gives 1 where somebody could not be.

    Somebody who is on a seat again in the copy has to be ended there first. Raises CannotStart.
    """
    listed = [one for one in read_list(Path(file)) if since is None or one.on >= since]
    left = 0
    async with _opened(settings) as store:
        for one in listed:
            async with store.open_unit() as unit:
                its = await partnership_meant(unit, partnership)
                pack = await pack_of(unit, its)
                officers = frozenset(person for slug, person in settings.officers if slug == its.slug)
                try:
                    view = await person_data(unit, None, its, pack, one.person_id, utc_now(), officers)
                except Refusal:
                    print(f"{one.person_id}: not in this copy, so there is nothing to erase.")
                    continue
                places = f" ({'; '.join(view.places)})" if view.places else ""
                if view.erased:
                    print(f"{one.person_id}: erased already.")
                elif view.why_not:
                    left += 1
                    print(f"{one.person_id}: not possible yet. {view.why_not}")
                elif not yes:
                    print(f"{one.person_id}: {view.name}{places} would be erased, as on {one.on.isoformat()}.")
                else:
                    left += not await _erased(unit, its, one, officers)
    if not yes and listed:
        print("Nothing was changed. If these are the right people, run it again with --yes.")
    return 1 if left else 0


async def _erased(unit: Unit, its: Partnership, one: Listed, officers: frozenset[str]) -> bool:
    try:
        await erase(unit, None, its, await pack_of(unit, its), one.person_id, utc_now(), officers=officers)
    except Refusal as why:
        print(f"{one.person_id}: not possible yet. {why.text}")
        return False
    print(f"{one.person_id}: erased.")
    return True


def read_list(path: Path) -> list[Listed]:
    """The list that `erased` printed. Raises CannotStart where it is not there or a line cannot be read."""
    if not path.is_file():
        raise CannotStart(f"There is no file {path}. python -m bot person erased prints such a list.")
    found = []
    with path.open(encoding="utf-8-sig", newline="") as text:
        for at, row in enumerate(csv.reader(text), 1):
            if not row or tuple(part.strip() for part in row) == COLUMNS:
                continue
            try:
                number, on = row
                found.append(Listed(int(number), date.fromisoformat(on.strip())))
            except ValueError:
                raise CannotStart(f"{path}, line {at}: please write it as 41,2026-11-02.") from None
    return found


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Store]:
    store = Store(settings.database_url)
    try:
        if not await is_current(store):
            raise CannotStart("The database lacks migrations. Please run python -m bot db upgrade first.")
        yield store
    finally:
        await store.close()
