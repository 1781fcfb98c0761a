"""How the service signs in to Microsoft, and when that credential runs out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, Literal, Protocol, cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)

from bot.edge.starting import CannotStart

Way = Literal["secret", "certificate", "managed-identity"]
WAYS: Final = ("secret", "certificate", "managed-identity")
_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class CredentialSettings(Protocol):
    """The settings that say who we are (`LOOP_APP_…`)."""

    @property
    def app_id(self) -> str: ...
    @property
    def app_tenant_id(self) -> str: ...
    @property
    def app_auth(self) -> str: ...
    @property
    def app_password(self) -> str: ...
    @property
    def app_certificate(self) -> str: ...
    @property
    def app_secret_expires(self) -> date | None: ...


@dataclass(frozen=True)
class Certificate:
    """A certificate with its private key, both as PEM text, and the last day on which it is valid (UTC)."""

    private_key: str
    public: str
    ends_on: date


def is_guid(text: str) -> bool:
    """Whether this is written like an Entra id."""
    return _GUID.fullmatch(text) is not None


def way_to_sign_in(settings: CredentialSettings) -> Way:
    """How the service signs in. Raises CannotStart, with what to do, where the settings do not add up."""
    if not is_guid(settings.app_id):
        raise CannotStart(
            f'LOOP_APP_ID is "{settings.app_id}", which is no application id. It is written like '
            "1b2c3d4e-0000-4000-8000-000000000000 and stands in the bot's registration in Entra."
        )
    if not is_guid(settings.app_tenant_id):
        raise CannotStart("Please set LOOP_APP_TENANT_ID to the directory (tenant) id of the bot's registration.")
    way = settings.app_auth or ("certificate" if settings.app_certificate else "secret" * bool(settings.app_password))
    if not way:
        raise CannotStart(
            "LOOP_APP_ID is set without a credential. Please set LOOP_APP_PASSWORD or LOOP_APP_CERTIFICATE, "
            "or LOOP_APP_AUTH=managed-identity."
        )
    if way not in WAYS:
        raise CannotStart(f'LOOP_APP_AUTH is "{way}". Please choose one of {", ".join(WAYS)}.')
    if way == "secret" and not settings.app_password:
        raise CannotStart("LOOP_APP_AUTH is secret: please put the client secret into LOOP_APP_PASSWORD.")
    if way == "certificate":
        certificate_in(settings.app_certificate, settings.app_password)
    return cast(Way, way)


def expires_on(settings: CredentialSettings) -> date | None:
    """The last day on which the credential works; None where nobody can tell, or where Azure renews it by itself.

    A certificate says so itself. For a secret Entra does not tell, so LOOP_APP_SECRET_EXPIRES does.
    """
    way = way_to_sign_in(settings)
    if way == "certificate":
        return certificate_in(settings.app_certificate, settings.app_password).ends_on
    return settings.app_secret_expires if way == "secret" else None


def certificate_in(name: str, passphrase: str = "") -> Certificate:
    """The certificate and key in a file, PEM (both in one file) or PFX. Raises CannotStart with a sentence.

    It is read from the file each time, so that a renewed one is taken up without a restart.
    """
    try:
        content = Path(name).read_bytes()
    except OSError:
        raise CannotStart(f'LOOP_APP_CERTIFICATE names "{name}", which cannot be read.') from None
    try:
        key, held = _pem(content, passphrase) if b"-----BEGIN" in content else _pfx(content, passphrase)
        own = next(one for one in held if isinstance(key, RSAPrivateKey) and one.public_key() == key.public_key())
    except (ValueError, TypeError, StopIteration):
        raise CannotStart(
            f'LOOP_APP_CERTIFICATE names "{name}", from which no certificate with its RSA key could be read. It must '
            "be one PEM or PFX file with both; its passphrase, if it has one, goes into LOOP_APP_PASSWORD."
        ) from None
    as_text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return Certificate(as_text, own.public_bytes(Encoding.PEM).decode(), own.not_valid_after_utc.date())


def _pem(content: bytes, passphrase: str) -> tuple[PrivateKeyTypes, list[x509.Certificate]]:
    key = load_pem_private_key(content, passphrase.encode() or None)
    return key, x509.load_pem_x509_certificates(content)


def _pfx(content: bytes, passphrase: str) -> tuple[PrivateKeyTypes, list[x509.Certificate]]:
    key, own, others = pkcs12.load_key_and_certificates(content, passphrase.encode() or None)
    if key is None:
        raise ValueError("no key")
    return key, [*([own] if own else []), *others]
