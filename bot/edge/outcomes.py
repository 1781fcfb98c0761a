"""How a call to Teams can end, other than well. Each is an exception whose text can be read by an officer."""

from __future__ import annotations

from typing import Final


class TryLater(Exception):
    """Nothing was done; the same call may be made again. `after` is in seconds, None if Teams did not say.

    `too_fast`: Teams takes less than was sent (429), so that others who send there should wait as well.
    """

    def __init__(
        self, after: float | None = None, why: str = "Teams asked us to wait.", *, too_fast: bool = False
    ) -> None:
        super().__init__(why)
        self.after = after
        self.why = why
        self.too_fast = too_fast


class NotSignedIn(TryLater):
    """Microsoft gave us no token, so nothing was even begun: this counts as no attempt to deliver anything."""


class Unsure(Exception):
    """The call may or may not have been carried out: a post must not be repeated blindly."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Refused(Exception):
    """Teams said no, and will say no again. `status` is the HTTP status, `code` Teams's own word (a hint)."""

    def __init__(self, status: int, code: str, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.code = code
        self.why = why


_BY_CODE: Final = {
    "BotNotInConversationRoster": "The app is not installed there for this person or team.",
    "ConversationBlockedByUser": "This person has blocked the app.",
    "BotDisabledByAdmin": "An administrator has switched the app off.",
    "MessageWritesBlocked": "This person has blocked or muted the app, or has left.",
    "ConversationNotFound": "This conversation no longer exists.",
    "MessageSizeTooBig": "The message is too large for Teams.",
}
_BY_STATUS: Final = {
    400: "Teams did not understand the message.",
    401: "Teams did not accept the app's credentials.",
    403: "Teams does not allow the app to write there.",
    404: "This conversation or message no longer exists.",
    405: "Teams does not allow this here.",
    413: "The message is too large for Teams.",
}


def reason(status: int, code: str) -> str:
    """Why Teams refused, in plain words. The status decides; the code only makes it more exact."""
    if status in (400, 403, 404, 413) and code in _BY_CODE:
        return _BY_CODE[code]
    return _BY_STATUS.get(status, f"Teams refused it (answer {status}).")
