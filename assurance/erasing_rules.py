"""Whether a person's data may be erased now, and which of their drafts go: pure rules (UK GDPR article 17)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from assurance.dates import day_words, listing
from storage.drafts import Draft
from storage.people import Holding

SHARED = frozenset({"answer", "learning"})
"""Drafts that an agency, or the officers, go on with together."""
SENDING_OF = "What they asked about a report is being sent at this moment. Please try again in a minute."
SENDING = "A message to them is being sent at this moment. Please try again in a minute."


@dataclass(frozen=True)
class Facts:
    """What decides whether somebody may be erased. `places` ("for GWH", "as Chair") and `stands_in` ("GWH")
    are held today or to come."""

    name: str
    erased: bool = False
    only_officer: bool = False
    places: tuple[str, ...] = ()
    stands_in: tuple[str, ...] = ()
    owes: tuple[str, ...] = ()
    in_settings: bool = False
    held: bool = False
    """Whether a legal hold keeps everything, or an item of which something of theirs would go."""


def why_not(facts: Facts) -> str:
    """Why somebody cannot be erased yet, and what to do first; empty where nothing is in the way."""
    name = facts.name
    if facts.erased:
        return "This person's data has been erased already."
    if facts.only_officer:
        return f"{name} is the only support officer. Please give that role to somebody else first, and end it here."
    if facts.places:
        return f"{name} is still there {listing(facts.places)}. Please type people and end that first."
    if facts.stands_in:
        return f"{name} stands in for {listing(facts.stands_in)}. Please type deputy and end that first."
    if facts.owes:
        return (
            f"{name} is still asked for an answer on {listing(facts.owes)}. Please take them off the request first, "
            "or wait for the answer."
        )
    if facts.in_settings:
        return (
            f"The service's settings name {name} as an officer (LOOP_OFFICERS), so they would come back at its next "
            "start. Please have that taken out first."
        )
    if facts.held:
        return (
            f"A legal hold keeps what {name} wrote or was sent. Please take advice, type retention and end the hold "
            "first."
        )
    return ""


def is_over(one: Holding, today: date) -> bool:
    """Whether a seat or role is neither held today nor to come."""
    taken_back = one.starts_on is not None and one.ends_on is not None and one.ends_on < one.starts_on
    return taken_back or (one.ends_on is not None and one.ends_on < today)


def time_held(one: Holding) -> str:
    """From when to when a place is or was held, in words; empty where no day is known."""
    since = f"from {day_words(one.starts_on)}" if one.starts_on else ""
    until = f"until {day_words(one.ends_on)}" if one.ends_on else ""
    return " ".join(part for part in (since, until) if part)


def going(drafts: Iterable[Draft], person_id: int, goes_on: Collection[int]) -> tuple[list[Draft], list[Draft]]:
    """Of a person's drafts those that go, and those that colleagues go on with, which stay without the number.

    `goes_on` are the returns that are still awaited.
    """
    go: list[Draft] = []
    stay: list[Draft] = []
    for one in drafts:
        shared = one.owner_id != person_id and one.kind in SHARED
        stays = shared and (one.kind != "answer" or one.subject in goes_on)
        (stay if stays else go).append(one)
    return go, stay
