"""The app package that an administrator uploads to Teams: the manifest, filled in, and the two icons."""

from __future__ import annotations

import json
import tomllib
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from assurance.dates import listing
from assurance.pack import Pack
from assurance.packing import read_pack
from bot.edge.credentials import is_guid
from bot.edge.starting import CannotStart
from bot.settings import Settings
from bot.tables import Command

ROOT: Final = Path(__file__).parents[1]
TEMPLATE: Final = ROOT / "manifest" / "manifest.json"
ICONS: Final = ("color.png", "outline.png")
MOST_COMMANDS: Final = 12
"""So many commands can Teams's menu show in each scope."""
PLACEHOLDER: Final = "https://example.org/learning-loop/"
"""Where the package points as long as the settings do not say where the partnership's own pages are."""
_LONGEST_PUBLISHER: Final = 32
_LONGEST_NAME: Final = 100
_WHEN: Final = (2026, 1, 1, 0, 0, 0)
"""The date of every file in the zip, so that the same settings give the same bytes."""


def manifest_for(
    settings: Settings, packs: Sequence[Pack], commands: Sequence[Command], version: str
) -> dict[str, Any]:
    """The whole manifest. Raises CannotStart with a sentence where the settings do not allow one."""
    if not is_guid(settings.app_id):
        raise CannotStart("Please set LOOP_APP_ID to the application id of the bot's registration, then try again.")
    publisher = settings.publisher or _publisher(packs)
    if len(publisher) > _LONGEST_PUBLISHER:
        raise CannotStart(f"LOOP_PUBLISHER is longer than {_LONGEST_PUBLISHER} characters; Teams shows no more.")
    template: dict[str, Any] = json.loads(TEMPLATE.read_text(encoding="utf-8"))
    template["name"]["full"] = _full_name(template["name"]["short"], packs)
    template["description"]["full"] = _description(packs)
    template["bots"][0] |= {"botId": settings.app_id, "commandLists": command_lists(commands)}
    own = {
        "$schema": template["$schema"],
        "manifestVersion": template["manifestVersion"],
        "version": version,
        "id": str(uuid5(NAMESPACE_URL, f"learning-loop:{settings.app_id}")),
        "developer": {
            "name": publisher,
            "websiteUrl": _page("WEBSITE_URL", settings.website_url, ""),
            "privacyUrl": _page("PRIVACY_URL", settings.privacy_url, "privacy"),
            "termsOfUseUrl": _page("TERMS_URL", settings.terms_url, "terms"),
        },
    }
    return own | template


def command_lists(commands: Sequence[Command]) -> list[dict[str, Any]]:
    """What Teams's menu shows in each scope: the commands that the table marks for it.

    A group chat is neither private nor a team's, so it gets those that are marked for both.
    """
    lists = []
    for scope, needed in (("personal", {"personal"}), ("team", {"team"}), ("groupChat", {"personal", "team"})):
        marked = [one for one in commands if not one.practice and needed.issubset(one.menu)]
        if len(marked) > MOST_COMMANDS:
            raise CannotStart(f"{len(marked)} commands are marked for {scope}; Teams shows {MOST_COMMANDS}.")
        shown = [{"title": one.word.phrases[0], "description": one.help} for one in marked]
        lists.append({"scopes": [scope], "commands": shown})
    return lists


def zipped(manifest: dict[str, Any]) -> bytes:
    """The package: the manifest and the icons, the same bytes for the same content."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
        archive.writestr(zipfile.ZipInfo("manifest.json", _WHEN), text, zipfile.ZIP_DEFLATED)
        for name in ICONS:
            content = (TEMPLATE.parent / name).read_bytes()
            archive.writestr(zipfile.ZipInfo(name, _WHEN), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def version_of_this() -> str:
    """The version of the product, which is the app's too: Teams takes an update only if it went up."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def write_package(settings: Settings, out: str) -> int:
    """Write the package to a file, and say what is in it and what is still to be set. For the command line."""
    from bot.running import pack_text
    from bot.wiring import commands

    packs = [read_pack(pack_text(name)) for name in settings.packs]
    manifest = manifest_for(settings, packs, commands(), version_of_this())
    path = Path(out)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(zipped(manifest))
    print(f"{path}: {manifest['name']['full']}, version {manifest['version']}, for the bot {settings.app_id}.")
    missing = [
        f"LOOP_{name}" for name, value in (
            ("WEBSITE_URL", settings.website_url), ("PRIVACY_URL", settings.privacy_url),
            ("TERMS_URL", settings.terms_url),
        ) if not value
    ]  # fmt: skip
    if missing:
        print(
            f"{listing(missing)} {'is' if len(missing) == 1 else 'are'} not set, so the package points to "
            f"{PLACEHOLDER}. Please set {'it' if len(missing) == 1 else 'them'} before anybody else sees the app."
        )
    return 0


def _page(name: str, told: str, ending: str) -> str:
    if told and not told.startswith("https://"):
        raise CannotStart(f'LOOP_{name} is "{told}". Please give an https address.')
    return told or PLACEHOLDER + ending


def _publisher(packs: Sequence[Pack]) -> str:
    if len(packs) == 1:
        fitting = (packs[0].title, packs[0].terms.partnership_short)
        return next((one for one in fitting if len(one) <= _LONGEST_PUBLISHER), "Learning Loop")
    return "Learning Loop"


def _full_name(short: str, packs: Sequence[Pack]) -> str:
    whole = f"{short} – {listing([one.title for one in packs])}"
    return whole if len(whole) <= _LONGEST_NAME else f"{short} for safeguarding partnerships"


def _description(packs: Sequence[Pack]) -> str:
    return "\n\n".join(
        (
            f"Learning Loop works for {listing([one.title for one in packs])}. When a review or an audit finds "
            "something that staff need to know, it asks each agency's representative whether the learning reached the "
            "right people and whether practice changed. Answers are given on one card.",
            "Members see their own agency's answers, and others' once the papers are released. The chair and the "
            "support officer see how everyone stands. Evidence never appears in a channel. Reports name agencies, "
            "never practitioners. No case-identifiable information belongs here.",
            "It reads the names and addresses of the members of its own team, sends them cards, and takes files that "
            "are sent to it in a private chat. It reads no other messages, no mail, no calendar and no files, and "
            "asks for no permission in Microsoft Graph.",
        )
    )
