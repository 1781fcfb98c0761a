"""Who did something, as a file tells it a year on: by part and title, with the name where it may stand.

A part outlives the person: it comes from what they held on that day, which stays when a name is blanked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from assurance.pack import Pack
from assurance.person_names import UNNAMED, former_members, is_former
from storage.partnerships import Partnership, seats
from storage.people import Holding, all_holdings, people
from storage.returns import Version
from storage.unit import Unit

LEFT_OUT = "[name left out]"


@dataclass(frozen=True)
class Parts:
    """What everybody held and when, the seats' names, and people's names, or what the erased are called.

    `named`: names may stand in the file.
    """

    held: Mapping[int, tuple[Holding, ...]]
    shorts: Mapping[int, str]
    seats: Mapping[int, str]
    names: Mapping[int, str]
    former: Mapping[int, str]
    spoken: Mapping[str, str]
    named: bool

    def part(self, person_id: int | None, day: date) -> str:
        """What somebody was on a day: a title, a role, or for which agency; empty where nothing is known."""
        if person_id is None:
            return ""
        on = [
            one
            for one in self.held.get(person_id, ())
            if (one.starts_on is None or one.starts_on <= day) and (one.ends_on is None or day <= one.ends_on)
        ]
        for one in on or self.held.get(person_id, ()):
            if one.role:
                return one.title if one.title and self.named else self.spoken.get(one.role, one.role.replace("_", " "))
            if one.seat_id is not None and one.seat_id in self.shorts:
                return f"for {self.shorts[one.seat_id]}"
        return ""

    def who(self, person_id: int | None, day: date) -> str:
        """Name and part; without names the part alone."""
        part = self.part(person_id, day)
        return self.together(self.called(person_id), part)

    def called(self, person_id: int | None) -> str:
        """A name, or what somebody is called whose name was erased; empty where names may not stand there."""
        return (self.names.get(person_id or 0) or self.former.get(person_id or 0, "")) if self.named else ""

    def giver(self, one: Version) -> str:
        """Who gave an answer: the title under which they gave it stays when they are gone."""
        return self.together(
            self.called(one.by_person_id), self.words(one.by_title) or self.part(one.by_person_id, one.at.date())
        )

    def together(self, name: str, part: str) -> str:
        """A name with a part, or whichever there is."""
        if part.startswith("for "):
            return name if is_former(name) else f"{name or 'a member'} {part}"
        if not name or not part or name == part:
            return name or part or UNNAMED
        return f"{name}, {part}"

    def words(self, text: str) -> str:
        """Somebody's own words; without names, those of the group's people are taken out of them."""
        return text if self.named or self._known is None else self._known.sub(LEFT_OUT, text)

    @cached_property
    def _known(self) -> re.Pattern[str] | None:
        whole = sorted((one for one in self.names.values() if " " in one.strip()), key=len, reverse=True)
        spaced = (r"\s+".join(re.escape(part) for part in one.split()) for one in whole)
        found = "|".join(spaced)
        return re.compile(rf"\b(?:{found})\b", re.IGNORECASE) if found else None


async def parts_of(unit: Unit, partnership: Partnership, pack: Pack, *, named: bool) -> Parts:
    """Everybody's parts in a partnership."""
    held: dict[int, list[Holding]] = {}
    for one in await all_holdings(unit, partnership.id):
        held.setdefault(one.person_id, []).append(one)
    rows, known = await seats(unit, partnership.id), await people(unit, partnership.id)
    erased = [one.id for one, name in known if not name.name and name.blanked_at is not None]
    terms = pack.terms
    spoken: dict[str, str] = {role.kind: f"the {role.title}" for role in reversed(pack.roles)}
    spoken |= {
        "officer": f"the {terms.officer}", "chair": f"the {terms.chair}", "vice_chair": f"the {terms.vice_chair}"
    }  # fmt: skip
    return Parts(
        held={person_id: tuple(some) for person_id, some in held.items()},
        shorts={one.id: one.short for one in rows}, seats={one.id: one.name for one in rows},
        names={one.id: name.name for one, name in known if name.name},
        former=await former_members(unit, partnership.id, erased),
        spoken=spoken, named=named,
    )  # fmt: skip
