"""Which wording of a learning item an answer was given to, and whether its meaning was corrected since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assurance.calendar import local_day
from storage.learning import LearningVersion


def corrected_after(versions: Sequence[LearningVersion], wording_id: int | None, timezone: str) -> date | None:
    """The day on which the meaning was last corrected after this wording, or None where it still holds."""
    number = next((one.number for one in versions if one.id == wording_id), None)
    if number is None:
        return None
    later = [one for one in versions if one.number > number and one.meaning_changed]
    return local_day(later[-1].at, timezone) if later else None
