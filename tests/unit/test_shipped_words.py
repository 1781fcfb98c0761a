"""The commands as they are shipped, asked for in people's own words about Swindon's own agencies (deliver 9, B16)."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from assurance.actors import Actor
from assurance.asking import DidYouMean, Exact, Place, Understood, understand
from assurance.pack import read_shipped
from assurance.packing import install_pack, pack_of
from bot.places import places_of
from bot.turns import Here
from bot.wiring import commands, notices
from storage.learning import Learning
from storage.partnerships import seats
from storage.unit import Store
from tests.group import MONDAY
from tests.unit.test_asking import ANSWERED, ASKED_BACK, CHANGES, NEAR_A_CHANGE, NOT_UNDERSTOOD

COMMANDS = commands()
WORDS = tuple(one.word for one in COMMANDS)
PRACTICE_WORDS = tuple(one.word for one in COMMANDS if not one.practice)
ITEMS = {"child f": "Child F rapid review", "neglect": "Self-neglect audit", "wnb": "Was Not Brought audit"}
KEYS = {
    "bsw-icb": "icb", "adult-social-care": "adults", "childrens-social-care": "childrens", "early-years": "early years",
    "named-nurse": "nurse", "organisation:SBC": "sbc",
}  # fmt: skip
"""What the tests of the language call the shipped seats."""


async def _read_places(url: str) -> tuple[Place, ...]:
    store = Store(url)
    try:
        async with store.open_unit() as unit:
            its = await install_pack(unit, read_shipped("swindon"), now=MONDAY)
            for number, title in enumerate(ITEMS.values(), 1):
                unit.add(
                    Learning(partnership_id=its.id, group_key="ldg", number=number, title=title, created_at=MONDAY)
                )
            await unit.flush()
            nobody = Actor(its.id, 0, frozenset(), frozenset())
            found = await places_of(unit, Here(nobody, its, await pack_of(unit, its)))
            slugs = {str(one.id): one.slug for one in await seats(unit, its.id)}
    finally:
        await store.close()
    titles = {title: key for key, title in ITEMS.items()}
    named = []
    for one in found:
        key = slugs[one.key] if one.kind == "seat" else titles.get(one.names[0], f"organisation:{one.names[1:2]}")
        if one.kind == "organisation":
            key = "sbc" if "SBC" in one.names else "ssp"
        named.append(Place(one.kind, KEYS.get(key, key), one.names))
    return tuple(named)


@pytest.fixture(scope="module")
def places(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, ...]:
    """Every name that the bot itself knows in a fresh Swindon with three items."""
    path = tmp_path_factory.mktemp("places") / "loop.db"
    shutil.copyfile(migrated_sqlite, path)
    return asyncio.run(_read_places(f"sqlite:///{path}"))


def said(understood: Understood) -> str:
    """The outcome as one line, in the manner of the tests of the language."""
    if isinstance(understood, Exact):
        place = "".join(f" > {place.key}" for place in understood.target)
        return understood.word.name + place + (f" [{understood.text}]" if understood.text else "")
    if isinstance(understood, DidYouMean):
        return "? " + " | ".join(word.name + (f" > {place.key}" if place else "") for word, place in understood.options)
    near = ", ".join(word.name for word in understood.nearest)
    return f"- {near}" + (f" ({understood.name})" if understood.name else "")


HERE_DIFFERENT = {
    "child f": "? status > child f",
    "status childrens": "? status > childrens | status > eiycf | status > nurse",
    "status wiltshire": "? status > awp | status > icb | status > police",
    "status swindon": "? status > sbc | status > ssp | status > icb | status > ld-lead",
    "how is the council doing": "status > sbc",
    "how is Wiltshire council doing": "? status > awp | status > icb | status > police",
    "police": "status > police",
    "has GWH answered child f": "? status > gwh",
    "import": "bring in",
    "imprt": "bring in",
    "when is the next meeting": "meeting",
    "meting": "meeting",
    "remind gwh": "remind > gwh",
}
"""Where the shipped pack has other names, or the shipped table other words, than the tests of the language."""
OWN = {
    "status ICB": "status > icb",
    "how is the integrated care board doing": "status > icb",
    "status BSW": "status > icb",
    "has ASC answered?": "status > adults",
    "CSC": "status > childrens",
    "how are children's services doing?": "status > childrens",
    "Wilts Police status please": "status > police",
    "what about the child and adolescent mental health services": "status > camhs",
    "status EY": "status > early years",
    "status great western": "status > gwh",
    "status of the was not brought audit": "status > wnb",
    "next meeting": "meeting",
    "meeting dates please": "meeting",
    "bring in": "bring in",
    "summary Q3 2026-27": "summary [Q3 2026-27]",
    "summary of last quarter please": "summary [of last quarter]",
    "the latest summary": "summary",
    "sumary": "summary",
    "show me the summary for Q3": "? summary",
    "which partnership": "partnership",
    "who sits where?": "people",
    "issue new learning": "new learning",
    "issue new learning about GWH": "? new learning",
    "delete the status of GWH": "- status",
    "chase up great western": "remind > gwh",
    "send a reminder to the ICB please": "remind > icb",
    "who should I ring?": "remind",
    "do not remind gwh": "- remind",
    "who is away today?": "today",
    "what is waiting for me": "today",
    "I'm on leave": "? away",
    "I am back": "? away",
    "who is my deputy?": "? deputy",
    "awya until friday": "- help",
}
EXPECTED = {**ANSWERED, **ASKED_BACK, **NOT_UNDERSTOOD, **CHANGES, **NEAR_A_CHANGE, **HERE_DIFFERENT, **OWN}


@pytest.mark.parametrize(("text", "expected"), EXPECTED.items())
def test_a_phrasing_about_swindons_own_agencies_is_answered_or_asked_about(text, expected, places):
    """Deliver 9: at least sixty phrasings, none answered wrongly."""
    assert said(understand(text, WORDS, places)) == expected


@pytest.mark.parametrize("text", [text for text in EXPECTED if text not in CHANGES and text != "issue new learning"])
def test_no_phrasing_but_the_exact_words_changes_anything(text, places):
    """Deliver 9: none changes data by guess, in practice or outside it."""
    for words in (WORDS, PRACTICE_WORDS):
        understood = understand(text, words, places)
        assert not (isinstance(understood, Exact) and understood.word.changes)


def test_there_are_sixty_phrasings_that_are_answered_or_asked_back():
    assert sum(not one.startswith("-") for one in EXPECTED.values()) >= 60


def test_every_command_that_does_something_is_taken_in_its_exact_words_only():
    """B16: whatever acts before it replies changes data, and so is never guessed; nothing else claims to."""
    acting = {one.word.name for one in COMMANDS if (one.do is not None and not one.reads) or one.after is not None}
    assert acting == {one.word.name for one in COMMANDS if one.word.changes}
    assert acting == {"new learning", "be", "use this team", "roll call", "away", "deputy", "travel", "hold"}


@pytest.mark.parametrize("scope", ["personal", "team"])
def test_teams_menu_has_room_for_every_command_that_it_lists(scope):
    """Teams shows at most twelve commands in each scope, each with at most 32 and 128 characters."""
    listed = [one for one in COMMANDS if scope in one.menu]
    assert 3 <= len(listed) <= 12
    assert all(len(one.word.phrases[0]) <= 32 and len(one.help) <= 128 for one in listed)
    assert not any(one.practice for one in listed)


def test_every_command_says_what_it_is_for_and_shares_no_phrase_with_another():
    phrases = [phrase for one in COMMANDS for phrase in one.word.phrases]
    assert len(phrases) == len(set(phrases)) and len({one.word.name for one in COMMANDS}) == len(COMMANDS)
    assert all(one.help.endswith(".") and one.word.phrases for one in COMMANDS)


def test_every_command_has_somebody_who_draws_its_reply():
    drawn = notices()
    assert [one.word.name for one in COMMANDS if one.show not in drawn] == []
