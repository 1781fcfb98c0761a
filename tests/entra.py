"""A strict imitation of where an app gets its token: Entra's v2 endpoint over TLS, and a managed identity.

It knows one registration in one tenant, with a secret or a certificate, and refuses whatever Entra would refuse, with
Entra's own codes. Its certificate is from an authority of its own, which only the test trusts.
"""

from __future__ import annotations

import base64
import ipaddress
import ssl
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any, Self

import jwt
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from tests.issuer import APP, rsa_key
from tests.teams_world import TENANT, Json

SECRET = "the-client-secret"
SCOPE = "https://api.botframework.com/.default"
ENDS = date(2027, 3, 31)


@dataclass(frozen=True)
class Pair:
    """A certificate and its key."""

    key: RSAPrivateKey
    certificate: x509.Certificate

    def pem(self, passphrase: str = "") -> bytes:
        """Both in one PEM file."""
        how = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how) + self.certificate.public_bytes(
            Encoding.PEM
        )

    def pfx(self, passphrase: str = "") -> bytes:
        """Both in one PFX file."""
        how = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
        return pkcs12.serialize_key_and_certificates(b"bot", self.key, self.certificate, None, how)

    @property
    def thumbprint(self) -> str:
        """As a client assertion names it (x5t#S256)."""
        return base64.urlsafe_b64encode(self.certificate.fingerprint(hashes.SHA256())).rstrip(b"=").decode()


@cache
def made(number: int, name: str = "learning-loop", ends: date = ENDS) -> Pair:
    """A certificate that signs itself, for 127.0.0.1 as well, valid through a day."""
    key = rsa_key(number)
    called = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    end = datetime(ends.year, ends.month, ends.day, 12, tzinfo=UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder().subject_name(called).issuer_name(called).public_key(key.public_key())
        .serial_number(number + 1).not_valid_before(end - timedelta(days=3650)).not_valid_after(end)
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    return Pair(key, certificate)


class Entra:
    """The imitation. Use it as `async with Entra(folder) as entra`; `entra.authorities` is the file to trust."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.authorities = folder / "authorities.pem"
        self.certificates = [made(20)]
        """Those uploaded to the registration."""
        self.expires_in = 3599
        self.refusal: tuple[int, Json] | None = None
        self.tokens = 0
        """How many tokens were given."""
        self.asked = 0
        self.ahead = timedelta()
        """How far its clock is ahead of ours."""
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.on_response_prepare.append(self._dated)
        app.router.add_get("/{tenant}/v2.0/.well-known/openid-configuration", self._metadata)
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        app.router.add_get("/msi/token", self._managed_identity)
        own = made(21, "entra", date.today() + timedelta(days=30))
        served = self._folder / "entra.pem"
        served.write_bytes(own.pem())
        self.authorities.write_bytes(own.certificate.public_bytes(Encoding.PEM))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(served)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=context).start()
        self.url = f"https://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def token_url(self) -> str:
        return f"{self.url}/{TENANT}/oauth2/v2.0/token"

    async def _dated(self, _: web.Request, answer: web.StreamResponse) -> None:
        answer.headers["Date"] = format_datetime(datetime.now(UTC) + self.ahead, usegmt=True)

    async def _metadata(self, request: web.Request) -> web.Response:
        if request.match_info["tenant"] != TENANT:
            return web.json_response({"error": "invalid_tenant", "error_description": "AADSTS90002"}, status=400)
        base = f"{self.url}/{TENANT}"
        body = {
            "issuer": f"{base}/v2.0",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
        }
        return web.json_response(body)

    async def _token(self, request: web.Request) -> web.Response:
        self.asked += 1
        if self.refusal is not None:
            return web.json_response(self.refusal[1], status=self.refusal[0])
        asked = {name: str(value) for name, value in (await request.post()).items()}
        if asked.get("grant_type") != "client_credentials":
            return _no("unsupported_grant_type", "AADSTS70003")
        if asked.get("client_id") != APP:
            return _no("unauthorized_client", "AADSTS700016")
        if asked.get("scope") != SCOPE:
            return _no("invalid_scope", "AADSTS70011")
        if "client_assertion" in asked:
            fault = self._fault_in(asked)
        else:
            fault = "" if asked.get("client_secret") == SECRET else "AADSTS7000215"
        return _no("invalid_client", fault) if fault else self._given()

    def _fault_in(self, asked: dict[str, str]) -> str:
        """What is wrong with a client assertion: it must be signed by an uploaded certificate, for this endpoint."""
        if asked.get("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer":
            return "AADSTS50027"
        head = jwt.get_unverified_header(asked["client_assertion"])
        pair = next((one for one in self.certificates if one.thumbprint == str(head.get("x5t#S256")).rstrip("=")), None)
        if pair is None:
            return "AADSTS700027"
        try:
            jwt.decode(
                asked["client_assertion"], pair.key.public_key(), algorithms=["PS256"], audience=self.token_url,
                issuer=APP, options={"require": ["exp", "sub", "jti", "aud", "iss"]},
            )  # fmt: skip
        except jwt.PyJWTError:
            return "AADSTS700027"
        return ""

    async def _managed_identity(self, request: web.Request) -> web.Response:
        """As an Azure web app offers it (IDENTITY_ENDPOINT, IDENTITY_HEADER)."""
        self.asked += 1
        if request.headers.get("X-IDENTITY-HEADER") != "the-header":
            return web.json_response({"statusCode": 401, "message": "no"}, status=401)
        wanted = {"resource": "https://api.botframework.com", "client_id": APP, "api-version": "2019-08-01"}
        if dict(request.query) != wanted:
            return web.json_response({"statusCode": 400, "message": "no identity"}, status=400)
        self.tokens += 1
        body = {
            "access_token": f"managed-{self.tokens}", "token_type": "Bearer", "resource": wanted["resource"],
            "expires_on": str(int(time.time()) + self.expires_in), "client_id": APP,
        }  # fmt: skip
        return web.json_response(body)

    def _given(self) -> web.Response:
        self.tokens += 1
        body: Json = {
            "token_type": "Bearer", "expires_in": self.expires_in, "ext_expires_in": self.expires_in,
            "access_token": f"token-{self.tokens}",
        }  # fmt: skip
        return web.json_response(body)


def _no(error: str, code: str) -> web.Response:
    body: dict[str, Any] = {"error": error, "error_description": f"{code}: Not so. Trace ID: 0", "error_codes": [1]}
    return web.json_response(body, status=400 if error == "unauthorized_client" else 401)
