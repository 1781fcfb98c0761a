"""When our own code fails: a reference for the person, and a log entry without anyone's words in it."""

from __future__ import annotations

import secrets
from typing import Final

from assurance.lines import failure, lines

_log = lines("bot.edge")
_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def note_mishap(doing: str, error: BaseException, *, kind: str = "") -> str:
    """Logs what failed and where, and returns the six-letter reference that the person is given.

    `doing` is a phrase of ours, `kind` that of a notice or an activity. The error's own text is left out: it may quote
    what somebody wrote (a database error holds the values).
    """
    reference = "".join(secrets.choice(_LETTERS) for _ in range(6))
    _log.error("Something failed", doing=doing, kind=kind, reference=reference, **failure(error))
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
