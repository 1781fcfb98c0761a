"""The keys with which Microsoft signs what it sends to bots: fetched, kept for a while, and replaced when they change.

Bot Connector authentication, steps 2 and 3: the metadata names the list of keys; each key names the channels for
which it may sign (its endorsements). Times are in seconds.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from assurance.lines import lines
from bot.edge.addresses import origin_of

ISSUERS: Final = frozenset(
    {"https://api.botframework.com", "https://api.botframework.us", "https://api.botframework.azure.cn"}
)
"""Who issues tokens to bots: in the public cloud, and in Microsoft's sovereign ones."""
SIGNED_WITH: Final = "RS256"
RENEW_AFTER: Final = 6 * 3600.0
"""From this age on the keys are fetched again while they are still used."""
RENEW_FIRST_AFTER: Final = 24 * 3600.0
"""From this age on they are fetched again before they are used, so that a withdrawn key does not live on."""
KEPT_FOR: Final = 5 * 24 * 3600.0
"""At this age they are not used any more, even if no newer ones can be had (as in Microsoft's own SDK)."""
ASK_AGAIN_AFTER: Final = 10.0
"""The pause after a fetch that failed."""
UNKNOWN_AT_MOST_EVERY: Final = 60.0
"""How often a key that nobody has heard of may cause a fetch: anybody can make one up."""
_PATIENCE: Final = aiohttp.ClientTimeout(total=8, connect=4)
_MOST_BYTES: Final = 1024 * 1024
_MOST_KEYS: Final = 200
_LEAST_BITS: Final = 2048
_log = lines("bot.edge")


class KeysUnavailable(Exception):
    """There are no keys that may be used, so nothing can be verified at the moment."""


class Unusable(Exception):
    """What was fetched is not what an issuer publishes; the text says in what."""


@dataclass(frozen=True, slots=True)
class IssuerKey:
    """One key, and the channels for which it may sign."""

    public: RSAPublicKey
    endorsements: frozenset[str]


class IssuerKeys:
    """The keys of one issuer, by their ids. One fetch at a time, however many requests wait for it."""

    def __init__(self, metadata_url: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.issuer = ""
        """Who issues the tokens, once it is known."""
        self._metadata_url = metadata_url
        self._clock = clock
        self._keys: dict[str, IssuerKey] = {}
        self._fetched_at: float | None = None
        self._failed_at: float | None = None
        self._unknown_at: float | None = None
        self._flight: asyncio.Task[None] | None = None

    async def key(self, identity: str) -> IssuerKey | None:
        """The key of this id, None if the issuer has none such. Raises KeysUnavailable."""
        age = self._age()
        if age >= RENEW_FIRST_AFTER and self._since(self._failed_at) >= ASK_AGAIN_AFTER:
            await self._fetch()
        elif age >= RENEW_AFTER:
            self.renew_soon()
        if self._age() >= KEPT_FOR:
            raise KeysUnavailable
        found = self._keys.get(identity)
        if found is None and self._may_look_for_new():
            await self._fetch()
            found = self._keys.get(identity)
        return found

    def renew_soon(self) -> None:
        """Begin to fetch the keys in the background, unless that is going on or has just failed."""
        if self._flight is None and self._since(self._failed_at) >= ASK_AGAIN_AFTER:
            self._take_off()

    def _age(self) -> float:
        return self._since(self._fetched_at)

    def _since(self, moment: float | None) -> float:
        return float("inf") if moment is None else self._clock() - moment

    def _may_look_for_new(self) -> bool:
        """Joining a fetch that is going on is free; a fetch of its own is granted once in a while."""
        if self._flight is not None:
            return True
        if self._since(self._unknown_at) < UNKNOWN_AT_MOST_EVERY:
            return False
        self._unknown_at = self._clock()
        return True

    async def _fetch(self) -> None:
        await asyncio.shield(self._flight or self._take_off())

    def _take_off(self) -> asyncio.Task[None]:
        self._flight = asyncio.create_task(self._replace_keys())
        return self._flight

    async def _replace_keys(self) -> None:
        """Replace all keys by those that are published now; on any failure keep those that we have."""
        try:
            issuer, keys = await published(self._metadata_url)
            self.issuer, self._keys = issuer, keys
            self._fetched_at, self._failed_at = self._clock(), None
        except Exception as error:  # whatever went wrong, requests must be answered
            self._failed_at = self._clock()
            why = str(error) if isinstance(error, Unusable) else type(error).__name__
            _log.error("The issuer's keys could not be fetched", why=why)
        finally:
            self._flight = None


async def published(metadata_url: str) -> tuple[str, dict[str, IssuerKey]]:
    """The issuer and its keys, as they are published now. Raises Unusable, and what aiohttp raises."""
    async with aiohttp.ClientSession(timeout=_PATIENCE, cookie_jar=aiohttp.DummyCookieJar()) as session:
        metadata = await _json_at(session, metadata_url)
        issuer, keys_url = metadata.get("issuer"), metadata.get("jwks_uri")
        if issuer not in ISSUERS:
            raise Unusable("its metadata names an issuer that is not Microsoft's")
        if SIGNED_WITH not in (metadata.get("id_token_signing_alg_values_supported") or [SIGNED_WITH]):
            raise Unusable(f"it does not sign with {SIGNED_WITH}")
        if not isinstance(keys_url, str):
            raise Unusable("its metadata names no list of keys")
        return issuer, keys_in(await _json_at(session, keys_url))


async def _json_at(session: aiohttp.ClientSession, url: str) -> dict[str, Any]:
    if origin_of(url) is None:
        raise Unusable("an address in it is not https")
    async with session.get(url, allow_redirects=False) as answer:
        if answer.status != 200:
            raise Unusable(f"the answer was {answer.status}")
        content = await answer.content.read(_MOST_BYTES + 1)
        while len(content) <= _MOST_BYTES and (more := await answer.content.read(_MOST_BYTES)):
            content += more
    if len(content) > _MOST_BYTES:
        raise Unusable("the answer was too long")
    found = orjson.loads(content)
    if not isinstance(found, dict):
        raise Unusable("the answer was no object")
    return found


def keys_in(document: dict[str, Any]) -> dict[str, IssuerKey]:
    """The usable keys of a published list, by id: RSA, for signing, and not too short. Raises where there is none."""
    listed = document.get("keys")
    found = {}
    for one in listed[:_MOST_KEYS] if isinstance(listed, list) else []:
        if isinstance(one, dict) and isinstance(one.get("kid"), str) and (key := _key_from(one)) is not None:
            found[one["kid"]] = key
    if not found:
        raise Unusable("it publishes no key that can be used")
    return found


def _key_from(published: dict[str, Any]) -> IssuerKey | None:
    if published.get("kty") != "RSA" or published.get("use", "sig") != "sig":
        return None
    if published.get("alg", SIGNED_WITH) != SIGNED_WITH:
        return None
    try:
        public = jwt.PyJWK.from_dict(published, algorithm=SIGNED_WITH).key
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    if not isinstance(public, RSAPublicKey) or public.key_size < _LEAST_BITS:
        return None
    named = published.get("endorsements")
    endorsements = [one for one in named if isinstance(one, str)] if isinstance(named, list) else []
    return IssuerKey(public, frozenset(endorsements))
