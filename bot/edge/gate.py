"""Who is let in: the one place for checks of where a request comes from, closed unless opened.

A caller learns only that it was refused; why stands in our log (docs/decisions/14-who-is-calling.md).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from assurance.lines import lines
from bot.edge.addresses import ServiceHosts, host_of, hosts_with, is_loopback
from bot.edge.credentials import CredentialSettings, is_guid, way_to_sign_in
from bot.edge.incoming import hosting_tenant
from bot.edge.issuer_keys import IssuerKey, IssuerKeys, KeysUnavailable
from bot.edge.starting import CannotStart
from bot.edge.tokens import NotAccepted, claims_of, key_named_in, token_in

CHANNEL: Final = "msteams"
_PASSED_ON = ("Forwarded", "X-Forwarded-For", "X-Real-IP")
_log = lines("bot.edge")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that is not let in: the HTTP status (401, 403 or 503) and a short sentence."""

    status: int
    why: str


NOT_PROVEN: Final = Refusal(401, "This request does not carry a token that can be accepted.")
NOT_ALLOWED: Final = Refusal(403, "This request is not allowed here.")
NOT_NOW: Final = Refusal(503, "Requests cannot be checked at the moment. Please try again later.")


class Gate(Protocol):
    """Decides whether a request is let in."""

    async def admit(self, headers: Mapping[str, str], activity: dict[str, Any], peer: str) -> Refusal | None:
        """None lets the activity in. `peer` is the address at the other end, "" if unknown."""


class TokenGate:
    """Lets in what Microsoft sent to this bot from Teams, in a tenant that is allowed.

    Every check must pass: the token (401), then what the activity says of itself (403). Where the issuer's keys
    cannot be had, nothing can be proven (503).
    """

    def __init__(self, keys: IssuerKeys, *, app_id: str, tenants: Collection[str], hosts: ServiceHosts) -> None:
        if not app_id or not tenants or not all(tenants):
            raise CannotStart("Without LOOP_APP_ID and a tenant nobody can be told apart. Please set both.")
        self.keys = keys
        self._app_id = app_id
        self._tenants = frozenset(one.lower() for one in tenants)
        self._hosts = hosts
        self._tell = Sparingly()

    async def admit(self, headers: Mapping[str, str], activity: dict[str, Any], peer: str) -> Refusal | None:
        """Lets in what passes every check."""
        try:
            token = token_in(headers)
            key = await self.keys.key(key_named_in(token))
            if key is None:
                raise NotAccepted("signed with a key that the issuer does not publish")
            claims = claims_of(token, key, app_id=self._app_id, issuer=self.keys.issuer)
        except NotAccepted as why:
            self._tell("A request was refused", str(why))
            return NOT_PROVEN
        except KeysUnavailable:
            self._tell("A request was refused", "the issuer's keys cannot be had")
            return NOT_NOW
        problem = misfit(activity, claims, key, self._tenants, self._hosts)
        if problem is not None:
            self._tell("A request with a genuine token was refused", problem)
            return NOT_ALLOWED
        return None


def misfit(
    activity: dict[str, Any], claims: Mapping[str, Any], key: IssuerKey, tenants: Collection[str],
    hosts: ServiceHosts,
) -> str | None:  # fmt: skip
    """Why an activity does not fit its genuine token, or is from a place that is not ours; None if all is well.

    The tenant is the one that hosts the conversation; who the person is, and what they may do, is decided by what
    they hold (`bot/turns.py`), wherever they come from.
    """
    if activity.get("channelId") != CHANNEL:
        return "it does not come from Teams"
    if CHANNEL not in key.endorsements:
        return "its key may not sign for Teams"
    service_url, claimed = activity.get("serviceUrl"), claims.get("serviceurl")
    if not isinstance(service_url, str) or not isinstance(claimed, str):
        return "it does not say where to answer"
    if service_url.rstrip("/") != claimed.rstrip("/"):
        return "its service address is not the one in its token"
    if not hosts.know(service_url):
        return f"the service address {host_of(service_url)!r} is none of Teams's (LOOP_SERVICE_URLS)"
    tenant = hosting_tenant(activity)
    if tenant.lower() not in tenants:
        return f"the tenant {tenant!r} is not on the list (LOOP_ALLOWED_TENANTS)"
    return None


class Sparingly:
    """Writes each warning at most once a minute, with how many were left unsaid, so that nobody can fill the log."""

    EVERY: Final = 60.0
    _KINDS: Final = 1_000

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._told: dict[str, tuple[float, int]] = {}

    def __call__(self, what: str, why: str) -> None:
        now = self._clock()
        told_at, unsaid = self._told.get(why, (float("-inf"), 0))
        if now - told_at < self.EVERY:
            self._told[why] = (told_at, unsaid + 1)
            return
        if len(self._told) >= self._KINDS:
            self._told.clear()
        self._told[why] = (now, 0)
        _log.warning(what, why=why, unsaid=unsaid)


class PlaygroundGate:
    """Practice without credentials: only programs on this machine, named by a loopback address.

    A request that a proxy passed on, or that names another host (a web page rebinding its name), is refused.
    """

    async def admit(self, headers: Mapping[str, str], activity: dict[str, Any], peer: str) -> Refusal | None:
        """Lets in loopback peers whose service address is on this machine too."""
        if not is_loopback(peer) or any(name in headers for name in _PASSED_ON):
            return Refusal(403, "Practice mode only answers programs on this machine.")
        if not is_loopback(host_of(f"//{headers.get('Host', '')}")):
            return Refusal(403, "Practice mode only answers requests to this machine's own address.")
        service_url = activity.get("serviceUrl")
        if service_url and not (isinstance(service_url, str) and is_loopback(host_of(service_url))):
            return Refusal(403, "Practice mode only talks to a service on this machine.")
        return None


class GateSettings(CredentialSettings, Protocol):
    """The settings that choose the gate (`LOOP_PLAYGROUND`, `LOOP_HOST`, `LOOP_APP_…`, `LOOP_ALLOWED_TENANTS`…)."""

    @property
    def playground(self) -> bool: ...
    @property
    def host(self) -> str: ...
    @property
    def allowed_tenants(self) -> tuple[str, ...]: ...
    @property
    def openid_metadata_url(self) -> str: ...
    @property
    def service_urls(self) -> tuple[str, ...]: ...


def gate_for(settings: GateSettings) -> Gate:
    """The gate for these settings; raises CannotStart where none would be safe."""
    if settings.playground:
        if settings.app_id or settings.app_password or settings.app_certificate or settings.app_auth:
            raise CannotStart(
                "LOOP_PLAYGROUND is for practice without credentials. Please unset it, or unset LOOP_APP_ID and "
                "what belongs to it."
            )
        if not is_loopback(settings.host):
            raise CannotStart(
                f"Practice mode has no passwords, so it only runs on this machine's own address. "
                f"LOOP_HOST is {settings.host}; please set it to 127.0.0.1."
            )
        return PlaygroundGate()
    if not settings.app_id:
        raise CannotStart(
            "There are no credentials, so nobody could be told apart. Please set LOOP_APP_ID and its "
            "credential, or set LOOP_PLAYGROUND=1 to practise on this machine."
        )
    way_to_sign_in(settings)
    tenants = settings.allowed_tenants or (settings.app_tenant_id,)
    for wrong in (one for one in tenants if not is_guid(one)):
        raise CannotStart(
            f'LOOP_ALLOWED_TENANTS names "{wrong}", which is no tenant id. '
            "Each is written like 1b2c3d4e-0000-4000-8000-000000000000."
        )
    return TokenGate(
        IssuerKeys(settings.openid_metadata_url), app_id=settings.app_id, tenants=tenants,
        hosts=service_hosts(settings),
    )  # fmt: skip


def service_hosts(settings: GateSettings) -> ServiceHosts:
    """The service addresses that are trusted; raises CannotStart where one of the settings cannot be read."""
    try:
        return hosts_with(settings.service_urls)
    except ValueError as wrong:
        raise CannotStart(
            f'LOOP_SERVICE_URLS has "{wrong}". Write each as a host name or an https address without a query.'
        ) from None


__all__ = [
    "CannotStart", "Gate", "PlaygroundGate", "Refusal", "TokenGate", "gate_for", "is_loopback", "service_hosts",
]  # fmt: skip
