"""Lists of people: reading tables safely, and checking rows into a plan (issue 2, deliver 4)."""

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from assurance.people_import import TEMPLATE, Context, Held, KnownPerson, make_plan, role_names
from assurance.place_names import Place
from assurance.refusals import Refusal
from assurance.sheets import MOST_ROWS, as_text, read_file, read_text, read_workbook

SEATS = (
    Place("seat", "1", ("GWH", "Great Western Hospital")),
    Place("seat", "2", ("AWP", "Avon and Wiltshire Mental Health Partnership NHS Trust")),
)
HEAD = ["agency", "name", "e-mail", "role", "title", "from", "until"]


def context(**people):
    known = {f"{key}@example.org": one for key, one in people.items()}
    roles = {"role:chair": "Chair", "role:vice_chair": "Vice chair"}
    names = role_names({"role:chair": ("chair",), "role:vice_chair": ("vice_chair", "Vice chair")})
    shorts = {"seat:1": "GWH", "seat:2": "AWP"}
    return Context(SEATS, shorts, roles, names, known, date(2026, 11, 2))


def plan(*rows, **people):
    return make_plan([HEAD, *map(list, rows)], context(**people))


def row(agency="GWH", name="Amira Hassan", email="amira@example.org", role="", title="", first="", last=""):
    return [agency, name, email, role, title, first, last]


def workbook(*rows):
    book = Workbook()
    for cells in rows:
        book.active.append(cells)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_the_template_that_is_offered_can_be_read_and_makes_a_plan():
    made = make_plan(read_text(TEMPLATE), context())
    assert made.mistakes == () and [one.place_name for one in made.planned] == ["GWH", "Chair"]


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (row(agency="GHW"), "Row 2: I do not know the agency “GHW”; did you mean GWH?"),
        (row(agency="Ministry of Magic"), "Row 2: I do not know the agency “Ministry of Magic”."),
        (row(agency=""), "Row 2: an agency or a role is missing."),
        (row(role="emperor"), "Row 2: I do not know the role “emperor”. The roles are: Chair and Vice chair."),
        (row(email=""), "Row 2: the e-mail address is missing."),
        (row(email="amira at example"), "Row 2: “amira at example” is not an e-mail address."),
        (row(name=""), "Row 2: the name is missing, and I do not know this address yet."),
        (row(name="=HYPERLINK(1)+943 476 5919"), "Row 2: the name does not look like a name."),
        (row(first="soon"), "Row 2: I cannot read the day “soon” under from; write it like 26/11/2026."),
        (row(first="2026-12-01", last="2026-11-01"), "Row 2: the last day is before the first day."),
        (row(first="2926-12-01"), "Row 2: please look at the year."),
        (row(title="x" * 200), "Row 2: the title is longer than 120 characters."),
    ],
)
def test_each_bad_row_is_named_with_what_is_wrong(bad, says):
    made = plan(bad)
    assert says in made.mistakes and made.planned == ()


def test_every_mistake_is_named_at_once_and_good_rows_are_not_mixed_up_with_them():
    made = plan(row(), row(agency="GHW", email="b@example.org"), row(email="c", name="C"))
    assert [said.split(":")[0] for said in made.mistakes] == ["Row 3", "Row 4"]


def test_rows_cannot_contradict_each_other():
    made = plan(row(), row(agency="AWP", name="Ben Carter"), row())
    assert "Row 3: this e-mail address stands in row 2 with another name." in made.mistakes
    assert "Row 4: row 2 puts the same person there." in made.mistakes


def test_agencies_roles_and_columns_are_known_by_their_other_names():
    head = ["Organisation", "Full name", "Email address", "Role", "Job title", "Start date", "End date"]
    made = make_plan([head, row("great western", role="Vice-Chair")], context())
    assert [one.place for one in made.planned] == ["seat:1", "role:vice_chair"]


def test_a_missing_or_doubled_column_is_said_before_any_row_is_read():
    assert "must name the columns" in make_plan([["a", "b"], ["1", "2"]], context()).mistakes[0]
    assert "twice" in make_plan([["agency", "e-mail", "email"]], context()).mistakes[0]
    assert make_plan([], context()).mistakes and make_plan([HEAD], context()).mistakes


def test_what_is_in_place_already_is_left_alone_and_other_days_are_a_change():
    held = {"seat:1": (Held(7, "Lead", None, None),)}
    amira = KnownPerson(3, "Amira Hassan", True, held)
    assert plan(row(title="Lead"), amira=amira).planned[0].change == "same"
    changed = plan(row(title="Lead", last="2027-03-31"), amira=amira).planned[0]
    assert (changed.change, changed.holding_id) == ("changed", 7)
    assert plan(row(agency="AWP"), amira=amira).planned[0].change == "new"


def test_an_assignment_after_an_ended_one_is_a_second_one():
    held = {"seat:1": (Held(7, "", None, date(2026, 12, 31)),)}
    made = plan(row(first="2027-02-01"), amira=KnownPerson(3, "Amira Hassan", True, held))
    assert made.planned[0].change == "new"


def test_a_title_that_looks_like_somebodys_data_is_a_question_not_a_mistake():
    """I2: asked about before it is stored."""
    made = plan(row(title="Lead 943 476 5919"))
    assert made.mistakes == () and made.questions == ("Row 2: the title looks as if it holds an NHS number.",)


def test_a_formula_stays_the_text_that_it_is():
    made = make_plan(read_file(workbook(HEAD, row(title="=1+1"))), context())
    assert made.planned[0].title in ("=1+1", "")
    assert read_text("title\n=cmd()")[1] == ["=cmd()"]


def test_a_workbook_is_read_with_its_days_and_numbers_as_a_person_would_write_them():
    table = read_file(workbook(["a", "b", "c"], [datetime(2026, 11, 26), 3.0, None]))
    assert table == [["a", "b", "c"], ["2026-11-26", "3"]]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_cells_may_be_parted_by_commas_semicolons_or_tabs(separator):
    assert read_text(f"a{separator}b\n1{separator}2\n") == [["a", "b"], ["1", "2"]]


def test_old_windows_files_and_quoted_cells_can_be_read():
    assert read_file('name\n"O\'Brien, Zoë"'.encode("cp1252")) == [["name"], ["O'Brien, Zoë"]]
    table = [["a", "b"], ['say "x"', "1,2\n3"]]
    assert read_text(as_text(table)) == table


def test_too_many_rows_are_refused():
    with pytest.raises(Refusal, match="too large"):
        read_text("a\n" * (MOST_ROWS + 2))
    assert len(read_text("a\n" * (MOST_ROWS + 1))) == MOST_ROWS + 1


def test_a_workbook_that_would_unpack_to_too_much_is_refused():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", b"0" * (60 * 1024 * 1024))
    assert len(held.getvalue()) < 100_000
    with pytest.raises(Refusal, match="too large"):
        read_file(held.getvalue())


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", b"\x00\x01\x02", workbook(["a"])[:-200]])
def test_what_is_no_table_is_refused_in_words(content):
    with pytest.raises(Refusal, match="could not read"):
        read_file(content)


def test_what_stands_far_below_the_allowed_rows_is_refused_and_not_silently_lost():
    book = Workbook()
    book.active.cell(row=1, column=1, value="a")
    book.active.cell(row=300_000, column=1, value="b")
    held = io.BytesIO()
    book.save(held)
    with pytest.raises(Refusal, match="too large"):
        read_workbook(held.getvalue())
