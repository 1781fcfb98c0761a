"""Quiet prompts for the chair: short, unchanged for three quarters, self far from assessed; pure rules (B16)."""

from datetime import date

import pytest

from assurance.pack import load, read_shipped
from assurance.packing import shown_form
from assurance.quiet_prompts import Answered, far_apart, is_short, prompts, unchanged_since, words_in

PACK = load(read_shipped("swindon"), "swindon")
FORM = shown_form(PACK, "assurance")
ORDER = ("high", "medium", "low", "none")
QUARTERS = (date(2026, 3, 12), date(2026, 6, 11), date(2026, 9, 10), date(2026, 12, 10))


def answered(day, own, assessed="", words=40):
    return Answered(day, {"dissemination": own}, {"dissemination": assessed}, words)


@pytest.mark.parametrize(
    ("evidence", "short"), [("All told.", True), ("word " * 11, True), ("word " * 12, False), ("word " * 60, False)]
)
def test_an_answer_of_a_few_words_is_short(evidence, short):
    assert is_short(words_in(FORM, {"dissemination": "medium", "evidence": evidence})) is short


def test_all_texts_of_an_answer_count_together():
    said = {"dissemination": "medium", "evidence": "word " * 6, "monitoring": "word " * 6}
    assert words_in(FORM, said) == 12


def test_where_the_learning_is_not_relevant_its_reason_is_enough():
    said = {"dissemination": "not_relevant", "not_relevant_reason": "We see no children."}
    assert words_in(FORM, said) is None and not is_short(None)


def test_the_same_level_three_times_over_three_quarters_is_unchanged_since_the_first():
    rounds = [answered(day, "medium") for day in QUARTERS[:3]]
    assert unchanged_since(rounds, "dissemination") == QUARTERS[0]


@pytest.mark.parametrize("levels", [("medium", "medium"), ("medium", "medium", "low"), ("low", "medium", "medium"), ()])
def test_fewer_than_three_or_a_change_is_not(levels):
    rounds = [answered(day, level) for day, level in zip(QUARTERS, levels, strict=False)]
    assert unchanged_since(rounds, "dissemination") is None


def test_three_answers_within_a_few_weeks_are_not_three_quarters():
    days = (date(2026, 11, 2), date(2026, 11, 20), date(2026, 12, 10))
    assert unchanged_since([answered(day, "medium") for day in days], "dissemination") is None


def test_a_round_in_which_a_dimension_was_not_asked_does_not_break_the_row():
    rounds = [answered(day, "medium") for day in QUARTERS]
    rounds[1] = Answered(QUARTERS[1], {"impact": "low"})
    assert unchanged_since(rounds, "dissemination") == QUARTERS[0]


@pytest.mark.parametrize(
    ("own", "assessed", "far"),
    [
        ("high", "low", True), ("high", "none", True), ("medium", "none", True), ("low", "high", True),
        ("high", "medium", False), ("medium", "low", False), ("high", "high", False), ("high", "unable", False),
        ("not_relevant", "low", False), ("high", None, False), (None, "low", False),
    ],
)  # fmt: skip
def test_two_levels_apart_is_far_and_what_has_no_place_in_the_order_is_not_compared(own, assessed, far):
    assert far_apart(ORDER, own, assessed) is far


def test_each_prompt_is_one_line_and_names_nobody():
    rounds = [answered(day, "high", "low", words=5) for day in QUARTERS[:3]]
    assert prompts(PACK, rounds) == (
        "Short answer; you may want to ask.",
        "Assurance of Dissemination of Learning/Resources: High each time since Thursday 12 March 2026; "
        "you may want to ask.",
        "Assurance of Dissemination of Learning/Resources: High by the agency, Low as assessed; you may want to ask.",
    )


def test_a_sound_answer_asks_nothing_and_no_answer_asks_nothing():
    assert prompts(PACK, [answered(QUARTERS[0], "medium", "medium")]) == ()
    assert prompts(PACK, []) == ()
