"""A pack's form on a card and back (B5, B6, scenarios 2, 3, 11), with Swindon's own criteria."""

from typing import Any

import pytest

from assurance.form_rules import missing, mistakes, tidy, unusable
from assurance.pack import Dimension, Form, Option, Question, load, read_shipped
from cards.form import MEANINGS, MORE, WHY_NOT, inputs, read
from cards.parts import button, card
from tests.cards_schema import assert_valid, parts_of, text_of
from tests.pictures.keep import keep

PACK = load(read_shipped("swindon"), "swindon")
FORM = PACK.form("assurance")
DIMENSIONS = {dimension.key: dimension for dimension in PACK.assurance.dimensions}
FIRST = frozenset(q.key for q in FORM.questions if "impact" not in (q.key, q.dimension))
BOTH = frozenset(q.key for q in FORM.questions)
ANSWER = {
    "dissemination": "medium",
    "evidence": "Shared at two ward huddles.",
    "monitoring": "A records audit.",
}

EVERY_TYPE = Form(
    key="every",
    title="One question of each type",
    version_label="1",
    basis="default",
    questions=(
        Question(key="words", type="text", label="Words", max_length=20),
        Question(
            key="one",
            type="choice",
            label="One",
            options=(Option(key="a", label="A"), Option(key="b", label="B")),
        ),
        Question(
            key="some",
            type="choices",
            label="Some",
            options=(Option(key="a", label="A"), Option(key="b", label="B")),
        ),
        Question(key="day", type="date", label="Day", required=True),
        Question(key="count", type="number", label="Count"),
        Question(key="sure", type="yes_no", label="Sure"),
    ),
)
EVERY_KEY = frozenset(q.key for q in EVERY_TYPE.questions)


def shown(
    due: frozenset[str], values: dict[str, str] | None = None, errors: dict[str, str] | None = None
) -> dict[str, Any]:
    made = card(
        "Please answer for GWH by Thursday 26 November 2026.",
        inputs(FORM, due, DIMENSIONS, values=values or {}, errors=errors or {}, prefix="v1.r7"),
        [button("Send our answer", "answer", primary=True)],
    )
    assert_valid(made.content)
    return made.content


def part(content: dict[str, Any], id: str) -> dict[str, Any]:
    return next(found for found in parts_of(content) if found.get("id") == id)


def read_every(**sent: object) -> tuple[dict[str, str], dict[str, str]]:
    return read(EVERY_TYPE, EVERY_KEY, {}, {f"p.{key}": value for key, value in sent.items()}, "p")


def test_the_form_shows_only_what_is_due() -> None:
    content = shown(FIRST)
    keep("answer form, first round", content)
    names = {found["id"] for found in parts_of(content) if found["type"].startswith("Input.")}
    assert names == {f"v1.r7.{key}" for key in FIRST}


def test_every_criterion_stands_beside_its_choice_word_for_word_B5() -> None:
    content = shown(BOTH)
    keep("answer form, both dimensions", content)
    for key, dimension in DIMENSIONS.items():
        read_there = text_of(part(content, f"v1.r7.{key}.meanings"))
        for level in dimension.levels:
            assert level.label in read_there
            assert all(criterion in read_there for criterion in level.criteria)
    assert [found["title"] for found in parts_of(content) if found.get("title") == MEANINGS] == [MEANINGS] * 2


def test_no_level_is_chosen_for_the_person() -> None:
    content = shown(BOTH)
    assert not any("value" in found for found in parts_of(content) if found["type"].startswith("Input."))


def test_the_persons_own_draft_is_shown_again() -> None:
    content = shown(FIRST, {**ANSWER, "staff_reached": "40"})
    keep("answer form, with a draft", content)
    assert part(content, "v1.r7.dissemination")["value"] == "medium"
    assert part(content, "v1.r7.evidence")["value"] == ANSWER["evidence"]
    assert part(content, "v1.r7.staff_reached")["value"] == 40
    assert part(content, "v1.r7.more")["isVisible"] is True


def test_a_saved_level_that_the_scale_does_not_have_is_not_shown_as_chosen() -> None:
    assert "value" not in part(shown(FIRST, {"dissemination": "assured"}), "v1.r7.dissemination")


def test_optional_questions_and_the_reason_are_folded_away_at_first() -> None:
    content = shown(FIRST)
    assert part(content, "v1.r7.more")["isVisible"] is False
    assert part(content, "v1.r7.not_relevant_reason.why")["isVisible"] is False
    assert {MORE, WHY_NOT} <= {found.get("title") for found in parts_of(content)}


def test_a_mistake_stands_in_words_directly_above_its_question() -> None:
    content = shown(FIRST, errors={"evidence": "Please write a few words here."})
    places = [found.get("id") or text_of(found) for found in content["body"]]
    assert places[places.index("v1.r7.evidence") - 1] == "Please write a few words here."
    above = content["body"][places.index("v1.r7.evidence") - 1]
    assert above["inlines"][0]["color"] == "attention"


def test_a_mistake_in_a_folded_question_opens_the_fold() -> None:
    content = shown(FIRST, errors={"staff_reached": "Please give a number in figures, such as 40."})
    keep("answer form, with a mistake", content)
    assert part(content, "v1.r7.more")["isVisible"] is True


def test_a_half_finished_draft_is_never_held_up_by_the_card() -> None:
    assert not any(found.get("isRequired") for found in parts_of(shown(BOTH)))


def test_every_type_of_question_can_be_shown_and_read_back() -> None:
    values = {
        "words": "Yes *we* did",
        "one": "b",
        "some": "a,b",
        "day": "2026-11-26",
        "count": "40",
        "sure": "no",
    }
    elements = inputs(EVERY_TYPE, EVERY_KEY, {}, values=values, errors={}, prefix="p")
    content = card("Every type", elements).content
    assert_valid(content)
    keep("form, every type of question", content)
    sent = {found["id"]: found["value"] for found in parts_of(content) if found["type"].startswith("Input.")}
    assert read(EVERY_TYPE, EVERY_KEY, {}, sent, "p") == (values, {})


def test_a_press_is_read_by_its_own_prefix_and_the_rest_is_ignored() -> None:
    data = {
        "v1.r7.dissemination": "high",
        "v0.r7.dissemination": "low",
        "v1.r7.unknown": "x",
        "verb": "answer",
    }
    assert read(FORM, FIRST, DIMENSIONS, data, "v1.r7") == ({"dissemination": "high"}, {})


def test_a_question_that_is_not_due_is_not_read() -> None:
    assert read(FORM, FIRST, DIMENSIONS, {"p.impact": "high"}, "p") == ({}, {})


def test_a_forged_level_is_refused_and_left_out() -> None:
    values, errors = read(FORM, FIRST, DIMENSIONS, {"p.dissemination": "excellent"}, "p")
    assert values == {}
    assert errors == {"dissemination": "Please choose one of the levels shown."}


def test_a_text_that_is_too_long_is_refused_and_kept() -> None:
    values, errors = read_every(words="a" * 21)
    assert values == {"words": "a" * 21}
    assert "1 character too long" in errors["words"]


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("one", "c"),
        ("some", "a,forged"),
        ("day", "26/11/2026"),
        ("day", "20261126"),
        ("day", "0001-01-01"),
        ("count", "about forty"),
        ("count", "1e999"),
        ("count", float("inf")),
        ("count", float("nan")),
        ("count", True),
        ("sure", "maybe"),
        ("words", {"a": 1}),
        ("one", ["a"]),
        ("sure", True),
    ],
)
def test_what_cannot_be_an_answer_is_refused_with_a_sentence(key: str, sent: object) -> None:
    values, errors = read_every(**{key: sent})
    assert values == {}
    assert errors[key].startswith(("Please", "We could not read"))


@pytest.mark.parametrize(
    ("sent", "kept"), [(40, "40"), (40.0, "40"), (2.5, "2.5"), ("1,200", "1200"), (" 7 ", "7"), (-3, "-3")]
)
def test_a_number_is_kept_in_one_way(sent: object, kept: str) -> None:
    assert read_every(count=sent) == ({"count": kept}, {})


def test_several_choices_are_kept_once_each_in_the_forms_order() -> None:
    assert read_every(some="b, a,b,") == ({"some": "a,b"}, {})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  one\r\ntwo\tthree  ", "one\ntwo three"),
        ("cafe\u0301", "caf\u00e9"),
        ("a\x00b\x1bc", "abc"),
        ("safe\u202egnp.exe", "safegnp.exe"),
        ("\u200b \u2060", ""),
        ("lone \ud800 half", "lone  half"),
    ],
)
def test_text_is_tidied_in_one_way(typed: str, kept: str) -> None:
    assert tidy(typed) == kept


def test_a_complete_answer_has_no_mistakes_scenario_2() -> None:
    assert mistakes(FORM, FIRST, DIMENSIONS, ANSWER) == {}


def test_each_missing_answer_is_asked_for_kindly() -> None:
    assert mistakes(FORM, FIRST, DIMENSIONS, {}) == {
        "dissemination": "Please choose a level.",
        "evidence": "Please write a few words here.",
        "monitoring": "Please write a few words here.",
    }


def test_not_relevant_without_a_reason_is_refused_scenario_11() -> None:
    found = mistakes(FORM, FIRST, DIMENSIONS, {"dissemination": "not_relevant"})
    assert found == {"not_relevant_reason": "Please say why it is not relevant to you."}


def test_not_relevant_with_a_reason_needs_no_evidence_B6() -> None:
    answer = {"dissemination": "not_relevant", "not_relevant_reason": "We do not work with children."}
    assert mistakes(FORM, FIRST, DIMENSIONS, answer) == {}


def test_evidence_is_still_needed_for_the_dimension_that_is_relevant() -> None:
    answer = {**ANSWER, "impact": "not_relevant", "not_relevant_reason": "No practice of ours is concerned."}
    del answer["evidence"]
    assert set(mistakes(FORM, BOTH, DIMENSIONS, answer)) == {"evidence"}


def test_a_draft_may_lack_anything_but_not_hold_a_forged_level() -> None:
    draft = {"dissemination": "forged"}
    assert set(unusable(FORM, FIRST, DIMENSIONS, draft)) == {"dissemination"}
    assert unusable(FORM, FIRST, DIMENSIONS, {}) == {}


def test_a_forged_level_is_refused_without_any_card() -> None:
    answer = {**ANSWER, "dissemination": "assured"}
    assert mistakes(FORM, FIRST, DIMENSIONS, answer) == {"dissemination": "Please choose one of the levels shown."}


def test_blank_words_are_no_answer() -> None:
    assert "evidence" in missing(FORM, FIRST, DIMENSIONS, {**ANSWER, "evidence": " \n "})


def test_a_rating_always_takes_its_levels_from_the_dimension_of_its_key() -> None:
    scale: Dimension = DIMENSIONS["dissemination"]
    choices = part(shown(FIRST), "v1.r7.dissemination")["choices"]
    assert [choice["value"] for choice in choices] == [level.key for level in scale.levels]
    assert choices[-1]["title"].endswith("(please say why)")
