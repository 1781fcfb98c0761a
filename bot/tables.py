"""The shapes of the three tables that the bot runs on: commands, buttons and notices."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from assurance.asking import Place, Word
from assurance.pack import Pack
from bot.edge.answers import Answer, OfferFile
from bot.edge.incoming import Incoming
from bot.house import House
from bot.turns import Here, Turn
from cards.parts import Card
from storage.notices import Notice
from storage.partnerships import Partnership
from storage.unit import Unit

Scope = Literal["personal", "team"]
Subject = dict[str, Any]


@dataclass(frozen=True)
class Heard:
    """A command as it was understood: what it is about, and the words after it where it takes words."""

    target: tuple[Place, ...] = ()
    text: str = ""
    incoming: Incoming | None = None


@dataclass(frozen=True)
class Command:
    """One thing that people can type. `show` names the notice kind that the courier posts as the reply.

    `do`, where there is one, acts first, in the same transaction; what it gives is the reply's subject.
    Its refusals are posted as they read. `menu` lists where Teams's own menu shows the command.
    `who` are the role kinds to which help offers it ("anyone" for all); the use case decides in the end.
    """

    word: Word
    help: str
    show: str
    who: tuple[str, ...] = ("anyone",)
    menu: tuple[Scope, ...] = ()
    do: Callable[[Unit, Turn, Here, Heard], Awaitable[Subject]] | None = None
    practice: bool = False
    reads: bool = False
    """Whether `do` only reads what was typed after the word, so that a button may ask the command without it."""
    announces: bool = False
    """Whether the reply goes before the cards that the command owes, since it announces them."""
    follows: bool = False
    """Whether the reply goes after the cards that the command owes about the same, since it counts them."""
    after: Callable[[Turn, Here], Awaitable[None]] | None = None
    """What follows once the transaction is saved, such as asking Teams; the reply is drawn afterwards."""


@dataclass(frozen=True)
class Desk:
    """What the courier hands to whoever draws a notice's card."""

    house: House
    partnership: Partnership
    pack: Pack
    now: datetime
    public: bool = False
    """Whether others than the addressee see where it is posted."""


Press = Callable[[Turn, Mapping[str, Any]], Awaitable[Answer]]
"""Button verb -> handler. A handler reads the form, calls the use case and shows a card."""
Draw = Callable[[Unit, Desk, Notice], Awaitable[Card | OfferFile | None]]
"""Notice kind -> who draws its card as it stands now; None where it is no longer owed."""
