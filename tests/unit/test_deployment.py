"""What is handed to whoever runs the service: every setting is in the table, and the unit fits the program."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.__main__ import _parser
from bot.settings import settings_from

DOCS = Path("docs")
UNIT = DOCS / "deploy" / "learning-loop.service"


class Noting(dict[str, str]):
    """An environment that notes what it is asked for."""

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        self.setdefault(name, default)
        return default


def test_every_setting_stands_in_the_table_and_no_other() -> None:
    asked = Noting()
    settings_from(asked)
    rows = [line for line in (DOCS / "running-it.md").read_text("utf-8").splitlines() if line.startswith("| `LOOP_")]
    assert {name for row in rows for name in re.findall(r"`(LOOP_[A-Z_]+)`", row.split("|")[1])} == set(asked)


@pytest.mark.parametrize("path", sorted((DOCS / "deploy").iterdir()), ids=lambda path: path.name)
def test_what_is_told_for_deploying_names_real_settings_and_commands(path: Path) -> None:
    told, asked = path.read_text("utf-8"), Noting()
    settings_from(asked)
    assert set(re.findall(r"\bLOOP_[A-Z_]*[A-Z]\b", told)) <= set(asked)
    commands = re.findall(r"python -m bot ([a-z ]+[a-z])", told)
    assert commands
    for command in commands:
        assert _parser().parse_args(command.split()).do


def test_the_unit_gives_the_service_longer_than_it_may_take_to_stop() -> None:
    seconds = re.search(r"^TimeoutStopSec=(\d+)$", UNIT.read_text("utf-8"), re.MULTILINE)
    assert seconds is not None and int(seconds[1]) > settings_from({}).stop_seconds


def test_the_unit_does_not_start_for_ever_what_fails_at_each_start() -> None:
    unit = UNIT.read_text("utf-8")
    told = {name: int(value) for name, value in re.findall(r"^(StartLimit\w+|RestartSec)=(\d+)$", unit, re.MULTILINE)}
    assert told["StartLimitBurst"] * (told["RestartSec"] + 20) <= told["StartLimitIntervalSec"], "slow starts count too"
    assert unit.index("StartLimitBurst=") < unit.index("[Service]"), "elsewhere systemd does not read it"


def test_where_the_records_lie_stands_with_the_other_settings_for_every_command() -> None:
    unit = UNIT.read_text("utf-8")
    assert not re.search(r"^Environment=.*LOOP_DATA_DIR", unit, re.MULTILINE)
    assert "LOOP_DATA_DIR=/var/lib/learning-loop >> /etc/learning-loop/environment" in unit


@pytest.mark.parametrize("page", ["running-it.md", "install-in-a-tenant.md"])
def test_what_is_to_be_typed_names_the_interpreter_in_one_way(page: str) -> None:
    typed = [line for line in (DOCS / page).read_text("utf-8").splitlines() if re.match(r" {4}.*python -m bot", line)]
    assert typed and [line for line in typed if ".venv/bin/python -m bot" not in line] == []


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    copy = tmp_path / UNIT.name
    here = UNIT.read_text("utf-8").replace("/opt/learning-loop/.venv/bin/python", sys.executable)
    copy.write_text(re.sub(r"^(User|Group)=.*\n", "", here, flags=re.MULTILINE), "utf-8")
    done = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
