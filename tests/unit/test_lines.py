"""What lines of the log may hold: numbers, keys, kinds, codes and durations; never what somebody wrote or is called."""

from __future__ import annotations

import ast
import io
import logging
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from assurance.lines import FIELDS, called, lines
from bot.edge.visit import ended, visiting
from bot.logs import Out, formatter, set_up
from bot.settings import settings_from

ROOMS = ("assurance", "bot", "cards", "scheduler", "storage")
SECRET = "Wardhuddlesevidence of Asha Rao <asha@example.org>"


@pytest.fixture
def heard() -> Iterator[io.StringIO]:
    """What would be written as JSON."""
    stream = io.StringIO()
    handler = Out(stream)
    handler.setFormatter(formatter("json"))
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def of(stream: io.StringIO) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in stream.getvalue().splitlines()]


def test_fields_that_are_not_on_the_list_are_dropped_and_so_is_text_where_a_code_or_a_number_belongs(
    heard: io.StringIO,
) -> None:
    lines("bot.test").info(
        "Said", kind="request", ms=1.5, evidence=SECRET, name=SECRET, state=SECRET, notice=SECRET, count=SECRET,
        frames=[SECRET], partnership=3, outcome="",
    )  # fmt: skip
    (line,) = of(heard)
    assert {"event": "Said", "kind": "request", "ms": 1.5, "partnership": 3, "frames": []}.items() <= line.items()
    assert set(line) == {"timestamp", "level", "logger", "event", "kind", "ms", "partnership", "frames"}


def test_an_exception_is_told_by_its_kind_and_place_and_never_by_its_text(heard: io.StringIO) -> None:
    try:
        try:
            raise ValueError(SECRET)
        except ValueError as error:
            raise RuntimeError(SECRET) from error
    except RuntimeError:
        lines("bot.test").error("It failed", exc_info=True)
        logging.getLogger("aiohttp.server").exception("Error handling %s", SECRET)
        logging.getLogger("asyncio").exception(f"Task failed: {SECRET}")
    own, template, formatted = of(heard)
    for line in (own, template, formatted):
        assert (line["error"], line["cause"]) == ("RuntimeError", "ValueError")
        assert "test_lines.py" in str(line["frames"])
    assert (template["event"], formatted["event"]) == ("Error handling %s", "A line of a library")
    assert str(formatted["said_at"]).startswith("test_lines.py:")
    assert SECRET not in heard.getvalue() and "Asha" not in heard.getvalue()


def test_a_conversation_in_the_key_of_a_notice_is_shown_as_a_hash() -> None:
    assert called("request:12:34") == "request:12:34"
    assert called("nudge:7:2026-11-02") == "nudge:7:2026-11-02"
    told = called("reply:a:1KLoDn4uO:1700000000001")
    assert told.startswith("reply:a:") and "1KLoDn4uO" not in told and "1700000000001" not in told
    assert told == called("reply:a:1KLoDn4uO:1700000000001")


def test_every_line_about_a_request_carries_its_id_and_the_next_request_has_another(heard: io.StringIO) -> None:
    for given in ({}, {"X-Request-ID": "from-the-proxy-1"}, {"X-Request-ID": "<b>no id</b>"}):
        with visiting(given, lambda _: None) as visit:
            lines("bot.test").info("Inside")
            ended("declined")
        assert given.get("X-Request-ID") != "<b>no id</b>" or visit.id.isalnum()
    lines("bot.test").info("Outside")
    said = of(heard)
    assert [line["event"] for line in said] == ["Inside", "A request was answered"] * 3 + ["Outside"]
    ids = [line.get("id") for line in said]
    assert ids[0] == ids[1] and ids[2] == ids[3] == "from-the-proxy-1" and ids[4] == ids[5]
    assert len(set(ids)) == 4 and ids[6] is None
    assert said[1]["outcome"] == "declined"


def test_a_format_that_is_not_known_is_explained() -> None:
    from bot.edge.starting import CannotStart

    with pytest.raises(CannotStart, match="Please choose json or console"):
        set_up("xml")


def test_numbers_among_the_settings_are_read_or_explained() -> None:
    told = settings_from({"LOOP_METRICS_PORT": "9464", "LOOP_STOP_SECONDS": "40", "LOOP_LOG_FORMAT": "JSON"})
    assert (told.metrics_port, told.stop_seconds, told.log_format) == (9464, 40, "json")
    assert (told.metrics_host, told.owed_alert_minutes) == ("127.0.0.1", 15)
    with pytest.raises(Exception, match="LOOP_STOP_SECONDS is soon, which is not a number"):
        settings_from({"LOOP_STOP_SECONDS": "soon"})


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call in our code that writes a line, or notes a mishap."""
    for room in ROOMS:
        for path in Path(room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                done = node.func
                logs = isinstance(done, ast.Attribute) and isinstance(done.value, ast.Name) and done.value.id == "_log"
                if logs or (isinstance(done, ast.Name) and done.id == "note_mishap"):
                    yield f"{path}:{node.lineno}", node


VARIABLE = {"bot/edge/gate.py", "bot/watchdog.py", "bot/errands.py", "bot/edge/mishap.py"}
"""Where the sentence, or what was being done, is a name for one of several fixed ones."""


def test_every_line_in_our_code_is_a_fixed_sentence_with_fields_from_the_list() -> None:
    found = list(calls())
    assert len(found) > 20
    for where, call in found:
        if where.partition(":")[0] not in VARIABLE:
            assert isinstance(call.args[0], ast.Constant), where
        assert {one.arg for one in call.keywords if one.arg} <= {*FIELDS, "exc_info"}, where


OUR_OWN = {"assurance/lines.py", "bot/logs.py", "bot/running.py", "bot/stopping.py", "bot/check_command.py"}
"""What sets logging up, and what silences it: neither writes a line."""


def test_nothing_in_our_code_writes_lines_in_another_way() -> None:
    for room in ROOMS:
        for path in Path(room).rglob("*.py"):
            if path.as_posix() not in OUR_OWN:
                assert "import logging" not in path.read_text("utf-8"), path
