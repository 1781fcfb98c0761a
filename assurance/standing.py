"""How one addressee stands on one request, in one word and one colour: pure rules (B10, framework 4.25)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from assurance.calendar import is_overdue
from assurance.dates import count_words, day_words
from assurance.pack import Pack
from assurance.pack_model.scale import AssessedLevel, Level, Style

How = Literal["answered", "waiting", "late", "extended", "not_reached", "vacant", "no_response", "information"]
PENDING: frozenset[How] = frozenset({"waiting", "late", "extended", "not_reached", "vacant", "no_response"})
Outcome = Literal["no_response", "not_reached", "vacant", "extended"]
"""What closing a meeting records where nothing had come: a fact, and never a level (framework 4.2, 4.25)."""
NO_RESPONSE: Literal["no_response"] = "no_response"
STANDING_OUT: frozenset[How] = frozenset({"late", "no_response"})
WORDS: dict[How, str] = {
    "answered": "Done",
    "waiting": "Waiting",
    "late": "Late",
    "extended": "Extended",
    "not_reached": "Not reached",
    "vacant": "Vacant",
    "no_response": "No resp.",
    "information": "\u2013",
}


@dataclass(frozen=True)
class Mark:
    """What a cell of the status table says: a letter or word, and a style that never stands alone."""

    word: str
    style: Style = "default"


@dataclass(frozen=True)
class Card:
    """What became of one person's card for a request: its notice's state, and why where it failed."""

    state: str
    reason: str = ""


@dataclass(frozen=True)
class DimensionNow:
    """One dimension of a loop: whether it is awaited now, or opens on a later day, and its latest levels."""

    key: str
    due: bool = False
    opens_on: date | None = None
    self_level: str | None = None
    assessed_level: str | None = None


def how_it_stands(
    *,
    asked: bool,
    awaited: bool,
    due_on: date,
    extended_to: date | None,
    holders: int,
    cards: Sequence[Card],
    now: datetime,
    tz: str,
    no_response: bool = False,
) -> How:
    """How an addressee stands. Late needs somebody on the seat, a card that arrived, and no extension (4.25).

    `holders` is how many people sit there today, `cards` what became of the cards that were sent to them.
    `no_response`: a meeting was closed without this answer, and the record says so.
    """
    if not asked:
        return "information"
    if not awaited:
        return "answered"
    if holders == 0:
        return "vacant"
    if extended_to is not None and not is_overdue(extended_to, now, tz):
        return "extended"
    if no_response:
        return NO_RESPONSE
    arrived = any(one.state == "delivered" for one in cards)
    failed = any(one.state in ("refused", "unsure") for one in cards)
    past = is_overdue(extended_to or due_on, now, tz)
    if not arrived and (failed or past):
        return "not_reached"
    return "late" if past else "waiting"


def outcome_of(
    *, holders: int, cards: Sequence[Card], due_on: date, extended_to: date | None, meeting_on: date
) -> Outcome:
    """What the record says of an answer that had not come when its meeting was closed (4.25, scenario 28).

    No response needs somebody on the seat, a card that arrived or an e-mail that an officer sent, and no more time
    agreed: neither an extension nor a due day that lasts beyond the meeting.
    """
    if holders == 0:
        return "vacant"
    if due_on > meeting_on or (extended_to is not None and extended_to >= meeting_on):
        return "extended"
    return NO_RESPONSE if any(one.state == "delivered" for one in cards) else "not_reached"


def why_not_reached(cards: Sequence[Card]) -> str:
    """The first plain reason for which a card did not arrive; nothing is known where none was sent."""
    return next((one.reason for one in cards if one.reason), "No card has reached anybody on the seat yet.")


def mark(pack: Pack, how: How, dimension: DimensionNow | None) -> Mark:
    """The cell of one addressee, for one dimension or for a request without a scale.

    "M" is the agency's own level; "M \u2192 H" adds the level that the group assessed; "Waiting (M)" keeps
    the level of last time in view while a new answer is awaited.
    """
    if how == "information":
        return Mark(WORDS[how])
    if dimension is None:
        style: Style = "attention" if how in STANDING_OUT else "good" if how == "answered" else "default"
        return Mark(WORDS[how], style)
    given = _letters(pack, dimension)
    if given is None and dimension.opens_on is not None:
        return Mark("Later")
    if how in PENDING and dimension.due:
        word = f"{WORDS[how]} ({given.word})" if given else WORDS[how]
        return Mark(word, "attention" if how in STANDING_OUT else "default")
    return given or Mark(WORDS["answered"])


def _letters(pack: Pack, dimension: DimensionNow) -> Mark | None:
    own = level_shown(pack, dimension.key, dimension.self_level)
    word, style = (own.letter, own.style) if own else ("\u2013", "default")
    theirs = assessed_shown(pack, dimension.assessed_level)
    if own is None and theirs is None:
        return None
    if theirs is not None:
        word, style = f"{word} \u2192 {theirs.letter}", theirs.style
    return Mark(word, style)


def level_shown(pack: Pack, dimension: str, key: str | None) -> Level | None:
    """What an agency said, in the pack's words of today; None where it said nothing the pack still has."""
    found = [one for one in pack.assurance.dimensions if one.key == dimension]
    return next((level for one in found for level in one.levels if level.key == key), None)


def assessed_shown(pack: Pack, key: str | None) -> AssessedLevel | None:
    """What the group assessed, in the pack's words of today."""
    return next((one for one in pack.assurance.assessed_levels if one.key == key), None)


RECORDED: dict[str, str] = {
    "no_response": "no response",
    "not_reached": "not reached",
    "vacant": "nobody was there for the agency",
    "extended": "more time had been agreed",
}
"""Each outcome as history and lists tell it."""


def missed_words(meeting_on: date | None) -> str:
    """That no response was recorded, and at which meeting."""
    return f"No response at the meeting on {day_words(meeting_on)}" if meeting_on else "No response"


def due_words(due_on: date, today: date) -> str:
    """How far off a due day is: "today", "in four days", "four days past the due date"."""
    days = (due_on - today).days
    if days == 0:
        return "today"
    if days > 0:
        return "tomorrow" if days == 1 else f"in {count_words(days)} days"
    return f"{count_words(-days)} {'day' if days == -1 else 'days'} past the due date"


def due_line(due_on: date, extended_to: date | None, today: date) -> str:
    """The due day in full, with how far off it is and whether more time was agreed."""
    if extended_to is not None:
        return f"More time agreed until {day_words(extended_to)}, {due_words(extended_to, today)}"
    return f"Due {day_words(due_on)}, {due_words(due_on, today)}"


def timeliness(given_on: date | None, meeting_on: date | None, *, late: bool) -> str:
    """Whether an answer came in time, as history tells it: never in days late.

    `given_on` is the day on which the agency first gave it, and `late` was settled then, by the due day that
    held, an extension included.
    """
    if given_on is None:
        return "not received"
    if not late:
        return "in time for the papers" if meeting_on else "in time"
    if meeting_on is None:
        return "after the due day"
    return "for the meeting" if given_on <= meeting_on else "after the meeting"


def counted(answered: int, asked: int) -> str:
    """How many have answered, as one would say it: "11 of 13 have answered"."""
    if asked == 0:
        return "nobody was asked"
    if asked == 1:
        return "the answer has come" if answered else "the answer is still to come"
    if answered == asked:
        return f"all {count_words(asked)} have answered"
    if answered == 0:
        return f"none of {asked} has answered yet"
    return f"{answered} of {asked} {'has' if answered == 1 else 'have'} answered"
