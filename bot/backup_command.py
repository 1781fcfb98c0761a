"""`python -m bot backup [--out FOLDER] [--keep N]`: a copy of the records, taken while the service runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from bot.edge.starting import CannotStart
from bot.house import utc_now
from bot.settings import Settings
from storage.condition import sqlite_file
from storage.copies import BadCopy, Copied, copy_sqlite, postgres_commands

_OWN: Final = re.compile(r"learning-loop-\d{8}T\d{6}Z\.db")
"""The names that we give copies, and the only files that `--keep` ever removes."""
_POSTGRES: Final = """PostgreSQL makes its own copies, with the tools of its own version, also while the service runs:

    {dump}

Look whether it can be read, with pg_restore --list {name}.dump. To put it back: stop every process of the
service, make an empty database, then

    {restore}
    python -m bot restore --settle

The password comes from PGPASSWORD or ~/.pgpass. Nothing was copied now."""


def backup(settings: Settings, out: Path | str | None = None, keep: int | None = None) -> int:
    """Write a copy, and print where it is and where each partnership's log ends in it.

    On PostgreSQL it prints the commands for this database instead, and gives 2. Raises CannotStart where no copy
    can be made; the copies that were there stay.
    """
    now = utc_now()
    name = f"learning-loop-{now:%Y%m%dT%H%M%SZ}"
    source = sqlite_file(settings.database_url)
    if source is None:
        dump, restore = postgres_commands(settings.database_url, name)
        print(_POSTGRES.format(dump=dump, restore=restore, name=name))
        return 2
    if not source.is_file():
        raise CannotStart(f"There is no database at {source} yet.")
    folder = Path(out) if out else settings.data_dir / "backups"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"The folder {folder} cannot be made: {error.strerror}.") from error
    try:
        made = copy_sqlite(source, folder / f"{name}.db")
    except BadCopy as error:
        raise CannotStart(f"{error} Earlier copies were left as they are.") from error
    print("\n".join(told(made)))
    for one in older_than_kept(folder, keep):
        one.unlink()
        print(f"{one.name} was removed.")
    return 0


def told(made: Copied) -> list[str]:
    """What is printed of a copy."""
    lines = [f"{made.path}, {_size(made.size)}, looked through and found whole."]
    lines += log_ends(made)
    return [*lines, "It holds names and what people wrote: keep it as safe as the records, and on another machine."]


def log_ends(copy: Copied) -> list[str]:
    """Where each partnership's log ends in a copy."""
    return [f"{one.title}: its log ends with entry {one.number:,}, {one.hash[:16] or 'none'}." for one in copy.heads]


def older_than_kept(folder: Path, keep: int | None) -> list[Path]:
    """Our own copies in a folder beyond the `keep` newest; none where that is not given."""
    own = sorted(one for one in folder.iterdir() if _OWN.fullmatch(one.name) and one.is_file())
    return own[: len(own) - keep] if keep is not None and len(own) > keep else []


def _size(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"
