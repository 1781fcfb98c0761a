"""Signing in to Microsoft, and recognising what comes from there: tried for good, with the service's own code."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

import aiohttp

from assurance.dates import count_words, day_words
from assurance.expiring import TOLD_BEFORE, telling_due
from bot.checking.database import open_to_others
from bot.checking.findings import Finding, Looking, look, not_done, ok, wrong
from bot.edge.credentials import certificate_in, expires_on, way_to_sign_in
from bot.edge.gate import CHANNEL
from bot.edge.issuer_keys import Unusable, published
from bot.edge.our_token import Attempt, try_to_sign_in
from bot.edge.starting import CannotStart

PRACTICE: Final = "Practice has no credentials, and asks nobody."
UNREADABLE: Final = "The settings do not add up, see above."
_CODES: Final = {
    "AADSTS7000215": ("The client secret is wrong.", "LOOP_APP_PASSWORD must be the secret's value, not its id."),
    "AADSTS7000222": ("The client secret has ended.", "Make a new one in Entra, and change LOOP_APP_PASSWORD."),
    "AADSTS700016": ("The tenant knows no such app.", "LOOP_APP_ID and LOOP_APP_TENANT_ID must belong together."),
    "AADSTS7000229": ("The app is not set up in this tenant.", "Look at LOOP_APP_TENANT_ID and the enterprise app."),
    "AADSTS700027": ("The certificate is not the registration's.", "Upload its public part: Certificates & secrets."),
    "AADSTS700024": ("Microsoft says that our clock is wrong.", "Set this machine's clock by a time server."),
    "AADSTS90002": ("There is no such tenant.", "LOOP_APP_TENANT_ID must be the directory (tenant) id."),
}  # fmt: skip
_PROBLEMS: Final = {
    "tenant": ("There is no such tenant, or no sign-in at that address.", "LOOP_APP_TENANT_ID, and LOOP_TOKEN_URL."),
    "network": (
        "Microsoft's sign-in could not be reached.",
        "Open the way out to login.microsoftonline.com (https).",
    ),
    "untrusted": (
        "What answers there is not trusted.",
        "If a proxy looks into TLS, name its authority in REQUESTS_CA_BUNDLE. A clock that is years off does it too.",
    ),
    "other": ("Signing in failed.", "With a managed identity: is it assigned to this machine or web app?"),
}


async def signs_in(at: Looking) -> Sequence[Finding]:
    """Ask for a token, as the service will."""
    if at.settings.playground:
        return [not_done("Sign-in", PRACTICE)]
    try:
        way_to_sign_in(at.settings)
        tried = await asyncio.to_thread(try_to_sign_in, at.settings)
    except CannotStart:
        return [not_done("Sign-in", UNREADABLE)]
    if tried.ahead is not None:
        at.ahead["Microsoft's"] = tried.ahead
    return [how_it_went(tried)]


def how_it_went(tried: Attempt) -> Finding:
    """A trial in words."""
    if not tried.problem:
        return ok("Sign-in", f"Microsoft gave a token, good for {tried.seconds / 60:.0f} minutes.")
    if tried.problem != "refused":
        return wrong("Sign-in", *_PROBLEMS[tried.problem])
    said, do = _CODES.get(tried.code, ("Microsoft did not accept the credential.", "Look the code up at Microsoft."))
    return wrong("Sign-in", f"{said} ({tried.code or 'no code was given'})", do)


async def credential_lasts(at: Looking) -> Sequence[Finding]:
    """How long the secret or the certificate is still good; officers are told on the same days."""
    if at.settings.playground:
        return [not_done("Credential", PRACTICE)]
    try:
        way, ends_on = way_to_sign_in(at.settings), expires_on(at.settings)
    except CannotStart:
        return [not_done("Credential", UNREADABLE)]
    if way == "managed-identity":
        return [ok("Credential", "A managed identity, which Azure renews by itself.")]
    if ends_on is None:
        do = "Set LOOP_APP_SECRET_EXPIRES to the day that Entra shows, so that the officers are told in time."
        return [look("Credential", "Nobody can tell when the secret ends.", do)]
    left, day = (ends_on - at.now.date()).days, day_words(ends_on)
    renew = "Renew it: install-in-a-tenant.md, Renewing the credential."
    if left < 0:
        return [wrong("Credential", f"The {way} ended on {day}.", renew)]
    said = f"The {way} is good until {day}, for {count_words(left)} more day{'' if left == 1 else 's'}."
    step = telling_due(ends_on, at.now.date())
    if step is None:
        return [ok("Credential", said)]
    return [wrong("Credential", said, renew) if step == min(TOLD_BEFORE) else look("Credential", said, renew)]


async def certificate_kept(at: Looking) -> Sequence[Finding]:
    """Whether the certificate's file is for the service's account alone."""
    name = at.settings.app_certificate
    if at.settings.playground or not name:
        return []
    try:
        certificate_in(name, at.settings.app_password)
    except CannotStart:
        return []
    if await asyncio.to_thread(open_to_others, name):
        do = f"chmod 600 {name}"
        return [look("Certificate", "Other accounts of this machine can read the certificate's key.", do)]
    return [ok("Certificate", "Only this account can read its key.")]


async def keys_there(at: Looking) -> Sequence[Finding]:
    """Whether the keys of those who call us can be had, and one of them signs for Teams."""
    if at.settings.playground:
        return [not_done("Keys", PRACTICE)]
    try:
        issuer, keys = await published(at.settings.openid_metadata_url)
    except Unusable as why:
        return [wrong("Keys", f"What is published is not usable: {why}.", "Look at LOOP_OPENID_METADATA_URL.")]
    except aiohttp.ClientConnectorCertificateError:
        return [wrong("Keys", *_PROBLEMS["untrusted"])]
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        do = "Open the way out to login.botframework.com, port 443: nobody is let in without it."
        return [wrong("Keys", "The keys of those who call us could not be fetched.", do)]
    ours = [one for one in keys.values() if CHANNEL in one.endorsements]
    if not ours:
        return [wrong("Keys", f"{issuer} publishes no key for Teams.", "Look at LOOP_OPENID_METADATA_URL.")]
    return [ok("Keys", f"{issuer} publishes {len(ours)} key{'' if len(ours) == 1 else 's'} for Teams.")]
