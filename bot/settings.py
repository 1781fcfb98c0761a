"""The settings of the service, from the environment (prefix LOOP_), each with a safe default."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bot.edge.gate import CannotStart

TRUE = {"1", "true", "yes", "on"}
PUBLIC_METADATA = "https://login.botframework.com/v1/.well-known/openidconfiguration"
"""Where Microsoft publishes who signs what it sends to bots, in the public cloud."""


@dataclass(frozen=True)
class Settings:
    """What the service was told. Times are in seconds; addresses are as they were given, ids in small letters.

    `publisher` and the three addresses after it stand in the app package only: they are what Teams shows to whoever
    looks at the app. `metrics_port` 0: no figures are given out.
    """

    data_dir: Path
    database_url: str
    host: str = "127.0.0.1"
    port: int = 3978
    packs: tuple[str, ...] = ("swindon",)
    officers: tuple[tuple[str, str], ...] = ()
    playground: bool = False
    app_id: str = ""
    app_tenant_id: str = ""
    app_auth: str = ""
    app_password: str = field(default="", repr=False)
    app_certificate: str = ""
    app_secret_expires: date | None = None
    allowed_tenants: tuple[str, ...] = ()
    openid_metadata_url: str = PUBLIC_METADATA
    token_url: str = ""
    service_urls: tuple[str, ...] = ()
    publisher: str = ""
    website_url: str = ""
    privacy_url: str = ""
    terms_url: str = ""
    log_format: str = ""
    metrics_host: str = "127.0.0.1"
    metrics_port: int = 0
    owed_alert_minutes: int = 15
    stop_seconds: int = 25


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace(";", ",").split(",") if part.strip())


def _officers(text: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    for part in _listed(text):
        slug, separator, object_id = part.partition(":")
        if not separator or not slug or not object_id:
            raise CannotStart(
                f'LOOP_OFFICERS has "{part}". Write each as partnership:object-id, for example swindon:1b2c….'
            )
        pairs.append((slug.strip(), object_id.strip().lower()))
    return tuple(pairs)


def _day(name: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise CannotStart(f"LOOP_{name} is {text}, which is no day. Write it as 2026-11-02.") from None


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings in an environment. Raises CannotStart, with a sentence, where one cannot be read."""

    def told(name: str, default: str = "") -> str:
        return environment.get(f"LOOP_{name}", "").strip() or default

    data_dir = Path(told("DATA_DIR", "data")).resolve()

    def count(name: str, default: int) -> int:
        try:
            return int(told(name, str(default)))
        except ValueError:
            raise CannotStart(f"LOOP_{name} is {told(name)}, which is not a number.") from None

    return Settings(
        data_dir=data_dir, database_url=told("DATABASE_URL", f"sqlite:///{data_dir / 'learning-loop.db'}"),
        host=told("HOST", "127.0.0.1"), port=count("PORT", 3978), packs=_listed(told("PACKS", "swindon")),
        officers=_officers(told("OFFICERS")), playground=told("PLAYGROUND").lower() in TRUE,
        app_id=told("APP_ID").lower(), app_tenant_id=told("APP_TENANT_ID").lower(), app_auth=told("APP_AUTH").lower(),
        app_password=told("APP_PASSWORD"), app_certificate=told("APP_CERTIFICATE"),
        app_secret_expires=_day("APP_SECRET_EXPIRES", told("APP_SECRET_EXPIRES")),
        allowed_tenants=_listed(told("ALLOWED_TENANTS").lower()),
        openid_metadata_url=told("OPENID_METADATA_URL", PUBLIC_METADATA), token_url=told("TOKEN_URL"),
        service_urls=_listed(told("SERVICE_URLS")), publisher=told("PUBLISHER"), website_url=told("WEBSITE_URL"),
        privacy_url=told("PRIVACY_URL"), terms_url=told("TERMS_URL"), log_format=told("LOG_FORMAT").lower(),
        metrics_host=told("METRICS_HOST", "127.0.0.1"), metrics_port=count("METRICS_PORT", 0),
        owed_alert_minutes=count("OWED_ALERT_MINUTES", 15), stop_seconds=count("STOP_SECONDS", 25),
    )  # fmt: skip
