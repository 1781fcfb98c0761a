"""What a report tells of agencies, in which part, and from when it may be approved: rules alone (B10, F1, B19, E4)."""

from __future__ import annotations

from datetime import date

import pytest

from assurance.figures import Line
from assurance.highlight_figures import (
    Absence,
    Flag,
    Highlights,
    Led,
    LoopNow,
    highlights_from_json,
    highlights_to_json,
)
from assurance.highlight_rules import (
    Shown,
    Weighed,
    absences_in,
    approvable_from,
    flags_in,
    not_received,
    our_reports,
    period_ended,
    standing_row,
    timing,
    unseen,
)
from assurance.highlight_sections import sections_of
from assurance.highlight_words import Known, marks, told_of
from assurance.issuing import working_days
from assurance.pack import read_shipped, shipped
from assurance.packing import read_pack
from tests.figured import SWINDON, a_full_quarter, a_row, figures

SOLIHULL = read_pack(read_shipped("solihull"))
WORKING = working_days(SWINDON)
WORDS = {1: "Staff were not released.", 2: "The huddle script.", 3: "Our own quiz."}
KNOWN = Known({1: "GWH", 2: "AWP", 3: "Housing"}, {1: "Child F rapid review"}, WORDS)


def report(pack, key):
    return next(one for one in pack.reports if one.id == key)


def weighed(levels, **more):
    return Weighed(7, 1, 1, decided=True, levels=levels, **more)


@pytest.mark.parametrize(
    ("levels", "sorts"),
    [
        ({"dissemination": "high"}, []),
        ({"dissemination": "high", "impact": "high"}, ["positive_impact"]),
        ({"dissemination": "medium", "impact": "high"}, ["medium", "positive_impact"]),
        ({"dissemination": "low", "impact": "medium"}, ["low_none_unable", "medium"]),
        ({"dissemination": "none"}, ["low_none_unable"]),
        ({"dissemination": "unable", "impact": "unable"}, ["low_none_unable"]),
        ({"dissemination": "not_relevant"}, []),
        ({"dissemination": "not_accepted"}, []),
        ({"dissemination": "ended"}, []),
    ],
)
def test_each_level_has_its_own_part_and_no_two_sorts_are_put_together(levels, sorts):
    """B10: no response, low/none/unable, and medium are kept apart."""
    assert [one.sort for one in flags_in(SWINDON, [weighed(levels)])] == sorts


def test_no_response_is_a_fact_and_a_decision_takes_its_place():
    """Scenario 7: never Low or None; unable, decided about a silent agency, is told instead."""
    silent = Weighed(7, 1, 1, silent=True)
    assert [(one.sort, one.levels) for one in flags_in(SWINDON, [silent])] == [("no_response", ())]
    assert flags_in(SWINDON, [Weighed(7, 1, 1)]) == ()
    unable = Weighed(7, 1, 1, silent=True, decided=True, levels={"dissemination": "unable"})
    assert [one.sort for one in flags_in(SWINDON, [unable])] == ["low_none_unable"]


def test_the_groups_words_go_with_what_they_are_about():
    [good, weak] = flags_in(
        SWINDON, [weighed({"dissemination": "low"}, good_text_id=2, rationale_text_id=1, concern_text_id=None)]
    )
    assert (good.sort, good.text_id, weak.text_id) == ("good_practice", 2, 1)


def test_a_sentence_names_the_agency_the_item_and_the_level_and_quotes_only_what_was_chosen():
    flag = Flag("low_none_unable", 7, 1, 1, (("dissemination", "low"),), text_id=1)
    told = told_of(SWINDON, KNOWN, flag)
    assert told.sentence == (
        "GWH, Child F rapid review: Assurance of Dissemination of Learning/Resources assessed Low."
    )
    chosen = Known(KNOWN.agencies, KNOWN.titles, WORDS, {1})
    assert told_of(SWINDON, chosen, flag).sentence.endswith("assessed Low. \u201cStaff were not released.\u201d")
    medium = Flag("medium", 7, 1, 1, (("impact", "medium"),))
    assert told_of(SWINDON, KNOWN, medium).sentence.endswith("assessed Medium; further assurance is sought.")
    closed = Flag("medium", 7, 1, 1, (("impact", "medium"),), closed=True)
    assert told_of(SWINDON, KNOWN, closed).sentence.endswith("assessed Medium; closed by the chair.")
    provisional = Flag("medium", 7, 1, 1, (("impact", "medium"),), provisional=True)
    assert told_of(SWINDON, KNOWN, provisional).sentence.endswith("This is provisional.")


def test_an_agencys_own_good_practice_is_told_only_where_it_was_chosen():
    found = Highlights(figures([a_row(1)], good_practice=(Line(3, 2, 1),)))
    [good, *_] = sections_of(SWINDON, report(SWINDON, "highlight"), found, KNOWN, {}, "")
    assert good.agencies == () and good.lines == ("None.",)
    chosen = Known(KNOWN.agencies, KNOWN.titles, WORDS, {3})
    [good, *_] = sections_of(SWINDON, report(SWINDON, "highlight"), found, chosen, {}, "")
    assert [one.sentence for one in good.agencies] == [
        "AWP, Child F rapid review: Good practice shared by the agency. \u201cOur own quiz.\u201d"
    ]


def test_the_packs_sections_stand_in_its_order_and_what_it_has_no_heading_for_is_not_left_out():
    flags = (Flag("no_response", 7, 1, 1), Flag("medium", 8, 2, 1, (("dissemination", "medium"),)))
    found = Highlights(a_full_quarter(), flags=flags, absences=(Absence(3, "substitute"),))
    swindon = sections_of(SWINDON, report(SWINDON, "highlight"), found, KNOWN, {}, "")
    assert [one.key for one in swindon] == [
        "good_practice", "positive_impact", "no_response", "low_none_unable", "medium", "training_survey",
    ]  # fmt: skip
    assert [one.count for one in swindon] == [0, 0, 1, 0, 1, None]
    solihull = sections_of(SOLIHULL, report(SOLIHULL, "highlight"), found, KNOWN, {"work_plan": "On course."}, "")
    assert [one.key for one in solihull] == ["activity", "work_plan", "no_response", "medium", "attendance"]
    assert solihull[1].note == "On course." and solihull[4].label == "Attendance, by exception"
    assert solihull[4].agencies[0].sentence == (
        "Housing: Its own member was absent; a substitute of the same agency attended."
    )


def test_how_much_how_well_and_what_difference_are_filled_where_a_pack_has_these_headings():
    """F9: the same three headings in Swindon, Solihull and Barking and Dagenham."""
    found = Highlights(a_full_quarter())
    for name in ("swindon", "solihull", "barking-and-dagenham"):
        pack = read_pack(read_shipped(name))
        much, well, difference = sections_of(pack, report(pack, "annual-extract"), found, KNOWN, {}, "")
        assert [much.label, well.label] == ["How much did we do?", "How well did we do it?"]
        assert "39 answers asked for" in much.lines[0] and "What difference did it make" in difference.label
        assert len(well.grids) == 1 and difference.grids[0].head[1].startswith("Assurance of Impact on Practice")


def test_where_loops_stand_is_counted_item_by_item():
    loops = (LoopNow(1, 1, 1, "assured"), LoopNow(2, 1, 2, "asked"), LoopNow(3, 1, 3, "answered"))
    found = Highlights(figures([a_row(1)]), loops=loops, news=1)
    stand, changes, missing = sections_of(SWINDON, report(SWINDON, "loop-progress"), found, KNOWN, {}, "")
    assert stand.grids[0].head == ("Item", "Assured", "Answered", "Still asked")
    assert stand.grids[0].rows == (("Child F rapid review", "1", "1", "1"),)
    assert changes.lines == ("Since the last meeting: one answer came.",) and missing.lines == ("None.",)


def test_nobody_is_named_as_not_received_whose_day_has_not_come():
    rows = [a_row(1, how="to_come"), a_row(2, how="late"), a_row(3, how="vacant"), a_row(4)]
    assert [(one.return_id, one.how) for one in not_received(rows)] == [(2, "late"), (3, "vacant")]
    asked_again = [a_row(1, how="no_response"), a_row(2, how="to_come")]
    assert standing_row(asked_again).how == "no_response"
    assert standing_row([a_row(1), a_row(2, how="late")]).return_id == 2


def test_an_absence_stays_in_the_report_where_a_substitute_counted_for_the_agency():
    """Scenario 23, E4."""
    rows = [(1, "present"), (2, "substitute"), (3, "apologies"), (None, "present"), (5, "apologies"), (5, "present")]
    assert absences_in([1, 2, 3, 4, 5], rows) == (
        Absence(2, "substitute"), Absence(3, "apologies"), Absence(4, "absent"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (date(2026, 11, 30), date(2026, 8, 1), date(2026, 9, 30)),
        (date(2026, 12, 1), date(2026, 10, 1), date(2026, 11, 30)),
        (date(2027, 1, 31), date(2026, 10, 1), date(2026, 11, 30)),
        (date(2027, 4, 1), date(2027, 2, 1), date(2027, 3, 31)),
        (date(2027, 4, 30), date(2027, 2, 1), date(2027, 3, 31)),
    ],
)
def test_two_monthly_periods_are_counted_from_the_start_of_the_packs_year(today, first, last):
    """B19, framework 4.6 and 4.7: bi-monthly is every two months, whatever meetings there are."""
    assert period_ended("04-01", "two_monthly", today) == (first, last)


def test_three_working_days_are_given_to_each_agency_with_the_sentence_as_it_stands():
    wanted = {1: "a", 2: "b"}
    friday, monday = date(2026, 12, 11), date(2026, 12, 14)
    assert approvable_from({}, {}, WORKING) == date.min
    assert approvable_from(wanted, {1: Shown("a", friday)}, WORKING) is None
    assert unseen(wanted, {1: Shown("a", friday), 2: Shown("old", friday)}) == (2,)
    assert approvable_from(wanted, {1: Shown("a", friday), 2: Shown("b", friday)}, WORKING) == date(2026, 12, 16)
    assert approvable_from(wanted, {1: Shown("a", friday), 2: Shown("b", monday)}, WORKING) == date(2026, 12, 17)
    before_christmas = {1: Shown("a", date(2026, 12, 23))}
    assert approvable_from({1: "a"}, before_christmas, WORKING) == date(2026, 12, 30)


def test_other_words_about_an_agency_give_another_mark_and_others_keep_theirs():
    flags = (Flag("low_none_unable", 7, 1, 1, (("impact", "low"),), text_id=1), Flag("no_response", 8, 2, 1))
    before = marks(told_of(SWINDON, KNOWN, one) for one in flags)
    chosen = Known(KNOWN.agencies, KNOWN.titles, WORDS, {1})
    after = marks(told_of(SWINDON, chosen, one) for one in flags)
    assert before[1] != after[1] and before[2] == after[2]


def test_what_is_stored_is_read_back_the_same_and_holds_no_words():
    found = Highlights(
        a_full_quarter(), "2026-09-11", "confirmed", ("police",), (Flag("medium", 1, 2, 3, (("impact", "medium"),)),),
        (Led(1, 2),), True, (Absence(3, "absent"),), (LoopNow(1, 1, 1, "asked"),), 4,
    )  # fmt: skip
    assert highlights_from_json(highlights_to_json(found)) == found


def test_every_shipped_pack_has_its_reports_drafted_in_its_own_rhythm():
    rhythm = {
        name: {one.id: timing(one) for one in our_reports(read_pack(read_shipped(name)))} for name in shipped()
    }  # fmt: skip
    assert rhythm["swindon"] == {"highlight": "meeting", "loop-progress": "period", "annual-extract": "asked"}
    assert rhythm["solihull"] == {"highlight": "meeting", "progress": "asked", "annual-extract": "asked"}
    assert rhythm["barking-and-dagenham"] == {"annual-extract": "asked"}
