"""Where lines go and how they look: JSON for machines, columns for people; our own lines and those of libraries."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from types import TracebackType
from typing import IO, Any, Final

import orjson
import structlog

from assurance.lines import Fields, failure_told, lines, only_allowed
from bot.edge.starting import CannotStart

FORMATS: Final = ("json", "console")
CHATTY: Final = ("aiosqlite", "alembic", "apscheduler", "asyncpg", "msal", "sqlalchemy", "urllib3")
"""Of these only warnings are heard; the first would log values."""
_log = lines("bot")


class Out(logging.StreamHandler[IO[str]]):
    """Writes to the stream that it was given, else to what is the error stream at that moment."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        self._given = stream
        super().__init__(stream or sys.stderr)

    @property
    def stream(self) -> IO[str]:
        return self._given or sys.stderr

    @stream.setter
    def stream(self, _: IO[str]) -> None:
        """It is found anew each time."""


def set_up(told: str = "", *, quiet: bool = False, stream: IO[str] | None = None) -> None:
    """Write every line of this process to the error stream, whoever logs it.

    `told`: json or console; where it is empty, console on a terminal, else json. `quiet`: from warnings on.
    Raises CannotStart for any other word.
    """
    at_a_terminal = (stream or sys.stderr).isatty()
    how = told.lower() or ("console" if at_a_terminal else "json")
    if how not in FORMATS:
        raise CannotStart(f"LOOP_LOG_FORMAT is {told}. Please choose json or console.")
    handler = Out(stream)
    handler.setFormatter(formatter(how, colours=at_a_terminal))
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one, Out)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING if quiet else logging.INFO)
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    if how == "json":  # at a terminal somebody looks, and nothing is kept
        sys.excepthook = _died


def formatter(how: str, *, colours: bool = False) -> logging.Formatter:
    """What makes text of a line. Lines of libraries lose what they were told, and keep where they were written."""
    render: Any = structlog.processors.JSONRenderer(serializer=_as_json)
    if how == "console":
        render = structlog.dev.ConsoleRenderer(colors=colours, pad_event_to=36, sort_keys=False)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.contextvars.merge_contextvars, _of_a_library, failure_told, only_allowed],
        processors=[_headed, structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        use_get_message=False,
        pass_foreign_args=True,
    )


def _of_a_library(_: Any, __: str, told: Fields) -> Fields:
    """A library's own sentence is kept where its values stand apart from it; else it may be full of them."""
    record: logging.LogRecord = told["_record"]
    apart = told.get("positional_args") and isinstance(record.msg, str)
    sentence = record.msg if apart else "A line of a library"
    return dict(told) | {"event": str(sentence)[:160], "said_at": f"{record.filename}:{record.lineno}"}


def _headed(_: Any, __: str, told: Fields) -> Fields:
    """When, how grave, and from where, before the rest."""
    record: logging.LogRecord = told["_record"]
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"timestamp": at, "level": record.levelname.lower(), "logger": record.name} | dict(told)


def _as_json(told: Any, **_: Any) -> str:
    return orjson.dumps(told).decode()


def _died(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    _log.critical("It has ended by a failure", exc_info=(kind, error, where))
