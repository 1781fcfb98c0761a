"""How calls to Teams end: every fault has one meaning, so nothing is posted twice and nothing is lost."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest

from bot.edge.connector import Connector, seconds_in
from bot.edge.outcomes import Refused, TryLater, Unsure
from tests.connector import BOT, TENANT, Person, Team, Teams

ASHA = Person("Asha Rao", "a-object", "29:asha", "asha@example.org")
GUEST = Person("Sgt Bell", "g-object", "29:guest", "bell@police.example", guest=True)
AWAY = Person("Dev Shah", "d-object", "29:dev", "dev@example.org", has_app=False)
BLOCKED = Person("Kim Low", "k-object", "29:kim", "kim@example.org", blocked=True)
HELLO = {"type": "message", "text": "Hello", "textFormat": "plain"}
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
async def teams() -> AsyncIterator[Teams]:
    async with Teams([ASHA, GUEST, AWAY, BLOCKED], page_size=2) as imitation:
        yield imitation


@pytest.fixture
async def connector() -> AsyncIterator[Connector]:
    patience = aiohttp.ClientTimeout(total=2, connect=1, sock_connect=1, sock_read=0.3)
    async with Connector(practice=True, patience=patience) as ours:
        yield ours


async def chat(connector: Connector, teams: Teams, person: Person) -> str:
    return await connector.open_personal(teams.url, BOT, TENANT, person.teams_id)


async def test_opening_a_chat_twice_gives_the_same_chat_and_posts_nothing(connector: Connector, teams: Teams) -> None:
    assert await chat(connector, teams, ASHA) == await chat(connector, teams, ASHA)
    assert teams.posts() == []


async def test_a_post_returns_the_id_under_which_it_stands(connector: Connector, teams: Teams) -> None:
    place = await chat(connector, teams, ASHA)
    identity = await connector.post(teams.url, place, HELLO)
    assert [post.id for post in teams.posts(place)] == [identity]


async def test_a_reply_names_what_it_replies_to(connector: Connector, teams: Teams) -> None:
    await connector.post(teams.url, teams.team.id, HELLO, "f:1/2 ?#%")
    assert teams.posts(teams.team.id)[0].reply_to == "f:1/2 ?#%"


async def test_an_odd_conversation_id_reaches_teams_unchanged(connector: Connector) -> None:
    odd = "19:a/b?c#d%2F;messageid=1@thread.tacv2"
    async with Teams([ASHA], team=Team(channels={"19:a/b?c#d%2F": "Odd"})) as teams:
        await connector.post(teams.url, odd, HELLO)
        assert len(teams.posts(odd)) == 1


async def test_an_update_replaces_what_stands_and_nothing_else(connector: Connector, teams: Teams) -> None:
    place = await chat(connector, teams, ASHA)
    identity = await connector.post(teams.url, place, HELLO)
    await connector.update(teams.url, place, identity, HELLO | {"text": "Changed"})
    assert [post.activity["text"] for post in teams.posts(place)] == ["Changed"]


async def test_a_deleted_post_is_gone_and_cannot_be_updated(connector: Connector, teams: Teams) -> None:
    place = await chat(connector, teams, ASHA)
    identity = await connector.post(teams.url, place, HELLO)
    await connector.delete(teams.url, place, identity)
    assert teams.posts(place) == []
    with pytest.raises(Refused) as refused:
        await connector.update(teams.url, place, identity, HELLO)
    assert refused.value.status == 404


async def test_all_pages_of_a_roster_are_read(connector: Connector, teams: Teams) -> None:
    found = await connector.members(teams.url, teams.team.id)
    assert [one["id"] for one in found] == [ASHA.teams_id, GUEST.teams_id, AWAY.teams_id, BLOCKED.teams_id]
    assert [one["userRole"] for one in found] == ["user", "guest", "user", "user"]


async def test_one_member_is_found_by_entra_object_id(connector: Connector, teams: Teams) -> None:
    assert (await connector.member(teams.url, teams.team.id, ASHA.object_id))["name"] == ASHA.name


async def test_a_team_and_its_channels_are_described(connector: Connector, teams: Teams) -> None:
    teams.team.channels["19:other@thread.tacv2"] = "Learning"
    assert (await connector.team_details(teams.url, teams.team.id))["name"] == teams.team.name
    found = await connector.channels(teams.url, teams.team.id)
    assert [one.get("name") for one in found] == [None, "Learning"]


@pytest.mark.parametrize(
    ("person", "code", "why"),
    [
        (GUEST, "BotNotInConversationRoster", "The app is not installed there for this person or team."),
        (AWAY, "BotNotInConversationRoster", "The app is not installed there for this person or team."),
    ],
)
async def test_who_cannot_be_reached_is_told_in_plain_words(
    connector: Connector, teams: Teams, person: Person, code: str, why: str
) -> None:
    with pytest.raises(Refused) as refused:
        await chat(connector, teams, person)
    assert (refused.value.status, refused.value.code, refused.value.why) == (403, code, why)


async def test_a_person_who_blocked_the_app_is_told_in_plain_words(connector: Connector, teams: Teams) -> None:
    place = await chat(connector, teams, BLOCKED)
    with pytest.raises(Refused) as refused:
        await connector.post(teams.url, place, HELLO)
    assert (refused.value.status, refused.value.why) == (403, "This person has blocked the app.")


@pytest.mark.parametrize("status", [412, 429])
async def test_being_asked_to_wait_means_try_later_and_nothing_was_posted(
    connector: Connector, teams: Teams, status: int
) -> None:
    teams.next(1, "status", status=status, retry_after="7")
    with pytest.raises(TryLater) as later:
        await connector.post(teams.url, teams.team.id, HELLO)
    assert (later.value.after, teams.posts()) == (7.0, [])


async def test_no_connection_means_try_later(connector: Connector) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(TryLater) as later:
            await connector.post(nobody, "a:1", HELLO)
    assert later.value.after is None


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
async def test_a_failing_teams_means_unsure(connector: Connector, teams: Teams, status: int) -> None:
    teams.next(1, "status", status=status)
    with pytest.raises(Unsure):
        await connector.post(teams.url, teams.team.id, HELLO)


async def test_a_reset_before_it_was_stored_means_unsure(connector: Connector, teams: Teams) -> None:
    teams.next(1, "reset")
    with pytest.raises(Unsure):
        await connector.post(teams.url, teams.team.id, HELLO)
    assert teams.posts() == []


async def test_a_lost_answer_means_unsure_and_is_not_posted_again(connector: Connector, teams: Teams) -> None:
    teams.next(1, "lost")
    with pytest.raises(Unsure):
        await connector.post(teams.url, teams.team.id, HELLO)
    assert len(teams.posts()) == 1


async def test_an_answer_that_takes_too_long_means_unsure(connector: Connector, teams: Teams) -> None:
    teams.next(1, "delay", seconds=1.0)
    with pytest.raises(Unsure):
        await connector.post(teams.url, teams.team.id, HELLO)


@pytest.mark.parametrize(
    ("status", "code", "why"),
    [
        (400, "BadSyntax", "Teams did not understand the message."),
        (401, "", "Teams did not accept the app's credentials."),
        (403, "BotDisabledByAdmin", "An administrator has switched the app off."),
        (403, "MessageWritesBlocked", "This person has blocked or muted the app, or has left."),
        (403, "SomethingNew", "Teams does not allow the app to write there."),
        (404, "ConversationNotFound", "This conversation no longer exists."),
        (413, "MessageSizeTooBig", "The message is too large for Teams."),
        (418, "Teapot", "Teams refused it (answer 418)."),
    ],
)
async def test_a_refusal_has_a_reason_that_an_officer_can_read(
    connector: Connector, teams: Teams, status: int, code: str, why: str
) -> None:
    teams.next(1, "status", status=status, code=code)
    with pytest.raises(Refused) as refused:
        await connector.post(teams.url, teams.team.id, HELLO)
    assert (refused.value.status, refused.value.why) == (status, why)


async def test_the_status_decides_and_not_the_code(connector: Connector, teams: Teams) -> None:
    teams.next(1, "status", status=503, code="BotDisabledByAdmin")
    with pytest.raises(Unsure):
        await connector.post(teams.url, teams.team.id, HELLO)


async def test_a_message_above_100_kb_in_utf_16_is_refused(connector: Connector, teams: Teams) -> None:
    with pytest.raises(Refused) as refused:
        await connector.post(teams.url, teams.team.id, HELLO | {"text": "x" * 52_000})
    assert (refused.value.status, teams.posts()) == (413, [])


async def test_the_eighth_post_within_a_second_is_asked_to_wait(connector: Connector, teams: Teams) -> None:
    for _ in range(7):
        await connector.post(teams.url, teams.team.id, HELLO)
    with pytest.raises(TryLater) as later:
        await connector.post(teams.url, teams.team.id, HELLO)
    assert later.value.after is not None and 0 < later.value.after <= 2
    assert len(teams.posts()) == 7


@pytest.mark.parametrize(
    "broken",
    [
        {"type": "message"},
        {"type": "message", "text": "Hello", "colour": "red"},
        {"type": "message", "text": 5},
        {"type": "message", "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive"}]},
        {
            "type": "message",
            "attachments": [
                {
                    "contentType": "application/vnd.microsoft.card.adaptive",
                    "content": {"type": "AdaptiveCard", "version": "1.6", "body": []},
                }
            ],
        },
    ],
)
async def test_what_teams_would_not_take_is_refused_by_the_imitation(
    connector: Connector, teams: Teams, broken: dict[str, object]
) -> None:
    with pytest.raises(Refused) as refused:
        await connector.post(teams.url, teams.team.id, broken)
    assert (refused.value.status, teams.posts()) == (400, [])


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nonsense",
        "http://example.org",
        "ftp://127.0.0.1",
        "https://",
        "https://user@example.org",
        "https://example.org/?x=1",
        "http://127.0.0.1.example.org",
        "http://[::1",
        "http://127.0.0.1:99999",
    ],
)
async def test_an_address_that_is_not_https_is_never_called(connector: Connector, address: str) -> None:
    with pytest.raises(Refused) as refused:
        await connector.post(address, "a:1", HELLO)
    assert refused.value.code == "BadServiceUrl"


async def test_outside_practice_not_even_this_machine_is_called_without_https(teams: Teams) -> None:
    async with Connector() as strict:
        with pytest.raises(Refused):
            await strict.post(teams.url, teams.team.id, HELLO)
    assert teams.calls == []


async def test_the_token_goes_with_every_call() -> None:
    async def token() -> str:
        return "a-token"

    async with Teams([ASHA], token="a-token") as teams, Connector(token, practice=True) as connector:
        assert await connector.members(teams.url, teams.team.id)


async def test_a_redirect_is_not_followed(connector: Connector, teams: Teams) -> None:
    teams.next(1, "status", status=307)
    with pytest.raises(Refused):
        await connector.post(teams.url, teams.team.id, HELLO)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("3", 3.0),
        ("0.5", 0.5),
        ("-4", 0.0),
        ("nan", None),
        ("soon", None),
        ("Mon, 02 Nov 2026 09:00:30 GMT", 30.0),
        ("Mon, 02 Nov 2026 08:00:00 GMT", 0.0),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header: str | None, seconds: float | None) -> None:
    assert seconds_in(header, NOW) == seconds
