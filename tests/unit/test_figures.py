"""Figures are counts: kept apart by reason and by whose judgement, never averaged, the same once frozen (B15)."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assurance.figure_changes import corrected_since, corrections, differences, last_told
from assurance.figures import MISSING, RETURNED, Change, Corrections, Line, Rated, count, from_json, to_json
from assurance.gathering import missing_how
from tests.figured import BOTH, a_full_quarter, a_row, figures

LEVELS = st.sampled_from(["high", "medium", "low", "not_relevant"])
ROWS = st.lists(
    st.builds(
        lambda number, how, own, theirs, in_time, item: a_row(
            number, *([Rated("dissemination", own, theirs)] if how == RETURNED else ()), how=how,
            in_time=in_time and how == RETURNED, item=item,
        ),
        st.integers(1, 10**6), st.sampled_from([RETURNED, *MISSING]), LEVELS, st.none() | LEVELS, st.booleans(),
        st.integers(1, 4),
    ),
    unique_by=lambda row: row.return_id, max_size=30,
)  # fmt: skip


@given(ROWS)
def test_every_answer_is_counted_once_and_stored_figures_read_back_as_they_were(rows):
    moved = (Change("impact", "low", -2, assessed=True),)
    found = figures(
        rows, good_practice=(Line(1, 2, 3),), compared=7, since=moved, corrections=Corrections(1, 0, moved)
    )  # fmt: skip
    counts = found.counts
    assert counts.received + sum(counts.missing.values()) == counts.asked == len(rows)
    assert counts.in_time <= counts.received
    for spread in counts.spreads:
        assert sum(spread.own.values()) == counts.received
        assert sum(spread.assessed.values()) + spread.agreed + spread.unassessed == counts.received
    assert from_json(json.loads(json.dumps(to_json(found)))) == found


@given(ROWS)
def test_nothing_is_an_average_and_no_words_are_stored(rows):
    """I2, framework 4.9: keys and whole numbers only."""

    def values(part):
        if isinstance(part, dict):
            return [one for value in part.values() for one in values(value)]
        return [one for value in part for one in values(value)] if isinstance(part, list) else [part]

    for one in values(to_json(figures(rows))):
        assert one is None or isinstance(one, bool | int) or " " not in one


def test_an_item_asked_in_two_requests_is_one_item_and_a_request_about_none_is_one_too():
    rows = [a_row(1), a_row(2), replace(a_row(3), request_id=8), replace(a_row(4), learning_id=None)]
    assert count(rows, BOTH).items == 2


def test_not_relevant_counts_as_agreed_only_where_the_group_accepted_it():
    """Scenario 11, framework 4.4."""
    rows = [
        a_row(1, Rated("dissemination", "not_relevant", None, agreed=True)),
        a_row(2, Rated("dissemination", "not_relevant")),
        a_row(3, Rated("dissemination", "high", "high")),
    ]
    [spread] = count(rows, BOTH).spreads
    assert (spread.agreed, spread.unassessed, spread.assessed) == (1, 1, {"high": 1})


@pytest.mark.parametrize(
    ("recorded", "stands", "held", "how"),
    [
        ("", "late", True, "no_response"),
        ("", "late", False, "late"),
        ("", "waiting", True, "to_come"),
        ("", "vacant", True, "vacant"),
        ("", "extended", True, "extended"),
        ("", "not_reached", False, "not_reached"),
        ("vacant", "late", True, "vacant"),
        ("no_response", "vacant", True, "no_response"),
    ],
)
def test_why_an_answer_is_missing_is_as_it_was_recorded_else_as_it_stands_and_never_a_level(
    recorded, stands, held, how
):
    """Framework 4.25, scenarios 7 and 28: without a meeting nothing is called no response."""
    assert missing_how(recorded, stands, held=held) == how


def test_counts_are_compared_with_the_report_before_like_with_like():
    before = figures([a_row(1, ("dissemination", "medium", "medium")), a_row(2, ("dissemination", "high", "high"))])
    now = figures([a_row(3, ("dissemination", "low", "high")), a_row(4, ("dissemination", "high", "high"))])
    assert differences(before.counts, now.counts) == (
        Change("dissemination", "high", 1, assessed=True), Change("dissemination", "medium", -1, assessed=True),
    )  # fmt: skip
    self_only = figures([a_row(5, ("dissemination", "low", None))])
    assert differences(self_only.counts, now.counts) == (Change("dissemination", "high", 1),)
    assert differences(figures([a_row(6)]).counts, now.counts) is None
    assert differences(now.counts, now.counts) == ()


def test_a_correction_after_freezing_is_a_change_now_and_is_told_once():
    """Scenario 9: the past is not rewritten."""
    first = figures([a_row(1, ("dissemination", "medium", None)), a_row(2, how="no_response", version=0)])
    now = [a_row(1, ("dissemination", "high", None)), a_row(2, ("dissemination", "low", None)), a_row(3)]
    changed = corrected_since(last_told([first]), now)
    assert [row.return_id for row in changed] == [1, 2]
    found = corrections(last_told([first]), changed)
    assert (found.answers, found.came) == (1, 1)
    assert set(found.changes) == {
        Change("dissemination", "high", 1), Change("dissemination", "low", 1), Change("dissemination", "medium", -1),
    }  # fmt: skip
    second = figures([], corrected=changed)
    assert corrected_since(last_told([first, second]), now) == ()


def test_that_an_answer_did_not_come_for_another_reason_now_is_no_change():
    first = figures([a_row(1, how="no_response", version=0)])
    assert corrected_since(last_told([first]), [a_row(1, how="vacant", version=0)]) == ()
    assert corrections({}, ()) is None


def test_a_full_quarter_stays_small_enough_to_keep():
    assert len(json.dumps(to_json(a_full_quarter()))) < 20_000
