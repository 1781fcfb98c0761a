"""The clock of this machine, and the zones that the packs name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from assurance.dates import time_words
from assurance.packing import read_pack
from bot.checking.findings import Finding, Looking, look, not_done, ok, wrong
from bot.running import pack_text

WRONG, SLOPPY = 300.0, 60.0
"""From so many seconds on our clock is wrong, as Microsoft counts it; from the second on it is worth a look."""
_SET: Final = "Let this machine take its time from a time server (timedatectl set-ntp true)."


async def clock_right(at: Looking) -> Sequence[Finding]:
    """Hold our clock against Microsoft's, or the database's, whichever could be asked."""
    if not at.ahead:
        return [not_done("Clock", "There was nobody to ask what time it is.")]
    return [how_far_off(whose, seconds) for whose, seconds in at.ahead.items()]


def how_far_off(whose: str, seconds: float) -> Finding:
    """By how much our clock differs, in words; `seconds` are those that it is ahead."""
    off = abs(seconds)
    if off < SLOPPY:
        return ok("Clock", f"As {whose}, to within {max(1, round(off))} second{'' if round(off) <= 1 else 's'}.")
    said = (
        f"{off / 60:.0f} minute{'' if round(off / 60) == 1 else 's'} {'ahead of' if seconds > 0 else 'behind'} {whose}."
    )
    return wrong("Clock", said, _SET) if off > WRONG else look("Clock", said, _SET)


async def zones_known(at: Looking) -> Sequence[Finding]:
    """Whether this machine knows each partnership's zone."""
    found = []
    for name in at.settings.packs:
        try:
            pack = read_pack(pack_text(name))
        except Exception:  # what is wrong with a pack is told where the packs are
            found.append(not_done("Time zone", f"The pack {name} cannot be read, see below."))
            continue
        try:
            ZoneInfo(pack.timezone)
            found.append(ok("Time zone", f"{pack.timezone}: it is {time_words(at.now, pack.timezone)} there."))
        except (ZoneInfoNotFoundError, ValueError):
            found.append(wrong("Time zone", f"{pack.timezone} is not known here.", "Install the package tzdata."))
    return list(dict.fromkeys(found))
