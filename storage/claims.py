"""Claims: what is owed is taken in turn, by one courier at a time, and settled by whoever took it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from storage.notices import Notice
from storage.partnerships import Partnership
from storage.people import Address
from storage.unit import Unit, given

A_LANE = 4
"""The most that one claim takes for one place: they go one after the other, and others need not wait for them."""
FOLLOWS = 2
"""The rank of what goes after whatever else is owed about the same."""
_DEPTH = 4
"""How many times as many are looked at as are taken, to find several places among them."""


def lane_of(owed: Notice) -> str:
    """The place to which a notice goes, where what is owed goes out in order: one person, channel or conversation."""
    if owed.address is not None:
        return f"conversation:{owed.address['conversation']}"
    return f"person:{owed.person_id}" if owed.channel_id is None else f"conversation:{owed.channel_id}"


async def claim_notices(
    unit: Unit,
    *,
    owner: str,
    now: datetime,
    lease: timedelta,
    most: int,
    after: int = 0,
    but: Collection[str] = (),
    kinds: Collection[str] = (),
    each_lane: int = A_LANE,
    but_tenants: Collection[str] = (),
    settle_lost: bool = True,
) -> list[Notice]:
    """Take notices that are owed and may go out now, of any partnership; another replica cannot take the same.

    What somebody waits for comes first. The partnerships take turns, beginning with the one that follows the
    number `after`, and each gives its oldest, no more than `each_lane` of which go to one place. `but`: lanes of
    which nothing is taken; `but_tenants`: nothing of their partnerships; `kinds`: only these.
    Of a claim whose lease ran out nobody knows, once its sending had begun, whether it was posted: it becomes
    unsure. What had not begun, and an update, which can be repeated, is owed again. Unless `settle_lost` is False.
    """
    if settle_lost:
        await _settle_lost(unit, now)
    found: list[Notice] = []
    taken: Counter[str] = Counter(dict.fromkeys(but, each_lane))
    for urgent in (True, False):
        wanted = [Notice.state == "owed", Notice.not_before <= now, *_open(but, kinds)]
        wanted += [Notice.rank <= 0] if urgent else [Notice.rank > 0, _not_early()]
        for one in await _in_turn(unit, wanted, most - len(found), after, but_tenants):
            if len(found) < most and taken[lane_of(one)] < each_lane:
                taken[lane_of(one)] += 1
                found.append(one)
    for one in found:
        one.state, one.owner, one.lease_until = "sending", owner, now + lease
    return found


def _open(but: Collection[str], kinds: Collection[str]) -> list[Any]:
    """What leaves out the lanes in `but`, as far as the database can tell lanes apart, and other kinds."""
    people = [int(one.removeprefix("person:")) for one in but if one.startswith("person:")]
    channels = [one.removeprefix("conversation:") for one in but if one.startswith("conversation:")]
    tests: list[Any] = [col(Notice.kind).in_(list(kinds))] if kinds else []
    if people:
        elsewhere = or_(col(Notice.address).is_not(None), col(Notice.person_id).is_(None))
        tests.append(or_(elsewhere, col(Notice.person_id).not_in(people)))
    if channels:
        tests.append(or_(col(Notice.channel_id).is_(None), col(Notice.channel_id).not_in(channels)))
    return tests


def _not_early() -> ColumnElement[bool]:
    """Of what follows (rank 2), only that before which nothing about the same is still to go or on its way."""
    before = aliased(Notice)
    still = exists().where(
        col(before.partnership_id) == col(Notice.partnership_id),
        col(before.about) == col(Notice.about),
        col(before.state).in_(("owed", "sending")),
        col(before.not_before) <= col(Notice.not_before),
        col(before.rank) < col(Notice.rank),
    )
    return or_(col(Notice.rank) < FOLLOWS, ~still)


async def _in_turn(unit: Unit, wanted: list[Any], most: int, after: int, but_tenants: Collection[str]) -> list[Notice]:
    """The oldest of each partnership that has any, in turn: enough for `most` of them in several places."""
    if most <= 0:
        return []
    has_any = exists().where(col(Notice.partnership_id) == col(Partnership.id), *wanted)
    query = select(Partnership.id).where(has_any).order_by(col(Partnership.id))
    if but_tenants:
        elsewhere = or_(col(Partnership.tenant_id).is_(None), col(Partnership.tenant_id).not_in(list(but_tenants)))
        query = query.where(elsewhere)
    waiting = await unit.all(query)
    order = [one for one in waiting if one > after] + [one for one in waiting if one <= after]
    each = max(1, most // max(1, len(order)))
    shares = []
    for partnership_id in order[:most]:
        oldest = (
            select(Notice)
            .where(Notice.partnership_id == partnership_id, *wanted)
            .order_by(col(Notice.rank), col(Notice.not_before), col(Notice.id))
            .limit(each * _DEPTH)
        )
        shares.append(await unit.all(oldest.with_for_update(skip_locked=True) if unit.postgres else oldest))
    return [one for turn in zip_longest(*shares) for one in turn if one is not None]


async def _settle_lost(unit: Unit, now: datetime) -> None:
    lost = (col(Notice.state) == "sending", col(Notice.lease_until) < now)
    await unit.run(update(Notice).where(*lost, _repeatable()).values(**_OWED_AGAIN))
    await unit.run(
        update(Notice)
        .where(*lost)
        .values(state="unsure", reason="The service stopped while this was being sent.", settled_at=now, owner=None)
    )


_OWED_AGAIN: dict[str, Any] = {"state": "owed", "owner": None, "lease_until": None, "begun_at": None}


def _repeatable() -> ColumnElement[bool]:
    return or_(col(Notice.begun_at).is_(None), col(Notice.replaces_id).is_not(None))


async def conversations_known(unit: Unit, claimed: Collection[Notice]) -> dict[int, str]:
    """For each of these notices, by number, the conversation in which it goes out, where one is known."""
    people = {one.person_id for one in claimed if one.address is None and one.channel_id is None}
    query = select(Address).where(col(Address.person_id).in_(list(people)), col(Address.conversation_id).is_not(None))
    known = {row.person_id: row.conversation_id for row in await unit.all(query)} if people else {}
    found: dict[int, str] = {}
    for one in claimed:
        lane = lane_of(one)
        conversation = known.get(one.person_id) if lane.startswith("person:") else lane.partition(":")[2]
        found |= {one.id: conversation} if conversation else {}
    return found


async def give_back(unit: Unit, owner: str, notice_ids: Iterable[int]) -> int:
    """Owe again what this owner claimed and did not begin, and updates, which can be repeated; gives how many."""
    mine = (col(Notice.state) == "sending", col(Notice.owner) == owner, col(Notice.id).in_(list(notice_ids)))
    return await unit.run(update(Notice).where(*mine, _repeatable()).values(**_OWED_AGAIN))


async def take_over(unit: Unit, owner: str) -> int:
    """Owe again what other couriers claimed and did not begin, once `owner` is the only one who may send."""
    theirs = (col(Notice.state) == "sending", col(Notice.owner) != owner, col(Notice.begun_at).is_(None))
    return await unit.run(update(Notice).where(*theirs).values(**_OWED_AGAIN))


_MINE = (
    col(Notice.id) == given("notice_id"),
    col(Notice.state) == "sending",
    col(Notice.owner) == given("claimed_by"),
)
_BEGIN = (
    update(Notice)
    .where(*_MINE, col(Notice.begun_at).is_(None))
    .values(begun_at=given("at"), lease_until=given("until"), posted_in=given("place"))
    .execution_options(synchronize_session=False)
)
_SETTLE = (
    update(Notice)
    .where(*_MINE)
    .values(owner=None, lease_until=None, begun_at=None)
    .execution_options(synchronize_session=False)
)


async def begin_notice(
    unit: Unit, notice_id: int, owner: str, *, now: datetime, lease: timedelta, posted_in: str | None = None
) -> bool:
    """Note, just before a claimed notice is posted, that its sending begins, and where.

    Says whether it is still this owner's, and was not begun before.
    """
    mine = {"notice_id": notice_id, "claimed_by": owner}
    return await unit.run(_BEGIN, **mine, at=now, until=now + lease, place=posted_in) == 1


async def settle_notice(unit: Unit, notice_id: int, owner: str, **values: Any) -> bool:
    """Record how a claimed notice ended, only where it is still this owner's; says whether it was."""
    return await unit.run(_SETTLE.values(**values), notice_id=notice_id, claimed_by=owner) == 1


async def hold_back(unit: Unit, like: Notice, until: datetime) -> int:
    """Let nothing that is owed in the same lane go out before a moment; the order in which it was owed stays."""
    if like.address is not None:
        lane = [col(Notice.address) == like.address]
    elif like.channel_id is not None:
        lane = [col(Notice.channel_id) == like.channel_id, col(Notice.address).is_(None)]
    else:
        lane = [col(Notice.person_id) == like.person_id, col(Notice.address).is_(None)]
    lane += [col(Notice.partnership_id) == like.partnership_id, col(Notice.not_before) < until]
    return await unit.run(update(Notice).where(col(Notice.state) == "owed", *lane).values(not_before=until))


async def earliest_owed(unit: Unit, *, after: datetime | None = None) -> datetime | None:
    """When the next notice of any partnership may go out, so that the courier knows how long to sleep.

    With `after`, the next one later than that.
    """
    query = select(Notice.not_before).where(Notice.state == "owed").order_by(col(Notice.not_before))
    return await unit.one(query if after is None else query.where(Notice.not_before > after))
