"""Why the service does not start: one exception, whose text is what the person at the shell reads."""

from __future__ import annotations


class CannotStart(Exception):
    """The settings do not allow the service to start; the text says why and what to do."""
