"""When somebody was asked, from what became of their cards; and by when what opens late is due."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from assurance.opening import due_once_open
from assurance.outstanding import asked_by
from assurance.pack import read_shipped
from assurance.packing import read_pack
from storage.asks import LoopDimension
from storage.notices import Notice

SWINDON = read_pack(read_shipped("swindon"))
LONDON = "Europe/London"


def card(day: int, state: str = "delivered", key: str = "request:1:2", reason: str = "") -> Notice:
    at = datetime(2026, 11, day, 11, tzinfo=UTC)
    return Notice(partnership_id=1, key=key, kind="request", state=state, reason=reason, owed_at=at, settled_at=at)


@pytest.mark.parametrize(
    ("cards", "day"),
    [
        ([card(2)], 2),
        ([card(2), card(9, key="request:1:2:opened:2026-11-09")], 9),
        ([card(2), card(9, key="request:1:2:press:17")], 2),
        ([card(2), card(9, key="request:1:2:behalf:4")], 2),
        ([card(2, "refused"), card(9, key="request:1:2:press:17")], 2),
        ([card(2), card(9, "refused", key="request:1:2:opened:2026-11-09")], 9),
        ([card(2), card(9, "skipped", key="request:1:2:holding:3")], 2),
    ],
)
def test_somebody_was_asked_on_the_day_of_the_newest_card_that_asked_something(cards: list[Notice], day: int) -> None:
    assert asked_by(cards, LONDON).on == date(2026, 11, day)


@pytest.mark.parametrize(
    ("cards", "why"),
    [
        ([card(2, "owed")], "The card has not gone out yet."),
        ([card(2), card(9, "sending", key="request:1:2:opened:2026-11-09")], "The card has not gone out yet."),
        ([card(2, "refused", reason="The person has blocked the app.")], "The person has blocked the app."),
        ([card(2, "unsure")], "Teams did not confirm that the card arrived."),
    ],
)
def test_nobody_counts_as_asked_whose_card_is_on_its_way_or_has_not_arrived(cards: list[Notice], why: str) -> None:
    """Framework 4.25."""
    asked = asked_by(cards, LONDON)
    assert asked.on is None and asked.why_not == why


@pytest.mark.parametrize(
    ("today", "due"),
    [
        (date(2027, 2, 2), date(2027, 2, 23)),
        (date(2027, 2, 3), date(2027, 2, 23)),
        (date(2027, 2, 22), date(2027, 3, 15)),
    ],
)
def test_what_opens_late_after_a_closure_or_a_standstill_has_all_of_its_own_days(today: date, due: date) -> None:
    """Framework 3.1: nobody is born overdue."""
    planned = LoopDimension(
        partnership_id=1, loop_id=1, dimension="impact", opens_on=date(2027, 2, 2), due_on=date(2027, 2, 23)
    )
    assert due_once_open(SWINDON, planned, today) == due
