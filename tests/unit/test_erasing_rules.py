"""Who may be erased, what somebody is called afterwards, and whom a name means: pure rules (I1, scenario 35)."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from assurance.erasing_rules import Facts, going, why_not
from assurance.person_data import meant
from assurance.person_names import former_giver, former_member, last_seat, starting
from storage.drafts import Draft
from storage.people import Holding, Person, PersonName

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (Facts("Grace"), ""),
        (Facts("Grace", erased=True), "erased already"),
        (Facts("Grace", only_officer=True, places=("as Chair",)), "only support officer"),
        (Facts("Grace", places=("for GWH", "as Chair")), "still there for GWH and as Chair. Please type people"),
        (Facts("Grace", stands_in=("GWH",)), "stands in for GWH. Please type deputy"),
        (Facts("Grace", owes=("A survey",)), "still asked for an answer on A survey"),
        (Facts("Grace", in_settings=True), "LOOP_OFFICERS"),
        (Facts("Grace", held=True), "A legal hold keeps what Grace wrote"),
    ],
)
def test_somebody_who_still_has_a_part_is_not_erased_and_the_sentence_says_what_comes_first(facts, said):
    assert said in why_not(facts) and bool(why_not(facts)) == bool(said)


def test_what_colleagues_go_on_with_stays_and_every_other_draft_goes():
    drafts = [
        Draft(id=number, partnership_id=1, kind=kind, subject=subject, owner_id=owner, saved_by=4, saved_at=AT)
        for number, kind, subject, owner in (
            (1, "answer", 7, 0), (2, "answer", 8, 0), (3, "learning", 1, 0), (4, "decision", 7, 4), (5, "other", 0, 0),
        )
    ]  # fmt: skip
    go, stay = going(drafts, 4, {7})
    assert [one.id for one in go] == [2, 4, 5] and [one.id for one in stay] == [1, 3]


def test_a_former_member_is_of_the_agency_where_they_sat_last_and_their_title_stays():
    def held(number, seat_id, ends_on=None, stands_in_for=None):
        return Holding(
            id=number, partnership_id=1, person_id=4, seat_id=seat_id, ends_on=ends_on, stands_in_for=stands_in_for
        )

    assert last_seat([held(1, 10, date(2026, 1, 1)), held(2, 20, date(2026, 6, 1))]) == 20
    assert last_seat([held(1, 10, date(2026, 1, 1)), held(2, 20, date(2026, 6, 1), stands_in_for=9)]) == 10
    assert last_seat([Holding(id=1, partnership_id=1, person_id=4, role="chair")]) is None
    assert former_giver(former_member("GWH"), "Named nurse") == "a former member of GWH (Named nurse)"
    assert starting(former_member()) == "A former member of the group" and starting("van Dyke") == "van Dyke"


def test_a_whole_name_comes_before_a_part_of_one():
    known = [
        (
            Person(id=number, partnership_id=1, object_id=f"o-{number}"),
            PersonName(person_id=number, name=name, email=mail),
        )
        for number, name, mail in ((1, "Ann Lee", "ann@x.org"), (2, "Ann Leeming", "al@x.org"), (3, "", ""))
    ]

    def numbers(text):
        return [one.id for one, _ in meant(known, text)]

    assert numbers("ann lee") == [1] and numbers("ann") == [1, 2] and numbers("leem") == [2]
    assert numbers("AL@x.org") == [2] and numbers("o-3") == [3] and numbers("") == [] and numbers("nobody") == []


def test_only_one_place_decides_what_somebody_without_a_name_is_called():
    """A name is read, and a former member spoken of, in one module; erasing and exporting read the rows."""
    may = {"person_names.py", "erasing.py", "person_export.py", "people.py"}
    for path in [one for room in ("assurance", "bot", "cards", "storage") for one in (ROOT / room).rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        assert path.name in may or ("a former member" not in text and "person_names(" not in text), path
