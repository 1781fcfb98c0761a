"""Who gave an answer that an officer enters, when and how; and the request as a letter and on paper (scenario 27)."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from docx import Document

from assurance.behalf import Given, check_given
from assurance.pack import load, read_shipped
from assurance.packing import shown_form
from assurance.refusals import Mistakes
from assurance.request_view import RequestView, Side
from bot.documents.request_form import file_name, request_form
from cards.letter import due_questions, letter

PEOPLE = {7: "Dana Lewis", 8: "Ewan Price"}
GIVEN = Given(who="7", name="", on="2026-11-03", how="email")
PACK = load(read_shipped("swindon"), "swindon")


def checked(**changes):
    """The rule, on a request that was issued on 2 November, asked on the 5th."""
    return check_given(replace(GIVEN, **changes), PEOPLE, date(2026, 11, 2), date(2026, 11, 5))


def a_side(**changes):
    """The police's side of a first round."""
    values = {
        "return_id": 1, "loop_id": 1, "seat_id": 1, "seat": "Wiltshire Police", "short": "Police", "why": "",
        "due_on": date(2026, 11, 26), "extended": False, "state": "awaited",
        "form": shown_form(PACK, "assurance"), "form_version_id": 1, "dimensions": ("dissemination",),
        "first": True, "base": 0, "said": None, "earlier": None, "draft": None, "impact_opens_on": None,
        "impact_due_on": None,
    }  # fmt: skip
    return Side(**(values | changes))


def a_view(side, **changes):
    """A request as one agency sees it."""
    values = {
        "partnership_id": 1, "request_id": 1, "kind": "assurance", "title": "Child F rapid review", "state": "open",
        "learning": {"key_messages": "Ask twice.", "handling": "ldg", "embargo_on": "2026-12-01"},
        "learning_id": 1, "learning_version": 1, "context": "", "due_on": date(2026, 11, 26), "tabled": "papers",
        "meeting_on": date(2026, 12, 10), "sides": (side,), "informed": (), "pack": PACK,
    }  # fmt: skip
    return RequestView(**(values | changes))


def test_somebody_on_the_seat_is_kept_by_number_and_name():
    given = checked()
    assert (given.gave, given.person_id, given.on, given.how) == (
        "Dana Lewis", 7, date(2026, 11, 3), "by e-mail",
    )  # fmt: skip


def test_somebody_else_is_kept_by_the_name_that_was_typed():
    given = checked(who="other", name="  Sgt Oke, custody ")
    assert (given.gave, given.person_id) == ("Sgt Oke, custody", None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"who": ""}, "given_who"),
        ({"who": "9"}, "given_who"),
        ({"who": "-7"}, "given_who"),
        ({"who": "\u0667"}, "given_who"),
        ({"who": "other", "name": " "}, "given_name"),
        ({"who": "other", "name": "x" * 121}, "given_name"),
        ({"on": ""}, "given_on"),
        ({"on": "2026-11-01"}, "given_on"),
        ({"on": "2026-11-06"}, "given_on"),
        ({"on": "yesterday"}, "given_on"),
        ({"how": ""}, "given_how"),
        ({"how": "pigeon"}, "given_how"),
    ],
)
def test_what_is_missing_or_impossible_is_named(changes, field):
    with pytest.raises(Mistakes) as refused:
        checked(**changes)
    assert set(refused.value.fields) == {field}


def test_the_letter_holds_the_questions_that_are_due_and_no_others():
    side = a_side()
    text = letter(a_view(side), side).text
    assert "1. How far has the learning been shared?" in text and "changed practice" not in text
    assert "Please do not share it before Tuesday 1 December 2026." in text
    assert "For members of the LDG only." in text and "Ask twice." in text


def test_every_level_stands_in_the_letter_with_its_criteria_word_for_word():
    side = a_side()
    text = letter(a_view(side), side).text
    for level in PACK.dimension("dissemination").levels:
        assert f"[ ] {level.label}" in text
        assert all(criterion in text for criterion in level.criteria)


def test_a_later_round_on_paper_asks_what_that_round_asks():
    side = a_side(dimensions=("impact",), first=False)
    labels = [one.label for one in due_questions(side)]
    assert "How far has it changed practice?" in labels and "How far has the learning been shared?" not in labels


@pytest.mark.parametrize(
    ("title", "short", "name"),
    [
        ("Child F: rapid/review?", "GWH", "Child-F-rapid-review-GWH.docx"),
        ("../../etc/passwd", "CON", "etc-passwd-CON.docx"),
        ("\u202e\u4e2d\u6587", "\u00c4", "request.docx"),
        ("x" * 300, "GWH", f"{'x' * 60}-GWH.docx"),
    ],
)
def test_the_word_forms_name_is_safe_on_every_system(title, short, name):
    side = a_side(short=short)
    assert file_name(a_view(side, title=title), side) == name


def test_the_word_form_takes_text_that_a_word_file_cannot_hold():
    side = a_side(why="odd \x0b\ud800 text & <tags>")
    form = Document(BytesIO(request_form(a_view(side), side)))
    cells = [cell.text for table in form.tables for row in table.rows for cell in row.cells]
    assert any("text & <tags>" in text for text in cells)
