"""Practice: the first card, and taking a place in the practice team by typing be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from assurance.actors import Actor
from assurance.asking import Word, find_place
from assurance.owing import owe
from assurance.refusals import NotFound
from bot.courier import reply_address
from bot.edge.answers import Answer, ShowCard
from bot.practice_places import PracticePlace
from bot.practice_room import lay_out, practice_places, take_place
from bot.tables import Command, Desk, Heard, Subject
from bot.talk import reply_key
from bot.turns import Here, Turn, number, who
from cards.parts import Card
from cards.practice import FROM, TAKE, PlaceShown, first_card, place_card, places_card, wanted
from storage.contacts import practice
from storage.notices import Notice
from storage.partnerships import Partnership, seats
from storage.unit import Unit

NEXT_STEPS = {
    "officer": "Type today to see what waits for you, new learning to issue something, or travel to move time on.",
    "chair": "Type status, or ask how is GWH doing?",
    "vice_chair": "Type status, or ask how is GWH doing?",
    "ld_lead": "Type help to see what the learning lead can do.",
}
NO_NEXT_STEP = "Type my returns to see what was asked and answered."
EXAMPLE = "GWH"
"""Whose place the first card offers, where the pack has this seat."""


async def do_be(unit: Unit, turn: Turn, here: Here, heard: Heard) -> Subject:
    """Take the place that was named; where that is not clear, ask which one was meant."""
    places = await practice_places(unit, here, turn.now)
    found = find_place(heard.text, [one.as_place() for one in places])
    if found.sure is None:
        likely = [int(one.key) for one in found.maybe]
        return {"show": "practice.places", "likely": likely, "named": bool(heard.text.strip())}
    place = next(one for one in places if str(one.person_id) == found.sure.key)
    return {"show": "practice.place", **await _take(unit, turn, here, place, reply_key(turn))}


async def _take(unit: Unit, turn: Turn, here: Here, place: PracticePlace, key: str) -> Subject:
    """Take a place. Its card may go out a moment before what waits there, so that it stands above it."""
    await take_place(unit, turn, here, place)
    subject: Subject = {"person": place.person_id, "waiting": 0}
    at = turn.conversation
    owed = await owe(
        unit, here.partnership.id, key, "practice.place", now=turn.now, subject=subject,
        not_before=turn.now - timedelta(seconds=1), rank=0,
        address=reply_address(at.id, at.service_url, at.tenant_id, at.bot_id, at.kind),
    )  # fmt: skip
    subject = {**subject, "waiting": await lay_out(unit, turn, here, place)}
    owed.subject = subject
    return subject


async def press_be(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Take the place on a button or in the list; the card stays, and says whose place is taken now."""
    turn = replace(turn, card_of=None)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, "p"))
        if not (turn.house.settings.playground and here.partnership.practice):
            raise NotFound("Places can only be taken in practice.")
        places = await practice_places(unit, here, turn.now)
        chosen = number({"place": wanted(data)}, "place")
        place = next((one for one in places if one.person_id == chosen), None)
        if place is None:
            raise NotFound("Nobody sits there any more. Type be to see every place.")
        await _take(unit, turn, here, place, f"practice.place:{turn.activity_id}")
        if data.get(FROM) == "first":
            shown = await _first(unit, here.partnership, places, place.person_id)
        else:
            shown = _all_places(here.partnership, places, place.person_id, "Choose one.")
    return ShowCard(shown.content, shown.summary)


async def draw_first(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """The newcomer's first card."""
    places, taken = await _standing_in(unit, desk)
    return await _first(unit, desk.partnership, places, taken)


async def draw_place(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """Whose place was taken, and how many cards wait there."""
    places, _ = await _standing_in(unit, desk)
    place = next((one for one in places if one.person_id == owed.subject["person"]), None)
    if place is None:
        return None
    step = next((NEXT_STEPS[role] for role in NEXT_STEPS if role in place.roles), NO_NEXT_STEP)
    return place_card(_shown(place), int(owed.subject["waiting"]), step)


async def draw_places(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """Which place was meant; or all of them."""
    places, taken = await _standing_in(unit, desk)
    likely = [one for number_ in owed.subject.get("likely", ()) for one in places if one.person_id == number_]
    if likely:
        said = "I am not sure whose place you mean. Did you mean one of these?"
        return places_card(desk.partnership.id, said, _taken(places, taken), _shown_all(likely), few=True)
    said = "I do not know that place. Choose one here." if owed.subject.get("named") else "Choose one."
    return _all_places(desk.partnership, places, taken, said)


async def _standing_in(unit: Unit, desk: Desk) -> tuple[list[PracticePlace], int | None]:
    room = await practice(unit, desk.partnership.id)
    nobody = Actor(desk.partnership.id, 0, frozenset(), frozenset())
    here = Here(nobody, desk.partnership, desk.pack)
    return await practice_places(unit, here, desk.now), room.person_id if room else None


async def _first(unit: Unit, its: Partnership, places: Sequence[PracticePlace], taken: int | None) -> Card:
    asked = sum(one.returns for one in await seats(unit, its.id) if one.ends_on is None)
    offered = [_one_of(places, *words) for words in ((EXAMPLE,), ("chair", "officer"), ("officer",))]
    return first_card(its.id, its.title, asked, _taken(places, taken), _shown_all(offered))


def _one_of(places: Sequence[PracticePlace], *words: str) -> PracticePlace:
    """The first of these places that there is; where there is none of them, an agency's."""
    by_word = {one.word: one for one in places}
    fallback = next((one for one in places if not one.roles), places[0])
    return next((by_word[word] for word in words if word in by_word), fallback)


def _all_places(its: Partnership, places: Sequence[PracticePlace], taken: int | None, said: str) -> Card:
    return places_card(its.id, said, _taken(places, taken), _shown_all(places), few=False)


def _taken(places: Sequence[PracticePlace], taken: int | None) -> PlaceShown | None:
    return next((_shown(one) for one in places if one.person_id == taken), None)


def _shown_all(places: Sequence[PracticePlace]) -> list[PlaceShown]:
    return [_shown(one) for one in places]


def _shown(place: PracticePlace) -> PlaceShown:
    return PlaceShown(place.person_id, place.word, place.name, place.part)


COMMANDS = (
    Command(
        Word("be", ("be",), takes="text", changes=True),
        "Take somebody's place in the practice team: be officer, be chair, be GWH.",
        "practice.places", do=do_be, practice=True, announces=True,
    ),
)  # fmt: skip
PRESSES = {TAKE: press_be}
NOTICES = {"practice.first": draw_first, "practice.place": draw_place, "practice.places": draw_places}
