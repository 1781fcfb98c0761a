"""Reach: what the preview says of who will get it is what then happens (issue, preview; scenario 26's sense)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from storage.notices import notices_about
from storage.people import Person as PersonRow
from tests.group import Group, a_group, people_of_swindon, words
from tests.issuing import CHILD_F, a_meeting, issue_button, issued, previewed


async def delivered(group: Group, number: int) -> dict[int, str]:
    """How each person's card of a request ended."""
    async with group.unit() as (unit, its):
        rows = await notices_about(unit, its.id, f"request:{number}")
        return {one.person_id: one.state for one in rows if one.kind == "request" and one.person_id}


async def test_the_preview_names_everybody_whom_the_cards_then_do_not_reach(database_url, tmp_path):
    """A guest, a person who blocked the app, one without the app, one not in the team, and an empty seat."""
    people = people_of_swindon()
    people["police"] = replace(people["police"], guest=True)
    people["awp"] = replace(people["awp"], blocked=True)
    people["cgl"] = replace(people["cgl"], has_app=False)
    del people["housing"]
    async with a_group(database_url, tmp_path, people=people) as group:
        await a_meeting(group, date(2026, 12, 10))
        async with group.unit() as (unit, _):
            nurse = await unit.get(PersonRow, group.ids["named-nurse"])
            nurse.object_id = nurse.teams_id = None
        await issued(group, request={"kind": "urgent"}, summary={**CHILD_F, "title": "An earlier one"})
        posts = len(group.teams.posts())
        preview = await previewed(group)
        assert len(group.teams.posts()) == posts + 1, "learning who can be reached posts nothing but the form"
        said = words(preview)
        assert "8 of 13 can be reached one to one in Teams" in said
        for line in (
            "Police: Police: a guest", "AWP: Awp: has blocked the app", "CGL: Cgl: does not have the app",
            "Named Nurse: Named Nurse: not in the team yet", "Housing: nobody is on the seat yet",
        ):  # fmt: skip
            assert line in said, line
        await group.press("officer", preview, issue_button(preview))
        ended = await delivered(group, 2)
        missed = {key for key, number in group.ids.items() if ended.get(number) == "refused"}
        assert missed == {"police", "awp", "cgl", "named-nurse"}
        reached = {key for key, number in group.ids.items() if ended.get(number) == "delivered"}
        assert len(reached) == 8
        assert all(len(group.chat(key)) == 2 for key in reached)


async def test_somebody_for_whom_teams_does_not_answer_in_time_is_shown_as_not_checked(
    sqlite_url, tmp_path, monkeypatch
):
    monkeypatch.setattr("bot.reaching.PATIENCE", 0.0)
    async with a_group(sqlite_url, tmp_path) as group:
        await a_meeting(group, date(2026, 12, 10))
        said = words(await previewed(group))
        assert "0 of 13 can be reached" in said and "Could not be checked just now: AWP" in said
