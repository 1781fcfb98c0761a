"""The fields of a learning item: the Summary of Learning and what goes with it (A2, SL App C and D).

They are stored as JSON in a learning version. `LearningFields.from_json` reads any of them back, those with
fields missing as well, such as items brought in from earlier records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

Handling = Literal["ldg", "staff", "public"]
HANDLINGS: tuple[Handling, ...] = get_args(Handling)
PLAN_PARTS = ("purpose", "audience", "methods", "measure")
"""The four columns of a Dissemination Action Plan, in the order of the pack's `plan_columns` (C1)."""


@dataclass(frozen=True)
class Link:
    """Learning materials on the web: what they are called, and an https address."""

    title: str
    url: str


@dataclass(frozen=True)
class PlanRow:
    """One row of the Dissemination Action Plan (C2).

    `audience` is the key of one of the pack's audiences, `methods` the keys of some of its methods (C3),
    joined by commas.
    """

    audience: str
    purpose: str = ""
    methods: str = ""
    measure: str = ""


@dataclass(frozen=True)
class LearningFields:
    """Everything that an officer writes about a learning item. A day that was not given is None."""

    title: str = ""
    activity_type: str = ""
    """The key of one of the pack's activity types (A3)."""
    originator: str = ""
    """The key of one of the pack's originators (A4)."""
    description: str = ""
    findings: str = ""
    key_messages: str = ""
    audiences: str = ""
    agreed_by: str = ""
    agreed_on: date | None = None
    links: tuple[Link, ...] = ()
    handling: Handling = "ldg"
    embargo_on: date | None = None
    """Members may not pass it on before this day."""
    priority: str = ""
    """The key of one of the pack's priorities."""
    plan: tuple[PlanRow, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """The fields as plain values: days as "2026-11-26", or None."""
        body = asdict(self)
        for name in ("agreed_on", "embargo_on"):
            body[name] = body[name].isoformat() if body[name] else None
        body["links"] = [asdict(one) for one in self.links]
        body["plan"] = [asdict(one) for one in self.plan]
        return body

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> LearningFields:
        """The fields from what `to_json` gave, now or in an earlier version of this program."""
        handling = body.get("handling")
        return cls(
            **{name: str(body.get(name) or "") for name in _WORDS},
            agreed_on=_day(body.get("agreed_on")),
            embargo_on=_day(body.get("embargo_on")),
            links=tuple(
                Link(str(one.get("title") or one["url"]), str(one["url"]))
                for one in body.get("links") or ()
                if is_https(str(one.get("url") or ""))
            ),
            handling=handling if handling in HANDLINGS else "ldg",
            plan=tuple(
                PlanRow(**{part: str(one.get(part) or "") for part in PLAN_PARTS}) for one in body.get("plan") or ()
            ),
        )

    def embargoed(self, today: date) -> bool:
        """Whether members may not pass it on yet."""
        return self.embargo_on is not None and today < self.embargo_on


_WORDS = (
    "title", "activity_type", "originator", "description", "findings", "key_messages", "audiences",
    "agreed_by", "priority",
)  # fmt: skip


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and value else None
    except ValueError:
        return None


def is_https(url: str) -> bool:
    """Whether this is a plain https address, which alone may be linked to."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    plain = parts.username is None and not set(url) & set(' <>"\n')
    return parts.scheme == "https" and bool(parts.hostname) and plain
