"""What may become of a seat, what two loops of one request become, and what a quorum loses (E7). Pure rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assurance.affiliations import Affiliations, Somebody
from assurance.attendance_exceptions import exceptions
from assurance.pack import QuorumRule
from assurance.quorum import Place
from assurance.reorganising_rules import Change, change_from, faults, homes_offered, joined, quorum_lost, with_home
from assurance.seats_over_time import called_then, names_before
from storage.decisions import Attendance
from storage.partnerships import Organisation, Seat
from storage.seat_changes import SeatName

TODAY = date(2026, 11, 2)


def a_seat(number: int, short: str, **more: object) -> Seat:
    return Seat(
        id=number, partnership_id=1, group_key="ldg", slug=short.lower(), name=f"{short} in full", short=short,
        sector="health", organisation_id=1, **more,
    )  # fmt: skip


SEATS = [a_seat(1, "GWH"), a_seat(2, "AWP"), a_seat(3, "Old", ends_on=date(2026, 10, 1))]
BODIES = [Organisation(id=1, partnership_id=1, slug="gwh", name="GWH"),
          Organisation(id=2, partnership_id=1, slug="sbc", name="SBC")]  # fmt: skip


def wrong(change: Change) -> set[str]:
    return set(faults(with_home(change), SEATS, BODIES, TODAY))


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        (Change("rename", 1, TODAY, "Another", "Another"), set()),
        (Change("rename", 1, TODAY, "GWH in full", "GWH"), {"name"}),
        (Change("rename", 1, TODAY, "Another", "awp"), {"short"}),
        (Change("rename", 1, date(2026, 1, 1), "Another", "A"), set()),
        (Change("rename", 3, TODAY, "Another", "A"), {"seat"}),
        (Change("move", 1, TODAY, organisation_id=2), set()),
        (Change("move", 1, TODAY, organisation_id=1), {"organisation"}),
        (Change("move", 1, TODAY, new_organisation="sbc"), {"new_organisation"}),
        (Change("merge", 1, TODAY, into=2), set()),
        (Change("merge", 1, TODAY, into=1), {"into"}),
        (Change("merge", 1, TODAY, into=3), {"into"}),
        (Change("merge", 1, date(2026, 10, 1), into=2), {"from_on"}),
        (Change("split", 1, TODAY, parts=(("Part", "Part"),)), set()),
        (Change("split", 1, TODAY, parts=(("Part", "Part"),), stays=False), {"name_1"}),
        (Change("split", 1, TODAY, parts=(("Part", "P"), ("Part two", "p"))), {"short_2"}),
        (Change("end", 1, TODAY), set()),
        (Change("end", 1, TODAY, rest="seat:3"), {"rest"}),
        (Change("end", 1, TODAY, homes={7: "seat:1"}), {"rest"}),
    ],
)
def test_what_keeps_a_change_from_being_made(change: Change, fields: set[str]) -> None:
    assert wrong(change) == fields


def test_a_change_is_read_back_as_it_was_stored() -> None:
    parts, homes = (("Part", "P"),), {4: "new:1"}
    change = Change("split", 1, TODAY, parts=parts, stays=False, people=False, rest="new:1", homes=homes)
    assert change_from("split", 1, TODAY, None, change.to_json()) == change


def test_an_open_request_of_an_ended_seat_is_closed_unless_another_home_is_chosen() -> None:
    assert homes_offered(Change("end", 1, TODAY), [2])[0] == "ended"
    assert with_home(Change("end", 1, TODAY)).home_of(5) == "ended"
    assert replace(with_home(Change("end", 1, TODAY)), homes={5: "seat:2"}).home_of(5) == "seat:2"


OPEN = ("requested", True, {"dissemination": "due", "impact": "waiting"})
CLOSED = ("assured", False, {"dissemination": "closed", "impact": "closed"})


def test_two_open_loops_become_the_one_that_stays_as_it_stands() -> None:
    found = joined(("returned", True, {"dissemination": "returned", "impact": "waiting"}), OPEN, same_round=True)
    assert (found.state, found.open, dict(found.dimensions)) == ("returned", True, {})


def test_what_was_assured_at_one_and_open_at_the_other_is_open_again() -> None:
    found = joined(CLOSED, OPEN, same_round=False)
    assert (found.state, found.open, found.answers_too) == ("requested", True, True)
    assert dict(found.dimensions) == {"dissemination": "due", "impact": "waiting"}
    later = joined(CLOSED, OPEN, same_round=True)
    assert (later.state, later.answers_too, later.dimensions["dissemination"]) == ("follow_up", False, "follow_up")


def test_a_loop_that_was_closed_already_opens_nothing() -> None:
    assert joined(OPEN, CLOSED, same_round=False) == joined(OPEN, ("unable", False, {}), same_round=False)
    assert not joined(CLOSED, CLOSED, same_round=False).open


def test_a_quorum_that_nobody_could_fill_any_more_is_named() -> None:
    police = QuorumRule(key="police", label="a Police representative", seats=("police",))
    health = QuorumRule(key="health", label="a health representative", sectors=("health",))
    before = [Place("police", "wp", "police"), Place("gwh", "gwh", "health"), Place("awp", "awp", "health")]
    assert quorum_lost((police, health), before, before[1:]) == (police,)
    assert quorum_lost((police, health), before, before[:2]) == ()


def test_a_seat_is_called_what_it_was_called_on_the_day() -> None:
    former = [
        SeatName(id=number, partnership_id=1, seat_id=1, name=name, short=name[0], organisation_id=2, until=until)
        for number, name, until in ((1, "First", date(2026, 1, 31)), (2, "Second", date(2026, 6, 30)))
    ]
    on = {day: called_then(SEATS[0], former, day).short for day in (date(2026, 1, 31), date(2026, 2, 1), TODAY)}
    assert on == {date(2026, 1, 31): "F", date(2026, 2, 1): "S", TODAY: "GWH"}
    assert names_before(former) == {1: ("F", "First", "S", "Second")}


def test_a_substitute_is_attendance_and_the_absence_stays_an_exception() -> None:
    """Scenario 23, the rule: named or not, somebody of the agency was there; its own member was not."""
    seats = {one.id: one for one in (a_seat(1, "A"), a_seat(2, "B"), a_seat(3, "C"), a_seat(4, "D"), a_seat(5, "E"))}
    people = {
        number: Somebody(number, "", (seat,), frozenset(), frozenset(), {seat: 1} if number == 9 else {})
        for number, seat in ((1, 1), (2, 2), (3, 3), (4, 4), (9, 1))
    }
    known = Affiliations(people, seats, {}, {})
    rows = [
        Attendance(partnership_id=1, meeting_id=1, person_id=9, seat_id=1, how="substitute", at=None),
        Attendance(partnership_id=1, meeting_id=1, person_id=1, seat_id=1, how="apologies", at=None),
        Attendance(partnership_id=1, meeting_id=1, person_id=2, seat_id=2, how="present", at=None),
        Attendance(partnership_id=1, meeting_id=1, person_id=3, seat_id=3, how="apologies", at=None),
    ]
    assert exceptions(known, rows, TODAY) == {1: "substitute", 3: "apologies", 4: "absent", 5: "vacant"}
