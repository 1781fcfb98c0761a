"""What waits to go out, as both databases count it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from storage.notices import Notice
from storage.partnerships import Partnership
from storage.queues import Waiting, count_partnerships, unsettled_notices, waiting, waiting_in
from storage.unit import Store

NOW = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def a_notice(partnership_id: int, key: str, owed: int, may_go: int, **more: Any) -> Notice:
    """Owed, and may go, so many minutes ago."""
    return Notice(
        partnership_id=partnership_id, key=key, kind="request", subject={}, owed_at=NOW - owed * MINUTE,
        not_before=NOW - may_go * MINUTE, **more,
    )  # fmt: skip


async def test_what_could_go_is_counted_apart_from_what_is_for_later_in_hand_or_at_its_end(database_url):
    store = Store(database_url)
    async with store.open_unit() as unit:
        one = await unit.save(Partnership(slug="swindon", title="Swindon"))
        two = await unit.save(Partnership(slug="solihull", title="Solihull"))
        unit.add(
            a_notice(one.id, "a", 9, 9),
            a_notice(one.id, "b", 30, 3),
            a_notice(one.id, "later", 90, -60),
            a_notice(one.id, "tried", 40, -2, attempts=2),
            a_notice(one.id, "held", 50, -60, reason="It waits for the hours.", keeps_hours=True),
            a_notice(one.id, "in hand", 99, 99, state="sending", lease_until=NOW + MINUTE),
            a_notice(one.id, "lost", 45, 45, state="sending", lease_until=NOW - MINUTE),
            a_notice(one.id, "gone", 99, 99, state="delivered"),
            a_notice(two.id, "unsure", 99, 99, state="unsure"),
            a_notice(two.id, "noted", 99, 99, state="unsure", noted_at=NOW),
            a_notice(two.id, "c", 1, 1),
        )
    async with store.open_unit() as unit:
        found = await waiting(unit, NOW)
        assert sorted(found, key=lambda row: (row.partnership_id, row.keeps_hours, row.tried)) == [
            Waiting(one.id, "swindon", False, False, 2, NOW - 30 * MINUTE, NOW - 9 * MINUTE),
            Waiting(one.id, "swindon", False, True, 2, NOW - 45 * MINUTE, NOW - 45 * MINUTE),
            Waiting(one.id, "swindon", True, True, 1, NOW - 50 * MINUTE, NOW + 60 * MINUTE),
            Waiting(two.id, "solihull", False, False, 1, NOW - MINUTE, NOW - MINUTE),
        ]
        assert await waiting_in(unit, two.id, NOW) == [row for row in found if row.partnership_id == two.id]
        assert await unsettled_notices(unit) == {"owed": 6, "sending": 2, "unsure": 1}
        assert await count_partnerships(unit) == 2
    await store.close()
