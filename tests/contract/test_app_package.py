"""The app package is what Teams takes: valid against Microsoft's newest schema, with our commands and our icons."""

from __future__ import annotations

import importlib.util
import json
import math
import os
import shutil
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker

from assurance.asking import Word
from assurance.pack import read_shipped, shipped
from assurance.packing import read_pack
from bot.__main__ import main
from bot.edge.starting import CannotStart
from bot.package import MOST_COMMANDS, ROOT, command_lists, manifest_for, version_of_this, zipped
from bot.settings import Settings
from bot.tables import Command
from bot.wiring import commands
from tests.issuer import APP

MICROSOFTS = Path(os.environ.get("NODE_MODULES", ROOT / "node_modules")).absolute() / "@microsoft/app-manifest"
"""Microsoft's own package of schemas and their validator (it needs fs-extra beside it, and does not say so)."""
SCHEMAS = MICROSOFTS / "build/json-schemas/teams"
SETTINGS = Settings(
    data_dir=Path(), database_url="", app_id=APP, website_url="https://safeguarding.example.org/learning-loop",
    privacy_url="https://safeguarding.example.org/privacy", terms_url="https://safeguarding.example.org/terms",
)  # fmt: skip
needs_schemas = pytest.mark.skipif(
    not SCHEMAS.is_dir(), reason="Microsoft's manifest schemas are not installed: install Node.js 20 and type make test"
)


def manifest(settings: Settings = SETTINGS, packs: tuple[str, ...] = ("swindon",)) -> dict[str, Any]:
    return manifest_for(settings, [read_pack(read_shipped(one)) for one in packs], commands(), version_of_this())


def newest() -> Path:
    """The newest released schema in Microsoft's own package (a preview has no number)."""
    numbered = [one for one in SCHEMAS.iterdir() if one.name.removeprefix("v").replace(".", "").isdigit()]
    return max(numbered, key=lambda one: [int(part) for part in one.name.removeprefix("v").split(".")])


def faults(made: dict[str, Any]) -> list[str]:
    schema = json.loads((newest() / "MicrosoftTeams.schema.json").read_text(encoding="utf-8"))
    found = Draft4Validator(schema, format_checker=FormatChecker()).iter_errors(made)
    return [f"{'/'.join(str(part) for part in one.path)}: {one.message}" for one in found]


@needs_schemas
@pytest.mark.parametrize("packs", [*((one,) for one in sorted(shipped())), tuple(sorted(shipped()))])
def test_the_manifest_is_valid_against_the_newest_official_schema(packs: tuple[str, ...]) -> None:
    assert faults(manifest(packs=packs)) == []


@needs_schemas
def test_it_is_also_valid_before_anybody_said_where_the_partnerships_pages_are() -> None:
    bare = Settings(data_dir=Path(), database_url="", app_id=APP)
    assert faults(manifest(bare)) == []


def faults_found_by_microsoft(made: list[dict[str, Any]]) -> list[list[str]]:
    """What Microsoft's own validator says of each manifest; it reaches no network."""
    script = (
        f"const {{AppManifestUtils}} = require({json.dumps(str(MICROSOFTS))});"
        "const all = JSON.parse(require('fs').readFileSync(0));"
        "Promise.all(all.map(one => AppManifestUtils.validateAgainstSchema(one)))"
        ".then(found => console.log(JSON.stringify(found)));"
    )
    ran = subprocess.run(
        ["node", "-e", script], input=json.dumps(made), capture_output=True, text=True, timeout=60, check=True
    )
    found: list[list[str]] = json.loads(ran.stdout)
    return found


@needs_schemas
@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_microsofts_own_validator_agrees() -> None:
    broken = manifest() | {"accentColor": "teal", "extra": 1}
    sound = [manifest(packs=(one,)) for one in sorted(shipped())]
    assert [len(one) for one in faults_found_by_microsoft([*sound, broken])] == [0] * len(sound) + [2]


@needs_schemas
def test_the_schema_would_find_a_mistake() -> None:
    made = manifest()
    made["bots"][0]["commandLists"][0]["commands"] *= 3
    assert faults(made | {"accentColor": "teal", "extra": 1})
    assert len(faults(made)) == 1


@needs_schemas
def test_the_manifest_is_of_the_newest_version() -> None:
    made = manifest()
    assert f"v{made['manifestVersion']}" == newest().name
    assert newest().name in made["$schema"]


def test_the_commands_are_those_that_the_command_table_marks() -> None:
    by_scope = {one["scopes"][0]: [two["title"] for two in one["commands"]] for one in command_lists(commands())}
    table = [one for one in commands() if not one.practice]
    assert by_scope["personal"] == [one.word.phrases[0] for one in table if "personal" in one.menu]
    assert by_scope["team"] == [one.word.phrases[0] for one in table if "team" in one.menu]
    assert by_scope["groupChat"] == [one for one in by_scope["personal"] if one in by_scope["team"]]
    assert {"help", "my returns", "status"} <= set(by_scope["groupChat"])
    assert all(0 < len(some) <= MOST_COMMANDS for some in by_scope.values())


def test_what_is_only_for_practice_is_never_in_the_menu_and_too_many_are_refused() -> None:
    practised = Command(Word("be", ("be",)), "Take a place.", "reply.be", menu=("personal",), practice=True)
    assert command_lists([practised])[0]["commands"] == []
    some = [Command(Word(f"c{number}", (f"c{number}",)), "One.", "reply.c", menu=("team",)) for number in range(13)]
    with pytest.raises(CannotStart, match="13 commands are marked for team"):
        command_lists(some)


def test_it_asks_for_as_little_as_can_be() -> None:
    made = manifest()
    assert made["permissions"] == ["identity", "messageTeamMembers"]
    assert made["validDomains"] == []
    assert {"authorization", "webApplicationInfo", "devicePermissions", "composeExtensions"}.isdisjoint(made)
    bot = made["bots"][0]
    assert (bot["botId"], bot["supportsFiles"], bot["supportsCalling"]) == (APP, True, False)
    assert set(bot["scopes"]) == {"personal", "team", "groupChat"}
    assert made["supportsChannelFeatures"] == "tier1"


def test_names_and_addresses_come_from_the_pack_and_the_settings() -> None:
    made = manifest()
    assert made["name"]["full"] == "Learning Loop – Swindon Safeguarding Partnership"
    assert made["developer"]["name"] == "Swindon Safeguarding Partnership"
    assert made["developer"]["privacyUrl"] == SETTINGS.privacy_url
    assert made["version"] == version_of_this()
    assert manifest(replace(SETTINGS, publisher="Swindon Borough Council"))["developer"]["name"].endswith("Council")
    assert "Barking and Dagenham" in manifest(packs=("barking-and-dagenham",))["description"]["full"]
    assert len(manifest(packs=("barking-and-dagenham",))["developer"]["name"]) <= 32
    assert manifest()["id"] == made["id"] != APP
    assert manifest(replace(SETTINGS, app_id=APP.replace("5a1e", "5a1f")))["id"] != made["id"]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"app_id": ""}, "LOOP_APP_ID"),
        ({"app_id": "bot"}, "LOOP_APP_ID"),
        ({"privacy_url": "http://example.org"}, "LOOP_PRIVACY_URL"),
        ({"publisher": "x" * 33}, "LOOP_PUBLISHER"),
    ],
)
def test_settings_that_make_no_package_are_explained(changed: dict[str, str], says: str) -> None:
    with pytest.raises(CannotStart, match=says):
        manifest(replace(SETTINGS, **changed))  # type: ignore[arg-type]


def drawing() -> ModuleType:
    spec = importlib.util.spec_from_file_location("draw", ROOT / "manifest" / "draw.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pixels(png: bytes) -> tuple[int, list[tuple[int, ...]]]:
    """The size and the RGBA values of a picture as `draw.py` writes it."""
    size, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert (size, depth, kind) == (height, 8, 6)
    start = png.index(b"IDAT") + 4
    length = struct.unpack(">I", png[start - 8 : start - 4])[0]
    raw = zlib.decompress(png[start : start + length])
    rows = [raw[one + 1 : one + 1 + size * 4] for one in range(0, len(raw), size * 4 + 1)]
    return size, [tuple(row[at : at + 4]) for row in rows for at in range(0, size * 4, 4)]


@pytest.mark.parametrize(("name", "draw"), [("color.png", "colour_icon"), ("outline.png", "outline_icon")])
def test_the_icons_are_what_the_drawing_code_draws(name: str, draw: str) -> None:
    drawn: Callable[[], bytes] = getattr(drawing(), draw)
    assert pixels((ROOT / "manifest" / name).read_bytes()) == pixels(drawn())


def test_the_colour_icon_is_192_wide_and_has_no_holes() -> None:
    size, found = pixels((ROOT / "manifest" / "color.png").read_bytes())
    assert size == 192 and {one[3] for one in found} == {255}
    accent = tuple(bytes.fromhex(manifest()["accentColor"][1:]))
    assert found[0][:3] == accent
    shown = [divmod(at, size) for at, one in enumerate(found) if one[:3] != accent]
    furthest = max(math.dist((row, column), (95.5, 95.5)) for row, column in shown)
    assert 50 < furthest < 72, "the drawing fills the middle, and nothing is lost where Teams cuts the icon round"


def test_the_outline_icon_is_32_wide_and_white_on_nothing() -> None:
    size, found = pixels((ROOT / "manifest" / "outline.png").read_bytes())
    assert size == 32 and {one[:3] for one in found} == {(255, 255, 255)}
    assert found[0][3] == 0 and found[16 * 32 + 2][3] + found[16 * 32 + 3][3] > 0
    assert 0.1 < sum(one[3] > 0 for one in found) / len(found) < 0.5


def test_the_zip_holds_the_manifest_and_the_icons_and_is_the_same_each_time() -> None:
    made = zipped(manifest())
    assert made == zipped(manifest())
    with zipfile.ZipFile(BytesIO(made)) as archive:
        assert archive.namelist() == ["manifest.json", "color.png", "outline.png"]
        assert json.loads(archive.read("manifest.json")) == manifest()


def test_the_command_writes_the_zip_and_says_what_is_still_to_be_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [one for one in os.environ if one.startswith("LOOP_")]:
        monkeypatch.delenv(name)
    out = tmp_path / "new" / "loop.zip"
    assert main(["package", "--out", str(out)]) == 2
    assert "LOOP_APP_ID" in capsys.readouterr().err and not out.exists()
    monkeypatch.setenv("LOOP_APP_ID", APP.upper())
    monkeypatch.setenv("LOOP_PRIVACY_URL", "https://safeguarding.example.org/privacy")
    assert main(["package", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "LOOP_WEBSITE_URL and LOOP_TERMS_URL are not set" in said
    with zipfile.ZipFile(out) as archive:
        assert json.loads(archive.read("manifest.json"))["bots"][0]["botId"] == APP
