"""The rules of a running start: every bad cell is named with its sheet and row (issue deliver 5)."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from assurance.pack import load, read_shipped
from assurance.packing import shown_form
from assurance.place_names import Place
from assurance.refusals import Refusal
from assurance.running_start_plan import Background, make_start_plan
from assurance.running_start_workbook import guide_lines, open_workbook, template
from tests.workbooks import ITEM_ROWS, LEVEL_ROWS, MEETING_ROWS, altered, workbook

PACK = load(read_shipped("swindon"), "swindon")
SEATS = tuple(Place("seat", str(at), (one.short, one.name, *one.aliases)) for at, one in enumerate(PACK.seats, 1))
TODAY = date(2026, 11, 2)


def planned(content, *, references=()):
    book = open_workbook(content)
    background = Background(SEATS, shown_form(PACK, "assurance").dimensions, frozenset(references), TODAY)
    return make_start_plan(book.sheets, book.formulas, PACK, background)


def test_a_sound_workbook_has_no_mistakes_and_every_level():
    plan = planned(workbook())
    assert plan.mistakes == () and plan.questions == ()
    assert [one.on for one in plan.meetings] == [date(2026, 9, 10), date(2027, 1, 28), date(2027, 3, 11)]
    assert [one.extra for one in plan.meetings] == [False, False, True]
    first, second = plan.items
    assert (first.reference, first.activity_type, first.issued_on) == ("LR-1", "audit", date(2026, 6, 15))
    assert [(one.self_level, one.assessed_level, one.closed) for one in first.levels] == [
        ("high", "high", True), ("medium", "low", False), ("medium", None, False),
    ]  # fmt: skip
    assert [(one.self_level, one.closed) for one in second.levels] == [(None, False), ("not_relevant", True)]


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        (0, "LR-9", "Levels, row 3: there is no item “LR-9” on the sheet Items."),
        (1, "GHW", "Levels, row 3: I do not know the agency “GHW” (perhaps GWH)."),
        (1, "", "Levels, row 3: the agency is missing."),
        (2, "reach", "Levels, row 3: “reach” is not a dimension; the dimensions are: dissemination and impact."),
        (3, "Excellent", "Levels, row 3: I do not know the self level “Excellent”."),
        (4, "Poor", "Levels, row 3: I do not know the assessed level “Poor”."),
        (4, "accepted", "Levels, row 3: only a “not relevant” can be accepted."),
        (6, "soon", "Levels, row 3: I cannot read the day “soon” under answered on; write it like 26/11/2026."),
        (6, 12, "Levels, row 3: I cannot read the day “12” under answered on; write it like 26/11/2026."),
        (6, "", "Levels, row 3: the day under answered on is missing."),
        (6, date(2027, 5, 1), "Levels, row 3: it cannot have been answered on a day that is still to come."),
        (6, date(2026, 1, 5), "Levels, row 3: it cannot have been answered before it was issued."),
        (5, "=A1", "Levels, row 3: evidence holds a formula without a value; please put the value itself."),
        (5, "#REF!", "Levels, row 3: evidence holds a formula without a value; please put the value itself."),
        (5, "x" * 4001, "Levels, row 3: the evidence is longer than 4,000 characters."),
        (2, "dissemination", "Levels, row 3: row 2 is about the same item, agency and dimension."),
    ],
)
def test_an_odd_level_is_named_with_its_row(column, value, said):
    plan = planned(workbook(levels=altered(LEVEL_ROWS, 1, column, value)))
    assert said in plan.mistakes


def test_nothing_is_asked_after_a_closing_level_so_a_next_date_is_a_mistake():
    plan = planned(workbook(levels=altered(LEVEL_ROWS, 0, 7, date(2027, 2, 1))))
    assert plan.mistakes == ("Levels, row 2: nothing more is asked after High, so please leave next date empty.",)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        (0, "", "Items, row 3: the reference is missing."),
        (0, "lr-1", "Items, row 3: the reference lr-1 stands in an earlier row as well."),
        (1, "", "Items, row 3: the title is missing."),
        (3, "", "Items, row 3: the day under issued on is missing."),
        (3, date(2027, 1, 1), "Items, row 3: it cannot have been issued on a day that is still to come."),
        (6, True, "Items, row 3: I cannot read the day “True” under due; write it like 26/11/2026."),
    ],
)
def test_an_odd_item_is_named_with_its_row(column, value, said):
    assert said in planned(workbook(items=altered(ITEM_ROWS, 1, column, value))).mistakes


def test_an_unknown_activity_type_names_those_there_are():
    [mistake] = planned(workbook(items=altered(ITEM_ROWS, 0, 2, "Inspection"))).mistakes
    assert mistake.startswith("Items, row 2: I do not know the activity type “Inspection”. There are: Audits,")


def test_an_item_that_was_brought_in_before_is_not_brought_in_again():
    assert "Items, row 2: LR-1 has been brought in already." in planned(workbook(), references={"lr-1"}).mistakes


def test_an_item_of_which_nobody_would_be_asked_is_named():
    plan = planned(workbook(levels=LEVEL_ROWS[:3]))
    assert plan.mistakes == ("Items: LR-2 has no agency on the sheet Levels, so nobody would be asked.",)


def test_a_meeting_that_stands_twice_or_is_of_no_known_sort_is_named():
    rows = [*MEETING_ROWS, (date(2026, 9, 10), "regular"), (date(2027, 6, 1), "secret")]
    assert planned(workbook(meetings=rows)).mistakes == (
        "Meetings, row 5: this meeting stands in an earlier row as well.",
        "Meetings, row 6: “secret” is neither regular nor extra.",
    )


def test_a_missing_sheet_is_named_and_empty_sheets_are_nothing():
    assert "The sheet Levels is missing." in planned(workbook(without="Levels")).mistakes
    empty = planned(workbook(members=(), meetings=(), items=(), levels=()))
    assert (empty.mistakes, empty.items, empty.meetings) == ((), (), ())


def test_a_sheet_without_its_columns_is_named():
    rows = workbook()
    book = open_workbook(rows)
    sheets = dict(book.sheets) | {"Items": [["title", "due"], ["Something", "2027-01-14"]]}
    background = Background(SEATS, shown_form(PACK, "assurance").dimensions, frozenset(), TODAY)
    plan = make_start_plan(sheets, {}, PACK, background)
    assert "Items: the first line lacks reference and issued on." in plan.mistakes


def test_text_that_may_identify_somebody_is_asked_about_by_its_cell():
    """I2."""
    evidence = "The child's NHS number is 943 476 5919."
    plan = planned(workbook(levels=altered(LEVEL_ROWS, 0, 5, evidence)))
    assert plan.questions == ("Levels, row 2, evidence: this looks like an NHS number.",)
    assert "943" not in "".join(plan.questions)


def test_the_template_is_read_back_as_an_empty_workbook_with_a_guide():
    book = open_workbook(template(PACK))
    assert list(book.sheets) == ["Guide", "Members", "Meetings", "Items", "Levels"]
    assert planned(template(PACK)).mistakes == ()
    assert "nobody is asked about anything before the start date" in " ".join(guide_lines(PACK))
    assert any(line.startswith("Agencies: AWP, CGL") for line in guide_lines(PACK))


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 an old .xls"])
def test_what_is_no_workbook_is_refused_with_a_sentence(content):
    with pytest.raises(Refusal, match="could not read that file"):
        open_workbook(content)


def test_a_workbook_that_would_unpack_to_too_much_is_refused_before_it_is_unpacked():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", b"0" * (60 * 1024 * 1024))
    with pytest.raises(Refusal, match="too large"):
        open_workbook(packed.getvalue())
