"""What the service says of itself in its log: one line an event, and nothing in it that a person wrote or is called.

A line is a fixed sentence and fields from a list: numbers, keys, kinds, codes and durations. Whatever else is handed
to it is dropped, so that evidence, names, addresses and tokens cannot get in by a slip (I2).
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal

import structlog

Sort = Literal["number", "code", "frames", "words"]
Fields = MutableMapping[str, Any]
FIELDS: Final[Mapping[str, Sort]] = {
    "activity": "code", "answer": "code", "attempt": "number", "beats": "number", "cause": "code", "count": "number",
    "dimension": "code", "doing": "words", "error": "code", "frames": "frames", "id": "code", "kind": "code",
    "limit": "number", "loop": "number", "minutes": "number", "ms": "number", "notice": "code", "number": "number",
    "outcome": "code", "partnership": "number", "port": "number", "reference": "code", "said_at": "code",
    "seconds": "number", "signal": "code", "state": "code", "status": "number", "step": "code", "unsaid": "number",
    "verb": "code", "why": "words", "word": "words",
}  # fmt: skip
"""The fields that a line may have. `doing`, `why` and `word` are words of our own code, never of a person."""
_CODE: Final = re.compile(r"[\w.:,+/<>-]{1,160}", re.ASCII)
_NOT_OURS: Final = re.compile(r"[^\w .,:;'()/_+-]", re.ASCII)
_MOST_WORDS: Final = 240
_FRAME: Final = re.compile(r"[\w./<>-]{1,160}:\d+ [\w<>.]{1,80}")
_PLAIN: Final = re.compile(r"[a-z][a-z_.]*|v?\d{1,10}|\d{4}-\d\d-\d\d")
_MOST_FRAMES: Final = 12


def lines(name: str) -> Any:
    """What writes lines under a name, such as `lines("bot.edge").info("A notice was sent", kind="request")`."""
    return structlog.wrap_logger(
        logging.getLogger(name),
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            failure_told,
            only_allowed,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def only_allowed(_: Any, __: str, told: Fields) -> Fields:
    """Keep the sentence and the fields that are on the list and are what the list says; drop everything else."""
    kept: Fields = {"event": told.get("event", "")}
    for name, value in told.items():
        if name.startswith("_"):
            kept[name] = value  # the formatter's own
        elif (sort := FIELDS.get(name)) is not None and (safe := _safe(sort, value)) is not None:
            kept[name] = safe
    return kept


def _safe(sort: Sort, value: Any) -> Any:
    if sort == "number":
        return value if isinstance(value, int | float) else None
    if sort == "frames":
        frames = value if isinstance(value, list | tuple) else ()
        return [one for one in frames if isinstance(one, str) and _FRAME.fullmatch(one)]
    if isinstance(value, int):
        return value
    if not isinstance(value, str) or not value:
        return None
    if sort == "words":
        return _NOT_OURS.sub("?", value[:_MOST_WORDS])
    return value if _CODE.fullmatch(value) else None


def failure_told(_: Any, __: str, told: Fields) -> Fields:
    """An exception as its kind and where it was raised. Its text is left out: it may quote what somebody wrote."""
    raised = told.pop("exc_info", None)
    told.pop("stack_info", None)
    if raised is True:
        raised = sys.exc_info()
    if isinstance(raised, tuple):
        raised = raised[1]
    return dict(told) | failure(raised) if isinstance(raised, BaseException) else told


def failure(error: BaseException) -> dict[str, Any]:
    """The fields of an exception: `error` and `cause`, their kinds, and `frames`, file, line and function of each."""
    cause = error.__cause__ or error.__context__
    found: dict[str, Any] = {"error": type(error).__name__, "frames": frames_of(error.__traceback__)}
    return found | ({"cause": type(cause).__name__} if cause is not None else {})


def frames_of(where: TracebackType | None) -> list[str]:
    """The innermost frames of a traceback, the outermost first, such as `bot/talk.py:80 on_press`."""
    frames = traceback.extract_tb(where)[-_MOST_FRAMES:]
    return [f"{'/'.join(Path(one.filename).parts[-2:])}:{one.lineno or 0} {one.name}" for one in frames]


def called(key: str) -> str:
    """A notice's key as lines name it: numbers, kinds and days as they are, other parts (conversations) as a hash.

    >>> called("update:12:v7")
    'update:12:v7'
    """
    return ":".join(one if _PLAIN.fullmatch(one) else sha256(one.encode()).hexdigest()[:8] for one in key.split(":"))
