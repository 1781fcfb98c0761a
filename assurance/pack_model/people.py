"""Who takes part: groups, organisations, seats, roles, and the names people call them by."""

from datetime import date
from typing import Literal

from assurance.pack_model.base import Cited, Key, Words

Sector = Literal[
    "health", "icb", "local_authority", "police", "education", "housing", "probation",
    "cafcass", "voluntary", "partnership", "other",
]  # fmt: skip

RoleKind = Literal[
    "officer", "chair", "vice_chair", "ld_lead", "strategic_lead", "member", "substitute", "co_optee",
    "originator", "qag_chair", "qag_member", "scrutineer", "trainer", "analyst", "education_team",
    "recipient", "configurer",
]  # fmt: skip


class Closure(Cited):
    """Days, first and last included, on which nobody is there to answer."""

    first: date
    last: date
    reason: Words


class Terms(Cited):
    """The partnership's own words, as they stand in sentences: "by the LDG", "seen by the support unit"."""

    partnership: Words
    partnership_short: Words
    group: Words
    group_short: Words
    board: Words
    executive: Words | None = None
    report: Words
    item: Words
    officer: Words
    chair: Words
    vice_chair: Words
    member: Words
    meeting: Words
    agency: Words
    request: Words = "single agency assurance request"


class Group(Cited):
    """A group that meets; roles, meetings, channels and reports belong to one."""

    key: Key
    name: Words
    short: Words
    audience: tuple[Words, ...] = ()


class Organisation(Cited):
    """An employer with one seat or several; a roll-up shows the spread of its seats."""

    key: Key
    name: Words
    short: Words | None = None
    aliases: tuple[Words, ...] = ()


class Seat(Cited):
    """An agency's or service's place in the group. `returns` is false for those who are not asked (E7)."""

    key: Key
    name: Words
    short: Words
    organisation: Key
    sector: Sector
    returns: bool = True
    group: Key
    aliases: tuple[Words, ...] = ()
    closures: tuple[Closure, ...] = ()


class Role(Cited):
    """A part that a person plays. Packs hold roles; the people who hold them are local data."""

    key: Key
    title: Words
    kind: RoleKind
    organisation: Key | None = None
    group: Key | None = None
    eligible: Words | None = None
    """Who may hold it, where the document says so (E8)."""


class Alias(Cited):
    """Another name for one seat or one organisation."""

    text: Words
    seat: Key | None = None
    organisation: Key | None = None
