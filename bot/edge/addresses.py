"""Which service addresses are Teams's own: we are called from there, and no token of ours goes anywhere else."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

TEAMS: Final = frozenset(
    {
        "https://smba.trafficmanager.net",
        "https://smba.onyx.prod.teams.trafficmanager.net",
        "https://smba.infra.gcc.teams.microsoft.com",
    }
)
"""Where the Bot connector of Teams answers in the public cloud (docs/decisions/14 names the source)."""
_PORTS: Final = {"https": 443, "http": 80}


@dataclass(frozen=True)
class ServiceHosts:
    """The service addresses that are trusted: those of Teams, and the `more` that LOOP_SERVICE_URLS names."""

    more: frozenset[str] = frozenset()

    def know(self, service_url: str) -> bool:
        """Whether this address lies on a host that is trusted. The scheme, host and port count, not the path."""
        origin = origin_of(service_url)
        return origin is not None and (origin in TEAMS or origin in self.more)


def hosts_with(listed: Iterable[str]) -> ServiceHosts:
    """Teams's hosts and those listed, each a host name or an https address; raises ValueError with the bad one."""
    origins = set()
    for one in listed:
        origin = origin_of(one if "://" in one else f"https://{one}")
        if origin is None:
            raise ValueError(one)
        origins.add(origin)
    return ServiceHosts(frozenset(origins))


@lru_cache(maxsize=256)
def origin_of(url: str) -> str | None:
    """The scheme, host and port of an address, the usual port left out; None if nothing may be sent there.

    Plain http is only for this machine. An address with a user name, a query or a fragment is none of Teams's.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    if not host or not secure or "@" in parts.netloc or parts.query or parts.fragment:
        return None
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}" + ("" if port in (None, _PORTS[parts.scheme]) else f":{port}")


def host_of(url: str) -> str:
    """The host name in an address, "" where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


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
