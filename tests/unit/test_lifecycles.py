"""The three lifecycles: what an answer does to a loop (framework 1b)."""

import pytest

from assurance.lifecycles import AWAITING, Standing, after_answer


@pytest.mark.parametrize("state", sorted(AWAITING))
def test_an_answer_to_a_loop_leaves_it_open_for_the_group(state: str) -> None:
    assert after_answer("loop", Standing(state, True)) == Standing("returned", True)


def test_an_answer_that_is_asked_once_closes_it() -> None:
    assert after_answer("once", Standing("requested", True)) == Standing("answered", False)


def test_an_answer_that_is_reviewed_stays_open_until_then() -> None:
    assert after_answer("reviewed", Standing("requested", True)) == Standing("returned", True)


@pytest.mark.parametrize("state", ["assured", "not_relevant", "unable", "answered"])
def test_what_was_settled_stays_settled_when_a_correction_comes(state: str) -> None:
    settled = Standing(state, False)
    assert after_answer("loop", settled) == settled
    assert after_answer("once", settled) == settled
