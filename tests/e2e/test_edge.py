"""The door over real HTTP, with the imitation of Teams behind it (issue 2, part 3: the edge)."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
from aiohttp import web
from botbuilder.core import TurnContext

from bot.edge.adapter import Address, TeamsAdapter
from bot.edge.addresses import hosts_with
from bot.edge.answers import Answer, Fail, Say, ShowCard
from bot.edge.connector import Connector
from bot.edge.door import add_health, make_app
from bot.edge.gate import CannotStart, Gate, PlaygroundGate, TokenGate, gate_for
from bot.edge.incoming import Caller, Incoming, Press
from bot.edge.issuer_keys import IssuerKeys
from bot.edge.outcomes import Refused, Unsure
from bot.settings import Settings
from tests import inbound
from tests.connector import BOT, TENANT, Json, Person, Team, Teams
from tests.issuer import APP

ASHA = Person("Asha Rao", "a-object", "29:asha", "asha@example.org")
TEAM = Team()
CARD = {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": "Thank you"}]}
TEXT = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"


@dataclass
class Bot:
    """A bot that remembers what came through the door and answers as a test asks."""

    answer: Answer | Exception | None = None
    slow: float = 0.0
    ready: str | None = None
    presses: list[Press] = field(default_factory=list)
    heard: list[Incoming] = field(default_factory=list)
    url: str = ""

    async def on_invoke(self, press: Press) -> Answer:
        self.presses.append(press)
        answer = await self._answer()
        return answer if answer is not None else Say("Nothing to do")

    async def on_activity(self, incoming: Incoming) -> Answer | None:
        self.heard.append(incoming)
        return await self._answer()

    async def is_ready(self) -> str | None:
        return self.ready

    async def _answer(self) -> Answer | None:
        await asyncio.sleep(self.slow)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@dataclass
class House:
    """The bot's door, the imitation of Teams and a client: all on loopback."""

    bot: Bot
    teams: Teams
    adapter: TeamsAdapter
    client: aiohttp.ClientSession

    async def send(self, activity: Any, **options: Any) -> tuple[int, Any]:
        """Posts an activity, or raw bytes; gives the status and the JSON of the answer."""
        body = activity if isinstance(activity, bytes) else orjson.dumps(activity)
        headers = inbound.headers() | options.pop("headers", {})
        url = f"{self.bot.url}/api/messages"
        async with self.client.post(url, data=body, headers=headers, **options) as answer:
            content = await answer.read()
            return answer.status, orjson.loads(content) if content else None

    def press(self, verb: str = "answer", data: Json | None = None, **where: Any) -> Json:
        return inbound.press(ASHA, verb, data or {}, self.teams.url, **where)

    def invoke(self, name: str, value: Any) -> Json:
        return inbound.invoke(ASHA, name, value, self.teams.url)

    async def chat(self) -> str:
        return await self.adapter.connector.open_personal(self.teams.url, BOT, TENANT, ASHA.teams_id)

    async def address(self) -> Address:
        return Address(self.teams.url, await self.chat(), TENANT, BOT)


async def opened(bot: Bot, gate: Gate, adapter: TeamsAdapter, *, arrive_within: float = 9.0) -> web.AppRunner:
    app = make_app(
        gate=gate,
        adapter=adapter,
        on_invoke=bot.on_invoke,
        on_activity=bot.on_activity,
        ready=bot.is_ready,
        deadline=0.3,
        arrive_within=arrive_within,
    )
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    bot.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    return runner


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with (
        Teams([ASHA]) as teams,
        Connector(practice=True) as connector,
        aiohttp.ClientSession() as client,
    ):
        bot, adapter = Bot(), TeamsAdapter(connector)
        runner = await opened(bot, inbound.TestGate(), adapter)
        yield House(bot, teams, adapter, client)
        await runner.cleanup()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"not json",
        b"\xff\xfe",
        b'{"type": "message", "text": "\\ud800"}',
        b"[]",
        b"null",
        b'"message"',
        b"{}",
        b'{"type": null}',
        b'{"type": 5}',
        b'{"type": ""}',
        b'{"type": "message"}',
        b'{"type": "invoke"}',
        b'{"type": "invoke", "name": 7}',
        b'{"type": "message", "value": ' + b"[" * 200 + b"]" * 200 + b"}",
        b'{"type": "message", "value": ' + b'{"a":' * 2000 + b"1" + b"}" * 2001,
    ],
)
async def test_malformed_input_is_answered_with_400_and_a_sentence(house: House, body: bytes) -> None:
    status, answer = await house.send(body)
    assert status == 400
    assert isinstance(answer["error"], str) and answer["error"].endswith(".")
    assert (house.bot.heard, house.bot.presses) == ([], [])


@pytest.mark.parametrize(
    "change",
    [
        {"from": None},
        {"from": "29:asha"},
        {"from": {"id": 7}},
        {"from": {"id": "x" * 1001}},
        {"from": {"id": "29:a\u0000b"}},
        {"from": {"id": "29:a", "aadObjectId": ["x"]}},
        {"from": {"id": "29:a", "name": {}}},
        {"conversation": {}},
        {"conversation": []},
        {"conversation": {"id": True}},
        {"conversation": {"id": "a", "conversationType": 1}},
        {"channelData": "x"},
        {"channelData": {"tenant": "x"}},
        {"channelData": {"tenant": {"id": 5}}},
        {"channelData": {"team": {"id": {}}}},
        {"recipient": "28:bot"},
        {"serviceUrl": 5},
        {"id": {"a": 1}},
        {"replyToId": 17},
        {"locale": ["en"]},
    ],
)
@pytest.mark.parametrize("kind", ["message", "press"])
async def test_wrong_types_in_the_envelope_are_a_400_and_never_reach_the_bot(
    house: House, kind: str, change: Json
) -> None:
    sent = inbound.message(ASHA, "status", house.teams.url) if kind == "message" else house.press()
    status, answer = await house.send(sent | change)
    assert (status, house.bot.heard, house.bot.presses) == (400, [], [])
    assert answer["error"].endswith(".")


@pytest.mark.parametrize(
    "change",
    [
        {"text": 5},
        {"text": "x" * 100_001},
        {"value": "x"},
        {"attachments": {}},
        {"attachments": ["x"]},
        {"attachments": [{"contentType": 1}]},
        {"entities": "x"},
        {"membersAdded": [{}]},
        {"membersAdded": [5]},
    ],
)
async def test_wrong_types_in_a_message_are_a_400(house: House, change: Json) -> None:
    status, _ = await house.send(inbound.message(ASHA, "status", house.teams.url) | change)
    assert (status, house.bot.heard) == (400, [])


def every_change(record: Any, odd: tuple[Any, ...]) -> Iterator[Any]:
    """Copies of `record`, each with one part of it, however deep, replaced by something odd."""
    parts = record.items() if isinstance(record, dict) else enumerate(record) if isinstance(record, list) else ()
    for key, part in parts:
        for other in [*odd, *every_change(part, odd)]:
            copy = record.copy()
            copy[key] = other
            yield copy


@pytest.mark.parametrize("kind", ["message", "press", "update"])
async def test_no_odd_part_of_an_activity_makes_the_door_fail(house: House, kind: str) -> None:
    frames = {
        "message": inbound.message(ASHA, "status", house.teams.url, team=TEAM) | {"attachments": [{"name": "a"}]},
        "press": house.press("answer", {"a": [1]}, on="1", team=TEAM),
        "update": inbound.activity("conversationUpdate", ASHA, house.teams.url) | {"membersAdded": [{"id": "x"}]},
    }
    odd: tuple[Any, ...] = (None, True, 5, -1.5, "", "\u0000", "x" * 2000, [], [[]], {}, {"id": []})
    statuses = {(await house.send(change))[0] for change in every_change(frames[kind], odd)}
    assert {200, 400} <= statuses <= {200, 202, 400, 501}


async def test_a_body_over_256_kb_is_a_413(house: House) -> None:
    status, answer = await house.send(b'{"type": "message", "text": "' + b"x" * 256 * 1024 + b'"}')
    assert (status, answer["error"]) == (413, "The request is larger than 256 KB.")


async def test_a_body_over_256_kb_that_hides_its_length_is_a_413(house: House) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 8192

    url = f"{house.bot.url}/api/messages"
    async with house.client.post(url, data=pieces(), headers=inbound.headers()) as answer:
        assert answer.status == 413


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=utf-16"},
        {"Content-Encoding": "gzip"},
    ],
)
async def test_another_content_type_is_a_415(house: House, headers: dict[str, str]) -> None:
    status, _ = await house.send(house.press(), headers=headers)
    assert (status, house.bot.presses) == (415, [])


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
async def test_another_method_is_a_405(house: House, method: str) -> None:
    async with house.client.request(method, f"{house.bot.url}/api/messages") as answer:
        assert answer.status == 405


async def test_an_unknown_kind_of_activity_is_taken_and_ignored(house: House) -> None:
    status, _ = await house.send(inbound.activity("somethingNew", ASHA, house.teams.url))
    assert (status, house.bot.heard) == (202, [])


async def test_a_press_reaches_the_bot_with_all_that_it_says(house: House) -> None:
    await house.send(house.press("answer", {"form": "f1", "level": "high"}, on="1700", team=TEAM))
    (press,) = house.bot.presses
    assert (press.verb, press.data) == ("answer", {"form": "f1", "level": "high"})
    assert (press.trigger, press.by_message, press.reply_to_id) == ("manual", False, "1700")
    assert press.caller == Caller(TENANT, ASHA.object_id, ASHA.teams_id, ASHA.name)
    place = press.conversation
    assert (place.kind, place.team_id, place.channel_id, place.bot_id) == ("channel", TEAM.id, TEAM.id, BOT)
    assert place.service_url == house.teams.url


async def test_a_refresh_is_told_apart_from_a_press(house: House) -> None:
    await house.send(inbound.refresh(ASHA, "form", {}, house.teams.url))
    assert house.bot.presses[0].trigger == "automatic"


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (
            ShowCard(CARD),
            {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": CARD},
        ),
        (Say("Done"), {"statusCode": 200, "type": TEXT, "value": "Done"}),
        (
            Fail(403, "This card is for GWH."),
            {
                "statusCode": 403,
                "type": ERROR,
                "value": {"code": "Forbidden", "message": "This card is for GWH."},
            },
        ),
    ],
)
async def test_each_answer_to_a_press_has_the_shape_that_teams_wants(house: House, answer: Answer, body: Json) -> None:
    house.bot.answer = answer
    assert await house.send(house.press()) == (200, body)
    assert house.teams.posts() == []


@pytest.mark.parametrize(
    "value",
    [
        None,
        "x",
        [],
        {},
        {"action": None},
        {"action": []},
        {"action": {"verb": 5}},
        {"action": {"verb": ""}},
        {"action": {"verb": "v" * 201}},
        {"action": {"type": "Action.Submit", "verb": "answer"}},
        {"action": {"verb": "answer", "data": "x"}},
        {"action": {"verb": "answer"}, "trigger": "sometimes"},
        {"action": {"verb": "answer"}, "trigger": {}},
    ],
)
async def test_a_malformed_press_is_answered_with_an_error_that_teams_can_show(house: House, value: Any) -> None:
    status, answer = await house.send(house.invoke("adaptiveCard/action", value))
    assert (status, answer["statusCode"], answer["type"]) == (200, 400, ERROR)
    assert answer["value"]["message"] and house.bot.presses == []


@pytest.mark.parametrize(
    ("name", "value", "status", "keys"),
    [
        ("task/fetch", {"data": {}}, 200, {"task"}),
        ("task/submit", {"data": {}}, 200, {"task"}),
        ("fileConsent/invoke", {"action": "accept", "uploadInfo": {}}, 200, None),
        ("fileConsent/invoke", {"action": "decline"}, 200, None),
        ("composeExtension/query", {"commandId": "x"}, 200, {"composeExtension"}),
        ("composeExtension/queryLink", {"url": "https://example.org"}, 200, {"composeExtension"}),
        ("composeExtension/selectItem", {}, 200, {"composeExtension"}),
        ("composeExtension/submitAction", {}, 200, {"composeExtension"}),
        ("composeExtension/fetchTask", {}, 200, {"task"}),
        ("composeExtension/setting", {}, 200, None),
        ("signin/verifyState", {"state": "1"}, 200, None),
        ("signin/tokenExchange", {"id": "1"}, 412, {"id", "connectionName", "failureDetail"}),
        ("signin/tokenExchange", "x", 400, {"error"}),
        ("application/search", {"queryText": "g"}, 200, {"statusCode", "type", "value"}),
        ("application/search", [], 200, {"statusCode", "type", "value"}),
        ("message/submitAction", {"actionName": "feedback", "actionValue": {}}, 200, None),
        ("message/fetchTask", {}, 200, {"task"}),
        ("something/new", {}, 501, {"error"}),
    ],
)
async def test_every_other_kind_of_invoke_has_its_own_correct_reply(
    house: House, name: str, value: Any, status: int, keys: set[str] | None
) -> None:
    got, answer = await house.send(house.invoke(name, value))
    assert got == status
    assert (None if answer is None else set(answer)) == keys
    for inner in ("task", "composeExtension"):
        if answer and inner in answer:
            assert answer[inner]["type"] == "message"


async def test_a_search_that_cannot_be_read_says_so(house: House) -> None:
    _, answer = await house.send(house.invoke("application/search", {"queryText": 5}))
    assert (answer["statusCode"], answer["type"]) == (400, ERROR)


async def test_a_crash_gives_the_presser_a_sentence_with_the_reference_in_the_log(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.bot.answer = RuntimeError("Child AB was seen by Dr X")
    with caplog.at_level(logging.ERROR, "bot.edge"):
        status, answer = await house.send(house.press())
    assert (status, answer["statusCode"], answer["type"]) == (200, 200, TEXT)
    found = re.search(r"reference ([A-Z2-9]{6})\.", answer["value"])
    assert found is not None and found[1] in caplog.text
    assert "RuntimeError" in caplog.text and "_answer" in caplog.text
    assert "Traceback" not in answer["value"] and "Child AB" not in caplog.text + answer["value"]


async def test_a_card_that_cannot_be_written_as_json_is_a_crash_too(house: House) -> None:
    house.bot.answer = ShowCard({"body": object()})
    status, answer = await house.send(house.press())
    assert (status, answer["type"]) == (200, TEXT)
    assert "something went wrong on our side" in answer["value"]


async def test_a_press_that_takes_too_long_is_answered_in_time(house: House) -> None:
    house.bot.slow = 5
    async with asyncio.timeout(2):
        status, answer = await house.send(house.press())
    assert (status, answer["type"]) == (200, TEXT)
    assert "took too long" in answer["value"]


async def test_a_time_out_inside_the_bot_is_not_taken_for_the_deadline(house: House) -> None:
    house.bot.answer = TimeoutError()
    _, answer = await house.send(house.press())
    assert "something went wrong on our side" in answer["value"]


async def test_duplicates_are_passed_through_for_the_bot_to_recognise(house: House) -> None:
    again = house.press()
    await house.send(again)
    await house.send(again)
    assert [press.activity_id for press in house.bot.presses] == [again["id"]] * 2


async def test_a_message_in_a_channel_loses_the_mention_of_the_bot_only(house: House) -> None:
    said = inbound.message(ASHA, "status&nbsp;<at>Kim</at> \u00a0now\u0000", house.teams.url, team=TEAM)
    said["entities"].append({"type": "mention", "text": "<at>Kim</at>", "mentioned": {"id": "29:kim"}})
    await house.send(said)
    assert house.bot.heard[0].text == "status Kim  now"


async def test_an_answer_to_a_message_is_posted_as_a_reply_where_it_was_asked(house: House) -> None:
    house.bot.answer = ShowCard(CARD, "Thank you")
    asked = inbound.message(ASHA, "status", house.teams.url, team=TEAM)
    assert (await house.send(asked))[0] == 200
    (post,) = house.teams.posts(TEAM.id)
    assert (post.reply_to, post.activity["summary"]) == (asked["id"], "Thank you")
    assert house.teams.card(TEAM.id) == CARD


async def test_a_reply_that_teams_asks_to_hold_back_is_posted_a_moment_later(house: House) -> None:
    house.bot.answer = Say("11 of 13")
    house.teams.next(1, "status", status=429, retry_after="0.01")
    await house.send(inbound.message(ASHA, "status", house.teams.url, team=TEAM))
    assert [post.activity["text"] for post in house.teams.posts()] == ["11 of 13"]


async def test_a_crash_on_a_message_is_told_in_the_chat(house: House) -> None:
    house.bot.answer = RuntimeError("boom")
    place = await house.chat()
    assert (await house.send(inbound.message(ASHA, "status", house.teams.url)))[0] == 200
    (post,) = house.teams.posts(place)
    assert re.search(r"reference [A-Z2-9]{6}\.", post.activity["text"])


async def test_what_does_not_go_well_is_named_though_the_service_is_ready() -> None:
    """A service that is late with cards still takes answers: it must not be taken out for that."""
    app, wrong = web.Application(), ["owed_too_long"]
    add_health(app, Bot().is_ready, lambda: wrong)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}") as client:
        for expected in ({"status": "ready", "worries": ["owed_too_long"]}, {"status": "ready"}):
            async with client.get("/readyz") as answer:
                assert (answer.status, await answer.json()) == (200, expected)
            wrong.clear()
    await runner.cleanup()


async def test_a_crash_on_an_event_tells_nobody_but_the_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.bot.answer = RuntimeError("boom")
    assert (await house.send(inbound.activity("conversationUpdate", ASHA, house.teams.url)))[0] == 200
    assert house.teams.posts() == [] and "conversationUpdate" in caplog.text


async def test_a_reply_that_cannot_be_posted_is_not_an_error_of_the_door(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.bot.answer = Say("Hello")
    unknown_chat = inbound.message(ASHA, "hello", house.teams.url)
    assert (await house.send(unknown_chat))[0] == 200
    assert house.teams.posts() == []
    [told] = caplog.records
    assert told.levelname == "WARNING" and "'A reply could not be posted', 'kind': 'message'" in told.getMessage()


async def test_only_teams_says_that_a_file_is_taken(house: House) -> None:
    """A forged button with that verb would be answered with nothing."""
    value = {"action": {"type": "Action.Execute", "verb": "file.taken", "data": {}}, "trigger": "manual"}
    status, answer = await house.send(house.invoke("adaptiveCard/action", value))
    assert (status, answer["statusCode"]) == (200, 400)
    await house.send(inbound.submit(ASHA, {"verb": "file.taken"}, house.teams.url))
    assert house.bot.presses == []


async def test_a_pressed_message_whose_verb_is_no_text_is_malformed_and_no_failure_of_ours(house: House) -> None:
    for verb in (7, ["answer"], "a" * 201, "a\x00b"):
        assert (await house.send(inbound.submit(ASHA, {"verb": verb}, house.teams.url)))[0] == 400
    assert house.bot.presses == [] and house.teams.posts() == []


async def test_a_taken_file_without_a_taker_is_no_failure_of_ours(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    taken = house.invoke("fileConsent/invoke", {"action": "accept"})
    del taken["from"]["id"]
    assert (await house.send(taken))[0] == 400
    assert caplog.records == []


async def test_a_slow_message_is_acknowledged_and_still_answered(house: House) -> None:
    house.bot.slow, house.bot.answer = 0.5, Say("Here you are")
    place = await house.chat()
    assert (await house.send(inbound.message(ASHA, "status", house.teams.url)))[0] == 202
    for _ in range(100):
        if house.teams.posts(place):
            break
        await asyncio.sleep(0.02)
    assert [post.activity["text"] for post in house.teams.posts(place)] == ["Here you are"]


async def test_a_press_sent_as_a_message_is_a_press_and_replaces_the_card_in_a_chat(house: House) -> None:
    address = await house.address()
    card = await house.adapter.deliver(address, ShowCard(CARD | {"fallbackText": "Old"}))
    house.bot.answer = ShowCard(CARD)
    data = {"verb": "answer", "form": "f1"}
    await house.send(inbound.submit(ASHA, data, house.teams.url, on=card))
    (press,) = house.bot.presses
    assert (press.verb, press.data, press.by_message) == ("answer", {"form": "f1"}, True)
    assert house.bot.heard == []
    assert [post.activity["attachments"][0]["content"] for post in house.teams.posts()] == [CARD]


async def test_a_press_sent_as_a_message_is_answered_below_a_card_that_is_gone(house: House) -> None:
    await house.chat()
    house.bot.answer = ShowCard(CARD)
    await house.send(inbound.submit(ASHA, {"verb": "answer"}, house.teams.url, on="42"))
    assert len(house.teams.posts()) == 1


async def test_joining_and_renaming_are_told_with_who_and_what(house: House) -> None:
    update = inbound.activity("conversationUpdate", ASHA, house.teams.url, team=TEAM)
    update["channelData"] |= {"eventType": "teamMemberAdded"}
    update["membersAdded"] = [{"id": "29:new", "aadObjectId": "n-object"}]
    update["membersRemoved"] = [{"id": "29:old"}]
    await house.send(update)
    (heard,) = house.bot.heard
    assert (heard.kind, heard.event.event_type) == ("conversationUpdate", "teamMemberAdded")
    assert heard.event.members_added == (Caller(TENANT, "n-object", "29:new", ""),)
    assert [one.teams_id for one in heard.event.members_removed] == ["29:old"]
    assert heard.event.team_name == TEAM.name


@pytest.mark.parametrize("action", ["add", "remove", "add-upgrade", "remove-upgrade"])
async def test_installing_and_removing_the_app_are_told(house: House, action: str) -> None:
    await house.send(inbound.activity("installationUpdate", ASHA, house.teams.url) | {"action": action})
    assert (house.bot.heard[0].kind, house.bot.heard[0].event.action) == ("installationUpdate", action)


@pytest.mark.parametrize("kind", ["messageReaction", "messageUpdate", "messageDelete", "event", "typing"])
async def test_every_known_kind_of_activity_reaches_the_bot(house: House, kind: str) -> None:
    assert (await house.send(inbound.activity(kind, ASHA, house.teams.url)))[0] == 200
    assert [one.kind for one in house.bot.heard] == [kind]


async def test_middleware_of_botbuilder_sees_every_turn_and_every_delivery(house: House) -> None:
    seen: list[str] = []

    class Watch:
        async def on_turn(self, context: TurnContext, logic: Any) -> None:
            seen.append(context.activity.type)
            context.on_send_activities(self.on_send)
            await logic()

        async def on_send(self, context: TurnContext, activities: Any, logic: Any) -> None:
            seen.append(f"sends {len(activities)}")
            await logic()

    house.adapter.use(Watch())
    await house.send(inbound.activity("typing", ASHA, house.teams.url))
    await house.adapter.deliver(await house.address(), Say("Hello"))
    assert seen == ["typing", "event", "sends 1"]


async def test_delivering_posts_once_as_no_reply_to_anything(house: House) -> None:
    address = await house.address()
    identity = await house.adapter.deliver(address, ShowCard(CARD, "New learning"))
    (post,) = house.teams.posts(address.conversation_id)
    assert (post.id, post.reply_to, post.activity["summary"]) == (identity, None, "New learning")
    assert post.activity["conversation"] == {"id": address.conversation_id, "tenantId": TENANT}


async def test_what_was_delivered_can_be_replaced_and_taken_back(house: House) -> None:
    address = await house.address()
    identity = await house.adapter.deliver(address, Say("First"))
    await house.adapter.replace(address, identity, Say("Second"))
    assert [post.activity["text"] for post in house.teams.posts()] == ["Second"]
    await house.adapter.take_back(address, identity)
    assert house.teams.posts() == []


async def test_a_delivery_tells_the_courier_how_it_failed(house: House) -> None:
    address = await house.address()
    house.teams.next(1, "lost")
    with pytest.raises(Unsure):
        await house.adapter.deliver(address, Say("Hello"))
    house.teams.next(1, "status", status=403, code="ConversationBlockedByUser")
    with pytest.raises(Refused):
        await house.adapter.deliver(address, Say("Hello"))


async def test_people_s_words_are_posted_as_plain_text(house: House) -> None:
    await house.adapter.deliver(await house.address(), Say("*not* bold"))
    assert house.teams.posts()[0].activity["textFormat"] == "plain"


async def test_the_door_is_alive_and_says_what_is_not_ready(house: House) -> None:
    async with house.client.get(f"{house.bot.url}/healthz") as answer:
        assert answer.status == 200
    async with house.client.get(f"{house.bot.url}/readyz") as answer:
        assert answer.status == 200
    house.bot.ready = "The database cannot be reached."
    async with house.client.get(f"{house.bot.url}/readyz") as answer:
        assert (answer.status, await answer.json()) == (503, {"status": "The database cannot be reached."})


async def test_without_the_shared_word_nothing_gets_in(house: House) -> None:
    status, _ = await house.send(house.press(), headers={"X-Test-Gate": "wrong"})
    assert (status, house.bot.presses) == (401, [])


@pytest.mark.parametrize(
    ("headers", "change", "status"),
    [
        ({}, {}, 200),
        ({"Host": "localhost:3978"}, {}, 200),
        ({"Host": "[::1]:3978"}, {}, 200),
        ({}, {"serviceUrl": "https://example.org"}, 403),
        ({}, {"serviceUrl": "http://[::1"}, 403),
        ({}, {"serviceUrl": 5}, 403),
        ({"X-Forwarded-For": "127.0.0.1"}, {}, 403),
        ({"Host": "rebound.example.org"}, {}, 403),
    ],
)
async def test_practice_mode_only_talks_to_this_machine(
    house: House, headers: dict[str, str], change: Json, status: int
) -> None:
    bot = Bot()
    runner = await opened(bot, PlaygroundGate(), house.adapter)
    house.bot = bot
    got, _ = await house.send(house.press() | change, headers=headers)
    await runner.cleanup()
    assert (got, len(bot.presses)) == (status, 1 if status == 200 else 0)


@pytest.mark.parametrize("peer", ["", "10.0.0.4", "192.168.1.9", "::ffff:10.0.0.4", "2001:db8::1", "nonsense"])
async def test_practice_mode_refuses_other_machines(peer: str) -> None:
    refusal = await PlaygroundGate().admit({"Host": "127.0.0.1"}, {}, peer)
    assert refusal is not None and refusal.status == 403


def settings(**told: Any) -> Settings:
    return Settings(data_dir=Path(), database_url="", **told)


WITH_ID = {"app_id": APP, "app_tenant_id": TENANT}


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({}, "LOOP_PLAYGROUND"),
        ({"app_tenant_id": TENANT}, "no credentials"),
        (WITH_ID, "without a credential"),
        (WITH_ID | {"app_password": "x", "allowed_tenants": ("swindon",)}, "no tenant id"),
        (WITH_ID | {"app_password": "x", "service_urls": ("http://evil.example",)}, "LOOP_SERVICE_URLS"),
        (WITH_ID | {"app_password": "x", "service_urls": ("",)}, "LOOP_SERVICE_URLS"),
        ({"playground": True, "host": "0.0.0.0"}, "LOOP_HOST is 0.0.0.0"),
        ({"playground": True, "host": "bot.example.org"}, "only runs on this machine"),
        ({"playground": True, "app_id": APP, "app_password": "x"}, "unset"),
        ({"playground": True, "app_password": "x"}, "unset"),
        ({"playground": True, "app_auth": "managed-identity"}, "unset"),
    ],
)
def test_the_service_refuses_to_start_and_says_why(told: dict[str, Any], says: str) -> None:
    with pytest.raises(CannotStart, match=says):
        gate_for(settings(**told))


def test_practice_mode_on_this_machine_gets_the_practice_gate() -> None:
    assert isinstance(gate_for(settings(playground=True)), PlaygroundGate)


@pytest.mark.parametrize(
    "told",
    [
        {"app_password": "x", "host": "0.0.0.0"},
        {"app_auth": "managed-identity"},
        {"app_auth": "managed-identity", "allowed_tenants": (TENANT, "99999999-9999-4999-8999-999999999999")},
        {"app_password": "x", "service_urls": ("smba.infra.gov.teams.microsoft.us", "http://127.0.0.1:9")},
    ],
)
def test_with_credentials_every_token_is_checked(told: dict[str, Any]) -> None:
    assert isinstance(gate_for(settings(**WITH_ID | told)), TokenGate)


@pytest.mark.parametrize(("app_id", "tenants"), [("", [TENANT]), (APP, []), (APP, [""])])
def test_no_gate_is_made_that_would_check_nothing(app_id: str, tenants: list[str]) -> None:
    with pytest.raises(CannotStart):
        TokenGate(IssuerKeys("https://login.example/"), app_id=app_id, tenants=tenants, hosts=hosts_with([]))


async def test_a_request_that_dribbles_in_is_ended(house: House) -> None:
    async def dribble() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(5)

    bot = Bot()
    runner = await opened(bot, inbound.TestGate(), house.adapter, arrive_within=0.2)
    url = f"{bot.url}/api/messages"
    async with house.client.post(url, data=dribble(), headers=inbound.headers()) as answer:
        assert answer.status == 408
    await runner.cleanup()
