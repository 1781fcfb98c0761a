"""A pack is swapped under a running partnership: terms, seats, scale and dates change, and no code (scenario 25)."""

import re
from datetime import date

import pytest

from assurance.pack import load, read_shipped
from storage.asks import dimensions_of_loops, loops_of_request
from storage.learning import learning_items
from storage.partnerships import pack_version_by_hash, seats
from storage.returns import returns_of_request, versions_of_return
from tests.answering import SAID, a_request
from tests.group import a_group, words

OTHER = "barking-and-dagenham"


def reworded() -> str:
    """Swindon's pack with other terms, one seat less and one more, another scale and other dates."""
    text = read_shipped("swindon")
    housing = re.search(r'\[\[seats\]\]\n(?:(?!\[\[).*\n)*?key = "housing"\n(?:(?!\[\[).*\n)*', text)
    assert housing is not None
    fire = housing[0].replace('"housing"', '"fire"').replace('"Housing Manager (SBC)"', '"Fire and Rescue Service"')
    fire = re.sub(r'short = "Housing"', 'short = "Fire"', fire)
    fire = re.sub(r"aliases = \[.*\]", 'aliases = ["Fire Service"]', fire)
    swaps = {
        housing[0]: fire,
        'group_short = "LDG"': 'group_short = "Circle"',
        'member = "LDG member"': 'member = "Circle member"',
        'short = "GWH"': 'short = "Great Western"',
        'label = "Medium", letter = "M"': 'label = "Partly assured", letter = "P"',
        "months_wait = 3": "months_wait = 4",
        'version = "2025-26"': 'version = "2027-28"',
    }
    for old, new in swaps.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def as_swindon(name: str) -> str:
    """Another partnership's pack for the partnership that is already there."""
    return read_shipped(name).replace(f'id = "{name}"', 'id = "swindon"', 1)


@pytest.fixture
def swapped(tmp_path):
    """Write a pack beside the data, and give what to start with."""

    def write(text):
        path = tmp_path / "pack.toml"
        path.write_text(text, encoding="utf-8")
        return (str(path),)

    return write


async def seats_by_key(group):
    async with group.unit() as (unit, its):
        return {one.slug: one for one in await seats(unit, its.id)}


async def test_terms_and_seats_follow_the_pack_and_what_it_drops_is_ended_and_never_deleted(
    database_url, tmp_path, swapped
):
    async with a_group(database_url, tmp_path) as group:
        before = await seats_by_key(group)
    async with a_group(database_url, tmp_path, packs=swapped(reworded())) as group:
        after = await seats_by_key(group)
        today = group.clock.now.date()
        assert (await group.pack()).terms.group_short == "Circle"
        assert set(after) - set(before) == {"fire"}
        assert (after["housing"].id, after["housing"].ends_on) == (before["housing"].id, today)
        assert (after["gwh"].id, after["gwh"].short, after["gwh"].ends_on) == (
            before["gwh"].id, "Great Western", None,
        )  # fmt: skip


async def test_what_is_asked_from_now_on_is_in_the_new_scale_and_on_the_new_dates(database_url, tmp_path, swapped):
    async with a_group(database_url, tmp_path) as group:
        first = await a_request(group, "police")
    async with a_group(database_url, tmp_path, packs=swapped(reworded())) as group:
        second = await a_request(group, "gwh", "fire", title="Self-neglect audit", meeting_on=None)
        card = words(group.card("gwh"))
        assert "For Great Western" in card
        assert "Partly assured" in card
        assert "Medium" not in card
        async with group.unit() as (unit, its):
            opens = {}
            for request in (first, second):
                loops = await loops_of_request(unit, its.id, request.id)
                waiting = await dimensions_of_loops(unit, its.id, [one.id for one in loops])
                opens[request.id] = waiting[loops[0].id]["impact"].opens_on
        assert opens == {first.id: date(2027, 2, 2), second.id: date(2027, 3, 2)}


async def test_a_return_that_was_open_keeps_the_wording_with_which_it_was_asked(database_url, tmp_path, swapped):
    """I3, scenario 17."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        asked = group.card("gwh")
    async with a_group(database_url, tmp_path, packs=swapped(reworded())) as group:
        reply = await group.press("gwh", asked, "Send answer", SAID)
        said = words(reply["value"])
        assert "Medium" in said
        assert "Partly assured" not in said
        async with group.unit() as (unit, its):
            (row,) = await returns_of_request(unit, its.id, request.id)
            (version,) = await versions_of_return(unit, its.id, row.id)
            assert version.form_version_id == row.form_version_id


async def test_swindon_on_barking_and_dagenham_s_pack_has_its_name_reports_evaluations_and_a_default_scale(
    database_url, tmp_path, swapped
):
    async with a_group(database_url, tmp_path) as group:
        before = {report.title for report in (await group.pack()).reports}
        await a_request(group, "gwh")
    async with a_group(database_url, tmp_path, packs=swapped(as_swindon(OTHER)), people={}) as group:
        pack = await group.pack()
        async with group.unit() as (unit, its):
            title, items = its.title, await learning_items(unit, its.id, states=("open",))
        assert title == "Barking and Dagenham Safeguarding Children Partnership"
        assert pack.terms.group == "Learning from Practice Sub Group"
        assert {report.title for report in pack.reports} != before
        assert {"Learning from Practice Sub Group"} <= {to for report in pack.reports for to in report.to}
        assert any("Full Partnership" in to for report in pack.reports for to in report.to)
        months = {one.after_months for one in pack.evaluations if one.after_months}
        assert (2, 3) in months
        assert any(last == 6 for _, last in months)
        assert pack.assurance.basis == "default"
        assert [one.title for one in items] == ["Child F rapid review"]


async def test_the_same_pack_again_changes_nothing_and_the_first_one_can_be_taken_up_again(
    database_url, tmp_path, swapped
):
    async with a_group(database_url, tmp_path) as group, group.unit() as (_, its):
        first = its.pack_sha256
    async with a_group(database_url, tmp_path, packs=swapped(reworded())) as group, group.unit() as (_, its):
        second = its.pack_sha256
    async with a_group(database_url, tmp_path) as group:
        async with group.unit() as (unit, its):
            assert (its.pack_sha256, first != second) == (first, True)
            assert await pack_version_by_hash(unit, its.id, second) is not None
        assert (await seats_by_key(group))["housing"].ends_on is None


def test_the_reworded_pack_is_sound():
    assert load(reworded(), "reworded").terms.group_short == "Circle"
