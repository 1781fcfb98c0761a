"""Who can be reached, by what was last learnt of them."""

import pytest

from assurance.reach import (
    BLOCKED,
    GUEST,
    NO_APP,
    NO_TEAM,
    NOT_CHECKED,
    NOT_IN_TEAM,
    OTHERWISE,
    PersonReach,
    PlaceReach,
    person_reach,
)
from bot.edge.outcomes import reason
from storage.people import Address, Person

REFUSED = "BotNotInConversationRoster"


def a_person(**values: object) -> Person:
    return Person(**{"id": 1, "partnership_id": 1, "teams_id": "29:x", "in_team": True, **values})


@pytest.mark.parametrize(
    ("person", "reach", "expected"),
    [
        (a_person(), "reachable", PersonReach("A", True)),
        (a_person(), "unknown", PersonReach("A", None, NOT_CHECKED)),
        (a_person(), None, PersonReach("A", None, NOT_CHECKED)),
        (a_person(teams_id=None, in_team=False), None, PersonReach("A", False, NOT_IN_TEAM)),
        (a_person(guest=True), reason(403, REFUSED), PersonReach("A", False, GUEST)),
        (a_person(guest=True), "reachable", PersonReach("A", True)),
        (a_person(), reason(403, REFUSED), PersonReach("A", False, NO_APP)),
        (a_person(), reason(403, "ConversationBlockedByUser"), PersonReach("A", False, BLOCKED)),
        (a_person(), reason(403, "MessageWritesBlocked"), PersonReach("A", False, BLOCKED)),
        (a_person(in_team=False), reason(403, REFUSED), PersonReach("A", False, NOT_IN_TEAM)),
        (a_person(), reason(404, ""), PersonReach("A", False, OTHERWISE)),
    ],
)
def test_each_person_is_reached_or_not_with_a_plain_reason(
    person: Person, reach: str | None, expected: PersonReach
) -> None:
    row = Address(partnership_id=1, person_id=1, reach=reach) if reach else None
    assert person_reach(person, "A", row, bound=True, practice=False) == expected


def test_before_the_team_is_set_up_nobody_is_reached() -> None:
    assert person_reach(a_person(), "A", None, bound=False, practice=False).why == NO_TEAM


def test_in_practice_everybody_is_reached() -> None:
    assert person_reach(a_person(teams_id=None), "A", None, bound=False, practice=True).reached


def test_an_agency_is_reached_if_one_of_its_people_is() -> None:
    there, away = PersonReach("A", True), PersonReach("B", False, GUEST)
    assert PlaceReach("GWH", "GWH", True, (there, away)).reached
    assert not PlaceReach("GWH", "GWH", True, (away,)).reached
    assert PlaceReach("GWH", "GWH", True, ()).why == "nobody is on the seat yet"
