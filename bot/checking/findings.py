"""What a check finds, and how one is tried: each by itself, with a time of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from bot.edge.starting import CannotStart
from bot.settings import Settings
from storage.base import StorageError
from storage.unit import Store

State = Literal["ok", "look", "wrong", "not done"]
PATIENCE: Final = 30.0
"""So many seconds a check may take, where nothing else is said."""


@dataclass(frozen=True)
class Finding:
    """One line: how it stands, what was looked at, what was found, and what to do next where anything is to be done.

    No secret is ever in it, and no person's name unless names were asked for.
    """

    state: State
    name: str
    said: str
    do: str = ""


@dataclass
class Looking:
    """What the checks share. `store` reads only, and is there once the database was found in order.

    `ahead`: by how many seconds our clock is ahead of another, by that one's name.
    """

    environment: Mapping[str, str]
    settings: Settings
    now: datetime
    names: bool = False
    store: Store | None = None
    ahead: dict[str, float] = field(default_factory=dict)


Check = Callable[[Looking], Awaitable[Sequence[Finding]]]


@dataclass(frozen=True)
class Step:
    """One thing to look at. `in_database`: it is not done where the database is not in order."""

    name: str
    check: Check
    in_database: bool = False
    patience: float = PATIENCE


def ok(name: str, said: str) -> Finding:
    """All is well."""
    return Finding("ok", name, said)


def look(name: str, said: str, do: str) -> Finding:
    """It works, and somebody should look at it."""
    return Finding("look", name, said, do)


def wrong(name: str, said: str, do: str) -> Finding:
    """It does not work."""
    return Finding("wrong", name, said, do)


def not_done(name: str, why: str) -> Finding:
    """It was not looked at."""
    return Finding("not done", name, why)


async def attempt(name: str, check: Check, at: Looking, patience: float = PATIENCE) -> list[Finding]:
    """What a check finds. That it fails, or takes too long, is a finding too; the others go on.

    What an error says is left out: it may hold an address with its password.
    """
    try:
        async with asyncio.timeout(patience):
            return list(await check(at))
    except TimeoutError:
        return [wrong(name, f"No answer within {patience:.0f} seconds.", "Look at the network and at the other end.")]
    except CannotStart as why:
        return [wrong(name, str(why), "The service does not start like this.")]
    except StorageError:
        return [wrong(name, "The database did not answer.", "Try again; then look at the database's own log.")]
    except Exception as error:
        said = f"This could not be looked at ({type(error).__name__})."
        return [wrong(name, said, "Please report this: the check itself should not fail.")]
