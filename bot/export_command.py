"""`python -m bot export [--partnership NAME] [--out FILE]`: the whole record, for whoever runs the service."""

from __future__ import annotations

from pathlib import Path

from assurance.exports import note_export
from assurance.exports_record import export_record
from bot.command_files import written
from bot.command_partnership import partnership_meant
from bot.documents import word
from bot.documents.workbook import write_record
from bot.edge.gate import CannotStart
from bot.house import utc_now
from bot.settings import Settings
from storage.migrate import is_current
from storage.unit import Store


async def export(settings: Settings, partnership: str | None = None, out: Path | str | None = None) -> int:
    """Write one partnership's record to a workbook, note it in the log, and print where it is.

    Without `out` it lies where the bot puts its own exports. The service may go on running meanwhile. Raises
    CannotStart where the database or the partnership is not there, or the file cannot be written.
    """
    store = Store(settings.database_url)
    now = utc_now()
    try:
        if not await is_current(store):
            raise CannotStart("The database lacks migrations. Please run python -m bot db upgrade first.")
        async with store.open_unit() as unit:
            its = await partnership_meant(unit, partnership)
        name = word.file_name(its.slug, "record", now.date().isoformat(), ending=".xlsx")
        path = Path(out) if out else settings.data_dir / "exports" / its.slug / name
        digest = await written(path, write_record(path, await export_record(store.open_unit, None, its.id, now)))
        async with store.open_unit() as unit:
            await note_export(
                unit, its.id, None, file="record", subject=f"partnership:{its.id}", refs={}, digest=digest, now=now
            )
    finally:
        await store.close()
    print(f"The record of {its.title} is in {path}.")
    print("It holds names and addresses: keep it where only those may read it who may read the record.")
    return 0
