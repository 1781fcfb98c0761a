"""Files that a command of the command line writes: readable by the service's own account alone, and hashed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from hashlib import sha256
from pathlib import Path

from bot.edge.gate import CannotStart


async def written(path: Path, writing: Awaitable[None]) -> str:
    """Let the file be written, close it to other accounts, and give its SHA-256. Raises CannotStart where it cannot."""
    try:
        await writing
        await asyncio.to_thread(path.chmod, 0o600)
    except OSError as error:
        raise CannotStart(f"The file {path} cannot be written: {error.strerror}.") from error
    return sha256(await asyncio.to_thread(path.read_bytes)).hexdigest()
