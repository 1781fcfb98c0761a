"""How long the issuer's keys are used, when they are fetched again, and which of them count."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from bot.edge.gate import Sparingly
from bot.edge.issuer_keys import IssuerKeys, KeysUnavailable, keys_in
from tests.issuer import Issuer, Signing, rsa_key

HOUR = 3600.0
DAY = 24 * HOUR


class Seconds:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    async with Issuer() as running:
        yield running


async def known(issuer: Issuer) -> tuple[IssuerKeys, Seconds]:
    """Keys that were fetched a moment ago."""
    clock = Seconds()
    keys = IssuerKeys(issuer.metadata_url, clock=clock)
    assert await keys.key("key-1") is not None
    return keys, clock


async def in_the_background(keys: IssuerKeys) -> None:
    assert keys._flight is not None
    await keys._flight


async def test_keys_are_fetched_once_for_many_requests_that_wait(issuer: Issuer) -> None:
    issuer.slow = 0.05
    keys = IssuerKeys(issuer.metadata_url)
    found = await asyncio.gather(*(keys.key("key-1") for _ in range(50)))
    assert all(found) and issuer.fetches == 1
    assert keys.issuer == "https://api.botframework.com"


async def test_a_request_that_gives_up_does_not_stop_the_fetch_for_the_others(issuer: Issuer) -> None:
    issuer.slow = 0.05
    keys = IssuerKeys(issuer.metadata_url)
    impatient = asyncio.create_task(keys.key("key-1"))
    patient = asyncio.create_task(keys.key("key-1"))
    await asyncio.sleep(0.01)
    impatient.cancel()
    assert await patient is not None and issuer.fetches == 1


async def test_old_keys_are_renewed_in_the_background_and_used_meanwhile(issuer: Issuer) -> None:
    keys, clock = await known(issuer)
    issuer.slow = 0.05
    clock.now += 7 * HOUR
    assert await keys.key("key-1") is not None
    assert issuer.fetches == 1
    await in_the_background(keys)
    assert issuer.fetches == 2


async def test_after_a_day_a_withdrawn_key_is_not_used_even_once(issuer: Issuer) -> None:
    keys, clock = await known(issuer)
    issuer.rotate(keep=False)
    clock.now += 25 * HOUR
    assert await keys.key("key-1") is None
    assert await keys.key("key-2") is not None


async def test_while_the_issuer_is_away_the_keys_last_five_days_and_no_longer(issuer: Issuer) -> None:
    keys, clock = await known(issuer)
    issuer.status = 503
    clock.now += 4 * DAY
    assert await keys.key("key-1") is not None
    clock.now += 2 * DAY
    with pytest.raises(KeysUnavailable):
        await keys.key("key-1")
    issuer.status = 200
    with pytest.raises(KeysUnavailable):
        await keys.key("key-1")
    clock.now += 11
    assert await keys.key("key-1") is not None


async def test_a_key_that_nobody_knows_is_looked_for_once_a_minute(issuer: Issuer) -> None:
    keys, clock = await known(issuer)
    for number in range(20):
        assert await keys.key(f"made-up-{number}") is None
        clock.now += 2.9
    assert issuer.fetches == 2
    clock.now += 5
    issuer.rotate()
    assert await keys.key("key-2") is not None
    assert issuer.fetches == 3


BROKEN: dict[str, dict[str, Any]] = {
    "an issuer that is not Microsoft's": {"metadata": {"issuer": "https://issuer.example.org"}},
    "another algorithm": {"metadata": {"id_token_signing_alg_values_supported": ["ES256"]}},
    "no list of keys": {"metadata": {"jwks_uri": None}},
    "keys over plain http": {"metadata": {"jwks_uri": "http://keys.example.org/"}},
    "a list without keys": {"key_list": {"keys": []}},
    "a list that is none": {"key_list": ["keys"]},
    "a list of nonsense": {"key_list": {"keys": [7, {}, {"kid": "x"}, {"kid": "y", "kty": "RSA", "n": "", "e": "?"}]}},
    "an error": {"status": 404},
    "a redirect": {"status": 302},
}


@pytest.mark.parametrize("what", BROKEN)
async def test_what_is_not_what_an_issuer_publishes_is_not_believed(issuer: Issuer, what: str) -> None:
    for name, value in BROKEN[what].items():
        setattr(issuer, name, value)
    with pytest.raises(KeysUnavailable):
        await IssuerKeys(issuer.metadata_url).key("key-1")


@pytest.mark.parametrize("what", BROKEN)
async def test_and_the_keys_that_we_have_are_kept(issuer: Issuer, what: str) -> None:
    keys, clock = await known(issuer)
    for name, value in BROKEN[what].items():
        setattr(issuer, name, value)
    clock.now += 2 * DAY
    assert await keys.key("key-1") is not None


async def test_metadata_over_plain_http_from_elsewhere_is_not_even_asked_for() -> None:
    with pytest.raises(KeysUnavailable):
        await IssuerKeys("http://login.example.org/openid").key("key-1")


def test_of_the_published_keys_only_those_count_that_may_sign_and_are_long_enough() -> None:
    good = Signing("good", rsa_key(1)).published()
    curve = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    from tests.issuer import number_text

    listed = [
        good,
        good | {"kid": "for encryption", "use": "enc"},
        good | {"kid": "another algorithm", "alg": "RS512"},
        good | {"kid": 7},
        Signing("too short", rsa_key(101, 1024)).published(),
        {"kty": "EC", "crv": "P-256", "kid": "a curve", "x": number_text(curve.x), "y": number_text(curve.y)},
        {"kty": "oct", "kid": "a secret", "k": "c2VjcmV0"},
        good | {"kid": "odd endorsements", "endorsements": "msteams"},
    ]
    found = keys_in({"keys": listed})
    assert set(found) == {"good", "odd endorsements"}
    assert found["good"].endorsements == {"msteams", "webchat"}
    assert found["odd endorsements"].endorsements == set()


def test_a_warning_is_written_once_a_minute_with_how_often_it_came(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "bot.edge")
    clock = Seconds()
    tell = Sparingly(clock)
    for _ in range(10):
        tell("Refused", "no token")
    clock.now += 61
    tell("Refused", "no token")
    for number in range(1500):
        tell("Refused", f"tenant {number}")
    assert len(tell._told) <= 1000
    said = [(one.msg["event"], one.msg["why"], one.msg["unsaid"]) for one in caplog.records]
    assert said[:2] == [("Refused", "no token", 0), ("Refused", "no token", 9)]
