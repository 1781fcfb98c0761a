"""What the officer's morning page is made of: parts with lines, and the one press of each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from assurance.actors import Actor
from assurance.open_items import LoopNow, OpenItem, OpenItems
from assurance.pack import Pack
from assurance.status import SeatNames, name_of
from storage.partnerships import Partnership
from storage.people import Holding
from storage.unit import Unit

MOST_LINES = 8
MOST_WAYS = 6
"""So many buttons stand in a row."""
To = Literal["item", "plea", "seat", "meeting", "summary", "report", "word"]


@dataclass(frozen=True)
class Way:
    """One press: to a request, a plea, a seat, a meeting or a summary by its number, or to a word of the bot."""

    to: To
    name: str
    number: int = 0
    word: str = ""


@dataclass(frozen=True)
class Section:
    """What waits of one kind. `more`: how many lines were left out to keep the page short."""

    key: str
    name: str
    lines: tuple[str, ...]
    ways: tuple[Way, ...] = ()
    more: int = 0


@dataclass(frozen=True)
class Morning:
    """What every section is made from: read once."""

    unit: Unit
    actor: Actor
    partnership: Partnership
    pack: Pack
    now: datetime
    found: OpenItems
    known: Sequence[SeatNames]
    people: Mapping[int, str]
    held: Sequence[Holding]

    @property
    def today(self) -> date:
        """The day that it is in the partnership's zone."""
        return self.found.today

    def label(self, loop: LoopNow) -> str:
        """An addressee as the officer's lists name it."""
        return name_of(loop, {one.seat_id: one.label for one in self.known}, dict(self.people))

    def standing(self, *hows: str) -> list[tuple[OpenItem, LoopNow]]:
        """Every addressee that stands in one of these ways, item by item."""
        named = (item for item in self.found.items if not item.kind.anonymous)
        return [(item, one) for item in named for one in item.loops if one.how in hows]


Part = Callable[[Morning], Awaitable[Section | None]]
"""One part of the page."""


def section(key: str, name: str, lines: Sequence[str], ways: Sequence[Way] = ()) -> Section | None:
    """A section, or nothing where it has no lines; ways that lead to the same place are one."""
    if not lines:
        return None
    return Section(key, name, tuple(lines[:MOST_LINES]), tuple(dict.fromkeys(ways)), max(0, len(lines) - MOST_LINES))
