"""Cells of the record's workbook: no text runs as a formula, days are days, and nothing is lost on the way."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from assurance.export_rows import as_cell, columns_for
from assurance.export_sheets import LEFT_OUT, NEVER, NOT_TAKEN, SHEETS
from assurance.exports_record import sheets_for
from assurance.pack import load, read_shipped
from bot.documents.workbook import CUT, Look, neutral
from storage.records import every_record, fields_of

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\n=1", '=HYPERLINK("http://x","y")', "\uff1d1"]


def kept(*values):
    """A row as it is read back from a file."""
    book = Workbook(write_only=True)
    page = book.create_sheet("A")
    look = Look(page)
    page.append([look.cell(page, value) for value in values])
    written = BytesIO()
    book.save(written)
    return next(iter(load_workbook(written)["A"].iter_rows()))


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_looks_like_a_formula_gets_an_apostrophe_and_stays_text(text):
    (cell,) = kept(text)
    assert cell.data_type == "s" and cell.value.startswith("'")


@settings(max_examples=80, deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_no_text_whatever_becomes_a_formula_a_number_or_an_error(text):
    (cell,) = kept(text)
    assert cell.value is None or cell.data_type == "s"


def test_what_a_cell_cannot_hold_is_taken_out_and_what_is_too_long_is_cut_and_says_so():
    assert neutral("a\x07b\ud800c\r\nd") == "a b c\nd"
    assert neutral("x" * 40_000).endswith(CUT) and len(neutral("x" * 40_000)) < 32_767


def test_days_are_days_instants_are_in_utc_and_yes_is_a_word():
    day, instant = date(2026, 11, 26), datetime(2026, 6, 1, 12, 30, tzinfo=UTC)
    first, second, third, fourth = kept(day, as_cell(instant), as_cell(True), as_cell({"b": 1, "a": [2]}))
    assert (first.is_date, first.value.date(), first.number_format) == (True, day, "dd/mm/yyyy")
    assert (second.is_date, second.value) == (True, datetime(2026, 6, 1, 12, 30))
    assert (third.value, fourth.value) == ("yes", '{"a":[2],"b":1}')


def test_every_kind_of_record_has_a_sheet_or_a_reason_why_not():
    found = [name for name, _ in sheets_for(every_record())]
    assert set(found) | set(LEFT_OUT) >= set(every_record()) and len(found) == len(set(found))
    assert all(LEFT_OUT.values()) and all(len(one.title) <= 31 for one in SHEETS.values())


def test_a_kind_of_record_that_nobody_has_named_is_exported_under_its_own_name():
    *_, (table, named) = sheets_for([*every_record(), "something_new"])
    assert (table, named.title) == ("something_new", "Something new")


@pytest.mark.parametrize("table", [name for name in every_record() if name not in LEFT_OUT])
def test_every_column_of_a_record_is_on_its_sheet_or_left_out_by_name(table):
    pack = load(read_shipped("swindon"), "swindon")
    record = every_record()[table]
    columns = columns_for(table, record, pack)
    there = {one.name for one in columns.fields}
    gone = {one.name for one in fields_of(record)} - there
    assert gone <= NEVER | NOT_TAKEN.get(table, frozenset())
    assert len(columns.headings) == len(columns.widths) == len(set(columns.headings))
