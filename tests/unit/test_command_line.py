"""The command line: what it prints and how it ends (design, outside contract)."""

import socket

import pytest

from assurance.pack import read_shipped
from bot.__main__ import main
from bot.edge.starting import CannotStart
from bot.settings import settings_from


@pytest.fixture(autouse=True)
def surroundings(monkeypatch, tmp_path):
    """An environment of the test's own: a folder for the data, and nothing else set."""
    import os

    for name in [one for one in os.environ if one.startswith("LOOP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LOOP_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.__main__.set_up", lambda *_, **__: None)  # the tests listen for themselves


def a_file(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_sound_pack_is_said_to_be_sound_and_ends_with_0(tmp_path, capsys):
    assert main(["pack", "check", a_file(tmp_path, "swindon.toml", read_shipped("swindon"))]) == 0
    assert "this pack is sound" in capsys.readouterr().out


def test_a_pack_with_a_mistake_is_explained_with_its_line_and_ends_with_1(tmp_path, capsys):
    broken = read_shipped("swindon").replace('timezone = "Europe/London"', 'timezone = "Europe/Swindon"')
    line = next(n for n, text in enumerate(broken.splitlines(), 1) if "Europe/Swindon" in text)
    assert main(["pack", "check", a_file(tmp_path, "broken.toml", broken)]) == 1
    said = capsys.readouterr().out
    assert str(line) in said
    assert "Europe/Swindon" in said


def test_of_several_packs_each_is_looked_at_and_a_missing_file_is_named(tmp_path, capsys):
    sound = a_file(tmp_path, "sound.toml", read_shipped("solihull"))
    assert main(["pack", "check", "nowhere.toml", sound]) == 1
    said = capsys.readouterr().out
    assert "nowhere.toml: there is no such file." in said
    assert "sound.toml: this pack is sound." in said


def test_without_credentials_and_without_practice_it_does_not_start_and_says_why(capsys):
    assert main(["run"]) == 2
    said = capsys.readouterr().err
    assert "LOOP_" in said
    assert "Traceback" not in said


def test_due_needs_a_time_and_a_database_that_is_up_to_date(capsys):
    with pytest.raises(SystemExit):
        main(["due", "--at", "tomorrow"])
    assert "tomorrow is not a time; write it as 2026-11-02T10:00" in capsys.readouterr().err
    assert main(["db", "upgrade"]) == 0
    assert main(["due", "--at", "2026-11-02T10:00"]) == 0
    assert "There is no partnership in this database yet." in capsys.readouterr().out


def test_a_port_that_is_in_use_is_said_in_a_sentence(monkeypatch, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("LOOP_PORT", str(taken.getsockname()[1]))
        monkeypatch.setenv("LOOP_PLAYGROUND", "1")
        assert main(["run"]) == 2
    assert "is in use" in capsys.readouterr().err


def test_a_port_that_is_no_number_is_said_in_a_sentence(monkeypatch, capsys):
    monkeypatch.setenv("LOOP_PORT", "many")
    assert main(["run"]) == 2
    assert "LOOP_PORT is many" in capsys.readouterr().err


GUID = "33333333-3333-4333-8333-333333333333"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"PORT": "99999"}, "LOOP_PORT is 99999. A port is a number from 1 to 65535"),
        ({"PORT": "-1"}, "LOOP_PORT is -1. A port"),
        ({"METRICS_PORT": "99999"}, "LOOP_METRICS_PORT is 99999. A port"),
        ({"PORT": "4000", "METRICS_PORT": "4000"}, "LOOP_METRICS_PORT is 4000, as LOOP_PORT is."),
        ({"STOP_SECONDS": "-5"}, "LOOP_STOP_SECONDS is -5. Write seconds"),
        ({"OWED_ALERT_MINUTES": "0"}, "LOOP_OWED_ALERT_MINUTES is 0. Write minutes"),
        ({"OWED_ALERT_MINUTES": "9" * 15}, "LOOP_OWED_ALERT_MINUTES is"),
        ({"DATABASE_URL": "notaurl"}, "LOOP_DATABASE_URL is no address of SQLite or PostgreSQL. Write it as"),
        ({"DATABASE_URL": "mysql://x:hidden@y/z"}, "LOOP_DATABASE_URL is no address"),
        ({"DATABASE_URL": "postgresql+psycopg://x:hidden@y/z"}, "LOOP_DATABASE_URL is no address"),
        ({"DATABASE_URL": "sqlite://"}, "LOOP_DATABASE_URL names no file"),
        (
            {"DATABASE_URL": "sqlite:////nowhere/deep/x.db"},
            "LOOP_DATABASE_URL names a file in /nowhere/deep",
        ),
        ({"DATA_DIR": "/proc/nope"}, "The folder /proc/nope cannot be made"),
        ({"OFFICERS": "swindon:alice@example.org"}, "LOOP_OFFICERS names somebody for swindon whose object id"),
        ({"OFFICERS": f"{GUID}"}, "LOOP_OFFICERS has"),
        ({"OPENID_METADATA_URL": "http://keys.example/x"}, "LOOP_OPENID_METADATA_URL is no https address."),
    ],
)
def test_a_setting_that_cannot_be_meant_so_is_said_in_a_sentence_and_nothing_starts(
    told, expected, monkeypatch, tmp_path, capsys
):
    monkeypatch.setenv("LOOP_PLAYGROUND", "1")
    for name, value in told.items():
        monkeypatch.setenv(f"LOOP_{name}", value)
    assert main(["run"]) == 2
    said = capsys.readouterr().err
    assert expected in said and "hidden" not in said and said.count("\n") == 1
    assert not list(tmp_path.iterdir()), "nothing was made"


def test_the_keys_may_be_published_on_this_machine_and_a_port_may_be_any_that_is_free():
    told = {"LOOP_OPENID_METADATA_URL": "http://127.0.0.1:9/x", "LOOP_PORT": "0", "LOOP_OFFICERS": f"swindon:{GUID}"}
    assert settings_from(told).port == 0


def test_every_setting_that_is_wrong_is_said_at_once(monkeypatch, capsys):
    monkeypatch.setenv("LOOP_PORT", "70000")
    monkeypatch.setenv("LOOP_STOP_SECONDS", "0")
    assert main(["run"]) == 2
    assert [line.split()[0] for line in capsys.readouterr().err.splitlines()] == ["LOOP_PORT", "LOOP_STOP_SECONDS"]


def test_figures_on_another_address_of_this_machine_may_have_the_same_port():
    told = {"LOOP_HOST": "10.0.0.1", "LOOP_PORT": "4000", "LOOP_METRICS_PORT": "4000"}
    assert settings_from(told).metrics_port == 4000
    with pytest.raises(CannotStart, match="as LOOP_PORT is"):
        settings_from(told | {"LOOP_HOST": "0.0.0.0"})


def test_a_pack_that_is_not_utf_8_is_said_in_a_sentence(monkeypatch, tmp_path, capsys):
    pack = tmp_path / "pack.toml"
    pack.write_bytes(b"\xff\xfe")
    monkeypatch.setenv("LOOP_PLAYGROUND", "1")
    monkeypatch.setenv("LOOP_PACKS", str(pack))
    assert main(["run"]) == 2
    said = capsys.readouterr().err
    assert "is not written in UTF-8" in said and "Traceback" not in said


@pytest.mark.parametrize("command", [["db", "upgrade"], ["people", "import", "list.csv"]])
def test_a_database_that_cannot_be_reached_is_said_in_a_sentence(command, monkeypatch, tmp_path, capsys):
    a_file(tmp_path, "list.csv", "name,email,seat\nAsha Rao,asha@example.org,gwh\n")
    monkeypatch.setenv("LOOP_DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:1/loop")
    assert main(command) == 2
    said = capsys.readouterr().err
    assert "could not be reached" in said
    assert "secret" not in said


def test_a_database_is_brought_up_to_date_twice_without_harm(capsys):
    assert main(["db", "upgrade"]) == 0
    assert main(["db", "upgrade"]) == 0
    assert capsys.readouterr().out.count("The database is up to date.") == 2


def test_before_the_database_is_up_to_date_people_are_not_brought_in(tmp_path, capsys):
    (tmp_path / "data").mkdir()
    a_file(tmp_path, "list.csv", "name,email,seat\nAsha Rao,asha@example.org,gwh\n")
    assert main(["people", "import", "list.csv"]) == 2
    assert "db upgrade" in capsys.readouterr().err


def test_a_list_of_people_that_is_not_there_is_named(capsys):
    assert main(["db", "upgrade"]) == 0
    assert main(["people", "import", "nowhere.csv"]) == 2
    assert "nowhere.csv" in capsys.readouterr().err


def test_a_workbook_that_is_not_there_is_named(capsys):
    assert main(["db", "upgrade"]) == 0
    assert main(["start", "nowhere.xlsx"]) == 2
    assert "nowhere.xlsx" in capsys.readouterr().err


def test_a_start_date_that_is_no_day_is_refused_with_an_example(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["start", "book.xlsx", "--starts-on", "soon"])
    assert ended.value.code == 2
    assert "write it as 2026-11-02" in capsys.readouterr().err


def test_without_a_command_it_says_which_there_are(capsys):
    with pytest.raises(SystemExit):
        main([])
    assert "command" in capsys.readouterr().err
