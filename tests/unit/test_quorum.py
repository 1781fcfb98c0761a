"""Scenario 16 and framework 4.11: who must be there for a meeting to decide, rule by rule."""

from __future__ import annotations

import pytest

from assurance.pack import QuorumRule, read_shipped
from assurance.packing import read_pack
from assurance.quorum import Attendee, Place, quorum

SWINDON, SOLIHULL = read_pack(read_shipped("swindon")), read_pack(read_shipped("solihull"))


def sits(pack, *seats: str, who: str = "") -> Attendee:
    """One person on these seats of a pack."""
    rows = [pack.seat(one) for one in seats]
    return Attendee(who or "-".join(seats), tuple(Place(one.key, one.organisation, one.sector) for one in rows))


def asked(pack, *attendees: Attendee) -> str:
    return quorum(pack.meetings.quorum, attendees).words


def test_scenario_16_gwh_the_council_and_the_police_are_quorate_in_swindon() -> None:
    there = [sits(SWINDON, one) for one in ("gwh", "housing", "police")]
    assert asked(SWINDON, *there) == "Quorate"


def test_scenario_16_without_the_police_swindon_names_the_gap() -> None:
    assert asked(SWINDON, sits(SWINDON, "gwh"), sits(SWINDON, "housing")) == "Not quorate: no Police representative"


def test_scenario_16_a_hospital_trust_is_not_the_icb_in_solihull() -> None:
    trust = next(one.key for one in SOLIHULL.seats if one.sector == "health")
    there = [sits(SOLIHULL, one) for one in ("police", "childrens-social-care", trust)]
    assert asked(SOLIHULL, *there) == "Not quorate: no Integrated Care Board"
    assert asked(SOLIHULL, *there, sits(SOLIHULL, "bsol-icb")) == "Quorate"


def test_the_named_nurse_counts_for_the_council_and_not_for_health() -> None:
    there = [sits(SWINDON, one) for one in ("named-nurse", "housing", "police")]
    assert asked(SWINDON, *there) == "Not quorate: no health representative"


def test_one_person_on_two_seats_fills_one_slot() -> None:
    """Scenario 30."""
    both = sits(SWINDON, "gwh", "housing", who="one person")
    assert asked(SWINDON, both, sits(SWINDON, "police")) == "Not quorate: no SBC representative"


def test_as_many_slots_are_filled_as_can_be() -> None:
    both = sits(SWINDON, "gwh", "housing", who="one person")
    assert asked(SWINDON, both, sits(SWINDON, "awp"), sits(SWINDON, "police")) == "Quorate"
    assert asked(SWINDON, sits(SWINDON, "police"), sits(SWINDON, "early-years"), both) == "Quorate"


def test_nobody_there_names_every_gap_and_a_pack_without_a_rule_is_always_quorate() -> None:
    gap = "Not quorate: no health representative, no SBC representative and no Police representative"
    assert asked(SWINDON) == gap
    assert quorum((), []).met


def test_somebody_without_a_seat_counts_for_an_organisation_only_where_each_of_its_seats_would() -> None:
    gwh = Attendee("chair", sits(SWINDON, "gwh").places, as_a_whole=True)
    assert asked(SWINDON, gwh, sits(SWINDON, "housing"), sits(SWINDON, "police")) == "Quorate"
    council = [
        one.key for one in SOLIHULL.seats if one.organisation == SOLIHULL.seat("childrens-social-care").organisation
    ]
    whole = Attendee("team", sits(SOLIHULL, *council).places, as_a_whole=True)
    gap = asked(SOLIHULL, whole, sits(SOLIHULL, "police"), sits(SOLIHULL, "bsol-icb"))
    assert gap == ("Quorate" if len(council) == 1 else "Not quorate: no local authority")


@pytest.mark.parametrize(("there", "gap"), [(1, "no chairs"), (2, "")])
def test_a_rule_may_need_more_than_one(there: int, gap: str) -> None:
    rule = QuorumRule(key="chairs", label="chairs", at_least=2, sectors=("health",))
    people = [Attendee(str(number), (Place("gwh", "gwh", "health"),)) for number in range(there)]
    assert quorum([rule], people).gap == gap
