"""Whether a token is genuine and meant for us: Bot Connector authentication, step 4, as rules without I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import jwt

from bot.edge.issuer_keys import SIGNED_WITH, IssuerKey

SKEW: Final = 300
"""How far the clocks may differ, in seconds (Microsoft: five minutes)."""
_MUST_HAVE: Final = ["aud", "exp", "iss", "nbf"]
_LONGEST: Final = 16 * 1024
_WRITTEN: Final = re.compile(r"[A-Za-z0-9_.=-]+")
"""What a token may be written with; the header may hold any byte."""


class NotAccepted(Exception):
    """The token proves nothing. The text is for our log alone; the caller is not told."""


def token_in(headers: Mapping[str, str]) -> str:
    """The one bearer token of a request. Raises NotAccepted where there is none, or more than one header."""
    given = [value for name, value in headers.items() if name.lower() == "authorization"]
    if not given:
        raise NotAccepted("no token")
    if len(given) > 1:
        raise NotAccepted("more than one Authorization header")
    scheme, _, token = given[0].partition(" ")
    if scheme.lower() != "bearer" or len(token) > _LONGEST or not _WRITTEN.fullmatch(token):
        raise NotAccepted("no bearer token")
    return token


def key_named_in(token: str) -> str:
    """The id of the key with which a token says that it is signed. Nothing else in its header is believed."""
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError):
        raise NotAccepted("not a token") from None
    if header.get("alg") != SIGNED_WITH:
        raise NotAccepted(f"not signed with {SIGNED_WITH}")
    identity = header.get("kid")
    if not isinstance(identity, str) or not identity:
        raise NotAccepted("no key named")
    return identity


def claims_of(token: str, key: IssuerKey, *, app_id: str, issuer: str) -> dict[str, Any]:
    """What a token says, once signature, issuer, audience and times are right. Raises NotAccepted."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token, key.public, algorithms=[SIGNED_WITH], audience=app_id, issuer=issuer, leeway=SKEW,
            options={"require": _MUST_HAVE, "strict_aud": True},
        )  # fmt: skip
    except (jwt.PyJWTError, ValueError) as error:
        raise NotAccepted(type(error).__name__) from None
    return claims
