"""What the group may choose, what it must say with it, and what follows for the loop (framework 4.1-4.5, 4.28)."""

from __future__ import annotations

import pytest

from assurance.decision_rules import Before, Proposed, choices, faults, outcome, third_round, verdict
from assurance.pack import read_shipped
from assurance.packing import read_pack

PACK = read_pack(read_shipped("swindon"))
D, P = "dissemination", "impact"


def wrong(own: str | None, level: str, *, below: int = 0, answered: bool = True, **said: str) -> dict[str, str]:
    before = {D: Before(D, own, below)}
    return faults(PACK, before, Proposed({D: level} if level else {}, **said), answered=answered)


def keys(own: str | None, *, answered: bool = True) -> list[str]:
    return [one.key for one in choices(PACK, Before(D, own), answered=answered)]


def test_the_five_levels_of_the_pack_and_an_ended_service_may_be_chosen() -> None:
    assert keys("medium") == ["high", "medium", "low", "none", "unable", "ended"]


def test_not_relevant_is_accepted_or_not_and_no_level_is_set_for_it() -> None:
    """Framework 4.4."""
    assert keys("not_relevant") == ["not_relevant", "not_accepted", "unable", "ended"]
    assert "not_relevant" not in keys("medium")


def test_no_response_is_never_a_level() -> None:
    """Framework 4.2, scenario 7: without an answer only the end of asking can be determined, with a reason."""
    assert keys(None, answered=False) == ["unable", "ended"]
    assert wrong(None, "low", answered=False) == {D: "Please choose one of those shown."}
    assert list(wrong(None, "unable", answered=False)) == ["rationale"]


def test_a_level_has_to_be_chosen() -> None:
    assert wrong("high", "") == {D: "Please choose a level."}


@pytest.mark.parametrize(
    ("own", "level", "needed"),
    [
        ("high", "high", False),
        ("medium", "high", True),
        ("medium", "medium", True),
        ("high", "low", True),
        ("low", "none", True),
        ("high", "unable", True),
        ("high", "ended", True),
        ("not_relevant", "not_relevant", False),
        ("not_relevant", "not_accepted", True),
    ],
)
def test_a_reason_is_needed_where_the_two_differ_or_where_it_does_not_close(own: str, level: str, needed: bool) -> None:
    assert ("rationale" in wrong(own, level)) is needed
    assert wrong(own, level, rationale="Community midwifery is not reached yet.") == {}


def test_medium_closes_only_by_the_chair_s_reason_and_low_not_at_all() -> None:
    """Framework 4.3."""
    why = {"rationale": "Wards reached.", "follow": "close"}
    assert list(wrong("medium", "medium", **why)) == ["follow_words"]
    assert wrong("medium", "medium", **why, follow_words="The service ends in spring.") == {}
    assert list(wrong("low", "low", **why, follow_words="Enough.")) == ["follow"]
    assert verdict(PACK, "medium", "close") == "closed"
    assert verdict(PACK, "medium", "") == "again"


def test_the_third_round_below_high_asks_what_follows() -> None:
    """Framework 4.3: close at Medium, continue with a named step, propose an assurance request, or unable."""
    assert third_round({D: Before(D, "medium", 2)})
    assert not third_round({D: Before(D, "medium", 1)})
    why = {"rationale": "As before."}
    assert list(wrong("medium", "medium", below=2, **why)) == ["follow"]
    assert list(wrong("medium", "medium", below=2, **why, follow="continue")) == ["follow_words"]
    assert wrong("medium", "medium", below=2, **why, follow="continue", follow_words="A visit in May.") == {}
    assert wrong("medium", "medium", below=2, **why, follow="propose") == {}
    assert wrong("medium", "unable", below=2, **why) == {}
    assert wrong("high", "high", below=2) == {}


def test_what_follows_is_not_chosen_where_nothing_is_left_open() -> None:
    assert list(wrong("high", "high", follow="continue", follow_words="More.")) == ["follow"]


def test_what_is_too_long_is_said_with_its_length() -> None:
    assert "10 characters too long" in wrong("high", "low", rationale="x" * 2010)["rationale"]


def after(states: dict[str, str], levels: dict[str, str], follow: str = "") -> tuple[tuple[str, ...], dict[str, str]]:
    found = outcome(PACK, states, levels, follow)
    return found.triggers, dict(found.dimensions)


def test_a_dimension_not_asked_yet_keeps_the_loop_open() -> None:
    """Row 8 of 1b."""
    assert after({D: "returned", P: "waiting"}, {D: "high"}) == ((), {D: "closed", P: "waiting"})


def test_every_dimension_closed_is_assured() -> None:
    assert after({D: "closed", P: "returned"}, {P: "high"}) == (("closed",), {D: "closed", P: "closed"})
    assert after({D: "returned", P: "returned"}, {D: "high", P: "medium"}, "close")[0] == ("closed",)


def test_the_two_dimensions_stand_by_themselves() -> None:
    """Scenario 6: High is not asked again, what is below is."""
    triggers, states = after({D: "returned", P: "returned"}, {D: "high", P: "low"})
    assert (triggers, states) == (("not_closed",), {D: "closed", P: "follow_up"})


def test_accepted_not_relevant_ends_the_loop_and_impact_is_not_asked() -> None:
    """Scenario 11, framework 3.1."""
    assert after({D: "returned", P: "waiting"}, {D: "not_relevant"}) == (("accepted",), {D: "closed", P: "closed"})
    assert after({D: "closed", P: "returned"}, {P: "not_relevant"})[0] == ("closed",), "dissemination was assured"
    assert after({D: "returned", P: "waiting"}, {D: "not_accepted"}) == (
        ("not_closed",), {D: "follow_up", P: "waiting"}
    )  # fmt: skip


@pytest.mark.parametrize("level", ["unable", "ended"])
def test_unable_and_ended_end_the_whole_loop(level: str) -> None:
    """Scenario 12, framework 4.28."""
    assert after({D: "returned", P: "waiting"}, {D: level}) == ((level,), {D: "closed", P: "closed"})
