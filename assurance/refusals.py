"""What can be refused. The text of a refusal is what the person reads; nothing was changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assurance.identifiable import Finding


class Refusal(Exception):
    """Something that was asked for and will not be done. Its text says why and what to do instead."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class NotAllowed(Refusal):
    """The person may not do or see this."""


class NotFound(Refusal):
    """What was named is not there, or not in this partnership: the two look the same from outside."""


class OutOfDate(Refusal):
    """It was right once: cancelled, ended, or already settled in the meantime."""


class Mistakes(Refusal):
    """A form needs mending. The fields are named; what was typed is kept by whoever shows the form again."""

    def __init__(self, fields: Mapping[str, str], text: str = "Please look at the marked answers.") -> None:
        super().__init__(text)
        self.fields = dict(fields)


class AskFirst(Refusal):
    """Some text looks like case-identifiable data (I2): ask before saving it. Nothing was stored."""

    def __init__(self, findings: Mapping[str, tuple[Finding, ...]]) -> None:
        super().__init__("Some of this looks as if it could identify a child, an adult or a case.")
        self.findings = dict(findings)
