"""The morning page's parts about answers: who waits for the officer, who was not reached, what is late or due."""

from __future__ import annotations

from datetime import timedelta

from assurance.dates import day_words, listing
from assurance.morning_parts import MOST_WAYS, Morning, Section, Way, section
from assurance.person_names import UNNAMED, names, starting
from assurance.standing import counted, due_words
from storage.chasers import RING, chasers_of_returns
from storage.contacts import open_pleas
from storage.returns import find_return

SOON = timedelta(days=7)
ASKS = {
    "more_time": "{who} asks for more time for {title}",
    "someone_else": "{who} says that someone else should answer {title}",
    "in_error": "{who} says that {title} was sent in error",
    "query": "{who} asks about the outcome of {title}",
    "new_evidence": "{who} has new evidence on {title}",
}
"""What each kind of plea says, for every one of `assurance.pleas.KINDS`."""


async def pleas_waiting(m: Morning) -> Section | None:
    """What members have told the officer and nobody has settled."""
    labels, lines, ways = {one.seat_id: one.label for one in m.known}, [], []
    for one in await open_pleas(m.unit, m.partnership.id):
        about = await find_return(m.unit, m.partnership.id, one.return_id)
        if about is None:
            continue
        row, _, request, _ = about
        called = await names(m.unit, m.partnership.id, [one.by_person_id])
        who = labels.get(row.seat_id or 0) or starting(called.get(one.by_person_id, UNNAMED))
        until = f", until {day_words(one.wanted_on)}" if one.wanted_on else ""
        lines.append(f"{ASKS[one.kind].format(who=who, title=request.title)}{until}")
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
    """Item by item the agencies past the due date, those on the list to ring apart; a press leads to a reminder."""
    late = m.standing("late")
    rows = await chasers_of_returns(m.unit, m.partnership.id, [one.latest.id for _, one in late if one.latest])
    to_ring = {row.return_id for row in rows if row.step == RING}
    lines = []
    for title, day in dict.fromkeys((item.title, one.extended_to or one.due_on) for item, one in late):
        its = [one for item, one in late if (item.title, one.extended_to or one.due_on) == (title, day)]
        ring = [m.label(one) for one in its if one.latest is not None and one.latest.id in to_ring]
        others = [m.label(one) for one in its if m.label(one) not in ring]
        late_here = f": {listing(others)}" if others else ""
        lines.append(f"{title}, {due_words(day, m.today)}{late_here}{f'. To ring: {listing(ring)}' if ring else ''}")
    seats = dict.fromkeys((one.seat_id, m.label(one)) for _, one in late if one.seat_id is not None)
    ways = [Way("seat", label, seat_id or 0) for seat_id, label in seats]
    if len(ways) > MOST_WAYS:
        ways = [Way("word", "Remind", word="remind")]
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


def _short(title: str, longest: int = 40) -> str:
    return title if len(title) <= longest else f"{title[: longest - 1].rstrip()}\u2026"
