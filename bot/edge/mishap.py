"""When our own code fails: a reference for the person, and a log entry without anyone's words in it."""

from __future__ import annotations

import logging
import secrets
import traceback
from typing import Final

_log = logging.getLogger("bot.edge")
_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def note_mishap(doing: str, error: BaseException) -> str:
    """Logs what failed and where, and returns the six-letter reference that the person is given.

    The error's own text is left out: it may quote what somebody wrote (a database error holds the values).
    """
    reference = "".join(secrets.choice(_LETTERS) for _ in range(6))
    where = "".join(traceback.format_tb(error.__traceback__))
    cause = error.__cause__ or error.__context__
    below = f" (after {type(cause).__name__})" if cause is not None else ""
    _log.error("%s failed, reference %s: %s%s\n%s", doing, reference, type(error).__name__, below, where)
    return reference


def apology(reference: str) -> str:
    """The sentence that a person reads when something failed on our side."""
    return (
        "Sorry, something went wrong on our side. Please try again. If it happens again, "
        f"please give your support unit the reference {reference}."
    )


def too_slow(reference: str) -> str:
    """The sentence for a press that took longer than Teams waits."""
    return (
        "Sorry, that took too long. Please press the button again: an answer that was already saved is not "
        f"saved twice. If it happens again, please give your support unit the reference {reference}."
    )
