"""The only place that wires it all: the three tables, put together from every handler."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import TypeVar

from bot.handing_over import FileKind
from bot.handlers import (
    absences,
    answering,
    around_meetings,
    asking,
    assessing,
    behalf,
    channel,
    chasing,
    deliveries,
    deputies,
    deputise,
    expiry,
    exports,
    helping,
    highlights,
    history,
    issuing,
    managing,
    meeting_changes,
    meeting_work,
    meetings,
    morning,
    offered,
    outcomes,
    papers,
    people,
    person_data,
    pleas,
    practice,
    remind,
    reorganising,
    retention,
    roll_call,
    running_start,
    summary,
    team,
    travel,
)
from bot.tables import Command, Draw, Press

T = TypeVar("T")

HANDLERS: tuple[ModuleType, ...] = (
    helping,
    morning,
    issuing,
    meetings,
    meeting_changes,
    meeting_work,
    offered,
    pleas,
    answering,
    chasing,
    asking,
    summary,
    highlights,
    absences,
    deputies,
    deputise,
    remind,
    history,
    practice,
    travel,
    channel,
    behalf,
    managing,
    people,
    reorganising,
    team,
    roll_call,
    deliveries,
    retention,
    running_start,
    papers,
    assessing,
    outcomes,
    around_meetings,
    expiry,
    exports,
    person_data,
)
"""Each has some of COMMANDS, PRESSES, NOTICES, FILES and FILE_KINDS."""


def commands() -> tuple[Command, ...]:
    """Every command, in the order in which help lists them."""
    return tuple(one for module in HANDLERS for one in getattr(module, "COMMANDS", ()))


def presses() -> Mapping[str, Press]:
    """Every button verb and its handler."""
    return _merged("PRESSES")


def notices() -> Mapping[str, Draw]:
    """Every notice kind and who draws it."""
    return _merged("NOTICES")


def file_readers() -> tuple[tuple[str, str], ...]:
    """What an attached file may hold, each with the verb of the button that reads it."""
    return tuple(one for module in HANDLERS for one in getattr(module, "FILES", ()))


def file_kinds() -> Mapping[str, FileKind]:
    """Every kind of file that people can take."""
    return _merged("FILE_KINDS")


def _merged(name: str) -> dict[str, T]:
    whole: dict[str, T] = {}
    for module in HANDLERS:
        for key, value in getattr(module, name, {}).items():
            if key in whole:
                raise ValueError(f"{key} is in two tables")
            whole[key] = value
    return whole
