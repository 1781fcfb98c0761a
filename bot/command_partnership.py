"""Which partnership a command of the command line is about."""

from __future__ import annotations

from bot.edge.gate import CannotStart
from storage.partnerships import Partnership, every_partnership
from storage.unit import Unit


async def partnership_meant(unit: Unit, named: str | None) -> Partnership:
    """The partnership of this name, or the only one there is. Raises CannotStart, which names them, otherwise."""
    every = await every_partnership(unit)
    if named is None and len(every) == 1:
        return every[0]
    found = next((one for one in every if named in (one.slug, one.title)), None)
    if found is None:
        known = ", ".join(one.slug for one in every)
        raise CannotStart(f"Which partnership? Please add --partnership and one of: {known}.")
    return found
