"""What is removed for one partnership is its own, class by class; the other's rows stay as they are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from assurance.retention_rules import CLASSES
from storage.asks import Loop
from storage.contacts import Plea
from storage.decisions import Decision
from storage.everything import metadata
from storage.retention import count_past, remove_past
from storage.returns import Answer
from storage.texts import Text, text_of
from storage.unit import Store
from tests.contract.test_every_query_names_its_partnership import NOW, a_world

LATER = NOW + timedelta(days=800)


async def kept_by(unit, partnership_id):
    """Every row of a partnership, as text."""
    found = []
    for table in metadata.sorted_tables:
        if "partnership_id" in table.c:
            query = table.select().where(table.c.partnership_id == partnership_id)
            found += sorted(f"{table.name} {tuple(row)}" for row in await unit.rows(query))
    return found


async def closed_worlds(unit):
    own, _ = await a_world(unit, "swindon")
    other, _ = await a_world(unit, "solihull")
    for number in (own, other):
        said, why, noted = (text_of(number, one) for one in ("Shared.", "A ward moves.", "Well done."))
        await unit.save(said, why, noted)
        for loop in await unit.all(select(Loop).where(Loop.partnership_id == number)):
            loop.open = False
        (await unit.one(select(Answer).where(Answer.partnership_id == number))).text_id = said.id
        (await unit.one(select(Plea).where(Plea.partnership_id == number))).text_id = why.id
        (await unit.one(select(Decision).where(Decision.partnership_id == number))).concern_text_id = noted.id
    return own, other


@pytest.mark.parametrize(
    ("which", "least"), [("evidence", 1), ("returns", 2), ("drafts", 1), ("deliveries", 0), ("log", 0)]
)
async def test_a_removal_takes_what_it_counted_and_nothing_of_another_partnership(database_url, which, least):
    store = Store(database_url)
    try:
        async with store.open_unit() as unit:
            own, other = await closed_worlds(unit)
        async with store.open_unit() as unit:
            before = await kept_by(unit, other)
            counted = await count_past(unit, own, which, LATER, ())
            assert counted >= least
            gone = await remove_past(unit, own, which, LATER, (), now=LATER, most=100)
            assert gone == counted and await count_past(unit, own, which, LATER, ()) == 0
            assert await kept_by(unit, other) == before
            assert await count_past(unit, own, which, NOW - timedelta(days=1), ()) == 0
    finally:
        await store.close()


async def test_words_that_are_still_asked_about_stay(sqlite_url):
    store = Store(sqlite_url)
    try:
        async with store.open_unit() as unit:
            own, _ = await closed_worlds(unit)
            for loop in await unit.all(select(Loop).where(Loop.partnership_id == own)):
                loop.open = True
        async with store.open_unit() as unit:
            assert not await count_past(unit, own, "evidence", LATER, ())
            assert not await count_past(unit, own, "returns", LATER, ())
            assert all(one.body for one in await unit.all(select(Text).where(Text.partnership_id == own)))
    finally:
        await store.close()


def test_every_class_that_can_be_kept_can_be_removed():
    assert set(CLASSES) == {"evidence", "returns", "deliveries", "drafts", "log"}
