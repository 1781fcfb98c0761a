"""`check`: what each thing that can be found is called, and that one check's failure is no other's."""

from __future__ import annotations

import asyncio
import json
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from assurance.pack import read_shipped
from assurance.packing import read_pack
from assurance.reach import BLOCKED, NO_APP, NOT_CHECKED
from assurance.readiness import Called, Readiness, Unreached
from bot.check_command import as_data, in_words
from bot.checking.app_package import COMMAND_LIMITS, LIMITS, faults_in, package_fits
from bot.checking.clocks import how_far_off, zones_known
from bot.checking.database import database_there, open_to_others
from bot.checking.findings import Check, Finding, Looking, attempt, look, not_done, ok, wrong
from bot.checking.packs_loaded import packs_sound
from bot.checking.partnerships_ready import how_it_moves, how_ready
from bot.checking.settings_told import known_names, names_told, officers_told, settings_together, values_told
from bot.checking.signing_in import credential_lasts, how_it_went
from bot.edge.our_token import Attempt
from bot.package import manifest_for, version_of_this, zipped
from bot.settings import read_settings, settings_from
from bot.wiring import commands
from storage.base import Unavailable
from tests.connector import TENANT
from tests.contract.test_app_package import needs_schemas, newest
from tests.issuer import APP

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SOUND = {
    "LOOP_APP_ID": APP, "LOOP_APP_TENANT_ID": TENANT, "LOOP_APP_PASSWORD": "a-secret-of-the-test",
    "LOOP_APP_SECRET_EXPIRES": "2028-11-01", "LOOP_WEBSITE_URL": "https://example.gov.uk/loop",
    "LOOP_PRIVACY_URL": "https://example.gov.uk/privacy", "LOOP_TERMS_URL": "https://example.gov.uk/terms",
}  # fmt: skip
OTHER = "1b2c3d4e-0000-4000-8000-000000000000"


def looking(told: dict[str, str | None]) -> Looking:
    environment = {name: value for name, value in (SOUND | told).items() if value is not None}
    return Looking(environment, read_settings(environment), NOW)


def states(found: Sequence[Finding]) -> set[str]:
    return {one.state for one in found}


def all_of(found: Sequence[Finding]) -> str:
    return "\n".join(f"{one.state}: {one.said} {one.do}" for one in found)


@pytest.mark.parametrize(
    ("check", "told", "expected"),
    [
        (
            names_told,
            {"LOOP_APP_PASWORD": "hidden"},
            "wrong: LOOP_APP_PASWORD means nothing. Did you mean LOOP_APP_PASSWORD",
        ),
        (names_told, {"loop_app_id": "x"}, "Did you mean LOOP_APP_ID?"),
        (names_told, {"LOOP_COLOUR": "teal"}, "look: LOOP_COLOUR means nothing."),
        (values_told, {"LOOP_PACKS": '"swindon"'}, "wrong: LOOP_PACKS begins and ends with a quotation mark."),
        (values_told, {"LOOP_PLAYGROUND": "perhaps"}, "look: LOOP_PLAYGROUND is neither yes nor no"),
        (values_told, {"LOOP_PORT": "70000"}, "wrong: LOOP_PORT is 70000."),
        (values_told, {"LOOP_PORT": "0"}, "look: LOOP_PORT is 0: another port at each start."),
        (values_told, {"LOOP_METRICS_PORT": "99999"}, "wrong: LOOP_METRICS_PORT is 99999."),
        (values_told, {"LOOP_METRICS_PORT": "3978"}, "wrong: LOOP_METRICS_PORT is 3978, as LOOP_PORT is."),
        (values_told, {"LOOP_STOP_SECONDS": "-5"}, "wrong: LOOP_STOP_SECONDS is -5."),
        (values_told, {"LOOP_OWED_ALERT_MINUTES": "0"}, "wrong: LOOP_OWED_ALERT_MINUTES is 0."),
        (values_told, {"LOOP_DATABASE_URL": "mysql://x/y"}, "wrong: LOOP_DATABASE_URL is no address of SQLite"),
        (values_told, {"LOOP_DATABASE_URL": "nonsense"}, "wrong: LOOP_DATABASE_URL is no address of SQLite"),
        (values_told, {"LOOP_DATABASE_URL": "sqlite://"}, "wrong: LOOP_DATABASE_URL names no file"),
        (values_told, {"LOOP_OPENID_METADATA_URL": "http://x.example"}, "wrong: LOOP_OPENID_METADATA_URL is no https"),
        (
            values_told,
            {"LOOP_OFFICERS": "swindon:robin@example.org"},
            "wrong: LOOP_OFFICERS names somebody for swindon",
        ),
        (database_there, {"LOOP_DATABASE_URL": "sqlite:////nowhere/x.db"}, "wrong: LOOP_DATABASE_URL names a file in"),
        (settings_together, {"LOOP_APP_ID": None}, "wrong: There are no credentials"),
        (settings_together, {"LOOP_APP_TENANT_ID": "swindon"}, "wrong: Please set LOOP_APP_TENANT_ID"),
        (settings_together, {"LOOP_PLAYGROUND": "1"}, "wrong: LOOP_PLAYGROUND is for practice without credentials"),
        (settings_together, {"LOOP_SERVICE_URLS": "http://x.example"}, "wrong: LOOP_SERVICE_URLS has"),
        (settings_together, {"LOOP_TOKEN_URL": "http://x.example"}, "wrong: LOOP_TOKEN_URL is"),
        (settings_together, {"LOOP_APP_PASSWORD": OTHER}, "look: LOOP_APP_PASSWORD is written like a secret's id."),
        (
            settings_together,
            {"LOOP_APP_CERTIFICATE": "x.pem", "LOOP_APP_AUTH": "secret"},
            "look: LOOP_APP_CERTIFICATE is not",
        ),
        (settings_together, {"LOOP_APP_AUTH": "managed-identity"}, "look: LOOP_APP_PASSWORD is not used"),
        (settings_together, {"LOOP_ALLOWED_TENANTS": OTHER}, "look: LOOP_ALLOWED_TENANTS leaves out"),
        (officers_told, {"LOOP_OFFICERS": f"solihull:{OTHER}"}, "wrong: LOOP_OFFICERS names solihull"),
        (packs_sound, {"LOOP_PACKS": "nowhere.toml"}, "wrong: LOOP_PACKS names"),
        (packs_sound, {"LOOP_PACKS": "swindon,swindon"}, "wrong: Two packs are of swindon."),
        (credential_lasts, {"LOOP_APP_SECRET_EXPIRES": None}, "look: Nobody can tell when the secret ends."),
        (
            credential_lasts,
            {"LOOP_APP_SECRET_EXPIRES": "2027-01-01"},
            "look: The secret is good until Friday 1 January 2027",
        ),
        (
            credential_lasts,
            {"LOOP_APP_SECRET_EXPIRES": "2026-11-03"},
            "wrong: The secret is good until Tuesday 3 November",
        ),
        (
            credential_lasts,
            {"LOOP_APP_SECRET_EXPIRES": "2026-11-01"},
            "wrong: The secret ended on Sunday 1 November 2026.",
        ),
        (credential_lasts, {"LOOP_APP_AUTH": "managed-identity"}, "ok: A managed identity"),
        (zones_known, {}, "ok: Europe/London: it is 09:00 there."),
        (package_fits, {"LOOP_WEBSITE_URL": None}, "look: It points to a placeholder for LOOP_WEBSITE_URL."),
        (package_fits, {"LOOP_TERMS_URL": "http://x.example"}, "wrong: LOOP_TERMS_URL is"),
        (
            package_fits,
            {"LOOP_WEBSITE_URL": "https://" + "x" * 2048},
            "wrong: Teams would not take it: developer.websiteUrl",
        ),
    ],
)
async def test_each_problem_is_named_with_what_to_do(check: Check, told: dict[str, str | None], expected: str) -> None:
    found = await attempt("A check", check, looking(told))
    assert expected in all_of(found)
    assert "a-secret-of-the-test" not in all_of(found) and "hidden" not in all_of(found)
    assert all(one.do for one in found if one.state in ("look", "wrong"))


@pytest.mark.parametrize(
    "check", [names_told, values_told, settings_together, packs_sound, credential_lasts, package_fits]
)
async def test_settings_that_add_up_are_all_right(check: Check) -> None:
    assert states(await check(looking({}))) == {"ok"}


def test_every_variable_that_the_guide_names_is_known() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "running-it.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in guide.splitlines() if line.startswith("| `LOOP_")]
    named = {one.strip(" `") for row in rows for one in row.split(",")}
    assert len(named) > 15 and named <= known_names()


async def test_a_check_that_fails_or_takes_too_long_is_a_finding_and_says_nothing_of_what_it_knew() -> None:
    async def fails(_: Looking) -> Sequence[Finding]:
        raise ValueError("postgresql://loop:a-password@host/loop")

    async def away(_: Looking) -> Sequence[Finding]:
        raise Unavailable("postgresql://loop:a-password@host/loop")

    async def sleeps(_: Looking) -> Sequence[Finding]:
        await asyncio.sleep(60)
        return []

    for check, said in ((fails, "(ValueError)"), (away, "did not answer"), (sleeps, "No answer within 0 seconds")):
        [one] = await attempt("A check", check, looking({}), 0.01)
        assert one.state == "wrong" and said in one.said and "password" not in one.said


@pytest.mark.parametrize(
    ("tried", "state", "said"),
    [
        (Attempt(3599.0), "ok", "good for 60 minutes"),
        (Attempt(problem="refused", code="AADSTS7000222"), "wrong", "The client secret has ended. (AADSTS7000222)"),
        (Attempt(problem="refused", code="AADSTS700024"), "wrong", "our clock is wrong"),
        (Attempt(problem="refused", code="AADSTS53003"), "wrong", "did not accept the credential. (AADSTS53003)"),
        (Attempt(problem="network"), "wrong", "could not be reached"),
        (Attempt(problem="untrusted"), "wrong", "is not trusted"),
        (Attempt(problem="tenant"), "wrong", "no such tenant"),
        (Attempt(problem="other"), "wrong", "Signing in failed"),
    ],
)
def test_a_trial_to_sign_in_is_explained(tried: Attempt, state: str, said: str) -> None:
    found = how_it_went(tried)
    assert found.state == state and said in found.said


@pytest.mark.parametrize(
    ("seconds", "state", "said"),
    [
        (0.4, "ok", "to within 1 second."),
        (-3.0, "ok", "to within 3 seconds."),
        (120.0, "look", "2 minutes ahead of Microsoft's."),
        (-400.0, "wrong", "7 minutes behind Microsoft's."),
    ],
)
def test_a_clock_that_differs_by_more_than_five_minutes_is_wrong(seconds: float, state: str, said: str) -> None:
    found = how_far_off("Microsoft's", seconds)
    assert found.state == state and said in found.said


@pytest.mark.parametrize(
    ("waiting", "age", "somebody", "state"),
    [
        ([], 0, False, "ok"), (["two of Swindon"], 5, True, "ok"), (["two of Swindon"], 30, True, "look"),
        (["two of Swindon"], 90, False, "wrong"),
    ],
)  # fmt: skip
def test_what_waits_too_long_to_be_sent_is_found(waiting: list[str], age: int, somebody: bool, state: str) -> None:
    found = how_it_moves(waiting, timedelta(minutes=age), somebody=somebody)
    assert found.state == state and ("Start the service." in found.do) == (state == "wrong")


READY = Readiness(True, 1, 13, (), (), Called(NOW, 14, 14), 0, 0)


def lines_of(ready: Readiness, **how: Any) -> str:
    return all_of(how_ready("Swindon", ready, "Europe/London", **({"names": False, "practice": False} | how)))


def test_a_partnership_that_is_ready_has_nothing_to_look_at() -> None:
    assert states(how_ready("Swindon", READY, "Europe/London", names=False, practice=False)) == {"ok"}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"bound": False}, "look: Swindon has no team yet."),
        ({"officers": 0}, "wrong: Swindon has no support officer."),
        ({"vacant": ("GWH", "CGL")}, "look: Nobody is on two of Swindon's 13 seats: GWH and CGL."),
        ({"unreached": (Unreached("GWH", "Asha Rao", BLOCKED),)}, "One person of Swindon: has blocked the app (GWH)."),
        (
            {"unreached": (Unreached("GWH", "Asha Rao", NO_APP), Unreached("CGL", "Tom Ellis", NO_APP))},
            "Two people of Swindon: does not have the app in Teams (GWH and CGL).",
        ),
        ({"unreached": (Unreached("GWH", "Asha Rao", NOT_CHECKED),)}, "The support officer types roll call."),
        ({"roll_call": None}, "look: Swindon has had none yet."),
        ({"roll_call": Called(NOW, 14, 9)}, "look: Swindon, 09:00 on Monday 2 November 2026: 9 of 14 have pressed."),
        ({"unsure": 1, "refused": 2}, "look: Swindon: one not confirmed by Teams, two refused."),
    ],
)
def test_what_a_partnership_lacks_is_named_by_agency_and_not_by_person(changed: dict[str, Any], expected: str) -> None:
    ready = replace(READY, **changed)
    assert expected in lines_of(ready)
    assert "Asha" not in lines_of(ready)
    if "unreached" in changed:
        assert "Asha Rao (GWH)" in lines_of(ready, names=True)


def package(**changed: Any) -> bytes:
    packs = [read_pack(read_shipped("swindon"))]
    return zipped(manifest_for(settings_from(SOUND), packs, commands(), version_of_this()) | changed)


def test_what_teams_would_refuse_in_the_package_is_named() -> None:
    words = {one.word.phrases[0] for one in commands()}
    assert list(faults_in(package(), APP, words)) == []
    assert list(faults_in(package(), OTHER, words)) == ["its bot is not LOOP_APP_ID"]
    assert "the bot does not know the command help" in list(faults_in(package(), APP, words - {"help"}))
    long = package(description={"short": "x", "full": "x" * 4001})
    assert list(faults_in(long, APP, words)) == ["description.full is longer than 4000 characters"]
    other = BytesIO()
    with zipfile.ZipFile(BytesIO(package())) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"no picture" if name == "color.png" else old.read(name))
    assert list(faults_in(other.getvalue(), APP, words)) == ["color.png is no picture of 192 by 192"]


@needs_schemas
def test_the_limits_are_those_of_microsofts_schema() -> None:
    schema = json.loads((newest() / "MicrosoftTeams.schema.json").read_text(encoding="utf-8"))["properties"]
    for path, most in LIMITS.items():
        part, _, name = path.partition(".")
        assert schema[part]["properties"][name].get("maxLength", most) == most, path
    shown = schema["bots"]["items"]["properties"]["commandLists"]["items"]["properties"]["commands"]["items"]
    assert {name: shown["properties"][name]["maxLength"] for name in COMMAND_LIMITS} == dict(COMMAND_LIMITS)


def test_a_file_that_other_accounts_can_read_is_found_unless_a_folder_keeps_them_out() -> None:
    with TemporaryDirectory(dir="/tmp") as name:
        file = Path(name) / "learning-loop.db"
        file.touch()
        for folder_mode, file_mode, expected in ((0o755, 0o644, True), (0o700, 0o644, False), (0o755, 0o600, False)):
            Path(name).chmod(folder_mode)
            file.chmod(file_mode)
            assert open_to_others(file) is expected


def test_the_lines_stand_in_groups_with_what_to_do_under_each_problem() -> None:
    found = [
        ("Settings", [ok("Names", "Three set.")]),
        ("Database", [wrong("Database", "No server answers.", "Start it."), not_done("Log", "See above.")]),
        ("Packs", []),
        ("People", [look("Seats", "Nobody is on one.", "Type people.")]),
    ]
    assert in_words(found).splitlines() == [
        "Settings",
        "  ok        Names     Three set.",
        "",
        "Database",
        "  wrong     Database  No server answers.",
        "                      → Start it.",
        "  not done  Log       See above.",
        "",
        "People",
        "  look      Seats     Nobody is on one.",
        "                      → Type people.",
        "",
        "One is wrong; one thing to look at.",
    ]
    told = json.loads(as_data(found, failed=True))
    assert (told["failed"], told["counts"]) == (True, {"ok": 1, "look": 1, "wrong": 1, "not_done": 1})
    assert told["checks"][1] == {
        "group": "Database", "check": "Database", "state": "wrong", "said": "No server answers.", "do": "Start it.",
    }  # fmt: skip


def test_nothing_is_wrong_or_all_is_well() -> None:
    assert in_words([("A", [ok("B", "C.")])]).endswith("All is well.")
    assert in_words([("A", [look("B", "C.", "D."), look("B", "C.", "D.")])]).endswith("two things to look at.")
