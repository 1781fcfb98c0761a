"""The token with which we call Teams: fetched off the event loop, kept, and renewed before it runs out."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Final, Literal, Protocol
from urllib.parse import urlsplit

import msal
import requests

from assurance.lines import lines
from bot.edge.addresses import host_of
from bot.edge.connector import Token, no_token
from bot.edge.credentials import CredentialSettings, Way, certificate_in, way_to_sign_in
from bot.edge.outcomes import NotSignedIn
from bot.edge.starting import CannotStart

RENEW_BEFORE: Final = 300.0
"""So many seconds before a token runs out, a new one is fetched in the background."""
LEAST_LEFT: Final = 30.0
"""A token with less time left than this, in seconds, is not sent any more: the call itself takes time."""
ASK_AGAIN_AFTER: Final = 15.0
"""The pause after a fetch that failed, in seconds."""
LOOK_AGAIN_AFTER: Final = 60.0
"""When what could not be sent for want of a token is tried again, in seconds."""
_PATIENCE: Final = 10
_RESOURCES: Final = {
    "login.microsoftonline.us": "https://api.botframework.us",
    "login.partner.microsoftonline.cn": "https://api.botframework.azure.cn",
}
"""What a token must be for, in Microsoft's sovereign clouds."""
_RESOURCE: Final = "https://api.botframework.com"
_CODE: Final = re.compile(r"AADSTS\d+")
_log = lines("bot.edge")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A fresh token, and for how many seconds it is good."""

    token: str
    seconds: float


class CannotSignIn(Exception):
    """Microsoft gave no token; the text says why, in words that an officer can read."""


class OurToken:
    """Gives the token. One fetch at a time; while the old one is good, nobody waits for the new one."""

    def __init__(self, fetch: Callable[[], Fetched], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._held: Fetched | None = None
        self._good_until = float("-inf")
        self._failed_at: float | None = None
        self._why = ""
        self._flight: asyncio.Task[None] | None = None

    async def __call__(self) -> str:
        """The token. Raises NotSignedIn, an outcome after which nothing was done, where there is none."""
        if self.seconds_left < RENEW_BEFORE and self._may_ask():
            self._flight = asyncio.create_task(self._renew())
        if self.seconds_left < LEAST_LEFT and self._flight is not None:
            await asyncio.shield(self._flight)
        if self._held is None or self.seconds_left < LEAST_LEFT:
            raise NotSignedIn(LOOK_AGAIN_AFTER, self._why or "We could not sign in to Microsoft.")
        return self._held.token

    @property
    def seconds_left(self) -> float:
        """For how long the token that is held is good; zero or less where there is none."""
        return self._good_until - self._clock()

    def _may_ask(self) -> bool:
        rested = self._failed_at is None or self._clock() - self._failed_at >= ASK_AGAIN_AFTER
        return self._flight is None and rested

    async def _renew(self) -> None:
        """Fetch a new token; on any failure keep the old one."""
        try:
            asked_at = self._clock()
            self._held = await asyncio.to_thread(self._fetch)
            self._good_until = asked_at + self._held.seconds
            self._failed_at, self._why = None, ""
        except Exception as error:  # whatever went wrong: the next call asks again after a while
            self._failed_at = self._clock()
            self._why = str(error) if isinstance(error, CannotSignIn) else "Microsoft could not be reached."
            _log.error("No token was given to us", why=self._why, error=type(error).__name__)
        finally:
            self._flight = None


class TokenSettings(CredentialSettings, Protocol):
    """The settings that say how to sign in, and where (`LOOP_TOKEN_URL`)."""

    @property
    def playground(self) -> bool: ...
    @property
    def token_url(self) -> str: ...


def token_for(settings: TokenSettings) -> Token:
    """What gives our token, or none in practice, where there are no credentials."""
    if settings.playground or not (settings.app_auth or settings.app_password or settings.app_certificate):
        return no_token
    way = way_to_sign_in(settings)
    authority_of(settings)
    return OurToken(lambda: _fetch(settings, way))


def authority_of(settings: TokenSettings) -> str:
    """Where Entra signs us in: the registration's own tenant, unless LOOP_TOKEN_URL names another. Or CannotStart."""
    told = settings.token_url or f"https://login.microsoftonline.com/{settings.app_tenant_id}"
    parts = urlsplit(told)
    if parts.scheme != "https" or not parts.netloc:
        raise CannotStart(f'LOOP_TOKEN_URL is "{settings.token_url}". Please give an https address.')
    return f"https://{parts.netloc}/{parts.path.strip('/').partition('/')[0] or settings.app_tenant_id}"


@dataclass(frozen=True, slots=True)
class Attempt:
    """How a trial went: for how many seconds a token would be good, or what stood in the way.

    `code`: Entra's own, such as AADSTS7000215. `ahead`: by how many seconds our clock is ahead of Microsoft's, where
    that was said.
    """

    seconds: float = 0.0
    problem: Literal["", "refused", "tenant", "network", "untrusted", "other"] = ""
    code: str = ""
    ahead: float | None = None


def try_to_sign_in(settings: TokenSettings) -> Attempt:
    """Ask for a token as the service does, and keep nothing. Blocks: call it in a thread. Raises CannotStart."""
    way = way_to_sign_in(settings)
    session = _PatientSession()
    try:
        return Attempt(_fetch(settings, way, session).seconds, ahead=session.ahead)
    except CannotSignIn as refused:
        found = _CODE.search(str(refused))
        return Attempt(problem="refused", code=found.group() if found else "", ahead=session.ahead)
    except requests.exceptions.SSLError:
        return Attempt(problem="untrusted")
    except requests.exceptions.RequestException:
        return Attempt(problem="network", ahead=session.ahead)
    except CannotStart:
        raise
    except ValueError:  # what MSAL makes of a tenant that is not there
        return Attempt(problem="other" if way == "managed-identity" else "tenant", ahead=session.ahead)
    except Exception:
        return Attempt(problem="other", ahead=session.ahead)


def _fetch(settings: TokenSettings, way: Way, session: _PatientSession | None = None) -> Fetched:
    """Fetch a token. Blocks: call it in a thread."""
    with session or _PatientSession() as using:
        if way == "managed-identity":
            return _by_managed_identity(settings, using)
        return _by_credential(settings, using, certificate=way == "certificate")


def _by_credential(settings: TokenSettings, session: _PatientSession, *, certificate: bool) -> Fetched:
    """Sign in with the secret or the certificate.

    The client is made anew each time, since a renewed certificate is read from its file, and MSAL's own cache would
    give an old token back.
    """
    credential: str | dict[str, str] = settings.app_password
    if certificate:
        held = certificate_in(settings.app_certificate, settings.app_password)
        credential = {"private_key": held.private_key, "public_certificate": held.public}
    authority = authority_of(settings)
    resource = _RESOURCES.get(host_of(authority), _RESOURCE)
    client = msal.ConfidentialClientApplication(
        settings.app_id, client_credential=credential, authority=authority, instance_discovery=False,
        http_client=session,
    )  # fmt: skip
    return _given(client.acquire_token_for_client(scopes=[f"{resource}/.default"]))


def _by_managed_identity(settings: TokenSettings, session: _PatientSession) -> Fetched:
    """Sign in as the managed identity of the machine that we run on."""
    resource = _RESOURCES.get(host_of(settings.token_url), _RESOURCE)
    identity = msal.UserAssignedManagedIdentity(client_id=settings.app_id)
    client = msal.ManagedIdentityClient(identity, http_client=session)
    return _given(client.acquire_token_for_client(resource=resource))


class _PatientSession(requests.Session):
    """A session that does not wait for ever, and hears what time it is at the other end."""

    ahead: float | None = None
    """By how many seconds our clock is ahead of the one there."""

    def request(self, *given: Any, **named: Any) -> requests.Response:
        asked_at = time.time()
        answer = super().request(*given, **({"timeout": _PATIENCE} | named))
        with suppress(ValueError, TypeError):  # no date, or none that can be read
            there = parsedate_to_datetime(answer.headers.get("Date", "")).timestamp()
            self.ahead = (asked_at + time.time()) / 2 - there - 0.5  # it is told in whole seconds
        return answer


def _given(answer: dict[str, Any]) -> Fetched:
    token = answer.get("access_token")
    if isinstance(token, str) and token:
        return Fetched(token, float(answer.get("expires_in", 0)))
    code = _CODE.search(str(answer.get("error_description", "")))
    named = code.group() if code else str(answer.get("error", "no reason given"))[:60]
    raise CannotSignIn(
        f"Microsoft did not accept the app's credential ({named}). Whoever runs the service should look at it."
    )
