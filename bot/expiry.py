"""Watches when the bot's own credential runs out, after each beat, and has the officers told."""

from __future__ import annotations

from datetime import datetime, timedelta

from assurance.expiring import tell_of_expiry
from assurance.packing import pack_of
from bot.edge.credentials import expires_on
from bot.edge.mishap import note_mishap
from bot.edge.starting import CannotStart
from bot.house import House
from storage.partnerships import every_partnership, partnership

EVERY = timedelta(hours=1)
"""How often the credential is looked at: a certificate is a file that may be renewed at any time."""


class ExpiryWatch:
    """Call it after each beat; it looks once an hour, and tells each officer once for each of the days before."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._looked_at: datetime | None = None

    async def __call__(self) -> int:
        """Owe what is due now; gives how many are owed. A failure in one partnership does not stop the others."""
        now = self._house.now()
        if self._looked_at is not None and timedelta() <= now - self._looked_at < EVERY:
            return 0
        self._looked_at = now
        try:
            ends_on = expires_on(self._house.settings)
        except CannotStart as error:  # such as a certificate that is being replaced just now
            note_mishap("Looking at the credential", error)
            return 0
        if ends_on is None:
            return 0
        async with self._house.open_unit() as unit:
            numbers = [one.id for one in await every_partnership(unit) if one.pack_sha256 and not one.practice]
        done = 0
        for number in numbers:
            try:
                async with self._house.open_unit() as unit:
                    its = await partnership(unit, number, lock=True)  # every replica looks
                    if its is not None:
                        done += await tell_of_expiry(unit, its, await pack_of(unit, its), ends_on, now)
            except Exception as error:
                note_mishap("Telling of the credential's end", error)
        return done
