"""How what is owed goes out: each state that a notice can end in, over HTTP, against the imitated Teams."""

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from assurance.owing import owe, owe_update
from assurance.refusals import OutOfDate
from bot.courier import LEASE, TRIES, Courier
from cards.elements import TextBlock
from cards.parts import card
from storage.base import Unavailable
from storage.claims import A_LANE, begin_notice, claim_notices, settle_notice
from storage.notices import OVERTAKEN, notice
from storage.people import address_of_person
from tests.group import a_group, read, words

pytestmark = pytest.mark.both_databases


class Blackboard:
    """What the test's cards say at the moment at which they are drawn; an exception or None stands for itself."""

    def __init__(self):
        self.says = "hello"

    async def draw(self, unit, desk, owed):
        says = owed.subject.get("says", self.says)
        if isinstance(says, Exception):
            raise says
        return None if says is None else card(says, [TextBlock(text=says, wrap=True)])


@asynccontextmanager
async def a_post_room(database_url, tmp_path, **more):
    """A group whose courier knows one more kind of card, "board", which shows what stands on a blackboard."""
    async with a_group(database_url, tmp_path, **more) as group:
        group.board = Blackboard()
        group.courier.notices = {**group.courier.notices, "board": group.board.draw}
        yield group


async def owed(group, key="board:1", who="gwh", **more):
    """Owe a board card to somebody, or to the channel."""
    async with group.unit() as (unit, its):
        to = {"channel_id": its.channel_id} if who == "channel" else {"person_id": group.ids[who]}
        more = {"subject": {}, **to, **more}
        return (await owe(unit, its.id, key, "board", now=group.clock(), **more)).id


async def updated(group, original, cause):
    """Owe a fresh picture of a card."""
    async with group.unit() as (unit, its):
        row = await notice(unit, its.id, original)
        return (await owe_update(unit, its.id, row, cause, now=group.clock())).id


async def state(group, number):
    """A notice as it stands now."""
    async with group.unit() as (unit, its):
        return await notice(unit, its.id, number)


async def reach(group, who):
    """Whether somebody can be written to, as the records have it."""
    async with group.unit() as (unit, its):
        row = await address_of_person(unit, its.id, group.ids[who])
        return row and row.reach


def said(group, who="gwh"):
    """What the cards in somebody's chat, or in the channel, say now, in the order in which they stand."""
    posts = group.channel() if who == "channel" else group.chat(who)
    return [words(read(post)) for post in posts]


async def test_what_is_owed_is_posted_once_and_settled_as_delivered_with_its_place(database_url, tmp_path):
    async with a_post_room(database_url, tmp_path) as group:
        number = await owed(group)
        await group.settle()
        await group.settle()
        row = await state(group, number)
        assert (row.state, row.owner, row.attempts) == ("delivered", None, 1)
        assert [post.id for post in group.chat("gwh")] == [row.activity_id]
        assert row.posted_in == group.teams.chat_with(group.people["gwh"])
        assert await reach(group, "gwh") == "reachable"


async def test_a_card_is_drawn_as_things_stand_when_it_goes_out_and_not_when_it_was_owed(sqlite_url, tmp_path):
    async with a_post_room(sqlite_url, tmp_path) as group:
        await owed(group)
        group.board.says = "changed since"
        await group.settle()
        assert said(group) == ["changed since"]


async def test_nothing_goes_out_before_its_time(sqlite_url, tmp_path):
    async with a_post_room(sqlite_url, tmp_path) as group:
        number = await owed(group, not_before=group.clock() + timedelta(hours=1))
        await group.settle()
        assert (await state(group, number)).state == "owed"
        group.clock.move(hours=1)
        await group.settle()
        assert said(group) == ["hello"]


async def test_what_keeps_hours_goes_out_in_the_packs_send_hours_only_and_that_uses_up_no_attempt(
    database_url, tmp_path
):
    """Framework 3.1: Monday to Friday from 10:00, on Fridays until noon; right across the clock change."""
    async with a_post_room(database_url, tmp_path) as group:
        group.clock.now = datetime(2026, 10, 23, 11, 30, tzinfo=UTC)  # Friday 12:30 in Swindon
        number = await owed(group, keeps_hours=True)
        other = await owed(group, "board:2", subject={"says": "at any hour"})
        await group.settle()
        row = await state(group, number)
        assert (row.state, row.attempts) == ("owed", 0)
        assert row.not_before == datetime(2026, 10, 26, 10, 0, tzinfo=UTC), "Monday at ten, after the clocks went back"
        assert (await state(group, other)).state == "delivered"
        group.clock.now = row.not_before
        await group.settle()
        assert said(group) == ["at any hour", "hello"]


async def test_asked_to_wait_it_waits_as_long_as_teams_said_and_then_posts_once(database_url, tmp_path):
    async with a_post_room(database_url, tmp_path) as group:
        number = await owed(group)
        group.teams.next(1, "status", status=429, retry_after="40")
        await group.settle()
        row = await state(group, number)
        assert row.state == "owed"
        assert row.not_before >= group.clock() + timedelta(seconds=40)
        group.clock.move(seconds=39)
        await group.settle()
        assert said(group) == []
        group.clock.move(seconds=12)
        await group.settle()
        assert said(group) == ["hello"]


async def test_those_behind_one_that_was_told_to_wait_are_not_tried_and_lose_no_attempt(sqlite_url, tmp_path):
    async with a_post_room(sqlite_url, tmp_path) as group:
        numbers = [await owed(group, f"board:{n}", "channel", subject={"says": f"card {n}"}) for n in range(3)]
        group.teams.next(1, "status", status=429, retry_after="5")
        before = len(group.teams.calls)
        await group.settle()
        assert len(group.teams.calls) == before + 1
        rows = [await state(group, one) for one in numbers]
        assert [(row.state, row.attempts) for row in rows] == [("owed", 1), ("owed", 0), ("owed", 0)]
        group.clock.move(seconds=10)
        await group.settle()
        assert said(group, "channel") == ["card 0", "card 1", "card 2"]


async def test_teams_that_cannot_be_reached_is_tried_many_times_and_then_given_up(sqlite_url, tmp_path):
    async with a_post_room(sqlite_url, tmp_path) as group:
        number = await owed(group)
        group.teams.next(TRIES, "status", status=429)
        for _ in range(TRIES + 2):
            await group.settle()
            group.clock.move(minutes=10)
        row = await state(group, number)
        assert (row.state, row.attempts) == ("refused", TRIES)
        assert "stopped trying" in row.reason
        assert said(group) == []


@pytest.mark.parametrize("fault", ["status", "reset", "lost"])
async def test_what_may_have_been_posted_is_unsure_and_is_never_posted_again(fault, database_url, tmp_path):
    async with a_post_room(database_url, tmp_path) as group:
        number = await owed(group)
        group.teams.next(1, fault, status=503)
        for _ in range(3):
            await group.settle()
            group.clock.move(minutes=10)
        row = await state(group, number)
        assert row.state == "unsure"
        assert row.reason
        posts = [path for method, path in group.teams.calls if method == "POST" and path.endswith("/activities")]
        assert len(posts) == 1
        assert len(said(group)) == (fault == "lost")


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
async def test_every_answer_after_which_nobody_can_know_leaves_it_unsure(status, sqlite_url, tmp_path):
    async with a_post_room(sqlite_url, tmp_path) as group:
        number = await owed(group)
        group.teams.next(1, "status", status=status)
        await group.settle()
        row = await state(group, number)
        assert (row.state, row.posted_in) == ("unsure", group.teams.chat_with(group.people["gwh"]))


async def test_a_412_and_a_teams_that_nobody_can_connect_to_are_tried_again(sqlite_url, tmp_path):
    async with a_post_room(sqlite_url, tmp_path) as group:
        number = await owed(group)
        group.teams.next(1, "status", status=412)
        await group.settle()
        assert (await state(group, number)).state == "owed"
        async with group.unit() as (unit, its):
            its.service_url = "http://127.0.0.1:9"
            row = await address_of_person(unit, its.id, group.ids["gwh"])
            assert row is None, "the conversation was opened, and nothing is known of the person yet"
        group.clock.move(minutes=1)
        await group.settle()
        row = await state(group, number)
        assert (row.state, row.attempts, row.reason) == ("owed", 2, "Teams could not be reached.")


async def test_however_long_a_wait_teams_asks_for_it_is_looked_at_again_within_two_hours(sqlite_url, tmp_path):
    async with a_post_room(sqlite_url, tmp_path) as group:
        number = await owed(group)
        group.teams.next(1, "status", status=429, retry_after="1e15")
        await group.settle()
        row = await state(group, number)
        assert row.state == "owed"
        assert row.not_before <= group.clock() + timedelta(hours=2)


DEAD = "a replica that died"


async def cut_short(group, number, *, begun):
    """Claim what is owed as another replica, perhaps begin it, and go no further."""
    async with group.unit() as (unit, _):
        await claim_notices(unit, owner=DEAD, now=group.clock(), lease=LEASE, most=8)
        if begun:
            assert await begin_notice(unit, number, DEAD, now=group.clock(), lease=LEASE)


async def test_a_claim_that_was_never_begun_is_owed_again_when_its_lease_is_over(database_url, tmp_path):
    async with a_post_room(database_url, tmp_path) as group:
        number = await owed(group)
        await cut_short(group, number, begun=False)
        group.clock.move(seconds=LEASE.total_seconds() + 1)
        await group.settle()
        assert (await state(group, number)).state == "delivered"
        assert said(group) == ["hello"]


async def test_an_update_that_was_cut_short_is_sent_again_since_it_can_be_repeated(database_url, tmp_path):
    async with a_post_room(database_url, tmp_path) as group:
        original = await owed(group)
        await group.settle()
        change = await updated(group, original, "version:1")
        await cut_short(group, change, begun=True)
        group.board.says = "newest"
        group.clock.move(seconds=LEASE.total_seconds() + 1)
        await group.settle()
        assert (await state(group, change)).state == "delivered"
        assert said(group) == ["newest"]


async def test_a_claim_that_another_replica_took_over_is_not_posted_by_the_slow_one(sqlite_url, tmp_path):
    async with a_post_room(sqlite_url, tmp_path) as group:
        number = await owed(group)
        draw = group.board.draw

        async def slowly(unit, desk, one):
            row = await notice(unit, one.partnership_id, one.id)
            row.owner = DEAD
            return await draw(unit, desk, one)

        group.courier.notices = {**group.courier.notices, "board": slowly}
        await group.settle()
        assert said(group) == []
        assert (await state(group, number)).owner == DEAD


async def test_a_database_that_is_away_while_a_card_is_drawn_leaves_it_owed(sqlite_url, tmp_path):
    async with a_post_room(sqlite_url, tmp_path) as group:
        group.board.says = Unavailable("away")
        number = await owed(group)
        await group.settle()
        row = await state(group, number)
        assert (row.state, row.attempts) == ("owed", 0)
        group.board.says = "back"
        group.clock.move(seconds=6)
        await group.settle()
        assert said(group) == ["back"]


async def test_how_a_sending_ended_is_noted_though_the_database_was_away_just_then(sqlite_url, tmp_path):
    async with a_post_room(sqlite_url, tmp_path) as group:
        await group.settle()  # from now on the courier's lease is held
        number, open_unit, times = await owed(group), group.house.store.open_unit, []

        @asynccontextmanager
        async def away_the_fourth_time():
            times.append(1)
            if len(times) == 4:  # 1: claim, 2: draw, 3: with a conversation, draw and begin, 4: settle
                raise Unavailable("away")
            async with open_unit() as unit:
                yield unit

        group.house.store.open_unit = away_the_fourth_time
        await group.settle()
        row = await state(group, number)
        assert (row.state, row.begun_at) == ("delivered", None)
        assert said(group) == ["hello"]


async def test_what_stands_behind_a_sending_is_given_back_at_once_on_a_stop(sqlite_url, tmp_path):
    async with a_post_room(sqlite_url, tmp_path) as group:
        numbers = [await owed(group, f"board:{n}", subject={"says": f"card {n}"}) for n in range(3)]
        group.teams.next(1, "delay", seconds=0.3)
        before = len(group.teams.calls)
        working = asyncio.create_task(group.courier.run())
        while len(group.teams.calls) < before + 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        working.cancel()
        with pytest.raises(asyncio.CancelledError):
            await working
        rows = [await state(group, one) for one in numbers]
        assert [(row.state, row.attempts) for row in rows] == [("delivered", 1), ("owed", 0), ("owed", 0)]


async def test_a_lane_that_fails_gives_back_what_had_not_begun(sqlite_url, tmp_path, monkeypatch):
    async with a_post_room(sqlite_url, tmp_path) as group:
        monkeypatch.setattr("bot.carrying.SETTLE_AFTER", ())
        await group.settle()  # from now on the courier's lease is held
        number, open_unit, times = await owed(group), group.house.store.open_unit, []

        @asynccontextmanager
        async def away_twice():
            times.append(1)
            if len(times) in (2, 3):  # 1: claim, 2: draw and begin, 3: settle
                raise Unavailable("away")
            async with open_unit() as unit:
                yield unit

        group.house.store.open_unit = away_twice
        with pytest.raises(Unavailable):
            await group.settle()
        assert (await state(group, number)).state == "owed"
        await group.settle()
        assert said(group) == ["hello"]


async def test_a_claim_that_was_cut_short_becomes_unsure_when_its_lease_is_over(database_url, tmp_path):
    async with a_post_room(database_url, tmp_path) as group:
        number = await owed(group)
        await cut_short(group, number, begun=True)
        await group.settle()
        assert (await state(group, number)).state == "sending"
        group.clock.move(seconds=LEASE.total_seconds() + 1)
        await group.settle()
        assert (await state(group, number)).state == "unsure"
        assert said(group) == []


async def test_a_stop_in_the_middle_of_a_sending_finishes_it_first(sqlite_url, tmp_path):
    async with a_post_room(sqlite_url, tmp_path) as group:
        number = await owed(group)
        group.teams.next(1, "delay", seconds=0.3)
        before = len(group.teams.calls)
        working = asyncio.create_task(group.courier.run())
        while len(group.teams.calls) < before + 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        working.cancel()
        with pytest.raises(asyncio.CancelledError):
            await working
        assert (await state(group, number)).state == "delivered"
        assert said(group) == ["hello"]


async def test_two_couriers_at_work_at_once_post_each_notice_once(database_url, tmp_path):
    async with a_post_room(database_url, tmp_path) as group:
        other = Courier(group.house, group.courier.notices, paced=False)
        places = [one for one in group.ids if one not in ("officer", "chair", "ld_lead")]
        for number in range(30):
            await owed(group, f"board:{number}", places[number % len(places)], subject={"says": str(number)})

        async def work(courier):
            while await courier.deliver_due():
                pass

        await asyncio.gather(work(group.courier), work(other))
        shown = [text for who in places for text in said(group, who)]
        assert sorted(shown, key=int) == [str(number) for number in range(30)]


async def test_a_blocked_person_is_refused_with_the_reason_and_only_their_reach_changes(database_url, tmp_path):
    async with a_post_room(database_url, tmp_path) as group:
        group.people["gwh"].blocked = True
        blocked, fine = await owed(group), await owed(group, "board:2", "police")
        await group.settle()
        row = await state(group, blocked)
        assert (row.state, row.reason) == ("refused", "This person has blocked the app.")
        assert await reach(group, "gwh") == row.reason
        assert (await state(group, fine)).state == "delivered"
        assert await reach(group, "police") == "reachable"
        assert await reach(group, "housing") is None


async def test_a_person_who_unblocks_the_app_is_reached_again_by_the_next_notice(sqlite_url, tmp_path):
    async with a_post_room(sqlite_url, tmp_path) as group:
        group.people["gwh"].blocked = True
        await owed(group)
        await group.settle()
        group.people["gwh"].blocked = False
        await owed(group, "board:2")
        await group.settle()
        assert said(group) == ["hello"]
        assert await reach(group, "gwh") == "reachable"


async def test_a_guest_who_cannot_be_written_to_is_refused_with_the_reason(sqlite_url, tmp_path):
    """Scenario 27: this is why the channel's way and the e-mail exist."""
    async with a_post_room(sqlite_url, tmp_path) as group:
        group.people["police"].guest = True
        number = await owed(group, who="police")
        await group.settle()
        row = await state(group, number)
        assert (row.state, row.reason) == ("refused", "The app is not installed there for this person or team.")
        assert await reach(group, "police") == row.reason


@pytest.mark.parametrize("status", [400, 401, 413])
async def test_a_refusal_that_is_not_about_the_person_leaves_their_reach_alone(status, sqlite_url, tmp_path):
    async with a_post_room(sqlite_url, tmp_path) as group:
        number = await owed(group)
        group.teams.next(1, "status", status=status)
        await group.settle()
        assert (await state(group, number)).state == "refused"
        assert await reach(group, "gwh") is None


async def test_somebody_who_is_not_yet_in_the_team_is_refused_in_those_words(sqlite_url, tmp_path):
    async with a_post_room(sqlite_url, tmp_path) as group:
        async with group.unit() as (unit, its):
            from storage.people import person

            one = await person(unit, its.id, group.ids["gwh"])
            one.teams_id = one.object_id = None
        number = await owed(group)
        await group.settle()
        row = await state(group, number)
        assert (row.state, row.reason) == ("refused", "This person is not in the team yet.")


async def test_before_a_team_is_bound_nothing_is_sent_and_the_reason_says_so(sqlite_url, tmp_path):
    async with a_post_room(sqlite_url, tmp_path, bound=False) as group:
        number = await owed(group)
        await group.settle()
        row = await state(group, number)
        assert (row.state, row.reason) == ("refused", "No team has been bound to this partnership yet.")
        assert await reach(group, "gwh") is None


async def test_of_several_updates_of_one_card_only_the_newest_goes_out(database_url, tmp_path):
    async with a_post_room(database_url, tmp_path) as group:
        original = await owed(group)
        await group.settle()
        group.board.says = "newest"
        numbers = [await updated(group, original, f"version:{n}") for n in range(3)]
        await group.settle()
        rows = [await state(group, one) for one in numbers]
        assert [row.state for row in rows] == ["skipped", "skipped", "delivered"]
        assert rows[0].reason == OVERTAKEN
        assert len(group.chat("gwh")[0].versions) == 2
        assert said(group) == ["newest"]


async def test_one_picture_shows_what_many_updates_were_owed_for_and_they_wait_no_longer(database_url, tmp_path):
    async with a_post_room(database_url, tmp_path) as group:
        original = await owed(group)
        await group.settle()
        numbers = [await updated(group, original, f"version:{n}") for n in range(30)]
        assert await group.courier.deliver_due() <= 2 * A_LANE
        states = Counter([(await state(group, one)).state for one in numbers])
        assert states == {"delivered": 1, "skipped": 29}
        assert len(group.chat("gwh")[0].versions) == 2


async def test_what_is_owed_while_a_picture_is_drawn_is_shown_by_a_picture_of_its_own(database_url, tmp_path):
    async with a_post_room(database_url, tmp_path) as group:
        original = await owed(group)
        await group.settle()
        first = await updated(group, original, "version:1")
        group.teams.next(1, "delay", seconds=0.3)
        going = asyncio.create_task(group.courier.deliver_due())
        await asyncio.sleep(0.15)
        second = await updated(group, original, "version:2")
        await going
        await group.settle()
        assert [(await state(group, one)).state for one in (first, second)] == ["delivered", "delivered"]


async def test_an_update_that_failed_before_gives_way_to_a_newer_one(sqlite_url, tmp_path):
    async with a_post_room(sqlite_url, tmp_path) as group:
        original = await owed(group)
        await group.settle()
        older = await updated(group, original, "version:1")
        group.teams.next(1, "status", status=503)
        await group.settle()
        newer = await updated(group, original, "version:2")
        for _ in range(2):
            group.clock.move(minutes=1)
            await group.settle()
        assert [(await state(group, one)).state for one in (older, newer)] == ["skipped", "delivered"]


async def test_an_update_owed_together_with_its_card_follows_it_and_never_comes_before_it(sqlite_url, tmp_path):
    async with a_post_room(sqlite_url, tmp_path) as group:
        change = await updated(group, await owed(group), "version:1")
        await group.settle()
        assert (await state(group, change)).state == "delivered"
        assert len(group.chat("gwh")) == 1


@pytest.mark.parametrize("fault", ["status", "lost"])
async def test_an_update_of_a_card_that_was_not_surely_posted_is_skipped(fault, sqlite_url, tmp_path):
    async with a_post_room(sqlite_url, tmp_path) as group:
        original = await owed(group)
        group.teams.next(1, fault, status=403)
        await group.settle()
        change = await updated(group, original, "version:1")
        await group.settle()
        row = await state(group, change)
        assert (row.state, row.reason) == ("skipped", "The card that it would refresh was not posted.")


async def test_an_update_waits_while_another_replica_still_sends_its_card(database_url, tmp_path):
    async with a_post_room(database_url, tmp_path) as group:
        original = await owed(group)
        async with group.unit() as (unit, _):
            await claim_notices(unit, owner="other", now=group.clock(), lease=LEASE, most=8)
            assert await begin_notice(unit, original, "other", now=group.clock(), lease=LEASE)
        change = await updated(group, original, "version:1")
        await group.settle()
        row = await state(group, change)
        assert (row.state, row.attempts) == ("owed", 0)
        async with group.unit() as (unit, _):
            await settle_notice(unit, original, "other", state="unsure", reason="lost")
        group.clock.move(seconds=2)
        await group.settle()
        assert (await state(group, change)).state == "skipped"


async def test_an_update_waits_while_another_replica_still_sends_an_older_one(sqlite_url, tmp_path):
    async with a_post_room(sqlite_url, tmp_path) as group:
        original = await owed(group)
        await group.settle()
        older = await updated(group, original, "version:1")
        async with group.unit() as (unit, _):
            await claim_notices(unit, owner="other", now=group.clock(), lease=LEASE, most=8)
        newer = await updated(group, original, "version:2")
        await group.settle()
        assert (await state(group, newer)).state == "owed"
        async with group.unit() as (unit, _):
            await settle_notice(unit, older, "other", state="delivered", reason="")
        group.clock.move(seconds=2)
        await group.settle()
        assert (await state(group, newer)).state == "delivered"


async def test_an_update_that_may_have_failed_is_put_again_since_that_changes_nothing(sqlite_url, tmp_path):
    async with a_post_room(sqlite_url, tmp_path) as group:
        original = await owed(group)
        await group.settle()
        change = await updated(group, original, "version:1")
        group.teams.next(1, "status", status=503)
        await group.settle()
        assert (await state(group, change)).state == "owed"
        group.clock.move(minutes=1)
        await group.settle()
        assert (await state(group, change)).state == "delivered"
        assert len(group.chat("gwh")) == 1


async def test_an_update_of_a_message_that_somebody_deleted_leaves_the_person_s_reach_alone(sqlite_url, tmp_path):
    async with a_post_room(sqlite_url, tmp_path) as group:
        original = await owed(group)
        await group.settle()
        group.chat("gwh")[0].deleted = True
        change = await updated(group, original, "version:1")
        await group.settle()
        assert (await state(group, change)).state == "refused"
        assert await reach(group, "gwh") == "reachable"


async def test_what_is_no_longer_needed_when_its_turn_comes_is_skipped(sqlite_url, tmp_path):
    async with a_post_room(sqlite_url, tmp_path) as group:
        number = await owed(group)
        group.board.says = None
        await group.settle()
        assert (await state(group, number)).state == "skipped"
        assert said(group) == []


async def test_a_card_that_its_addressee_may_not_see_any_more_is_skipped_with_the_reason(sqlite_url, tmp_path):
    async with a_post_room(sqlite_url, tmp_path) as group:
        number = await owed(group)
        group.board.says = OutOfDate("This request has been withdrawn.")
        await group.settle()
        row = await state(group, number)
        assert (row.state, row.reason) == ("skipped", "This request has been withdrawn.")


async def test_a_card_that_cannot_be_drawn_is_refused_with_a_reference_and_holds_nobody_else_up(
    sqlite_url, tmp_path, caplog
):
    async with a_post_room(sqlite_url, tmp_path) as group:
        group.board.says = ValueError("Jane Doe, 9 Elm Street")
        broken, fine = await owed(group), await owed(group, "board:2", subject={"says": "fine"})
        await group.settle()
        row = await state(group, broken)
        assert row.state == "refused"
        assert "reference" in row.reason
        assert "Jane" not in row.reason + caplog.text
        assert (await state(group, fine)).state == "delivered"


async def test_a_database_that_does_not_answer_loses_nothing(sqlite_url, tmp_path):
    async with a_post_room(sqlite_url, tmp_path) as group:
        number = await owed(group)
        group.board.says = Unavailable("gone for a moment")
        await group.settle()
        assert (await state(group, number)).state == "owed"
        group.board.says = "back again"
        group.clock.move(seconds=10)
        await group.settle()
        assert said(group) == ["back again"]


async def test_a_notice_whose_turn_did_not_come_in_time_is_given_back_before_its_lease_ends(
    sqlite_url, tmp_path, monkeypatch
):
    monkeypatch.setattr("bot.courier.START_WITHIN", timedelta(seconds=0.2))
    async with a_post_room(sqlite_url, tmp_path) as group:
        first, second = await owed(group), await owed(group, "board:2", subject={"says": "second"})
        group.teams.next(1, "delay", seconds=0.3)
        assert await group.courier.deliver_due() == 3, "the second was given back, and claimed anew"
        rows = [await state(group, one) for one in (first, second)]
        assert [(row.state, row.attempts) for row in rows] == [("delivered", 1), ("delivered", 1)]
        assert said(group) == ["hello", "second"]


async def test_what_was_owed_before_a_restart_goes_out_after_it_and_what_was_delivered_does_not(database_url, tmp_path):
    async with a_post_room(database_url, tmp_path) as group:
        await owed(group)
        await group.settle()
        await owed(group, "board:2", subject={"says": "second"})
    async with a_post_room(database_url, tmp_path) as group:
        async with group.unit() as (unit, its):
            its.service_url = group.teams.url
            row = await address_of_person(unit, its.id, group.ids["gwh"])
            row.conversation_id = None
        await group.settle()
        assert said(group) == ["second"]
