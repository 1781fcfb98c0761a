"""The scale of every pack has Swindon's exact words (framework §3.2; B5, B9, scenarios 17, 19, 25)."""

import pytest

from assurance.pack import Pack, load, read_shipped, shipped
from tests.packs.revised import NEW_CRITERION, NEW_LABEL, OLD_CRITERION, revised_swindon

DISSEMINATION = {
    "high": (
        "There is strong evidence that the learning has been disseminated appropriately to relevant"
        " professionals in the agency/service.",
        "Professionals understand the relevance of the learning to their role and are supported to adopt this"
        " learning in their practice.",
    ),
    "medium": (
        "There is some evidence that the learning has been disseminated appropriately to relevant"
        " professionals in the agency/service.",
        "There is some evidence that professionals understand the relevance of the learning to their role and"
        " are supported to adopt this learning in their practice.",
    ),
    "low": (
        "There is limited/no evidence provided that the learning has been disseminated appropriately to"
        " relevant professionals in the agency/service.",
        "There is limited/no evidence provided that professionals understand the relevance of learning to"
        " their role and are supported to adopt this learning into practice.",
    ),
    "not_relevant": ("The learning identified is not relevant to the agency/service.",),
}
IMPACT = {
    "high": (
        "There is strong evidence that the learning/knowledge has been embedded into practice and this is"
        " being monitored. There is evidence that professionals understand the relevance of the learning to"
        " their role and practice.",
    ),
    "medium": (
        "There is some evidence that the learning/knowledge has been embedded into practice and this is being"
        " monitored. There is some evidence that professionals understand the relevance of the learning to"
        " their role and practice.",
    ),
    "low": (
        "There is limited/no evidence provided that the learning/knowledge has been embedded into practice"
        " and this is being monitored. There is limited/no evidence that professionals understand the"
        " relevance of learning to their role.",
    ),
    "not_relevant": ("The learning identified is not relevant.",),
}


def a_pack(name: str) -> Pack:
    return load(read_shipped(name), name)


@pytest.mark.parametrize("name", shipped())
def test_every_scale_has_the_exact_words_of_swindons_two_tables(name: str) -> None:
    """B5: framework §3.2, letter for letter; the others carry it as a labelled default."""
    pack = a_pack(name)
    for key, words in (("dissemination", DISSEMINATION), ("impact", IMPACT)):
        assert {level.key: level.criteria for level in pack.dimension(key).levels} == words
        assert [level.key for level in pack.dimension(key).levels if level.reason_required] == ["not_relevant"]


def test_swindons_scale_is_the_one_revised_in_october_2025() -> None:
    """B5, B9, B10, §4.3."""
    scale = a_pack("swindon").assurance
    assert scale.enabled and scale.scale_label == "revised October 2025" and scale.source == "SL App E"
    assert [level.key for level in scale.assessed_levels] == ["high", "medium", "low", "none", "unable"]
    assert scale.closing_levels == ("high",)
    assert set(scale.concern_levels) == {"medium", "low", "none", "unable"}
    assert scale.note == (
        "Assurance should be considered in the context of the request and relevance to organisations. This"
        " should be clearly documented in any requests for assurance to aid decision making."
    )


def test_in_swindon_impact_opens_three_months_after_issue_and_is_due_three_weeks_later() -> None:
    """§4.5, scenario 19."""
    pack = a_pack("swindon")
    first, later = pack.dimension("dissemination"), pack.dimension("impact")
    assert (first.first_round, first.months_wait) == (True, 0)
    assert (later.first_round, later.months_wait, later.due_days) == (False, 3, 21)
    assert later.cites("months_wait") == "SL §4" and later.cites("due_days") == "default"


@pytest.mark.parametrize("name", ["barking-and-dagenham", "solihull", "south-gloucestershire"])
def test_a_partnership_without_a_scale_carries_a_labelled_default_that_one_line_switches_on(
    name: str,
) -> None:
    """§3.3, scenario 25."""
    text = read_shipped(name)
    scale = load(text, name).assurance
    assert not scale.enabled and scale.basis == "default"
    assert scale.scale_label == "default scale (Swindon wording)"
    assert all(dimension.basis == "default" for dimension in scale.dimensions)
    at = text.index("[assurance]")
    switched = text[:at] + text[at:].replace("enabled = false", "enabled = true", 1)
    assert load(switched, name).assurance.enabled


def test_a_revised_swindon_differs_only_in_its_label_version_and_one_criterion() -> None:
    """Scenario 17."""
    old, new = a_pack("swindon"), load(revised_swindon(), "swindon")
    assert new.assurance.scale_label == NEW_LABEL
    assert new.level("dissemination", "high").criteria[0] == NEW_CRITERION
    assert old.level("dissemination", "high").criteria[0] == OLD_CRITERION
    assert new.seats == old.seats and new.dimension("impact") == old.dimension("impact")
