"""What the rooms above rely on in the database, on SQLite and on PostgreSQL."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from functools import partial

import pytest

from storage.base import Conflict, NestedUnit
from storage.claims import begin_notice, claim_notices, settle_notice
from storage.log import append_log, first_broken_entry, log_entries
from storage.notices import Notice, notice_keyed
from storage.partnerships import Partnership, partnership, partnership_named
from storage.texts import text_of, texts
from storage.unit import Store

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
async def store(database_url):
    opened = Store(database_url)
    yield opened
    await opened.close()


async def a_partnership(store, slug="swindon"):
    async with store.open_unit() as unit:
        return (await unit.save(Partnership(slug=slug, title=slug.title()))).id


def a_notice(partnership_id, key, **more):
    values = {"kind": "request", "not_before": NOW, "owed_at": NOW, "subject": {}} | more
    return Notice(partnership_id=partnership_id, key=key, **values)


async def test_a_unit_that_ends_well_is_kept(store):
    number = await a_partnership(store)
    async with store.open_unit() as unit:
        assert (await partnership(unit, number)).slug == "swindon"


async def test_a_unit_that_fails_keeps_nothing(store):
    with pytest.raises(RuntimeError):
        async with store.open_unit() as unit:
            await unit.save(Partnership(slug="swindon", title="Swindon"))
            raise RuntimeError
    async with store.open_unit() as unit:
        assert await partnership_named(unit, "swindon") is None


async def test_what_is_left_to_the_end_of_a_unit_is_done_last_and_is_kept_with_it(store):
    number = await a_partnership(store)
    async with store.open_unit() as unit:
        unit.last(partial(append_log, unit, number, at=NOW, person_id=None, what="answered", subject="x:1"))
        assert await log_entries(unit, number) == []
    async with store.open_unit() as unit:
        assert [one.what for one in await log_entries(unit, number)] == ["answered"]


async def test_of_a_unit_that_fails_not_even_what_was_left_to_its_end_is_done(store):
    number = await a_partnership(store)
    with pytest.raises(RuntimeError):
        async with store.open_unit() as unit:
            unit.last(partial(append_log, unit, number, at=NOW, person_id=None, what="answered", subject="x:1"))
            raise RuntimeError
    async with store.open_unit() as unit:
        assert await log_entries(unit, number) == []


async def test_rows_written_at_once_come_back_as_they_went_in(store):
    number = await a_partnership(store)
    async with store.open_unit() as unit:
        await unit.write([text_of(number, "one"), text_of(number, "two")])
        await unit.write([])
    async with store.open_unit() as unit:
        assert sorted((await texts(unit, number, [1, 2])).values()) == ["one", "two"]


async def test_a_unit_inside_another_is_refused_at_once_rather_than_hanging(store):
    async with store.open_unit():
        with pytest.raises(NestedUnit):
            async with store.open_unit():
                pass


async def test_a_unit_can_be_opened_again_after_a_nested_one_was_refused(store):
    async with store.open_unit():
        with pytest.raises(NestedUnit):
            async with store.open_unit():
                pass
    assert await a_partnership(store) == 1


async def test_what_must_be_unique_and_is_not_becomes_our_own_conflict(store):
    await a_partnership(store)
    with pytest.raises(Conflict):
        await a_partnership(store)


async def test_an_instant_comes_back_in_utc_whatever_zone_it_went_in_with(store):
    number = await a_partnership(store)
    summer = datetime(2026, 7, 1, 10, 0, tzinfo=timezone(timedelta(hours=1)))
    async with store.open_unit() as unit:
        (await partnership(unit, number)).bound_at = summer
    async with store.open_unit() as unit:
        kept = (await partnership(unit, number)).bound_at
    assert kept == datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
    assert kept.utcoffset() == timedelta()


async def test_a_moment_without_a_zone_is_not_stored(store):
    with pytest.raises(Exception, match="zone"):
        async with store.open_unit() as unit:
            await unit.save(Partnership(slug="x", title="X", bound_at=datetime(2026, 7, 1)))


async def test_words_come_back_exactly_as_they_were_written(store):
    number = await a_partnership(store)
    written = "Ward huddles – “7 minutes”\nשלום \u200d 𝔘 \x0b"
    async with store.open_unit() as unit:
        row = await unit.save(text_of(number, written))
    async with store.open_unit() as unit:
        assert await texts(unit, number, [row.id]) == {row.id: written}


async def test_of_many_units_that_owe_the_same_notice_at_once_exactly_one_succeeds(store):
    number = await a_partnership(store)

    async def owe():
        try:
            async with store.open_unit() as unit:
                await unit.save(a_notice(number, "request:1:1"))
            return 1
        except Conflict:
            return 0

    assert sum(await asyncio.gather(*(owe() for _ in range(20)))) == 1


async def test_two_couriers_never_claim_the_same_notice(store):
    number = await a_partnership(store)
    async with store.open_unit() as unit:
        unit.add(*(a_notice(number, f"request:{n}:1") for n in range(40)))

    async def claim(owner):
        taken = []
        for _ in range(10):
            async with store.open_unit() as unit:
                found = await claim_notices(unit, owner=owner, now=NOW, lease=timedelta(seconds=60), most=3)
                taken += [one.key for one in found]
                await asyncio.sleep(0.001)
        return taken

    claimed = [key for keys in await asyncio.gather(*(claim(str(n)) for n in range(5))) for key in keys]
    assert len(claimed) == 40
    assert len(set(claimed)) == 40


async def claimed(store, most, **more):
    async with store.open_unit() as unit:
        found = await claim_notices(unit, owner="a", now=NOW, lease=timedelta(seconds=60), most=most, **more)
        return [one.key for one in found]


async def test_partnerships_take_turns_so_that_one_s_thousands_hold_no_other_s_three_up(store):
    large, small = await a_partnership(store), await a_partnership(store, "solihull")
    async with store.open_unit() as unit:
        unit.add(*(a_notice(large, f"large:{n}", channel_id=f"c{n}") for n in range(300)))
        await unit.flush()
        unit.add(*(a_notice(small, f"small:{n}", channel_id=f"s{n}") for n in range(3)))
    assert sorted(await claimed(store, 8)) == [*(f"large:{n}" for n in range(5)), *(f"small:{n}" for n in range(3))]


async def test_with_more_partnerships_than_places_each_has_its_turn(store):
    numbers = [await a_partnership(store, f"p{n}") for n in range(5)]
    async with store.open_unit() as unit:
        unit.add(*(a_notice(one, f"{one}:{n}", channel_id=f"c{n}") for one in numbers for n in range(2)))
    assert await claimed(store, 2) == [f"{one}:0" for one in numbers[:2]]
    assert await claimed(store, 2, after=numbers[1]) == [f"{one}:0" for one in numbers[2:4]]
    assert await claimed(store, 2, after=numbers[3]) == [f"{numbers[4]}:0", f"{numbers[0]}:1"]


async def test_what_somebody_waits_for_comes_first_and_the_oldest_first_after_that(store):
    number = await a_partnership(store)
    async with store.open_unit() as unit:
        for n in range(4):
            unit.add(a_notice(number, f"card:{n}", channel_id=f"c{n}", not_before=NOW - timedelta(minutes=n)))
        unit.add(a_notice(number, "reply", channel_id="r", rank=0))
    assert await claimed(store, 3) == ["reply", "card:3", "card:2"]


async def test_what_follows_waits_until_all_else_about_the_same_has_gone_out(store):
    number = await a_partnership(store)
    async with store.open_unit() as unit:
        unit.add(a_notice(number, "list", about="x:1", channel_id="l", rank=2))
        await unit.flush()
        unit.add(a_notice(number, "card", about="x:1", channel_id="c"))
        unit.add(a_notice(number, "later", about="x:1", channel_id="d", not_before=NOW + timedelta(hours=1)))
    assert await claimed(store, 8) == ["card"]
    assert await claimed(store, 8) == []
    async with store.open_unit() as unit:
        assert await settle_notice(unit, (await notice_keyed(unit, number, "card")).id, "a", state="refused")
    assert await claimed(store, 8) == ["list"]


async def test_a_crowded_place_gives_a_few_at_a_time_and_a_busy_one_none(store):
    number = await a_partnership(store)
    at = {"conversation": "b", "kind": "personal"}
    async with store.open_unit() as unit:
        unit.add(*(a_notice(number, f"a:{n}", channel_id="a") for n in range(9)))
        unit.add(*(a_notice(number, f"b:{n}", address=at) for n in range(2)))
        await unit.flush()
        unit.add(a_notice(number, "c", channel_id="c"))
    assert await claimed(store, 8, but=["conversation:b", "conversation:c"]) == ["a:0", "a:1", "a:2", "a:3"]
    assert await claimed(store, 8, but=["conversation:a"]) == ["b:0", "b:1", "c"]
    assert await claimed(store, 8, but=["conversation:a"]) == []
    assert await claimed(store, 8, kinds=["door"]) == []


async def test_of_partnerships_whose_tenant_was_asked_to_wait_nothing_is_taken(store):
    one, other, nowhere = [await a_partnership(store, slug) for slug in ("a", "b", "c")]
    async with store.open_unit() as unit:
        (await partnership(unit, one)).tenant_id, (await partnership(unit, other)).tenant_id = "t1", "t2"
        unit.add(*(a_notice(number, f"{number}", channel_id="x") for number in (one, other, nowhere)))
    assert await claimed(store, 8, but_tenants=["t1"]) == [f"{other}", f"{nowhere}"]
    assert await claimed(store, 8) == [f"{one}"]


async def test_a_claim_is_begun_once(store):
    number = await a_partnership(store)
    async with store.open_unit() as unit:
        row = await unit.save(a_notice(number, "card"))
    await claimed(store, 8)
    for expected in (True, False):
        async with store.open_unit() as unit:
            assert await begin_notice(unit, row.id, "a", now=NOW, lease=timedelta(seconds=60)) is expected


async def test_a_notice_is_not_claimed_before_its_time(store):
    number = await a_partnership(store)
    async with store.open_unit() as unit:
        unit.add(a_notice(number, "later", not_before=NOW + timedelta(hours=1)))
    async with store.open_unit() as unit:
        assert await claim_notices(unit, owner="a", now=NOW, lease=timedelta(seconds=60), most=3) == []


async def test_a_claim_whose_lease_ran_out_becomes_unsure_and_is_not_taken_again(store):
    number = await a_partnership(store)
    async with store.open_unit() as unit:
        unit.add(a_notice(number, "cut-short"))
    async with store.open_unit() as unit:
        (one,) = await claim_notices(unit, owner="a", now=NOW, lease=timedelta(seconds=60), most=3)
        assert await begin_notice(unit, one.id, "a", now=NOW, lease=timedelta(seconds=60))
    later = NOW + timedelta(minutes=5)
    async with store.open_unit() as unit:
        assert await claim_notices(unit, owner="b", now=later, lease=timedelta(seconds=60), most=3) == []
    async with store.open_unit() as unit:
        assert (await notice_keyed(unit, number, "cut-short")).state == "unsure"


async def test_only_the_owner_of_a_claim_can_settle_it(store):
    number = await a_partnership(store)
    async with store.open_unit() as unit:
        row = await unit.save(a_notice(number, "mine"))
    async with store.open_unit() as unit:
        await claim_notices(unit, owner="a", now=NOW, lease=timedelta(seconds=60), most=3)
    async with store.open_unit() as unit:
        assert not await settle_notice(unit, row.id, "b", state="delivered")
        assert await settle_notice(unit, row.id, "a", state="delivered")
    async with store.open_unit() as unit:
        assert (await notice_keyed(unit, number, "mine")).state == "delivered"


async def test_the_log_is_numbered_without_a_gap_when_many_write_at_once(store):
    number = await a_partnership(store)
    async with store.open_unit() as unit:
        await append_log(unit, number, at=NOW, person_id=None, what="began", subject="x:1")

    async def write(n):
        async with store.open_unit() as unit:
            await append_log(unit, number, at=NOW, person_id=n, what="answered", subject=f"return:{n}")

    await asyncio.gather(*(write(n) for n in range(30)))
    async with store.open_unit() as unit:
        assert [one.number for one in await log_entries(unit, number)] == list(range(1, 32))
        assert await first_broken_entry(unit, number) is None


@pytest.mark.parametrize("column", ["what", "subject", "person_id", "refs", "after", "at", "hash", "previous"])
async def test_a_log_entry_that_was_changed_by_hand_is_named(store, column):
    number = await a_partnership(store)
    async with store.open_unit() as unit:
        for n in range(3):
            await append_log(unit, number, at=NOW, person_id=n, what="answered", subject="return:1", refs={"n": n})
    changed = {"person_id": 99, "refs": {"n": 9}, "at": NOW + timedelta(seconds=1)}.get(column, "other")
    async with store.open_unit() as unit:
        setattr((await log_entries(unit, number))[1], column, changed)
    async with store.open_unit() as unit:
        assert await first_broken_entry(unit, number) == 2


async def test_a_log_entry_that_was_taken_out_is_named(store):
    number = await a_partnership(store)
    async with store.open_unit() as unit:
        for n in range(3):
            await append_log(unit, number, at=NOW, person_id=n, what="answered", subject="return:1")
    async with store.open_unit() as unit:
        await unit.remove((await log_entries(unit, number))[1])
    async with store.open_unit() as unit:
        assert await first_broken_entry(unit, number) == 2


async def test_each_partnership_has_a_chain_of_its_own(store):
    one, other = await a_partnership(store), await a_partnership(store, "solihull")
    async with store.open_unit() as unit:
        await append_log(unit, one, at=NOW, person_id=None, what="x", subject="a:1")
        await append_log(unit, other, at=NOW, person_id=None, what="x", subject="a:1")
    async with store.open_unit() as unit:
        assert [row.number for row in await log_entries(unit, other)] == [1]
