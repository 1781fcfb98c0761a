"""The settings of the service, from the environment (prefix LOOP_), each with a safe default."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.edge.gate import CannotStart

TRUE = {"1", "true", "yes", "on"}


@dataclass(frozen=True)
class Settings:
    """What the service was told. Times are in seconds; addresses are as they were given."""

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
    app_password: str = ""
    app_certificate: str = ""
    allowed_tenants: tuple[str, ...] = ()


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


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings in an environment. Raises CannotStart, with a sentence, where one cannot be read."""

    def told(name: str, default: str = "") -> str:
        return environment.get(f"LOOP_{name}", "").strip() or default

    data_dir = Path(told("DATA_DIR", "data")).resolve()
    try:
        port = int(told("PORT", "3978"))
    except ValueError:
        raise CannotStart(f"LOOP_PORT is {told('PORT')}, which is not a number.") from None
    return Settings(
        data_dir=data_dir, database_url=told("DATABASE_URL", f"sqlite:///{data_dir / 'learning-loop.db'}"),
        host=told("HOST", "127.0.0.1"), port=port, packs=_listed(told("PACKS", "swindon")),
        officers=_officers(told("OFFICERS")), playground=told("PLAYGROUND").lower() in TRUE,
        app_id=told("APP_ID"), app_tenant_id=told("APP_TENANT_ID"), app_auth=told("APP_AUTH"),
        app_password=told("APP_PASSWORD"), app_certificate=told("APP_CERTIFICATE"),
        allowed_tenants=_listed(told("ALLOWED_TENANTS")),
    )  # fmt: skip
