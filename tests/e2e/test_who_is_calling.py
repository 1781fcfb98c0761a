"""Only Microsoft, on behalf of Teams, in a tenant of ours, is let in: every forgery is refused, over real HTTP."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import jwt
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.edge.adapter import TeamsAdapter
from bot.edge.addresses import hosts_with
from bot.edge.answers import Answer, Say
from bot.edge.connector import Connector
from bot.edge.door import BODY_LIMIT, make_app
from bot.edge.gate import TokenGate
from bot.edge.incoming import Incoming, Press
from bot.edge.issuer_keys import IssuerKeys
from tests import inbound
from tests.connector import TENANT, Json, Person
from tests.issuer import APP, Issuer, Signing, rsa_key

ASHA = Person("Asha Rao", "a-object", "29:asha", "asha@example.org")
SERVICE = "https://smba.trafficmanager.net/uk/"
ELSEWHERE = "99999999-9999-4999-8999-999999999999"
NOT_PROVEN = {"error": "This request does not carry a token that can be accepted."}
NOT_ALLOWED = {"error": "This request is not allowed here."}


@dataclass
class Door:
    """The door with the real gate, an issuer behind it, and what was let in."""

    issuer: Issuer
    http: aiohttp.ClientSession
    url: str = ""
    let_in: list[Press | Incoming] = field(default_factory=list)

    async def on_invoke(self, press: Press) -> Answer:
        self.let_in.append(press)
        return Say("Thank you")

    async def on_activity(self, incoming: Incoming) -> Answer | None:
        self.let_in.append(incoming)
        return None

    async def send(self, headers: Any, body: bytes) -> tuple[int, Any]:
        async with self.http.post(f"{self.url}/api/messages", data=body, headers=headers) as answer:
            content = await answer.read()
            return answer.status, json.loads(content) if content else None

    async def call(self, token: str, activity: Json | None = None) -> tuple[int, Any]:
        return await self.send(bearer(token), as_bytes(activity or press()))


def press(**changed: Any) -> Json:
    return inbound.press(ASHA, "answer", {}, SERVICE) | changed


def as_bytes(activity: Json) -> bytes:
    return json.dumps(activity).encode()


def bearer(token: str) -> dict[str, str]:
    return {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    async with Issuer() as issuer, aiohttp.ClientSession() as http, Connector() as connector:
        opened = Door(issuer, http)
        gate = TokenGate(IssuerKeys(issuer.metadata_url), app_id=APP, tenants=[TENANT], hosts=hosts_with([]))
        app = make_app(
            gate=gate, adapter=TeamsAdapter(connector), on_invoke=opened.on_invoke, on_activity=opened.on_activity,
            ready=_ready,
        )  # fmt: skip
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        opened.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield opened
        await runner.cleanup()


async def _ready() -> str | None:
    return None


def part(content: Any) -> str:
    """One part of a token, as a forger writes it by hand."""
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def unsigned(issuer: Issuer, algorithm: str) -> str:
    return f"{part({'alg': algorithm, 'typ': 'JWT', 'kid': 'key-1'})}.{part(issuer.claims(SERVICE))}."


def signed_with_the_public_key(issuer: Issuer) -> str:
    """The oldest trick: HS256, with the published key as the shared secret."""
    import hashlib
    import hmac

    secret = issuer.keys[0].private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    content = f"{part({'alg': 'HS256', 'typ': 'JWT', 'kid': 'key-1'})}.{part(issuer.claims(SERVICE))}"
    mac = hmac.new(secret, content.encode(), hashlib.sha256).digest()
    return f"{content}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def by_another(issuer: Issuer, identity: str = "key-1", **head: Any) -> str:
    return issuer.token(SERVICE, key=Signing(identity, rsa_key(9)), head=head)


def tampered(issuer: Issuer, **claims: Any) -> str:
    head, _, signature = issuer.token(SERVICE).split(".")
    return f"{head}.{part(issuer.claims(SERVICE, **claims))}.{signature}"


def cut(issuer: Issuer, by: int) -> str:
    head, body, signature = issuer.token(SERVICE).split(".")
    return f"{head}.{body}.{signature[:-by]}" if by else f"{head}.{body}."


def with_algorithm(issuer: Issuer, algorithm: str) -> str:
    key = issuer.keys[0]
    return jwt.encode(issuer.claims(SERVICE), key.private, algorithm=algorithm, headers={"kid": key.identity})


def own_jwk(_: Issuer) -> Json:
    return Signing("key-1", rsa_key(9)).published()


def soon(seconds: int) -> int:
    return int(time.time()) + seconds


UNPROVEN: dict[str, Callable[[Issuer], str]] = {
    "garbage": lambda _: "garbage",
    "three dots": lambda _: "...",
    "parts that are no JSON": lambda _: "YWJj.YWJj.YWJj",
    "two parts": lambda i: i.token(SERVICE).rpartition(".")[0],
    "four parts": lambda i: i.token(SERVICE) + ".AAAA",
    "two tokens": lambda i: f"{i.token(SERVICE)} {i.token(SERVICE)}",
    "not signed (none)": lambda i: unsigned(i, "none"),
    "not signed (nOnE)": lambda i: unsigned(i, "nOnE"),
    "said to be RS256, not signed": lambda i: unsigned(i, "RS256"),
    "HS256 with the public key as secret": signed_with_the_public_key,
    "HS256 with the app id as secret": lambda i: jwt.encode(
        i.claims(SERVICE), APP.ljust(64), algorithm="HS256", headers={"kid": "key-1"}
    ),
    "RS512 with the right key": lambda i: with_algorithm(i, "RS512"),
    "PS256 with the right key": lambda i: with_algorithm(i, "PS256"),
    "another key under a known id": by_another,
    "another key under its own id": lambda i: by_another(i, "key-77"),
    "another key, brought along in the header": lambda i: by_another(i, jwk=own_jwk(i)),
    "another key, with an address where to fetch it": lambda i: by_another(i, jku=f"{i.url}/evil", x5u=f"{i.url}/evil"),
    "another key, whose id is a path": lambda i: by_another(i, "../../v1/.well-known/keys"),
    "no key named": lambda i: jwt.encode(i.claims(SERVICE), i.keys[0].private, algorithm="RS256"),
    "a key with an empty name": lambda i: i.token(SERVICE, head={"kid": ""}),
    "an extension that must be understood": lambda i: i.token(SERVICE, head={"crit": ["exp"], "exp": 1}),
    "another audience put in afterwards": lambda i: tampered(i, aud=APP, tid="else"),
    "a longer life put in afterwards": lambda i: tampered(i, exp=soon(10**6)),
    "without its signature": lambda i: cut(i, 0),
    "with half a signature": lambda i: cut(i, 170),
    "from another issuer": lambda i: i.token(SERVICE, iss="https://issuer.example.org"),
    "from the issuer, with a slash": lambda i: i.token(SERVICE, iss="https://api.botframework.com/"),
    "from Entra, as our own calls carry it": lambda i: i.token(
        SERVICE, iss=f"https://sts.windows.net/{TENANT}/", aud="https://api.botframework.com"
    ),
    "from Entra v2, for our app": lambda i: i.token(SERVICE, iss=f"https://login.microsoftonline.com/{TENANT}/v2.0"),
    "from nobody": lambda i: i.token(SERVICE, iss=None),
    "for another app": lambda i: i.token(SERVICE, aud="5a1e0000-0000-4000-8000-0000000000ff"),
    "for the connector": lambda i: i.token(SERVICE, aud="https://api.botframework.com"),
    "for us among others": lambda i: i.token(SERVICE, aud=[APP, "other"]),
    "for an app without a name": lambda i: i.token(SERVICE, aud=""),
    "for nobody": lambda i: i.token(SERVICE, aud=None),
    "run out six minutes ago": lambda i: i.token(SERVICE, exp=soon(-360)),
    "that never runs out": lambda i: i.token(SERVICE, exp=None),
    "that runs out in words": lambda i: i.token(SERVICE, exp="tomorrow"),
    "valid in six minutes": lambda i: i.token(SERVICE, nbf=soon(360)),
    "without a beginning": lambda i: i.token(SERVICE, nbf=None),
}


@pytest.mark.parametrize("what", UNPROVEN)
async def test_a_token_that_proves_nothing_is_a_401_that_tells_nothing(door: Door, what: str) -> None:
    await door.call(door.issuer.token(SERVICE))
    door.let_in.clear()
    assert await door.call(UNPROVEN[what](door.issuer)) == (401, NOT_PROVEN)
    assert door.let_in == []


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("Authorization", "")],
        [("Authorization", "Bearer")],
        [("Authorization", "Bearer ")],
        [("Authorization", "{token}")],
        [("Authorization", "Basic {token}")],
        [("Authorization", "Token {token}")],
        [("Authorization", "Bearer, {token}")],
        [("X-Authorization", "Bearer {token}")],
        [("Cookie", "Authorization=Bearer {token}")],
    ],
)
async def test_a_token_that_is_not_in_its_place_is_a_401(door: Door, headers: list[tuple[str, str]]) -> None:
    token = door.issuer.token(SERVICE)
    sent = [("Content-Type", "application/json"), *((name, value.format(token=token)) for name, value in headers)]
    assert await door.send(sent, as_bytes(press())) == (401, NOT_PROVEN)
    assert door.let_in == []


async def test_two_authorization_headers_are_refused_even_if_both_are_genuine(door: Door) -> None:
    token = f"Bearer {door.issuer.token(SERVICE)}"
    sent = [("Content-Type", "application/json"), ("Authorization", token), ("Authorization", token)]
    status, _ = await door.send(sent, as_bytes(press()))
    assert (status in (400, 401), door.let_in) == (True, [])


@pytest.mark.parametrize(
    "token", [b"abc\xff.def.ghi", b"\xc3\xa9.\xc3\xa9.\xc3\xa9", b"a.b.c\x7f", b"a\xed\xa0\x80.b.c", b"%00.%00.%00"]
)
async def test_a_token_of_strange_bytes_is_a_401(door: Door, token: bytes) -> None:
    body, port = as_bytes(press()), int(door.url.rpartition(":")[2])
    reads, writes = await asyncio.open_connection("127.0.0.1", port)
    head = b"POST /api/messages HTTP/1.1\r\nHost: bot\r\nConnection: close\r\nContent-Type: application/json\r\n"
    writes.write(head + b"Content-Length: %d\r\nAuthorization: Bearer %b\r\n\r\n%b" % (len(body), token, body))
    status = int((await reads.readline()).split()[1])
    writes.close()
    assert (status in (400, 401), door.let_in) == (True, []), status


async def test_a_401_names_the_scheme_and_nothing_else(door: Door) -> None:
    async with door.http.post(f"{door.url}/api/messages", json=press()) as answer:
        assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert "Traceback" not in await answer.text()


TRICKS = [
    "https://smba.trafficmanager.net.evil.example/uk/",
    "https://evil.example/smba.trafficmanager.net/",
    "https://attacker.trafficmanager.net/uk/",
    "https://xsmba.trafficmanager.net/uk/",
    "https://smba.trafficmanager.net@evil.example/uk/",
    "https://smba.trafficmanager.net:8443/uk/",
    "https://smba.trafficmanager.net/uk/?to=evil",
    "http://smba.trafficmanager.net/uk/",
    "http://127.0.0.1:9/uk/",
    "https://169.254.169.254/metadata/",
    "ftp://smba.trafficmanager.net/uk/",
    "https://[::1",
    "",
]


@pytest.mark.parametrize("address", TRICKS)
async def test_a_strange_service_address_is_a_403_even_under_a_genuine_token(door: Door, address: str) -> None:
    assert await door.call(door.issuer.token(address), press(serviceUrl=address)) == (403, NOT_ALLOWED)
    assert door.let_in == []


NOT_OURS: dict[str, tuple[Json, Json]] = {
    "a service address that is not the token's": ({"serviceurl": "https://smba.trafficmanager.net/amer/"}, {}),
    "no service address in the token": ({"serviceurl": None}, {}),
    "a service address that is no text": ({"serviceurl": 7}, {}),
    "no service address": ({}, {"serviceUrl": None}),
    "another channel": ({}, {"channelId": "directline"}),
    "no channel": ({}, {"channelId": None}),
    "a tenant off the list": ({}, {"channelData": {"tenant": {"id": ELSEWHERE}}}),
    "a tenant off the list, told by the conversation": (
        {},
        {"channelData": {}, "conversation": {"id": "a:1", "conversationType": "personal", "tenantId": ELSEWHERE}},
    ),
    "no tenant": ({}, {"channelData": {}, "conversation": {"id": "a:1", "conversationType": "personal"}}),
    "an empty tenant": ({}, {"channelData": {"tenant": {"id": ""}}, "conversation": {"id": "a:1"}}),
}


@pytest.mark.parametrize("what", NOT_OURS)
async def test_a_genuine_token_for_what_is_not_ours_is_a_403_that_tells_nothing(door: Door, what: str) -> None:
    claims, changes = NOT_OURS[what]
    assert await door.call(door.issuer.token(SERVICE, **claims), press(**changes)) == (403, NOT_ALLOWED)
    assert door.let_in == []


@pytest.mark.parametrize("endorsements", [None, [], ["webchat", "directline"], ["MSTeams"]])
async def test_a_key_that_may_not_sign_for_teams_is_a_403(door: Door, endorsements: list[str] | None) -> None:
    door.issuer.keys[0].endorsements = endorsements
    assert await door.call(door.issuer.token(SERVICE)) == (403, NOT_ALLOWED)
    assert door.let_in == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"x" * (BODY_LIMIT + 1), 413),
        (b'{"type": "message", "value": ' + b"[" * 100 + b"]" * 100 + b"}", 400),
        (b'{"type": "message", "value": ' + b'{"a":' * 90 + b"1" + b"}" * 91, 400),
        (b"[" * 100_000, 400),
        (b"{", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"type": "message", "conversation": "x"}', 403),
    ],
)
async def test_a_genuine_token_does_not_open_the_door_for_a_broken_request(
    door: Door, body: bytes, status: int
) -> None:
    got, _ = await door.send(bearer(door.issuer.token(SERVICE)), body)
    assert (got, door.let_in) == (status, [])


@pytest.mark.parametrize("header", [{"Content-Type": "text/plain"}, {"Content-Encoding": "gzip"}])
async def test_a_genuine_token_does_not_open_the_door_for_another_kind_of_content(
    door: Door, header: dict[str, str]
) -> None:
    got, _ = await door.send(bearer(door.issuer.token(SERVICE)) | header, as_bytes(press()))
    assert (got, door.let_in) == (415, [])


@pytest.mark.parametrize(
    ("claims", "change"),
    [
        ({}, {}),
        ({"exp": -240}, {}),
        ({"nbf": 240}, {}),
        ({"serviceurl": "https://smba.trafficmanager.net/uk"}, {}),
        ({"tid": "whatever else it says"}, {}),
        ({}, {"channelData": {"tenant": {"id": TENANT.upper()}}}),
        ({}, {"channelData": {"team": {"id": "19:t"}}}),
    ],
)
async def test_the_genuine_one_is_let_in(door: Door, claims: Json, change: Json) -> None:
    said = {name: soon(value) if isinstance(value, int) else value for name, value in claims.items()}
    status, answer = await door.call(door.issuer.token(SERVICE, **said), press(**change))
    assert (status, answer["value"], len(door.let_in)) == (200, "Thank you", 1)


async def test_the_name_of_the_scheme_may_be_written_in_any_case(door: Door) -> None:
    token = door.issuer.token(SERVICE)
    status, _ = await door.send(bearer(token) | {"Authorization": f"bearer {token}"}, as_bytes(press()))
    assert status == 200


async def test_messages_and_events_are_checked_like_presses(door: Door) -> None:
    for activity in (inbound.message(ASHA, "status", SERVICE), inbound.activity("installationUpdate", ASHA, SERVICE)):
        assert (await door.send({"Content-Type": "application/json"}, as_bytes(activity)))[0] == 401
        assert door.let_in == []
        assert (await door.call(door.issuer.token(SERVICE), activity))[0] == 200
        door.let_in.clear()


async def test_a_new_key_works_at_once(door: Door) -> None:
    assert (await door.call(door.issuer.token(SERVICE)))[0] == 200
    old = door.issuer.token(SERVICE)
    door.issuer.rotate(keep=False)
    assert (await door.call(door.issuer.token(SERVICE)))[0] == 200
    assert door.issuer.fetches == 2
    assert (await door.call(old))[0] == 401, "the withdrawn key is gone"


async def test_made_up_keys_cannot_make_us_ask_the_issuer_again_and_again(door: Door) -> None:
    assert (await door.call(door.issuer.token(SERVICE)))[0] == 200
    for number in range(30):
        assert (await door.call(by_another(door.issuer, f"made-up-{number}")))[0] == 401
    assert door.issuer.fetches == 2
    assert (await door.call(door.issuer.token(SERVICE)))[0] == 200


async def test_without_the_issuers_keys_nobody_is_let_in_and_the_answer_is_a_503(door: Door) -> None:
    door.issuer.status = 500
    status, answer = await door.call(door.issuer.token(SERVICE))
    assert (status, door.let_in) == (503, [])
    assert "cannot be checked at the moment" in answer["error"]
    assert (await door.call(unsigned(door.issuer, "none")))[0] == 401
    assert door.issuer.asked == 1, "the issuer is left alone for a while"


async def test_why_a_request_was_refused_stands_in_our_log_once_and_without_the_token(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "bot.edge")
    token = door.issuer.token(SERVICE, aud="other")
    for _ in range(5):
        await door.call(token)
    await door.call(door.issuer.token(SERVICE), press(channelData={"tenant": {"id": ELSEWHERE}}))
    said = [(one.msg["event"], one.msg["why"]) for one in caplog.records]
    assert said == [
        ("A request was refused", "InvalidAudienceError"),
        (
            "A request with a genuine token was refused",
            f"the tenant '{ELSEWHERE}' is not on the list (LOOP_ALLOWED_TENANTS)",
        ),
    ]
    assert token not in caplog.text


def test_the_table_is_as_long_as_was_promised() -> None:
    assert len(UNPROVEN) + len(TRICKS) + len(NOT_OURS) >= 25
