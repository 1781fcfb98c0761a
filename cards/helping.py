"""The help card, and the card for words that were not understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cards.asking import Question, ask_button
from cards.elements import Element
from cards.parts import MOST_ACTIONS, Card, card, facts, heading, paragraph, subtle, title


@dataclass(frozen=True)
class HelpGroup:
    """Words that belong together, each with what it does."""

    name: str
    words: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Meant:
    """Something that may have been meant. It has a `question` only where asking it changes nothing."""

    words: str
    question: Question | None


def help_card(groups: Sequence[HelpGroup], *, public: bool) -> Card:
    """What a person can type here, each with what it does."""
    body: list[Element] = [title("What I can do"), paragraph("Type one of these, in your own words if you like.")]
    for one in groups:
        body += [heading(one.name), facts(one.words)]
    if public:
        body.append(subtle("In a channel I never show what only some may see. Write to me in private for the rest."))
    return card("What I can do for you.", body)


def unknown_card(partnership_id: int, options: Sequence[Meant], *, named: bool) -> Card:
    """Nothing was done: what might have been meant, as buttons where asking changes nothing."""
    text = "I am not sure what you mean, so I have not done anything."
    if named:
        text = "I do not know that name here, so I have not done anything."
    offered = [one for one in options if one.question is not None][:MOST_ACTIONS]
    typed = [one for one in options if one.question is None]
    body: list[Element] = [
        title("Did you mean one of these?" if options else "Sorry, I did not follow"),
        paragraph(text),
    ]
    if typed:
        body.append(paragraph(f"If you mean {' or '.join(one.words for one in typed)}, please type just that."))
    if not options:
        body.append(paragraph("Type help to see what I can do."))
    buttons = [ask_button(one.words, partnership_id, one.question) for one in offered if one.question is not None]
    return card(text, body, buttons)
