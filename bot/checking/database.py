"""The database: is it there, up to date and writable; and for SQLite its folder."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bot.checking.findings import Finding, Looking, look, not_done, ok, wrong
from bot.settings import lost_folder
from storage.condition import Condition, Hindrance, condition_of, kind_of, sqlite_file
from storage.unit import Store

FULL, SCARCE = 50_000_000, 1_000_000_000
"""So many bytes must be free; fewer than the second are worth a look."""
_UPGRADE: Final = "python -m bot db upgrade"
_HINDERED: Final[dict[Hindrance, tuple[str, str]]] = {
    "password": ("It does not let us in.", "Look at the user and the password in LOOP_DATABASE_URL."),
    "database": ("The server has no database of that name.", "Make it, or mend the name in LOOP_DATABASE_URL."),
    "server": (
        "No server answers there.",
        "Does it run? Look at host and port in LOOP_DATABASE_URL.",
    ),
    "full": ("It has no connection left for us.", "Allow more connections, or stop what holds them."),
    "other": ("It cannot be used.", "Look at its own log, and at LOOP_DATABASE_URL."),
}


async def database_there(at: Looking) -> Sequence[Finding]:
    """Whether it answers, has every migration, and takes what is written. Opens `at.store` where all is well."""
    url, file = at.settings.database_url, sqlite_file(at.settings.database_url)
    kind = kind_of(url)
    if kind is None:
        return [not_done("Database", "LOOP_DATABASE_URL cannot be read, see above.")]
    if fault := await asyncio.to_thread(lost_folder, at.settings):
        return [wrong("Database", fault.said, fault.do)]
    if file is not None and not await asyncio.to_thread(file.exists):
        said = f"There is no file {file} yet."
        return [look("Database", said, "The service makes it when it first starts; or look at LOOP_DATA_DIR.")]
    found = await condition_of(url)
    if found.hindrance:
        return [wrong("Database", *_HINDERED[found.hindrance])]
    name = f"SQLite, {file}" if file else "PostgreSQL"
    if found.ahead is not None:
        at.ahead["the database's"] = found.ahead
    lines = [ok("Database", f"{name}; it answers."), _migrations(found, sqlite=file is not None)]
    if found.lacking == 0:
        at.store = Store(url, reading=True)
        lines.append(
            ok("Writing", "What is written is taken.") if found.writable else
            wrong("Writing", "It can be read and not written to.", "Look at the rights of the file, or of the user.")
        )  # fmt: skip
    return lines


def _migrations(found: Condition, *, sqlite: bool) -> Finding:
    if found.lacking is None:
        said = "It was made by a newer version of this program."
        return wrong("Migrations", said, "Install that version; or put a copy from before it back.")
    if not found.lacking:
        return ok("Migrations", "It has every migration.")
    said = f"It lacks {found.lacking} migration{'' if found.lacking == 1 else 's'}."
    if sqlite:
        return look("Migrations", said, f"They come with the next start, or now with {_UPGRADE}. Make a copy first.")
    return wrong("Migrations", said, f"Make a copy, then type {_UPGRADE}; the service does not start before.")


async def folder_there(at: Looking) -> Sequence[Finding]:
    """Whether the folder of the data, and of a SQLite file, is ours alone and has room."""
    file = sqlite_file(at.settings.database_url)
    folders = [at.settings.data_dir, *([file.parent] if file else [])]
    return await asyncio.to_thread(_folders, at, list(dict.fromkeys(one.resolve() for one in folders)), file)


def _folders(at: Looking, folders: Sequence[Path], file: Path | None) -> list[Finding]:
    found = []
    for folder in folders:
        there = next(one for one in (folder, *folder.parents) if one.exists())
        if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
            found.append(wrong("Folder", f"{folder} cannot be written to.", "Look at LOOP_DATA_DIR and its owner."))
            continue
        free = shutil.disk_usage(there).free
        if free < FULL:
            found.append(wrong("Room", f"{folder} has {_megabytes(free)} left.", "Make room: nothing can be saved."))
        elif free < SCARCE:
            found.append(look("Room", f"{folder} has {_megabytes(free)} left.", "Make room before it is full."))
    if not at.settings.playground and file is not None and file.exists() and open_to_others(file):
        do = f"chmod 600 {file}, or chmod 700 on its folder."
        found.append(look("Folder", "Other accounts of this machine can read the database.", do))
    return found or [ok("Folder", f"{folders[0]}: ours, with {_megabytes(shutil.disk_usage(there).free)} free.")]


def open_to_others(name: Path | str) -> bool:
    """Whether accounts that are neither its owner nor in its group can read a file: no folder above keeps them out."""
    file = Path(name)
    if not file.stat().st_mode & stat.S_IROTH:
        return False
    return all(one.stat().st_mode & stat.S_IXOTH for one in file.resolve().parents)


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000_000:,.1f} GB" if size >= 1_000_000_000 else f"{size / 1_000_000:,.0f} MB"
