"""The rate keeper's rules: whatever is wanted, and whoever takes over when, Teams's limits are kept (facts)."""

from __future__ import annotations

import random
from bisect import bisect_right

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pacing import AFTER_TAKING_OVER, TENANT_WINDOW, Pace
from tests.connector_rules import PER_CONVERSATION, PER_TENANT


def most_in_a_window(moments: list[float], seconds: float) -> int:
    """The most that fall into any window of so many seconds."""
    return max((bisect_right(moments, at + seconds - 1e-9) - n for n, at in enumerate(moments)), default=0)


def assert_within(moments: list[float], windows: tuple[tuple[int, int], ...]) -> None:
    for seconds, most in windows:
        assert most_in_a_window(moments, seconds) <= most, f"{seconds} s"


def greedy(pace: Pace, places: list[str], start: float, until: float, tick: float = 0.0) -> list[tuple[float, str]]:
    """Send as fast as is allowed, to one place after the other; `tick` is how coarse the machine's timers are."""
    now, sent, turn = start, [], 0
    while now < until:
        place = places[turn % len(places)]
        wait = max(pace.tenant_wait("t", now), pace.conversation_wait(place, now))
        if wait > 0:
            now += max(wait, 1e-6) + tick
            continue
        pace.note("t", place, now)
        sent.append((now, place))
        turn += 1
    return sent


@pytest.mark.parametrize("seconds", [10.0, 120.0, 8000.0])
def test_one_conversation_is_never_sent_more_than_teams_takes(seconds: float) -> None:
    sent = [at for at, _ in greedy(Pace(0.0), ["a"], 0.0, seconds)]
    assert_within(sent, PER_CONVERSATION)
    assert len(sent) >= 0.47 * seconds - 2


def test_a_few_messages_to_a_quiet_conversation_go_out_at_once() -> None:
    sent = [at for at, _ in greedy(Pace(0.0), ["a"], 200.0, 201.0)]
    assert len([at for at in sent if at < 200.2]) >= 5


@pytest.mark.parametrize("tick", [0.0, 0.001, 0.004])
def test_a_tenant_is_sent_at_least_95_percent_of_what_it_takes_and_never_more(tick: float) -> None:
    places = [f"c{n}" for n in range(500)]
    sent = [at for at, _ in greedy(Pace(0.0), places, AFTER_TAKING_OVER, 62.1, tick)]
    assert_within(sent, PER_TENANT)
    assert len(sent) / 60 >= 0.95 * 50


def test_after_a_stall_nothing_is_made_up_for() -> None:
    pace, places = Pace(0.0), [f"c{n}" for n in range(500)]
    greedy(pace, places, 10.0, 12.0)
    sent = [at for at, _ in greedy(pace, places, 40.0, 41.0)]
    assert most_in_a_window(sent, 0.05) <= 5
    assert_within(sent, PER_TENANT)


def test_what_leaves_late_counts_from_when_it_left() -> None:
    """A bug once: a machine stood still between a turn and the writing, and 51 arrived within a second."""
    chance, pace, now, left = random.Random(3), Pace(0.0), 10.0, list[float]()
    while len(left) < 2000:
        place = f"c{len(left)}"
        if (wait := pace.tenant_wait("t", now)) > 0:
            now += wait
        sending = pace.note("t", place, now)
        now += 0.15 if chance.random() < 0.02 else 0.0002
        pace.left("t", sending, now)
        left.append(now)
    assert_within(left, PER_TENANT)


def test_tenants_are_paced_apart() -> None:
    pace = Pace(0.0)
    pace.note("one", "a", 10.0)
    assert pace.tenant_wait("one", 10.0) > 0
    assert pace.tenant_wait("other", 10.0) == 0


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000), st.lists(st.floats(0.5, 40.0), min_size=1, max_size=6))
def test_whoever_takes_over_whenever_the_limits_hold_over_all_of_them(seed: int, reigns: list[float]) -> None:
    """A new holder of the lease knows nothing of what was sent before it, and begins without any allowance."""
    chance, now, sent = random.Random(seed), 0.0, list[tuple[float, str]]()
    places = [f"c{n}" for n in range(chance.choice([1, 2, 60]))]
    for reign in reigns:
        sent += greedy(Pace(now), places, now + AFTER_TAKING_OVER, now + AFTER_TAKING_OVER + reign, tick=0.001)
        now += AFTER_TAKING_OVER + reign
    assert_within([at for at, _ in sent], PER_TENANT)
    for place in places:
        assert_within([at for at, to in sent if to == place], PER_CONVERSATION)


def test_told_to_wait_a_conversation_waits_and_the_others_go_on() -> None:
    pace = Pace(0.0)
    pace.told_to_wait("t", "a", 7.0, 100.0)
    assert pace.conversation_wait("a", 100.0) == pytest.approx(7.0)
    assert pace.conversation_wait("b", 100.0) == 0
    assert pace.tenant_wait("t", 100.0) == 0
    pace.told_to_wait("t", "a", 3.0, 101.0)
    assert pace.conversation_wait("a", 101.0) == pytest.approx(6.0), "a shorter wait does not cut a longer one"
    assert pace.tenant_wait("t", 101.0) == 0


def test_where_several_conversations_are_told_to_wait_at_once_the_whole_tenant_does() -> None:
    pace = Pace(0.0)
    for place, seconds in (("a", 2.0), ("b", None), ("c", 4.0)):
        pace.told_to_wait("t", place, seconds, 100.0)
    assert pace.tenant_wait("t", 100.0) == pytest.approx(4.0)
    assert pace.tenant_wait("other", 100.0) == 0
    assert pace.held(101.0) == {"t": pytest.approx(3.0)}
    assert pace.tenant_wait("t", 104.1) == 0 and pace.held(104.1) == {}


def test_told_to_wait_one_after_another_over_minutes_the_tenant_does_not() -> None:
    pace = Pace(0.0)
    for n, place in enumerate("abcdef"):
        pace.told_to_wait("t", place, 2.0, 100.0 + 10 * n)
    assert pace.tenant_wait("t", 150.0) == 0


def test_conversations_that_have_been_quiet_are_forgotten() -> None:
    pace = Pace(0.0)
    for n in range(40_000):
        pace.note("t", f"c{n}", 10.0 + n * TENANT_WINDOW / 50)
    assert len(pace._conversations) < 12_000
