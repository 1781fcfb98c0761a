"""Files that people take: offered in their own chat where Teams keeps them, else written down where the bot runs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assurance.owing import owe
from assurance.refusals import NotFound, Refusal
from bot.files import send_file
from bot.turns import Here, Turn
from storage.people import person
from storage.unit import Unit

OFFERED = "I am offering you {what} in this chat. Press Allow there to keep it in your OneDrive."


async def can_be_offered(unit: Unit, turn: Turn, here: Here) -> bool:
    """Whether Teams takes a file here: in the person's own chat, not for guests, who have no OneDrive with us."""
    if not turn.private or turn.house.settings.playground:
        return False
    one = await person(unit, here.partnership.id, here.actor.person_id)
    return one is not None and not one.guest


async def owe_file(unit: Unit, turn: Turn, here: Here, kind: str, subject: dict[str, Any]) -> None:
    """Owe whoever pressed an offer of a file, or word of what became of it: once for each press."""
    await owe(
        unit,
        here.partnership.id,
        f"{kind}:{here.actor.person_id}:{turn.activity_id}",
        kind,
        now=turn.now,
        subject=subject,
        person_id=here.actor.person_id,
        rank=0,
    )


def consent(data: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """The context of an offer that somebody accepted, and where to put the file. Raises NotFound for anything else."""
    context, upload = data.get("context"), data.get("uploadInfo")
    url = upload.get("uploadUrl") if isinstance(upload, Mapping) else None
    if not isinstance(context, Mapping) or not isinstance(url, str):
        raise NotFound("I cannot find that file any more.")
    return context, url


async def put(turn: Turn, url: str, content: bytes) -> bool:
    """Put a file where Teams said; says whether it is there. Call it with no transaction open."""
    try:
        await send_file(turn.house, url, content)
    except Refusal:
        return False
    return True


async def write_down(turn: Turn, here: Here, name: str, content: bytes) -> Path:
    """Write a file into the partnership's folder of exports on the machine that runs the bot."""
    path = turn.house.settings.data_dir / "exports" / here.partnership.slug / name
    await asyncio.to_thread(_write, path, content)
    return path


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
