"""The settings of the service, from the environment (prefix LOOP_), each with a safe default."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from bot.edge.addresses import origin_of
from bot.edge.credentials import is_guid
from bot.edge.starting import CannotStart
from storage.condition import kind_of, sqlite_file

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


@dataclass(frozen=True)
class Fault:
    """What one setting has that the service does not start with, and what to write instead. No secret is in it."""

    said: str
    do: str

    def __str__(self) -> str:
        return f"{self.said} {self.do}"


PORT_MOST: Final = 65_535
STOP_MOST: Final = 86_400
ALERT_MOST: Final = 525_600
"""The most seconds that stopping may take, and the most minutes that a card may wait: a day, and a year."""
EVERY_ADDRESS: Final = frozenset({"0.0.0.0", "::"})


def faults_in(settings: Settings) -> Iterator[Fault]:
    """Whatever can be read and cannot be meant so, in one place for the start and for `check`."""
    for name, number, least, most, what in (
        ("PORT", settings.port, 0, PORT_MOST, "A port is a number from 1 to 65535; 0 takes any that is free."),
        ("METRICS_PORT", settings.metrics_port, 0, PORT_MOST, "A port is a number from 1 to 65535; 0 is off."),
        ("STOP_SECONDS", settings.stop_seconds, 1, STOP_MOST, f"Write seconds, from 1 to {STOP_MOST}."),
        ("OWED_ALERT_MINUTES", settings.owed_alert_minutes, 1, ALERT_MOST, f"Write minutes, from 1 to {ALERT_MOST}."),
    ):
        if not least <= number <= most:
            yield Fault(f"LOOP_{name} is {number}.", what)
    hosts = {settings.host, settings.metrics_host}
    if settings.port == settings.metrics_port != 0 and (len(hosts) == 1 or hosts & EVERY_ADDRESS):
        yield Fault(f"LOOP_METRICS_PORT is {settings.port}, as LOOP_PORT is.", "Give the figures a port of their own.")
    kind = kind_of(settings.database_url)
    if kind is None:
        said = "LOOP_DATABASE_URL is no address of SQLite or PostgreSQL."
        yield Fault(said, "Write it as sqlite:///… or postgresql://user:…@host/name.")
    elif kind == "sqlite" and sqlite_file(settings.database_url) is None:
        yield Fault(
            "LOOP_DATABASE_URL names no file: nothing would be kept.", "Name a file, as sqlite:////folder/file."
        )
    if origin_of(settings.openid_metadata_url) is None:
        said = "LOOP_OPENID_METADATA_URL is no https address."
        yield Fault(said, "Leave it out for Microsoft's own, or write it as https://….")
    for slug in dict.fromkeys(slug for slug, object_id in settings.officers if not is_guid(object_id)):
        said = f"LOOP_OFFICERS names somebody for {slug} whose object id is not written like one."
        yield Fault(said, "It stands in Entra, on the person's page: 1b2c3d4e-0000-4000-8000-000000000000.")


def lost_folder(settings: Settings) -> Fault | None:
    """What is wrong where a SQLite file is to lie in a folder that is not there, and that no start makes."""
    file = sqlite_file(settings.database_url)
    if file is None or file.parent.is_dir() or file.resolve().parent in (settings.data_dir, *settings.data_dir.parents):
        return None
    said = f"LOOP_DATABASE_URL names a file in {file.parent}, and there is no such folder."
    return Fault(said, "Please make it, or name another.")


def make_data_folder(settings: Settings) -> None:
    """Make the folder of the data where it is not there yet. Raises CannotStart where there can be none."""
    if fault := lost_folder(settings):
        raise CannotStart(str(fault))
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(
            f"The folder {settings.data_dir} cannot be made: {error.strerror}. Please make it, or set LOOP_DATA_DIR "
            "to one that this account may write to."
        ) from error


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
    """The settings in an environment. Raises CannotStart, with sentences, where any cannot be read or be meant so."""
    settings = read_settings(environment)
    if faults := list(faults_in(settings)):
        raise CannotStart("\n".join(map(str, faults)))
    return settings


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings as they are written, whether they can be meant so or not. Raises CannotStart as `settings_from`."""

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
