"""One request, from the door to its answer: its id, which every line about it carries, and how it ended."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from structlog.contextvars import bind_contextvars, clear_contextvars

from assurance.lines import lines

Outcome = Literal["ok", "declined", "malformed", "refused", "unknown", "not_saved", "slow", "failed", "unavailable"]
"""How a request ended. declined: the person read why not; refused: it was not let in; unknown: none of our kinds;
not_saved: the database was busy or away; slow, failed: the person read a sentence with a reference; unavailable: it
could not be checked whether it may be let in."""
OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)
BY_STATUS: Final[Mapping[int, Outcome]] = {401: "refused", 403: "refused", 501: "unknown", 503: "unavailable"}
ID_HEADER: Final = "X-Request-ID"
_GIVEN: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
_ACTIVITY: Final = re.compile(r"[A-Za-z0-9:._-]{1,80}")
_SILENT: Final = frozenset({"malformed", "refused", "unknown", "unavailable"})
"""Those of strangers are counted only, so that nobody can fill the log; the gate says sparingly why."""
_log = lines("bot.edge")


@dataclass
class Visit:
    """`answer`: what became of an agency's answer, where the request was one. `seconds`: how long it took."""

    id: str
    began: float = field(default_factory=time.perf_counter)
    kind: str = ""
    outcome: Outcome = "ok"
    answer: str = ""
    seconds: float = 0.0


Seen = Callable[[Visit], None]
_visit: ContextVar[Visit | None] = ContextVar("visit", default=None)


@contextmanager
def visiting(headers: Mapping[str, str], seen: Seen) -> Iterator[Visit]:
    """Bind the id of a request, its proxy's own where that is well formed, else a new one; `seen` hears of its end."""
    given = headers.get(ID_HEADER, "")
    visit = Visit(given if _GIVEN.fullmatch(given) else new_id())
    clear_contextvars()  # a connection carries many requests
    bind_contextvars(id=visit.id)
    mark = _visit.set(visit)
    try:
        yield visit
    except BaseException:
        visit.outcome = "failed"
        raise
    finally:
        visit.seconds = time.perf_counter() - visit.began
        seen(visit)
        if visit.outcome not in _SILENT:
            _log.info(
                "A request was answered", kind=visit.kind, outcome=visit.outcome, ms=round(visit.seconds * 1000, 1),
                answer=visit.answer,
            )  # fmt: skip
        _visit.reset(mark)
        clear_contextvars()


def new_id() -> str:
    """A fresh id: ten letters and digits."""
    return secrets.token_hex(5)


def let_in(kind: str, activity_id: object) -> None:
    """The request was let in: lines about it name its kind, and the id that Microsoft gave it."""
    if (visit := _visit.get()) is not None:
        visit.kind = kind
        if isinstance(activity_id, str) and _ACTIVITY.fullmatch(activity_id):
            bind_contextvars(activity=activity_id)


def ended(outcome: Outcome) -> None:
    """Note how the request that is under way ended; the last word counts."""
    if (visit := _visit.get()) is not None:
        visit.outcome = outcome


def answered(what: Literal["saved", "repeated", "to_mend", "asked_first"]) -> None:
    """Note what became of an agency's answer. It counts once the request has ended well."""
    if (visit := _visit.get()) is not None:
        visit.answer = what


def no_one(_: Visit) -> None:
    """Where nobody counts."""
