"""A strict imitation of who signs what Microsoft sends to bots: metadata and keys over real HTTP on loopback.

Written from "Authentication with the Bot Connector API" (steps 2 to 4). It has RSA keys of its own, can rotate and
withdraw them, counts what is fetched, and breaks on request.
"""

from __future__ import annotations

import asyncio
import base64
import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from tests.teams_world import Json

APP = "5a1e0000-0000-4000-8000-00000000b07a"
ISSUER = "https://api.botframework.com"


@cache
def rsa_key(number: int, bits: int = 2048) -> RSAPrivateKey:
    """A key of its own for each number; made once, since making one takes long."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def number_text(number: int) -> str:
    """A big number as a JWK holds it."""
    return base64.urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()


@dataclass
class Signing:
    """One of the issuer's keys."""

    identity: str
    private: RSAPrivateKey
    endorsements: list[str] | None = field(default_factory=lambda: ["msteams", "webchat"])

    def published(self) -> Json:
        """The key as the list of keys shows it."""
        numbers = self.private.public_key().public_numbers()
        shown: Json = {
            "kty": "RSA", "use": "sig", "kid": self.identity, "x5t": self.identity, "n": number_text(numbers.n),
            "e": number_text(numbers.e),
        }  # fmt: skip
        return shown if self.endorsements is None else shown | {"endorsements": self.endorsements}


class Issuer:
    """The imitation. Use it as `async with Issuer() as issuer`, and give the bot `issuer.metadata_url`."""

    def __init__(self) -> None:
        self.keys = [Signing("key-1", rsa_key(1))]
        self.metadata: Json = {}
        """What replaces parts of the metadata."""
        self.key_list: Any = None
        """What replaces the whole list of keys."""
        self.status = 200
        self.slow = 0.0
        self.fetches = 0
        """How often the list of keys was asked for."""
        self.asked = 0
        """How often anything was asked for."""
        self.url = ""
        self._runner: web.AppRunner | None = None

    @property
    def metadata_url(self) -> str:
        return f"{self.url}/v1/.well-known/openidconfiguration"

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/v1/.well-known/openidconfiguration", self._metadata)
        app.router.add_get("/v1/.well-known/keys", self._keys)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def rotate(self, *, keep: bool = True) -> Signing:
        """Publish a new key and sign with it from now on; `keep` leaves the old ones published."""
        fresh = Signing(f"key-{len(self.keys) + 1}", rsa_key(len(self.keys) + 1))
        self.keys = [*(self.keys if keep else []), fresh]
        return fresh

    def claims(self, service_url: str, **others: Any) -> Json:
        """What a genuine token says; a claim given as None is left out."""
        now = int(time.time())
        genuine = {"iss": ISSUER, "aud": APP, "nbf": now, "exp": now + 3600, "serviceurl": service_url}
        return {name: value for name, value in (genuine | others).items() if value is not None}

    def token(self, service_url: str, *, key: Signing | None = None, head: Json | None = None, **others: Any) -> str:
        """A token signed with the latest key, unless told otherwise."""
        key = key or self.keys[-1]
        headers = {"kid": key.identity, "x5t": key.identity} | (head or {})
        return jwt.encode(self.claims(service_url, **others), key.private, algorithm="RS256", headers=headers)

    async def _metadata(self, _: web.Request) -> web.Response:
        self.asked += 1
        await asyncio.sleep(self.slow)
        genuine = {
            "issuer": ISSUER,
            "authorization_endpoint": "https://invalid.botframework.com",
            "jwks_uri": f"{self.url}/v1/.well-known/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        }
        return web.json_response(genuine | self.metadata, status=self.status)

    async def _keys(self, _: web.Request) -> web.Response:
        self.asked += 1
        self.fetches += 1
        whole = {"keys": [one.published() for one in self.keys]} if self.key_list is None else self.key_list
        return web.json_response(whole, status=self.status)
