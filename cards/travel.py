"""Practice time: on the way, where we are now and what happened, and where one may go next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from assurance.dates import count_words, listing, short_day
from assurance.journeys import when_words
from cards.elements import Element
from cards.parts import Card, button, card, facts, fold, paragraph, subtle, title
from cards.practice import ROLES

GO = "travel.go"
BY = "by"
LEAPS = {"day": "1 day", "week": "1 week", "meeting": "meeting"}
"""How far a button travels: its key, and what would be typed for it."""
MOST_DAYS, MOST_NAMES = 14, 4
CALLED: Mapping[str, tuple[str, str]] = {
    "request": ("request", "requests"),
    "channel": ("card in the channel", "cards in the channel"),
    "nudge": ("reminder", "reminders"),
    "nudge_by_officer": ("reminder", "reminders"),
    "ring": ("list of whom to ring", "lists of whom to ring"),
    "remind_meeting": ("reminder of what a meeting needs", "reminders of what a meeting needs"),
    "remind_reviews": ("reminder of a review date", "reminders of review dates"),
    "told_meeting": ("word of a change to a meeting", "words of a change to a meeting"),
    "summary": ("summary in the channel", "summaries in the channel"),
    "summary_draft": ("draft of the summary", "drafts of the summary"),
    "summary_nudge": ("reminder to approve the summary", "reminders to approve the summary"),
    "told_deputy": ("word that somebody stands in", "words that somebody stands in"),
}
OTHERWISE = ("message", "messages")
ENDED = {"skipped": "no longer needed", "refused": "not delivered", "unsure": "not confirmed"}


@dataclass(frozen=True)
class JourneyLine:
    """Cards of one kind that ended in the same way on one day, and the places they went to."""

    kind: str
    state: str
    places: tuple[str, ...]


@dataclass(frozen=True)
class JourneyDay:
    """One day on the way."""

    day: date
    lines: tuple[JourneyLine, ...]


@dataclass(frozen=True)
class JourneyView:
    """Where practice time is now, and what happened on the way there."""

    partnership_id: int
    now: datetime
    timezone: str
    days: tuple[JourneyDay, ...]
    here: bool
    """Whether something came to the place that the newcomer holds."""
    elsewhere: bool
    meeting: bool


def leaving_card(until: datetime, timezone: str) -> Card:
    """On the way."""
    text = f"On the way to {when_words(until, timezone)}."
    return card(text, [paragraph(text)])


def where_to_card(partnership_id: int, said: str, *, meeting: bool) -> Card:
    """Where one may go; `said` is what it is now, or why the journey cannot be made."""
    body: list[Element] = [title("Where to?"), paragraph(said)]
    return card(said, body, leaps(partnership_id, meeting=meeting))


def arrived_card(view: JourneyView) -> Card:
    """Where we are now, and what happened on the way, by day."""
    name = f"It is now {when_words(view.now, view.timezone)}"
    body: list[Element] = [title(name)]
    shown, earlier = view.days[-MOST_DAYS:], view.days[:-MOST_DAYS]
    if not view.days:
        body.append(paragraph("Nothing fell due on the way."))
    if earlier:
        days = f"{count_words(len(earlier)).capitalize()} earlier {'day' if len(earlier) == 1 else 'days'}"
        body += fold(days, [_by_day(earlier)], "earlier")
    body += [_by_day(shown)] if shown else []
    if where := _where(view):
        body.append(subtle(where, spacing="medium"))
    return card(f"{name}. {_summary(view)}", body, leaps(view.partnership_id, meeting=view.meeting))


def _summary(view: JourneyView) -> str:
    sent = sum(len(line.places) for one in view.days for line in one.lines if line.state == "delivered")
    return f"{count_words(sent).capitalize()} {'card' if sent == 1 else 'cards'} went out on the way."


def _by_day(days: Sequence[JourneyDay]) -> Element:
    return facts((short_day(one.day), " ".join(line_words(line) for line in one.lines)) for one in days)


def line_words(line: JourneyLine) -> str:
    """One line: "12 reminders: GWH, Police and ten others"."""
    number = len(line.places)
    what = CALLED.get(line.kind, OTHERWISE)[number != 1]
    said = f"{count_words(number).capitalize()} {what}"
    if line.state != "delivered":
        said += f", {ENDED.get(line.state, 'on the way')}"
    places = [f"the {one}" if one in ROLES else one for one in dict.fromkeys(line.places) if one]
    if not places:
        return f"{said}."
    if len(places) > MOST_NAMES:
        places = [*places[: MOST_NAMES - 1], f"{count_words(len(places) - MOST_NAMES + 1)} others"]
    return f"{said}: {listing(places)}."


def _where(view: JourneyView) -> str:
    if view.here and view.elsewhere:
        return "What came to you is above. The rest waits at its place: type be and the agency's name to see it."
    if view.elsewhere:
        return "It waits at its place: type be and the agency's name, such as be GWH, to see it."
    return "What came to you is above." if view.here else ""


def leaps(partnership_id: int, *, meeting: bool) -> list[Any]:
    """Buttons that travel on."""
    names = {"day": "One day on", "week": "One week on", "meeting": "To the meeting"}
    return [
        button(name, GO, {"p": partnership_id, BY: key}, collect=False)
        for key, name in names.items()
        if meeting or key != "meeting"
    ]


def read_leap(data: Mapping[str, Any]) -> str:
    """What a press would have typed; nothing for anything that no button of ours sends."""
    wanted = data.get(BY)
    return LEAPS.get(wanted, "") if isinstance(wanted, str) else ""


__all__: Sequence[str] = (
    "GO", "JourneyDay", "JourneyLine", "JourneyView", "arrived_card", "leaving_card", "line_words", "read_leap",
    "where_to_card",
)  # fmt: skip
