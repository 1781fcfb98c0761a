"""The officer's morning page: what waits, each with the one press that leads to where it is settled.

A section is one small function; it is left out where there is nothing in it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from assurance.actors import Actor
from assurance.calendar import local_day
from assurance.dates import count_words, day_words, listing
from assurance.learning_draft import resumable
from assurance.open_items import LoopNow, OpenItem, OpenItems, open_items
from assurance.pack import Pack
from assurance.people_view import UNNAMED
from assurance.permissions import require
from assurance.standing import counted, due_words
from assurance.status import SeatNames, name_of, people_in, seat_names
from storage.chasers import away_on
from storage.contacts import open_pleas
from storage.partnerships import Partnership
from storage.people import Holding, holdings_on, names
from storage.returns import find_return
from storage.unit import Unit

SOON = timedelta(days=7)
MOST_LINES = 8
To = Literal["item", "plea", "seat", "word"]


@dataclass(frozen=True)
class Way:
    """One press: to a request, a plea or a seat by its number, or to a word of the bot."""

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
class MorningView:
    """The whole page; no sections where nothing waits."""

    partnership_id: int
    today: date
    sections: tuple[Section, ...]


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


async def morning_view(unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, now: datetime) -> MorningView:
    """What waits for the officer today. Raises NotAllowed for anybody else."""
    require(actor, "see_morning")
    found = await open_items(unit, actor, partnership, pack, now)
    morning = Morning(
        unit, actor, partnership, pack, now, found, await seat_names(unit, partnership, pack),
        await people_in(unit, partnership, found.items), await holdings_on(unit, partnership.id, found.today),
    )  # fmt: skip
    parts = [await part(morning) for part in SECTIONS]
    return MorningView(partnership.id, found.today, tuple(one for one in parts if one is not None))


def section(key: str, name: str, lines: Sequence[str], ways: Sequence[Way] = ()) -> Section | None:
    """A section, or nothing where it has no lines; ways that lead to the same place are one."""
    if not lines:
        return None
    return Section(key, name, tuple(lines[:MOST_LINES]), tuple(dict.fromkeys(ways)), max(0, len(lines) - MOST_LINES))


_ASKS = {
    "more_time": "{who} asks for more time for {title}",
    "someone_else": "{who} says that someone else should answer {title}",
    "in_error": "{who} says that {title} was sent in error",
}


async def pleas_waiting(m: Morning) -> Section | None:
    """What members have told the officer and nobody has settled."""
    labels, lines, ways = {one.seat_id: one.label for one in m.known}, [], []
    for one in await open_pleas(m.unit, m.partnership.id):
        about = await find_return(m.unit, m.partnership.id, one.return_id)
        if about is None:
            continue
        row, _, request, _ = about
        who = labels.get(row.seat_id or 0) or (await names(m.unit, m.partnership.id, [one.by_person_id])).get(
            one.by_person_id, "A former member"
        )
        until = f", until {day_words(one.wanted_on)}" if one.wanted_on else ""
        lines.append(f"{_ASKS[one.kind].format(who=who, title=request.title)}{until}.")
        ways.append(Way("plea", f"Answer {who}", one.id))
    return section("pleas", "Waiting for your answer", lines, ways)


async def not_reached(m: Morning) -> Section | None:
    """Agencies whose card has not reached anybody, and why."""
    lines = [f"{m.label(one)}, {item.title}: {one.why_not}" for item, one in m.standing("not_reached")]
    ways = [Way("item", _short(item.title), item.request_id) for item, _ in m.standing("not_reached")]
    return section("not_reached", "Not reached", lines, ways)


async def vacant(m: Morning) -> Section | None:
    """Agencies for which nobody is there, though something is asked of them."""
    asked: dict[str, list[str]] = {}
    for item, one in m.standing("vacant"):
        asked.setdefault(m.label(one), []).append(item.title)
    lines = [f"{label}: {listing(titles)}" for label, titles in asked.items()]
    return section("vacant", "Nobody there to answer", lines, [Way("word", "People", word="people")])


async def past_due(m: Morning) -> Section | None:
    """Agencies past the due date, each with what it owes; a press shows what was sent and can remind."""
    owed: dict[tuple[int, str], list[str]] = {}
    for item, one in m.standing("late"):
        said = f"{item.title}, {due_words(one.extended_to or one.due_on, m.today)}"
        owed.setdefault((one.seat_id or 0, m.label(one)), []).append(said)
    lines = [f"{label}: {listing(said)}" for (_, label), said in owed.items()]
    ways = [Way("seat", label, seat_id) for seat_id, label in owed if seat_id]
    return section("late", "Past the due date", lines, ways)


async def due_soon(m: Morning) -> Section | None:
    """What falls due within a week and has not all come."""
    lines, ways = [], []
    for item in m.found.items:
        days = [
            one.extended_to or one.due_on
            for one in item.loops
            if one.how in ("waiting", "extended") and m.today <= (one.extended_to or one.due_on) <= m.today + SOON
        ]
        if days:
            lines.append(f"{item.title}, by {day_words(min(days))}: {counted(item.answered, item.asked)}")
            ways.append(Way("item", _short(item.title), item.request_id))
    return section("due", "Due within a week", lines, ways)


async def drafts_begun(m: Morning) -> Section | None:
    """Learning that was begun and not issued."""
    begun = await resumable(m.unit, m.actor, m.partnership)
    lines = [f"{one.title}, saved on {_day(one.saved_at, m)}" for one in begun]
    return section("drafts", "Begun and not issued", lines, [Way("word", "Drafts", word="drafts")])


async def absent(m: Morning) -> Section | None:
    """Who is away today, for which agency, until when, and who stands in."""
    away = await away_on(m.unit, m.partnership.id, m.today)
    stands_in = {one.stands_in_for: one.person_id for one in m.held if one.stands_in_for in away}
    called = await names(m.unit, m.partnership.id, {*away, *stands_in.values()}) if away else {}
    labels = {one.seat_id: one.label for one in m.known}
    lines = []
    for person_id, last in sorted(away.items(), key=lambda one: (one[1], called.get(one[0], ""))):
        on = [labels[one.seat_id] for one in m.held if one.person_id == person_id and one.seat_id in labels]
        place = f" ({listing(list(dict.fromkeys(on)))})" if on else ""
        line = f"{called.get(person_id, UNNAMED)}{place} until {day_words(last)}"
        deputy = called.get(stands_in.get(person_id, 0))
        lines.append(f"{line}; {deputy} stands in" if deputy else line)
    return section("absent", "Away today", lines, [Way("word", "People", word="people")])


def _day(at: datetime, m: Morning) -> str:
    return day_words(local_day(at, m.pack.timezone))


def _short(title: str, longest: int = 40) -> str:
    return title if len(title) <= longest else f"{title[: longest - 1].rstrip()}\u2026"


SECTIONS: tuple[Part, ...] = (pleas_waiting, not_reached, vacant, past_due, due_soon, drafts_begun, absent)
"""In the order in which they stand on the page: what others wait for comes first."""


def summary_words(view: MorningView) -> str:
    """The page in one sentence, for notifications and screen readers."""
    if not view.sections:
        return "Nothing waits for you this morning."
    things = "thing" if len(view.sections) == 1 else "things"
    named = listing([f"{one.name[:1].lower()}{one.name[1:]}" for one in view.sections])
    return f"{count_words(len(view.sections)).capitalize()} {things} to look at: {named}."
