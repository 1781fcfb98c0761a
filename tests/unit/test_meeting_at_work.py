"""The meeting's pure rules: who may do what, who leads, what is worth talking about, and when an update is due."""

from __future__ import annotations

from datetime import date

import pytest

from assurance.actors import Actor
from assurance.affiliations import Affiliations, Somebody
from assurance.agenda import Compared, reasons
from assurance.calendar import WorkingDays
from assurance.closing_items import has_ended
from assurance.following_up import next_time
from assurance.leading import leaders, may_lead
from assurance.pack import read_shipped
from assurance.packing import read_pack
from assurance.permissions import ACTS, may
from assurance.tabling import still_open
from storage.asks import Loop
from storage.partnerships import Organisation, Seat
from storage.returns import AgencyReturn

PACK = read_pack(read_shipped("swindon"))
WORKING = WorkingDays("GB", "ENG")
ROLES = ("officer", "chair", "vice_chair", "member", "co_optee", "ld_lead", "strategic_lead", "scrutineer", "nobody")
MAY = {
    "see_papers": {"officer", "chair", "vice_chair", "member", "co_optee"},
    "see_all_papers": {"officer", "chair", "vice_chair"},
    "release_papers": {"officer", "chair", "vice_chair"},
    "mark_discuss": {"officer", "chair", "vice_chair", "member"},
    "record_decisions": {"officer", "chair", "vice_chair"},
    "confirm_decisions": {"chair", "vice_chair"},
    "close_items": {"chair", "vice_chair"},
    "reopen": {"chair", "vice_chair"},
}
"""Written by hand from framework 2: the officer records what the group decides, and decides nothing."""


def acting(role: str) -> Actor:
    """Somebody who is just this."""
    seats = frozenset({4}) if role == "member" else frozenset[int]()
    roles = frozenset({role}) if role not in ("member", "nobody") else frozenset[str]()
    return Actor(1, 1, seats, roles)


@pytest.mark.parametrize("act", sorted(MAY))
def test_who_may_do_what_around_a_meeting(act: str) -> None:
    assert {role for role in ROLES if may(acting(role), act)} == MAY[act]
    assert ACTS[act][1].endswith((".", "my returns."))


BODIES = {1: "gwh", 2: "awp", 3: "sbc", 4: "wiltshire-police", 5: "cgl"}
SEATED = {10: ("gwh", 1, "health"), 20: ("awp", 2, "health"), 30: ("housing", 3, "local_authority"),
          40: ("police", 4, "police"), 50: ("cgl", 5, "voluntary")}  # fmt: skip


def a_room() -> Affiliations:
    """The chair and vice chair of GWH on no seat, and one person on each of five seats."""
    people = {
        1: Somebody(1, "Chair", (), frozenset({"chair"}), frozenset({1}), {}),
        2: Somebody(2, "Vice", (), frozenset({"vice_chair"}), frozenset({1}), {}),
    }
    for number, (slug, body, _) in SEATED.items():
        people[number] = Somebody(number, slug, (number,), frozenset(), frozenset({body}), {})
    rows = {
        number: Seat(
            id=number, partnership_id=1, group_key="ldg", slug=slug, name=slug, short=slug, sector=sector,
            organisation_id=body,
        )
        for number, (slug, body, sector) in SEATED.items()
    }  # fmt: skip
    bodies = {
        number: Organisation(id=number, partnership_id=1, slug=slug, name=slug) for number, slug in BODIES.items()
    }
    return Affiliations(people, rows, bodies, {})


def leading(there: tuple[int, ...], organisation: int | None) -> list[str]:
    return [one.name for one in leaders(PACK, a_room(), there, organisation)]


def test_the_chair_leads_then_the_vice_chair_then_a_member_of_a_statutory_partner() -> None:
    """Framework 4.10; Change Grow Live is no statutory partner."""
    everybody = (1, 2, 10, 20, 30, 40, 50)
    assert leading(everybody, 2) == ["Chair", "Vice", "gwh", "housing", "police"]
    assert leading((2, 20, 50), 3) == ["Vice", "awp"]


def test_where_chair_and_vice_are_of_the_agency_a_member_of_another_partner_leads() -> None:
    """Scenario 14."""
    assert leading((1, 2, 10, 20, 40), 1) == ["awp", "police"]
    assert leading((1, 2, 10), 1) == []
    assert not may_lead(a_room().people[1], 1) and may_lead(a_room().people[1], None)


def worth(own: str | None, last_own: str | None = None, assessed: str | None = None, **how) -> tuple[str, ...]:
    line = Compared("dissemination", own, last_own, assessed)
    return reasons(PACK, [line], answered=own is not None, marked_by=how.get("marked_by", ()))


def test_what_is_worth_talking_about_comes_from_the_data() -> None:
    """Deliver 5: no return, dropped, self far from assessed, marked."""
    assert worth(None) == ("no answer",)
    assert worth("high", "high", "high") == ()
    assert worth("low", "medium") == ("lower than the last time",)
    assert worth("high", "high", "low") == ("far from what the LDG assessed the last time",)
    assert worth("medium", "medium", "low") == ()
    assert worth("not_relevant", "high") == ("says that it is not relevant",)
    assert worth("high", marked_by=("Jon", "Isla")) == ("marked by Jon and Isla",)
    assert worth("low", "high", "unable")[0] == "lower than the last time"


def test_an_update_is_due_as_the_pack_says_and_its_card_comes_with_full_notice() -> None:
    found = next_time(PACK, WORKING, date(2026, 12, 10), [(date(2027, 3, 11), 7)])
    assert found is not None
    assert (found.meeting_id, found.due_on, found.card_on) == (7, date(2027, 2, 25), date(2027, 2, 4))


def test_a_meeting_that_is_near_is_asked_for_at_short_notice_and_none_at_all_waits() -> None:
    near = next_time(PACK, WORKING, date(2027, 3, 1), [(date(2027, 3, 11), 7), (date(2027, 6, 10), 8)])
    assert near is not None and near.meeting_id == 7
    assert date(2027, 3, 1) < near.due_on < date(2027, 3, 11) and near.card_on == date(2027, 3, 1)
    assert next_time(PACK, WORKING, date(2027, 3, 1), []) is None


def a_return(number: int, *dimensions: str) -> AgencyReturn:
    return AgencyReturn(
        id=number, partnership_id=1, loop_id=1, request_id=1, round_id=number, form_version_id=1,
        dimensions=list(dimensions), due_on=date(2026, 12, 1),
    )  # fmt: skip


def test_what_a_newer_return_asks_again_is_not_decided_in_the_older_one() -> None:
    old, new = a_return(1, "dissemination", "impact"), a_return(2, "dissemination")
    assert still_open(old, [old, new]) == ("impact",)
    assert still_open(new, [old, new]) == ("dissemination",)


def a_loop(state: str, *, asked: bool = True) -> Loop:
    ended = state in ("assured", "unable", "ended", "not_relevant", "withdrawn", "information")
    return Loop(partnership_id=1, request_id=1, state=state, open=not ended, asked=asked)


def test_an_item_has_ended_once_nothing_is_to_come_from_anybody_who_was_asked() -> None:
    """Framework 1a."""
    assert has_ended([a_loop("assured"), a_loop("unable"), a_loop("information", asked=False), a_loop("withdrawn")])
    assert not has_ended([a_loop("assured"), a_loop("moderated")])
    assert not has_ended([a_loop("withdrawn"), a_loop("information", asked=False)])
