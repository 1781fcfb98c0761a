"""Who is let in: the one place for checks of where a request comes from, closed unless opened."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

_PASSED_ON = ("Forwarded", "X-Forwarded-For", "X-Real-IP")


class CannotStart(Exception):
    """The settings do not allow the service to start; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that is not let in: the HTTP status (401 or 403) and a short sentence."""

    status: int
    why: str


class Gate(Protocol):
    """Decides whether a request is let in."""

    async def admit(self, headers: Mapping[str, str], activity: dict[str, Any], peer: str) -> Refusal | None:
        """None lets the activity in. `peer` is the address at the other end, "" if unknown."""


class ClosedGate:
    """Lets nothing in: the gate of a service with credentials, until tokens can be checked."""

    async def admit(self, headers: Mapping[str, str], activity: dict[str, Any], peer: str) -> Refusal | None:
        """Always refuses."""
        return Refusal(401, "This request does not carry a token that can be accepted.")


class PlaygroundGate:
    """Practice without credentials: only programs on this machine, named by a loopback address.

    A request that a proxy passed on, or that names another host (a web page rebinding its name), is refused.
    """

    async def admit(self, headers: Mapping[str, str], activity: dict[str, Any], peer: str) -> Refusal | None:
        """Lets in loopback peers whose service address is on this machine too."""
        if not is_loopback(peer) or any(name in headers for name in _PASSED_ON):
            return Refusal(403, "Practice mode only answers programs on this machine.")
        if not is_loopback(_host_of(f"//{headers.get('Host', '')}")):
            return Refusal(403, "Practice mode only answers requests to this machine's own address.")
        service_url = activity.get("serviceUrl")
        if service_url and not (isinstance(service_url, str) and is_loopback(_host_of(service_url))):
            return Refusal(403, "Practice mode only talks to a service on this machine.")
        return None


class GateSettings(Protocol):
    """The settings that choose the gate (`LOOP_PLAYGROUND`, `LOOP_HOST`, `LOOP_APP_…`)."""

    @property
    def playground(self) -> bool: ...
    @property
    def host(self) -> str: ...
    @property
    def app_id(self) -> str | None: ...
    @property
    def app_auth(self) -> str | None: ...
    @property
    def app_password(self) -> object: ...
    @property
    def app_certificate(self) -> object: ...


def gate_for(settings: GateSettings) -> Gate:
    """The gate for these settings; raises CannotStart where none would be safe."""
    credentials = bool(
        settings.app_id
        and (settings.app_auth == "managed-identity" or settings.app_password or settings.app_certificate)
    )
    if settings.playground:
        if settings.app_id or credentials:
            raise CannotStart(
                "LOOP_PLAYGROUND is for practice without credentials. Please unset it, or unset LOOP_APP_ID."
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
    if not credentials:
        raise CannotStart(
            "LOOP_APP_ID is set without a credential. Please set LOOP_APP_PASSWORD or LOOP_APP_CERTIFICATE, "
            "or LOOP_APP_AUTH=managed-identity."
        )
    return ClosedGate()


def is_loopback(host: str) -> bool:
    """Whether this host name or address is this machine itself."""
    if host.casefold() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
