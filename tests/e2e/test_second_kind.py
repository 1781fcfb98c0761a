"""A second kind that only a test pack knows (C6), with no edit of code: three text questions, once, no seat."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

from assurance.issuing import Addressee
from storage.asks import loops_of_request
from storage.people import Holding
from tests.answering import a_request
from tests.connector import Person
from tests.group import a_group, buttons, inputs, words

PACK = str(Path(__file__).parents[1] / "packs" / "strategic-leads.toml")
SAID = {
    "where": "In the discharge checklist.",
    "mechanisms": "A prompt in the electronic record.",
    "evaluation": "An audit in June.",
}


def person(position, key):
    return Person(
        name=key.title(), teams_id=f"29:{key}", object_id=f"{position:08d}-0000-4000-8000-000000000000",
        email=f"{key}@example.org",
    )  # fmt: skip


@asynccontextmanager
async def leads(database_url, tmp_path):
    """A group on the test pack: an officer, a chair, a hospital member, and two strategic leads on no seat."""
    cast = {key: person(at, key) for at, key in enumerate(("officer", "chair", "hospital", "alice", "bob"))}
    async with a_group(database_url, tmp_path, people=cast, packs=(PACK,)) as group:
        async with group.unit() as (unit, its):
            for key in ("alice", "bob"):
                unit.add(Holding(partnership_id=its.id, person_id=group.ids[key], role="strategic_lead"))
        yield group


async def asked(group):
    whom = [Addressee(person_id=group.ids[key]) for key in ("alice", "bob")]
    return await a_request(
        group, *whom, kind="strategic_lead", title="Discharge of babies", due_on=date(2026, 11, 30), meeting_on=None,
        learning=None, context="Learning from Child F.",
    )  # fmt: skip


async def test_it_is_issued_to_people_without_a_seat_and_answered_on_its_card(database_url, tmp_path):
    async with leads(database_url, tmp_path) as group:
        request = await asked(group)
        card = group.card("alice")
        said = words(card)
        assert "Learning in your agency's processes: Discharge of babies" in said and "For you, by the end of" in said
        assert {key.rpartition(".")[2] for key in inputs(card)} >= set(SAID)
        assert "honest level" not in said
        reply = await group.press("alice", card, "Send answer", SAID)
        assert all(one in words(reply["value"]) for one in SAID.values())
        assert buttons(reply["value"]) == ["Correct our answer"]
        async with group.unit() as (unit, its):
            first, second = await loops_of_request(unit, its.id, request.id)
            assert (first.state, first.open) == ("answered", False)
            assert (second.state, second.open) == ("requested", True)


async def test_it_is_refused_to_everybody_else(database_url, tmp_path):
    async with leads(database_url, tmp_path) as group:
        await asked(group)
        for who in ("bob", "hospital", "chair", "officer"):
            reply = await group.press(who, group.card("alice"), "Send answer", SAID)
            assert "another agency" in reply["value"], who


async def test_a_missing_answer_is_asked_for_by_its_field(database_url, tmp_path):
    async with leads(database_url, tmp_path) as group:
        await asked(group)
        reply = await group.press("alice", group.card("alice"), "Send answer", {"where": SAID["where"]})
        assert words(reply["value"]).count("Please write a few words here.") == 2
        assert SAID["where"] in words(reply["value"])


async def test_a_correction_after_it_is_closed_is_the_next_version(database_url, tmp_path):
    async with leads(database_url, tmp_path) as group:
        await asked(group)
        await group.press("alice", group.card("alice"), "Send answer", SAID)
        form = (await group.press("alice", group.card("alice"), "Correct our answer"))["value"]
        reply = await group.press("alice", form, "Send answer", {"evaluation": "An audit in July."})
        assert "version 2" in words(reply["value"])


async def test_status_shows_it(database_url, tmp_path):
    async with leads(database_url, tmp_path) as group:
        await asked(group)
        await group.press("alice", group.card("alice"), "Send answer", SAID)
        said = words(await group.say("officer", "status Discharge of babies"))
        assert "Discharge of babies" in said and "Alice" in said and "Bob" in said
