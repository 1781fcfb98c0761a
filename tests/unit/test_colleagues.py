"""Who counts as of the same agency: seats held, and a mail domain that is that agency's alone."""

from datetime import date

from assurance.colleagues import colleagues_of
from storage.partnerships import Seat
from storage.people import Holding, Person, PersonName

TODAY = date(2026, 11, 2)
GWH, SBC = 1, 2


def a_seat(number, body):
    return Seat(
        id=number, partnership_id=1, group_key="ldg", slug=str(number), name=str(number), short=str(number), sector="x",
        organisation_id=body,
    )  # fmt: skip


SEATS = [a_seat(10, GWH), a_seat(20, SBC), a_seat(21, SBC)]


def people(**emails):
    rows = [Person(id=at, partnership_id=1, object_id=name, in_team=True) for at, name in enumerate(emails, start=1)]
    return [
        (one, PersonName(person_id=one.id, partnership_id=1, name=name, email=email))
        for one, (name, email) in zip(rows, emails.items(), strict=True)
    ]


def holds(person_id, seat_id, **more):
    return Holding(id=person_id * 100 + seat_id, partnership_id=1, person_id=person_id, seat_id=seat_id, **more)


def names(body, held, everybody):
    return [one.name for one in colleagues_of(body, SEATS, held, everybody, TODAY)]


def test_everybody_on_the_organisations_seats_is_a_colleague_and_nobody_of_another_is():
    everybody = people(ann="a@swindon.example", bob="b@swindon.example", cat="c@gwh.example")
    held = [holds(1, 20), holds(2, 21), holds(3, 10)]
    assert names(SBC, held, everybody) == ["ann", "bob"]
    assert names(GWH, held, everybody) == ["cat"]


def test_a_mail_domain_counts_where_it_is_that_organisations_alone():
    everybody = people(cat="c@gwh.example", dan="d@GWH.example", eve="e@elsewhere.example")
    assert names(GWH, [holds(1, 10)], everybody) == ["cat", "dan"]


def test_a_domain_that_two_organisations_use_says_nothing():
    everybody = people(ann="a@nhs.example", cat="c@nhs.example", dan="d@nhs.example")
    assert names(GWH, [holds(1, 20), holds(2, 10)], everybody) == ["cat"]


def test_a_domain_that_all_the_world_shares_says_nothing():
    everybody = people(cat="c@nhs.net", dan="d@nhs.net")
    assert names(GWH, [holds(1, 10)], everybody) == ["cat"]


def test_standing_in_for_an_agency_makes_nobody_its_colleague():
    everybody = people(cat="c@gwh.example", eve="e@elsewhere.example")
    held = [holds(1, 10), holds(2, 10, stands_in_for=1, ends_on=date(2026, 12, 1))]
    assert names(GWH, held, everybody) == ["cat"]


def test_who_left_the_seat_long_ago_or_left_the_team_does_not_count():
    everybody = people(cat="", dan="")
    held = [holds(1, 10), holds(2, 10, ends_on=date(2025, 1, 1))]
    assert names(GWH, held, everybody) == ["cat"]
    everybody[0][0].in_team = False
    assert names(GWH, held, everybody) == []
