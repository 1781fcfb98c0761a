"""A kind that is asked of named people (`who = "people"`), from a pack alone (C6)."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path

from storage.asks import loops_of_request, open_requests
from tests.group import a_group, inputs, words
from tests.issuing import CHILD_F, card_in, issue_button, previewed

PACK = Path(__file__).parents[1] / "packs" / "strategic-leads.toml"
SAID = {
    "where": "In the discharge checklist.",
    "mechanisms": "A prompt in the electronic record.",
    "evaluation": "An audit in June.",
}


@asynccontextmanager
async def a_group_that_names_people(database_url, tmp_path):
    """The test pack, with its third kind put to whomever the officer names."""
    text = PACK.read_text(encoding="utf-8")
    by_role = 'asked = { who = "role", role = "strategic-lead" }'
    assert text.count(by_role) == 1
    changed = tmp_path / "named-people.toml"
    changed.write_text(text.replace(by_role, 'asked = { who = "people" }'), encoding="utf-8")
    async with a_group(database_url, tmp_path, packs=(str(changed),)) as group:
        yield group


async def test_the_officer_names_a_person_who_answers_on_their_own_card(database_url, tmp_path):
    async with a_group_that_names_people(database_url, tmp_path) as group:
        named = {"kind": "strategic_lead", "people": str(group.ids["camhs"])}
        preview = await previewed(group, request=named)
        assert "One person will be asked" in words(preview)
        await group.press("officer", preview, issue_button(preview))
        assert len(group.chat("camhs")) == 1 and group.chat("gwh") == []
        card = group.card("camhs")
        assert {key.rpartition(".")[2] for key in inputs(card)} >= set(SAID)
        refused = await group.press("gwh", card, "Send answer", SAID)
        assert isinstance(refused["value"], str)
        receipt = (await group.press("camhs", card, "Send answer", SAID))["value"]
        assert all(one in words(receipt) for one in SAID.values())
        async with group.unit() as (unit, its):
            [request] = await open_requests(unit, its.id)
            [loop] = await loops_of_request(unit, its.id, request.id)
            assert (loop.person_id, loop.seat_id, loop.state) == (group.ids["camhs"], None, "answered")


async def test_nobody_named_is_asked_for_and_a_made_up_person_is_refused(database_url, tmp_path):
    async with a_group_that_names_people(database_url, tmp_path) as group:
        for named in ("", "424242"):
            first = await group.say("officer", "new learning")
            second = card_in(await group.press("officer", first, "Next: who is asked", CHILD_F))
            wanted = {"kind": "strategic_lead", "people": named}
            third = card_in(await group.press("officer", second, "Next: action plan", wanted))
            assert "Please choose whom to ask." in words(third), named
            group.clock.move(minutes=1)
