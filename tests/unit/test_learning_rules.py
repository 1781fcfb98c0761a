"""What is read from the form for new learning, and what is refused (A1-A4, C1-C3, I2)."""

from datetime import date

import pytest

from assurance.learning_fields import LearningFields, Link, PlanRow, is_https
from assurance.learning_rules import (
    flagged,
    mark_of,
    mistakes_in_learning,
    read_links,
    read_plan,
    read_step,
    too_long,
)
from assurance.pack import Pack, load, read_shipped


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load(read_shipped("swindon"), "swindon")


def test_only_the_inputs_of_a_step_are_read_and_single_lines_stay_single() -> None:
    read = read_step(1, {"title": " Child F \n review ", "kind": "urgent", "evil": "x", "findings": "One\nTwo"})
    assert read == {"title": "Child F review", "findings": "One\nTwo"}


@pytest.mark.parametrize(
    "url",
    ["http://example.org", "javascript:alert(1)", "https://user@example.org/x", "https:///x", "ftp://example.org", "x"],
)
def test_only_plain_https_addresses_are_links(url: str) -> None:
    assert not is_https(url)
    links, wrong = read_links(f"Brief {url}")
    assert not links and "https://" in wrong


def test_links_have_the_name_in_front_of_them_or_their_own_address() -> None:
    links, wrong = read_links("7 minute brief: https://example.org/b\n\nhttps://example.org/c")
    assert not wrong
    assert links == (
        Link("7 minute brief", "https://example.org/b"),
        Link("https://example.org/c", "https://example.org/c"),
    )


def test_a_choice_that_the_pack_does_not_have_is_refused(pack: Pack) -> None:
    """A3, A4: types and originators come from the pack; a forged one is not taken."""
    wrong = mistakes_in_learning(
        {"title": "x", "key_messages": "y", "activity_type": "seance", "originator": "me", "handling": "all"},
        pack,
        date(2026, 11, 2),
    )
    assert set(wrong) == {"activity_type", "originator", "handling"}


def test_too_long_a_text_is_named_with_how_much_to_take_out() -> None:
    assert "80 characters too long" in too_long({"title": "x" * 200})["title"]
    assert too_long({"title": "x" * 120}) == {}


def test_text_that_was_vouched_for_is_not_asked_about_again_but_new_text_is() -> None:
    """I2."""
    number = "943 476 5919"
    values = {"findings": f"NHS number {number}"}
    first = flagged(values, ())
    hit = first["findings"][0]
    mark = mark_of(values["findings"][hit.start : hit.end])
    assert flagged({"findings": f"In March: NHS number {number}"}, [mark]) == {}
    assert flagged({"findings": "NHS number 987 654 4321"}, [mark])


def test_the_plan_keeps_only_rows_with_something_in_them_and_only_known_methods(pack: Pack) -> None:
    """C1, C2, C3."""
    values = {"purpose_public": "Know the signs", "methods_public": "campaign,magic,newsletter", "measure_internal": ""}
    assert read_plan(values, pack) == (PlanRow("public", "Know the signs", "newsletter,campaign", ""),)


def test_fields_survive_being_stored_and_missing_ones_are_empty() -> None:
    fields = LearningFields(title="Child F", links=(Link("b", "https://example.org"),), plan=(PlanRow("public", "x"),))
    assert LearningFields.from_json(fields.to_json()) == fields
    assert LearningFields.from_json({}) == LearningFields()
    assert LearningFields.from_json({"links": [{"url": "javascript:x"}], "handling": "odd"}) == LearningFields()
