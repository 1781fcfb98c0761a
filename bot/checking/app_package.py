"""The app package for Teams, as `package` would write it now, held against the settings."""

from __future__ import annotations

import json
import struct
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any, Final

from assurance.dates import listing
from assurance.packing import read_pack
from bot.checking.findings import Finding, Looking, look, not_done, ok, wrong
from bot.edge.starting import CannotStart
from bot.package import PLACEHOLDER, manifest_for, version_of_this, zipped
from bot.running import pack_text

LIMITS: Final[Mapping[str, int]] = {
    "name.short": 30, "name.full": 100, "description.short": 80, "description.full": 4000, "developer.name": 32,
    "developer.websiteUrl": 2048, "developer.privacyUrl": 2048, "developer.termsOfUseUrl": 2048,
}  # fmt: skip
"""How long Teams's schema lets each text be that settings and packs fill in; a test holds it against the schema."""
COMMAND_LIMITS: Final[Mapping[str, int]] = {"title": 128, "description": 4000}
SIDES: Final[Mapping[str, int]] = {"color.png": 192, "outline.png": 32}


async def package_fits(at: Looking) -> Sequence[Finding]:
    """Build the package in memory, open it again, and look whether it is what Teams takes."""
    from bot.wiring import commands

    if at.settings.playground:
        return [not_done("Package", "Practice needs none.")]
    if not at.settings.app_id:
        return [not_done("Package", "LOOP_APP_ID is not set, see above.")]
    try:
        packs = [read_pack(pack_text(name)) for name in at.settings.packs]
    except Exception:  # what is wrong with a pack is told where the packs are
        return [not_done("Package", "A pack cannot be read, see above.")]
    table = commands()
    try:
        content = zipped(manifest_for(at.settings, packs, table, version_of_this()))
    except CannotStart as why:
        return [wrong("Package", str(why), "python -m bot package cannot be used before.")]
    faults = list(faults_in(content, at.settings.app_id, {one.word.phrases[0] for one in table if not one.practice}))
    if faults:
        return [wrong("Package", f"Teams would not take it: {listing(faults)}.", "Shorten what is too long.")]
    made = _manifest(content)
    found = [ok("Package", f"{made['name']['full']}, version {made['version']}: Teams takes it.")]
    missing = [name for name in ("websiteUrl", "privacyUrl", "termsOfUseUrl") if _points_nowhere(made, name)]
    if missing:
        said = f"It points to a placeholder for {listing([_SET_BY[one] for one in missing])}."
        found.append(look("Package", said, "Set them before anybody else sees the app, and upload a new package."))
    return found


_SET_BY: Final = {
    "websiteUrl": "LOOP_WEBSITE_URL", "privacyUrl": "LOOP_PRIVACY_URL", "termsOfUseUrl": "LOOP_TERMS_URL",
}  # fmt: skip


def _points_nowhere(made: Mapping[str, Any], name: str) -> bool:
    return str(made["developer"][name]).startswith(PLACEHOLDER)


def _manifest(content: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        made: dict[str, Any] = json.loads(archive.read("manifest.json"))
        return made


def faults_in(content: bytes, app_id: str, words: Collection[str]) -> Iterator[str]:
    """What Teams would refuse in a package, or does not agree with the settings: a rule, without I/O."""
    made = _manifest(content)
    for path, most in LIMITS.items():
        part, _, name = path.partition(".")
        if len(str(made[part][name])) > most:
            yield f"{path} is longer than {most} characters"
    if [one["botId"] for one in made["bots"]] != [app_id]:
        yield "its bot is not LOOP_APP_ID"
    for scope in made["bots"][0]["commandLists"]:
        for one in scope["commands"]:
            if one["title"] not in words:
                yield f"the bot does not know the command {one['title']}"
            elif any(len(one[name]) > most for name, most in COMMAND_LIMITS.items()):
                yield f"the command {one['title']} is too long"
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for name, side in SIDES.items():
            picture = archive.read(name)
            if picture[:8] != b"\x89PNG\r\n\x1a\n" or struct.unpack(">II", picture[16:24]) != (side, side):
                yield f"{name} is no picture of {side} by {side}"
