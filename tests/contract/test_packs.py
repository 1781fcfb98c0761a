"""The shipped packs hold what their frameworks say (framework §3.2, §3.3; I3, scenario 25)."""

import tomllib
from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel

from assurance.pack import Pack, check, load, read_shipped, shipped
from assurance.pack_lines import Path, places
from assurance.pack_model.base import Cited
from tests.packs.revised import strategic_leads

FOUR = ("barking-and-dagenham", "solihull", "south-gloucestershire", "swindon")

SWINDON_SEATS = [
    "AWP", "CGL", "ICB", "GWH", "CAMHS", "ASC", "CSC", "Education", "Early Years", "EIYCF", "Housing",
    "Named Nurse", "Police",
]  # fmt: skip


def a_pack(name: str) -> Pack:
    return load(read_shipped(name), name)


def leaves(data: Any, path: Path = ()) -> list[Path]:
    """The path of every value in a file."""
    if isinstance(data, dict):
        return [path, *(leaf for name, value in data.items() for leaf in leaves(value, (*path, name)))]
    if isinstance(data, list):
        return [path, *(leaf for number, item in enumerate(data) for leaf in leaves(item, (*path, number)))]
    return [path]


def tables(model: BaseModel) -> list[Cited]:
    """Every table of a pack that has to say where it comes from."""
    found = [model] if isinstance(model, Cited) else []
    for name in type(model).model_fields:
        value = getattr(model, name)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, BaseModel):
                found += tables(each)
    return found


def test_four_partnerships_come_with_the_product() -> None:
    assert shipped() == FOUR


@pytest.mark.parametrize("name", FOUR)
def test_a_shipped_pack_has_no_mistakes_and_bears_its_own_name(name: str) -> None:
    assert check(read_shipped(name), name) == ()
    assert a_pack(name).id == name


@pytest.mark.parametrize("name", FOUR)
def test_every_table_cites_its_section_or_says_that_it_is_our_default(name: str) -> None:
    document = {"swindon": ("SL ", "SQ "), "solihull": ("SO ",), "barking-and-dagenham": ("BD ",)}
    prefix = document.get(name, ("SG ",))
    for table in tables(a_pack(name)):
        told = [table.source] if table.source else []
        told += [where for _, where in table.citations if where != "default"]
        assert all(where.startswith(prefix) for where in told), table
        assert (table.source is None) is (table.basis == "default"), table


@pytest.mark.parametrize("name", FOUR)
def test_the_place_of_every_value_in_a_shipped_pack_is_known(name: str) -> None:
    text = read_shipped(name)
    known, lines = places(text), text.splitlines()
    paths = leaves(tomllib.loads(text))
    assert len(paths) > 500 and set(paths) <= known.keys()
    for path in paths:
        line, column = known[path]
        written = lines[line - 1][column - 1 :]
        assert not path or isinstance(path[-1], int) or path[-1] in written, path


@pytest.mark.parametrize("name", FOUR)
def test_a_pack_survives_being_stored_as_json(name: str) -> None:
    pack = a_pack(name)
    assert Pack.model_validate_json(pack.model_dump_json()) == pack
    assert hash(pack) == hash(a_pack(name))


def test_swindon_asks_thirteen_seats_and_neither_the_lead_nor_the_support_unit() -> None:
    """Scenario 1, E7."""
    pack = a_pack("swindon")
    assert [seat.short for seat in pack.returning_seats()] == SWINDON_SEATS
    assert {seat.key for seat in pack.seats if not seat.returns} == {"ld-lead", "ssu"}


def test_swindons_council_has_seven_seats_of_its_own() -> None:
    """B7, scenario 13: departments answer separately."""
    assert [seat.short for seat in a_pack("swindon").seats_of("sbc")] == SWINDON_SEATS[5:12]


def test_the_default_dates_are_those_that_help_people_and_say_that_they_are_ours() -> None:
    """§3.1 defaults, §4.8."""
    for name in FOUR:
        pack = a_pack(name)
        rounds, hours = pack.rounds, pack.send_hours
        assert (rounds.due_wd_before_meeting, rounds.min_answer_wd) == (10, 15)
        assert (rounds.reminder_wd, rounds.overdue_wd, rounds.officer_list_wd) == ((5, 1), (2, 5), 3)
        assert rounds.chaser_cap == 4
        assert (hours.first, hours.last, hours.friday_last) == ("10:00", "16:00", "12:00")
        assert {rounds.basis, hours.basis, pack.retention.basis} == {"default"}
        assert not pack.retention.enabled


def test_the_assurance_form_asks_for_evidence_with_its_rating_and_a_reason_if_not_relevant() -> None:
    """B3, B4, B6, B20."""
    form = a_pack("swindon").form("assurance")
    asked = {question.key: question for question in form.questions}
    assert [q.key for q in form.questions if q.type == "rating"] == ["dissemination", "impact"]
    assert asked["evidence"].required and asked["evidence"].dimension == "dissemination"
    assert asked["monitoring"].required and asked["monitoring"].rounds == "first"
    assert asked["impact_evidence"].dimension == "impact"
    assert asked["not_relevant_reason"].required_when == "not_relevant"
    assert [q.key for q in form.questions if q.folded and q.required] == []
    assert len(asked["evidence_types"].options) == 8


def test_urgent_learning_asks_only_whether_it_came_and_to_whom_it_was_passed_on() -> None:
    """Scenario 36."""
    pack = a_pack("swindon")
    urgent = pack.kind("urgent")
    assert (urgent.lifecycle, urgent.urgent_of, urgent.asked.who) == ("once", "assurance", "seats")
    assert (urgent.clock.kind, urgent.clock.days, urgent.clock.working_days) == ("days_after", 2, True)
    assert urgent.clock.reminder_wd == (1,) and urgent.clock.overdue_wd == ()
    assert [question.key for question in pack.form(urgent.form).questions] == ["received", "passed_on_to"]


def test_swindons_summary_and_plan_have_the_templates_headings_in_order() -> None:
    """A2, C1, C2, scenario 20."""
    pack = a_pack("swindon")
    assert pack.summary_columns == (
        "Type of SSP Activity",
        "Brief description of SSP activity and dates undertaken",
        "Summary of findings",
        "Multi-agency learning – key messages",
        "Target audiences for dissemination of learning",
    )
    assert pack.plan_columns[:3] == ("Purpose of Key Messages", "Target Audiences", "Communication Methods")
    assert pack.plan_columns[3].startswith("Measure of Success")
    assert [row.key for row in pack.audiences] == ["internal", "workforce", "external", "public"]
    solihull = a_pack("solihull")
    assert solihull.summary_columns[0] == "Type of SCP Activity" and solihull.summary_header == "Subgroup"
    assert solihull.plan_columns[3] == "Measures of Success"


def test_swindons_action_ratings_are_word_for_word() -> None:
    """C4."""
    assert [rating.text for rating in a_pack("swindon").action_ratings] == [
        "RED – Actions not progressing/significant challenges requiring escalation",
        "AMBER – Actions started but off schedule and may be facing some challenges/impact not yet evidenced",
        "GREEN – actions are on schedule/no issues",
        "BLUE – action has been completed/achieved",
    ]


def test_swindons_lead_gives_five_figures_and_no_neglect_audit_is_made_up() -> None:
    """F4, H1, §4.14."""
    pack = a_pack("swindon")
    assert [figure.unit for figure in pack.metrics] == ["number", "number", "percent", "number", "number"]
    assert {(audit.key, audit.quarter, audit.scope_date) for audit in pack.audits} == {
        ("adult-self-neglect", "Q4", date(2026, 12, 14)),
        ("children-criminally-exploited", "Q3", date(2026, 9, 17)),
        ("adults-criminally-exploited", "Q3", date(2026, 9, 17)),
        ("child-sexual-abuse", "Q4", date(2026, 8, 25)),
    }


def test_meetings_and_quorum_differ_between_swindon_and_solihull() -> None:
    """E1, E2, E5, E6, scenarios 16 and 18; §4.11: in Solihull a hospital trust is not the ICB."""
    swindon, solihull = a_pack("swindon").meetings, a_pack("solihull").meetings
    assert (swindon.frequency, swindon.papers_wd, swindon.minutes_days, swindon.recording_wd) == (
        "quarterly", None, None, 10,
    )  # fmt: skip
    assert (solihull.frequency, solihull.papers_wd, solihull.minutes_days, solihull.recording_wd) == (
        "alternate_months", 5, 14, None,
    )  # fmt: skip
    assert [rule.seats for rule in solihull.quorum] == [
        ("childrens-social-care",),
        ("police",),
        ("bsol-icb",),
    ]
    assert [(rule.sectors, rule.organisations, rule.seats) for rule in swindon.quorum] == [
        (("health", "icb"), (), ()), ((), ("sbc",), ()), ((), (), ("police",)),
    ]  # fmt: skip
    assert solihull.confirm and solihull.frequency_until == date(2024, 3, 31)


def test_solihull_asks_twelve_seats() -> None:
    """E7, framework §3.3."""
    pack = a_pack("solihull")
    assert len(pack.returning_seats()) == 12
    assert {seat.short for seat in pack.seats if not seat.returns} == {"Training", "Project", "Unit Manager"}


def test_barking_and_dagenham_has_its_own_group_reports_and_evaluation() -> None:
    """Scenario 25, F6, G2, G3."""
    pack = a_pack("barking-and-dagenham")
    assert (pack.groups[0].name, pack.groups[0].short) == ("Learning from Practice Sub Group", "LfP")
    assert pack.terms.group_short == "LfP" and pack.seats == ()
    assert (pack.report("training-data").to, pack.report("training-data").cadence) == (
        ("Learning from Practice Sub Group",), "each_meeting",
    )  # fmt: skip
    assert (pack.report("performance").to, pack.report("performance").cadence) == (
        ("Full Partnership",), "quarterly",
    )  # fmt: skip
    after = {evaluation.key: evaluation for evaluation in pack.evaluations}
    assert after["follow-up"].after_months == (2, 3) and after["follow-up"].question_count == 5
    assert after["line-manager"].after_months == (0, 6)
    sample = after["line-manager"].sample
    assert sample is not None and (sample.at_least, sample.at_most, sample.random) == (2, 3, True)


def test_south_gloucestershire_is_historic_and_keeps_its_checklists() -> None:
    """§4.17, C7, C8, G7, G10."""
    pack = a_pack("south-gloucestershire")
    assert pack.historic and pack.confirm
    steps = {row.key: len(row.steps) for row in pack.checklists}
    assert (steps["agency"], steps["training-sub-group"]) == (5, 5)
    cadence = {evaluation.key: evaluation.cadence for evaluation in pack.evaluations}
    assert (cadence["knowledge-audit"], cadence["training-refresh"]) == ("six_monthly", "three_yearly")


@pytest.mark.parametrize(
    ("name", "key", "due"),
    [
        ("swindon", "learning-framework", date(2026, 11, 30)),
        ("swindon", "terms-of-reference", date(2026, 7, 31)),
        ("swindon", "quality-framework", date(2027, 4, 30)),
        ("barking-and-dagenham", "learning-framework", date(2026, 5, 31)),
        ("solihull", "terms-of-reference", date(2024, 4, 30)),
        ("south-gloucestershire", "learning-framework", date(2017, 9, 30)),
    ],
)
def test_each_document_has_the_day_by_which_it_is_to_be_reviewed(name: str, key: str, due: date) -> None:
    """E12, §4.18."""
    assert next(review.due for review in a_pack(name).reviews if review.key == key) == due


def test_no_pack_names_a_person() -> None:
    """§4.23: people are local data."""
    names = (
        "Booy",
        "McCalla",
        "Margle",
        "Chipping",
        "Woloszczynska",
        "Jade",
        "Leona",
        "Faith",
        "Jackie",
        "Hannah",
    )
    for name in FOUR:
        assert [word for word in names if word in read_shipped(name)] == []


def test_a_kind_that_no_shipped_pack_has_needs_a_pack_only() -> None:
    """C6: three text questions, once, to the holders of a role."""
    pack = load(strategic_leads(), "strategic-leads")
    kind = pack.kind("strategic_lead")
    assert (kind.lifecycle, kind.asked.who, kind.asked.role) == ("once", "role", "strategic-lead")
    assert [question.type for question in pack.form(kind.form).questions] == ["text", "text", "text"]
    assert all("strategic_lead" not in {each.key for each in a_pack(name).kinds} for name in FOUR)


def test_a_name_that_a_pack_does_not_have_is_a_lookup_error_in_words() -> None:
    with pytest.raises(LookupError, match='The pack has no seat "nobody"'):
        a_pack("swindon").seat("nobody")
    with pytest.raises(LookupError, match="There are: barking-and-dagenham, solihull"):
        read_shipped("../secrets")
