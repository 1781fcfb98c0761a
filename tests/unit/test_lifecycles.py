"""The table of 1b by which the code decides: what an answer does, which steps there are, and the README's drawing."""

from __future__ import annotations

from pathlib import Path

import pytest

from assurance.lifecycles import (
    AWAITING,
    ITEM,
    LOOP,
    TERMINAL,
    NoSuchStep,
    Standing,
    after_answer,
    allows,
    diagram,
    moved,
    step,
)

README = Path(__file__).parents[2] / "README.md"
FRAMEWORK = {
    1: ("", "issued", "requested"),
    2: ("requested", "answered", "returned"),
    5: ("requested", "silent", "no_response"),
    6: ("returned", "answered", "returned"),
    7: ("returned", "assessed", "moderated"),
    8: ("moderated", "closed", "assured"),
    9: ("moderated", "accepted", "not_relevant"),
    10: ("no_response", "not_closed", "follow_up"),
    11: ("follow_up", "opened", "requested"),
    12: ("follow_up", "unable", "unable"),
    14: ("unable", "reopened", "requested"),
}
"""Written by hand from framework 1b. Rows 3 and 4 are about a date; row 13 runs beside."""


@pytest.mark.parametrize("row", sorted(FRAMEWORK))
def test_every_row_of_the_framework_is_a_step_of_the_table(row: int) -> None:
    source, trigger, target = FRAMEWORK[row]
    found = step(source, trigger)
    assert (found.target, found.row) == (target, row)
    assert found.actor and found.effect


def test_the_readme_draws_this_table_and_no_other() -> None:
    text = README.read_text(encoding="utf-8")
    drawn = text.partition("```mermaid\n")[2].partition("```")[0].rstrip()
    assert drawn == diagram()
    for one in LOOP:
        assert f"{one.source or '[*]'} --> {one.target}" in drawn or not one.drawn


def test_overdue_is_no_state() -> None:
    assert not {"overdue", "late"} & {state for one in LOOP for state in (one.source, one.target)}


def test_no_step_leaves_out_who_does_it_and_none_stands_twice() -> None:
    for table in (LOOP, ITEM):
        assert len({(one.source, one.trigger) for one in table}) == len(table)
        assert all(one.actor and one.effect for one in table)


def test_what_ends_a_loop_is_left_only_by_being_reopened_or_asked_again() -> None:
    """Row 14: by the chair, and never by itself."""
    for one in LOOP:
        if one.source in TERMINAL:
            assert one.trigger in ("reopened", "issued", "withdrawn")
            assert one.actor in ("the chair", "the officer")


def test_unable_and_ended_come_from_the_group_alone() -> None:
    """Scenario 12, framework 4.28: never automatic."""
    unable = {one.actor for one in LOOP if one.target == "unable"}
    ended = {(one.actor, one.trigger) for one in LOOP if one.target == "ended"}
    assert unable == {"the group"}
    assert ended == {("the group", "ended"), ("the officer", "transferred")}, "by hand: where the seat itself ends"


def test_no_response_leads_to_follow_up_and_to_no_level() -> None:
    """Scenario 7."""
    steps = {one.trigger: one.target for one in LOOP if one.source == "no_response"}
    assert steps == {"not_closed": "follow_up", "transferred": "ended"}
    assert moved("requested", "silent", "not_closed") == Standing("follow_up", True)


def test_a_trigger_that_the_table_does_not_know_is_refused() -> None:
    assert not allows("assured", "answered")
    with pytest.raises(NoSuchStep):
        moved("returned", "closed")


def test_every_state_can_be_reached_from_the_start() -> None:
    for table in (LOOP, ITEM):
        reached, states = {""}, {state for one in table for state in (one.source, one.target)}
        for _ in states:
            reached |= {one.target for one in table if one.source in reached}
        assert reached == states


def test_an_item_ends_closed_or_withdrawn_and_only_the_chair_closes_it() -> None:
    """Framework 1a."""
    assert moved_item("draft", "summarised", "tabled", "issued", "closed") == "closed"
    assert {one.actor for one in ITEM if one.trigger == "closed"} == {"the chair"}
    assert {one.source for one in ITEM if one.trigger == "withdrawn"} == {"draft", "summarised", "with_group", "open"}


def moved_item(state: str, *triggers: str) -> str:
    for trigger in triggers:
        state = step(state, trigger, ITEM).target
    return state


@pytest.mark.parametrize("state", sorted(AWAITING))
def test_an_answer_to_a_loop_leaves_it_open_for_the_group(state: str) -> None:
    assert after_answer("loop", Standing(state, True)) == Standing("returned", True)


def test_an_answer_that_is_asked_once_closes_it() -> None:
    assert after_answer("once", Standing("requested", True)) == Standing("answered", False)


def test_an_answer_that_is_reviewed_stays_open_until_then() -> None:
    assert after_answer("reviewed", Standing("requested", True)) == Standing("returned", True)


@pytest.mark.parametrize("state", ["assured", "not_relevant", "unable", "answered"])
def test_what_was_settled_stays_settled_when_a_correction_comes(state: str) -> None:
    settled = Standing(state, False)
    assert after_answer("loop", settled) == settled
    assert after_answer("once", settled) == settled


def test_an_answer_that_comes_after_the_meeting_leaves_the_follow_up_standing() -> None:
    """It is held for the next round, and alters nothing that was settled."""
    assert after_answer("loop", Standing("follow_up", True)) == Standing("follow_up", True)
